/* Key exchange when memory or randomness runs out, at every place where it can. */
#include "kx_fixture.h"

#include <pthread.h>

/* Counts what is out, and fails the allocation of a given number. */
typedef struct counter {
  int calls, fail_at; /* -1: never */
  int64_t out;
} counter;

static void *counted(void *ctx, void *ptr, size_t old_size, size_t new_size) {
  counter *c = ctx;
  if (new_size && c->calls++ == c->fail_at)
    return NULL;
  c->out += (int64_t)new_size - (ptr ? (int64_t)old_size : 0);
  if (new_size == 0) {
    free(ptr);
    return NULL;
  }
  return realloc(ptr, new_size);
}

/* A whole exchange, the same each time but for what fails; the server has all it needs. */
static mtp_cause exchange(kx_fixture *f, int fail_random) {
  f->client_fake = fake_rng_of(NULL, 0);
  f->client_fake.fail_after = fail_random;
  f->server_fake = fake_rng_of(NULL, 0);
  f->server_fake.state = 42;
  kx_server_free(f->server);
  f->server = NULL;
  assert_ok(kx_server_new(&f->server_config, &f->server));
  mtp_kx_free(f->kx);
  f->kx = NULL;
  if (mtp_kx_new(&f->config, &f->kx))
    return MTP_ERR_NOMEM;
  tl_buffer_clear(&f->packet);
  mtp_kx_step step = mtp_kx_start(f->kx, f->now, &f->packet);
  while (step == MTP_KX_SEND) {
    assert_ok(kx_serve(f));
    step = kx_take(f);
  }
  mtp_cause failure = mtp_kx_cause(f->kx);
  assert_int_equal(failure == MTP_OK, step == MTP_KX_DONE);
  if (failure)
    assert_int_equal(f->packet.size, 0);
  mtp_kx_free(f->kx);
  f->kx = NULL;
  return failure;
}

/* proves RB-4 */
static void every_allocation_may_fail_and_nothing_leaks(void **state) {
  kx_fixture *f = *state;
  counter count = {0, -1, 0};
  tl_allocator allocator = {counted, &count};
  f->config.allocator = &allocator;
  assert_int_equal(exchange(f, -1), MTP_OK);
  int needed = count.calls;
  assert_true(needed > 5);
  for (int i = 0; i < needed; i++) {
    count = (counter){0, i, 0};
    assert_int_equal(exchange(f, -1), MTP_ERR_NOMEM);
    assert_true(count.out == 0);
  }
}

/* Looks for secrets in whatever is freed. */
typedef struct watcher {
  uint8_t new_nonce[32], key[256];
  int leaks;
} watcher;

static bool holds(const uint8_t *data, size_t size, const uint8_t *part, size_t part_size) {
  for (size_t i = 0; i + part_size <= size; i++)
    if (memcmp(data + i, part, part_size) == 0)
      return true;
  return false;
}

static bool has(const uint8_t *data, size_t size, const uint8_t *secret) {
  return holds(data, size, secret, 16);
}

static void *watched(void *ctx, void *ptr, size_t old_size, size_t new_size) {
  watcher *w = ctx;
  if (ptr && new_size < old_size)
    w->leaks += has(ptr, old_size, w->new_nonce) || has(ptr, old_size, w->key);
  if (new_size)
    return realloc(ptr, new_size);
  free(ptr);
  return NULL;
}

/* proves KX-16, RB-2 */
static void no_secret_is_in_memory_that_is_given_back(void **state) {
  kx_fixture *f = *state;
  watcher w = {.leaks = 0};
  tl_allocator allocator = {watched, &w};
  f->config.allocator = &allocator;
  for (int round = 0; round < 2; round++) { /* the second knows what the first has made */
    f->client_fake = fake_rng_of(NULL, 0);
    f->server_fake = fake_rng_of(NULL, 0);
    f->server_fake.state = 42;
    assert_int_equal(kx_begin(f), MTP_KX_SEND);
    assert_ok(kx_serve(f));
    assert_int_equal(kx_take(f), MTP_KX_SEND);
    uint8_t new_nonce[32];
    memcpy(new_nonce, f->kx->nonces.new_nonce, 32);
    assert_int_equal(kx_finish(f, MTP_KX_SEND), MTP_KX_DONE);
    uint8_t key[256];
    memcpy(key, mtp_kx_result_of(f->kx)->key.bytes, 256);
    if (round == 1) {
      assert_memory_equal(w.new_nonce, new_nonce, 32);
      assert_memory_equal(w.key, key, 256);
    }
    mtp_kx_free(f->kx);
    f->kx = NULL;
    memcpy(w.new_nonce, new_nonce, 32);
    memcpy(w.key, key, 256);
    w.leaks = round ? w.leaks : 0; /* what was found before was not looked for */
  }
  assert_int_equal(w.leaks, 0);
}

/* A step on a stack that can be looked at afterwards, and the random number of 2048 bits that it
 * drew. */
typedef struct stage {
  kx_fixture *f;
  fake_rng source;
  uint8_t b[256];
  mtp_kx_step step;
} stage;

