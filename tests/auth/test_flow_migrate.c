/* Being sent to another data centre in the middle, waits, and what is never repeated. */
#include "flow_fixture.h"

#define BOT "123456:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghi"

static const char config[] =
    "{\"users\":["
    "{\"phone\":\"15550000001\",\"code\":\"11111\",\"dc\":1},"
    "{\"phone\":\"15550000003\",\"code\":\"33333\",\"dc\":3},"
    "{\"phone\":\"15550000004\",\"code\":\"44444\",\"password\":\"hunter4\",\"dc\":2}],"
    "\"bots\":[{\"token\":\"" BOT "\",\"dc\":3}]}";

static int home_of(const tgauth *auth) {
  return mtp_client_session(tgauth_client(auth))->home_dc;
}

static mtp_status request(tgauth *auth, const char *phone, tgauth_code **code, mtp_error *error) {
  return tgauth_request_code(auth, phone, NULL, code, error);
}

/* proves AP-4 */
static void test_phone_migrate_is_followed(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  assert_int_equal(home_of(auth), 1);
  flow_sign_in(*state, auth, "15550000003");
  assert_int_equal(home_of(auth), 3);
  assert_true(flow_authorized(auth));
  tgauth_close(auth);
}

/* proves AP-4, AP-5 */
static void test_the_address_of_the_other_centre_is_asked_for(void **state) {
  flow *dc = *state;
  tgauth_options options;
  tgauth *auth;
  mtp_error error;
  flow_options(dc, &options);
  options.client.n_dcs = 1;
  flow_ok(tgauth_open(&options, &auth, &error), &error);
  flow_sign_in(dc, auth, "15550000003");
  assert_int_equal(home_of(auth), 3);
  tgauth_close(auth);
}

/* proves AP-4, ER-3 */
static void test_the_password_follows_too(void **state) {
  char text[FLOW_HASH];
  tgauth_code *code;
  tgauth_step step;
  mtp_error error;
  tgauth *auth = flow_client(*state, NULL);
  flow_ok(request(auth, "15550000004", &code, &error), &error);
  flow_ok(tgauth_sign_in(auth, code, flow_code(*state, "15550000004", text), &step, &error),
          &error);
  assert_int_equal(step, TGAUTH_PASSWORD_NEEDED);
  flow_ok(tgauth_check_password_text(auth, "hunter4", &error), &error);
  assert_int_equal(home_of(auth), 2);
  tgauth_code_free(code);
  tgauth_close(auth);
}

/* proves LG-6, AP-4 */
static void test_user_migrate_of_a_bot_is_followed(void **state) {
  mtp_error error;
  tgauth *auth = flow_client(*state, NULL);
  flow_ok(tgauth_sign_in_bot(auth, BOT, &error), &error);
  assert_int_equal(home_of(auth), 3);
  assert_true(flow_authorized(auth));
  tgauth_close(auth);
}

/* proves AP-4 */
static void test_network_migrate_is_followed(void **state) {
  tgauth_code *code;
  mtp_error error;
  tgauth *auth = flow_client(*state, NULL);
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"auth.sendCode\",\"dc\":1,\"times\":1,"
                       "\"error\":\"303 NETWORK_MIGRATE_2\"}");
  flow_ok(request(auth, "15550000999", &code, &error), &error);
  assert_int_equal(home_of(auth), 2);
  tgauth_code_free(code);
  tgauth_close(auth);
}

/* proves AP-4 */
static void test_user_migrate_in_the_middle_is_followed(void **state) {
  tgauth_code *code;
  tgauth_step step;
  mtp_error error;
  tgauth *auth = flow_client(*state, NULL);
  flow_ok(request(auth, "15550000001", &code, &error), &error);
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"auth.signIn\",\"dc\":1,\"times\":1,"
                       "\"error\":\"303 USER_MIGRATE_2\"}");
  flow_ok(tgauth_sign_in(auth, code, "11111", &step, &error), &error);
  assert_int_equal(step, TGAUTH_DONE);
  assert_int_equal(home_of(auth), 2);
  tgauth_code_free(code);
  tgauth_close(auth);
}

