/* Calls from other threads, and calls that block. Run under ThreadSanitizer too. */
#include "client_fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum { THREADS = 4, CALLS = 25 };

static fixture f;

/* ---- several threads submit, the owner runs ---- */

static unsigned answered, closed;

static void count_answer(void *ctx, const mtp_error *error, mtp_reply *reply) {
  (void)ctx;
  if (error)
    closed++;
  else
    answered++;
  mtp_reply_free(reply);
}

static atomic_uint accepted_calls;

static void *submit_some(void *arg) {
  (void)arg;
  for (int i = 0; i < CALLS; i++) {
    tg_help_getNearestDc request = {0};
    tl_call call = tg_help_getNearestDc_call(&request);
    mtp_error error;
    mtp_status status = mtp_client_submit(f.client, &call, NULL, count_answer, NULL, &error);
    if (status == MTP_OK)
      atomic_fetch_add(&accepted_calls, 1);
    else if (status != MTP_ERR_CLOSED)
      return arg;
  }
  return NULL;
}

static void start_threads(pthread_t threads[THREADS]) {
  atomic_store(&accepted_calls, 0);
  answered = closed = 0;
  for (int i = 0; i < THREADS; i++)
    assert_int_equal(pthread_create(&threads[i], NULL, submit_some, &f), 0);
}

static void join_threads(pthread_t threads[THREADS]) {
  for (int i = 0; i < THREADS; i++) {
    void *result;
    assert_int_equal(pthread_join(threads[i], &result), 0);
    assert_null(result);
  }
}

/* proves RB-6 */
static void test_threads_submit_and_each_call_ends_once(void **state) {
  (void)state;
  pthread_t threads[THREADS];
  fixture_open(&f);
  f.real_time = true;
  fixture_start(&f, NULL);
  start_threads(threads);
  while (answered < THREADS * CALLS)
    fixture_settle(&f);
  join_threads(threads);
  fixture_settle(&f);
  assert_int_equal(answered, THREADS * CALLS);
  assert_int_equal(closed, 0);
  fixture_close(&f);
}

/* proves RB-6, RB-5 */
static void test_close_while_threads_submit(void **state) {
  (void)state;
  for (int round = 0; round < 10; round++) {
    pthread_t threads[THREADS];
    fixture_open(&f);
    f.real_time = true;
    fixture_start(&f, NULL);
    start_threads(threads);
    for (int i = 0; i < round; i++)
      mtp_client_process(f.client, NULL, 0);
    mtp_client_close(f.client);
    join_threads(threads);
    fixture_settle(&f);
    assert_int_equal(answered + closed, atomic_load(&accepted_calls));
    fixture_close(&f);
  }
}

/* ---- a thread that is the data centre, so that the owner may block ---- */

static atomic_bool stop;

static void *serve(void *arg) {
  (void)arg;
  while (!atomic_load(&stop)) {
    for (size_t i = 0; i < FIXTURE_DCS; i++)
      fake_dc_step(&f.dcs[i]);
    usleep(1000);
  }
  return NULL;
}

static bool strangely; /* the next data centre answers so */

static bool answer_strangely(void *ctx, fake_dc *dc, const fake_call *call) {
  static const uint8_t strange[8] = {0xde, 0xc0, 0xad, 0x0b, 1, 2, 3, 4};
  (void)ctx;
  fake_answer_raw(dc, call, strange, sizeof strange);
  return true;
}

/* The system's clocks: nobody makes this one jump. */
static pthread_t start_serving(bool pfs) {
  pthread_t thread;
  fixture_open(&f);
  f.options.pfs = pfs;
  f.options.wall_ms = f.options.monotonic_ms = NULL;
  if (strangely)
    fixture_dc(&f, 2)->on_call = answer_strangely;
  fixture_start(&f, NULL);
  atomic_store(&stop, false);
  assert_int_equal(pthread_create(&thread, NULL, serve, NULL), 0);
  return thread;
}

static unsigned destroyed_keys; /* of the last run */
static bool destroyed_temporary;

static void stop_serving(pthread_t thread) {
  atomic_store(&stop, true);
  assert_int_equal(pthread_join(thread, NULL), 0);
  destroyed_keys = fixture_dc(&f, 2)->destroyed;
  destroyed_temporary = fixture_dc(&f, 2)->destroyed_temporary;
  fixture_close(&f);
}

static void test_a_blocking_call_takes_three_lines(void **state) {
  (void)state;
  pthread_t thread = start_serving(false);
  tg_help_getNearestDc request = {0};
  tl_call call = tg_help_getNearestDc_call(&request);
  mtp_reply *reply;
  mtp_error error;
  assert_int_equal(mtp_call_sync(f.client, &call, NULL, &reply, &error), MTP_OK);
  assert_int_equal(tg_help_getNearestDc_result(mtp_reply_value(reply))->this_dc, 2);
  mtp_reply_free(reply);
  tg_auth_logOut log_out = {0};
  call = tg_auth_logOut_call(&log_out);
  assert_int_equal(mtp_call_sync(f.client, &call, NULL, &reply, &error), MTP_ERR_RPC);
  assert_string_equal(error.text, "METHOD_INVALID");
  assert_null(reply);
  stop_serving(thread);
}