static int noted(void *ctx, uint8_t *out, size_t n) {
  stage *s = ctx;
  int failed = fake_rng_fill(&s->source, out, n);
  if (n == sizeof s->b)
    memcpy(s->b, out, n);
  return failed;
}

static void *play(void *ctx) {
  stage *s = ctx;
  s->step = mtp_kx_recv(s->f->kx, s->f->reply.data, s->f->reply.size, s->f->now, &s->f->packet);
  return NULL;
}

/* proves KX-16 */
static void nothing_of_b_and_the_key_stays_on_the_stack(void **state) {
  enum { SIZE = 1 << 20, PART = 32 }; /* of less OpenSSL leaves copies in its registers' place */
  static const uint8_t none[256];
  stage s = {.f = *state, .source = fake_rng_of(NULL, 0)};
  uint8_t *stack = aligned_alloc(1 << 16, SIZE);
  pthread_attr_t attributes;
  pthread_t thread;
  assert_non_null(stack);
  memset(stack, 0, SIZE);
  kx_until_reply(s.f, 2);
  s.f->client_rng = (mtp_rng){noted, &s};
  tl_buffer_clear(&s.f->packet);
  assert_int_equal(pthread_attr_init(&attributes), 0);
  assert_int_equal(pthread_attr_setstack(&attributes, stack, SIZE), 0);
  assert_int_equal(pthread_create(&thread, &attributes, play, &s), 0);
  assert_int_equal(pthread_join(thread, NULL), 0);
  pthread_attr_destroy(&attributes);
  assert_int_equal(s.step, MTP_KX_SEND);
  assert_memory_not_equal(s.b, none, sizeof none);
  for (size_t part = 0; part < 256; part += PART) {
    assert_false(holds(stack, SIZE, s.b + part, PART));
    assert_false(holds(stack, SIZE, s.f->kx->result.key.bytes + part, PART));
  }
  free(stack);
}

/* proves RB-4 */
static void a_full_output_buffer_is_out_of_memory(void **state) {
  kx_fixture *f = *state;
  tl_buffer small;
  tl_buffer_init(&small, NULL, 39);
  assert_int_equal(kx_begin(f), MTP_KX_SEND);
  mtp_kx_free(f->kx);
  assert_ok(mtp_kx_new(&f->config, &f->kx));
  assert_int_equal(mtp_kx_start(f->kx, f->now, &small), MTP_KX_FAILED);
  assert_int_equal(mtp_kx_cause(f->kx), MTP_ERR_NOMEM);
  assert_int_equal(small.size, 0);
  tl_buffer_free(&small);
}

/* proves RB-3, KX-1, KX-3, KX-11 */
static void without_randomness_it_fails_at_every_place_that_needs_it(void **state) {
  kx_fixture *f = *state;
  assert_int_equal(exchange(f, -1), MTP_OK);
  int needed = f->client_fake.calls;
  assert_true(needed >= 6); /* nonce, new_nonce, RSA padding and key, b, padding */
  for (int i = 0; i < needed; i++)
    assert_int_equal(exchange(f, i), MTP_ERR_RANDOM);
}

static int zeros(void *ctx, uint8_t *out, size_t n) {
  (void)ctx;
  memset(out, 0, n);
  return 0;
}

/* b = 0 makes g_b = 1, which is out of range for ever. */
/* proves KX-10, KX-11 */
static void a_g_b_that_stays_out_of_range_is_no_randomness(void **state) {
  kx_fixture *f = *state;
  kx_until_reply(f, 2);
  f->client_rng = (mtp_rng){zeros, NULL};
  assert_int_equal(kx_take(f), MTP_KX_FAILED);
  assert_int_equal(mtp_kx_cause(f->kx), MTP_ERR_RANDOM);
}

/* The server's own half, as it runs for ever in a data centre. */
/* proves RB-4 */
static void the_server_survives_failing_allocations_and_leaks_nothing(void **state) {
  kx_fixture *f = *state;
  counter count = {0, -1, 0};
  tl_allocator allocator = {counted, &count};
  f->server_config.allocator = &allocator;
  assert_int_equal(kx_run(f), MTP_KX_DONE);
  int needed = count.calls;
  kx_server_free(f->server);
  f->server = NULL;
  for (int i = 1; i < needed; i++) { /* 0 is the server itself */
    count = (counter){0, i, 0};
    mtp_kx_step step = kx_begin(f);
    mtp_status status = MTP_OK;
    while (step == MTP_KX_SEND && !status) {
      status = kx_serve(f);
      if (!status)
        step = kx_take(f);
    }
    assert_true(status == MTP_ERR_NOMEM || status == MTP_ERR_REJECTED);
    assert_false(f->grant.granted);
    kx_server_free(f->server);
    f->server = NULL;
    assert_true(count.out == 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      kx_row(every_allocation_may_fail_and_nothing_leaks),
      kx_row(no_secret_is_in_memory_that_is_given_back),
      kx_row(nothing_of_b_and_the_key_stays_on_the_stack),
      kx_row(a_full_output_buffer_is_out_of_memory),
      kx_row(without_randomness_it_fails_at_every_place_that_needs_it),
      kx_row(a_g_b_that_stays_out_of_range_is_no_randomness),
      kx_row(the_server_survives_failing_allocations_and_leaks_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
