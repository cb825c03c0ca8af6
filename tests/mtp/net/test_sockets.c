/* What the network does to a client: nothing listens, connections break, servers are silent; ends
 * in every state. */
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
  assert_in_range(tries, 9, 15); /* each after 40 to 60 seconds */
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

static bool hold_nearest(void *ctx, fake_dc *dc, const fake_call *call) {
  (void)dc;
  if (strcmp(fake_name(call), "help.getNearestDc") != 0)
    return false;
  ++*(unsigned *)ctx;
  return true;
}

static void ask_for_code(outcome *out) {
  tg_codeSettings settings = {0};
  tg_auth_sendCode request = {
      .phone_number = TL_STR("1"), .api_id = 1, .api_hash = TL_STR("x"), .settings = &settings};
  tl_call call = tg_auth_sendCode_call(&request);
  fixture_call_of(&f, &call, NULL, out);
}

/* proves ER-4, MS-8 */
static void test_a_code_is_not_asked_for_twice_when_the_connection_breaks(void **state) {
  (void)state;
  outcome out;
  unsigned asked = 0;
  fixture_dc(&f, 2)->on_call = hold_code;
  fixture_dc(&f, 2)->ctx = &asked;
  fixture_start(&f, NULL);
  ask_for_code(&out);
  fixture_run_until(&f, &asked);
  fake_dc_hang_up(fixture_dc(&f, 2)); /* which forgets that it ever saw it */
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_UNCERTAIN);
  assert_int_equal(asked, 1);
  outcome_free(&out);
}

/* proves ER-4, MS-8 */
static void test_a_code_is_not_waited_for_long_after_its_connection(void **state) {
  (void)state;
  outcome out, other;
  unsigned asked = 0;
  fixture_dc(&f, 2)->on_call = hold_code;
  fixture_dc(&f, 2)->ctx = &asked;
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &other);
  fixture_wait(&f, &other);
  outcome_free(&other);
  ask_for_code(&out);
  fixture_run_until(&f, &asked);
  fixture_dc(&f, 2)->refuse = true;
  fake_dc_hang_up(fixture_dc(&f, 2));
  fixture_run_for(&f, 11000);
  assert_int_equal(out.ended, 1);
  assert_int_equal(out.error.status, MTP_ERR_UNCERTAIN);
  fixture_dc(&f, 2)->refuse = false; /* the client goes on */
  fixture_call(&f, NULL, &other);
  fixture_wait(&f, &other);
  assert_answered(&other);
  outcome_free(&other);
  assert_int_equal(asked, 1);
}

/* proves MS-8 */
static void test_any_call_can_be_made_once(void **state) {
  (void)state;
  outcome out;
  unsigned asked = 0;
  mtp_call_options once = {.once = true};
  fixture_dc(&f, 2)->on_call = hold_nearest;
  fixture_dc(&f, 2)->ctx = &asked;
  f.options.reconnect_tries = 1; /* also when the connection is given up before that */
  fixture_start(&f, NULL);
  fixture_call(&f, &once, &out);
  fixture_run_until(&f, &asked);
  fixture_dc(&f, 2)->refuse = true;
  fake_dc_hang_up(fixture_dc(&f, 2));
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_UNCERTAIN);
  assert_int_equal(asked, 1);
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
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_nobody_listens_ends_after_some_tries),
      TEST(test_other_addresses_are_tried),
      TEST(test_a_name_is_looked_up),
      TEST(test_refused_connections_are_made_again),
      TEST(test_silent_server_is_given_up_in_bounded_time),
      TEST(test_back_off_has_a_ceiling),
      TEST(test_hang_up_between_calls),
      TEST(test_a_code_is_not_asked_for_twice_when_the_connection_breaks),
      TEST(test_a_code_is_not_waited_for_long_after_its_connection),
      TEST(test_any_call_can_be_made_once),
      TEST(test_close_in_every_state),
      TEST(test_events_tell_about_the_connection),
      TEST(test_other_centres_are_let_go_when_idle),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
