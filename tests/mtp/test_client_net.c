/* What the network does to a client: nothing listens, connections break, servers are silent; waits
 * and retries; temporary keys; ends in every state. */
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

static void assert_answered(outcome *out) {
  assert_int_equal(out->ended, 1);
  if (out->error.status != MTP_OK)
    fail_msg("%s: %s", mtp_status_name(out->error.status), out->error.text);
  assert_non_null(tg_help_getNearestDc_result(mtp_reply_value(out->reply)));
  outcome_free(out);
}

/* ---- connecting ---- */

/* proves RB-5 */
static void test_nobody_listens_ends_after_some_tries(void **state) {
  (void)state;
  outcome out;
  fake_dc_close(fixture_dc(&f, 2));
  fixture_dc(&f, 2)->listen_fd = f.dcs[0].listen_fd; /* so that the fixture can poll it */
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_NETWORK);
  assert_true(out.error.code != 0);
  /* 1 + 2 + 4 + 8 seconds between five tries, and up to half of it more */
  assert_in_range(f.clock_ms, 15000, 22500);
  fixture_dc(&f, 2)->listen_fd = -1;
  outcome_free(&out);
}

static void test_other_addresses_are_tried(void **state) {
  (void)state;
  outcome out;
  mtp_dc_option table[3] = {fake_dc_address(fixture_dc(&f, 2)), fake_dc_address(fixture_dc(&f, 2)),
                            fake_dc_address(fixture_dc(&f, 2))};
  table[0].port = 1; /* refused */
  strcpy(table[1].host, "::1");
  table[1].flags = MTP_DC_IPV6;
  f.options.dcs = table;
  f.options.n_dcs = 3;
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
  assert_int_equal(fixture_dc(&f, 2)->accepted, 1);
  assert_true(f.clock_ms < 1000); /* without a pause for back-off */
}

static void test_a_name_is_looked_up(void **state) {
  (void)state;
  outcome out;
  mtp_dc_option address = fake_dc_address(fixture_dc(&f, 2));
  mtp_call_options options = {.timeout_ms = -1};
  strcpy(address.host, "localhost");
  f.options.dcs = &address;
  f.options.n_dcs = 1;
  f.options.connect_timeout_ms = 600000; /* the clock of this test jumps while the thread works */
  fixture_start(&f, NULL);
  fixture_call(&f, &options, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
}

static void test_refused_connections_are_made_again(void **state) {
  (void)state;
  outcome out;
  fixture_dc(&f, 2)->refuse = true;
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_run_for(&f, 2000);
  assert_int_equal(out.ended, 0);
  fixture_dc(&f, 2)->refuse = false;
  fixture_wait(&f, &out);
  assert_answered(&out);
}

/* proves KX-15, RB-5 */
static void test_silent_server_is_given_up_in_bounded_time(void **state) {
  (void)state;
  outcome out;
  mtp_call_options options = {.timeout_ms = -1};
  fixture_dc(&f, 2)->silent = true;
  fixture_start(&f, NULL);
  fixture_call(&f, &options, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_NETWORK);
  assert_in_range(f.clock_ms, 5 * 15000, 5 * 15000 + 22500);
  outcome_free(&out);
}

static void test_back_off_has_a_ceiling(void **state) {
  (void)state;
  outcome out;
  mtp_call_options options = {.timeout_ms = -1};
  f.options.reconnect_tries = 0; /* never give up */
  fixture_dc(&f, 2)->refuse = true;
  fixture_start(&f, NULL);
  fixture_call(&f, &options, &out);
  fixture_run_for(&f, 600000);
  unsigned before = fixture_dc(&f, 2)->accepted;
  fixture_run_for(&f, 600000);
  unsigned tries = fixture_dc(&f, 2)->accepted - before;
  assert_in_range(tries, 9, 11); /* one a minute */
  assert_int_equal(out.ended, 0);
  mtp_client_close(f.client);
  assert_int_equal(out.ended, 1);
}

static void test_hang_up_between_calls(void **state) {
  (void)state;
  fixture_start(&f, NULL);
  for (int i = 0; i < 3; i++) {
    outcome out;
    fixture_call(&f, NULL, &out);
    fixture_wait(&f, &out);
    assert_answered(&out);
    fake_dc_hang_up(fixture_dc(&f, 2));
  }
  assert_int_equal(fixture_dc(&f, 2)->exchanges, 1);
  assert_int_equal(fixture_dc(&f, 2)->inits,
                   1); /* the session goes on, and so does what it knows */
}

static bool hold_code(void *ctx, fake_dc *dc, const fake_call *call) {
  if (strcmp(fake_name(call), "auth.sendCode") != 0)
    return answer_nearest(NULL, dc, call);
  ++*(unsigned *)ctx;
  return true;
}

/* proves ER-4, MS-8 */
static void test_a_code_is_not_asked_for_twice_when_the_connection_breaks(void **state) {
  (void)state;
  outcome out;
  unsigned asked = 0;
  fixture_dc(&f, 2)->on_call = hold_code;
  fixture_dc(&f, 2)->ctx = &asked;
  fixture_start(&f, NULL);
  tg_codeSettings settings = {0};
  tg_auth_sendCode request = {
      .phone_number = TL_STR("1"), .api_id = 1, .api_hash = TL_STR("x"), .settings = &settings};
  tl_call call = tg_auth_sendCode_call(&request);
  fixture_call_of(&f, &call, NULL, &out);
  fixture_run_until(&f, &asked);
  fake_dc_hang_up(fixture_dc(&f, 2)); /* which forgets that it ever saw it */
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_NETWORK);
  assert_int_equal(asked, 1);
  outcome_free(&out);
}

