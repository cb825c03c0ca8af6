/* tgauth_start(): signing in with callbacks, right and wrong answers, as user and bot. */
#include "flow_fixture.h"

#define BOT "123456:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghi"

static const char config[] =
    "{\"users\":[{\"phone\":\"15550000001\",\"code\":\"11111\"},"
    "{\"phone\":\"15550000002\",\"code\":\"22222\",\"password\":\"hunter2\",\"hint\":\"a game\"},"
    "{\"phone\":\"15550000003\",\"code_types\":[\"setup_email\"]}],"
    "\"bots\":[{\"token\":\"" BOT "\"}]}";

/* Answers in order; a callback that runs out of them gives up. "*" is the code that was sent. */
typedef struct script {
  flow *dc;
  const char *phones[4], *codes[8], *passwords[4], *emails[4];
  const char *first_name;
  char mailbox[64]; /* where the code of the login e-mail goes */
  char hint[64], terms[128];
  tgauth_delivery types[8];
  int n_phones, n_codes, n_passwords, n_emails, n_mail_codes, n_sign_ups;
  const char *mail_codes[4]; /* instead of the one in the mail */
  int n_errors, stop_at;     /* the error callback says no at that error; 0: never */
  tg_err errors[8];
  const char *session; /* a file that must exist whenever a prompt waits */
} script;

static bool give(const char *answer, char *out, size_t size) {
  if (!answer)
    return false;
  assert_true(strlen(answer) < size);
  memcpy(out, answer, strlen(answer) + 1);
  return true;
}

static bool phone(void *ctx, char *out, size_t size) {
  script *self = ctx;
  return give(self->phones[self->n_phones++], out, size);
}

static bool code(void *ctx, const tgauth_code *sent, char *out, size_t size) {
  script *self = ctx;
  char text[FLOW_HASH];
  const char *answer = self->codes[self->n_codes];
  self->types[self->n_codes++] = sent->type;
  if (self->session) {
    FILE *file = fopen(self->session, "rb");
    assert_non_null(file);
    fclose(file);
  }
  if (answer && strcmp(answer, "*") == 0)
    answer = flow_code(self->dc, sent->type == TGAUTH_BY_EMAIL ? self->mailbox : sent->phone, text);
  return give(answer, out, size);
}

static bool password(void *ctx, const char *hint, char *out, size_t size) {
  script *self = ctx;
  snprintf(self->hint, sizeof self->hint, "%s", hint);
  return give(self->passwords[self->n_passwords++], out, size);
}

static bool email(void *ctx, char *out, size_t size) {
  script *self = ctx;
  return give(self->emails[self->n_emails++], out, size);
}

static bool email_code(void *ctx, const char *pattern, int32_t length, char *out, size_t size) {
  script *self = ctx;
  char text[FLOW_HASH];
  assert_non_null(pattern);
  assert_int_equal(length, 6);
  const char *answer = self->mail_codes[self->n_mail_codes++];
  return give(answer ? answer : flow_code(self->dc, self->mailbox, text), out, size);
}

static bool sign_up(void *ctx, const tgauth_terms *terms, char *first, char *last, size_t size) {
  script *self = ctx;
  assert_non_null(terms);
  snprintf(self->terms, sizeof self->terms, "%s", terms->text);
  return self->n_sign_ups++ < 3 &&
         give(self->n_sign_ups == 1 ? "" : self->first_name, first, size) &&
         give("Last", last, size);
}

static bool on_error(void *ctx, const mtp_error *error) {
  script *self = ctx;
  self->errors[self->n_errors++] = error->rpc;
  return self->n_errors != self->stop_at;
}

static mtp_status start(script *self, tgauth *auth, const char *who, mtp_error *error) {
  const tgauth_start_callbacks callbacks = {.ctx = self,
                                            .phone = phone,
                                            .code = code,
                                            .password = password,
                                            .email = email,
                                            .email_code = email_code,
                                            .sign_up = sign_up,
                                            .error = on_error};
  return tgauth_start(auth, who, &callbacks, error);
}

static mtp_status run(script *self, const char *who, mtp_error *error) {
  tgauth *auth = flow_client(self->dc, NULL);
  mtp_status status = start(self, auth, who, error);
  bool authorized = flow_authorized(auth);
  assert_true(authorized == (status == MTP_OK));
  tgauth_close(auth);
  return status;
}

