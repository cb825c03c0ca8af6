/* The session engine: one MTProto 2.0 session over one authorization key, without clock, socket,
 * thread or global. Bytes and time go in; packets for the transport, a deadline and events come
 * out.
 *
 *   mtp_engine_new(&config, &engine);
 *   mtp_engine_set_key(engine, &key, now);
 *   mtp_engine_submit(engine, body, size, &options, &token);
 *   mtp_engine_connected(engine, now);                        (the transport is up)
 *   while (mtp_engine_poll_packet(engine, now, &packet, &info) == MTP_ENGINE_OK) send(packet);
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

#include <mtp/rng.h>
#include <tl/buffer.h>

#include "now.h"

typedef struct mtp_engine mtp_engine;
typedef uint64_t mtp_token; /* a submitted query, never used twice by one engine; 0 is none */

typedef enum mtp_engine_status {
  MTP_ENGINE_OK = 0,
  MTP_ENGINE_NOTHING,   /* nothing to send */
  MTP_ENGINE_REJECTED,  /* the packet failed a check; nothing of it was used, RECONNECT is raised */
  MTP_ENGINE_NOMEM,     /* nothing was done */
  MTP_ENGINE_RANDOM,    /* no randomness: nothing was sent, FATAL is raised (RB-3) */
  MTP_ENGINE_TOO_LARGE, /* a query that fits in no packet (MS-3) */
  MTP_ENGINE_ARGUMENT,  /* no key yet, a size that is no multiple of 4, ... */
  MTP_ENGINE_CLOSED     /* after mtp_engine_close() or FATAL */
} mtp_engine_status;

/* "ok", "rejected", ... */
const char *mtp_engine_status_name(mtp_engine_status status);

/* Choices for one engine; mtp_engine_config_init() gives the defaults named here. Times are
 * milliseconds. allocator and rng are borrowed and must outlive the engine. */
typedef struct mtp_engine_config {
  const tl_allocator *allocator; /* NULL: malloc */
  const mtp_rng *rng;            /* NULL: the system's */
  bool padded;           /* a transport that pads packets: incoming ones are trimmed (TR-8) */
  bool http;             /* HTTP transport: http_wait instead of pings (MS-17) */
  bool no_gzip;          /* never compress queries; false */
  bool no_future_salts;  /* do not ask for salts ahead of time; false */
  uint32_t ping_ms;      /* ping_delay_disconnect every so often; 60000, 0: never */
  uint32_t ping_delay_s; /* the server is to disconnect after this silence; 75 */
  uint32_t pong_ms;      /* no pong within: RECONNECT; 15000 */
  uint32_t probe_ms;     /* a query without any sign from the server for so long: ping; 10000 */
  uint32_t ack_ms;       /* acknowledgements wait at most; 15000 */
  uint32_t ack_count;    /* more than so many pending are sent at once; 16 */
  uint32_t state_ms;     /* msgs_state_req is sent three times, so far apart, then given up; 8000 */
  uint32_t once_ms;      /* a query `once` in flight on a lost connection: known by then, or
                            FAILED; 10000 */
  uint32_t drain_ms;     /* before a new session of ours: wait for answers at most; 5000 */
  uint32_t http_max_delay, http_wait_after, http_max_wait; /* 0, 0, 25000 */
  uint32_t max_tries;    /* of one query that the server refuses (MS-9, MS-10); 6 */
  size_t max_inflated;   /* one packet's gzip content at most, bytes; 32 MiB (MS-5) */
  size_t max_container;  /* bytes of one outgoing container; 1044448 (MS-3) */
  uint32_t max_messages; /* in one outgoing container; 1000 (MS-3) */
} mtp_engine_config;

void mtp_engine_config_init(mtp_engine_config *config);

/* NOMEM, ARGUMENT. On failure *out is NULL. */
TL_MUST_USE mtp_engine_status mtp_engine_new(const mtp_engine_config *config, mtp_engine **out);
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
 * (MTP_ENGINE_FAIL_UNKNOWN). May be called connected or not; on a live connection the next packet
 * uses the new key. RANDOM. */
TL_MUST_USE mtp_engine_status mtp_engine_set_key(mtp_engine *engine, const mtp_engine_key *key,
                                                 mtp_now now);
/* 0 until there is a key. */
int64_t mtp_engine_key_id(const mtp_engine *engine);
int64_t mtp_engine_session_id(const mtp_engine *engine);
int64_t mtp_engine_salt(const mtp_engine *engine, mtp_now now);
/* Server time, unix milliseconds. Until synchronised it is a guess. */
int64_t mtp_engine_server_ms(const mtp_engine *engine, mtp_now now);

/* While held, only queries with .unheld leave (an unbound temporary key may call only
 * auth.bindTempAuthKey, PF-1). Starts not held. */
void mtp_engine_hold(mtp_engine *engine, bool held);

/* ---- queries ---- */

