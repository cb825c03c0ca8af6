/* tgauth_start(): signing in with callbacks, right and wrong answers, as user and bot. */
#include "flow_script.h"

#define BOT    "123456:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghi"
#define NO_BOT "123457:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghi"

static const char config[] =
    "{\"users\":[{\"phone\":\"15550000001\",\"code\":\"11111\"},"
    "{\"phone\":\"15550000002\",\"code\":\"22222\",\"password\":\"hunter2\",\"hint\":\"a game\"},"
    "{\"phone\":\"15550000003\",\"code_types\":[\"setup_email\"]}],"
    "\"bots\":[{\"token\":\"" BOT "\"}]}";

/* proves LG-1, LG-2 */
static void test_right_answers_sign_in(void **state) {
  script self = {.dc = *state, .phones = {"+1 (555) 000-0001"}, .codes = {"11111"}};
  mtp_error error;
  flow_ok(script_run(&self, NULL, &error), &error);
  assert_int_equal(self.n_errors, 0);
  assert_int_equal(self.types[0], TGAUTH_BY_APP);
}

/* proves LG-2, ER-5 */
static void test_asks_again_after_a_wrong_code(void **state) {
  script self = {.dc = *state, .codes = {"99999", "11111"}};
  mtp_error error;
  int before = flow_calls(*state, "auth.sendCode");
  flow_ok(script_run(&self, "+15550000001", &error), &error);
  assert_int_equal(self.n_errors, 1);
  assert_int_equal(self.errors[0], TG_ERR_PHONE_CODE_INVALID);
  assert_int_equal(flow_calls(*state, "auth.sendCode"), before + 1);
}

/* proves ER-5, SR-4 */
static void test_asks_again_after_a_wrong_password(void **state) {
  script self = {.dc = *state, .codes = {"22222"}, .passwords = {"hunter3", "hunter2"}};
  mtp_error error;
  flow_ok(script_run(&self, "+15550000002", &error), &error);
  assert_int_equal(self.n_errors, 1);
  assert_int_equal(self.errors[0], TG_ERR_PASSWORD_HASH_INVALID);
  assert_string_equal(self.hint, "a game");
}

/* proves LG-1 */
static void test_an_empty_answer_resends(void **state) {
  script self = {.dc = *state, .codes = {"", "", "", "11111"}};
  mtp_error error;
  flow_ok(script_run(&self, "+15550000001", &error), &error);
  assert_int_equal(self.types[0], TGAUTH_BY_APP);
  assert_int_equal(self.types[1], TGAUTH_BY_SMS);
  assert_int_equal(self.types[2], TGAUTH_BY_CALL);
  assert_int_equal(self.n_errors, 1); /* there is no fourth way */
  assert_int_equal(self.errors[0], TG_ERR_SEND_CODE_UNAVAILABLE);
}

/* proves LG-1 */
static void test_a_payment_ends_it(void **state) {
  script self = {.dc = *state, .codes = {"11111"}};
  mtp_error error;
  flow_command(*state, "{\"do\":\"user\",\"phone\":\"15550000005\",\"code\":\"11111\","
                       "\"code_types\":[\"payment\",\"sms\"]}");
  flow_failed(script_run(&self, "15550000005", &error), &error, MTP_ERR_CANCELLED);
  assert_non_null(strstr(error.text, "199"));
  assert_int_equal(self.n_codes, 0);
}

/* proves ER-5 */
static void test_an_expired_code_is_replaced(void **state) {
  script self = {.dc = *state, .codes = {"11111", "11111"}};
  mtp_error error;
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"auth.signIn\",\"times\":1,"
                       "\"error\":\"400 PHONE_CODE_EXPIRED\"}");
  int before = flow_calls(*state, "auth.sendCode");
  flow_ok(script_run(&self, "+15550000001", &error), &error);
  assert_int_equal(self.errors[0], TG_ERR_PHONE_CODE_EXPIRED);
  assert_int_equal(flow_calls(*state, "auth.sendCode"), before + 2);
}

static const struct {
  const char *sent;
  tg_err name;
} restarts[] = {{"500 AUTH_RESTART", TG_ERR_AUTH_RESTART},
                {"500 AUTH_RESTART_7", TG_ERR_AUTH_RESTART_X},
                {"400 PHONE_CODE_EXPIRED", TG_ERR_PHONE_CODE_EXPIRED}};
enum { N_RESTARTS = sizeof restarts / sizeof restarts[0] };

static void fail_once(flow *dc, const char *method, const char *error) {
  flow_command(dc, "{\"do\":\"rule\",\"method\":\"%s\",\"times\":1,\"error\":\"%s\"}", method,
               error);
}

