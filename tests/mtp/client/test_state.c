/* Connecting without a call, and what a client says of its connection. */
#include <mtp/state.h>

#include "client_fixture.h"

static fixture f;
static int64_t lease;

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

static mtp_state look(void) {
  mtp_state now;
  mtp_client_state(f.client, &now);
  return now;
}

static void connect_now(void) {
  mtp_error error;
  assert_int_equal(mtp_client_connect(f.client, &error), MTP_OK);
}

static void test_names(void **state) {
  (void)state;
  assert_string_equal(mtp_connectivity_name(MTP_IDLE), "idle");
  assert_string_equal(mtp_connectivity_name(MTP_STOPPED), "stopped");
  assert_string_equal(mtp_connectivity_name((mtp_connectivity)5), "unknown");
  assert_string_equal(mtp_connectivity_name((mtp_connectivity)-1), "unknown");
  assert_string_equal(mtp_connection_state_name(MTP_CONNECTION_CLOSED), "closed");
  assert_string_equal(mtp_connection_state_name(MTP_CONNECTION_READY), "ready");
  assert_string_equal(mtp_event_type_name(MTP_EVENT_UPDATES), "updates");
  assert_string_equal(mtp_event_type_name(MTP_EVENT_UNREACHABLE), "unreachable");
  assert_string_equal(mtp_event_type_name((mtp_event_type)99), "unknown");
  assert_string_equal(mtp_log_level_name(MTP_LOG_TRACE), "trace");
}

static void test_connects_without_a_call_and_stays(void **state) {
  (void)state;
  fixture_start(&f, NULL);
  fixture_run_for(&f, 1000);
  assert_int_equal(look().is, MTP_IDLE); /* nobody has asked */
  assert_null(look().error);
  assert_int_equal(fixture_dc(&f, 2)->accepted, 0);
  connect_now();
  assert_int_equal(look().is, MTP_CONNECTING);
  fixture_run_for(&f, 1000);
  assert_int_equal(look().is, MTP_CONNECTED);
  assert_int_equal(look().dc, 2);
  connect_now(); /* again: nothing more */
  fixture_run_for(&f, 300000);
  assert_int_equal(look().is, MTP_CONNECTED); /* nothing waits for it, and it is there */
  assert_int_equal(fixture_dc(&f, 2)->accepted, 1);
  assert_int_equal(fixture_dc(&f, 2)->calls, fixture_dc(&f, 2)->inits);
}

static void test_a_call_leaves_at_once_over_it(void **state) {
  (void)state;
  fixture_start(&f, NULL);
  connect_now();
  fixture_run_for(&f, 1000);
  fixture_ask(&f);
  assert_int_equal(fixture_dc(&f, 2)->accepted, 1);
}

static void test_waiting_says_how_long_and_why(void **state) {
  (void)state;
  fixture_start(&f, NULL);
  fixture_dc(&f, 2)->refuse = true;
  connect_now();
  fixture_settle(&f);
  mtp_state now = look();
  assert_int_equal(now.is, MTP_WAITING);
  assert_int_equal(now.failures, 1);
  assert_in_range(now.retry_ms, 1, 1500);
  assert_non_null(now.error);
  assert_int_equal(now.error->status, MTP_ERR_NETWORK);
  fixture_run_for(&f, 120000);
  assert_true(look().failures > 3); /* it is not given up */
  fixture_dc(&f, 2)->refuse = false;
  fixture_run_for(&f, 120000);
  assert_int_equal(look().is, MTP_CONNECTED);
  assert_int_equal(look().failures, 0);
  assert_null(look().error);
}

static void test_what_is_lost_is_opened_again(void **state) {
  (void)state;
  fixture_start(&f, NULL);
  connect_now();
  fixture_run_for(&f, 1000);
  fixture_dc(&f, 2)->refuse = true;
  fake_dc_hang_up(fixture_dc(&f, 2));
  fixture_settle(&f);
  assert_int_equal(look().is, MTP_WAITING);
  fixture_dc(&f, 2)->refuse = false;
  fixture_run_for(&f, 5000);
  assert_int_equal(look().is, MTP_CONNECTED);
}

static void test_stopped_says_why(void **state) {
  (void)state;
  f.options.no_reconnect = true;
  fixture_start(&f, NULL);
  fixture_dc(&f, 2)->refuse = true;
  connect_now();
  fixture_run_for(&f, 60000);
  assert_int_equal(look().is, MTP_STOPPED);
  assert_int_equal(look().error->status, MTP_ERR_NETWORK);
  assert_int_equal(fixture_dc(&f, 2)->accepted, 1);
  fixture_dc(&f, 2)->refuse = false;
  connect_now();
  fixture_run_for(&f, 2000);
  assert_int_equal(look().is, MTP_CONNECTED);
}

static bool refuse_user(void *ctx, fake_dc *dc, const fake_call *call) {
  (void)ctx;
  if (strcmp(fake_name(call), "help.getNearestDc") != 0)
    return false;
  fake_error(dc, call, 401, "SESSION_REVOKED");
  return true;
}

static void test_a_lost_key_is_a_reason(void **state) {
  (void)state;
  mtp_session session;
  outcome out;
  fixture_signed_in(&f, &session);
  fixture_start(&f, &session);
  fixture_dc(&f, 2)->on_call = refuse_user;
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  outcome_free(&out);
  fixture_settle(&f);
  assert_int_equal(look().is, MTP_STOPPED);
  assert_int_equal(look().error->status, MTP_ERR_KEY_LOST);
}

static int64_t lease_left(void *ctx) {
  (void)ctx;
  return lease;
}

static void test_the_lease_decides(void **state) {
  (void)state;
  mtp_error error;
  f.options.lease_ms = lease_left;
  lease = 0;
  fixture_start(&f, NULL);
  connect_now();
  assert_int_equal(look().is, MTP_WAITING);
  assert_int_equal(look().retry_ms, -1);
  lease = 60000;
  fixture_run_for(&f, 2000);
  assert_int_equal(look().is, MTP_CONNECTED);
  lease = -1;
  fixture_run_for(&f, 61000);
  assert_int_equal(look().is, MTP_STOPPED);
  assert_int_equal(look().error->status, MTP_ERR_STORE);
  assert_int_equal(mtp_client_connect(f.client, &error), MTP_ERR_STORE);
}

static void test_closed_and_incomplete_ones_refuse(void **state) {
  (void)state;
  mtp_error error;
  f.options.api_id = 0;
  fixture_start(&f, NULL);
  assert_int_equal(mtp_client_connect(f.client, &error), MTP_ERR_ARGUMENT);
  assert_string_equal(error.text, "options.api_id is needed to connect");
  mtp_client_close(f.client);
  assert_int_equal(mtp_client_connect(f.client, &error), MTP_ERR_CLOSED);
  assert_int_equal(look().is, MTP_STOPPED);
  assert_int_equal(look().error->status, MTP_ERR_CLOSED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_names),
      TEST(test_connects_without_a_call_and_stays),
      TEST(test_a_call_leaves_at_once_over_it),
      TEST(test_waiting_says_how_long_and_why),
      TEST(test_what_is_lost_is_opened_again),
      TEST(test_stopped_says_why),
      TEST(test_a_lost_key_is_a_reason),
      TEST(test_the_lease_decides),
      TEST(test_closed_and_incomplete_ones_refuse),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
