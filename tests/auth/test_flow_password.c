/* Two-step verification: checked, set, changed, removed, recovered by mail, and reset. */
#include "flow_fixture.h"

static const char config[] =
    "{\"users\":["
    "{\"phone\":\"15550000002\",\"code\":\"22222\",\"password\":\"hunter2\",\"hint\":\"a game\"},"
    "{\"phone\":\"15550000003\",\"code\":\"33333\",\"password\":\"forgotten\","
    "\"recovery_email\":\"rae@example.org\"},"
    "{\"phone\":\"15550000004\",\"code\":\"44444\",\"password\":\"forgotten\","
    "\"recovery_email\":\"ray@example.org\"},"
    "{\"phone\":\"15550000005\",\"code\":\"55555\",\"password\":\"waiting\"},"
    "{\"phone\":\"15550000006\",\"code\":\"66666\",\"password\":\" A\\u030a \\u212b \"}]}";

/* A new account without a password, signed in. */
static tgauth *fresh(flow *dc, const char *phone) {
  flow_command(dc, "{\"do\":\"user\",\"phone\":\"%s\"}", phone);
  return flow_signed_in(dc, phone);
}

/* As far as the password. */
static tgauth *at_password(flow *dc, const char *phone) {
  tgauth *auth = flow_client(dc, NULL);
  tgauth_code *code;
  tgauth_step step;
  char text[FLOW_HASH];
  mtp_error error;
  flow_ok(tgauth_request_code(auth, phone, NULL, &code, &error), &error);
  flow_ok(tgauth_sign_in(auth, code, flow_code(dc, phone, text), &step, &error), &error);
  assert_int_equal(step, TGAUTH_PASSWORD_NEEDED);
  tgauth_code_free(code);
  return auth;
}

static void check_signs_in(flow *dc, const char *phone, const char *password) {
  tgauth *auth = at_password(dc, phone);
  mtp_error error;
  flow_ok(tgauth_check_password_text(auth, password, &error), &error);
  assert_true(flow_authorized(auth));
  tgauth_close(auth);
}

static tgauth_secret secret_of(const char *text) {
  tgauth_secret secret = {text, strlen(text), NULL};
  return secret;
}

static mtp_status change(tgauth *auth, const char *current, const char *password, const char *hint,
                         const char *email, int32_t *length, mtp_error *error) {
  tgauth_secret secret = secret_of(current ? current : "");
  tgauth_password_change request = {current ? &secret : NULL, password, hint, email};
  return tgauth_change_password(auth, &request, length, error);
}

static tgauth_password_info *info_of(tgauth *auth) {
  tgauth_password_info *info;
  mtp_error error;
  flow_ok(tgauth_get_password(auth, &info, &error), &error);
  return info;
}

/* ---- checking ---- */

/* proves SR-3, ER-3 */
static void test_the_right_password_signs_in(void **state) {
  tgauth *auth = at_password(*state, "15550000002");
  mtp_error error;
  assert_false(flow_authorized(auth));
  tgauth_password_info *info = info_of(auth);
  assert_true(info->has_password);
  assert_false(info->has_recovery);
  assert_string_equal(info->hint, "a game");
  assert_string_equal(info->unconfirmed_email_pattern, "");
  tgauth_password_info_free(info);
  flow_ok(tgauth_check_password_text(auth, "hunter2", &error), &error);
  assert_true(flow_authorized(auth));
  assert_true(mtp_client_session(tgauth_client(auth))->signed_in);
  tgauth_close(auth);
}

/* proves ER-5, SR-4 */
static void test_a_wrong_password_leaves_the_flow_where_it_is(void **state) {
  tgauth *auth = at_password(*state, "15550000002");
  mtp_error error;
  flow_rpc(tgauth_check_password_text(auth, "hunter3", &error), &error,
           TG_ERR_PASSWORD_HASH_INVALID);
  flow_rpc(tgauth_check_password_text(auth, "", &error), &error, TG_ERR_PASSWORD_HASH_INVALID);
  flow_ok(tgauth_check_password_text(auth, "hunter2", &error), &error);
  tgauth_close(auth);
}

/* Spaces around it, a letter in two parts and one that normalisation would change. */
/* proves SR-4 */
static void test_the_bytes_of_a_password_are_used_as_they_are(void **state) {
  static const char *const others[] = {"A\xcc\x8a \xe2\x84\xab", " \xc3\x85 \xc3\x85 ",
                                       " A\xcc\x8a \xe2\x84\xab"};
  tgauth *auth = at_password(*state, "15550000006");
  mtp_error error;
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
    flow_rpc(tgauth_check_password_text(auth, others[i], &error), &error,
             TG_ERR_PASSWORD_HASH_INVALID);
  flow_ok(tgauth_check_password_text(auth, " A\xcc\x8a \xe2\x84\xab ", &error), &error);
  tgauth_close(auth);
}

