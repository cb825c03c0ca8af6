/* What is done about each family of errors, and that each policy can be switched off. */
#include <tg/messages.h>

#include "client/policy/policy.h"
#include "client/policy/rpc_error.h"
#include "support.h"

static mtp_options options;
static mtp_call_options call;

static mtp_case case_of(const mtp_error *error) {
  return (mtp_case){.options = &options,
                    .call = &call,
                    .error = error,
                    .home = true,
                    .signed_in = true,
                    .left_ms = INT64_MAX};
}

static mtp_error rpc(int32_t code, const char *text) {
  mtp_error error;
  mtp_error_from_rpc(&error, code, tl_string_of(text), TL_NONE);
  return error;
}

static int reset(void **state) {
  (void)state;
  mtp_options_init(&options);
  memset(&call, 0, sizeof call);
  return 0;
}

/* ---- reading errors ---- */

/* proves ER-1 */
static void test_error_keeps_text_code_and_number(void **state) {
  (void)state;
  mtp_error error = rpc(420, "FLOOD_WAIT_37");
  assert_int_equal(error.status, MTP_ERR_RPC);
  assert_int_equal(error.code, 420);
  assert_int_equal(error.rpc, TG_ERR_FLOOD_WAIT_X);
  assert_int_equal(error.arg, 37);
  error = rpc(400, "SOMETHING_NOBODY_KNOWS");
  assert_int_equal(error.rpc, TG_ERR_UNKNOWN);
  assert_string_equal(error.text, "SOMETHING_NOBODY_KNOWS");
}

/* proves ER-1 */
static void test_codes_that_are_none_read_as_500(void **state) {
  (void)state;
  assert_int_equal(rpc(0, "X").code, 500);
  assert_int_equal(rpc(10000, "X").code, 500);
  assert_int_equal(rpc(-10000, "X").code, 500);
  assert_int_equal(rpc(-503, "Timeout").code, -503);
  assert_int_equal(rpc(9999, "X").code, 9999);
}

/* proves ER-1 */
static void test_text_is_cleaned(void **state) {
  (void)state;
  assert_string_equal(rpc(400, "A\x01"
                               "B\x7f\xff\xc3+")
                          .text,
                      "A\\u0001B\\u007f\\xff\\xc3+");
  assert_string_equal(rpc(400, "\xc3\xa4\xe2\x82\xac").text, "\xc3\xa4\xe2\x82\xac");
  assert_string_equal(rpc(400, "\xed\xa0\x80").text, "\\xed\\xa0\\x80"); /* a surrogate */
  assert_string_equal(rpc(400, "\xc0\x80").text, "\\xc0\\x80");          /* overlong */
  char lengthy[600];
  memset(lengthy, 'A', sizeof lengthy);
  lengthy[sizeof lengthy - 1] = 0;
  assert_int_equal(strlen(rpc(400, lengthy).text), sizeof(((mtp_error *)0)->text) - 1);
}

/* ---- waits ---- */

/* proves ER-4 */
static void test_waits_have_names_and_limits(void **state) {
  (void)state;
  static const struct {
    const char *text;
    uint32_t seconds;
  } table[] = {
      {"FLOOD_WAIT_5", 5},
      {"FLOOD_WAIT_0", 1},
      {"FLOOD_WAIT_99999999999", 14 * 86400},
      {"FLOOD_PREMIUM_WAIT_7", 7},
      {"SLOWMODE_WAIT_8", 8},
      {"2FA_CONFIRM_WAIT_9", 9},
      {"TAKEOUT_INIT_DELAY_10", 10},
      {"FLOOD_TEST_PHONE_WAIT_11", 11},
      {"FLOOD_SKIP_FAILED_WAIT", 1},
      {"FROZEN_METHOD_INVALID", 0},
      {"STORY_SEND_FLOOD_WEEKLY_3", 0},
      {"PREMIUM_SUB_ACTIVE_UNTIL_5", 0},
      {"FLOOD_WAIT_", 0},
      {"FLOOD_WAIT_5X", 0},
      {"FLOOD_WAIT_-5", 0},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    mtp_error error = rpc(420, table[i].text);
    assert_int_equal(mtp_error_wait(&error), table[i].seconds);
  }
}

/* proves ER-4 */
static void test_flood_sleeps_up_to_threshold(void **state) {
  (void)state;
  mtp_error error = rpc(420, "FLOOD_WAIT_60");
  mtp_case c = case_of(&error);
  mtp_verdict verdict = mtp_policy_decide(&c);
  assert_int_equal(verdict.action, MTP_ACT_RETRY);
  assert_int_equal(verdict.delay_ms, 60000);
  assert_int_equal(verdict.wait_s, 60);
  assert_true(verdict.flood);
  error = rpc(420, "FLOOD_WAIT_61");
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
}

