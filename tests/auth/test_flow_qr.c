/* Signing in by QR code: one client shows it, another one accepts it (LG-5). */
#include "flow_fixture.h"

static const char config[] =
    "{\"users\":["
    "{\"phone\":\"15550000001\",\"code\":\"11111\",\"dc\":1},"
    "{\"phone\":\"15550000002\",\"code\":\"22222\",\"password\":\"hunter2\",\"dc\":1},"
    "{\"phone\":\"15550000003\",\"code\":\"33333\",\"dc\":2},"
    "{\"phone\":\"15550000004\",\"code\":\"44444\",\"password\":\"hunter4\",\"dc\":2}]}";

static tgauth_qr *begin(tgauth *auth) {
  tgauth_qr *qr;
  mtp_error error;
  flow_ok(tgauth_qr_begin(auth, NULL, 0, &qr, &error), &error);
  assert_int_equal(strncmp(tgauth_qr_url(qr), "tg://login?token=", 17), 0);
  assert_true(tgauth_qr_expires(qr) > mtp_client_server_time(tgauth_client(auth)));
  return qr;
}

static tgauth_qr_result wait(tgauth *auth, tgauth_qr *qr, int timeout_ms) {
  tgauth_qr_result result;
  mtp_error error;
  flow_ok(tgauth_qr_wait(auth, qr, timeout_ms, &result, &error), &error);
  return result;
}

static void accept_qr(tgauth *auth, const char *url) {
  mtp_error error;
  flow_ok(tgauth_qr_accept(auth, url, &error), &error);
}

/* Signs in with a password, if there is one. */
static tgauth *phone_of(flow *dc, const char *phone, const char *password) {
  tgauth *auth = flow_client(dc, NULL);
  tgauth_code *code;
  tgauth_step step;
  char text[FLOW_HASH];
  mtp_error error;
  flow_ok(tgauth_request_code(auth, phone, NULL, &code, &error), &error);
  flow_ok(tgauth_sign_in(auth, code, flow_code(dc, phone, text), &step, &error), &error);
  if (step == TGAUTH_PASSWORD_NEEDED)
    flow_ok(tgauth_check_password_text(auth, password, &error), &error);
  tgauth_code_free(code);
  return auth;
}

static int64_t user_of(const tgauth *auth) {
  return mtp_client_session(tgauth_client(auth))->user_id;
}

/* Shown, accepted by that account, waited for. */
static void scan(flow *dc, const char *phone, const char *password, int home) {
  mtp_error error;
  tgauth *signed_in = phone_of(dc, phone, password), *other = flow_client(dc, NULL);
  tgauth_qr *qr = begin(other);
  assert_int_equal(wait(other, qr, 10), TGAUTH_QR_TIMEOUT);
  accept_qr(signed_in, tgauth_qr_url(qr));
  tgauth_qr_result result = wait(other, qr, 20000);
  if (password) {
    assert_int_equal(result, TGAUTH_QR_PASSWORD_NEEDED);
    assert_false(flow_authorized(other));
    flow_ok(tgauth_check_password_text(other, password, &error), &error);
  } else {
    assert_int_equal(result, TGAUTH_QR_DONE);
  }
  assert_true(flow_authorized(other));
  assert_true(user_of(other) == user_of(signed_in));
  assert_int_equal(mtp_client_session(tgauth_client(other))->home_dc, home);
  tgauth_qr_free(qr);
  tgauth_close(other);
  tgauth_close(signed_in);
}

/* proves LG-5 */
static void test_an_accepted_code_signs_in(void **state) {
  scan(*state, "15550000001", NULL, 1);
}

/* proves LG-5, ER-3 */
static void test_an_accepted_code_may_want_a_password(void **state) {
  scan(*state, "15550000002", "hunter2", 1);
}

/* proves LG-5, AP-4 */
static void test_an_accepted_code_is_followed_to_another_centre(void **state) {
  scan(*state, "15550000003", NULL, 2);
}

/* proves LG-5, AP-4, ER-3 */
static void test_a_password_in_another_centre(void **state) {
  scan(*state, "15550000004", "hunter4", 2);
}

/* proves LG-5, MS-11 */
static void test_an_acceptance_that_got_lost_is_asked_for(void **state) {
  tgauth *signed_in = flow_signed_in(*state, "15550000001"), *other;
  tgauth_options options;
  mtp_error error;
  flow_options(*state, &options);
  options.client.pfs = true;
  flow_ok(tgauth_open(&options, &other, &error), &error);
  tgauth_qr *qr = begin(other);
  int64_t expires = tgauth_qr_expires(qr);
  flow_command(*state, "{\"do\":\"disconnect\"}");
  flow_command(*state, "{\"do\":\"forget\"}"); /* and with its key the session that updates go to */
  accept_qr(signed_in, tgauth_qr_url(qr));
  assert_int_equal(wait(other, qr, 25000), TGAUTH_QR_DONE);
  assert_true(mtp_client_server_time(tgauth_client(other)) < expires);
  tgauth_qr_free(qr);
  tgauth_close(other);
  tgauth_close(signed_in);
}

/* proves LG-5, AP-4 */
static void test_a_token_that_expires_on_its_way_is_replaced(void **state) {
  tgauth *signed_in = flow_signed_in(*state, "15550000003"), *other = flow_client(*state, NULL);
  tgauth_qr *qr = begin(other);
  tgauth_qr_result result;
  mtp_error error;
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"auth.importLoginToken\",\"times\":1,"
                       "\"error\":\"400 AUTH_TOKEN_EXPIRED\"}");
  accept_qr(signed_in, tgauth_qr_url(qr));
  flow_ok(tgauth_qr_wait(other, qr, 30000, &result, &error), &error);
  assert_int_equal(result, TGAUTH_QR_RENEWED);
  accept_qr(signed_in, tgauth_qr_url(qr)); /* the new one, of the centre that the account is in */
  flow_ok(tgauth_qr_wait(other, qr, 30000, &result, &error), &error);
  assert_int_equal(result, TGAUTH_QR_DONE);
  assert_true(flow_authorized(other));
  tgauth_qr_free(qr);
  tgauth_close(other);
  tgauth_close(signed_in);
}