/* proves LG-1, LG-2 */
static void test_right_answers_sign_in(void **state) {
  script self = {.dc = *state, .phones = {"+1 (555) 000-0001"}, .codes = {"11111"}};
  mtp_error error;
  flow_ok(run(&self, NULL, &error), &error);
  assert_int_equal(self.n_errors, 0);
  assert_int_equal(self.types[0], TGAUTH_BY_APP);
}

/* proves LG-2, ER-5 */
static void test_asks_again_after_a_wrong_code(void **state) {
  script self = {.dc = *state, .codes = {"99999", "11111"}};
  mtp_error error;
  int before = flow_calls(*state, "auth.sendCode");
  flow_ok(run(&self, "+15550000001", &error), &error);
  assert_int_equal(self.n_errors, 1);
  assert_int_equal(self.errors[0], TG_ERR_PHONE_CODE_INVALID);
  assert_int_equal(flow_calls(*state, "auth.sendCode"), before + 1);
}

/* proves ER-5, SR-4 */
static void test_asks_again_after_a_wrong_password(void **state) {
  script self = {.dc = *state, .codes = {"22222"}, .passwords = {"hunter3", "hunter2"}};
  mtp_error error;
  flow_ok(run(&self, "+15550000002", &error), &error);
  assert_int_equal(self.n_errors, 1);
  assert_int_equal(self.errors[0], TG_ERR_PASSWORD_HASH_INVALID);
  assert_string_equal(self.hint, "a game");
}

/* proves LG-1 */
static void test_an_empty_answer_resends(void **state) {
  script self = {.dc = *state, .codes = {"", "", "", "11111"}};
  mtp_error error;
  flow_ok(run(&self, "+15550000001", &error), &error);
  assert_int_equal(self.types[0], TGAUTH_BY_APP);
  assert_int_equal(self.types[1], TGAUTH_BY_SMS);
  assert_int_equal(self.types[2], TGAUTH_BY_CALL);
  assert_int_equal(self.n_errors, 1); /* there is no fourth way */
  assert_int_equal(self.errors[0], TG_ERR_SEND_CODE_UNAVAILABLE);
}

/* proves ER-5 */
static void test_an_expired_code_is_replaced(void **state) {
  script self = {.dc = *state, .codes = {"11111", "11111"}};
  mtp_error error;
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"auth.signIn\",\"times\":1,"
                       "\"error\":\"400 PHONE_CODE_EXPIRED\"}");
  int before = flow_calls(*state, "auth.sendCode");
  flow_ok(run(&self, "+15550000001", &error), &error);
  assert_int_equal(self.errors[0], TG_ERR_PHONE_CODE_EXPIRED);
  assert_int_equal(flow_calls(*state, "auth.sendCode"), before + 2);
}

/* proves ER-5 */
static void test_auth_restart_starts_over(void **state) {
  script self = {.dc = *state, .codes = {"11111", "11111"}};
  mtp_error error;
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"auth.signIn\",\"times\":1,"
                       "\"error\":\"500 AUTH_RESTART\"}");
  flow_ok(run(&self, "+15550000001", &error), &error);
  assert_int_equal(self.n_errors, 1);
  assert_int_equal(self.errors[0], TG_ERR_AUTH_RESTART);
}

/* proves ER-5 */
static void test_auth_restart_at_the_password_starts_over(void **state) {
  script self = {.dc = *state, .codes = {"22222", "22222"}, .passwords = {"hunter2", "hunter2"}};
  mtp_error error;
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"auth.checkPassword\",\"times\":1,"
                       "\"error\":\"500 AUTH_RESTART\"}");
  flow_ok(run(&self, "+15550000002", &error), &error);
  assert_int_equal(self.n_codes, 2);
  assert_int_equal(self.errors[0], TG_ERR_AUTH_RESTART);
}

/* proves ER-5 */
static void test_the_error_callback_can_stop_it(void **state) {
  script self = {.dc = *state, .codes = {"99999", "88888", "11111"}, .stop_at = 2};
  mtp_error error;
  flow_rpc(run(&self, "+15550000001", &error), &error, TG_ERR_PHONE_CODE_INVALID);
  assert_int_equal(self.n_codes, 2);
}

/* proves LG-2 */
static void test_a_callback_can_give_up(void **state) {
  script self = {.dc = *state};
  mtp_error error;
  flow_failed(run(&self, "+15550000001", &error), &error, MTP_ERR_CANCELLED);
}

