/* Memory and randomness that end at any moment: every call that was started ends exactly once,
 * every byte is given back, and nothing crashes. */
#include <limits.h>

#include "client_fixture.h"

static fixture f;

/* ---- an allocator of which one allocation fails ---- */

typedef struct failing {
  long left; /* until the one that fails; LONG_MAX: none */
  long count;
  size_t held;
} failing;

static failing memory;

static void *failing_realloc(void *ctx, void *ptr, size_t old_size, size_t size) {
  failing *m = ctx;
  if (size) {
    m->count++;
    if (m->left-- == 0)
      return NULL;
  }
  void *out = NULL;
  if (size)
    out = realloc(ptr, size);
  else
    free(ptr);
  if (size && !out)
    return NULL;
  m->held += size;
  m->held -= ptr ? old_size : 0;
  return out;
}

static const tl_allocator allocator = {failing_realloc, &memory};

/* ---- a flow: key exchange, two calls here, one elsewhere with export and import, updates ---- */

static bool serve(void *ctx, fake_dc *dc, const fake_call *call) {
  const char *name = fake_name(call);
  if (strcmp(name, "auth.exportAuthorization") == 0) {
    tg_auth_exportedAuthorization exported = {.id = 1, .bytes = tl_bytes_of("x", 1)};
    tl_object object = tg_auth_exportedAuthorization_object(&exported);
    fake_answer(dc, call, &object);
  } else if (strcmp(name, "auth.importAuthorization") == 0) {
    tg_userEmpty nobody = {.id = 42};
    tg_auth_authorization authorization = {.user = tg_userEmpty_box(&nobody)};
    tl_object object = tg_auth_authorization_object(&authorization);
    fake_answer(dc, call, &object);
  } else if (strcmp(name, "updates.getState") == 0) {
    tg_updates_state state = {.pts = 1, .qts = 1, .date = 1, .seq = 1};
    tl_object object = tg_updates_state_object(&state);
    fake_answer(dc, call, &object);
  } else {
    return answer_nearest(ctx, dc, call);
  }
  return true;
}

static const char over_http[] = "http";

static bool start(void) {
  mtp_session session;
  mtp_error error;
  mtp_session_init(&session, NULL);
  session.home_dc = 2;
  session.signed_in = true;
  session.user_id = 42;
  f.options.allocator = &allocator;
  f.options.keep_updates = f.options.transport != over_http; /* the data centre here sends one
                                                                answer at a time there */
  mtp_status status = mtp_client_new(&f.options, &session, &f.client, &error);
  mtp_session_free(&session);
  if (status != MTP_OK)
    assert_true(status == MTP_ERR_NOMEM || status == MTP_ERR_RANDOM);
  return status == MTP_OK;
}

static bool begin(int32_t dc, outcome *out) {
  tg_help_getNearestDc request = {0};
  tl_call call = tg_help_getNearestDc_call(&request);
  mtp_call_options options = {.dc = dc, .timeout_ms = 90000};
  mtp_error error;
  memset(out, 0, sizeof *out);
  mtp_status status = mtp_client_call(f.client, &call, &options, outcome_done, out, NULL, &error);
  if (status != MTP_OK)
    assert_int_equal(status, MTP_ERR_NOMEM);
  return status == MTP_OK;
}

static mtp_error other; /* what a call ended with that was neither an answer nor lack of memory */

/* Runs the flow; returns how many calls had answers. */
static int run_flow(void) {
  outcome out[3];
  bool begun[3];
  int answered = 0;
  for (int i = 0; i < 3; i++)
    begun[i] = begin(i == 2 ? 3 : 0, &out[i]);
  for (int i = 0; i < 3; i++) {
    if (!begun[i])
      continue;
    fixture_run_until(&f, &out[i].ended);
    assert_int_equal(out[i].ended, 1);
    answered += out[i].error.status == MTP_OK;
    if (out[i].error.status != MTP_OK && out[i].error.status != MTP_ERR_NOMEM)
      other = out[i].error;
    outcome_free(&out[i]);
  }
  mtp_event event;
  while (mtp_client_next_event(f.client, &event))
    mtp_reply_free(event.updates);
  return answered;
}

