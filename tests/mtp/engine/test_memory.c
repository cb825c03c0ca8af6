/* Every allocation of the session engine failing in turn, and many failing at random: a status, no
 * leak, no query lost (RB-4). */
#include "server.h"

#include <tl/wire.h>

/* malloc that fails the allocation numbered fail_at, or one in fail_every, and checks sizes. */
typedef struct faulty {
  tl_allocator allocator;
  long count, fail_at; /* -1: none */
  uint32_t fail_every; /* 0: none */
  uint64_t random;
  size_t live;
} faulty;

static bool fails(faulty *f) {
  f->random = f->random * 6364136223846793005u + 1442695040888963407u;
  return f->count++ == f->fail_at ||
         (f->fail_every && (uint32_t)(f->random >> 33) % f->fail_every == 0);
}

static void *faulty_realloc(void *ctx, void *ptr, size_t old_size, size_t new_size) {
  faulty *f = ctx;
  if (new_size == 0) {
    f->live -= old_size;
    free(ptr);
    return NULL;
  }
  if (fails(f))
    return NULL;
  void *moved = realloc(ptr, new_size);
  assert_non_null(moved);
  f->live += new_size - old_size;
  return moved;
}

static void faulty_init(faulty *f) {
  memset(f, 0, sizeof *f);
  f->allocator = (tl_allocator){faulty_realloc, f};
  f->fail_at = -1;
  f->random = 99;
}

/* Whether the engine could be made; a failure leaves nothing behind. */
static bool open_engine(server *s, faulty *f) {
  rig *r = &s->rig;
  mtp_cause status = mtp_engine_new(&r->config, &r->engine);
  if (status) {
    assert_int_equal(status, MTP_ERR_NOMEM);
    assert_null(r->engine);
    assert_int_equal(f->live, 0);
    return false;
  }
  assert_int_equal(mtp_engine_set_key(r->engine, &r->key, r->now), MTP_OK);
  s->session_id = r->peer.session_id = rig_session_id(r);
  mtp_engine_connected(r->engine, r->now);
  return true;
}

static void submit_until_taken(server *s, uint32_t value, mtp_token *token) {
  uint8_t body[8];
  tl_store32(body, ID_QUERY);
  tl_store32(body + 4, value);
  for (int tries = 0; tries < 100; tries++) {
    mtp_cause status = mtp_engine_submit(s->rig.engine, body, sizeof body, NULL, token);
    if (status == MTP_OK)
      return;
    assert_int_equal(status, MTP_ERR_NOMEM);
    assert_int_equal(*token, 0);
  }
  fail();
}

/* Counts the ends; all are results or lost for lack of memory. */
static uint32_t count_ends(server *s, uint8_t *ends, const mtp_token *tokens, uint32_t n) {
  static const mtp_engine_event_type types[] = {MTP_ENGINE_EVENT_RESULT, MTP_ENGINE_EVENT_FAILED};
  uint32_t count = 0;
  for (size_t i = 0; i < 2; i++) {
    const mtp_engine_event *event;
    while ((event = rig_event(&s->rig, types[i]))) {
      if (event->type == MTP_ENGINE_EVENT_FAILED)
        assert_int_equal(event->fail, MTP_ERR_NOMEM);
      for (uint32_t k = 0; k < n; k++)
        if (tokens[k] == event->token)
          assert_int_equal(ends[k]++, 0);
      count++;
    }
  }
  return count;
}