#define ALGORITHM "passwordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow"

/* proves LG-7, SR-1 */
static void test_parameters_that_fail_their_checks_are_refused(void **state) {
  static const struct {
    const char *algorithm, *words; /* in what is said */
  } cases[] = {
      {"\"_\":\"passwordKdfAlgoUnknown\"", "update"},
      {"\"_\":\"" ALGORITHM "\",\"salt1\":\"\",\"salt2\":\"\",\"g\":3,\"p\":\"AAAA\"", "checks"}};
  tgauth *auth = at_password(*state, "15550000002"), *in = fresh(*state, "15550000107");
  mtp_error error;
  uint8_t hash[32];
  int before = flow_calls(*state, "auth.checkPassword");
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    flow_command(
        *state,
        "{\"do\":\"rule\",\"method\":\"account.getPassword\",\"answer\":{\"_\":"
        "\"account.password\",\"has_password\":true,\"current_algo\":{%s},\"srp_B\":\"AAAA\","
        "\"srp_id\":\"1\",\"new_algo\":{%s},\"new_secure_algo\":"
        "{\"_\":\"securePasswordKdfAlgoUnknown\"},\"secure_random\":\"\"}}",
        cases[i].algorithm, cases[i].algorithm);
    flow_failed(tgauth_check_password_text(auth, "hunter2", &error), &error, MTP_ERR_PROTOCOL);
    assert_non_null(strstr(error.text, cases[i].words));
    if (i == 0)
      flow_failed(tgauth_hash_password(auth, "hunter2", hash, &error), &error, MTP_ERR_PROTOCOL);
    flow_command(*state, "{\"do\":\"clear\"}");
    /* the same for a new password, with nothing to prove */
    flow_command(*state,
                 "{\"do\":\"rule\",\"method\":\"account.getPassword\",\"answer\":{\"_\":"
                 "\"account.password\",\"new_algo\":{%s},\"new_secure_algo\":"
                 "{\"_\":\"securePasswordKdfAlgoUnknown\"},\"secure_random\":\"\"}}",
                 cases[i].algorithm);
    flow_failed(change(in, NULL, "new", NULL, NULL, NULL, &error), &error, MTP_ERR_PROTOCOL);
    assert_non_null(strstr(error.text, cases[i].words));
    flow_command(*state, "{\"do\":\"clear\"}");
  }
  assert_int_equal(flow_calls(*state, "auth.checkPassword"), before);
  assert_int_equal(flow_calls(*state, "account.updatePasswordSettings"), 0);
  tgauth_close(in);
  tgauth_close(auth);
}

/* proves ER-5 */
static void test_stale_parameters_are_fetched_anew_once(void **state) {
  static const char *const errors[] = {"400 SRP_ID_INVALID", "400 SRP_PASSWORD_CHANGED"};
  tgauth *auth = at_password(*state, "15550000002");
  mtp_error error;
  for (size_t i = 0; i < 2; i++) {
    flow_command(*state,
                 "{\"do\":\"rule\",\"method\":\"auth.checkPassword\",\"times\":2,\"error\":\"%s\"}",
                 errors[i]);
    int before = flow_calls(*state, "account.getPassword");
    flow_rpc(tgauth_check_password_text(auth, "hunter2", &error), &error,
             i ? TG_ERR_SRP_PASSWORD_CHANGED : TG_ERR_SRP_ID_INVALID);
    assert_int_equal(flow_calls(*state, "account.getPassword"), before + 2);
  }
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"auth.checkPassword\",\"times\":1,"
                       "\"error\":\"400 SRP_ID_INVALID\"}");
  flow_ok(tgauth_check_password_text(auth, "hunter2", &error), &error);
  tgauth_close(auth);
}

/* proves SR-2 */
static void test_a_kept_hash_is_as_good_as_the_text(void **state) {
  uint8_t hash[32];
  mtp_error error;
  tgauth *auth = at_password(*state, "15550000002");
  flow_ok(tgauth_hash_password(auth, "hunter2", hash, &error), &error);
  tgauth_secret secret = {NULL, 0, hash};
  flow_ok(tgauth_check_password(auth, &secret, &error), &error);
  tgauth_close(auth);
  auth = at_password(*state, "15550000002");
  hash[31] ^= 1;
  flow_rpc(tgauth_check_password(auth, &secret, &error), &error, TG_ERR_PASSWORD_HASH_INVALID);
  const tgauth_secret nothing = {NULL, 0, NULL};
  flow_failed(tgauth_check_password(auth, &nothing, &error), &error, MTP_ERR_ARGUMENT);
  tgauth_close(auth);
}