static void open_quick(void) {
  fixture_open(&f);
  for (int32_t i = 1; i <= FIXTURE_DCS; i++)
    fixture_dc(&f, i)->on_call = serve;
  f.real_time = true;
  f.options.reconnect_min_ms = f.options.reconnect_max_ms = 1;
}

/* proves RB-4 */
static void test_any_allocation_may_fail(void **state) {
  (void)state;
  memory = (failing){.left = LONG_MAX};
  open_quick();
  assert_true(start());
  assert_int_equal(run_flow(), 3);
  long n = memory.count;
  fixture_close(&f);
  assert_int_equal(memory.held, 0);
  assert_true(n > 100);
  int answered = 0;
  for (long i = 0; i < n; i++) {
    memory = (failing){.left = i};
    open_quick();
    if (start())
      answered += run_flow();
    fixture_close(&f);
    assert_int_equal(memory.held, 0);
  }
  assert_true(answered > n); /* one failure is mostly survived */
}

/* Whoever gives up at the first failure is told what it was: that of the memory, and not what the
 * server did wrong. */
static long run_and_fail_once(long at) {
  memory = (failing){.left = at};
  other.status = MTP_OK;
  open_quick();
  f.options.transport = "padded";
  f.options.obfuscated = true;
  f.options.reconnect_tries = 1;
  if (start())
    (void)run_flow();
  fixture_close(&f);
  if (other.status != MTP_OK)
    fail_msg("allocation %ld: %s %d %s", at, mtp_status_name(other.status), (int)other.code,
             other.text);
  return memory.count;
}

/* proves RB-4 */
static void test_lack_of_memory_is_told_as_that(void **state) {
  (void)state;
  long n = run_and_fail_once(LONG_MAX);
  for (long i = 0; i < n; i++)
    (void)run_and_fail_once(i);
}

/* A packet that no memory was left for when it was to be sent has not been sent: over HTTP it
 * looked as though nothing were on its way, and its calls waited until somebody asked. */
static long run_over_http(long at) {
  static char text[60000];
  tg_help_getAppUpdate request = {.source = {text, sizeof text}};
  tl_call call = tg_help_getAppUpdate_call(&request);
  mtp_call_options options = {.no_gzip = true}; /* larger than all before it */
  outcome out = {0};
  mtp_error error;
  memory = (failing){.left = at};
  open_quick();
  f.options.transport = over_http;
  int64_t began = f.clock_ms;
  if (start() &&
      mtp_client_call(f.client, &call, &options, outcome_done, &out, NULL, &error) == MTP_OK) {
    fixture_run_until(&f, &out.ended);
    outcome_free(&out);
  }
  int64_t took = f.clock_ms - began;
  fixture_close(&f);
  if (took > 10000)
    fail_msg("allocation %ld: calls waited for %lld ms", at, (long long)took);
  return memory.count;
}

/* proves RB-4 */
static void test_over_http_nothing_waits_for_what_was_not_sent(void **state) {
  (void)state;
  long n = run_over_http(LONG_MAX);
  for (long i = 0; i < n; i++)
    (void)run_over_http(i);
}

/* ---- secrets ---- */

#define PASSWORD "correct horse battery staple"

static unsigned leaks;

/* Whether a piece of a key that a data centre knows is in there, or the proxy's password. */
static bool holds_secret(const uint8_t *data, size_t size) {
  for (size_t at = 0; at + 16 <= size; at++) {
    if (memcmp(data + at, PASSWORD, 16) == 0)
      return true;
    for (size_t i = 0; i < FIXTURE_DCS; i++)
      for (size_t k = 0; k < FAKE_KEYS; k++)
        if (f.dcs[i].keys[k].key.id && memcmp(data + at, f.dcs[i].keys[k].key.bytes + 64, 16) == 0)
          return true;
  }
  return false;
}

