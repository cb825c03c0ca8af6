/* The network goes away and comes back: servers that hang up at once, addresses that cannot be
 * reached, names that nobody knows, a machine that slept, clocks that were set. Nothing spins,
 * nothing leaks, each thing is told once. */
#include <fcntl.h>
#include <time.h>

#include "client/client.h"
#include "client/conn/conn.h"
#include "client/context.h"
#include "client_fixture.h"
#include "config_text.h"
#include "rsa_pems.h"

enum {
  HOUR_MS = 3600000,
  QUARTER_MS = 900000,
  ELSEWHERE = 9
}; /* a data centre that is built in nowhere */

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

static void call_and_wait(void) {
  outcome out;
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
}

static unsigned open_fds(void) {
  unsigned n = 0;
  for (int fd = 0; fd < 1024; fd++)
    n += fcntl(fd, F_GETFD) >= 0;
  return n;
}

/* Lets so much time pass; how often there was something to do. When everything is done that can be,
 * the client must want to wait: otherwise it would spin. */
static unsigned turns(int64_t ms) {
  int64_t until = f.clock_ms + ms;
  unsigned n = 0;
  for (; f.clock_ms < until; n++) {
    fixture_settle(&f);
    int wait = mtp_client_timeout(f.client);
    assert_true(wait != 0);
    fixture_run_for(&f, wait < 0 || wait > until - f.clock_ms ? until - f.clock_ms : wait);
  }
  return n;
}

static unsigned count_events(mtp_event_type type, int state) {
  mtp_event event;
  unsigned n = 0;
  while (fixture_event(&f, type, &event)) {
    n += state < 0 || (int)event.state == state;
    mtp_reply_free(event.updates);
  }
  return n;
}

/* A quarter of an hour without success: how often it tried is bounded by the back-off, and each try
 * is told. */
static void suffer(void) {
  outcome out;
  mtp_call_options options = {.timeout_ms = -1};
  f.options.reconnect_tries = 0;
  fixture_start(&f, NULL);
  unsigned before = open_fds();
  fixture_call(&f, &options, &out);
  unsigned n = turns(QUARTER_MS);
  assert_int_equal(out.ended, 0);
  unsigned closed = count_events(MTP_EVENT_CONNECTION, MTP_CONNECTION_CLOSED);
  assert_in_range(closed, 15, 25); /* once a minute, in the end */
  assert_in_range(n, 1, 200);
  assert_true(open_fds() <= before + 8); /* those that are under way now */
  mtp_client_close(f.client);
  assert_int_equal(out.ended, 1);
  outcome_free(&out);
}

/* ---- trying in vain ---- */

/* proves RB-5 */
static void test_a_server_that_hangs_up_at_once(void **state) {
  (void)state;
  fixture_dc(&f, 2)->refuse = true;
  suffer();
}

/* proves RB-5 */
static void test_those_who_wait_longest_do_not_come_back_together(void **state) {
  (void)state;
  outcome out;
  mtp_call_options options = {.timeout_ms = -1};
  int64_t shortest = INT64_MAX, longest = 0;
  f.options.reconnect_tries = 0;
  fixture_dc(&f, 2)->refuse = true;
  fixture_start(&f, NULL);
  fixture_call(&f, &options, &out);
  turns(QUARTER_MS); /* no wait grows any more */
  int64_t most = (int64_t)f.client->options.reconnect_max_ms;
  const mtp_conn *conn = f.client->conns;
  for (int i = 0; i < 12; i++) {
    turns(most);
    int64_t wait = conn->retry_at - conn->failed_at;
    assert_in_range(wait, most * 2 / 3, most);
    shortest = wait < shortest ? wait : shortest;
    longest = wait > longest ? wait : longest;
  }
  assert_true(longest - shortest > 1000); /* by chance less once in 10^14 */
  mtp_client_close(f.client);
  outcome_free(&out);
}

/* proves RB-5 */
static void test_an_address_that_cannot_be_reached(void **state) {
  (void)state;
  mtp_dc_option address = {.dc = 2, .port = 443, .host = "255.255.255.255"};
  f.options.dcs = &address;
  f.options.n_dcs = 1;
  suffer();
}

