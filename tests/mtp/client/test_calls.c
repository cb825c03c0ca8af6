/* Calls against a scripted data centre: each ends exactly once, whatever happens on the way. */
#include "client_fixture.h"
#include <tl/wire.h>

static fixture f;

static int set_up(void **state) {
  (void)state;
  fixture_open(&f);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  fixture_close(&f);
  return 0;
}

/* proves AP-1 */
static void test_first_call_makes_key_and_says_who_we_are(void **state) {
  (void)state;
  outcome first, second;
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &first);
  fixture_call(&f, NULL, &second);
  fixture_wait(&f, &first);
  fixture_wait(&f, &second);
  assert_answered_by(&first, 2);
  assert_answered_by(&second, 2);
  fake_dc *dc = fixture_dc(&f, 2);
  assert_int_equal(dc->exchanges, 1);
  assert_int_equal(dc->accepted, 1);
  assert_int_equal(dc->inits, 1); /* wrapped once, the others are not */
  assert_int_equal(dc->calls, 3);
  assert_int_equal(mtp_client_session(f.client)->n_keys, 1);
  assert_int_equal(mtp_client_session(f.client)->n_options, FIXTURE_DCS);
}

/* proves AP-1 */
static void test_key_of_session_is_used_again_with_init(void **state) {
  (void)state;
  outcome out;
  mtp_session session;
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  outcome_free(&out);
  fixture_signed_in(&f, &session);
  mtp_client_free(f.client);
  fixture_start(&f, &session);
  mtp_session_free(&session);
  fixture_ask(&f);
  assert_int_equal(fixture_dc(&f, 2)->exchanges, 1);
  assert_int_equal(fixture_dc(&f, 2)->inits, 2);
}

static unsigned not_inited_left;

static bool forget_init(void *ctx, fake_dc *dc, const fake_call *call) {
  (void)ctx;
  if (not_inited_left == 0 || call->inited)
    return answer_nearest(NULL, dc, call);
  not_inited_left--;
  fake_error(dc, call, 400, "CONNECTION_NOT_INITED");
  return true;
}

/* proves AP-1 */
static void test_not_inited_wraps_again_and_resends(void **state) {
  (void)state;
  not_inited_left = 1;
  fixture_dc(&f, 2)->on_call = forget_init;
  fixture_start(&f, NULL);
  fixture_ask(&f);
  assert_int_equal(fixture_dc(&f, 2)->inits, 2);
}

/* proves AP-1 */
static void test_not_inited_twice_is_given_back(void **state) {
  (void)state;
  outcome out;
  not_inited_left = 2;
  fixture_dc(&f, 2)->on_call = forget_init;
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_RPC);
  assert_string_equal(out.error.text, "CONNECTION_NOT_INITED");
  outcome_free(&out);
}

/* ---- ends ---- */

static fake_call held;
static unsigned held_count;

static bool hold(void *ctx, fake_dc *dc, const fake_call *call) {
  (void)ctx;
  (void)dc;
  if (strcmp(fake_name(call), "help.getNearestDc") != 0)
    return false;
  held = *call;
  held_count++;
  return true;
}

static void test_rpc_error_is_typed(void **state) {
  (void)state;
  outcome out;
  fixture_start(&f, NULL);
  tg_auth_signIn request = {.phone_number = TL_STR("1"), .phone_code_hash = TL_STR("x")};
  tl_call call = tg_auth_signIn_call(&request);
  fixture_call_of(&f, &call, NULL, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_RPC);
  assert_int_equal(out.error.code, 400);
  assert_string_equal(out.error.text, "METHOD_INVALID");
  assert_string_equal(tl_def_name(&tg_schema, out.error.method), "auth.signIn");
  assert_null(out.reply);
  outcome_free(&out);
}

static void test_timeout_ends_the_call_and_a_late_answer_is_ignored(void **state) {
  (void)state;
  outcome out;
  mtp_call_options options = {.timeout_ms = 3000};
  fixture_dc(&f, 2)->on_call = hold;
  fixture_start(&f, NULL);
  int64_t before = f.clock_ms;
  fixture_call(&f, &options, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_TIMEOUT);
  assert_int_equal(f.clock_ms - before, 3000);
  send_nearest(fixture_dc(&f, 2), &held);
  fixture_settle(&f);
  assert_int_equal(out.ended, 1);
}