/* Queries over a network with every fault, until all have ended. false: there was no engine. */
static bool run(faulty *f, uint32_t queries, uint64_t seed) {
  static const server_faults faults = {
      .doubled = 50, .cut = 20, .salt = 40, .refuse = 40, .jumble = 100};
  server *s = malloc(sizeof *s);
  mtp_token *tokens = calloc(queries, sizeof *tokens);
  uint8_t *ends = calloc(queries, 1);
  assert_true(s && tokens && ends);
  server_init(s, seed, &faults);
  s->rig.config.allocator = &f->allocator;
  s->rig.config.max_tries = 50;
  bool made = open_engine(s, f);
  for (uint32_t i = 0; made && i < queries; i++)
    submit_until_taken(s, i, &tokens[i]);
  for (uint32_t ended = 0, steps = 0; made && ended < queries; steps++) {
    assert_true(steps < 100000);
    server_step(s);
    ended += count_ends(s, ends, tokens, queries);
    rig_forget(&s->rig);
  }
  for (uint32_t i = 0; made && i < queries; i++) {
    assert_int_equal(ends[i], 1);
    assert_true(s->executed[i] <= 1);
  }
  server_end(s);
  assert_int_equal(f->live, 0);
  free(s);
  free(tokens);
  free(ends);
  return made;
}

/* proves RB-4 */
static void test_each_allocation_fails_once(void **state) {
  (void)state;
  faulty f;
  faulty_init(&f);
  assert_true(run(&f, 20, 5));
  long sites = f.count;
  assert_true(sites > 100);
  for (long i = 0; i < sites; i++) {
    faulty_init(&f);
    f.fail_at = i;
    bool made = run(&f, 20, 5);
    assert_int_equal(made, i != 0); /* the first one is the engine itself */
  }
}

/* proves RB-4, MS-8 */
static void test_memory_fails_at_random(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 10; seed++) {
    faulty f;
    faulty_init(&f);
    f.random = seed;
    f.fail_every = 20;
    run(&f, 200, seed);
  }
}

/* One message of everything that the engine handles. */
static void say_everything(rig *r) {
  int64_t ids[3] = {5, 8, 9};
  static uint8_t content[3000];
  tl_store32(content, ID_ANSWER);
  rig_query(r, 1, NULL);
  rig_query(r, 2, NULL);
  rig_flush(r);
  const peer_message *query = peer_next(&r->peer, ID_QUERY);
  int64_t first = query ? query->msg_id : 4;
  say_new_session(r, first, 1, 2);
  say_update(r, 1);
  say_begin(r, (uint32_t)ID_STATE_REQ);
  put_longs(&r->body, ids, 3);
  say(r, true);
  say_begin(r, ID_RESEND_REQ);
  put_longs(&r->body, ids, 3);
  say(r, true);
  say_begin(r, 0x276d3ec6);
  put64(&r->body, first);
  put64(&r->body, peer_id(&r->peer, true));
  put32(&r->body, 10);
  put32(&r->body, 0);
  say(r, false);
  say_bad_salt(r, first, 3);
  rig_flush(r);
  query = peer_next(&r->peer, ID_QUERY);
  say_begin(r, 0xf35c6d01);
  put64(&r->body, query ? query->msg_id : 4);
  put_gzip(&r->body, content, sizeof content, 31);
  say(r, true);
}

/* proves RB-4 */
static void test_each_allocation_fails_in_every_handler(void **state) {
  (void)state;
  long sites = 1;
  for (long i = -1; i < sites; i++) {
    rig r;
    faulty f;
    faulty_init(&f);
    rig_init(&r);
    r.config.allocator = &f.allocator;
    r.peer.lossy = true;
    rig_open(&r);
    r.tolerant = true;
    f.count = 0;
    f.fail_at = i;
    say_everything(&r);
    if (i < 0)
      sites = f.count;
    f.fail_at = -1;
    if (rig_event(&r, MTP_ENGINE_EVENT_RECONNECT))
      rig_connect(&r);
    assert_int_equal(say_update(&r, 2), MTP_OK); /* it goes on */
    rig_expect(&r, MTP_ENGINE_EVENT_UPDATE, 0);
    rig_end(&r);
    assert_int_equal(f.live, 0);
  }
  assert_true(sites >= 25);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_each_allocation_fails_once),
      cmocka_unit_test(test_memory_fails_at_random),
      cmocka_unit_test(test_each_allocation_fails_in_every_handler),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
