/* Servers, or people on the way, that do not keep to the rules: what the client makes of them. */
#include "client_fixture.h"

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

static void call_and_answer(void) {
  outcome out;
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
}

/* A call that cannot be answered ends with one of these, in bounded time, and nothing loops. */
static mtp_status call_in_vain(void) {
  outcome out;
  mtp_call_options options = {.timeout_ms = 300000};
  fixture_call(&f, &options, &out);
  fixture_wait(&f, &out);
  mtp_status status = out.error.status;
  assert_int_equal(out.ended, 1);
  assert_true(status != MTP_OK);
  unsigned before = fixture_dc(&f, 2)->accepted;
  fixture_run_for(&f, 60000);
  assert_true(fixture_dc(&f, 2)->accepted - before <= 60);
  assert_int_equal(out.ended, 1);
  outcome_free(&out);
  return status;
}

/* proves EN-7, EN-13 */
static void test_spoiled_packets_are_asked_for_again(void **state) {
  (void)state;
  fixture_start(&f, NULL);
  call_and_answer();
  fixture_dc(&f, 2)->spoil_every = 7;
  for (int i = 0; i < 10; i++)
    call_and_answer();
  assert_true(fixture_dc(&f, 2)->accepted > 1);
  assert_int_equal(fixture_dc(&f, 2)->exchanges, 1);
}

/* proves EN-13 */
static void test_nothing_but_spoiled_packets_ends_the_call(void **state) {
  (void)state;
  fixture_start(&f, NULL);
  call_and_answer();
  fixture_dc(&f, 2)->spoil_every = 1;
  assert_int_equal(call_in_vain(), MTP_ERR_PROTOCOL);
}

/* proves EN-11 */
static void test_replayed_packets_change_nothing(void **state) {
  (void)state;
  fixture_dc(&f, 2)->twice = true;
  fixture_start(&f, NULL);
  for (int i = 0; i < 5; i++)
    call_and_answer();
  assert_int_equal(fixture_dc(&f, 2)->accepted, 1);
}

/* proves KX-5, EN-2 */
static void test_garbage_is_given_up(void **state) {
  (void)state;
  fixture_dc(&f, 2)->garbage = true;
  fixture_start(&f, NULL);
  assert_int_equal(call_in_vain(), MTP_ERR_HANDSHAKE);
}

static void test_garbage_on_an_established_key_is_given_up(void **state) {
  (void)state;
  fixture_start(&f, NULL);
  call_and_answer();
  fixture_dc(&f, 2)->garbage = true;
  assert_int_equal(call_in_vain(), MTP_ERR_PROTOCOL);
}

/* proves MS-1, MS-18 */
static void test_a_server_a_day_ahead_or_behind(void **state) {
  (void)state;
  static const int64_t skews[] = {86400000, -86400000};
  for (size_t i = 0; i < 2; i++) {
    tear_down(NULL);
    set_up(NULL);
    fixture_dc(&f, 2)->skew_ms = skews[i];
    fixture_start(&f, NULL);
    call_and_answer();
    call_and_answer();
    assert_int_equal(fixture_dc(&f, 2)->accepted, 1);
    assert_in_range(mtp_client_session(f.client)->time_offset + 86400 * 2,
                    86400 * 2 + skews[i] / 1000 - 2, 86400 * 2 + skews[i] / 1000 + 2);
  }
}

/* proves KX-2 */
static void test_a_server_with_another_rsa_key_is_not_tried_twice(void **state) {
  (void)state;
  f.options.public_keys = NULL; /* Telegram's own */
  f.options.n_public_keys = 0;
  fixture_start(&f, NULL);
  assert_int_equal(call_in_vain(), MTP_ERR_HANDSHAKE);
  assert_int_equal(fixture_dc(&f, 2)->accepted, 1);
}

/* A machine so slow that a millisecond passes between any two looks at the clock. */
static int64_t ticking(void *ctx) {
  static int64_t ticks;
  return ((fixture *)ctx)->clock_ms + ++ticks;
}

static bool flood_and_answer(void *ctx, fake_dc *dc, const fake_call *call) {
  (void)ctx;
  tg_updatesTooLong news = {0};
  tl_object object = tg_updatesTooLong_object(&news);
  for (int i = 0; i < 200; i++)
    fake_push(dc, call, &object);
  return answer_nearest(NULL, dc, call);
}

/* proves LV-5 */
static void test_what_a_turn_leaves_is_taken_by_the_next_one(void **state) {
  (void)state;
  f.options.monotonic_ms = ticking;
  f.options.process_ms = 2;
  f.options.keep_updates = false;
  fixture_dc(&f, 2)->on_call = flood_and_answer;
  fixture_start(&f, NULL);
  for (int i = 0; i < 10; i++) {
    unsigned jumps = (unsigned)f.jumps;
    call_and_answer();
    assert_int_equal(f.jumps, jumps); /* nothing waited for time to pass */
  }
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_spoiled_packets_are_asked_for_again),
      TEST(test_nothing_but_spoiled_packets_ends_the_call),
      TEST(test_replayed_packets_change_nothing),
      TEST(test_garbage_is_given_up),
      TEST(test_garbage_on_an_established_key_is_given_up),
      TEST(test_a_server_a_day_ahead_or_behind),
      TEST(test_a_server_with_another_rsa_key_is_not_tried_twice),
      TEST(test_what_a_turn_leaves_is_taken_by_the_next_one),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
