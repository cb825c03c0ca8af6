/* Ten thousand queries over a bad network to a server whose salt keeps changing: every one ends
 * once and is executed at most once (MS-8). */
#include "server.h"

typedef struct long_run {
  server server;
  mtp_token tokens[SERVER_QUERIES];
  uint8_t ends[SERVER_QUERIES];
  bool once[SERVER_QUERIES], cancelled[SERVER_QUERIES];
  uint32_t submitted, ended, unknown, cancels;
} long_run;

static void submit_some(long_run *run) {
  uint32_t burst = server_random(&run->server, 40) ? 0 : 1 + server_random(&run->server, 60);
  if (mtp_engine_pending(run->server.rig.engine) > 300)
    return;
  for (; burst && run->submitted < SERVER_QUERIES; burst--) {
    uint32_t value = run->submitted++;
    run->once[value] = server_random(&run->server, 4) == 0;
    mtp_query_options options = {.once = run->once[value],
                                 .urgent = server_random(&run->server, 10) == 0,
                                 .user = &run->tokens[value]};
    if (value && server_random(&run->server, 20) == 0)
      options.alone = true;
    run->tokens[value] = rig_query(&run->server.rig, value, &options);
  }
}

static void cancel_one(long_run *run) {
  if (!run->submitted || server_random(&run->server, 2000))
    return;
  uint32_t value = run->submitted - 1 - server_random(&run->server, run->submitted) % 50;
  if (value >= SERVER_QUERIES || run->ends[value])
    return;
  run->cancelled[value] = true;
  mtp_engine_cancel(run->server.rig.engine, run->tokens[value]);
}

/* Which query an event is about; its token has to agree. */
static uint32_t query_of(long_run *run, const mtp_engine_event *event) {
  uint32_t value = (uint32_t)((mtp_token *)event->user - run->tokens);
  assert_true(value < run->submitted);
  assert_int_equal(run->tokens[value], event->token);
  assert_int_equal(run->ends[value]++, 0);
  run->ended++;
  return value;
}

static void take_ends(long_run *run) {
  const mtp_engine_event *event;
  while ((event = rig_event(&run->server.rig, MTP_ENGINE_EVENT_RESULT)))
    assert_int_equal(value_of(&event->body), query_of(run, event));
  while ((event = rig_event(&run->server.rig, MTP_ENGINE_EVENT_FAILED))) {
    uint32_t value = query_of(run, event);
    if (event->fail == MTP_ERR_CANCELLED) {
      assert_true(run->cancelled[value]);
      run->cancels++;
      continue;
    }
    assert_int_equal(event->fail, MTP_ERR_UNCERTAIN);
    assert_true(run->once[value]);
    run->unknown++;
  }
  assert_int_equal(rig_count(&run->server.rig, MTP_ENGINE_EVENT_FATAL), 0);
}

static void run_all(const server_faults *faults, uint64_t seed) {
  long_run *run = calloc(1, sizeof *run);
  assert_non_null(run);
  server_init(&run->server, seed, faults);
  run->server.rig.config.ack_ms = 2000;
  run->server.rig.config.max_tries = 30;
  run->server.rig.config.max_sends = 1000; /* it cuts more often than LV-6 lets a query live */
  server_open(&run->server);
  for (int steps = 0; run->ended < SERVER_QUERIES; steps++) {
    assert_true(steps < 2000000); /* never a hang */
    submit_some(run);
    cancel_one(run);
    server_step(&run->server);
    take_ends(run);
    rig_forget(&run->server.rig);
  }
  for (uint32_t value = 0; value < SERVER_QUERIES; value++) {
    assert_int_equal(run->ends[value], 1);
    assert_true(run->server.executed[value] <= 1);
    if (!run->once[value] && !run->cancelled[value])
      assert_int_equal(run->server.executed[value], 1);
  }
  assert_int_equal(mtp_engine_pending(run->server.rig.engine), 0);
  print_message("%u cuts, %u salts, %u refusals, %u doubled, %u lost; %u cancelled, %u unknown\n",
                run->server.cuts, run->server.salts, run->server.refusals, run->server.doubles,
                run->server.losses, run->cancels, run->unknown);
  server_end(&run->server);
  free(run);
}

/* proves MS-7, MS-8, RB-5 */
static void test_a_good_network(void **state) {
  (void)state;
  run_all(&(server_faults){0}, 1);
}

/* proves MS-6, MS-8, MS-10, MS-14, EN-11 */
static void test_everything_goes_wrong_sometimes(void **state) {
  (void)state;
  run_all(&(server_faults){.doubled = 40, .cut = 6, .salt = 15, .refuse = 15, .jumble = 400}, 2);
}

/* proves MS-8, MS-13 */
static void test_the_connection_is_cut_all_the_time(void **state) {
  (void)state;
  run_all(&(server_faults){.cut = 60, .jumble = 50}, 3);
}

/* proves MS-6, MS-8 */
static void test_packets_vanish_from_a_living_connection(void **state) {
  (void)state;
  run_all(&(server_faults){.loss = 10, .jumble = 50}, 4);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_good_network),
      cmocka_unit_test(test_everything_goes_wrong_sometimes),
      cmocka_unit_test(test_the_connection_is_cut_all_the_time),
      cmocka_unit_test(test_packets_vanish_from_a_living_connection),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
