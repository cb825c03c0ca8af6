/* The session engine: one MTProto 2.0 session over one authorization key, without clock, socket,
 * thread or global. Bytes and time go in; packets for the transport, a deadline and events come
 * out.
 *
 *   mtp_engine_new(&config, &engine);
 *   mtp_engine_set_key(engine, &key, now);
 *   mtp_engine_submit(engine, body, size, &options, &token);
 *   mtp_engine_connected(engine, now);                        (the transport is up)
 *   while (mtp_engine_poll_packet(engine, now, &packet, &info) == MTP_OK) send(packet);
 *   mtp_engine_recv(engine, payload, size, now);              (a packet came)
 *   while (mtp_engine_next_event(engine, &event)) ...
 *   mtp_engine_tick(engine, now);                             (mtp_engine_deadline() has passed)
 *
 * After every other function, poll packets until there is none, then take the events until there is
 * none. Nothing is called back, except a query's build() from mtp_engine_poll_packet().
 *
 * Every query that was submitted ends with exactly one of RESULT, RPC_ERROR and FAILED, also when
 * memory runs out. Queries outlive connections: what was in flight when one broke is asked for
 * (msgs_state_req) on the next one and sent again if the server does not have it (MS-8).
 *
 * One thread at a time. Sources: core.telegram.org/mtproto/description, /service_messages,
 * /service_messages_about_messages. */
#ifndef MTP_ENGINE_ENGINE_H
#define MTP_ENGINE_ENGINE_H

#include "config.h"
#include "events.h"
#include "submit.h"

/* NOMEM, ARGUMENT. On failure *out is NULL. */
TL_MUST_USE mtp_cause mtp_engine_new(const mtp_engine_config *config, mtp_engine **out);
/* Wipes and frees; queries that have not ended get no event any more. NULL is fine. */
void mtp_engine_free(mtp_engine *engine);

/* ---- key and session ---- */

typedef struct mtp_engine_key {
  uint8_t key[256];
  int64_t salt;           /* last known, 0 unknown: the server will correct it */
  int64_t time_offset_ms; /* server time - wall time */
  bool synchronised;      /* time_offset_ms is fresh (from a key exchange): EN-12 applies at once;
                             else from the first packet on */
} mtp_engine_key;

/* Takes a copy of the key and starts a new session (id, message ids, seqno) under it. Queries in
 * flight under the former one go back into the queue, except those `once`, which end with FAILED
 * (MTP_ERR_UNCERTAIN). May be called connected or not; on a live connection the next packet
 * uses the new key. RANDOM. */
TL_MUST_USE mtp_cause mtp_engine_set_key(mtp_engine *engine, const mtp_engine_key *key,
                                         mtp_now now);
/* 0 until there is a key. */
int64_t mtp_engine_key_id(const mtp_engine *engine);

/* While held, only queries with .unheld leave (an unbound temporary key may call only
 * auth.bindTempAuthKey, PF-1). Starts not held. */
void mtp_engine_hold(mtp_engine *engine, bool held);

/* Asks the server to destroy the key: KEY_DESTROYED follows; on success every query has ended, the
 * key is wiped, and the engine is closed. NOMEM, CLOSED. */
TL_MUST_USE mtp_cause mtp_engine_destroy_key(mtp_engine *engine);

/* Ends every query with FAILED (reason MTP_ERR_CLOSED); nothing is sent any more. */
void mtp_engine_close(mtp_engine *engine);

/* ---- the connection ---- */

/* A transport that carries packets is there / is gone. Both may be repeated. After RECONNECT
 * nothing is taken or given before the next mtp_engine_connected(). */
void mtp_engine_connected(mtp_engine *engine, mtp_now now);
void mtp_engine_disconnected(mtp_engine *engine, mtp_now now);

/* One packet, without the transport's framing. OK also when it was a duplicate. REJECTED: drop the
 * connection, make a new one. NOMEM: the same (the server sends it again). CLOSED. Takes in a
 * bounded piece of it; when mtp_engine_busy() then, the rest comes with mtp_engine_resume(). */
TL_MUST_USE mtp_cause mtp_engine_recv(mtp_engine *engine, const uint8_t *packet, size_t size,
                                      mtp_now now);

/* Whether a packet is only taken in in part: the deadline is then now. */
bool mtp_engine_busy(const mtp_engine *engine);
/* Takes in the next piece, as large as config.max_work. What is wrong with it raises RECONNECT.
 * Hand no other packet to an engine that is busy: it would take in all of the first at once. */
void mtp_engine_resume(mtp_engine *engine, mtp_now now);

typedef struct mtp_packet_info {
  bool quick_ack;       /* set the quick-ack bit of the framing */
  uint32_t token;       /* what the server will answer it with; bit 31 set (TR-5) */
  bool long_poll;       /* http only: the request that carries it waits (http_wait) */
  uint32_t max_wait_ms; /* long_poll: for so long at most */
  uint32_t messages;    /* in it */
} mtp_packet_info;

/* Appends the next packet to out. NOTHING when there is none (also when not connected). NOMEM: out
 * is as it was, try again later. RANDOM, CLOSED. info may be NULL. Runs due timers first. */
TL_MUST_USE mtp_cause mtp_engine_poll_packet(mtp_engine *engine, mtp_now now, tl_buffer *out,
                                             mtp_packet_info *info);

/* The transport delivered a quick ack: ACKED (quick) is raised for the queries it was for. */
void mtp_engine_quick_ack(mtp_engine *engine, uint32_t token);
/* http only: a request that carried a long poll has been answered (its content, if any, goes to
 * mtp_engine_recv()). */
void mtp_engine_long_poll_done(mtp_engine *engine, mtp_now now);

/* So many bytes came of a packet that is not whole yet, or the other side took so many of ours: no
 * pong is missing while at least a kilobyte a second moves, but for five periods of pings at the
 * most. Bytes are no sign of life (LV-1). */
void mtp_engine_moved(mtp_engine *engine, size_t bytes, mtp_now now);
/* When what is missing from then on is given up, by the same rule. */
int64_t mtp_engine_patience(const mtp_engine *engine, int64_t missing);
/* The connection may be dead: a ping is sent at once, and RECONNECT raised when nothing comes. */
void mtp_engine_probe(mtp_engine *engine);
/* The machine has slept, or its clock was set: what is known of the server's time counts as a guess
 * again. */
void mtp_engine_slept(mtp_engine *engine);

/* When mtp_engine_tick() is due, by the monotonic clock; INT64_MAX: never. */
int64_t mtp_engine_deadline(const mtp_engine *engine, mtp_now now);
/* The same while nothing can be sent: without the time by which something is to leave, which would
 * only pass again and again. */
int64_t mtp_engine_timers_deadline(const mtp_engine *engine, mtp_now now);
/* Runs the timers that are due: acknowledgements, pings, missing pongs, salts. */
void mtp_engine_tick(mtp_engine *engine, mtp_now now);

/* Wipes and gives back the memory of working buffers: for an engine that has nothing to do. */
void mtp_engine_trim(mtp_engine *engine);

#endif
