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
    assert_int_equal(wait(other, qr, 20000), TGAUTH_QR_DONE); /* and stays so */
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

static void replace_on_the_way(flow *dc, const char *why) {
  tgauth *signed_in = flow_signed_in(dc, "15550000003"), *other = flow_client(dc, NULL);
  tgauth_qr *qr = begin(other);
  tgauth_qr_result result;
  mtp_error error;
  flow_command(dc,
               "{\"do\":\"rule\",\"method\":\"auth.importLoginToken\",\"times\":1,"
               "\"error\":\"400 AUTH_TOKEN_%s\"}",
               why);
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

/* proves LG-5, AP-4 */
static void test_a_token_that_expires_on_its_way_is_replaced(void **state) {
  replace_on_the_way(*state, "EXPIRED");
  replace_on_the_way(*state, "INVALID");
}

/* proves LG-5, ER-3 */
static void test_a_code_accepted_before_wants_its_password_under_either_code(void **state) {
  static const int codes[] = {400, 401};
  tgauth_qr *qr;
  mtp_error error;
  tgauth *auth = flow_client(*state, NULL);
  for (size_t i = 0; i < 2; i++) {
    flow_command(*state,
                 "{\"do\":\"rule\",\"method\":\"auth.exportLoginToken\",\"times\":2,"
                 "\"error\":\"%d SESSION_PASSWORD_NEEDED\"}",
                 codes[i]);
    flow_ok(tgauth_qr_begin(auth, NULL, 0, &qr, &error), &error);
    assert_string_equal(tgauth_qr_url(qr), "");
    assert_int_equal(wait(auth, qr, 20000), TGAUTH_QR_PASSWORD_NEEDED);
    tgauth_qr_free(qr);
  }
  tgauth_close(auth);
}

static void answer_token(flow *dc, const char *token, int expires) {
  flow_command(dc,
               "{\"do\":\"rule\",\"method\":\"auth.exportLoginToken\",\"times\":1,\"answer\":"
               "{\"_\":\"auth.loginToken\",\"expires\":%d,\"token\":\"%s\"}}",
               expires, token);
}

/* proves LG-5 */
static void test_the_link_is_the_token_in_base64url(void **state) {
  tgauth_qr *qr;
  mtp_error error;
  tgauth *auth = flow_client(*state, NULL);
  answer_token(*state, "+/+++w==", 2000000000);
  flow_ok(tgauth_qr_begin(auth, NULL, 0, &qr, &error), &error);
  assert_string_equal(tgauth_qr_url(qr), "tg://login?token=-_---w");
  assert_int_equal(tgauth_qr_expires(qr), 2000000000);
  tgauth_qr_free(qr);
  tgauth_close(auth);
}

/* proves LG-5 */
static void test_a_token_that_no_link_holds_is_refused(void **state) {
  char token[4 * 342 + 1]; /* 1026 bytes, or 1023 */
  tgauth_qr *qr;
  mtp_error error;
  tgauth *auth = flow_client(*state, NULL);
  memset(token, 'A', sizeof token - 1);
  token[sizeof token - 1] = '\0';
  answer_token(*state, token, 2000000000);
  flow_failed(tgauth_qr_begin(auth, NULL, 0, &qr, &error), &error, MTP_ERR_PROTOCOL);
  token[4 * 341] = '\0';
  answer_token(*state, token, 2000000000);
  flow_ok(tgauth_qr_begin(auth, NULL, 0, &qr, &error), &error);
  assert_int_equal(strlen(tgauth_qr_url(qr)), strlen("tg://login?token=") + 4 * 341);
  tgauth_qr_free(qr);
  tgauth_close(auth);
}

/* proves LG-5 */
static void test_who_is_excepted_cannot_accept(void **state) {
  tgauth *signed_in = flow_signed_in(*state, "15550000001"), *other = flow_client(*state, NULL);
  int64_t ids[] = {5, user_of(signed_in)};
  tgauth_qr *qr;
  mtp_error error;
  flow_ok(tgauth_qr_begin(other, ids, 2, &qr, &error), &error);
  flow_rpc(tgauth_qr_accept(signed_in, tgauth_qr_url(qr), &error), &error,
           TG_ERR_AUTH_TOKEN_EXCEPTION);
  tgauth_qr_free(qr);
  tgauth_close(other);
  tgauth_close(signed_in);
}

/* A client that is signed in: what is pushed to its account reaches it. */
/* proves LG-5 */
static void test_only_the_update_of_a_scan_asks_again(void **state) {
  tgauth *auth = flow_signed_in(*state, "15550000001");
  answer_token(*state, "BBBB", 2000000000);
  tgauth_qr *qr = begin(auth);
  flow_command(*state,
               "{\"do\":\"push\",\"phone\":\"15550000001\",\"updates\":{\"_\":\"updateShort\","
               "\"date\":1,\"update\":{\"_\":\"updateConfig\"}}}");
  int before = flow_calls(*state, "auth.exportLoginToken");
  assert_int_equal(wait(auth, qr, 10), TGAUTH_QR_TIMEOUT);
  assert_int_equal(flow_calls(*state, "auth.exportLoginToken"), before);
  flow_command(*state, "{\"do\":\"push\",\"phone\":\"15550000001\",\"updates\":{\"_\":\"updates\","
                       "\"updates\":[{\"_\":\"updateConfig\"},{\"_\":\"updateLoginToken\"}],"
                       "\"users\":[],\"chats\":[],\"date\":1,\"seq\":0}}");
  answer_token(*state, "AAAA", 2000000000);
  assert_int_equal(wait(auth, qr, 60000), TGAUTH_QR_RENEWED);
  assert_string_equal(tgauth_qr_url(qr), "tg://login?token=AAAA");
  assert_int_equal(wait(auth, qr, 10), TGAUTH_QR_TIMEOUT); /* one scan, asked for once */
  tgauth_qr_free(qr);
  tgauth_close(auth);
}

/* proves LG-5, AP-4 */
static void test_every_answer_may_be_followed_anew(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  tgauth_qr *qr;
  mtp_error error;
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"auth.exportLoginToken\",\"answer\":"
                       "{\"_\":\"auth.loginTokenMigrateTo\",\"dc_id\":2,\"token\":\"AAAA\"}}");
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"auth.importLoginToken\",\"answer\":"
                       "{\"_\":\"auth.loginToken\",\"expires\":1,\"token\":\"AAAA\"}}");
  flow_ok(tgauth_qr_begin(auth, NULL, 0, &qr, &error), &error);
  for (int i = 0; i < 5; i++)
    assert_int_equal(wait(auth, qr, 1000), TGAUTH_QR_RENEWED);
  flow_command(*state, "{\"do\":\"clear\"}");
  tgauth_qr_free(qr);
  tgauth_close(auth);
}

