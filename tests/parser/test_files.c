/* test_files.c: the files of schema/ hold what the rest relies on. */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "parse.h"
#include "run.h"

static char *read_schema(const char *name) {
  char *text = run_read_file(SCHEMA_DIR, name, NULL);
  assert_non_null(text);
  return text;
}

static tlp_schema *load(const char *name) {
  char *text = read_schema(name);
  tlp_schema *s = parse(text);
  free(text);
  return s;
}

/* proves TL-11 */
static void the_api_has_all_of_a_layer(void **state) {
  (void)state;
  tlp_schema *s = load("api.tl");
  size_t count;
  (void)tlp_schema_combinators(s, &count);
  assert_true(tlp_schema_layer(s) >= 229);
  assert_true(count > 2400);
  assert_line(s, "invokeWithLayer", "invokeWithLayer#da9b0d0d {X:Type} layer:int query:!X = X;");
  assert_line(s, "inputPeerUser",
              "inputPeerUser#dde8a54c user_id:long access_hash:long = InputPeer;");
  assert_null(tlp_schema_find(s, "mtcute.dummyUpdate"));
  tlp_schema_free(s);
}

/* Every message that the protocol's rules name, with the id they name. */
/* proves KX-1, KX-3, KX-5, KX-12, KX-13, MS-3, MS-5, MS-6, MS-9, MS-10, MS-11, MS-12, MS-13, MS-14,
 * MS-15, MS-16, MS-17, PF-3, AP-7 */
static void the_service_messages_are_complete(void **state) {
  (void)state;
  static const struct {
    const char *name;
    uint32_t id;
  } wanted[] = {
      {"req_pq", 0x60469778},
      {"req_pq_multi", 0xbe7e8ef1},
      {"resPQ", 0x05162463},
      {"p_q_inner_data", 0x83c95aec},
      {"p_q_inner_data_dc", 0xa9f55f95},
      {"p_q_inner_data_temp", 0x3c6a84d4},
      {"p_q_inner_data_temp_dc", 0x56fddf88},
      {"req_DH_params", 0xd712e4be},
      {"server_DH_params_ok", 0xd0e8075c},
      {"server_DH_params_fail", 0x79cb045d},
      {"server_DH_inner_data", 0xb5890dba},
      {"client_DH_inner_data", 0x6643b654},
      {"set_client_DH_params", 0xf5045f1f},
      {"dh_gen_ok", 0x3bcbf734},
      {"dh_gen_retry", 0x46dc1fb9},
      {"dh_gen_fail", 0xa69dae02},
      {"bind_auth_key_inner", 0x75a3f765},
      {"msg_container", 0x73f1f8dc},
      {"message", 0x5bb8e511},
      {"msg_copy", 0xe06046b2},
      {"gzip_packed", 0x3072cfa1},
      {"rpc_result", 0xf35c6d01},
      {"rpc_error", 0x2144ca19},
      {"msgs_ack", 0x62d6b459},
      {"bad_msg_notification", 0xa7eff811},
      {"bad_server_salt", 0xedab447b},
      {"new_session_created", 0x9ec20908},
      {"get_future_salts", 0xb921bd04},
      {"future_salt", 0x0949d9dc},
      {"future_salts", 0xae500895},
      {"ping", 0x7abe77ec},
      {"pong", 0x347773c5},
      {"ping_delay_disconnect", 0xf3427b8c},
      {"msgs_state_req", 0xda69fb52},
      {"msgs_state_info", 0x04deb57d},
      {"msgs_all_info", 0x8cc0d131},
      {"msg_resend_req", 0x7d861a08},
      {"msg_detailed_info", 0x276d3ec6},
      {"msg_new_detailed_info", 0x809db6df},
      {"rpc_drop_answer", 0x58e4a740},
      {"rpc_answer_unknown", 0x5e2ad36e},
      {"rpc_answer_dropped_running", 0xcd78e586},
      {"rpc_answer_dropped", 0xa43ad8b7},
      {"destroy_session", 0xe7512126},
      {"destroy_session_ok", 0xe22045fc},
      {"destroy_session_none", 0x62d350c9},
      {"destroy_auth_key", 0xd1435160},
      {"destroy_auth_key_ok", 0xf660e1d4},
      {"destroy_auth_key_none", 0x0a9f2259},
      {"destroy_auth_key_fail", 0xea109b13},
      {"http_wait", 0x9299359f},
      {"help.configSimple", 0x5a592a6c},
  };
  tlp_schema *s = load("mtproto.tl");
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    const tlp_combinator *c = find(s, wanted[i].name);
    assert_int_equal(c->id, wanted[i].id);
    assert_true(c->has_explicit_id);
  }
  assert_int_equal(find(s, "ping")->section, TLP_SECTION_FUNCTIONS);
  assert_int_equal(find(s, "http_wait")->section, TLP_SECTION_TYPES);
  tlp_schema_free(s);
}

