/* The server of the random runs. */
#include "server.h"

#include <tl/wire.h>

void server_init(server *s, uint64_t seed, const server_faults *faults) {
  memset(s, 0, sizeof *s);
  rig_init(&s->rig);
  s->rig.peer.lossy = true;
  s->random = seed * 2 + 1;
  if (faults)
    s->faults = *faults;
}

void server_open(server *s) {
  rig_open(&s->rig);
  s->session_id = s->rig.peer.session_id;
}

static void drop_transits(server *s) {
  for (size_t i = 0; i < s->n_transits; i++)
    tl_buffer_free(&s->transits[i].bytes);
  s->n_transits = 0;
}

static void drop_answers(server *s) {
  for (size_t i = 0; i < s->n_answers; i++)
    tl_buffer_free(&s->answers[i].body);
  s->n_answers = 0;
}

void server_end(server *s) {
  drop_transits(s);
  drop_answers(s);
  free(s->transits);
  free(s->answers);
  free(s->known);
  rig_end(&s->rig);
}

uint32_t server_random(server *s, uint32_t n) {
  s->random ^= s->random << 13;
  s->random ^= s->random >> 7;
  s->random ^= s->random << 17;
  return (uint32_t)(s->random >> 33) % n;
}

static bool happens(server *s, uint32_t thousandths) {
  return server_random(s, 1000) < thousandths;
}

static int64_t now_ms(const server *s) {
  return s->rig.now.monotonic_ms;
}

static void *room(void *items, size_t size, size_t count, size_t *capacity) {
  if (count < *capacity)
    return items;
  *capacity = *capacity ? *capacity * 2 : 64;
  items = realloc(items, *capacity * size);
  assert_non_null(items);
  return items;
}

/* ---- the network ---- */

static void put_on_the_way(server *s, bool to_server, const tl_buffer *bytes, int64_t at) {
  s->transits = room(s->transits, sizeof *s->transits, s->n_transits, &s->cap_transits);
  transit *t = &s->transits[s->n_transits++];
  *t = (transit){.at = at, .to_server = to_server};
  tl_buffer_init(&t->bytes, NULL, 0);
  assert_int_equal(tl_buffer_append(&t->bytes, bytes->data, bytes->size), TL_OK);
}

static void cut(server *s) {
  s->cuts++;
  drop_transits(s);
  rig_disconnect(&s->rig);
  s->reconnect_at = now_ms(s) + 1 + server_random(s, 3000);
}

static void carry(server *s, bool to_server, const tl_buffer *bytes) {
  if (s->reconnect_at)
    return;
  if (happens(s, s->faults.loss)) {
    s->losses++;
    return;
  }
  int64_t at = now_ms(s) + 1 + server_random(s, 20);
  if (to_server)
    at = s->ordered_at = at > s->ordered_at ? at : s->ordered_at;
  else if (s->faults.jumble)
    at += server_random(s, s->faults.jumble);
  put_on_the_way(s, to_server, bytes, at);
  if (happens(s, s->faults.doubled)) {
    s->doubles++;
    put_on_the_way(s, to_server, bytes, at + 1);
    s->ordered_at += to_server;
  }
  if (happens(s, s->faults.cut))
    cut(s);
}

/* ---- the server ---- */

static void send_to_client(server *s, int64_t msg_id, int32_t seq_no, const tl_buffer *body) {
  peer_seal(&s->rig.peer, s->session_id, msg_id, seq_no, body);
  carry(s, false, &s->rig.peer.out);
}

static tl_buffer *begin(server *s, int id) {
  say_begin(&s->rig, (uint32_t)id);
  return &s->rig.body;
}

static void say_now(server *s) {
  send_to_client(s, peer_id(&s->rig.peer, false), peer_seq(&s->rig.peer, false), &s->rig.body);
}

static bool contains(const int64_t *ids, size_t count, int64_t id) {
  for (; count > 0; count--)
    if (ids[count - 1] == id)
      return true;
  return false;
}

static bool knows(const server *s, int64_t msg_id) {
  return contains(s->known, s->n_known, msg_id);
}

static void remember(server *s, int64_t msg_id) {
  s->known = room(s->known, sizeof *s->known, s->n_known, &s->cap_known);
  s->known[s->n_known++] = msg_id;
}

/* The answer comes some time later, and again until it is acknowledged. */
static void execute(server *s, const peer_message *query) {
  uint32_t value = value_of(&query->body);
  assert_true(value < SERVER_QUERIES);
  s->executed[value]++;
  s->answers = room(s->answers, sizeof *s->answers, s->n_answers, &s->cap_answers);
  answer *a = &s->answers[s->n_answers++];
  *a = (answer){.msg_id = peer_id(&s->rig.peer, true),
                .seq_no = peer_seq(&s->rig.peer, true),
                .at = now_ms(s) + server_random(s, 2000)};
  tl_buffer_init(&a->body, NULL, 0);
  put32(&a->body, 0xf35c6d01);
  put64(&a->body, query->msg_id);
  put32(&a->body, ID_ANSWER);
  put32(&a->body, value);
}

static void acknowledged(server *s, int64_t msg_id) {
  for (size_t i = 0; i < s->n_answers; i++) {
    if (s->answers[i].msg_id != msg_id)
      continue;
    tl_buffer_free(&s->answers[i].body);
    s->answers[i] = s->answers[--s->n_answers];
    return;
  }
}

static void tell_states(server *s, const peer_message *request) {
  uint8_t info[8192];
  size_t count = longs_in(&request->body);
  for (size_t i = 0; i < count; i++)
    info[i] = knows(s, long_of(&request->body, i)) ? 4 : 2;
  tl_buffer *out = begin(s, ID_STATE_INFO);
  put64(out, request->msg_id);
  put_string(out, info, count);
  say_now(s);
}