/* proves TL-17 */
static void test_a_blocking_call_that_cannot_be_read_leaves_no_reply(void **state) {
  (void)state;
  strangely = true;
  pthread_t thread = start_serving(false);
  strangely = false;
  tg_help_getNearestDc request = {0};
  tl_call call = tg_help_getNearestDc_call(&request);
  mtp_reply *reply;
  mtp_error error;
  assert_int_equal(mtp_call_sync(f.client, &call, NULL, &reply, &error), MTP_ERR_DECODE);
  assert_int_equal(error.tl.id, 0x0badc0de);
  assert_null(reply);
  stop_serving(thread);
}

static void destroy_after_a_call(bool pfs) {
  pthread_t thread = start_serving(pfs);
  tg_help_getNearestDc request = {0};
  tl_call call = tg_help_getNearestDc_call(&request);
  mtp_reply *reply;
  mtp_error error;
  assert_int_equal(mtp_call_sync(f.client, &call, NULL, &reply, &error), MTP_OK);
  mtp_reply_free(reply);
  assert_int_equal(mtp_client_session(f.client)->n_keys, 1);
  assert_int_equal(mtp_client_destroy_key(f.client, 20000, &error), MTP_OK);
  assert_int_equal(mtp_client_session(f.client)->n_keys, 0);
  assert_int_equal(mtp_call_sync(f.client, &call, NULL, &reply, &error), MTP_OK); /* a new key */
  mtp_reply_free(reply);
  stop_serving(thread);
  assert_int_equal(destroyed_keys, 1);
}

/* proves MS-16 */
static void test_key_is_destroyed_on_the_server_and_forgotten(void **state) {
  (void)state;
  destroy_after_a_call(false);
}

/* proves MS-16, PF-1 */
static void test_permanent_key_is_destroyed_under_itself(void **state) {
  (void)state;
  destroy_after_a_call(true);
  assert_false(destroyed_temporary);
}

/* proves MS-16 */
static void test_key_of_a_session_is_destroyed_without_a_call_before(void **state) {
  (void)state;
  pthread_t thread = start_serving(false);
  tg_help_getNearestDc request = {0};
  tl_call call = tg_help_getNearestDc_call(&request);
  mtp_reply *reply;
  mtp_error error;
  mtp_session session;
  assert_int_equal(mtp_call_sync(f.client, &call, NULL, &reply, &error), MTP_OK);
  mtp_reply_free(reply);
  mtp_session_init(&session, NULL);
  assert_int_equal(mtp_session_copy(&session, mtp_client_session(f.client)), MTP_OK);
  mtp_client_free(f.client);
  fixture_start(&f, &session);
  mtp_session_free(&session);
  assert_int_equal(mtp_client_destroy_key(f.client, 20000, &error), MTP_OK);
  assert_int_equal(mtp_client_session(f.client)->n_keys, 0);
  stop_serving(thread);
  assert_int_equal(destroyed_keys, 1);
}

/* ---- waking ---- */

static void *wake_later(void *arg) {
  (void)arg;
  usleep(20000);
  mtp_client_wake(f.client);
  return NULL;
}

static void test_wake_ends_a_poll_without_a_limit(void **state) {
  (void)state;
  pthread_t thread;
  fixture_open(&f);
  fixture_start(&f, NULL);
  assert_int_equal(pthread_create(&thread, NULL, wake_later, NULL), 0);
  mtp_client_poll(f.client, -1); /* returns, or the test runs out of time */
  assert_int_equal(pthread_join(thread, NULL), 0);
  fixture_close(&f);
}

static void *submit_one(void *arg) {
  tg_help_getNearestDc request = {0};
  tl_call call = tg_help_getNearestDc_call(&request);
  mtp_error error;
  usleep(20000);
  return mtp_client_submit(f.client, &call, NULL, count_answer, NULL, &error) == MTP_OK ? NULL
                                                                                        : arg;
}

/* proves RB-6 */
static void test_a_call_from_elsewhere_wakes_the_owner(void **state) {
  (void)state;
  pthread_t server = start_serving(false), thread;
  void *result;
  answered = 0;
  assert_int_equal(pthread_create(&thread, NULL, submit_one, &f), 0);
  while (answered == 0)
    mtp_client_poll(f.client, -1); /* returns, or the test runs out of time */
  assert_int_equal(pthread_join(thread, &result), 0);
  assert_null(result);
  stop_serving(server);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_threads_submit_and_each_call_ends_once),
      cmocka_unit_test(test_close_while_threads_submit),
      cmocka_unit_test(test_a_blocking_call_takes_three_lines),
      cmocka_unit_test(test_a_blocking_call_that_cannot_be_read_leaves_no_reply),
      cmocka_unit_test(test_key_is_destroyed_on_the_server_and_forgotten),
      cmocka_unit_test(test_permanent_key_is_destroyed_under_itself),
      cmocka_unit_test(test_key_of_a_session_is_destroyed_without_a_call_before),
      cmocka_unit_test(test_wake_ends_a_poll_without_a_limit),
      cmocka_unit_test(test_a_call_from_elsewhere_wakes_the_owner),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