/* ---- waits and retries ---- */

typedef struct failing {
  const char *text;
  int32_t code;
  unsigned times, seen;
} failing;

static bool fail_some(void *ctx, fake_dc *dc, const fake_call *call) {
  failing *s = ctx;
  if (strcmp(fake_name(call), "help.getNearestDc") != 0)
    return false;
  s->seen++;
  if (s->times == 0)
    return answer_nearest(NULL, dc, call);
  s->times--;
  fake_error(dc, call, s->code, s->text);
  return true;
}

static void fail_with(failing *s) {
  fixture_dc(&f, 2)->on_call = fail_some;
  fixture_dc(&f, 2)->ctx = s;
}

/* proves ER-4 */
static void test_flood_wait_sleeps_and_says_so(void **state) {
  (void)state;
  outcome out;
  mtp_event event;
  failing s = {"FLOOD_WAIT_30", 420, 2, 0};
  fail_with(&s);
  fixture_start(&f, NULL);
  mtp_call_id id = fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
  assert_in_range(f.clock_ms, 60000, 60100);
  assert_true(fixture_event(&f, MTP_EVENT_WAIT, &event));
  assert_int_equal(event.call, id);
  assert_int_equal(event.seconds, 30);
  assert_int_equal(event.error.rpc, TG_ERR_FLOOD_WAIT_X);
  assert_true(fixture_event(&f, MTP_EVENT_WAIT, &event));
  assert_false(fixture_event(&f, MTP_EVENT_WAIT, &event));
}

/* proves ER-4 */
static void test_flood_waits_in_all_are_limited(void **state) {
  (void)state;
  outcome out;
  failing s = {"FLOOD_WAIT_50", 420, 100, 0};
  fail_with(&s);
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_RPC);
  assert_int_equal(out.error.arg, 50);
  assert_int_equal(s.seen, 3); /* 50 and 50, and 50 more would pass 120 */
  outcome_free(&out);
}

/* proves ER-4 */
static void test_flood_wait_beyond_a_calls_own_time_is_given_back(void **state) {
  (void)state;
  outcome out;
  mtp_call_options options = {.timeout_ms = 10000};
  failing s = {"FLOOD_WAIT_30", 420, 1, 0};
  fail_with(&s);
  fixture_start(&f, NULL);
  fixture_call(&f, &options, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.rpc, TG_ERR_FLOOD_WAIT_X);
  assert_true(f.clock_ms < 1000);
  outcome_free(&out);
}

static void test_cancel_while_asleep(void **state) {
  (void)state;
  outcome out;
  failing s = {"FLOOD_WAIT_30", 420, 1, 0};
  fail_with(&s);
  fixture_start(&f, NULL);
  mtp_call_id id = fixture_call(&f, NULL, &out);
  fixture_run_for(&f, 1000);
  assert_int_equal(s.seen, 1);
  mtp_client_cancel(f.client, id);
  fixture_settle(&f);
  assert_int_equal(out.ended, 1);
  assert_int_equal(out.error.status, MTP_ERR_CANCELLED);
  fixture_run_for(&f, 60000);
  assert_int_equal(s.seen, 1);
  assert_int_equal(out.ended, 1);
}

/* proves ER-2 */
static void test_server_errors_are_retried(void **state) {
  (void)state;
  outcome out;
  failing s = {"RPC_CALL_FAIL", 500, 3, 0};
  fail_with(&s);
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
  assert_int_equal(s.seen, 4);
  s.times = 4;
  s.seen = 0;
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.code, 500);
  assert_int_equal(s.seen, 4);
  outcome_free(&out);
}

/* ---- order ---- */

static fake_call first_seen;
static int64_t after_seen;
static unsigned order_calls;

static bool watch_order(void *ctx, fake_dc *dc, const fake_call *call) {
  (void)ctx;
  (void)dc;
  if (strcmp(fake_name(call), "help.getNearestDc") != 0)
    return false;
  if (order_calls++ == 0)
    first_seen = *call;
  else
    after_seen = call->after;
  return true;
}