/* Makes the body of a query that has to know its own message id (auth.bindTempAuthKey, PF-3):
 * called whenever the query is (re)sent, from mtp_engine_poll_packet(); appends to out at most
 * `max_size` of the options. Anything but TL_OK ends the query with FAILED (MTP_ENGINE_FAIL_BUILD).
 * It must not call the engine. */
typedef tl_status (*mtp_engine_build)(void *ctx, int64_t msg_id, int64_t session_id,
                                      tl_buffer *out);

typedef struct mtp_query_options {
  mtp_token after; /* wrapped in invokeAfterMsg of that query while it has not ended; not sent
                      before it. 0: no order */
  bool no_gzip;
  bool urgent;     /* before all that is queued and not urgent */
  bool unheld;     /* leaves even while the engine is held */
  bool alone;      /* never in a container with other queries */
  bool idempotent; /* after a reconnect send again at once, without asking for its state */
  bool once; /* rather FAILED (MTP_ENGINE_FAIL_UNKNOWN) than sent again when the server cannot say
                whether it has it, and once_ms after the connection broke without an answer.
                Otherwise it is sent again then */
  bool quick_ack;         /* ask the transport for a quick ack of its packet (TR-5) */
  bool progress;          /* raise SENT, ACKED for it */
  mtp_engine_build build; /* instead of body and size */
  void *build_ctx;
  size_t max_size; /* of what build appends, bytes; 0: 4096 */
  void *user;      /* handed back in its events */
} mtp_query_options;

/* Queues a query: an API function serialized with whatever wrappers it needs, size a multiple of 4.
 * Copied (compressed if that is worth it). options may be NULL. *token may be NULL. NOMEM,
 * ARGUMENT, TOO_LARGE, CLOSED: nothing was queued, no event will come. */
TL_MUST_USE mtp_engine_status mtp_engine_submit(mtp_engine *engine, const void *body, size_t size,
                                                const mtp_query_options *options, mtp_token *token);

/* Takes a query back: FAILED (MTP_ENGINE_FAIL_CANCELLED) is raised at once; if it had left, the
 * server is told (rpc_drop_answer) and a late answer is acknowledged and ignored (MS-15). An
 * unknown token is ignored. */
void mtp_engine_cancel(mtp_engine *engine, mtp_token token);

/* The message id under which the query is in flight; 0 if it is not. */
int64_t mtp_engine_msg_id(const mtp_engine *engine, mtp_token token);
/* Queries that have not ended. */
size_t mtp_engine_pending(const mtp_engine *engine);

/* Asks the server to forget another session of this key (MS-16): SESSION_DESTROYED follows. NOMEM,
 * ARGUMENT (the current session), CLOSED. */
TL_MUST_USE mtp_engine_status mtp_engine_destroy_session(mtp_engine *engine, int64_t session_id);
/* Asks the server to destroy the key: KEY_DESTROYED follows; on success every query has ended, the
 * key is wiped, and the engine is closed. NOMEM, CLOSED. */
TL_MUST_USE mtp_engine_status mtp_engine_destroy_key(mtp_engine *engine);

/* Ends every query with FAILED (reason MTP_ENGINE_FAIL_CLOSED); nothing is sent any more. */
void mtp_engine_close(mtp_engine *engine);

/* ---- the connection ---- */

/* A transport that carries packets is there / is gone. Both may be repeated. After RECONNECT
 * nothing is taken or given before the next mtp_engine_connected(). */
void mtp_engine_connected(mtp_engine *engine, mtp_now now);
void mtp_engine_disconnected(mtp_engine *engine, mtp_now now);

/* One packet, without the transport's framing. OK also when it was a duplicate. REJECTED: drop the
 * connection, make a new one. NOMEM: the same (the server sends it again). CLOSED. */
TL_MUST_USE mtp_engine_status mtp_engine_recv(mtp_engine *engine, const uint8_t *packet,
                                              size_t size, mtp_now now);

typedef struct mtp_packet_info {
  bool quick_ack;       /* set the quick-ack bit of the framing */
  uint32_t token;       /* what the server will answer it with; bit 31 set (TR-5) */
  bool long_poll;       /* http only: the request that carries it waits (http_wait) */
  uint32_t max_wait_ms; /* long_poll: for so long at most */
  uint32_t messages;    /* in it */
} mtp_packet_info;

/* Appends the next packet to out. NOTHING when there is none (also when not connected). NOMEM: out
 * is as it was, try again later. RANDOM, CLOSED. info may be NULL. Runs due timers first. */
TL_MUST_USE mtp_engine_status mtp_engine_poll_packet(mtp_engine *engine, mtp_now now,
                                                     tl_buffer *out, mtp_packet_info *info);

/* The transport delivered a quick ack: ACKED (quick) is raised for the queries it was for. */
void mtp_engine_quick_ack(mtp_engine *engine, uint32_t token);
/* http only: a request that carried a long poll has been answered (its content, if any, goes to
 * mtp_engine_recv()). */
void mtp_engine_long_poll_done(mtp_engine *engine, mtp_now now);

