/* What a server can cost: work, memory, repetitions and time, each driven by the input that used to
 * cost the most, and told (LV-1, LV-4 to LV-9). */
#include "rig.h"

#include "engine/clock.h"
#include "engine/salts.h"
#include "engine/seen.h"
#include "meter.h"
#include <tl/wire.h>

enum {
  ID_RESULT = (int)0xf35c6d01u, /* constructors that only this file speaks of */
  ID_ALL_INFO = (int)0x8cc0d131u,
  ID_MSG_RESEND = 0x7d861a08
};

static const peer_message *next_of(rig *r, int id) {
  rig_flush(r);
  return peer_next(&r->peer, id);
}

/* ---- work in one call ---- */

/* gzip of `size` zeros whose check sum is wrong: all of it is inflated for nothing. */
static void put_spoiled_gzip(tl_buffer *out, size_t size) {
  uint8_t *zeros = calloc(1, size);
  assert_non_null(zeros);
  size_t from = out->size;
  put_gzip(out, zeros, size, 31);
  free(zeros);
  size_t length =
      out->data[from + 4] == 254 ? tl_load32(out->data + from + 4) >> 8 : out->data[from + 4];
  size_t head = out->data[from + 4] == 254 ? 8 : 5;
  out->data[from + head + length - 8] ^= 1;
}

typedef struct cost {
  unsigned calls; /* that one packet took */
  int64_t most_us;
} cost;

static cost take_in(rig *r) {
  cost c = {0};
  bool more = true;
  for (bool first = true; more; first = false) {
    int64_t before = meter_cpu_ns() / 1000;
    if (first)
      assert_int_equal(mtp_engine_recv(r->engine, r->peer.out.data, r->peer.out.size, r->now),
                       MTP_OK);
    else
      mtp_engine_resume(r->engine, r->now);
    int64_t took = meter_cpu_ns() / 1000 - before;
    c.most_us = took > c.most_us ? took : c.most_us;
    c.calls++;
    more = mtp_engine_busy(r->engine);
    if (more)
      assert_int_equal(mtp_engine_deadline(r->engine, r->now), r->now.monotonic_ms);
  }
  return c;
}

/* One container of `count` messages, each packed as it stands in body. */
static void say_many(rig *r, const tl_buffer *body, uint32_t count) {
  tl_buffer container;
  tl_buffer_init(&container, NULL, 0);
  put32(&container, ID_CONTAINER);
  put32(&container, count);
  for (uint32_t i = 0; i < count; i++)
    put_message(&container, peer_id(&r->peer, false), peer_seq(&r->peer, true), body);
  peer_say(&r->peer, false, &container);
  tl_buffer_free(&container);
}

/* proves LV-5 */
static void test_gzip_that_fails_is_paid_for(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  tl_buffer body;
  tl_buffer_init(&body, NULL, 0);
  put_spoiled_gzip(&body, 1000000);
  uint32_t count = 8192;
  say_many(&r, &body, count);
  size_t size = r.peer.out.size;
  int64_t before = meter_cpu_ns() / 1000;
  cost c = take_in(&r);
  int64_t all = meter_cpu_ns() / 1000 - before;
  print_message("%zu kB of gzip that fails: %.1f ms of CPU in %u calls, %.1f ms in one at most; "
                "inflating each would be 8 GB\n",
                size / 1000, (double)all / 1e3, c.calls, (double)c.most_us / 1e3);
  /* Of each million bytes one piece; once 16 MiB have come out nothing is tried any more. */
  assert_in_range(c.calls, 16, 64);
  assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_UPDATES_GAP), 1);
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_RECONNECT));
  tl_buffer_free(&body);
  rig_end(&r);
}

/* proves LV-5 */
static void test_answers_that_fail_to_inflate_share_the_budget(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.config.max_inflated = 3000000;
  rig_open(&r);
  tl_buffer container;
  tl_buffer_init(&container, NULL, 0);
  put32(&container, ID_CONTAINER);
  put32(&container, 4);
  static const uint8_t good[8] = {0};
  for (uint32_t i = 0; i < 4; i++) {
    rig_query(&r, i, NULL);
    say_begin(&r, (uint32_t)ID_RESULT);
    put64(&r.body, next_of(&r, ID_QUERY)->msg_id);
    if (i < 3)
      put_spoiled_gzip(&r.body, 1000000);
    else
      put_gzip(&r.body, good, sizeof good, 31); /* nothing is left for it */
    put_message(&container, peer_id(&r.peer, true), peer_seq(&r.peer, true), &r.body);
  }
  peer_say(&r.peer, false, &container);
  tl_buffer_free(&container);
  assert_int_equal(rig_deliver(&r), MTP_OK);
  assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_FAILED), 4);
  rig_end(&r);
}