static void take_message(server *s, const peer_message *message) {
  tl_buffer *out;
  switch ((int)message->id) {
  case ID_QUERY:
    if (knows(s, message->msg_id))
      return;
    remember(s, message->msg_id);
    execute(s, message);
    if (happens(s, 500)) {
      out = begin(s, ID_ACK);
      put_longs(out, &message->msg_id, 1);
      say_now(s);
    }
    return;
  case ID_ACK:
    for (size_t i = 0; i < longs_in(&message->body); i++)
      acknowledged(s, long_of(&message->body, i));
    return;
  case ID_STATE_REQ:
    tell_states(s, message);
    return;
  case ID_PING:
  case ID_PING_DELAY:
    out = begin(s, 0x347773c5);
    put64(out, message->msg_id);
    put64(out, (int64_t)tl_load64(message->body.data + 4));
    say_now(s);
    return;
  default: /* rpc_drop_answer, destroy_session: this server does not know them */
    return;
  }
}

static void refuse(server *s, int64_t msg_id, int32_t code) {
  tl_buffer *out = begin(s, code == 48 ? (int)0xedab447bu : (int)0xa7eff811u);
  put64(out, msg_id);
  put32(out, 0);
  put32(out, (uint32_t)code);
  if (code == 48)
    put64(out, s->rig.peer.salt);
  s->refused[s->refusals++ % SERVER_REFUSED] = msg_id;
  say_now(s);
}

static void new_session(server *s) {
  s->session_id = s->rig.peer.session_id;
  s->n_known = 0;
  drop_answers(s);
}

static void take_packet(server *s, const tl_buffer *bytes) {
  static const int32_t codes[] = {16, 64, 20};
  peer *p = &s->rig.peer;
  p->last_client_id = 0; /* doubled packets come with old ids */
  peer_receive(p, bytes->data, bytes->size);
  if (p->session_id != s->session_id)
    new_session(s);
  int64_t packet_id = p->got[0].container ? p->got[0].container : p->got[0].msg_id;
  if (happens(s, s->faults.salt)) {
    p->salt = (int64_t)s->random;
    s->salts++;
  }
  if (knows(s, packet_id) || contains(s->refused, SERVER_REFUSED, packet_id)) {
    peer_forget(p); /* a double: the first has been dealt with */
    return;
  }
  if (p->got[0].salt != p->salt) {
    refuse(s, packet_id, 48);
  } else if (happens(s, s->faults.refuse)) {
    refuse(s, packet_id, codes[server_random(s, 3)]);
  } else {
    for (size_t i = 0; i < p->n_got; i++)
      take_message(s, &p->got[i]);
    remember(s, packet_id);
  }
  peer_forget(p);
}

/* ---- time ---- */

/* What was said before and is due again: with its own ids, inside a container that has a new one,
 * as they may be older than packets may be (EN-12). */
static void repeat_answers(server *s) {
  uint32_t count = 0;
  tl_buffer *out = begin(s, ID_CONTAINER);
  put32(out, 0);
  for (size_t i = 0; i < s->n_answers && count < 100; i++) {
    answer *a = &s->answers[i];
    if (!a->said || now_ms(s) < a->at)
      continue;
    put_message(out, a->msg_id, a->seq_no, &a->body);
    a->at = now_ms(s) + 20000;
    count++;
  }
  tl_store32(out->data + 4, count);
  if (count)
    say_now(s);
}

static void give_answers(server *s) {
  for (size_t i = 0; i < s->n_answers && !s->reconnect_at; i++) {
    answer *a = &s->answers[i];
    if (a->said || now_ms(s) < a->at)
      continue;
    a->said = true;
    a->at = now_ms(s) + 20000;
    send_to_client(s, a->msg_id, a->seq_no, &a->body);
  }
  if (!s->reconnect_at)
    repeat_answers(s);
}

static void deliver(server *s) {
  for (size_t i = 0; i < s->n_transits;) {
    if (s->transits[i].at > now_ms(s)) {
      i++;
      continue;
    }
    transit t = s->transits[i];
    memmove(s->transits + i, s->transits + i + 1, (--s->n_transits - i) * sizeof t);
    if (t.to_server) {
      take_packet(s, &t.bytes);
    } else { /* what cannot be taken for lack of memory comes again */
      mtp_cause status = mtp_engine_recv(s->rig.engine, t.bytes.data, t.bytes.size, s->rig.now);
      assert_true(status == MTP_OK || status == MTP_ERR_NOMEM || status == MTP_ERR_REJECTED);
    }
    tl_buffer_free(&t.bytes);
    i = 0;
  }
}

static void reconnect(server *s) {
  if (!s->reconnect_at || now_ms(s) < s->reconnect_at)
    return;
  s->reconnect_at = 0;
  for (size_t i = 0; i < s->n_answers; i++) /* nobody knows what got through */
    s->answers[i].at = now_ms(s) + server_random(s, 50);
  rig_connect(&s->rig);
}

static void collect_packets(server *s) {
  tl_buffer packet;
  tl_buffer_init(&packet, NULL, 0);
  for (int i = 0; i < 1000 && !s->reconnect_at; i++) {
    tl_buffer_clear(&packet);
    mtp_cause status = mtp_engine_poll_packet(s->rig.engine, s->rig.now, &packet, NULL);
    if (status != MTP_OK)
      break;
    carry(s, true, &packet);
  }
  tl_buffer_free(&packet);
}

void server_step(server *s) {
  rig_pass(&s->rig, 1 + server_random(s, 30));
  reconnect(s);
  collect_packets(s);
  give_answers(s);
  deliver(s);
  if (rig_event(&s->rig, MTP_ENGINE_EVENT_RECONNECT) && !s->reconnect_at)
    cut(s);
}