/* proves MS-15 */
static void test_cancel_ends_the_call_and_tells_the_server(void **state) {
  (void)state;
  outcome out;
  held_count = 0;
  fixture_dc(&f, 2)->on_call = hold;
  fixture_start(&f, NULL);
  mtp_call_id id = fixture_call(&f, NULL, &out);
  fixture_run_until(&f, &held_count);
  mtp_client_cancel(f.client, id);
  assert_int_equal(out.ended, 0); /* not from inside cancel */
  fixture_settle(&f);
  assert_int_equal(out.ended, 1);
  assert_int_equal(out.error.status, MTP_ERR_CANCELLED);
  assert_int_equal(fixture_dc(&f, 2)->drops, 1);
  send_nearest(fixture_dc(&f, 2), &held);
  fixture_dc(&f, 2)->on_call = answer_nearest;
  fixture_ask(&f);
  assert_int_equal(out.ended, 1);
  mtp_client_cancel(f.client, id); /* again, and something that never was */
  mtp_client_cancel(f.client, 999);
}

static void test_cancel_before_anything_is_connected(void **state) {
  (void)state;
  outcome out;
  fixture_start(&f, NULL);
  mtp_client_cancel(f.client, fixture_call(&f, NULL, &out));
  fixture_settle(&f);
  assert_int_equal(out.ended, 1);
  assert_int_equal(out.error.status, MTP_ERR_CANCELLED);
}

/* proves TL-17 */
static void test_unknown_constructor_ends_only_its_call(void **state) {
  (void)state;
  outcome out;
  static const uint8_t strange[8] = {0xde, 0xc0, 0xad, 0x0b, 1, 2, 3, 4};
  held_count = 0;
  fixture_dc(&f, 2)->on_call = hold;
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_run_until(&f, &held_count);
  fake_answer_raw(fixture_dc(&f, 2), &held, strange, sizeof strange);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_DECODE);
  assert_int_equal(out.error.tl.status, TL_ERR_UNKNOWN);
  assert_int_equal(out.error.tl.id, 0x0badc0de);
  assert_int_equal(mtp_reply_raw(out.reply).size, sizeof strange);
  assert_memory_equal(mtp_reply_raw(out.reply).data, strange, sizeof strange);
  assert_null(mtp_reply_value(out.reply)->schema);
  assert_int_equal(mtp_reply_rest(out.reply).size, sizeof strange);
  outcome_free(&out);
  fixture_dc(&f, 2)->on_call = answer_nearest;
  fixture_ask(&f);
  assert_int_equal(fixture_dc(&f, 2)->accepted, 1); /* the connection lives on */
}

static void test_raw_bytes_are_there_beside_the_value(void **state) {
  (void)state;
  outcome out;
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  tl_bytes raw = mtp_reply_raw(out.reply);
  assert_int_equal(raw.size, 16);
  assert_int_equal(tl_load32(raw.data), 0x8e1a1775);
  assert_memory_equal(raw.data + 4, "\2XX\0", 4);
  outcome_free(&out);
}

static void test_close_ends_what_waits(void **state) {
  (void)state;
  outcome out, late;
  held_count = 0;
  fixture_dc(&f, 2)->on_call = hold;
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_run_until(&f, &held_count);
  mtp_client_close(f.client);
  assert_int_equal(out.ended, 1);
  assert_int_equal(out.error.status, MTP_ERR_CLOSED);
  tg_help_getNearestDc request = {0};
  tl_call call = tg_help_getNearestDc_call(&request);
  mtp_error error;
  memset(&late, 0, sizeof late);
  assert_int_equal(mtp_client_call(f.client, &call, NULL, outcome_done, &late, NULL, &error),
                   MTP_ERR_CLOSED);
  assert_int_equal(mtp_client_submit(f.client, &call, NULL, outcome_done, &late, &error),
                   MTP_ERR_CLOSED);
  mtp_client_close(f.client);
  fixture_settle(&f);
  assert_int_equal(late.ended, 0);
  assert_int_equal(out.ended, 1);
}

/* A callback that starts the next call, and closes the client after a few. */
typedef struct chain {
  unsigned ended, left, closed;
} chain;