/* proves ER-1, ER-7 */
static void test_each_listed_error_of_the_check_comes_out(void **state) {
  static const struct {
    const char *sent;
    tg_err name;
  } cases[] = {{"400 PASSWORD_MISSING", TG_ERR_PASSWORD_MISSING},
               {"406 PHONE_PASSWORD_FLOOD", TG_ERR_PHONE_PASSWORD_FLOOD},
               {"420 FLOOD_WAIT_40", TG_ERR_FLOOD_WAIT_X}};
  tgauth *auth = at_password(*state, "15550000002");
  mtp_error error;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    flow_command(*state,
                 "{\"do\":\"rule\",\"method\":\"auth.checkPassword\",\"times\":1,\"error\":\"%s\"}",
                 cases[i].sent);
    flow_rpc(tgauth_check_password_text(auth, "hunter2", &error), &error, cases[i].name);
  }
  tgauth_close(auth);
}

/* ---- changing ---- */

/* proves LG-7, SR-1, SR-4 */
static void test_a_password_is_set_changed_and_removed(void **state) {
  mtp_error error;
  int32_t length = -1;
  tgauth *auth = fresh(*state, "15550000101");
  flow_ok(change(auth, NULL, "first \xc3\xa9", "one", NULL, &length, &error), &error);
  assert_int_equal(length, 0);
  tgauth_password_info *info = info_of(auth);
  assert_true(info->has_password);
  assert_string_equal(info->hint, "one");
  tgauth_password_info_free(info);
  check_signs_in(*state, "15550000101", "first \xc3\xa9");

  flow_rpc(change(auth, "wrong", "second", NULL, NULL, NULL, &error), &error,
           TG_ERR_PASSWORD_HASH_INVALID);
  flow_failed(change(auth, NULL, "second", NULL, NULL, NULL, &error), &error, MTP_ERR_ARGUMENT);
  flow_ok(change(auth, "first \xc3\xa9", "second", NULL, NULL, NULL, &error), &error);
  info = info_of(auth);
  assert_string_equal(info->hint, "");
  tgauth_password_info_free(info);
  check_signs_in(*state, "15550000101", "second");

  flow_rpc(change(auth, "first", "", NULL, NULL, NULL, &error), &error,
           TG_ERR_PASSWORD_HASH_INVALID);
  flow_ok(change(auth, "second", "", "of nothing", NULL, NULL, &error), &error);
  info = info_of(auth);
  assert_false(info->has_password);
  assert_string_equal(info->hint, "");
  tgauth_password_info_free(info);
  tgauth_close(flow_signed_in(*state, "15550000101"));
  tgauth_close(auth);
}

/* proves ER-5, LG-7 */
static void test_a_change_survives_stale_parameters(void **state) {
  mtp_error error;
  tgauth *auth = fresh(*state, "15550000102");
  flow_ok(change(auth, NULL, "one", NULL, NULL, NULL, &error), &error);
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"account.updatePasswordSettings\",\"times\":1,"
                       "\"error\":\"400 SRP_ID_INVALID\"}");
  flow_ok(change(auth, "one", "two", NULL, NULL, NULL, &error), &error);
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"account.updatePasswordSettings\",\"times\":1,"
                       "\"error\":\"400 PASSWORD_TOO_FRESH_86400\"}");
  flow_rpc(change(auth, "two", "three", NULL, NULL, NULL, &error), &error,
           TG_ERR_PASSWORD_TOO_FRESH_X);
  assert_int_equal(error.arg, 86400);
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"account.updatePasswordSettings\",\"times\":1,"
                       "\"error\":\"400 SESSION_TOO_FRESH_3600\"}");
  flow_rpc(change(auth, "two", "three", NULL, NULL, NULL, &error), &error,
           TG_ERR_SESSION_TOO_FRESH_X);
  assert_int_equal(error.arg, 3600);
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"account.updatePasswordSettings\",\"times\":2,"
                       "\"error\":\"400 SRP_PASSWORD_CHANGED\"}");
  int before = flow_calls(*state, "account.updatePasswordSettings");
  flow_rpc(change(auth, "two", "three", NULL, NULL, NULL, &error), &error,
           TG_ERR_SRP_PASSWORD_CHANGED);
  assert_int_equal(flow_calls(*state, "account.updatePasswordSettings"), before + 2);
  tgauth_close(auth);
  check_signs_in(*state, "15550000102", "two");
}

