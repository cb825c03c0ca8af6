/* Signed in: who one is, bots, a message to oneself, takeout, other sessions, and signing out. */
#include "flow_fixture.h"

#define KEY     "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghi"
#define BOT     "123456:" KEY
#define NO_BOT  "123457:" KEY
#define ODD_BOT "12345678901234567890:0123456789_jklmnopqrstuvwxyz-ABCDEF"

static const char config[] = "{\"users\":[{\"phone\":\"15550000001\",\"code\":\"11111\","
                             "\"first_name\":\"Ann\"},"
                             "{\"phone\":\"15550000002\",\"code\":\"22222\"}],"
                             "\"bots\":[{\"token\":\"" BOT "\"}]}";

/* proves LG-2 */
static void test_says_who_one_is(void **state) {
  mtp_reply *reply;
  const tg_user *me;
  mtp_error error;
  tgauth *auth = flow_client(*state, NULL);
  assert_false(flow_authorized(auth));
  flow_rpc(tgauth_get_me(auth, &reply, &me, &error), &error, TG_ERR_AUTH_KEY_UNREGISTERED);
  assert_int_equal(error.code, 401);
  assert_null(me);
  flow_sign_in(*state, auth, "15550000001");
  flow_ok(tgauth_get_me(auth, &reply, &me, &error), &error);
  assert_string_equal(me->first_name.data, "Ann");
  assert_int_equal(me->id, mtp_client_session(tgauth_client(auth))->user_id);
  mtp_reply_free(reply);
  tgauth_close(auth);
}

/* proves LG-2 */
static void test_a_message_to_oneself(void **state) {
  int32_t first, second;
  mtp_error error;
  tgauth *auth = flow_signed_in(*state, "15550000001");
  flow_ok(tgauth_send_to_self(auth, "Hello, myself!", &first, &error), &error);
  flow_ok(tgauth_send_to_self(auth, "\xf0\x9f\x90\x88", &second, &error), &error);
  assert_true(first > 0 && second > first);
  flow_ok(tgauth_send_to_self(auth, "third", NULL, &error), &error);
  flow_rpc(tgauth_send_to_self(auth, "", NULL, &error), &error, TG_ERR_MESSAGE_EMPTY);
  tgauth_close(auth);
}

/* ---- bots ---- */

/* proves LG-6, ER-7 */
static void test_bot_tokens_right_and_wrong(void **state) {
  static const struct {
    const char *sent;
    tg_err name;
  } cases[] = {{"400 ACCESS_TOKEN_EXPIRED", TG_ERR_ACCESS_TOKEN_EXPIRED},
               {"400 API_ID_INVALID", TG_ERR_API_ID_INVALID},
               {"400 API_ID_PUBLISHED_FLOOD", TG_ERR_API_ID_PUBLISHED_FLOOD}};
  static const char *const malformed[] = {
      "123456", "123456:short",    "x" BOT,
      BOT "x",  BOT "!",           "123456:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefgh!",
      KEY,      ":" KEY,           "12345678901234567890" BOT,
      "-" BOT,  "123456:" KEY KEY, "123456:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefgh"};
  mtp_error error;
  tgauth *auth = flow_client(*state, NULL);
  for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++)
    flow_rpc(tgauth_sign_in_bot(auth, malformed[i], &error), &error, TG_ERR_ACCESS_TOKEN_INVALID);
  flow_failed(tgauth_sign_in_bot(auth, "", &error), &error, MTP_ERR_ARGUMENT);
  assert_int_equal(flow_calls(*state, "auth.importBotAuthorization"),
                   sizeof malformed / sizeof malformed[0]); /* what a token is the server says */
  flow_rpc(tgauth_sign_in_bot(auth, NO_BOT, &error), &error, TG_ERR_ACCESS_TOKEN_INVALID);
  assert_null(strstr(error.text, "ABCDEF"));
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    flow_command(*state,
                 "{\"do\":\"rule\",\"method\":\"auth.importBotAuthorization\",\"times\":1,"
                 "\"error\":\"%s\"}",
                 cases[i].sent);
    flow_rpc(tgauth_sign_in_bot(auth, BOT, &error), &error, cases[i].name);
  }
  flow_ok(tgauth_sign_in_bot(auth, BOT, &error), &error);
  assert_true(flow_authorized(auth));
  assert_true(mtp_client_session(tgauth_client(auth))->bot);
  flow_ok(tgauth_log_out(auth, false, &error), &error);
  assert_int_equal(mtp_client_session(tgauth_client(auth))->n_tokens, 0);
  tgauth_close(auth);
}

/* proves LG-6 */
static void test_every_letter_of_a_bot_token_is_taken(void **state) {
  mtp_error error;
  tgauth *auth = flow_client(*state, NULL);
  flow_rpc(tgauth_sign_in_bot(auth, ODD_BOT, &error), &error, TG_ERR_ACCESS_TOKEN_INVALID);
  tgauth_close(auth);
}

/* proves LG-6 */
static void test_a_bot_is_not_signed_up(void **state) {
  mtp_error error;
  tgauth *auth = flow_client(*state, NULL);
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"auth.importBotAuthorization\",\"times\":1,"
                       "\"answer\":{\"_\":\"auth.authorizationSignUpRequired\"}}");
  flow_failed(tgauth_sign_in_bot(auth, BOT, &error), &error, MTP_ERR_PROTOCOL);
  assert_false(flow_authorized(auth));
  tgauth_close(auth);
}

/* ---- takeout ---- */

