/* Nothing is used up, or lost, that need not be: codes, logins, a person's time. */
#include "flow_fixture.h"

static const char config[] =
    "{\"users\":["
    "{\"phone\":\"15550000001\",\"code\":\"11111\",\"dc\":1},"
    "{\"phone\":\"15550000002\",\"code\":\"22222\",\"password\":\"hunter2\",\"hint\":\"a "
    "game\",\"dc\":2},"
    "{\"phone\":\"15550000005\",\"code_types\":[\"payment\",\"sms\"]}],"
    "\"bots\":[{\"token\":\"123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]}";

/* ---- a store that does not work ---- */

static mtp_status full_lock(tgauth_store *store, mtp_error *error) {
  (void)store, (void)error;
  return MTP_OK;
}

static mtp_status full_load(tgauth_store *store, mtp_session *session, mtp_error *error) {
  (void)store, (void)session, (void)error;
  return MTP_OK;
}

static mtp_status full_save(tgauth_store *store, const mtp_session *session, mtp_error *error) {
  (void)store, (void)session;
  if (error) {
    memset(error, 0, sizeof *error);
    error->status = MTP_ERR_STORE;
    strcpy(error->text, "no space left");
  }
  return MTP_ERR_STORE;
}

static void full_free(tgauth_store *store) {
  (void)store;
}

static const tgauth_store_ops full_ops = {
    .lock = full_lock, .load = full_load, .save = full_save, .free = full_free};

/* proves RB-2 */
static void test_a_store_is_tried_before_a_code_is_used_up(void **state) {
  tgauth_store full = {&full_ops};
  tgauth *auth = flow_client(*state, &full);
  tgauth_code *code;
  tgauth_qr *qr;
  mtp_error error;
  int before = flow_calls(*state, "auth.sendCode");
  flow_failed(tgauth_request_code(auth, "15550000001", NULL, &code, &error), &error, MTP_ERR_STORE);
  assert_int_equal(flow_calls(*state, "auth.sendCode"), before);
  before = flow_calls(*state, "auth.importBotAuthorization");
  flow_failed(tgauth_sign_in_bot(auth, "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &error),
              &error, MTP_ERR_STORE);
  assert_int_equal(flow_calls(*state, "auth.importBotAuthorization"), before);
  before = flow_calls(*state, "auth.exportLoginToken");
  flow_failed(tgauth_qr_begin(auth, NULL, 0, &qr, &error), &error, MTP_ERR_STORE);
  assert_int_equal(flow_calls(*state, "auth.exportLoginToken"), before);
  tgauth_close(auth);
}

/* proves ER-5 */
static void test_auth_restart_of_send_code_is_tried_once_more(void **state) {
  static const char *const names[] = {"500 AUTH_RESTART", "500 AUTH_RESTART_42"};
  for (int i = 0; i < 4; i++) {
    tgauth *auth = flow_client(*state, NULL);
    tgauth_code *code;
    mtp_error error;
    int before = flow_calls(*state, "auth.sendCode"), times = 1 + i / 2;
    flow_command(*state,
                 "{\"do\":\"rule\",\"method\":\"auth.sendCode\",\"times\":%d,\"error\":\"%s\"}",
                 times, names[i % 2]);
    mtp_status status = tgauth_request_code(auth, "15550000001", NULL, &code, &error);
    assert_int_equal(status, times == 1 ? MTP_OK : MTP_ERR_RPC);
    assert_int_equal(flow_calls(*state, "auth.sendCode"), before + 2);
    if (status == MTP_OK)
      tgauth_code_free(code);
    tgauth_close(auth);
  }
}

/* ---- what is told ---- */

/* proves LG-1 */
static void test_a_price_is_told_whole(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  tgauth_code *code = flow_request(auth, "15550000005");
  char text[512];
  assert_true(code->payment_required);
  assert_string_equal(code->store_product, "sms");
  assert_string_equal(code->currency, "EUR");
  assert_int_equal(code->amount, 199);
  assert_int_equal(code->premium_days, 7);
  assert_string_equal(code->support_email, "help@example.org");
  assert_string_equal(code->support_subject, "login");
  assert_non_null(
      strstr(tgauth_explain(code, text, sizeof text), "199 in the smallest unit of EUR"));
  tgauth_code_free(code);
  tgauth_close(auth);
}

/* proves LG-7 */
static void test_a_hint_alone_is_changed_or_refused(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  tgauth_code *code = flow_request(auth, "15550000002");
  tgauth_password_info *info;
  mtp_error error;
  char text[FLOW_HASH];
  uint8_t hash[32];
  flow_ok(flow_enter(auth, code, flow_code(*state, "15550000002", text), &error), &error);
  tgauth_code_free(code);
  flow_ok(tgauth_check_password_text(auth, "hunter2", &error), &error);
  flow_ok(tgauth_hash_password(auth, "hunter2", hash, &error), &error);
  const tgauth_secret by_hash = {NULL, 0, hash}, by_text = {"hunter2", 7, NULL};
  tgauth_password_change nothing = {&by_text, NULL, NULL, NULL};
  flow_failed(tgauth_change_password(auth, &nothing, NULL, &error), &error, MTP_ERR_ARGUMENT);
  tgauth_password_change hint = {&by_hash, NULL, "another game", NULL};
  flow_failed(tgauth_change_password(auth, &hint, NULL, &error), &error, MTP_ERR_ARGUMENT);
  hint.current = &by_text;
  flow_ok(tgauth_change_password(auth, &hint, NULL, &error), &error);
  flow_ok(tgauth_get_password(auth, &info, &error), &error);
  assert_string_equal(info->hint, "another game");
  assert_true(info->has_password);
  tgauth_password_info_free(info);
  flow_ok(tgauth_change_password(auth, &hint, NULL, &error), &error); /* hunter2 still is it */
  tgauth_close(auth);
}

/* ---- servers that are slow to know, or broken ---- */

/* proves LG-5 */
static void test_a_passing_401_after_a_move_ends_no_sign_in(void **state) {
  tgauth *phone = flow_signed_in(*state, "15550000001"), *other = flow_client(*state, NULL);
  tgauth_qr *qr;
  tgauth_qr_result result;
  mtp_error error;
  flow_ok(tgauth_qr_begin(other, NULL, 0, &qr, &error), &error);
  flow_ok(tgauth_qr_accept(phone, tgauth_qr_url(qr), &error), &error);
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"auth.importLoginToken\",\"times\":1,"
                       "\"error\":\"401 AUTH_KEY_UNREGISTERED\"}");
  flow_ok(tgauth_qr_wait(other, qr, 20000, &result, &error), &error);
  assert_int_equal(result, TGAUTH_QR_DONE);
  tgauth_qr_free(qr);
  tgauth_close(other);
  tgauth_close(phone);
}