/* proves LG-7 */
static void test_a_recovery_email_is_confirmed(void **state) {
  mtp_error error;
  char text[FLOW_HASH];
  int32_t length;
  tgauth *auth = fresh(*state, "15550000103");
  flow_ok(change(auth, NULL, "secret", "h", "zoe@example.org", &length, &error), &error);
  assert_int_equal(length, 6);
  tgauth_password_info *info = info_of(auth);
  assert_string_equal(info->unconfirmed_email_pattern, "z***@e***.org");
  assert_false(info->has_password); /* it waits for the code too */
  tgauth_password_info_free(info);
  flow_rpc(tgauth_confirm_password_email(auth, "1", &error), &error, TG_ERR_CODE_INVALID);
  flow_ok(tgauth_resend_password_email(auth, &error), &error);
  flow_code(*state, "zoe@example.org", text);
  flow_ok(tgauth_confirm_password_email(auth, text, &error), &error);
  info = info_of(auth);
  assert_true(info->has_password && info->has_recovery);
  assert_string_equal(info->unconfirmed_email_pattern, "");
  tgauth_password_info_free(info);
  check_signs_in(*state, "15550000103", "secret");
  /* the address alone, taken away */
  flow_ok(change(auth, "secret", NULL, NULL, "", &length, &error), &error);
  info = info_of(auth);
  assert_true(info->has_password && !info->has_recovery);
  tgauth_password_info_free(info);
  tgauth_close(auth);
}

/* proves LG-7 */
static void test_a_recovery_email_is_cancelled(void **state) {
  mtp_error error;
  int32_t length;
  tgauth *auth = fresh(*state, "15550000104");
  flow_rpc(change(auth, NULL, "secret", NULL, "no address", &length, &error), &error,
           TG_ERR_EMAIL_INVALID);
  flow_ok(change(auth, NULL, "secret", NULL, "zed@example.org", &length, &error), &error);
  flow_ok(tgauth_cancel_password_email(auth, &error), &error);
  flow_rpc(tgauth_confirm_password_email(auth, "123456", &error), &error,
           TG_ERR_EMAIL_HASH_EXPIRED);
  flow_rpc(tgauth_resend_password_email(auth, &error), &error, TG_ERR_EMAIL_HASH_EXPIRED);
  flow_rpc(tgauth_cancel_password_email(auth, &error), &error, TG_ERR_EMAIL_HASH_EXPIRED);
  tgauth_close(auth);
}

/* ---- forgotten ---- */

/* proves LG-7 */
static void test_recovery_by_mail_takes_the_password_off(void **state) {
  tgauth *auth = at_password(*state, "15550000003");
  mtp_error error;
  char text[FLOW_HASH], *pattern;
  flow_rpc(tgauth_check_recovery_code(auth, "1", &error), &error, TG_ERR_PASSWORD_RECOVERY_EXPIRED);
  flow_ok(tgauth_request_password_recovery(auth, &pattern, &error), &error);
  assert_string_equal(pattern, "r***@e***.org");
  tgauth_string_free(pattern);
  flow_rpc(tgauth_check_recovery_code(auth, "", &error), &error, TG_ERR_CODE_EMPTY);
  flow_rpc(tgauth_check_recovery_code(auth, "1", &error), &error, TG_ERR_CODE_INVALID);
  flow_code(*state, "rae@example.org", text);
  flow_ok(tgauth_check_recovery_code(auth, text, &error), &error);
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"auth.checkRecoveryPassword\",\"times\":1,"
                       "\"answer\":false}");
  flow_failed(tgauth_check_recovery_code(auth, text, &error), &error, MTP_ERR_ARGUMENT);
  flow_ok(tgauth_recover_password(auth, text, "", "hint", &error), &error); /* as NULL */
  assert_true(mtp_client_session(tgauth_client(auth))->signed_in);
  assert_true(flow_authorized(auth));
  tgauth_password_info *info = info_of(auth);
  assert_false(info->has_password);
  tgauth_password_info_free(info);
  tgauth_close(auth);
}