/* proves MS-3, MS-12 */
static void vectors_of_service_messages_are_bare(void **state) {
  (void)state;
  tlp_schema *s = load("mtproto.tl");
  assert_line(s, "msg_container",
              "msg_container#73f1f8dc messages:vector<message> = MessageContainer;");
  assert_line(
      s, "future_salts",
      "future_salts#ae500895 req_msg_id:long now:int salts:vector<future_salt> = FutureSalts;");
  tlp_schema_free(s);
}

/* ---- checksums ---- */

static void hex_sha256(const char *text, char *hex) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  assert_int_equal(EVP_Digest(text, strlen(text), digest, NULL, EVP_sha256(), NULL), 1);
  for (size_t i = 0; i < 32; i++)
    (void)sprintf(hex + 2 * i, "%02x", digest[i]);
}

/* proves ER-6 */
static void made_files_are_as_they_were_made(void **state) {
  (void)state;
  static const char *const names[] = {"api.tl", "mtproto.tl", "errors.tsv", "methods.tsv"};
  for (size_t i = 0; i < 4; i++) {
    char hex[65], *text = read_schema(names[i]);
    const char *line = strstr(text, "body-sha256: ");
    assert_non_null(line);
    hex_sha256(strchr(line, '\n') + 1, hex);
    assert_memory_equal(line + strlen("body-sha256: "), hex, 64);
    free(text);
  }
}

/* ---- errors ---- */

/* True when the table has the error with that code, and for that method or for every one. */
static bool table_has(const char *table, int code, const char *error, const char *method) {
  char start[128];
  (void)snprintf(start, sizeof start, "\n%d\t%s\t", code, error);
  const char *row = strstr(table, start);
  if (!row)
    return false;
  row += strlen(start);
  size_t end = strcspn(row, "\t\n"), length = strlen(method);
  if (!*method || (end == 1 && *row == '*'))
    return true;
  for (const char *at = row; at < row + end; at += strcspn(at, ",\t\n") + 1) {
    if (strncmp(at, method, length) == 0 && strchr(",\t\n", at[length]))
      return true;
  }
  return false;
}

static const struct required {
  const char *method;
  int code;
  const char *errors; /* separated by spaces */
} required[] = {
    {"auth.sendCode", 400,
     "API_ID_INVALID API_ID_PUBLISHED_FLOOD PHONE_NUMBER_APP_SIGNUP_FORBIDDEN PHONE_NUMBER_BANNED "
     "PHONE_NUMBER_FLOOD PHONE_NUMBER_INVALID PHONE_PASSWORD_PROTECTED SMS_CODE_CREATE_FAILED"},
    {"auth.sendCode", 406, "PHONE_PASSWORD_FLOOD UPDATE_APP_TO_LOGIN"},
    {"auth.sendCode", 500, "AUTH_RESTART AUTH_RESTART_%d"},
    {"auth.sendCode", 303, "PHONE_MIGRATE_%d NETWORK_MIGRATE_%d USER_MIGRATE_%d"},
    {"auth.signIn", 400,
     "PHONE_CODE_EMPTY PHONE_CODE_EXPIRED PHONE_CODE_INVALID PHONE_NUMBER_INVALID "
     "PHONE_NUMBER_UNOCCUPIED"},
    {"auth.signIn", 406, "UPDATE_APP_TO_LOGIN"},
    {"auth.signIn", 500, "AUTH_RESTART SIGN_IN_FAILED"},
    {"auth.signIn", 401, "SESSION_PASSWORD_NEEDED"},
    {"auth.importLoginToken", 401, "SESSION_PASSWORD_NEEDED"},
    {"auth.exportLoginToken", 401, "SESSION_PASSWORD_NEEDED"},
    {"auth.importBotAuthorization", 400,
     "ACCESS_TOKEN_EXPIRED ACCESS_TOKEN_INVALID API_ID_INVALID API_ID_PUBLISHED_FLOOD"},
    {"auth.checkPassword", 400, "PASSWORD_HASH_INVALID SRP_ID_INVALID SRP_PASSWORD_CHANGED"},
    {"auth.checkPassword", 500, "AUTH_KEY_UNSYNCHRONIZED"},
    {"account.updatePasswordSettings", 400, "EMAIL_UNCONFIRMED_%d"},
    {"account.deleteAccount", 420, "2FA_CONFIRM_WAIT_%d"},
    {"account.initTakeoutSession", 420, "TAKEOUT_INIT_DELAY_%d"},
    {"upload.getFile", 420, "FLOOD_PREMIUM_WAIT_%d"},
    {"upload.getFile", 303, "FILE_MIGRATE_%d"},
    {"stats.getBroadcastStats", 303, "STATS_MIGRATE_%d"},
    {"messages.sendMessage", 420, "SLOWMODE_WAIT_%d"},
    {"messages.initHistoryImport", 406, "PREVIOUS_CHAT_IMPORT_ACTIVE_WAIT_%dMIN"},
    {"messages.sendMedia", 400, "FILE_PART_%d_MISSING"},
    {"payments.applyGiftCode", 420, "PREMIUM_SUB_ACTIVE_UNTIL_%d"},
    {"messages.editChatCreator", 400,
     "PASSWORD_TOO_FRESH_%d SESSION_TOO_FRESH_%d PASSWORD_MISSING"},
    /* those that any method may return */
    {"help.getConfig", 420, "FLOOD_WAIT_%d FLOOD_SKIP_FAILED_WAIT FROZEN_METHOD_INVALID"},
    {"help.getConfig", 401,
     "AUTH_KEY_UNREGISTERED AUTH_KEY_PERM_EMPTY SESSION_REVOKED SESSION_EXPIRED USER_DEACTIVATED"},
    {"help.getConfig", 406, "AUTH_KEY_DUPLICATED"},
    {"help.getConfig", 400,
     "BUSINESS_CONNECTION_NOT_ALLOWED CONNECTION_NOT_INITED CONNECTION_LAYER_INVALID "
     "MSG_WAIT_FAILED"},
    {"help.getConfig", -503, "Timeout Timedout MSG_WAIT_TIMEOUT"},
    {"help.getConfig", 500, "WORKER_BUSY_TOO_LONG_RETRY INTERDC_%d_CALL_ERROR"},
    {"auth.bindTempAuthKey", 400, "ENCRYPTED_MESSAGE_INVALID"},
    {"auth.sendCode", 420, "FLOOD_TEST_PHONE_WAIT_%d"},
    {"stories.canSendStory", 400, "STORY_SEND_FLOOD_MONTHLY_%d STORY_SEND_FLOOD_WEEKLY_%d"},
};