/* proves ER-4 */
static void test_flood_sleeps_up_to_total(void **state) {
  (void)state;
  mtp_error error = rpc(420, "FLOOD_WAIT_60");
  mtp_case c = case_of(&error);
  c.attempts.slept_s = 60;
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_RETRY);
  c.attempts.slept_s = 61;
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
  c.attempts.slept_s = UINT32_MAX;
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
}

/* proves ER-4 */
static void test_flood_sleep_can_be_switched_off(void **state) {
  (void)state;
  mtp_error error = rpc(420, "FLOOD_WAIT_1");
  mtp_case c = case_of(&error);
  options.flood_sleep_s = 0;
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
  mtp_options_init(&options);
  call.no_sleep = true;
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
}

/* proves ER-4 */
static void test_send_code_is_never_repeated(void **state) {
  (void)state;
  mtp_error error = rpc(420, "FLOOD_WAIT_1");
  mtp_case c = case_of(&error);
  c.send_code = true;
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
  error = rpc(500, "INTERNAL");
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
}

/* proves ER-4 */
static void test_no_sleep_beyond_the_calls_own_time(void **state) {
  (void)state;
  mtp_error error = rpc(420, "FLOOD_WAIT_5");
  mtp_case c = case_of(&error);
  c.left_ms = 5000;
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
  c.left_ms = 5001;
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_RETRY);
}

/* ---- server errors ---- */

/* proves ER-2 */
static void test_500_is_retried_with_back_off(void **state) {
  (void)state;
  mtp_error error = rpc(500, "RPC_CALL_FAIL");
  mtp_case c = case_of(&error);
  uint32_t before = 0;
  for (; c.attempts.retries < options.retries; c.attempts.retries++) {
    mtp_verdict verdict = mtp_policy_decide(&c);
    assert_int_equal(verdict.action, MTP_ACT_RETRY);
    assert_true(verdict.server);
    assert_true(verdict.delay_ms > before);
    before = verdict.delay_ms;
  }
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
}

/* proves ER-2, ER-4 */
static void test_retry_can_be_switched_off(void **state) {
  (void)state;
  mtp_error error = rpc(500, "WORKER_BUSY_TOO_LONG_RETRY");
  mtp_case c = case_of(&error);
  assert_int_equal(mtp_policy_decide(&c).delay_ms, 1000);
  c.attempts.retries = 1; /* no back-off for this one */
  assert_int_equal(mtp_policy_decide(&c).delay_ms, 1000);
  c.attempts.retries = 0;
  call.no_retry = true;
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
  call.no_retry = false;
  options.retries = 0;
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
}

/* proves ER-2, ER-5 */
static void test_what_is_final_is_not_retried(void **state) {
  (void)state;
  static const struct {
    int32_t code;
    const char *text;
  } table[] = {{400, "PEER_ID_INVALID"},      {401, "SESSION_PASSWORD_NEEDED"},
               {403, "CHAT_WRITE_FORBIDDEN"}, {404, "METHOD_INVALID"},
               {406, "UPDATE_APP_TO_LOGIN"},  {420, "FROZEN_METHOD_INVALID"},
               {500, "RANDOM_ID_DUPLICATE"},  {500, "AUTH_RESTART"},
               {500, "AUTH_RESTART_2"}};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    mtp_error error = rpc(table[i].code, table[i].text);
    mtp_case c = case_of(&error);
    assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
  }
  mtp_error strange = rpc(599, "WHATEVER"); /* any other code is like 500 */
  mtp_case c = case_of(&strange);
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_RETRY);
}

/* proves ER-2 */
static void test_every_negative_code_is_like_500(void **state) {
  (void)state;
  static const struct {
    int32_t code;
    const char *text;
  } table[] = {{-503, "Timeout"}, {-503, "Timedout"}, {-500, "No workers running"},
               {-504, "TIMEOUT"}, {-1, "ANYTHING"},   {-503, "NEW_NAME"}};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    mtp_error error = rpc(table[i].code, table[i].text);
    mtp_case c = case_of(&error);
    mtp_verdict verdict = mtp_policy_decide(&c);
    assert_int_equal(verdict.action, MTP_ACT_RETRY);
    assert_int_equal(verdict.delay_ms, 1000);
  }
  mtp_error error = rpc(-503, "Timeout");
  mtp_case c = case_of(&error);
  c.method = tg_messages_getBotCallbackAnswer_call(NULL).def; /* there it is the bot's silence */
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
  c.method = tg_messages_getInlineBotResults_call(NULL).def;
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
  c.method = tg_messages_sendMessage_call(NULL).def;
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_RETRY);
}