/* proves LG-7 */
static void test_recovery_by_mail_sets_a_new_password(void **state) {
  tgauth *auth = at_password(*state, "15550000004");
  mtp_error error;
  char text[FLOW_HASH];
  flow_ok(tgauth_request_password_recovery(auth, NULL, &error), &error);
  flow_code(*state, "ray@example.org", text);
  flow_rpc(tgauth_recover_password(auth, "1", "new one", NULL, &error), &error,
           TG_ERR_CODE_INVALID);
  flow_ok(tgauth_recover_password(auth, text, "new one", "newer", &error), &error);
  assert_true(flow_authorized(auth));
  tgauth_password_info *info = info_of(auth);
  assert_true(info->has_password);
  assert_string_equal(info->hint, "newer");
  tgauth_password_info_free(info);
  tgauth_close(auth);
  check_signs_in(*state, "15550000004", "new one");
}

/* proves LG-7 */
static void test_no_recovery_without_an_address(void **state) {
  tgauth *auth = at_password(*state, "15550000002");
  mtp_error error;
  char *pattern;
  flow_rpc(tgauth_request_password_recovery(auth, &pattern, &error), &error,
           TG_ERR_PASSWORD_RECOVERY_NA);
  assert_null(pattern);
  tgauth_close(auth);
}

/* proves LG-7 */
static void test_a_reset_waits_and_is_declined(void **state) {
  tgauth *waiting = at_password(*state, "15550000005"), *owner = at_password(*state, "15550000005");
  mtp_error error;
  tgauth_reset result;
  int32_t date;
  flow_ok(tgauth_check_password_text(owner, "waiting", &error), &error);
  flow_rpc(tgauth_decline_password_reset(owner, &error), &error, TG_ERR_RESET_REQUEST_MISSING);
  flow_command(*state, "{\"do\":\"set\",\"reset_wait\":604800}");
  flow_ok(tgauth_reset_password(waiting, &result, &date, &error), &error);
  assert_int_equal(result, TGAUTH_RESET_WAIT);
  assert_true(date > mtp_client_server_time(tgauth_client(waiting)) + 600000);
  tgauth_password_info *info = info_of(owner);
  assert_int_equal(info->pending_reset_date, date);
  tgauth_password_info_free(info);
  flow_ok(tgauth_decline_password_reset(owner, &error), &error);
  flow_ok(tgauth_reset_password(waiting, &result, &date, &error), &error);
  assert_int_equal(result, TGAUTH_RESET_RETRY_LATER);
  assert_true(date > mtp_client_server_time(tgauth_client(waiting)) + 80000); /* a day */
  tgauth_close(waiting);
  tgauth_close(owner);
}

/* proves LG-7 */
static void test_a_reset_is_done_when_its_time_has_come(void **state) {
  tgauth_reset result;
  int32_t date;
  mtp_error error;
  flow_command(*state, "{\"do\":\"user\",\"phone\":\"15550000106\",\"code\":\"66666\","
                       "\"password\":\"gone\"}");
  flow_command(*state, "{\"do\":\"set\",\"reset_wait\":0}");
  tgauth *auth = at_password(*state, "15550000106");
  flow_ok(tgauth_reset_password(auth, &result, &date, &error), &error);
  assert_int_equal(result, TGAUTH_RESET_WAIT);
  flow_ok(tgauth_reset_password(auth, &result, &date, &error), &error);
  assert_int_equal(result, TGAUTH_RESET_DONE);
  assert_int_equal(date, 0);
  tgauth_close(auth);
  tgauth_close(flow_signed_in(*state, "15550000106"));
}

static int setup(void **state) {
  *state = flow_start(config, 0);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_right_password_signs_in),
      cmocka_unit_test(test_a_wrong_password_leaves_the_flow_where_it_is),
      cmocka_unit_test(test_the_bytes_of_a_password_are_used_as_they_are),
      cmocka_unit_test(test_parameters_that_fail_their_checks_are_refused),
      cmocka_unit_test(test_stale_parameters_are_fetched_anew_once),
      cmocka_unit_test(test_a_kept_hash_is_as_good_as_the_text),
      cmocka_unit_test(test_each_listed_error_of_the_check_comes_out),
      cmocka_unit_test(test_a_password_is_set_changed_and_removed),
      cmocka_unit_test(test_a_change_survives_stale_parameters),
      cmocka_unit_test(test_a_recovery_email_is_confirmed),
      cmocka_unit_test(test_a_recovery_email_is_cancelled),
      cmocka_unit_test(test_recovery_by_mail_takes_the_password_off),
      cmocka_unit_test(test_recovery_by_mail_sets_a_new_password),
      cmocka_unit_test(test_no_recovery_without_an_address),
      cmocka_unit_test(test_a_reset_waits_and_is_declined),
      cmocka_unit_test(test_a_reset_is_done_when_its_time_has_come),
  };
  return cmocka_run_group_tests(tests, setup, flow_teardown);
}