static void test_a_passing_401_before_the_password_ends_no_sign_in(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  tgauth_code *code = flow_request(auth, "15550000002");
  mtp_error error;
  char text[FLOW_HASH];
  flow_ok(flow_enter(auth, code, flow_code(*state, "15550000002", text), &error), &error);
  tgauth_code_free(code);
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"account.getPassword\",\"times\":1,"
                       "\"error\":\"401 AUTH_KEY_UNREGISTERED\"}");
  flow_ok(tgauth_check_password_text(auth, "hunter2", &error), &error);
  tgauth_close(auth);
}

/* proves LG-5 */
static void test_tokens_that_are_born_expired_cost_a_call_every_few_seconds(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  tgauth_qr *qr;
  tgauth_qr_result result;
  mtp_error error;
  int before = flow_calls(*state, "auth.exportLoginToken");
  flow_command(*state,
               "{\"do\":\"rule\",\"method\":\"auth.exportLoginToken\",\"times\":1000,\"answer\":"
               "{\"_\":\"auth.loginToken\",\"expires\":1,\"token\":\"AAAA\"}}");
  flow_ok(tgauth_qr_begin(auth, NULL, 0, &qr, &error), &error);
  for (int i = 0; i < 9; i++)
    flow_ok(tgauth_qr_wait(auth, qr, 1000, &result, &error), &error);
  assert_in_range(flow_calls(*state, "auth.exportLoginToken"), before + 7, before + 8);
  flow_command(*state, "{\"do\":\"clear\"}");
  tgauth_qr_free(qr);
  tgauth_close(auth);
}

/* The generator of the options, out of scope by the time that it is used. */
static tgauth *client_with_a_short_lived_generator(flow *dc) {
  tgauth_options options;
  tgauth *auth;
  mtp_error error;
  mtp_rng rng = mtp_rng_system();
  flow_options(dc, &options);
  options.client.rng = &rng;
  flow_ok(tgauth_open(&options, &auth, &error), &error);
  memset(&rng, 0xa5, sizeof rng);
  return auth;
}

static void test_the_generator_is_copied(void **state) {
  tgauth *auth = client_with_a_short_lived_generator(*state);
  mtp_error error;
  flow_sign_in(*state, auth, "15550000001");
  flow_ok(tgauth_send_to_self(auth, "hello", NULL, &error), &error);
  tgauth_close(auth);
}

/* proves LG-6 */
static void test_a_token_is_sent_as_given_without_blanks(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  mtp_error error;
  flow_failed(tgauth_sign_in_bot(auth, " \n", &error), &error, MTP_ERR_ARGUMENT);
  flow_rpc(tgauth_sign_in_bot(auth, "1:short", &error), &error, TG_ERR_ACCESS_TOKEN_INVALID);
  flow_ok(
      tgauth_sign_in_bot(auth, " 123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\xc2\xa0\r\n", &error),
      &error);
  tgauth_close(auth);
}

static int setup(void **state) {
  *state = flow_start(config, 2);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_store_is_tried_before_a_code_is_used_up),
      cmocka_unit_test(test_auth_restart_of_send_code_is_tried_once_more),
      cmocka_unit_test(test_a_price_is_told_whole),
      cmocka_unit_test(test_a_hint_alone_is_changed_or_refused),
      cmocka_unit_test(test_a_passing_401_after_a_move_ends_no_sign_in),
      cmocka_unit_test(test_a_passing_401_before_the_password_ends_no_sign_in),
      cmocka_unit_test(test_tokens_that_are_born_expired_cost_a_call_every_few_seconds),
      cmocka_unit_test(test_the_generator_is_copied),
      cmocka_unit_test(test_a_token_is_sent_as_given_without_blanks),
  };
  return cmocka_run_group_tests(tests, setup, flow_teardown);
}