/* proves LG-2 */
static void test_a_missing_callback_is_named(void **state) {
  const tgauth_start_callbacks none = {0};
  tgauth *auth = flow_client(*state, NULL);
  mtp_error error;
  flow_failed(tgauth_start(auth, NULL, &none, &error), &error, MTP_ERR_ARGUMENT);
  assert_non_null(strstr(error.text, "phone"));
  flow_failed(tgauth_start(auth, "15550000001", &none, &error), &error, MTP_ERR_ARGUMENT);
  assert_non_null(strstr(error.text, "code"));
  tgauth_close(auth);
}

/* proves ER-4 */
static void test_a_missing_callback_does_not_send_codes_again(void **state) {
  script self = {.dc = *state, .phones = {"15550000001", "15550000001", "15550000001"}};
  const tgauth_start_callbacks only_phone = {.ctx = &self, .phone = phone};
  tgauth *auth = flow_client(*state, NULL);
  mtp_error error;
  int before = flow_calls(*state, "auth.sendCode");
  flow_failed(tgauth_start(auth, NULL, &only_phone, &error), &error, MTP_ERR_ARGUMENT);
  assert_int_equal(self.n_phones, 1);
  assert_int_equal(flow_calls(*state, "auth.sendCode"), before + 1);
  flow_failed(tgauth_start(auth, "qr", &only_phone, &error), &error, MTP_ERR_ARGUMENT);
  assert_non_null(strstr(error.text, "QR"));
  tgauth_close(auth);
}

/* proves ER-4, ER-5 */
static void test_errors_of_the_request_itself_are_told_not_repeated(void **state) {
  static const struct {
    const char *sent;
    tg_err name;
  } cases[] = {{"500 AUTH_RESTART", TG_ERR_AUTH_RESTART},
               {"500 AUTH_RESTART_7", TG_ERR_AUTH_RESTART_X},
               {"420 FLOOD_WAIT_2", TG_ERR_FLOOD_WAIT_X},
               {"406 PHONE_PASSWORD_FLOOD", TG_ERR_PHONE_PASSWORD_FLOOD}};
  mtp_error error;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    script self = {.dc = *state, .phones = {"15550000001"}};
    int before = flow_calls(*state, "auth.sendCode");
    flow_command(*state,
                 "{\"do\":\"rule\",\"method\":\"auth.sendCode\",\"times\":1,\"error\":\"%s\"}",
                 cases[i].sent);
    flow_rpc(run(&self, NULL, &error), &error, cases[i].name);
    assert_int_equal(flow_calls(*state, "auth.sendCode"), before + 1);
    assert_int_equal(self.n_errors, 0);
  }
}

/* proves LG-3 */
static void test_a_future_auth_token_leaves_only_the_password_to_ask(void **state) {
  script self = {.dc = *state, .codes = {"22222"}, .passwords = {"hunter2", "hunter3", "hunter2"}};
  mtp_error error;
  tgauth *auth = flow_client(*state, NULL);
  flow_ok(start(&self, auth, "15550000002", &error), &error);
  flow_ok(tgauth_log_out(auth, false, &error), &error);
  flow_ok(start(&self, auth, "15550000002", &error), &error);
  assert_int_equal(self.n_codes, 1);
  assert_int_equal(self.n_passwords, 3);
  tgauth_close(auth);
}

/* proves LG-2 */
static void test_does_nothing_when_signed_in(void **state) {
  script self = {.dc = *state, .codes = {"11111"}};
  mtp_error error;
  tgauth *auth = flow_client(*state, NULL);
  flow_ok(start(&self, auth, "15550000001", &error), &error);
  int codes = flow_calls(*state, "auth.sendCode"), all = flow_report(*state, "calls");
  flow_ok(start(&self, auth, NULL, &error), &error);
  assert_int_equal(self.n_phones, 0);
  assert_int_equal(self.n_codes, 1);
  assert_int_equal(flow_calls(*state, "auth.sendCode"), codes);
  assert_int_equal(flow_report(*state, "calls"), all + 1); /* just the question */
  tgauth_close(auth);
}

/* proves LG-6 */
static void test_a_bot_token_signs_in_a_bot(void **state) {
  script self = {.dc = *state, .phones = {BOT}};
  mtp_error error;
  tgauth *auth = flow_client(*state, NULL);
  flow_ok(start(&self, auth, NULL, &error), &error);
  assert_true(mtp_client_session(tgauth_client(auth))->bot);
  assert_int_equal(mtp_client_session(tgauth_client(auth))->user_id, 123456);
  tgauth_close(auth);
}