/* Blocks begin as zeros and always move, so that what is found in one was put there by its owner.
 */
static void *watched_realloc(void *ctx, void *ptr, size_t old_size, size_t size) {
  (void)ctx;
  void *moved = size ? calloc(1, size) : NULL;
  if (!ptr || (size && !moved))
    return moved;
  if (moved)
    memcpy(moved, ptr, old_size < size ? old_size : size);
  leaks += holds_secret(ptr, old_size);
  free(ptr);
  return moved;
}

/* proves RB-2 */
static void test_no_key_is_in_memory_that_is_given_back(void **state) {
  (void)state;
  static const tl_allocator watched = {watched_realloc, NULL};
  for (int pfs = 0; pfs < 2; pfs++) {
    mtp_session session;
    mtp_error error;
    leaks = 0;
    open_quick();
    f.options.allocator = &watched;
    f.options.pfs = pfs;
    fixture_start(&f, NULL);
    assert_int_equal(run_flow(), 3);
    fixture_signed_in(&f, &session);
    mtp_client_free(f.client);
    assert_int_equal(mtp_client_new(&f.options, &session, &f.client, &error), MTP_OK);
    mtp_session_free(&session);
    assert_int_equal(run_flow(), 3);
    fixture_close(&f);
    assert_int_equal(leaks, 0);
  }
}

/* proves RB-2 */
static void test_no_password_of_a_proxy_is_in_memory_that_is_given_back(void **state) {
  (void)state;
  static const tl_allocator watched = {watched_realloc, NULL};
  mtp_proxy proxy = {
      .kind = MTP_PROXY_SOCKS5, .host = "127.0.0.1", .port = 1, .user = "me", .password = PASSWORD};
  outcome out;
  leaks = 0;
  open_quick();
  f.options.allocator = &watched;
  f.options.proxy = &proxy;
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  mtp_client_process(f.client, NULL, 0); /* begins to connect: the connection has a copy */
  fixture_close(&f);
  assert_int_equal(out.ended, 1);
  outcome_free(&out);
  assert_int_equal(leaks, 0);
}

/* ---- randomness ---- */

typedef struct tired {
  long left;
  long count;
} tired;

static int tired_fill(void *ctx, uint8_t *out, size_t size) {
  tired *t = ctx;
  mtp_rng rng = mtp_rng_system();
  t->count++;
  if (t->left-- <= 0)
    return -1;
  return rng.fill(rng.ctx, out, size);
}

/* proves RB-3 */
static void test_without_randomness_nothing_goes_on(void **state) {
  (void)state;
  tired t = {.left = LONG_MAX};
  mtp_rng rng = {tired_fill, &t};
  memory = (failing){.left = LONG_MAX};
  open_quick();
  f.options.rng = &rng;
  assert_true(start());
  assert_int_equal(run_flow(), 3);
  fixture_close(&f);
  long n = t.count;
  for (long i = 0; i < n; i++) {
    t = (tired){.left = i};
    open_quick();
    f.options.rng = &rng;
    if (start())
      assert_true(run_flow() < 3 || t.left >= 0 || i + 4 > n);
    fixture_close(&f);
    assert_int_equal(memory.held, 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_any_allocation_may_fail),
      cmocka_unit_test(test_lack_of_memory_is_told_as_that),
      cmocka_unit_test(test_over_http_nothing_waits_for_what_was_not_sent),
      cmocka_unit_test(test_no_key_is_in_memory_that_is_given_back),
      cmocka_unit_test(test_no_password_of_a_proxy_is_in_memory_that_is_given_back),
      cmocka_unit_test(test_without_randomness_nothing_goes_on),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