/* proves ER-5 */
static void test_sending_a_code_is_restarted_once(void **state) {
  (void)state;
  mtp_error error = rpc(500, "AUTH_RESTART_3");
  mtp_case c = case_of(&error);
  c.send_code = true;
  mtp_verdict verdict = mtp_policy_decide(&c);
  assert_int_equal(verdict.action, MTP_ACT_RETRY);
  assert_true(verdict.restart);
  c.attempts.restarted = true;
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
}

/* proves TB-4 */
static void test_a_cdn_may_only_ask_to_wait(void **state) {
  (void)state;
  static const struct {
    int32_t code;
    const char *text;
    mtp_action action;
  } table[] = {
      {406, "AUTH_KEY_DUPLICATED", MTP_ACT_END},   {401, "SESSION_REVOKED", MTP_ACT_END},
      {303, "USER_MIGRATE_203", MTP_ACT_END},      {303, "FILE_MIGRATE_4", MTP_ACT_END},
      {400, "CONNECTION_NOT_INITED", MTP_ACT_END}, {401, "AUTH_KEY_PERM_EMPTY", MTP_ACT_END},
      {420, "FLOOD_WAIT_3", MTP_ACT_RETRY},        {500, "INTERNAL", MTP_ACT_RETRY}};
  call.cdn = true;
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    mtp_error error = rpc(table[i].code, table[i].text);
    mtp_case c = case_of(&error);
    for (int home = 0; home < 2; home++) {
      c.home = home;
      assert_int_equal(mtp_policy_decide(&c).action, table[i].action);
    }
  }
}

/* proves TB-6 */
static void test_only_the_home_key_is_lost(void **state) {
  (void)state;
  mtp_error error = rpc(406, "AUTH_KEY_DUPLICATED");
  mtp_case c = case_of(&error);
  c.home = false;
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_NEW_KEY);
  c.attempts.rekeyed = true;
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
  error = rpc(303, "USER_MIGRATE_4");
  c.elsewhere = true;
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_MOVE_CALL);
}

/* ---- data centres ---- */

/* proves AP-4 */
static void test_migrations_move_the_home_or_the_call(void **state) {
  (void)state;
  static const struct {
    const char *text;
    mtp_action action;
  } table[] = {{"PHONE_MIGRATE_4", MTP_ACT_MOVE_HOME}, {"NETWORK_MIGRATE_4", MTP_ACT_MOVE_HOME},
               {"USER_MIGRATE_4", MTP_ACT_MOVE_HOME},  {"FILE_MIGRATE_4", MTP_ACT_MOVE_CALL},
               {"STATS_MIGRATE_4", MTP_ACT_MOVE_CALL}, {"PHONE_MIGRATE_0", MTP_ACT_END},
               {"PHONE_MIGRATE_99999", MTP_ACT_END}};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    mtp_error error = rpc(303, table[i].text);
    mtp_case c = case_of(&error);
    mtp_verdict verdict = mtp_policy_decide(&c);
    assert_int_equal(verdict.action, table[i].action);
    if (verdict.action != MTP_ACT_END)
      assert_int_equal(verdict.dc, 4);
  }
}

/* proves AP-4 */
static void test_migration_is_limited_and_can_be_switched_off(void **state) {
  (void)state;
  mtp_error error = rpc(303, "USER_MIGRATE_4");
  mtp_case c = case_of(&error);
  c.attempts.hops = 3;
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
  c.attempts.hops = 0;
  call.no_migrate = true;
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
  call.no_migrate = false;
  options.follow_migrate = false;
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
}

/* ---- keys ---- */

/* proves ER-2 */
static void test_terminal_errors_lose_the_key(void **state) {
  (void)state;
  static const char *const names[] = {"AUTH_KEY_UNREGISTERED", "AUTH_KEY_INVALID",
                                      "SESSION_REVOKED",       "SESSION_EXPIRED",
                                      "USER_DEACTIVATED",      "USER_DEACTIVATED_BAN"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    mtp_error error = rpc(401, names[i]);
    mtp_case c = case_of(&error);
    assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_KEY_LOST);
    c.signed_in = false; /* then it only says: sign in */
    assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
  }
  mtp_error error = rpc(406, "AUTH_KEY_DUPLICATED");
  mtp_case c = case_of(&error);
  c.signed_in = false;
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_KEY_LOST);
}

/* proves ER-2 */
static void test_keys_that_are_lost_can_be_kept(void **state) {
  (void)state;
  static const char *const names[] = {"AUTH_KEY_DUPLICATED", "SESSION_REVOKED",
                                      "AUTH_KEY_UNREGISTERED"};
  options.keep_lost_keys = true;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    mtp_error error = rpc(401, names[i]);
    mtp_case c = case_of(&error);
    assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
  }
  mtp_error error = rpc(401, "AUTH_KEY_UNREGISTERED");
  mtp_case c = case_of(&error);
  c.home = false; /* elsewhere it is nothing that is lost */
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_AUTHORIZE);
}