/* proves ER-2 */
static void test_what_cannot_be_reached_is_told_at_once(void **state) {
  (void)state;
  outcome out;
  mtp_dc_option address = {.dc = 2, .port = 443, .host = "255.255.255.255"};
  f.options.dcs = &address;
  f.options.n_dcs = 1;
  f.options.no_reconnect = true;
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_NETWORK);
  assert_non_null(strstr(out.error.text, "unreachable"));
  assert_int_equal(f.clock_ms, 0); /* and not when the time for connecting is over */
  outcome_free(&out);
}

/* proves RB-5 */
static void test_a_name_that_nobody_knows(void **state) {
  (void)state;
  mtp_dc_option address = {.dc = 2, .port = 443, .host = "no..name"}; /* refused without asking */
  f.options.dcs = &address;
  f.options.n_dcs = 1;
  suffer();
}

/* Lets time pass until the server has been heard, wherever the back-off stood when this began. */
static void until_alive(void) {
  for (unsigned i = 0; i < 120 && !f.client->conns->alive_since; i++)
    turns(1000);
  assert_true(f.client->conns->alive_since != 0);
}

/* proves RB-5 */
static void test_a_server_that_hangs_up_after_each_answer(void **state) {
  (void)state;
  mtp_session session;
  fixture_start(&f, NULL);
  call_and_wait();
  fixture_signed_in(&f, &session);
  mtp_client_free(f.client);
  f.options.keep_updates = true; /* wants to be connected, always */
  fixture_start(&f, &session);
  mtp_session_free(&session);
  unsigned before = open_fds();
  for (int i = 0; i < 30; i++) {
    fake_dc_hang_up(fixture_dc(&f, 2));
    turns(5000);
  }
  assert_in_range(fixture_dc(&f, 2)->accepted, 10, 60); /* not at once each time */
  until_alive();
  unsigned accepted = fixture_dc(&f, 2)->accepted;
  fake_dc_hang_up(fixture_dc(&f, 2));
  turns(3500); /* what works for a moment only is no reason to begin with a second again */
  assert_int_equal(fixture_dc(&f, 2)->accepted, accepted);
  assert_true(open_fds() <= before + 8);
}

/* proves RB-5 */
static void test_who_only_listens_is_no_reason_to_hasten(void **state) {
  (void)state;
  mtp_session session;
  fixture_start(&f, NULL);
  call_and_wait();
  fixture_signed_in(&f, &session);
  mtp_client_free(f.client);
  f.options.keep_updates = true; /* asks for what it missed, again and again */
  fixture_start(&f, &session);
  mtp_session_free(&session);
  until_alive();
  fixture_dc(&f, 2)->refuse = true;
  fake_dc_hang_up(fixture_dc(&f, 2));
  for (int i = 0; i < 4; i++) {
    turns(QUARTER_MS);
    unsigned closed = count_events(MTP_EVENT_CONNECTION, MTP_CONNECTION_CLOSED);
    assert_in_range(closed, 12, 25);
  }
}

static void test_reconnecting_can_be_switched_off(void **state) {
  (void)state;
  outcome out;
  f.options.no_reconnect = true;
  fixture_dc(&f, 2)->refuse = true;
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_NETWORK);
  assert_int_equal(fixture_dc(&f, 2)->accepted, 1);
  outcome_free(&out);
  turns(QUARTER_MS);
  assert_int_equal(fixture_dc(&f, 2)->accepted, 1);
  fixture_dc(&f, 2)->refuse = false;
  call_and_wait(); /* which asks for a connection */
  fake_dc_hang_up(fixture_dc(&f, 2));
  turns(QUARTER_MS);
  assert_int_equal(fixture_dc(&f, 2)->accepted, 2);
  call_and_wait();
}

/* ---- the system's clocks ---- */

int __real_clock_gettime(clockid_t which, struct timespec *at);
int __wrap_clock_gettime(clockid_t which, struct timespec *at);

static bool clocks_stand; /* the program's calls are led through here (--wrap) */

int __wrap_clock_gettime(clockid_t which, struct timespec *at) {
  if (!clocks_stand)
    return __real_clock_gettime(which, at);
  *at = (struct timespec){.tv_sec = which == CLOCK_MONOTONIC  ? 5
                                    : which == CLOCK_REALTIME ? 1800000000
                                                              : 77,
                          .tv_nsec = 123456789};
  return 0;
}

