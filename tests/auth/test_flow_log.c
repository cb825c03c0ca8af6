/* What the log callback and the texts of errors are told while somebody signs in, in many ways. */
#include "flow_fixture.h"

#define PHONE    "15550000002"
#define CODE     "72727"
#define PASSWORD "hunter-two"
#define BOT_KEY  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghi"
#define API_HASH "0123456789abcdef0123456789abcdef" /* the fixture's */

static const char config[] =
    "{\"users\":[{\"phone\":\"" PHONE "\",\"code\":\"" CODE "\",\"dc\":2,\"password\":\"" PASSWORD
    "\"}],\"bots\":[{\"token\":\"123456:" BOT_KEY "\",\"dc\":3}]}";

/* All that was said, a line each. */
typedef struct said {
  char text[65536];
  size_t size;
} said;

static void say(said *all, const char *text) {
  size_t size = strlen(text);
  assert_true(all->size + size + 2 < sizeof all->text);
  memcpy(all->text + all->size, text, size);
  all->size += size;
  all->text[all->size++] = '\n';
  all->text[all->size] = '\0';
}

static void on_log(void *ctx, mtp_log_level level, const char *text) {
  (void)level;
  say(ctx, text);
}

static void say_error(said *all, mtp_status status, const mtp_error *error) {
  char text[320];
  assert_int_not_equal(status, MTP_OK);
  say(all, mtp_error_format(error, text, sizeof text));
}

static tgauth *open_client(flow *dc, said *all) {
  tgauth_options options;
  tgauth *auth;
  mtp_error error;
  flow_options(dc, &options);
  options.client.log = on_log;
  options.client.log_ctx = all;
  options.client.log_level = MTP_LOG_DEBUG;
  options.client.pfs = true;
  flow_ok(tgauth_open(&options, &auth, &error), &error);
  return auth;
}

static void never_said(const said *all, const char *secret) {
  if (strstr(all->text, secret))
    fail_msg("\"%s\" was said:\n%s", secret, all->text);
}

/* As they are, and in either hexadecimal. */
static void never_said_bytes(const said *all, const uint8_t *bytes) {
  static const char *const formats[] = {"%02x", "%02X"};
  char hex[2 * 6 + 1];
  for (size_t i = 0; i < 2; i++) {
    for (size_t k = 0; k < 6; k++)
      snprintf(hex + 2 * k, 3, formats[i], bytes[k]);
    never_said(all, hex);
  }
  for (size_t i = 0; i + 6 <= all->size; i++)
    assert_memory_not_equal(all->text + i, bytes, 6);
}

static void never_said_session(const said *all, const mtp_session *session) {
  for (size_t i = 0; i < session->n_keys; i++) {
    never_said_bytes(all, session->keys[i].key);
    never_said_bytes(all, session->keys[i].key + MTP_KEY_SIZE / 2);
  }
  for (size_t i = 0; i < session->n_tokens; i++)
    never_said_bytes(all, session->tokens[i].data);
}

/* Wrong, then right. */
static void sign_in(tgauth *auth, said *all) {
  mtp_error error;
  tgauth_step step;
  tgauth_code *code;
  say_error(all, tgauth_request_code(auth, PHONE "x", NULL, &code, &error), &error);
  flow_ok(tgauth_request_code(auth, PHONE, NULL, &code, &error), &error);
  say_error(all, tgauth_sign_in(auth, code, "98989", &step, &error), &error);
  never_said(all, "98989");
  flow_ok(tgauth_sign_in(auth, code, CODE, &step, &error), &error);
  say_error(all, tgauth_check_password_text(auth, PASSWORD " no", &error), &error);
  flow_ok(tgauth_check_password_text(auth, PASSWORD, &error), &error);
  never_said(all, code->hash);
  tgauth_code_free(code);
}

/* proves LG-9 */
static void test_no_secret_is_logged_or_told_in_an_error(void **state) {
  static said all;
  mtp_error error;
  tgauth_code *code;
  tgauth *auth = open_client(*state, &all);
  sign_in(auth, &all);
  never_said_session(&all, mtp_client_session(tgauth_client(auth)));
  flow_command(*state, "{\"do\":\"disconnect\"}"); /* connecting again says something too */
  assert_true(flow_authorized(auth));
  flow_ok(tgauth_log_out(auth, false, &error), &error);
  assert_int_equal(mtp_client_session(tgauth_client(auth))->n_tokens, 1);
  flow_ok(tgauth_request_code(auth, PHONE, NULL, &code, &error), &error);
  assert_true(code->password_needed);
  tgauth_code_free(code);
  never_said_session(&all, mtp_client_session(tgauth_client(auth)));
  tgauth_close(auth);
  assert_non_null(strstr(all.text, "home data centre: 2 instead of 1"));
  static const char *const secrets[] = {PHONE, "5550000002", CODE, PASSWORD, API_HASH};
  for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
    never_said(&all, secrets[i]);
}

/* proves LG-9 */
static void test_no_token_is_logged_or_told_in_an_error(void **state) {
  static said all;
  mtp_error error;
  tgauth_qr *qr;
  tgauth *auth = open_client(*state, &all);
  flow_ok(tgauth_qr_begin(auth, NULL, 0, &qr, &error), &error);
  say_error(&all, tgauth_qr_accept(auth, tgauth_qr_url(qr), &error), &error);
  never_said(&all, strchr(tgauth_qr_url(qr), '=') + 1);
  say_error(&all, tgauth_qr_accept(auth, "tg://login?token=c2VjcmV0*", &error), &error);
  never_said(&all, "c2VjcmV0");
  say_error(&all, tgauth_sign_in_bot(auth, "123457:" BOT_KEY "!", &error), &error);
  say_error(&all, tgauth_sign_in_bot(auth, "123457:" BOT_KEY, &error), &error);
  flow_ok(tgauth_sign_in_bot(auth, "123456:" BOT_KEY, &error), &error);
  assert_true(flow_authorized(auth));
  never_said_session(&all, mtp_client_session(tgauth_client(auth)));
  tgauth_qr_free(qr);
  tgauth_close(auth);
  never_said(&all, "ABCDEFGH");
  never_said(&all, API_HASH);
  assert_non_null(strstr(all.text, "home data centre: 3 instead of 1"));
}

static int setup(void **state) {
  *state = flow_start(config, 3);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_no_secret_is_logged_or_told_in_an_error),
      cmocka_unit_test(test_no_token_is_logged_or_told_in_an_error),
  };
  return cmocka_run_group_tests(tests, setup, flow_teardown);
}