/* proves ER-5 */
static void test_auth_restart_starts_over(void **state) {
  mtp_error error;
  for (size_t i = 0; i < N_RESTARTS; i++) {
    script self = {.dc = *state, .codes = {"11111", "11111"}};
    int before = flow_calls(*state, "auth.sendCode");
    fail_once(*state, "auth.signIn", restarts[i].sent);
    flow_ok(script_run(&self, "+15550000001", &error), &error);
    assert_int_equal(self.n_errors, 1);
    assert_int_equal(self.errors[0], restarts[i].name);
    assert_int_equal(flow_calls(*state, "auth.sendCode"), before + 2);
  }
}

/* proves ER-5 */
static void test_nothing_starts_over_against_the_error_callback(void **state) {
  mtp_error error;
  for (size_t i = 0; i < N_RESTARTS; i++) {
    script self = {.dc = *state, .codes = {"11111", "11111"}, .stop_at = 1};
    int before = flow_calls(*state, "auth.sendCode");
    fail_once(*state, "auth.signIn", restarts[i].sent);
    flow_rpc(script_run(&self, "+15550000001", &error), &error, restarts[i].name);
    assert_int_equal(self.n_codes, 1);
    assert_int_equal(flow_calls(*state, "auth.sendCode"), before + 1);
  }
  script self = {
      .dc = *state, .codes = {"22222"}, .passwords = {"hunter3", "hunter2"}, .stop_at = 1};
  flow_rpc(script_run(&self, "+15550000002", &error), &error, TG_ERR_PASSWORD_HASH_INVALID);
  assert_int_equal(self.n_passwords, 1);
}

/* proves ER-5 */
static void test_without_an_error_callback_five_mistakes_end_it(void **state) {
  script self = {.dc = *state, .no_error_callback = true};
  mtp_error error;
  for (size_t i = 0; i < 6; i++)
    self.codes[i] = "99999";
  flow_rpc(script_run(&self, "+15550000001", &error), &error, TG_ERR_PHONE_CODE_INVALID);
  assert_int_equal(self.n_codes, 5);
  script other = {.dc = *state,
                  .codes = {"99999", "22222"},
                  .passwords = {"1", "2", "3", "hunter2"},
                  .no_error_callback = true};
  flow_ok(script_run(&other, "+15550000002", &error), &error);
}

/* proves ER-5 */
static void test_parameters_that_stay_stale_ask_for_the_password_again(void **state) {
  static const char *const errors[] = {"400 SRP_ID_INVALID", "400 SRP_PASSWORD_CHANGED"};
  mtp_error error;
  for (size_t i = 0; i < 2; i++) {
    script self = {.dc = *state, .codes = {"22222"}, .passwords = {"hunter2", "hunter2"}};
    flow_command(*state,
                 "{\"do\":\"rule\",\"method\":\"auth.checkPassword\",\"times\":2,\"error\":\"%s\"}",
                 errors[i]);
    flow_ok(script_run(&self, "+15550000002", &error), &error);
    assert_int_equal(self.n_passwords, 2);
    assert_int_equal(self.n_errors, 1);
  }
}

/* proves ER-5 */
static void test_auth_restart_at_the_password_starts_over(void **state) {
  script self = {.dc = *state, .codes = {"22222", "22222"}, .passwords = {"hunter2", "hunter2"}};
  mtp_error error;
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"auth.checkPassword\",\"times\":1,"
                       "\"error\":\"500 AUTH_RESTART\"}");
  flow_ok(script_run(&self, "+15550000002", &error), &error);
  assert_int_equal(self.n_codes, 2);
  assert_int_equal(self.errors[0], TG_ERR_AUTH_RESTART);
}

/* proves ER-5 */
static void test_the_error_callback_can_stop_it(void **state) {
  script self = {.dc = *state, .codes = {"99999", "88888", "11111"}, .stop_at = 2};
  mtp_error error;
  flow_rpc(script_run(&self, "+15550000001", &error), &error, TG_ERR_PHONE_CODE_INVALID);
  assert_int_equal(self.n_codes, 2);
}

