/* Packets that are sealed rightly and hold anything: nothing breaks, and queries still end once
 * (RB-4, RB-7). */
#include "rig.h"

#include <tl/wire.h>

enum { ROUNDS = 30000, IDS = 20 };

typedef struct fuzz {
  rig rig;
  uint64_t random;
  int64_t ids[IDS]; /* of messages that the engine sent lately: what answers may name */
} fuzz;

static uint32_t pick(fuzz *f, uint32_t n) {
  f->random ^= f->random << 13;
  f->random ^= f->random >> 7;
  f->random ^= f->random << 17;
  return (uint32_t)(f->random >> 33) % n;
}

static int64_t some_id(fuzz *f) {
  switch (pick(f, 4)) {
  case 0:
    return (int64_t)f->random;
  case 1:
    return peer_id(&f->rig.peer, pick(f, 2));
  default:
    return f->ids[pick(f, IDS)];
  }
}

static void some_fields(fuzz *f, tl_buffer *out) {
  for (uint32_t n = pick(f, 6); n; n--) {
    int64_t ids[3] = {some_id(f), some_id(f), some_id(f)};
    uint8_t text[40];
    memset(text, (int)pick(f, 8), sizeof text);
    switch (pick(f, 5)) {
    case 0:
      put32(out, pick(f, 70));
      break;
    case 1:
      put_longs(out, ids, pick(f, 4));
      break;
    case 2:
      put_string(out, text, pick(f, 40));
      break;
    default:
      put64(out, ids[0]);
      break;
    }
  }
}

static void some_message(fuzz *f, tl_buffer *out, int depth) {
  static const uint32_t ids[] = {0xf35c6d01, 0x62d6b459, 0xa7eff811, 0xedab447b, 0x9ec20908,
                                 0x347773c5, 0xae500895, 0xda69fb52, 0x04deb57d, 0x8cc0d131,
                                 0x276d3ec6, 0x809db6df, 0x7d861a08, 0xe22045fc, 0xea109b13,
                                 0x2144ca19, 0xf35c6d01, 0xf35c6d01, 0x51ab0003, 0xf35c6d01};
  uint32_t id = ids[pick(f, sizeof ids / sizeof *ids)];
  put32(out, id);
  if (id == 0x9ec20908 && pick(f, 2))
    put64(out, 0); /* so that it does not always send everything again */
  if (id == 0xf35c6d01) {
    put64(out, some_id(f));
    if (depth && pick(f, 2))
      some_message(f, out, 0);
  }
  some_fields(f, out);
}

static void compress(fuzz *f, tl_buffer *body) {
  tl_buffer packed;
  tl_buffer_init(&packed, NULL, 0);
  put_gzip(&packed, body->data, body->size, pick(f, 2) ? 31 : 15);
  tl_buffer_free(body);
  *body = packed;
}

/* A message, or a container of some, or a compressed one; then perhaps a few wrong bytes. */
static void some_body(fuzz *f, tl_buffer *out) {
  tl_buffer one;
  tl_buffer_init(&one, NULL, 0);
  tl_buffer_clear(out);
  uint32_t count = 1 + pick(f, 3);
  bool contained = count > 1;
  if (contained) {
    put32(out, ID_CONTAINER);
    put32(out, count);
  }
  for (; count; count--) {
    tl_buffer_clear(&one);
    some_message(f, &one, 1);
    if (pick(f, 8) == 0)
      compress(f, &one);
    if (contained)
      put_message(out, peer_id(&f->rig.peer, pick(f, 2)), peer_seq(&f->rig.peer, pick(f, 2)), &one);
    else
      assert_int_equal(tl_buffer_append(out, one.data, one.size), TL_OK);
  }
  tl_buffer_free(&one);
  for (uint32_t n = pick(f, 10) ? 0 : 1 + pick(f, 4); n; n--)
    out->data[pick(f, (uint32_t)out->size)] ^= (uint8_t)(1u << pick(f, 8));
}

/* Of queries above all, and now and then of something else. */
static void remember_ids(fuzz *f) {
  peer *p = &f->rig.peer;
  for (size_t i = 0; i < p->n_got; i++) {
    const peer_message *message = &p->got[i];
    if (message->id == ID_QUERY || pick(f, 10) == 0)
      f->ids[pick(f, IDS)] = message->msg_id;
    if (message->container && pick(f, 10) == 0)
      f->ids[pick(f, IDS)] = message->container;
  }
  peer_forget(p);
}

/* proves RB-4, RB-7, EN-13 */
static void test_anything_may_be_inside(void **state) {
  (void)state;
  fuzz *f = calloc(1, sizeof *f);
  uint8_t *ended = calloc(ROUNDS, 1);
  assert_true(f && ended);
  rig_init(&f->rig);
  f->random = 12345;
  f->rig.config.ping_ms = 60000;
  f->rig.config.no_future_salts = false;
  f->rig.config.max_inflated = 100000;
  f->rig.peer.lossy = true;
  rig_open(&f->rig);
  uint32_t submitted = 0, ends = 0;
  for (int round = 0; round < ROUNDS; round++) {
    if (mtp_engine_pending(f->rig.engine) < 20) {
      mtp_token token =
          rig_query(&f->rig, submitted++, &(mtp_query_options){.user = &ended[round]});
      if (pick(f, 50) == 0)
        mtp_engine_cancel(f->rig.engine, token);
    }
    rig_flush(&f->rig);
    remember_ids(f);
    some_body(f, &f->rig.body);
    say(&f->rig, pick(f, 2));
    rig_pass(&f->rig, pick(f, 300));
    mtp_engine_event event;
    while (mtp_engine_next_event(f->rig.engine, &event)) {
      if (event.type == MTP_ENGINE_EVENT_RECONNECT)
        rig_connect(&f->rig);
      assert_true(event.type != MTP_ENGINE_EVENT_FATAL);
      if (event.token) {
        assert_int_equal(++*(uint8_t *)event.user, 1);
        ends++;
      }
      tl_buffer_free(&event.body);
    }
  }
  assert_int_equal(ends + mtp_engine_pending(f->rig.engine), submitted);
  assert_true(ends > 1000);
  rig_end(&f->rig);
  free(ended);
  free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_anything_may_be_inside),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