static size_t check_required(const struct required *r, const char *list, const char *by_hand) {
  size_t missing = 0;
  for (const char *at = r->errors; *at;) {
    char name[64];
    size_t length = strcspn(at, " ");
    (void)snprintf(name, sizeof name, "%.*s", (int)length, at);
    if (!table_has(list, r->code, name, r->method) &&
        !table_has(by_hand, r->code, name, r->method)) {
      print_message("%s: %d %s is missing\n", r->method, r->code, name);
      missing++;
    }
    at += length + (at[length] == ' ');
  }
  return missing;
}

/* proves ER-1, ER-3, ER-4, ER-5, ER-6, ER-7 */
static void the_tables_of_errors_cover_what_is_required(void **state) {
  (void)state;
  char *list = read_schema("errors.tsv"), *by_hand = read_schema("errors-extra.tsv");
  size_t missing = 0, rows = 0;
  for (size_t i = 0; i < sizeof required / sizeof *required; i++)
    missing += check_required(&required[i], list, by_hand);
  assert_int_equal(missing, 0);
  for (const char *at = list; *at; at = strchr(at, '\n') + 1)
    rows += *at != '#';
  assert_int_equal(rows, 861); /* names, once for each of their codes */
  free(list);
  free(by_hand);
}

/* Runs over the rows of a table and calls `check` with its cells. */
static void each_row(const char *name, size_t columns, void (*check)(char **cells, void *ctx),
                     void *ctx) {
  char *text = read_schema(name), *rest = text;
  while (*rest) {
    char *line = rest, *cells[8] = {NULL};
    rest += strcspn(rest, "\n");
    if (*rest)
      *rest++ = '\0';
    if (*line == '#' || !*line)
      continue;
    size_t count = 0;
    for (char *at = line; at && count < 8; at = strchr(at, '\t')) {
      if (count)
        *at++ = '\0';
      cells[count++] = at;
    }
    assert_in_range(count, columns - 1, columns);
    check(cells, ctx);
  }
  free(text);
}

static void check_methods(char **cells, void *ctx) {
  for (char *at = cells[2]; *at;) {
    size_t length = strcspn(at, ",");
    bool more = at[length] == ',';
    at[length] = '\0';
    const tlp_combinator *method = tlp_schema_find(ctx, at);
    if (strcmp(at, "*") != 0 && (!method || method->section != TLP_SECTION_FUNCTIONS))
      fail_msg("%s: there is no method %s", cells[1], at);
    at += length + more;
  }
}