static void next_link(void *ctx, const mtp_error *error, mtp_reply *reply) {
  chain *c = ctx;
  mtp_reply_free(reply);
  if (error) {
    assert_int_equal(error->status, MTP_ERR_CLOSED);
    c->closed++;
    return;
  }
  tg_help_getNearestDc request = {0};
  tl_call call = tg_help_getNearestDc_call(&request);
  c->ended++;
  assert_int_equal(mtp_client_call(f.client, &call, NULL, next_link, c, NULL, NULL), MTP_OK);
  if (--c->left == 0)
    mtp_client_close(f.client);
}

static void test_callbacks_may_call_and_close(void **state) {
  (void)state;
  chain c = {.left = 5};
  tg_help_getNearestDc request = {0};
  tl_call call = tg_help_getNearestDc_call(&request);
  fixture_start(&f, NULL);
  assert_int_equal(mtp_client_call(f.client, &call, NULL, next_link, &c, NULL, NULL), MTP_OK);
  fixture_run_until(&f, &c.closed);
  assert_int_equal(c.ended, 5);
  assert_int_equal(c.closed, 1);
}

/* ---- arguments ---- */

static void test_bad_arguments_are_refused_at_once(void **state) {
  (void)state;
  mtp_error error;
  tg_help_getNearestDc request = {0};
  tl_call call = tg_help_getNearestDc_call(&request), none = {0};
  fixture_start(&f, NULL);
  assert_int_equal(mtp_client_call(f.client, &none, NULL, NULL, NULL, NULL, &error),
                   MTP_ERR_ARGUMENT);
  mtp_call_options options = {.dc = -3};
  assert_int_equal(mtp_client_call(f.client, &call, &options, NULL, NULL, NULL, &error),
                   MTP_ERR_ARGUMENT);
  tg_nearestDc value = {.country = TL_STR("")};
  tl_object constructor = tg_nearestDc_object(&value);
  assert_int_equal(mtp_client_call(f.client, &constructor, NULL, NULL, NULL, NULL, &error),
                   MTP_ERR_ARGUMENT);
}

static void test_what_cannot_be_encoded_says_why(void **state) {
  (void)state;
  mtp_error error;
  fixture_start(&f, NULL);
  tg_messages_sendMessage request = {.message = TL_STR("no peer")};
  tl_call call = tg_messages_sendMessage_call(&request);
  assert_int_equal(mtp_client_call(f.client, &call, NULL, NULL, NULL, NULL, &error),
                   MTP_ERR_ENCODE);
  assert_int_equal(error.tl.status, TL_ERR_MISSING);
  assert_string_equal(tl_def_name(&tg_schema, error.method), "messages.sendMessage");
}

static void test_options_that_make_no_sense_are_refused(void **state) {
  (void)state;
  mtp_error error;
  mtp_client *client;
  const char *bad_key = "-----BEGIN NOTHING-----";
  mtp_options options = f.options;
  options.public_keys = &bad_key;
  assert_int_equal(mtp_client_new(&options, NULL, &client, &error), MTP_ERR_ARGUMENT);
  assert_null(client);
  options = f.options;
  options.home_dc = 0;
  assert_int_equal(mtp_client_new(&options, NULL, &client, &error), MTP_ERR_ARGUMENT);
  options = f.options;
  options.reconnect_max_ms = 1;
  assert_int_equal(mtp_client_new(&options, NULL, &client, &error), MTP_ERR_ARGUMENT);
  fixture_start(&f, NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_first_call_makes_key_and_says_who_we_are, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(test_key_of_session_is_used_again_with_init, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(test_not_inited_wraps_again_and_resends, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_not_inited_twice_is_given_back, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_rpc_error_is_typed, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_timeout_ends_the_call_and_a_late_answer_is_ignored,
                                      set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_cancel_ends_the_call_and_tells_the_server, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(test_cancel_before_anything_is_connected, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_unknown_constructor_ends_only_its_call, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(test_raw_bytes_are_there_beside_the_value, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_close_ends_what_waits, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_callbacks_may_call_and_close, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_bad_arguments_are_refused_at_once, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_what_cannot_be_encoded_says_why, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_options_that_make_no_sense_are_refused, set_up,
                                      tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