/* proves RB-5 */
static void test_timers_go_by_the_monotonic_clock_of_the_system(void **state) {
  (void)state;
  f.options.wall_ms = f.options.monotonic_ms = NULL;
  fixture_start(&f, NULL);
  clocks_stand = true;
  mtp_now now = mtp_client_now(f.client);
  clocks_stand = false;
  assert_int_equal(now.monotonic_ms, 5123);
  assert_int_equal(now.wall_ms, INT64_C(1800000000123));
}

/* ---- a way out ---- */

static void add_way_out(void) {
  mtp_error error;
  tl_buffer text;
  int32_t now = (int32_t)mtp_client_server_time(f.client);
  config_text recipe = {.rules = "",
                        .date = now - 10,
                        .expires = now + 1000,
                        .dc = ELSEWHERE,
                        .ipv4 = 0x7f000001,
                        .port = fixture_dc(&f, 2)->port};
  config_text_make(&recipe, &text);
  mtp_status status =
      mtp_client_add_config(f.client, (const char *)text.data, text.size, NULL, &error);
  tl_buffer_free(&text);
  if (status != MTP_OK)
    fail_msg("%s", error.text);
}

static void start_unreachable(void) {
  mtp_session session;
  mtp_dc_option nobody = {.dc = ELSEWHERE, .port = 1, .host = "127.0.0.1"};
  mtp_session_init(&session, NULL);
  session.home_dc = ELSEWHERE;
  assert_int_equal(mtp_session_add_option(&session, &nobody), MTP_OK);
  f.options.dcs = NULL;
  f.options.n_dcs = 0;
  f.options.config_key = pem_public;
  fixture_start(&f, &session);
  mtp_session_free(&session);
}

/* proves AP-7 */
static void test_a_published_configuration_is_a_way_out(void **state) {
  (void)state;
  outcome out;
  mtp_event event;
  mtp_call_options options = {.timeout_ms = -1};
  start_unreachable();
  fixture_call(&f, &options, &out);
  fixture_run_for(&f, 5000);
  assert_int_equal(out.ended, 0); /* told before calls are given up */
  assert_true(fixture_event(&f, MTP_EVENT_UNREACHABLE, &event));
  assert_int_equal(event.dc, ELSEWHERE);
  assert_int_equal(event.error.status, MTP_ERR_NETWORK);
  int64_t before = f.clock_ms;
  add_way_out();
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_OK);
  assert_true(f.clock_ms - before < 1000); /* at once */
  assert_true(fixture_event(&f, MTP_EVENT_SESSION, &event));
  assert_int_equal(count_events(MTP_EVENT_UNREACHABLE, -1), 0);
  outcome_free(&out);
}

/* proves AP-7 */
static void test_a_configuration_that_is_of_no_use_is_refused(void **state) {
  (void)state;
  mtp_error error;
  start_unreachable();
  assert_int_equal(mtp_client_add_config(f.client, "text", 4, NULL, &error), MTP_ERR_ARGUMENT);
  assert_int_equal(mtp_client_session(f.client)->n_options, 1);
  mtp_client_close(f.client);
  assert_int_equal(mtp_client_add_config(f.client, "text", 4, NULL, &error), MTP_ERR_CLOSED);
  tear_down(NULL);
  set_up(NULL);
  fixture_start(&f, NULL); /* whose addresses are the user's own */
  assert_int_equal(mtp_client_add_config(f.client, "text", 4, NULL, &error), MTP_ERR_ARGUMENT);
  assert_string_equal(error.text, "options.dcs leaves no room for addresses");
}

/* ---- sleep, another network, clocks ---- */

static void make_deaf(void) {
  for (size_t i = 0; i < FAKE_CONNS; i++)
    if (fixture_dc(&f, 2)->conns[i].fd >= 0)
      fixture_dc(&f, 2)->conns[i].deaf = true;
}