/* proves LG-2 */
static void test_a_callback_can_give_up(void **state) {
  script self = {.dc = *state};
  mtp_error error;
  flow_failed(script_run(&self, "+15550000001", &error), &error, MTP_ERR_CANCELLED);
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
  const tgauth_start_callbacks only_phone = {.ctx = &self, .phone = script_phone};
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
    int calls; /* AUTH_RESTART sent nothing, and is tried once more */
  } cases[] = {{"500 AUTH_RESTART", TG_ERR_AUTH_RESTART, 2},
               {"500 AUTH_RESTART_7", TG_ERR_AUTH_RESTART_X, 2},
               {"420 FLOOD_WAIT_2", TG_ERR_FLOOD_WAIT_X, 1},
               {"406 PHONE_PASSWORD_FLOOD", TG_ERR_PHONE_PASSWORD_FLOOD, 1}};
  mtp_error error;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    script self = {.dc = *state, .phones = {"15550000001"}};
    int before = flow_calls(*state, "auth.sendCode");
    flow_command(*state,
                 "{\"do\":\"rule\",\"method\":\"auth.sendCode\",\"times\":%d,\"error\":\"%s\"}",
                 cases[i].calls, cases[i].sent);
    flow_rpc(script_run(&self, NULL, &error), &error, cases[i].name);
    assert_int_equal(flow_calls(*state, "auth.sendCode"), before + cases[i].calls);
    assert_int_equal(self.n_errors, 0);
  }
}

/* proves LG-3 */
static void test_a_future_auth_token_leaves_only_the_password_to_ask(void **state) {
  script self = {.dc = *state, .codes = {"22222"}, .passwords = {"hunter2", "hunter3", "hunter2"}};
  mtp_error error;
  tgauth *auth = flow_client(*state, NULL);
  flow_ok(script_start(&self, auth, "15550000002", &error), &error);
  flow_ok(tgauth_log_out(auth, false, &error), &error);
  flow_ok(script_start(&self, auth, "15550000002", &error), &error);
  assert_int_equal(self.n_codes, 1);
  assert_int_equal(self.n_passwords, 3);
  tgauth_close(auth);
}

/* proves LG-2 */
static void test_does_nothing_when_signed_in(void **state) {
  script self = {.dc = *state, .codes = {"11111"}};
  mtp_error error;
  tgauth *auth = flow_client(*state, NULL);
  flow_ok(script_start(&self, auth, "15550000001", &error), &error);
  int codes = flow_calls(*state, "auth.sendCode"), all = flow_report(*state, "calls");
  flow_ok(script_start(&self, auth, NULL, &error), &error);
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
  flow_ok(script_start(&self, auth, NULL, &error), &error);
  assert_true(mtp_client_session(tgauth_client(auth))->bot);
  assert_int_equal(mtp_client_session(tgauth_client(auth))->user_id, 123456);
  tgauth_close(auth);
}

/* proves LG-6 */
static void test_a_token_that_is_refused_is_asked_for_again(void **state) {
  script self = {.dc = *state, .phones = {NO_BOT, BOT, BOT}};
  mtp_error error;
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"auth.importBotAuthorization\",\"skip\":1,"
                       "\"times\":1,\"error\":\"400 ACCESS_TOKEN_EXPIRED\"}");
  flow_ok(script_run(&self, NULL, &error), &error);
  assert_int_equal(self.n_errors, 2);
  assert_int_equal(self.errors[0], TG_ERR_ACCESS_TOKEN_INVALID);
  assert_int_equal(self.errors[1], TG_ERR_ACCESS_TOKEN_EXPIRED);
}

/* ---- QR ---- */

/* proves LG-5 */
static void test_a_qr_code_is_shown_anew_and_may_want_a_password(void **state) {
  script phone = {.dc = *state, .codes = {"22222"}, .passwords = {"hunter2"}};
  script self = {.dc = *state, .passwords = {"hunter2"}, .scanner = flow_client(*state, NULL)};
  mtp_error error;
  flow_ok(script_start(&phone, self.scanner, "15550000002", &error), &error);
  flow_command(*state,
               "{\"do\":\"rule\",\"method\":\"auth.exportLoginToken\",\"times\":1,\"answer\":"
               "{\"_\":\"auth.loginToken\",\"expires\":1,\"token\":\"AAAA\"}}");
  flow_ok(script_run(&self, "qr", &error), &error);
  assert_int_equal(self.n_qrs, 2);
  assert_int_equal(self.n_passwords, 1);
  tgauth_close(self.scanner);
}

/* proves LG-5 */
static void test_showing_a_qr_code_can_give_up(void **state) {
  script self = {.dc = *state};
  mtp_error error;
  flow_failed(script_run(&self, "qr", &error), &error, MTP_ERR_CANCELLED);
  assert_int_equal(self.n_qrs, 1);
}

/* proves LG-5, ER-3 */
static void test_a_qr_code_scanned_earlier_leaves_only_the_password(void **state) {
  script self = {.dc = *state, .passwords = {"hunter2"}};
  tgauth_step step;
  mtp_error error;
  tgauth *auth = flow_client(*state, NULL);
  tgauth_code *code = flow_request(auth, "15550000002");
  flow_ok(tgauth_sign_in(auth, code, "22222", &step, &error), &error);
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"auth.exportLoginToken\",\"times\":2,"
                       "\"error\":\"401 SESSION_PASSWORD_NEEDED\"}");
  flow_ok(script_start(&self, auth, "qr", &error), &error);
  assert_int_equal(self.n_qrs, 0);
  assert_true(flow_authorized(auth));
  tgauth_code_free(code);
  tgauth_close(auth);
}