/* proves ER-2, ER-3 */
static void test_password_needed_is_not_terminal(void **state) {
  (void)state;
  mtp_error error = rpc(401, "SESSION_PASSWORD_NEEDED");
  mtp_case c = case_of(&error);
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
  error = rpc(400, "SESSION_PASSWORD_NEEDED");
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
  assert_int_equal(error.rpc, TG_ERR_SESSION_PASSWORD_NEEDED);
}

/* proves AP-4 */
static void test_elsewhere_unregistered_asks_for_another_import(void **state) {
  (void)state;
  mtp_error error = rpc(401, "AUTH_KEY_UNREGISTERED");
  mtp_case c = case_of(&error);
  c.home = false;
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_AUTHORIZE);
  c.attempts.authorized = true;
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
}

/* proves PF-5 */
static void test_perm_empty_binds_again_once(void **state) {
  (void)state;
  mtp_error error = rpc(401, "AUTH_KEY_PERM_EMPTY");
  mtp_case c = case_of(&error);
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
  c.pfs = true;
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_BIND);
  c.attempts.bound = true;
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
}

/* proves AP-1 */
static void test_not_inited_is_done_again_once(void **state) {
  (void)state;
  static const char *const names[] = {"CONNECTION_NOT_INITED", "CONNECTION_LAYER_INVALID"};
  for (size_t i = 0; i < 2; i++) {
    mtp_error error = rpc(400, names[i]);
    mtp_case c = case_of(&error);
    assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_INIT);
    c.attempts.inited = true;
    assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
  }
}

/* proves AP-3 */
static void test_order_errors_are_sent_again(void **state) {
  (void)state;
  mtp_error error = rpc(-503, "MSG_WAIT_TIMEOUT");
  mtp_case c = case_of(&error);
  mtp_verdict verdict = mtp_policy_decide(&c);
  assert_int_equal(verdict.action, MTP_ACT_RETRY);
  assert_int_equal(verdict.delay_ms, 0);
  assert_true(verdict.order);
  error = rpc(400, "MSG_WAIT_FAILED");
  verdict = mtp_policy_decide(&c);
  assert_int_equal(verdict.action, MTP_ACT_RETRY);
  assert_true(verdict.delay_ms > 0);
  c.attempts.orders = 100;
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
}

static void test_only_rpc_errors_have_a_policy(void **state) {
  (void)state;
  mtp_error error;
  mtp_error_set(&error, MTP_ERR_NETWORK, "FLOOD_WAIT_5");
  mtp_case c = case_of(&error);
  assert_int_equal(mtp_policy_decide(&c).action, MTP_ACT_END);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(test_error_keeps_text_code_and_number, reset),
      cmocka_unit_test_setup(test_codes_that_are_none_read_as_500, reset),
      cmocka_unit_test_setup(test_text_is_cleaned, reset),
      cmocka_unit_test_setup(test_waits_have_names_and_limits, reset),
      cmocka_unit_test_setup(test_flood_sleeps_up_to_threshold, reset),
      cmocka_unit_test_setup(test_flood_sleeps_up_to_total, reset),
      cmocka_unit_test_setup(test_flood_sleep_can_be_switched_off, reset),
      cmocka_unit_test_setup(test_send_code_is_never_repeated, reset),
      cmocka_unit_test_setup(test_no_sleep_beyond_the_calls_own_time, reset),
      cmocka_unit_test_setup(test_500_is_retried_with_back_off, reset),
      cmocka_unit_test_setup(test_retry_can_be_switched_off, reset),
      cmocka_unit_test_setup(test_every_negative_code_is_like_500, reset),
      cmocka_unit_test_setup(test_sending_a_code_is_restarted_once, reset),
      cmocka_unit_test_setup(test_a_cdn_may_only_ask_to_wait, reset),
      cmocka_unit_test_setup(test_only_the_home_key_is_lost, reset),
      cmocka_unit_test_setup(test_what_is_final_is_not_retried, reset),
      cmocka_unit_test_setup(test_migrations_move_the_home_or_the_call, reset),
      cmocka_unit_test_setup(test_migration_is_limited_and_can_be_switched_off, reset),
      cmocka_unit_test_setup(test_terminal_errors_lose_the_key, reset),
      cmocka_unit_test_setup(test_keys_that_are_lost_can_be_kept, reset),
      cmocka_unit_test_setup(test_password_needed_is_not_terminal, reset),
      cmocka_unit_test_setup(test_elsewhere_unregistered_asks_for_another_import, reset),
      cmocka_unit_test_setup(test_perm_empty_binds_again_once, reset),
      cmocka_unit_test_setup(test_not_inited_is_done_again_once, reset),
      cmocka_unit_test_setup(test_order_errors_are_sent_again, reset),
      cmocka_unit_test_setup(test_only_rpc_errors_have_a_policy, reset),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
