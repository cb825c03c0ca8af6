/* An engine and its scripted peer under one virtual clock. */
#ifndef TESTS_MTP_RIG_H
#define TESTS_MTP_RIG_H

#include "peer.h"
#include "support.h"

#define WALL_START 1700000000000ll /* unix milliseconds */
#define MONO_START 5000ll
#define RIG_EVENTS 256

typedef struct rig {
  mtp_engine_config config;
  mtp_engine_key key;
  mtp_engine *engine;
  peer peer;
  mtp_now now;
  fake_rng random;
  mtp_rng rng;
  tl_buffer packet; /* what is taken from the engine */
  size_t packet_size;
  mtp_packet_info info;                /* of the newest packet */
  mtp_engine_event events[RIG_EVENTS]; /* not asked for yet */
  size_t n_events;
  mtp_engine_event taken; /* what rig_event() gave out last */
  tl_buffer body;         /* of what is being said */
  bool tolerant;          /* the engine may be out of memory */
} rig;

/* Defaults that a test may still change (no future salts, no pings), then the engine with key and
 * connection. */
void rig_init(rig *r);
void rig_open(rig *r);
void rig_start(rig *r); /* both */
void rig_end(rig *r);

void rig_pass(rig *r, int64_t ms); /* both clocks and the peer's go on; due timers run */
void rig_disconnect(rig *r);
void rig_connect(rig *r);

/* What the engine goes by. */
int64_t rig_salt(const rig *r);
int64_t rig_session_id(const rig *r);
int64_t rig_server_ms(const rig *r); /* unix milliseconds */
/* Has it ask the server to forget another session of its key (MS-16). */
void rig_destroy_session(rig *r, int64_t session_id);

/* Hands every packet that the engine has to the peer; returns how many there were. */
size_t rig_flush(rig *r);
/* The same, but they get lost. */
size_t rig_lose(rig *r);
/* Hands the peer's newest packet to the engine. */
mtp_cause rig_deliver(rig *r);

/* Queries {ID_QUERY, value}, with options or NULL. */
mtp_token rig_query(rig *r, uint32_t value, const mtp_query_options *options);
/* The first event of that type that was not asked for; NULL: none. Valid until the next call of a
 * rig function. */
const mtp_engine_event *rig_event(rig *r, mtp_engine_event_type type);
/* Asserts that there is one of that token (0: any). */
const mtp_engine_event *rig_expect(rig *r, mtp_engine_event_type type, mtp_token token);
size_t rig_count(rig *r, mtp_engine_event_type type);
void rig_forget(rig *r); /* drops all events */

/* ---- what the peer says, delivered at once ---- */

void say_begin(rig *r, uint32_t id); /* r->body starts with the id; append the rest */
mtp_cause say(rig *r, bool content);
mtp_cause say_answer(rig *r, int64_t msg_id, uint32_t value); /* {ID_ANSWER, value} */
mtp_cause say_error(rig *r, int64_t msg_id, int32_t code, const char *text);
mtp_cause say_update(rig *r, uint32_t value);
mtp_cause say_ack(rig *r, int64_t msg_id);
mtp_cause say_bad_msg(rig *r, int64_t msg_id, int32_t code);
mtp_cause say_bad_salt(rig *r, int64_t msg_id, int64_t salt);
mtp_cause say_new_session(rig *r, int64_t first_id, int64_t unique_id, int64_t salt);
mtp_cause say_pong(rig *r, const peer_message *ping);
mtp_cause say_state(rig *r, int64_t req_id, const void *info, size_t size);

/* The number in a {id, value} body. */
uint32_t value_of(const tl_buffer *body);
/* The ids of a Vector<long> that follows the constructor. */
int64_t long_of(const tl_buffer *body, size_t index);
size_t longs_in(const tl_buffer *body);

/* One query in flight. */
typedef struct asked {
  mtp_token token;
  int64_t msg_id;
} asked;

asked rig_ask(rig *r, uint32_t value, const mtp_query_options *options);
/* An rpc_result whose result the test appends to r->body. */
void say_result_begin(rig *r, int64_t msg_id);

#endif