/* proves LV-5 */
static void test_in_pieces_everything_comes_in_its_order(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.config.max_work = 1;
  rig_open(&r);
  tl_buffer container;
  tl_buffer_init(&container, NULL, 0);
  put32(&container, ID_CONTAINER);
  put32(&container, 50);
  for (uint32_t i = 0; i < 50; i++) {
    say_begin(&r, ID_UPDATE);
    put32(&r.body, i);
    put_message(&container, peer_id(&r.peer, false), peer_seq(&r.peer, true), &r.body);
  }
  peer_say(&r.peer, false, &container);
  tl_buffer_free(&container);
  cost c = take_in(&r);
  assert_true(c.calls > 50);
  for (uint32_t i = 0; i < 50; i++)
    assert_int_equal(value_of(&rig_expect(&r, MTP_ENGINE_EVENT_UPDATE, 0)->body), i);
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_UPDATE));
  rig_end(&r);
}

/* proves LV-5, EN-13 */
static void test_in_pieces_a_malformed_packet_counts_for_nothing_either(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.config.max_work = 1;
  rig_open(&r);
  tl_buffer container;
  tl_buffer_init(&container, NULL, 0);
  put32(&container, ID_CONTAINER);
  put32(&container, 3);
  for (uint32_t i = 0; i < 3; i++) {
    say_begin(&r, i < 2 ? ID_UPDATE : ID_CONTAINER); /* the last one may not stand there */
    put32(&r.body, 0);
    put_message(&container, peer_id(&r.peer, false), peer_seq(&r.peer, true), &r.body);
  }
  peer_say(&r.peer, false, &container);
  tl_buffer_free(&container);
  take_in(&r);
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_UPDATE));
  assert_int_equal(rig_expect(&r, MTP_ENGINE_EVENT_RECONNECT, 0)->reason, MTP_RECONNECT_PACKET);
  rig_end(&r);
}

/* A piece is in the middle of it when all ends. */
static void test_what_is_taken_in_by_half_goes_with_the_engine(void **state) {
  (void)state;
  for (int how = 0; how < 3; how++) {
    rig r;
    rig_init(&r);
    r.config.max_work = 1;
    rig_open(&r);
    say_begin(&r, ID_UPDATE);
    say_many(&r, &r.body, 5);
    assert_int_equal(mtp_engine_recv(r.engine, r.peer.out.data, r.peer.out.size, r.now), MTP_OK);
    mtp_engine_resume(r.engine, r.now);
    assert_true(mtp_engine_busy(r.engine));
    if (how == 0)
      mtp_engine_close(r.engine);
    else if (how == 1)
      assert_int_equal(mtp_engine_set_key(r.engine, &r.key, r.now), MTP_OK);
    while (mtp_engine_busy(r.engine))
      mtp_engine_resume(r.engine, r.now);
    assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_UPDATE), how == 2 ? 5 : 0);
    rig_end(&r);
  }
}

/* ---- bytes that wait ---- */

/* proves LV-4 */
static void test_updates_that_wait_have_a_budget_of_bytes(void **state) {
  (void)state;
  meter m = {0};
  const tl_allocator allocator = {meter_realloc, &m};
  static uint8_t zeros[16000000];
  rig r;
  rig_init(&r);
  r.config.allocator = &allocator;
  rig_open(&r);
  tl_store32(zeros, ID_UPDATE);
  size_t wire = 0;
  for (int i = 0; i < 40; i++) {
    tl_buffer_clear(&r.body);
    put_gzip(&r.body, zeros, sizeof zeros, 31);
    peer_say(&r.peer, true, &r.body);
    wire += r.peer.out.size;
    assert_int_equal(mtp_engine_recv(r.engine, r.peer.out.data, r.peer.out.size, r.now), MTP_OK);
    while (mtp_engine_busy(r.engine))
      mtp_engine_resume(r.engine, r.now);
  }
  print_message("40 updates of 16 MB in %zu kB: %zu MB at most\n", wire / 1000, m.most / 1000000);
  assert_true(m.most < 64000000);
  assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_UPDATE), 1);
  assert_int_equal(rig_count(&r, MTP_ENGINE_EVENT_UPDATES_GAP), 1);
  rig_end(&r);
  assert_int_equal(m.now, 0);
}

/* ---- repetitions ---- */

typedef enum nag { NAG_NEW_SESSION, NAG_RESEND, NAG_STATES, NAG_ALL_INFO, NAG_SALT, NAG_LAST } nag;