/* proves AP-2 */
static void test_order_is_told_to_the_server(void **state) {
  (void)state;
  outcome first, second;
  order_calls = 0;
  after_seen = 0;
  fixture_dc(&f, 2)->on_call = watch_order;
  fixture_start(&f, NULL);
  mtp_call_options options = {.after = fixture_call(&f, NULL, &first)};
  fixture_call(&f, &options, &second);
  fixture_settle(&f);
  assert_int_equal(order_calls, 2);
  assert_true(after_seen != 0);
  assert_true(after_seen == first_seen.msg_id);
  mtp_client_close(f.client);
  assert_int_equal(first.ended, 1);
  assert_int_equal(second.ended, 1);
}

typedef struct wrapping {
  bool without_updates;
  int64_t takeout;
} wrapping;

static bool watch_wrappers(void *ctx, fake_dc *dc, const fake_call *call) {
  wrapping *w = ctx;
  if (strcmp(fake_name(call), "help.getNearestDc") != 0)
    return false;
  w->without_updates = call->without_updates;
  w->takeout = call->takeout;
  return answer_nearest(NULL, dc, call);
}

/* proves AP-2 */
static void test_wrappers_are_put_around_the_call(void **state) {
  (void)state;
  outcome out;
  wrapping w = {0};
  mtp_call_options options = {.without_updates = true, .takeout_id = 77};
  fixture_dc(&f, 2)->on_call = watch_wrappers;
  fixture_dc(&f, 2)->ctx = &w;
  fixture_start(&f, NULL);
  fixture_call(&f, &options, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
  assert_true(w.without_updates);
  assert_int_equal(w.takeout, 77);
}

/* ---- the end, at any time ---- */

static void test_close_in_every_state(void **state) {
  (void)state;
  for (int steps = 0; steps < 40; steps++) {
    outcome out[2];
    fixture_close(&f);
    fixture_open(&f);
    f.options.pfs = steps % 2;
    fixture_start(&f, NULL);
    mtp_call_options elsewhere = {.dc = 3};
    fixture_call(&f, NULL, &out[0]);
    fixture_call(&f, &elsewhere, &out[1]);
    for (int i = 0; i < steps && !out[0].ended; i++) {
      for (size_t d = 0; d < FIXTURE_DCS; d++)
        fake_dc_step(&f.dcs[d]);
      mtp_client_process(f.client, NULL, 0);
    }
    mtp_client_free(f.client);
    f.client = NULL;
    assert_int_equal(out[0].ended, 1);
    assert_int_equal(out[1].ended, 1);
    outcome_free(&out[0]);
    outcome_free(&out[1]);
  }
}

static void test_events_tell_about_the_connection(void **state) {
  (void)state;
  outcome out;
  mtp_event event;
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
  static const mtp_connection_state states[] = {MTP_CONNECTION_CONNECTING, MTP_CONNECTION_HANDSHAKE,
                                                MTP_CONNECTION_READY};
  for (size_t i = 0; i < 3; i++) {
    assert_true(fixture_event(&f, MTP_EVENT_CONNECTION, &event));
    assert_int_equal(event.state, states[i]);
    assert_int_equal(event.dc, 2);
  }
  fake_dc_hang_up(fixture_dc(&f, 2));
  fixture_settle(&f);
  assert_true(fixture_event(&f, MTP_EVENT_CONNECTION, &event));
  assert_int_equal(event.state, MTP_CONNECTION_CLOSED);
  assert_int_equal(event.error.status, MTP_ERR_NETWORK);
}

static void test_other_centres_are_let_go_when_idle(void **state) {
  (void)state;
  outcome out;
  mtp_call_options there = {.dc = 3};
  fixture_start(&f, NULL);
  fixture_call(&f, &there, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
  fixture_run_for(&f, 200000);
  for (size_t i = 0; i < FAKE_CONNS; i++)
    assert_int_equal(fixture_dc(&f, 3)->conns[i].fd, -1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_nobody_listens_ends_after_some_tries, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_other_addresses_are_tried, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_a_name_is_looked_up, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_refused_connections_are_made_again, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_silent_server_is_given_up_in_bounded_time, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(test_back_off_has_a_ceiling, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_hang_up_between_calls, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_a_code_is_not_asked_for_twice_when_the_connection_breaks,
                                      set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_flood_wait_sleeps_and_says_so, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_flood_waits_in_all_are_limited, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_flood_wait_beyond_a_calls_own_time_is_given_back, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(test_cancel_while_asleep, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_server_errors_are_retried, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_order_is_told_to_the_server, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_wrappers_are_put_around_the_call, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_close_in_every_state, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_events_tell_about_the_connection, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_other_centres_are_let_go_when_idle, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