/* proves ER-6 */
static void errors_name_methods_that_exist(void **state) {
  (void)state;
  tlp_schema *s = load("api.tl");
  each_row("errors.tsv", 3, check_methods, s);
  each_row("errors-extra.tsv", 4, check_methods, s);
  tlp_schema_free(s);
}

typedef struct callers {
  const tlp_schema *schema;
  size_t user;
  size_t bot;
  size_t all;
} callers;

static void check_callers(char **cells, void *ctx) {
  callers *c = ctx;
  assert_int_equal(find(c->schema, cells[0])->section, TLP_SECTION_FUNCTIONS);
  c->all++;
  c->user += strcmp(cells[1], "user") == 0;
  c->bot += strcmp(cells[1], "bot") == 0;
}

/* proves ER-6 */
static void methods_say_who_may_call_them(void **state) {
  (void)state;
  tlp_schema *s = load("api.tl");
  callers c = {.schema = s};
  each_row("methods.tsv", 2, check_callers, &c);
  assert_true(c.all > 800 && c.user > 600 && c.bot > 25);
  tlp_schema_free(s);
}

/* ---- keys and data centres ---- */

/* Writes n as TL bytes: 256 bytes, so the length takes four. */
static size_t tl_bytes(const unsigned char *data, size_t length, unsigned char *to) {
  size_t head = length < 254 ? 1 : 4;
  to[0] = length < 254 ? (unsigned char)length : 254;
  for (size_t i = 1; i < head; i++)
    to[i] = (unsigned char)(length >> 8 * (i - 1));
  memcpy(to + head, data, length);
  size_t end = head + length;
  while (end % 4)
    to[end++] = 0;
  return end;
}

static uint64_t fingerprint(const char *path) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  EVP_PKEY *key = PEM_read_PUBKEY(file, NULL, NULL, NULL);
  (void)fclose(file);
  assert_non_null(key);
  BIGNUM *numbers[2] = {NULL, NULL};
  assert_int_equal(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &numbers[0]), 1);
  assert_int_equal(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &numbers[1]), 1);
  unsigned char bytes[600], number[300], digest[EVP_MAX_MD_SIZE];
  size_t length = 0;
  for (int i = 0; i < 2; i++) {
    size_t size = (size_t)BN_bn2bin(numbers[i], number);
    length += tl_bytes(number, size, bytes + length);
    BN_free(numbers[i]);
  }
  EVP_PKEY_free(key);
  assert_int_equal(EVP_Digest(bytes, length, digest, NULL, EVP_sha1(), NULL), 1);
  uint64_t result = 0;
  for (int i = 0; i < 8; i++)
    result |= (uint64_t)digest[12 + i] << 8 * i;
  return result;
}

/* proves KX-2 */
static void keys_have_the_known_fingerprints(void **state) {
  (void)state;
  assert_true(fingerprint(SCHEMA_DIR "/keys/production.pem") == UINT64_C(0xd09d1d85de64fd85));
  assert_true(fingerprint(SCHEMA_DIR "/keys/test.pem") == UINT64_C(0xb25898df208d2603));
}

static void check_dc(char **cells, void *ctx) {
  unsigned *seen = ctx;
  bool production = strcmp(cells[0], "production") == 0;
  bool ipv6 = strchr(cells[2], ':') != NULL;
  int dc = cells[1][0] - '0';
  assert_true(production || strcmp(cells[0], "test") == 0);
  assert_in_range(dc, 1, production ? 5 : 3);
  assert_string_equal(cells[3], "443");
  assert_true(ipv6 ? strcmp(cells[4], "ipv6") == 0 : cells[4] == NULL);
  seen[production ? 0 : 1] |= (ipv6 ? 0x100u : 1u) << dc;
}

/* proves AP-5 */
static void every_data_centre_has_both_kinds_of_address(void **state) {
  (void)state;
  unsigned seen[2] = {0, 0};
  each_row("dc.tsv", 5, check_dc, seen);
  assert_int_equal(seen[0], 0x3e3e);
  assert_int_equal(seen[1], 0x0e0e);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_api_has_all_of_a_layer),
      cmocka_unit_test(the_service_messages_are_complete),
      cmocka_unit_test(vectors_of_service_messages_are_bare),
      cmocka_unit_test(made_files_are_as_they_were_made),
      cmocka_unit_test(the_tables_of_errors_cover_what_is_required),
      cmocka_unit_test(errors_name_methods_that_exist),
      cmocka_unit_test(methods_say_who_may_call_them),
      cmocka_unit_test(keys_have_the_known_fingerprints),
      cmocka_unit_test(every_data_centre_has_both_kinds_of_address),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
