/* Calls that cost connections, and connections that cost calls: who ends, and who goes on. */
#include "client_fixture.h"
#include "fake_dc_rpc.h"

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

/* ---- a call that the server hangs up on ---- */

static struct {
  int32_t code; /* of the transport error; 0: it just closes */
  unsigned seen;
} poison;

static bool refuse(void *ctx, fake_dc *dc, const fake_call *call) {
  (void)ctx;
  if (strcmp(fake_name(call), "help.getNearestDc") == 0)
    return answer_nearest(NULL, dc, call);
  if (strcmp(fake_name(call), "help.getAppUpdate") != 0)
    return false;
  poison.seen++;
  if (poison.code)
    fake_send_transport_error(call->conn, poison.code);
  call->conn->closing = true;
  return true;
}

static void poisonous(outcome *out) {
  tg_help_getAppUpdate request = {.source = TL_STR("x")};
  tl_call call = tg_help_getAppUpdate_call(&request);
  fixture_call_of(&f, &call, NULL, out);
}

static void start(int32_t code) {
  poison.code = code;
  poison.seen = 0;
  fixture_dc(&f, 2)->on_call = refuse;
  fixture_start(&f, NULL);
}

static void test_a_call_that_is_hung_up_on_ends_with_what_was_seen(void **state) {
  (void)state;
  outcome out;
  start(-400);
  poisonous(&out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_TRANSPORT);
  assert_int_equal(out.error.code, -400);
  assert_int_equal(poison.seen, 5);
  assert_true(f.clock_ms < 60000);
  outcome_free(&out);
  fixture_ask(&f); /* nothing is left of it */
}

static bool refuse_once(void *ctx, fake_dc *dc, const fake_call *call) {
  bool again = poison.seen > 0 && strcmp(fake_name(call), "help.getAppUpdate") == 0;
  return again || refuse(ctx, dc, call); /* and then it is silent */
}

static void test_a_call_that_ends_late_says_what_it_was_hung_up_on_with(void **state) {
  (void)state;
  outcome out;
  start(-400);
  fixture_dc(&f, 2)->on_call = refuse_once;
  poisonous(&out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_TIMEOUT);
  assert_non_null(strstr(out.error.text, "the last connection: transport error -400"));
  outcome_free(&out);
}

static void test_others_go_on_beside_it(void **state) {
  (void)state;
  enum { OTHERS = 4 };
  outcome out, other[OTHERS];
  start(-400);
  poisonous(&out);
  for (int i = 0; i < OTHERS; i++)
    fixture_call(&f, NULL, &other[i]);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.code, -400);
  for (int i = 0; i < OTHERS; i++) {
    fixture_wait(&f, &other[i]);
    assert_answered_by(&other[i], 2);
  }
  outcome_free(&out);
}

static void test_a_connection_that_is_closed_counts_too(void **state) {
  (void)state;
  outcome out;
  f.options.reconnect_tries = 0;
  start(0);
  poisonous(&out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_NETWORK);
  assert_int_equal(poison.seen, 5);
  outcome_free(&out);
}

/* ---- the connection's own first call ---- */

static struct {
  int32_t code;
  const char *text;
  unsigned times;
} config;

static bool refuse_config(void *ctx, fake_dc *dc, const fake_call *call) {
  (void)ctx;
  if (config.times && strcmp(fake_name(call), "help.getConfig") == 0) {
    config.times--;
    fake_error(dc, call, config.code, config.text);
    return true;
  }
  return answer_nearest(NULL, dc, call);
}

static void start_refusing(int32_t code, const char *text, unsigned times) {
  config.code = code;
  config.text = text;
  config.times = times;
  fixture_dc(&f, 2)->on_call = refuse_config;
  fixture_start(&f, NULL);
}

/* proves AP-1 */
static void test_a_first_call_that_needs_a_user_stops_nobody(void **state) {
  (void)state;
  start_refusing(401, "AUTH_KEY_UNREGISTERED", 100);
  fixture_ask(&f);
}

/* proves AP-1 */
static void test_a_first_call_that_is_refused_is_named(void **state) {
  (void)state;
  outcome out;
  char text[300];
  start_refusing(400, "API_ID_INVALID", 100);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_RPC);
  assert_non_null(strstr(mtp_error_format(&out.error, text, sizeof text), "help.getConfig"));
  outcome_free(&out);
}

/* proves ER-2, AP-1 */
static void test_a_first_call_is_tried_again_like_others(void **state) {
  (void)state;
  start_refusing(-503, "Timeout", 2);
  fixture_ask(&f);
}

/* ---- back-off ---- */

static void test_a_call_that_no_connection_came_for_says_what_kept_it(void **state) {
  (void)state;
  outcome out;
  f.options.reconnect_tries = 0;
  fixture_start(&f, NULL);
  fixture_dc(&f, 2)->refuse = true;
  mtp_call_options patient = {.timeout_ms = 100000};
  fixture_call(&f, &patient, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_TIMEOUT);
  assert_non_null(
      strstr(out.error.text, "no connection within the time of the call; the last try: "));
  assert_true(strlen(out.error.text) >
              strlen("no connection within the time of the call; the last try: "));
  outcome_free(&out);
}

/* proves RB-5 */
static void test_a_new_call_does_not_wait_out_a_long_back_off(void **state) {
  (void)state;
  outcome out;
  f.options.reconnect_tries = 0;
  fixture_start(&f, NULL);
  fixture_dc(&f, 2)->refuse = true;
  mtp_call_options patient = {.timeout_ms = -1};
  fixture_call(&f, &patient, &out);
  fixture_run_for(&f, 300000); /* by now it waits for a minute between two tries */
  fixture_dc(&f, 2)->refuse = false;
  int64_t at = f.clock_ms;
  fixture_ask(&f);
  fixture_wait(&f, &out);
  assert_answered_by(&out, 2);
  assert_true(f.clock_ms - at <= (int64_t)f.options.reconnect_min_ms);
}

/* A sleep of 73 seconds beside a clock that is set back further; seen one after the other, or both
 * at once. */
static void sleep_and_set_back(bool at_once) {
  outcome out;
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
  f.wall_ms -= 1800000;
  if (!at_once)
    fixture_run_for(&f, 1000);
  f.wall_ms += 73000;
  fixture_dc(&f, 2)->skew_ms += 73000;
  fake_dc_hang_up(fixture_dc(&f, 2));
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
  assert_int_equal(fixture_dc(&f, 2)->accepted, 2);
}

/* proves MS-18, EN-12 */
static void test_a_sleep_after_the_clock_was_set_back_is_noticed(void **state) {
  (void)state;
  sleep_and_set_back(false);
}

/* proves MS-18, EN-12 */
static void test_a_sleep_that_a_clock_set_back_hides_costs_no_connection(void **state) {
  (void)state;
  sleep_and_set_back(true);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_a_call_that_is_hung_up_on_ends_with_what_was_seen),
      TEST(test_a_call_that_ends_late_says_what_it_was_hung_up_on_with),
      TEST(test_others_go_on_beside_it),
      TEST(test_a_connection_that_is_closed_counts_too),
      TEST(test_a_first_call_that_needs_a_user_stops_nobody),
      TEST(test_a_first_call_that_is_refused_is_named),
      TEST(test_a_first_call_is_tried_again_like_others),
      TEST(test_a_call_that_no_connection_came_for_says_what_kept_it),
      TEST(test_a_new_call_does_not_wait_out_a_long_back_off),
      TEST(test_a_sleep_after_the_clock_was_set_back_is_noticed),
      TEST(test_a_sleep_that_a_clock_set_back_hides_costs_no_connection),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