/* proves AP-2 */
static void test_takeout_begins_and_ends(void **state) {
  tg_account_initTakeoutSession request = {0};
  int64_t id = 0;
  mtp_error error;
  tgauth *auth = flow_signed_in(*state, "15550000001");
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"account.initTakeoutSession\",\"times\":1,"
                       "\"error\":\"420 TAKEOUT_INIT_DELAY_86400\"}");
  flow_rpc(tgauth_begin_takeout(auth, &request, &id, &error), &error, TG_ERR_TAKEOUT_INIT_DELAY_X);
  assert_int_equal(error.arg, 86400);
  flow_ok(tgauth_begin_takeout(auth, &request, &id, &error), &error);
  assert_true(id != 0);
  mtp_call_options options;
  memset(&options, 0, sizeof options);
  options.takeout_id = id;
  tg_help_getNearestDc inside = {0};
  tl_call call = tg_help_getNearestDc_call(&inside);
  mtp_reply *reply;
  flow_ok(mtp_call_sync(tgauth_client(auth), &call, &options, &reply, &error), &error);
  mtp_reply_free(reply);
  flow_ok(tgauth_end_takeout(auth, id, true, &error), &error);
  tgauth_close(auth);
}

/* ---- sessions ---- */

static size_t count_sessions(tgauth *auth, int64_t *other) {
  mtp_reply *reply;
  mtp_error error;
  flow_ok(tgauth_list_sessions(auth, &reply, &error), &error);
  const tg_account_authorizations *list =
      tg_account_getAuthorizations_result(mtp_reply_value(reply));
  size_t count = list->authorizations.count, current = 0;
  for (size_t i = 0; i < count; i++) {
    current += list->authorizations.items[i]->current;
    if (!list->authorizations.items[i]->current)
      *other = list->authorizations.items[i]->hash;
  }
  assert_int_equal(current, 1);
  mtp_reply_free(reply);
  return count;
}

/* proves LG-3 */
static void test_other_sessions_are_listed_and_ended(void **state) {
  tgauth *auth[4];
  int64_t hash = 0;
  mtp_error error;
  for (size_t i = 0; i < 4; i++)
    auth[i] = flow_signed_in(*state, "15550000002");
  assert_int_equal(count_sessions(auth[0], &hash), 4);
  flow_rpc(tgauth_end_session(auth[0], 12345, &error), &error, TG_ERR_HASH_INVALID);
  flow_ok(tgauth_end_session(auth[0], hash, &error), &error);
  assert_int_equal(count_sessions(auth[0], &hash), 3);
  flow_failed(tgauth_end_session(auth[0], 0, &error), &error, MTP_ERR_ARGUMENT); /* itself */
  assert_int_equal(count_sessions(auth[0], &hash), 3);
  flow_ok(tgauth_end_other_sessions(auth[0], &error), &error);
  assert_int_equal(count_sessions(auth[0], &hash), 1);
  assert_true(flow_authorized(auth[0]));
  for (size_t i = 1; i < 4; i++)
    assert_false(flow_authorized(auth[i]));
  /* one that was ended signs in again */
  flow_sign_in(*state, auth[1], "15550000002");
  for (size_t i = 0; i < 4; i++)
    tgauth_close(auth[i]);
}

/* ---- the end ---- */

/* proves LG-3 */
static void test_logs_out_and_in_again(void **state) {
  mtp_error error;
  tgauth *auth = flow_signed_in(*state, "15550000001");
  flow_ok(tgauth_log_out(auth, false, &error), &error);
  const mtp_session *session = mtp_client_session(tgauth_client(auth));
  assert_false(session->signed_in);
  assert_int_equal(session->user_id, 0);
  assert_false(flow_authorized(auth));
  flow_rpc(tgauth_log_out(auth, false, &error), &error, TG_ERR_AUTH_KEY_UNREGISTERED);
  tgauth_close(auth);
}

/* proves MS-16 */
static void test_logs_out_and_destroys_the_key(void **state) {
  mtp_error error;
  tgauth *auth = flow_signed_in(*state, "15550000001");
  int keys = flow_report(*state, "keys");
  flow_ok(tgauth_log_out(auth, true, &error), &error);
  assert_int_equal(flow_report(*state, "keys"), keys - 1);
  assert_int_equal(mtp_client_session(tgauth_client(auth))->n_keys, 0);
  assert_false(flow_authorized(auth)); /* with a new key */
  tgauth_close(auth);
}

/* proves ER-2 */
static void test_being_signed_out_by_others_is_noticed(void **state) {
  tgauth *auth = flow_signed_in(*state, "15550000001");
  flow_command(*state, "{\"do\":\"sign_out\",\"phone\":\"15550000001\"}");
  assert_false(flow_authorized(auth));
  flow_sign_in(*state, auth, "15550000001");
  assert_true(flow_authorized(auth));
  tgauth_close(auth);
}

static int setup(void **state) {
  *state = flow_start(config, 0);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_says_who_one_is),
      cmocka_unit_test(test_a_message_to_oneself),
      cmocka_unit_test(test_bot_tokens_right_and_wrong),
      cmocka_unit_test(test_every_letter_of_a_bot_token_is_taken),
      cmocka_unit_test(test_a_bot_is_not_signed_up),
      cmocka_unit_test(test_takeout_begins_and_ends),
      cmocka_unit_test(test_other_sessions_are_listed_and_ended),
      cmocka_unit_test(test_logs_out_and_in_again),
      cmocka_unit_test(test_logs_out_and_destroys_the_key),
      cmocka_unit_test(test_being_signed_out_by_others_is_noticed),
  };
  return cmocka_run_group_tests(tests, setup, flow_teardown);
}