/* proves LG-5 */
static void test_accepting_names_what_is_wrong(void **state) {
  tgauth *signed_in = flow_signed_in(*state, "15550000001"), *other = flow_client(*state, NULL);
  tgauth_qr *qr = begin(other);
  mtp_error error;
  char more[512];
  flow_failed(tgauth_qr_accept(signed_in, "tg://login?token=", &error), &error, MTP_ERR_ARGUMENT);
  flow_failed(tgauth_qr_accept(signed_in, "tg://login?token=a*b", &error), &error,
              MTP_ERR_ARGUMENT);
  flow_rpc(tgauth_qr_accept(signed_in, "AAAA", &error), &error, TG_ERR_AUTH_TOKEN_INVALID);
  accept_qr(signed_in, strchr(tgauth_qr_url(qr), '=') + 1); /* the token alone */
  snprintf(more, sizeof more, "%s&from=x", tgauth_qr_url(qr));
  flow_rpc(tgauth_qr_accept(signed_in, more, &error), &error, TG_ERR_AUTH_TOKEN_ALREADY_ACCEPTED);
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

/* proves LG-5, AP-4 */
static void test_a_centre_that_nobody_has_an_address_of_is_not_moved_to(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  tgauth_qr *qr;
  mtp_error error;
  int32_t home = mtp_client_session(tgauth_client(auth))->home_dc;
  flow_command(*state,
               "{\"do\":\"rule\",\"method\":\"auth.exportLoginToken\",\"times\":1,\"answer\":"
               "{\"_\":\"auth.loginTokenMigrateTo\",\"dc_id\":203,\"token\":\"AAAA\"}}");
  flow_failed(tgauth_qr_begin(auth, NULL, 0, &qr, &error), &error, MTP_ERR_ARGUMENT);
  assert_non_null(strstr(error.text, "203"));
  assert_int_equal(mtp_client_session(tgauth_client(auth))->home_dc, home);
  qr = begin(auth); /* and it works again */
  tgauth_qr_free(qr);
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
  assert_int_equal(lines, 15); /* 25 modules and a quiet zone, two a line */
  for (size_t i = 0; i < 29; i++)
    assert_memory_equal(drawing + 3 * i, "\u2588", 3); /* light, not dark */
  const char corner[] = "\n\u2588\u2588 \u2584\u2584\u2584\u2584\u2584 \u2588";
  assert_memory_equal(drawing + 3 * 29, corner, sizeof corner - 1);
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
      cmocka_unit_test(test_a_code_accepted_before_wants_its_password_under_either_code),
      cmocka_unit_test(test_the_link_is_the_token_in_base64url),
      cmocka_unit_test(test_a_token_that_no_link_holds_is_refused),
      cmocka_unit_test(test_who_is_excepted_cannot_accept),
      cmocka_unit_test(test_only_the_update_of_a_scan_asks_again),
      cmocka_unit_test(test_every_answer_may_be_followed_anew),
      cmocka_unit_test(test_accepting_names_what_is_wrong),
      cmocka_unit_test(test_an_expired_code_is_renewed),
      cmocka_unit_test(test_migration_in_a_circle_ends),
      cmocka_unit_test(test_a_centre_that_nobody_has_an_address_of_is_not_moved_to),
      cmocka_unit_test(test_an_error_while_exporting_comes_out),
      cmocka_unit_test(test_the_code_is_drawn),
  };
  return cmocka_run_group_tests(tests, setup, flow_teardown);
}