static void ask_again(rig *r, nag how, int64_t id, int64_t i) {
  switch (how) {
  case NAG_NEW_SESSION:
    say_new_session(r, id + 4000, 1000 + i, r->peer.salt); /* behind its container, too */
    break;
  case NAG_RESEND:
    say_begin(r, ID_MSG_RESEND);
    put_longs(&r->body, &id, 1);
    say(r, false);
    break;
  case NAG_STATES:
  case NAG_ALL_INFO:
    say_begin(r, (uint32_t)ID_ALL_INFO);
    put_longs(&r->body, &id, 1);
    put_string(&r->body, how == NAG_STATES ? "\2" : "\1", 1);
    say(r, false);
    break;
  default:
    say_bad_salt(r, id, 5 + i % 2);
    break;
  }
}

/* How often a query leaves in ten minutes in which the server asks for it again and again. */
static unsigned leaves(nag how, bool once, unsigned *most, mtp_cause *end) {
  rig r;
  rig_start(&r);
  r.peer.lossy = true;
  mtp_query_options options = {.once = once};
  mtp_token token = rig_query(&r, 1, &options);
  unsigned count = 0, here = 0;
  int64_t session = 0;
  *end = MTP_OK;
  *most = 0;
  for (int64_t i = 0; i < 60000; i++) {
    const peer_message *query = next_of(&r, ID_QUERY);
    if (query) {
      here = session == r.peer.session_id ? here + 1 : 1;
      session = r.peer.session_id;
      *most = here > *most ? here : *most;
      count++;
      ask_again(&r, how, query->msg_id, i);
    }
    rig_pass(&r, 10);
    if (rig_event(&r, MTP_ENGINE_EVENT_RECONNECT))
      rig_connect(&r);
    const mtp_engine_event *event = rig_event(&r, MTP_ENGINE_EVENT_FAILED);
    if (event) {
      assert_int_equal(event->token, token);
      assert_int_equal(*end, MTP_OK);
      *end = event->fail;
    }
    rig_forget(&r);
  }
  rig_end(&r);
  return count;
}

/* proves LV-6 */
static void test_a_query_leaves_eight_times_whoever_asks_for_it(void **state) {
  (void)state;
  for (int how = 0; how < NAG_LAST; how++) {
    unsigned most;
    mtp_cause end;
    unsigned count = leaves((nag)how, false, &most, &end);
    print_message("nag %d: left %u times, %u on one session\n", how, count, most);
    assert_in_range(most, 1, 8);
    assert_in_range(count, 1, 16);
    assert_true(end == MTP_ENGINE_REPEATED || end == MTP_ENGINE_REFUSED);
  }
}

/* proves LV-6 */
static void test_what_is_once_leaves_once_whoever_asks_for_it(void **state) {
  (void)state;
  static const nag nags[] = {NAG_NEW_SESSION, NAG_RESEND, NAG_STATES, NAG_ALL_INFO};
  for (size_t i = 0; i < sizeof nags / sizeof *nags; i++) {
    unsigned most;
    mtp_cause end;
    assert_int_equal(leaves(nags[i], true, &most, &end), 1);
    /* Asked for again it just waits: a server that asks may answer what it has. */
    assert_int_equal(end, nags[i] == NAG_RESEND ? MTP_OK : MTP_ERR_UNCERTAIN);
  }
}

/* proves LV-6 */
static void test_the_pause_grows(void **state) {
  (void)state;
  rig r;
  rig_start(&r);
  r.peer.lossy = true;
  rig_query(&r, 1, NULL);
  int64_t last = r.now.monotonic_ms, pauses[8] = {0};
  for (int i = 0; i < 8; i++) {
    const peer_message *query = next_of(&r, ID_QUERY);
    while (!query) {
      int64_t at = mtp_engine_deadline(r.engine, r.now);
      rig_pass(&r, at > r.now.monotonic_ms && at < INT64_MAX ? at - r.now.monotonic_ms : 1);
      query = next_of(&r, ID_QUERY);
    }
    pauses[i] = r.now.monotonic_ms - last;
    last = r.now.monotonic_ms;
    ask_again(&r, NAG_RESEND, query->msg_id, i);
  }
  assert_int_equal(pauses[1] + pauses[2], 0); /* what a new salt and a lost connection may cost */
  for (int i = 3; i < 8; i++)
    assert_int_equal(pauses[i], 500 << (i - 3));
  rig_end(&r);
}

/* ---- what concerns nobody ---- */