/* proves AP-4 */
static void test_migration_in_a_circle_ends(void **state) {
  tgauth_code *code;
  mtp_error error;
  tgauth *auth = flow_client(*state, NULL);
  for (int from = 1; from <= 2; from++)
    flow_command(*state,
                 "{\"do\":\"rule\",\"method\":\"auth.sendCode\",\"dc\":%d,"
                 "\"error\":\"303 PHONE_MIGRATE_%d\"}",
                 from, 3 - from);
  flow_rpc(request(auth, "15550000001", &code, &error), &error, TG_ERR_PHONE_MIGRATE_X);
  flow_command(*state, "{\"do\":\"clear\"}");
  tgauth_close(auth);
}

/* proves AP-4 */
static void test_the_home_centre_is_remembered(void **state) {
  char path[128];
  snprintf(path, sizeof path, "%s/home.session", ((flow *)*state)->dir);
  tgauth *auth = flow_client(*state, tgauth_store_file(path, NULL));
  flow_sign_in(*state, auth, "15550000003");
  tgauth_close(auth);
  auth = flow_client(*state, tgauth_store_file(path, NULL));
  assert_int_equal(home_of(auth), 3);
  assert_true(flow_authorized(auth));
  tgauth_close(auth);
}

/* ---- waits and errors ---- */

/* proves ER-4 */
static void test_a_wait_is_told_and_not_slept_through(void **state) {
  static const char *const methods[] = {"auth.sendCode", "auth.signIn", "account.getPassword",
                                        "auth.exportLoginToken", "auth.importBotAuthorization"};
  tgauth_code *code, *none;
  tgauth_step step;
  tgauth_qr *qr;
  tgauth_password_info *info;
  mtp_error error;
  tgauth *auth = flow_client(*state, NULL);
  flow_ok(request(auth, "15550000001", &code, &error), &error);
  for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
    flow_command(*state, "{\"do\":\"rule\",\"method\":\"%s\",\"error\":\"420 FLOOD_WAIT_50\"}",
                 methods[i]);
  flow_rpc(request(auth, "15550000001", &none, &error), &error, TG_ERR_FLOOD_WAIT_X);
  assert_int_equal(error.arg, 50);
  assert_null(none);
  flow_rpc(tgauth_sign_in(auth, code, "11111", &step, &error), &error, TG_ERR_FLOOD_WAIT_X);
  flow_rpc(tgauth_get_password(auth, &info, &error), &error, TG_ERR_FLOOD_WAIT_X);
  flow_rpc(tgauth_qr_begin(auth, NULL, 0, &qr, &error), &error, TG_ERR_FLOOD_WAIT_X);
  flow_rpc(tgauth_sign_in_bot(auth, BOT, &error), &error, TG_ERR_FLOOD_WAIT_X);
  for (mtp_event event; mtp_client_next_event(tgauth_client(auth), &event);) {
    assert_int_not_equal(event.type, MTP_EVENT_WAIT);
    mtp_reply_free(event.updates);
  }
  flow_command(*state, "{\"do\":\"clear\"}");
  flow_ok(tgauth_sign_in(auth, code, "11111", &step, &error), &error);
  tgauth_code_free(code);
  tgauth_close(auth);
}