/* proves LG-2, LG-6 */
static void test_asks_again_who_after_nonsense(void **state) {
  script self = {.dc = *state, .phones = {"my phone", "1:short", BOT}, .codes = {"11111"}};
  mtp_error error;
  flow_ok(script_run(&self, NULL, &error), &error);
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
  flow_ok(script_start(&self, auth, "+15550000777", &error), &error);
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

/* proves LG-2 */
static void test_a_wrong_last_name_is_asked_for_again(void **state) {
  script self = {.dc = *state, .codes = {"*"}, .first_name = "Ada"};
  mtp_error error;
  fail_once(*state, "auth.signUp", "400 LASTNAME_INVALID");
  flow_ok(script_run(&self, "+15550000778", &error), &error);
  assert_int_equal(self.errors[0], TG_ERR_LASTNAME_INVALID);
  assert_int_equal(self.n_sign_ups, 2);
}

/* proves LG-4 */
static void test_an_address_that_is_refused_is_asked_for_again(void **state) {
  script self = {.dc = *state,
                 .emails = {"eva@refused.example", "eva@example.org", "eva@example.org"},
                 .codes = {"*"},
                 .mailbox = "eva@example.org"};
  mtp_error error;
  flow_command(*state,
               "{\"do\":\"user\",\"phone\":\"15550000006\",\"code_types\":[\"setup_email\"]}");
  fail_once(*state, "account.verifyEmail", "400 EMAIL_VERIFY_EXPIRED");
  flow_ok(script_run(&self, "15550000006", &error), &error);
  assert_int_equal(self.n_errors, 2);
  assert_int_equal(self.errors[0], TG_ERR_EMAIL_NOT_ALLOWED);
  assert_int_equal(self.errors[1], TG_ERR_EMAIL_VERIFY_EXPIRED);
  assert_int_equal(self.n_emails, 3);
}

/* proves LG-4 */
static void test_sets_up_a_login_email(void **state) {
  script self = {.dc = *state,
                 .emails = {"nonsense", "ada@example.org"},
                 .codes = {"00000", "*"},
                 .mail_codes = {"00000x"},
                 .mailbox = "ada@example.org"};
  mtp_error error;
  flow_ok(script_run(&self, "15550000003", &error), &error);
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
  flow_failed(script_start(&self, auth, "15550000001", &error), &error, MTP_ERR_CANCELLED);
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
      cmocka_unit_test(test_a_payment_ends_it),
      cmocka_unit_test(test_auth_restart_starts_over),
      cmocka_unit_test(test_nothing_starts_over_against_the_error_callback),
      cmocka_unit_test(test_without_an_error_callback_five_mistakes_end_it),
      cmocka_unit_test(test_parameters_that_stay_stale_ask_for_the_password_again),
      cmocka_unit_test(test_auth_restart_at_the_password_starts_over),
      cmocka_unit_test(test_the_error_callback_can_stop_it),
      cmocka_unit_test(test_a_callback_can_give_up),
      cmocka_unit_test(test_a_missing_callback_is_named),
      cmocka_unit_test(test_a_missing_callback_does_not_send_codes_again),
      cmocka_unit_test(test_errors_of_the_request_itself_are_told_not_repeated),
      cmocka_unit_test(test_a_future_auth_token_leaves_only_the_password_to_ask),
      cmocka_unit_test(test_does_nothing_when_signed_in),
      cmocka_unit_test(test_a_bot_token_signs_in_a_bot),
      cmocka_unit_test(test_a_token_that_is_refused_is_asked_for_again),
      cmocka_unit_test(test_a_qr_code_is_shown_anew_and_may_want_a_password),
      cmocka_unit_test(test_showing_a_qr_code_can_give_up),
      cmocka_unit_test(test_a_qr_code_scanned_earlier_leaves_only_the_password),
      cmocka_unit_test(test_asks_again_who_after_nonsense),
      cmocka_unit_test(test_signs_up_with_the_terms),
      cmocka_unit_test(test_a_wrong_last_name_is_asked_for_again),
      cmocka_unit_test(test_an_address_that_is_refused_is_asked_for_again),
      cmocka_unit_test(test_sets_up_a_login_email),
      cmocka_unit_test(test_the_session_is_saved_before_a_prompt_waits),
  };
  return cmocka_run_group_tests(tests, setup, flow_teardown);
}