/* proves LV-8, MS-9, MS-10 */
static void test_message_0_is_no_message(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.config.ping_ms = 60000;
  rig_open(&r);
  rig_pass(&r, 60000); /* a ping alone in its packet: it is in no container */
  assert_non_null(next_of(&r, ID_PING_DELAY));
  mtp_token token = rig_query(&r, 1, NULL);
  int64_t id = next_of(&r, ID_QUERY)->msg_id;
  int64_t salt = rig_salt(&r), session = rig_session_id(&r);
  say_bad_salt(&r, 0, 99);
  for (int32_t code = 16; code <= 64; code++)
    say_bad_msg(&r, 0, code);
  say_begin(&r, (uint32_t)ID_RESULT); /* an answer to 0 */
  put64(&r.body, 0);
  put32(&r.body, ID_RPC_ERROR);
  put32(&r.body, 400);
  put_string(&r.body, "X", 1);
  say(&r, true);
  rig_pass(&r, 1000);
  assert_null(next_of(&r, ID_QUERY));
  assert_null(next_of(&r, ID_PING_DELAY));
  assert_true(rig_salt(&r) == salt);
  assert_true(rig_session_id(&r) == session);
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_SALT));
  assert_null(rig_event(&r, MTP_ENGINE_EVENT_RECONNECT));
  say_answer(&r, id, 5);
  rig_expect(&r, MTP_ENGINE_EVENT_RESULT, token);
  rig_end(&r);
}

/* ---- signs of life ---- */

/* How long a connection lives on which only `bytes` a second move. */
static int64_t lives(size_t bytes) {
  rig r;
  rig_init(&r);
  r.config.ping_ms = 60000;
  rig_open(&r);
  int64_t from = r.now.monotonic_ms;
  while (!rig_event(&r, MTP_ENGINE_EVENT_RECONNECT) && r.now.monotonic_ms - from < 3600000) {
    rig_lose(&r);
    rig_pass(&r, 1000);
    mtp_engine_moved(r.engine, bytes, r.now);
  }
  int64_t lived = r.now.monotonic_ms - from;
  rig_end(&r);
  return lived;
}

/* proves LV-1 */
static void test_bytes_that_complete_nothing_are_no_sign_of_life(void **state) {
  (void)state;
  static const size_t rates[] = {0, 1, 100, 900, 100000};
  for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
    int64_t lived = lives(rates[i]);
    print_message("%zu bytes a second: given up after %lld s\n", rates[i], (long long)lived / 1000);
    assert_true(lived <= (rates[i] < 1000 ? 76000 : 317000));
  }
}

/* ---- what made no progress ---- */

/* proves LV-7 */
static void test_a_poll_in_vain_is_not_repeated_at_once(void **state) {
  (void)state;
  rig r;
  rig_init(&r);
  r.config.http = true;
  r.config.ping_ms = 60000;
  rig_open(&r);
  unsigned polls = 0;
  for (int64_t ms = 0; ms < 600000; ms += 10) {
    while (next_of(&r, ID_HTTP_WAIT)) {
      polls++;
      mtp_engine_long_poll_done(r.engine, r.now); /* an empty answer */
    }
    assert_true(mtp_engine_deadline(r.engine, r.now) > r.now.monotonic_ms);
    rig_pass(&r, 10);
  }
  print_message("empty answers for ten minutes: %u polls\n", polls);
  assert_in_range(polls, 8, 20);
  assert_true(say_update(&r, 1) == MTP_OK); /* news: at once again */
  rig_pass(&r, 70000);
  assert_non_null(next_of(&r, ID_HTTP_WAIT));
  say_update(&r, 2);
  mtp_engine_long_poll_done(r.engine, r.now);
  assert_non_null(next_of(&r, ID_HTTP_WAIT));
  rig_end(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_gzip_that_fails_is_paid_for),
      cmocka_unit_test(test_answers_that_fail_to_inflate_share_the_budget),
      cmocka_unit_test(test_in_pieces_everything_comes_in_its_order),
      cmocka_unit_test(test_in_pieces_a_malformed_packet_counts_for_nothing_either),
      cmocka_unit_test(test_what_is_taken_in_by_half_goes_with_the_engine),
      cmocka_unit_test(test_updates_that_wait_have_a_budget_of_bytes),
      cmocka_unit_test(test_a_query_leaves_eight_times_whoever_asks_for_it),
      cmocka_unit_test(test_what_is_once_leaves_once_whoever_asks_for_it),
      cmocka_unit_test(test_the_pause_grows),
      cmocka_unit_test(test_message_0_is_no_message),
      cmocka_unit_test(test_bytes_that_complete_nothing_are_no_sign_of_life),
      cmocka_unit_test(test_a_poll_in_vain_is_not_repeated_at_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