/* proves ER-4, ER-7 */
static void test_send_code_is_sent_once_whatever_comes(void **state) {
  static const struct {
    const char *sent;
    tg_err name;
  } cases[] = {
      {"400 API_ID_INVALID", TG_ERR_API_ID_INVALID},
      {"400 API_ID_PUBLISHED_FLOOD", TG_ERR_API_ID_PUBLISHED_FLOOD},
      {"406 PHONE_NUMBER_APP_SIGNUP_FORBIDDEN", TG_ERR_PHONE_NUMBER_APP_SIGNUP_FORBIDDEN},
      {"400 PHONE_NUMBER_BANNED", TG_ERR_PHONE_NUMBER_BANNED},
      {"400 PHONE_NUMBER_FLOOD", TG_ERR_PHONE_NUMBER_FLOOD},
      {"400 PHONE_NUMBER_INVALID", TG_ERR_PHONE_NUMBER_INVALID},
      {"400 PHONE_PASSWORD_PROTECTED", TG_ERR_PHONE_PASSWORD_PROTECTED},
      {"400 SMS_CODE_CREATE_FAILED", TG_ERR_SMS_CODE_CREATE_FAILED},
      {"406 PHONE_PASSWORD_FLOOD", TG_ERR_PHONE_PASSWORD_FLOOD},
      {"406 UPDATE_APP_TO_LOGIN", TG_ERR_UPDATE_APP_TO_LOGIN},
      {"500 AUTH_RESTART", TG_ERR_AUTH_RESTART},
      {"420 FLOOD_WAIT_1", TG_ERR_FLOOD_WAIT_X},
  };
  tgauth_code *code;
  mtp_error error;
  tgauth *auth = flow_client(*state, NULL);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    flow_command(*state, "{\"do\":\"rule\",\"method\":\"auth.sendCode\",\"error\":\"%s\"}",
                 cases[i].sent);
    int before = flow_calls(*state, "auth.sendCode");
    flow_rpc(request(auth, "15550000001", &code, &error), &error, cases[i].name);
    assert_null(code);
    int calls = cases[i].name == TG_ERR_AUTH_RESTART ? 2 : 1; /* which says that nothing was sent */
    assert_int_equal(flow_calls(*state, "auth.sendCode"), before + calls);
    flow_command(*state, "{\"do\":\"clear\"}");
  }
  tgauth_close(auth);
}

/* proves ER-4 */
static void test_send_code_is_not_sent_again_when_the_connection_breaks(void **state) {
  tgauth_code *code;
  mtp_error error;
  tgauth_options options;
  tgauth *auth;
  flow_options(*state, &options);
  options.client.call_timeout_ms = 4000;
  flow_ok(tgauth_open(&options, &auth, &error), &error);
  assert_false(flow_authorized(auth));
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"auth.sendCode\",\"times\":1,\"drop\":true}");
  int before = flow_calls(*state, "auth.sendCode");
  mtp_status status = request(auth, "15550000001", &code, &error);
  assert_int_equal(flow_calls(*state, "auth.sendCode"), before + 1);
  assert_int_equal(status, MTP_ERR_TIMEOUT);
  assert_null(code);
  tgauth_close(auth);
}

/* proves ER-1 */
static void test_an_error_that_no_table_has_keeps_its_text(void **state) {
  tgauth_code *code;
  mtp_error error;
  tgauth *auth = flow_client(*state, NULL);
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"auth.sendCode\",\"times\":1,"
                       "\"error\":\"418 TEAPOT_SHORT_AND_STOUT\"}");
  flow_rpc(request(auth, "15550000001", &code, &error), &error, TG_ERR_UNKNOWN);
  assert_int_equal(error.code, 418);
  assert_string_equal(error.text, "TEAPOT_SHORT_AND_STOUT");
  tgauth_close(auth);
}

static int setup(void **state) {
  *state = flow_start(config, 3);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_phone_migrate_is_followed),
      cmocka_unit_test(test_the_address_of_the_other_centre_is_asked_for),
      cmocka_unit_test(test_the_password_follows_too),
      cmocka_unit_test(test_user_migrate_of_a_bot_is_followed),
      cmocka_unit_test(test_network_migrate_is_followed),
      cmocka_unit_test(test_user_migrate_in_the_middle_is_followed),
      cmocka_unit_test(test_migration_in_a_circle_ends),
      cmocka_unit_test(test_the_home_centre_is_remembered),
      cmocka_unit_test(test_a_wait_is_told_and_not_slept_through),
      cmocka_unit_test(test_send_code_is_sent_once_whatever_comes),
      cmocka_unit_test(test_send_code_is_not_sent_again_when_the_connection_breaks),
      cmocka_unit_test(test_an_error_that_no_table_has_keeps_its_text),
  };
  return cmocka_run_group_tests(tests, setup, flow_teardown);
}