/* Bytes came that are not a whole packet yet, or the other side made room for some of ours: as long
 * as that goes on, no pong is missing. */
void mtp_engine_moved(mtp_engine *engine, mtp_now now);
/* The connection may be dead: a ping is sent at once, and RECONNECT raised when nothing comes. */
void mtp_engine_probe(mtp_engine *engine);

/* When mtp_engine_tick() is due, by the monotonic clock; INT64_MAX: never. */
int64_t mtp_engine_deadline(const mtp_engine *engine, mtp_now now);
/* Runs the timers that are due: acknowledgements, pings, missing pongs, salts. */
void mtp_engine_tick(mtp_engine *engine, mtp_now now);

/* Wipes and gives back the memory of working buffers: for an engine that has nothing to do. */
void mtp_engine_trim(mtp_engine *engine);

/* ---- events ---- */

typedef enum mtp_engine_fail {
  MTP_ENGINE_FAIL_NONE = 0,
  MTP_ENGINE_FAIL_CANCELLED, /* mtp_engine_cancel() */
  MTP_ENGINE_FAIL_CLOSED,    /* mtp_engine_close(), FATAL or a destroyed key */
  MTP_ENGINE_FAIL_UNKNOWN,   /* `once`, and the server cannot say whether it has it */
  MTP_ENGINE_FAIL_REFUSED,   /* the server refused it max_tries times; code is the last bad_msg code
                              */
  MTP_ENGINE_FAIL_GZIP,   /* the answer is not valid gzip, or inflates beyond the cap; body is the
                      packed   data */
  MTP_ENGINE_FAIL_DECODE, /* the answer is too short to be one; body is what came */
  MTP_ENGINE_FAIL_BUILD,  /* build() failed or made too much */
  MTP_ENGINE_FAIL_NOMEM   /* no memory for the answer, which is lost */
} mtp_engine_fail;

typedef enum mtp_reconnect_reason {
  MTP_RECONNECT_NONE = 0,
  MTP_RECONNECT_PACKET, /* a packet failed a check (EN-13) */
  MTP_RECONNECT_PONG,   /* no pong (MS-13) */
  MTP_RECONNECT_SALT,   /* the server's salt keeps changing (MS-10) */
  MTP_RECONNECT_MEMORY, /* a packet could not be taken in */
  MTP_RECONNECT_REFUSED /* requests of our own are refused again and again (MS-9) */
} mtp_reconnect_reason;

typedef enum mtp_engine_event_type {
  MTP_ENGINE_EVENT_RESULT,      /* token, user, body: the answer, unzipped, not empty */
  MTP_ENGINE_EVENT_RPC_ERROR,   /* token, user, code, body: the server's text, as it came */
  MTP_ENGINE_EVENT_FAILED,      /* token, user, fail, code, body */
  MTP_ENGINE_EVENT_SENT,        /* token, user, msg_id: put in a packet (progress) */
  MTP_ENGINE_EVENT_ACKED,       /* token, user, quick (progress) */
  MTP_ENGINE_EVENT_UPDATE,      /* body: a message that belongs to no query and is no service one */
  MTP_ENGINE_EVENT_UPDATES_GAP, /* a message that may have been an update was lost */
  MTP_ENGINE_EVENT_NEW_SESSION, /* the server made a session: updates may have been lost; value is
                                   its unique_id, first: first one of this session of ours */
  MTP_ENGINE_EVENT_SALT,        /* value: the salt to keep */
  MTP_ENGINE_EVENT_TIME,        /* value: server time - wall time, milliseconds */
  MTP_ENGINE_EVENT_SESSION_ID,  /* value: the session has a new id of ours (MS-9) */
  MTP_ENGINE_EVENT_PONG,        /* value: round trip, milliseconds */
  MTP_ENGINE_EVENT_RECONNECT,   /* reason: drop the connection and make another */
  MTP_ENGINE_EVENT_SESSION_DESTROYED, /* value: its id; found: the server had it */
  MTP_ENGINE_EVENT_KEY_DESTROYED,     /* destroyed: the key is gone; otherwise the server did not */
  MTP_ENGINE_EVENT_FATAL /* no randomness or broken cryptography: the engine is closed */
} mtp_engine_event_type;

typedef struct mtp_engine_event {
  mtp_engine_event_type type;
  mtp_token token;
  void *user;
  mtp_engine_fail fail;
  int32_t code;
  mtp_reconnect_reason reason;
  int64_t value, msg_id;
  bool quick, first, found, destroyed;
  tl_buffer body; /* yours: tl_buffer_free(&event.body), or move it elsewhere */
} mtp_engine_event;

/* Takes the next event; false when there is none. */
bool mtp_engine_next_event(mtp_engine *engine, mtp_engine_event *out);

/* "cancelled", ... / "packet", ... : for logs. */
const char *mtp_engine_fail_name(mtp_engine_fail fail);
const char *mtp_reconnect_name(mtp_reconnect_reason reason);

#endif