/* proves MS-13, MS-18 */
static void test_a_machine_that_slept_finds_its_connection_dead(void **state) {
  (void)state;
  fixture_start(&f, NULL);
  call_and_wait();
  unsigned before = fixture_dc(&f, 2)->accepted;
  make_deaf(); /* as a connection is that the other side has given up long ago */
  f.wall_ms += 8 * HOUR_MS;
  for (size_t i = 0; i < FIXTURE_DCS; i++)
    f.dcs[i].skew_ms += 8 * HOUR_MS;
  fixture_run_for(&f, 20000); /* not after the next ping, which is a minute away */
  assert_int_equal(fixture_dc(&f, 2)->accepted, before + 1);
  call_and_wait();
  assert_int_equal(fixture_dc(&f, 2)->exchanges, 1);
}

/* proves MS-13 */
static void test_what_is_written_to_a_dead_connection_is_no_sign_of_life(void **state) {
  (void)state;
  static outcome out[8]; /* calls may outlive a test that fails */
  fixture_start(&f, NULL);
  call_and_wait();
  unsigned before = fixture_dc(&f, 2)->accepted;
  make_deaf();
  for (int i = 0; i < 8; i++) {
    fixture_call(&f, NULL, &out[i]);
    fixture_run_for(&f, 5000);
  }
  assert_int_equal(fixture_dc(&f, 2)->accepted, before + 1);
  for (int i = 0; i < 8; i++)
    assert_answered(&out[i]);
}

static void test_another_network_is_tried_at_once(void **state) {
  (void)state;
  outcome out;
  mtp_call_options options = {.timeout_ms = -1};
  f.options.reconnect_tries = 0;
  fixture_dc(&f, 2)->refuse = true;
  fixture_start(&f, NULL);
  fixture_call(&f, &options, &out);
  fixture_run_for(&f, HOUR_MS);
  fixture_dc(&f, 2)->refuse = false;
  int64_t before = f.clock_ms;
  mtp_client_network_changed(f.client);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_OK);
  assert_true(f.clock_ms - before < 1000);
  outcome_free(&out);
  make_deaf();
  unsigned accepted = fixture_dc(&f, 2)->accepted;
  mtp_client_network_changed(f.client);
  fixture_run_for(&f, 20000);
  assert_int_equal(fixture_dc(&f, 2)->accepted, accepted + 1);
}

static void test_a_network_that_changes_while_connecting(void **state) {
  (void)state;
  outcome out;
  fixture_dc(&f, 2)->silent = true;
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_settle(&f);
  fixture_dc(&f, 2)->silent = false;
  mtp_client_network_changed(f.client);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_OK);
  assert_true(f.clock_ms < 1000); /* not after the time for connecting */
  outcome_free(&out);
}

/* proves MS-18 */
static void test_the_wall_clock_may_be_set(void **state) {
  (void)state;
  fixture_start(&f, NULL);
  call_and_wait();
  for (int i = 0; i < 6; i++) {
    f.wall_ms += i % 2 ? -50 * (int64_t)HOUR_MS : 24 * (int64_t)HOUR_MS;
    call_and_wait();
    fake_dc_hang_up(fixture_dc(&f, 2));
    call_and_wait();
  }
  assert_int_equal(fixture_dc(&f, 2)->exchanges, 1);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_a_server_that_hangs_up_at_once),
      TEST(test_those_who_wait_longest_do_not_come_back_together),
      TEST(test_an_address_that_cannot_be_reached),
      TEST(test_what_cannot_be_reached_is_told_at_once),
      TEST(test_a_name_that_nobody_knows),
      TEST(test_a_server_that_hangs_up_after_each_answer),
      TEST(test_timers_go_by_the_monotonic_clock_of_the_system),
      cmocka_unit_test_setup_teardown(test_who_only_listens_is_no_reason_to_hasten, set_up,
                                      tear_down),
      TEST(test_reconnecting_can_be_switched_off),
      TEST(test_a_published_configuration_is_a_way_out),
      TEST(test_a_configuration_that_is_of_no_use_is_refused),
      TEST(test_a_machine_that_slept_finds_its_connection_dead),
      TEST(test_what_is_written_to_a_dead_connection_is_no_sign_of_life),
      TEST(test_another_network_is_tried_at_once),
      TEST(test_a_network_that_changes_while_connecting),
      TEST(test_the_wall_clock_may_be_set),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