/* proves LG-5 */
static void test_accepting_names_what_is_wrong(void **state) {
  tgauth *signed_in = flow_signed_in(*state, "15550000001"), *other = flow_client(*state, NULL);
  tgauth_qr *qr = begin(other);
  mtp_error error;
  flow_failed(tgauth_qr_accept(signed_in, "tg://login?token=", &error), &error, MTP_ERR_ARGUMENT);
  flow_failed(tgauth_qr_accept(signed_in, "tg://login?token=a*b", &error), &error,
              MTP_ERR_ARGUMENT);
  flow_rpc(tgauth_qr_accept(signed_in, "AAAA", &error), &error, TG_ERR_AUTH_TOKEN_INVALID);
  accept_qr(signed_in, strchr(tgauth_qr_url(qr), '=') + 1); /* the token alone */
  flow_rpc(tgauth_qr_accept(signed_in, tgauth_qr_url(qr), &error), &error,
           TG_ERR_AUTH_TOKEN_ALREADY_ACCEPTED);
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"auth.acceptLoginToken\",\"times\":1,"
                       "\"error\":\"400 AUTH_TOKEN_EXPIRED\"}");
  flow_rpc(tgauth_qr_accept(signed_in, tgauth_qr_url(qr), &error), &error,
           TG_ERR_AUTH_TOKEN_EXPIRED);
  flow_rpc(tgauth_qr_accept(other, tgauth_qr_url(qr), &error), &error,
           TG_ERR_AUTH_KEY_UNREGISTERED);
  tgauth_qr_free(qr);
  tgauth_close(other);
  tgauth_close(signed_in);
}

/* proves LG-5 */
static void test_an_expired_code_is_renewed(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  tgauth_qr *qr;
  mtp_error error;
  char old[512];
  flow_command(*state,
               "{\"do\":\"rule\",\"method\":\"auth.exportLoginToken\",\"times\":1,\"answer\":"
               "{\"_\":\"auth.loginToken\",\"expires\":1,\"token\":\"AAAA\"}}");
  flow_ok(tgauth_qr_begin(auth, NULL, 0, &qr, &error), &error);
  snprintf(old, sizeof old, "%s", tgauth_qr_url(qr));
  assert_int_equal(wait(auth, qr, 1000), TGAUTH_QR_RENEWED);
  assert_string_not_equal(tgauth_qr_url(qr), old);
  assert_true(tgauth_qr_expires(qr) > 1);
  tgauth_qr_free(qr);
  tgauth_close(auth);
}

/* proves LG-5, RB-2 */
static void test_migration_in_a_circle_ends(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  tgauth_qr *qr;
  mtp_error error;
  const char *round = "{\"do\":\"rule\",\"method\":\"auth.%sLoginToken\",\"answer\":"
                      "{\"_\":\"auth.loginTokenMigrateTo\",\"dc_id\":2,\"token\":\"AAAA\"}}";
  flow_command(*state, round, "export");
  flow_command(*state, round, "import");
  flow_failed(tgauth_qr_begin(auth, NULL, 0, &qr, &error), &error, MTP_ERR_PROTOCOL);
  assert_null(qr);
  flow_command(*state, "{\"do\":\"clear\"}");
  tgauth_close(auth);
}

/* proves LG-5 */
static void test_an_error_while_exporting_comes_out(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  tgauth_qr *qr;
  mtp_error error;
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"auth.exportLoginToken\",\"times\":1,"
                       "\"error\":\"400 API_ID_INVALID\"}");
  flow_rpc(tgauth_qr_begin(auth, NULL, 0, &qr, &error), &error, TG_ERR_API_ID_INVALID);
  assert_null(qr);
  tgauth_close(auth);
}

/* proves LG-5 */
static void test_the_code_is_drawn(void **state) {
  char *drawing;
  mtp_error error;
  (void)state;
  flow_ok(tgauth_qr_draw("tg://login?token=AAAA", &drawing, &error), &error);
  size_t lines = 0;
  for (const char *p = drawing; *p; p++)
    lines += *p == '\n';
  assert_in_range(lines, 13, 20); /* 25 modules and a quiet zone, two a line */
  tgauth_string_free(drawing);
}

static int setup(void **state) {
  *state = flow_start(config, 2);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_an_accepted_code_signs_in),
      cmocka_unit_test(test_an_accepted_code_may_want_a_password),
      cmocka_unit_test(test_an_accepted_code_is_followed_to_another_centre),
      cmocka_unit_test(test_a_password_in_another_centre),
      cmocka_unit_test(test_an_acceptance_that_got_lost_is_asked_for),
      cmocka_unit_test(test_a_token_that_expires_on_its_way_is_replaced),
      cmocka_unit_test(test_accepting_names_what_is_wrong),
      cmocka_unit_test(test_an_expired_code_is_renewed),
      cmocka_unit_test(test_migration_in_a_circle_ends),
      cmocka_unit_test(test_an_error_while_exporting_comes_out),
      cmocka_unit_test(test_the_code_is_drawn),
  };
  return cmocka_run_group_tests(tests, setup, flow_teardown);
}