/* proves LG-2, LG-6 */
static void test_asks_again_who_after_nonsense(void **state) {
  script self = {.dc = *state, .phones = {"my phone", "1:short", BOT}, .codes = {"11111"}};
  mtp_error error;
  flow_ok(run(&self, NULL, &error), &error);
  assert_int_equal(self.n_phones, 3);
  assert_int_equal(self.n_errors, 2);
}

/* proves LG-2 */
static void test_signs_up_with_the_terms(void **state) {
  script self = {.dc = *state, .codes = {"*"}, .first_name = "Ada"};
  mtp_error error;
  mtp_reply *reply;
  const tg_user *me;
  tgauth *auth = flow_client(*state, NULL);
  flow_ok(start(&self, auth, "+15550000777", &error), &error);
  assert_non_null(strstr(self.terms, "Be kind"));
  assert_int_equal(self.n_sign_ups, 2); /* an empty name first */
  assert_int_equal(self.errors[0], TG_ERR_FIRSTNAME_INVALID);
  assert_int_equal(flow_calls(*state, "help.acceptTermsOfService"), 1);
  flow_ok(tgauth_get_me(auth, &reply, &me, &error), &error);
  assert_string_equal(me->first_name.data, "Ada");
  assert_string_equal(me->last_name.data, "Last");
  mtp_reply_free(reply);
  tgauth_close(auth);
}

/* proves LG-4 */
static void test_sets_up_a_login_email(void **state) {
  script self = {.dc = *state,
                 .emails = {"nonsense", "ada@example.org"},
                 .codes = {"00000", "*"},
                 .mail_codes = {"00000x"},
                 .mailbox = "ada@example.org"};
  mtp_error error;
  flow_ok(run(&self, "15550000003", &error), &error);
  assert_int_equal(self.errors[0], TG_ERR_EMAIL_INVALID);
  assert_int_equal(self.errors[1], TG_ERR_CODE_INVALID); /* of the mail */
  assert_int_equal(self.errors[2], TG_ERR_CODE_INVALID);
  assert_int_equal(self.n_emails, 2);
  assert_int_equal(self.n_mail_codes, 2);
  assert_int_equal(self.types[0], TGAUTH_BY_EMAIL);
}

/* proves LG-9 */
static void test_the_session_is_saved_before_a_prompt_waits(void **state) {
  char path[128], lock[160];
  snprintf(path, sizeof path, "%s/me.session", ((flow *)*state)->dir);
  snprintf(lock, sizeof lock, "%s.lock", path);
  script self = {.dc = *state, .codes = {NULL}, .session = path};
  mtp_error error;
  tgauth *auth = flow_client(*state, tgauth_store_file(path, NULL));
  flow_failed(start(&self, auth, "15550000001", &error), &error, MTP_ERR_CANCELLED);
  assert_int_equal(self.n_codes, 1);
  tgauth_close(auth);
  /* what was kept is a key that the server knows: signing in goes on with it */
  int keys = flow_report(*state, "keys");
  auth = flow_client(*state, tgauth_store_file(path, NULL));
  flow_sign_in(*state, auth, "15550000001");
  assert_int_equal(flow_report(*state, "keys"), keys);
  tgauth_close(auth);
}

static int setup(void **state) {
  *state = flow_start(config, 0);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_right_answers_sign_in),
      cmocka_unit_test(test_asks_again_after_a_wrong_code),
      cmocka_unit_test(test_asks_again_after_a_wrong_password),
      cmocka_unit_test(test_an_empty_answer_resends),
      cmocka_unit_test(test_an_expired_code_is_replaced),
      cmocka_unit_test(test_auth_restart_starts_over),
      cmocka_unit_test(test_auth_restart_at_the_password_starts_over),
      cmocka_unit_test(test_the_error_callback_can_stop_it),
      cmocka_unit_test(test_a_callback_can_give_up),
      cmocka_unit_test(test_a_missing_callback_is_named),
      cmocka_unit_test(test_a_missing_callback_does_not_send_codes_again),
      cmocka_unit_test(test_errors_of_the_request_itself_are_told_not_repeated),
      cmocka_unit_test(test_a_future_auth_token_leaves_only_the_password_to_ask),
      cmocka_unit_test(test_does_nothing_when_signed_in),
      cmocka_unit_test(test_a_bot_token_signs_in_a_bot),
      cmocka_unit_test(test_asks_again_who_after_nonsense),
      cmocka_unit_test(test_signs_up_with_the_terms),
      cmocka_unit_test(test_sets_up_a_login_email),
      cmocka_unit_test(test_the_session_is_saved_before_a_prompt_waits),
  };
  return cmocka_run_group_tests(tests, setup, flow_teardown);
}
