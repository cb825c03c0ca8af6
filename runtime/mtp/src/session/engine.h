/* The inside of the session engine: what its files share. Nothing outside this folder includes it.
 *
 *   engine.c   life, key, connection        query.c    queries from submit to end
 *   pack.c     what goes into a packet      send.c     packets out, timers
 *   parse.c    a packet's messages          recv.c     packets in
 *   resend.c   refused, lost, new sessions  event.c    what is told
 *   handle_*.c one service message each     dispatch.c the table of them
 */
#ifndef MTP_SESSION_ENGINE_H
#define MTP_SESSION_ENGINE_H

#include "../crypto/seal.h"
#include "clock.h"
#include "idmap.h"
#include "ids.h"
#include "salts.h"
#include "seen.h"
#include "session.h"

#define MTP_NEVER INT64_MAX

enum {
  MTP_IDS_MAX = 8192,      /* in one ack, state or resend request (MS-6) */
  MTP_SENT_RECENT = 64,    /* packets of ours that a refusal may name */
  MTP_QUERY_IDS = 4,       /* former ids of a query that an answer may still name */
  MTP_NOTES_MAX = 16,      /* answers to the server's own questions that wait to be sent */
  MTP_SALT_CHANGES = 5,    /* in a row, without anything else from the server (MS-10) */
  MTP_LATE_MS = 30000,     /* a query without acknowledgement: its state is asked */
  MTP_STATE_GRACE_MS = 2000, /* a server that answered a later ping does not know msgs_state_req */
  MTP_SALTS_MS = 60000,    /* between two get_future_salts */
  MTP_ERRAND_MS = 60000,   /* our own requests are forgotten when not answered */
  MTP_GZIP_LEAST = 256     /* queries below are not compressed (MS-5) */
};

/* ---- queries ---- */

typedef enum mtp_query_kind {
  MTP_QUERY_USER,
  MTP_QUERY_DROP,            /* rpc_drop_answer */
  MTP_QUERY_DESTROY_SESSION, /* param: its id */
  MTP_QUERY_DESTROY_KEY
} mtp_query_kind;

typedef enum mtp_query_state {
  MTP_QUERY_QUEUED,
  MTP_QUERY_PACKING, /* in the packet that is being made */
  MTP_QUERY_FLIGHT,
  MTP_QUERY_ENDED /* its event waits to be taken */
} mtp_query_state;

/* Why the server has to be asked whether it has a query. */
typedef enum mtp_doubt {
  MTP_DOUBT_NONE,
  MTP_DOUBT_LATE, /* no acknowledgement for long: without an answer, nothing happens */
  MTP_DOUBT_LOST  /* the connection broke: without an answer, it is sent again (MS-8) */
} mtp_doubt;

typedef struct mtp_query mtp_query;
struct mtp_query {
  mtp_query *prev, *next; /* in the list of its state */
  mtp_query_kind kind;
  mtp_query_state state;
  mtp_query_options options;
  mtp_token token;
  uint8_t *body; /* owned; NULL with build */
  size_t size;
  int64_t param;
  int64_t ids[MTP_QUERY_IDS]; /* newest first; every one is in by_id */
  unsigned n_ids;
  int64_t new_id;    /* while packing */
  int64_t container; /* of the newest sending; 0: none */
  int64_t sent_ms;
  uint32_t quick_token;
  int32_t code; /* of the last refusal */
  unsigned tries;
  mtp_doubt doubt;
  bool acked;
  bool asked;    /* in the msgs_state_req that is out */
  bool wait_end; /* not before `after` has ended (AP-3) */
  unsigned told; /* progress that waits to be told */
  mtp_query *next_told;
  mtp_engine_event end;
  mtp_query *next_end;
};

typedef struct mtp_query_list {
  mtp_query *first, *last;
  size_t count;
} mtp_query_list;

void mtp_list_push_back(mtp_query_list *list, mtp_query *query);
void mtp_list_push_front(mtp_query_list *list, mtp_query *query);
void mtp_list_remove(mtp_query_list *list, mtp_query *query);

/* ---- what waits to be told ---- */

typedef struct mtp_update {
  struct mtp_update *next;
  tl_buffer body;
} mtp_update;

typedef struct mtp_events {
  uint32_t raised; /* 1 << type: those that are told once, with their newest values below */
  mtp_query *first_told, *last_told;
  mtp_query *first_end, *last_end;
  mtp_update *first_update, *last_update;
  mtp_reconnect_reason reason;
  int64_t unique_id, time_ms, rtt_ms;
  bool first_session, key_destroyed;
} mtp_events;

/* ---- messages of ours that are no queries ---- */

/* One that is sent and answered, at most one at a time. */
typedef struct mtp_errand {
  bool due;        /* to be sent with the next packet */
  int64_t msg_id;  /* 0: none is out */
  int64_t container;
  int64_t sent_ms;
} mtp_errand;

typedef struct mtp_note {
  struct mtp_note *next;
  size_t size;
  uint8_t body[];
} mtp_note;

struct mtp_engine {
  mtp_engine_config config;
  mtp_auth_key key;
  bool has_key, connected, broken, held, closed;

  int64_t session_id;
  int64_t old_sessions[2]; /* whose late packets are no reason to worry */
  int64_t unique_id;       /* of the newest new_session_created */
  bool created;            /* one has come in this session */
  uint32_t content_count;  /* n of MS-2 */
  mtp_clock clock;
  mtp_salts salts;
  unsigned salt_changes; /* in a row */
  mtp_seen seen;

  mtp_query_list queue[2]; /* urgent, others */
  mtp_query_list flight;   /* by the time of sending */
  mtp_idmap by_id, by_token;
  mtp_token last_token;
  size_t pending; /* of kind USER, not ended */

  int64_t recent[MTP_SENT_RECENT]; /* ids of our newest packets: containers and lone messages */
  unsigned n_recent;

  mtp_ids acks;   /* to be sent */
  int64_t ack_at; /* when */
  mtp_ids wanted; /* answers to be asked for by msg_resend_req */
  mtp_note *notes;
  unsigned n_notes;

  mtp_errand ping, salts_request, state, poll;
  int64_t ping_value;        /* ping_id */
  int64_t ping_at, salts_at; /* next ones */
  int64_t heard_ms;          /* when the last packet was taken in */
  int64_t waiting_ms;        /* since when something of ours is without any sign; MTP_NEVER: not */
  mtp_ids state_ids;         /* what `state` asks about */
  int64_t state_until;
  int64_t late_at; /* when to look for late queries */

  bool renew;          /* a new session of ours is to come (MS-9) */
  int64_t renew_until; /* at the latest */

  int64_t reported_offset_ms; /* of the last TIME event */
  mtp_events events;
  tl_buffer scratch;
};

/* ---- engine.c ---- */

/* A new session id, and everything of the former session forgotten. RANDOM. */
TL_MUST_USE mtp_engine_status mtp_session_start(mtp_engine *engine);
/* RECONNECT; nothing is taken or given before the next connection. */
void mtp_session_break(mtp_engine *engine, mtp_reconnect_reason reason);
void mtp_session_fatal(mtp_engine *engine);
/* Takes over a salt from the server; tells it. */
void mtp_session_set_salt(mtp_engine *engine, int64_t salt, mtp_now now);
/* Tells the time offset if it has moved by more than a second. */
void mtp_session_tell_time(mtp_engine *engine, mtp_now now);
/* Frees large buffers that are not in use, so that an idle engine is small. */
void mtp_session_trim(mtp_engine *engine);

/* ---- query.c ---- */

/* Queues one of our own requests; false when out of memory. */
bool mtp_query_errand(mtp_engine *engine, mtp_query_kind kind, uint32_t id, int64_t param);
/* Ends a query: its event carries what is in *end (type, fail, code, body: taken over). */
void mtp_query_end(mtp_engine *engine, mtp_query *query, const mtp_engine_event *end);
void mtp_query_fail(mtp_engine *engine, mtp_query *query, mtp_fail fail, int32_t code);
/* Back to the head of its queue, to be sent with a new id. */
void mtp_query_requeue(mtp_engine *engine, mtp_query *query);
/* It left under new_id, in that container (0: none). There must be room in by_id. */
void mtp_query_sent(mtp_engine *engine, mtp_query *query, int64_t container, mtp_now now);
void mtp_query_acked(mtp_engine *engine, mtp_query *query, bool quick);
/* Forgets every message id (they belong to a former session). */
void mtp_query_forget_ids(mtp_engine *engine, mtp_query *query);
/* The query that an answer to msg_id belongs to; NULL: none that is pending. */
mtp_query *mtp_query_of(const mtp_engine *engine, int64_t msg_id);
/* The same, only if that is its newest id and it is in flight. */
mtp_query *mtp_query_in_flight(const mtp_engine *engine, int64_t msg_id);
/* One of our own requests of that kind and parameter; NULL: none. */
mtp_query *mtp_query_find_errand(const mtp_engine *engine, mtp_query_kind kind, int64_t param);
void mtp_query_free(mtp_engine *engine, mtp_query *query);
void mtp_query_free_all(mtp_engine *engine);
void mtp_query_fail_all(mtp_engine *engine, mtp_fail fail);

/* ---- event.c ---- */

enum { MTP_TOLD_SENT = 1, MTP_TOLD_ACKED = 2, MTP_TOLD_QUICK = 4 };

void mtp_event_raise(mtp_engine *engine, mtp_engine_event_type type);
void mtp_event_ended(mtp_engine *engine, mtp_query *query);
void mtp_event_progress(mtp_engine *engine, mtp_query *query, unsigned what);
/* Copies body; out of memory raises UPDATES_GAP instead. */
void mtp_event_update(mtp_engine *engine, tl_bytes body);
void mtp_event_free_all(mtp_engine *engine);

/* ---- resend.c ---- */

/* What to do with a message that the server refused. */
typedef enum mtp_refusal {
  MTP_REFUSED_RESEND,
  MTP_REFUSED_ALONE, /* send again, without a container */
  MTP_REFUSED_ASK    /* ask for its state first */
} mtp_refusal;

/* Whether msg_id is a message or container of ours that a refusal can still be about. */
bool mtp_sent_recently(const mtp_engine *engine, int64_t msg_id);
/* Everything that msg_id stands for (a query, a container's content, an errand) was refused. */
void mtp_sent_refused(mtp_engine *engine, int64_t msg_id, mtp_refusal how, int32_t code);
/* A new session of ours follows, once what is in flight has been answered or refused. */
void mtp_session_renew_soon(mtp_engine *engine, mtp_now now);
/* Starts it if it is time. */
void mtp_session_renew_due(mtp_engine *engine, mtp_now now);
/* What the server says of one of our messages (MS-14). */
void mtp_sent_state(mtp_engine *engine, int64_t msg_id, uint8_t state);
/* The request for states has been answered, or will not be. */
void mtp_state_done(mtp_engine *engine, bool answered);
/* Queries in flight under ids below first_id are unknown to the server (MS-8). */
void mtp_sent_forgotten(mtp_engine *engine, int64_t first_id);
/* Doubt about everything in flight, after the connection broke; of idempotent ones none is needed. */
void mtp_sent_doubt_all(mtp_engine *engine);
/* The queries that have gone without acknowledgement for long. */
void mtp_sent_check_late(mtp_engine *engine, mtp_now now);

/* ---- pack.c: what goes into a packet ---- */

/* A packet in the making. Nothing in the engine has changed before mtp_pack_commit() but the
 * counters, which mtp_pack_rollback() puts back. */
typedef struct mtp_pack {
  mtp_engine *engine;
  mtp_now now;
  tl_buffer *out; /* room for the container's head, then its messages */
  uint32_t count;
  bool full;
  int64_t last_id;       /* counters as they were */
  uint32_t content_count;
  mtp_query_list queries;
  size_t n_acks, n_wanted;
  mtp_note *notes_end; /* the first that did not go in */
  bool in_ping, in_salts, in_state, in_poll;
  int64_t ping_id, salts_id, state_id, poll_id; /* message ids */
  mtp_message message; /* to be sealed */
  bool quick_ack;
} mtp_pack;

/* NOTHING, NOMEM; then nothing is to be rolled back. */
TL_MUST_USE mtp_engine_status mtp_pack_make(mtp_pack *pack, mtp_engine *engine, mtp_now now);
void mtp_pack_commit(mtp_pack *pack, uint32_t quick_token);
void mtp_pack_rollback(mtp_pack *pack);
/* Appends a message; false: does not fit (full is set), or out of memory. */
bool mtp_pack_raw(mtp_pack *pack, bool content, tl_bytes body, int64_t *msg_id);

/* ---- pack_errands.c: everything of ours that is no query ---- */

TL_MUST_USE mtp_engine_status mtp_pack_errands(mtp_pack *pack);
void mtp_pack_commit_errands(mtp_pack *pack, int64_t container);
/* The errands in that message or container have to be sent again. */
void mtp_errands_refused(mtp_engine *engine, int64_t msg_id);
void mtp_errands_reset(mtp_engine *engine); /* no connection: nothing is out */
/* Whether anything of them is due. */
bool mtp_errands_due(const mtp_engine *engine);
void mtp_notes_free(mtp_engine *engine);
/* Queues a message that is not content-related and needs no answer; dropped when there are too many
 * or no memory. */
void mtp_note_add(mtp_engine *engine, const tl_buffer *body);

/* ---- parse.c: a packet's messages ---- */

typedef struct mtp_inbound {
  int64_t msg_id;
  int32_t seq_no;
  bool wrapper;  /* a container: its content follows as messages of their own */
  bool unreadable; /* gzip that cannot be inflated */
  tl_bytes body;
} mtp_inbound;

typedef struct mtp_parse {
  const tl_allocator *allocator;
  mtp_inbound *messages;
  size_t count, capacity;
  tl_buffer *inflated; /* what bodies may point into */
  size_t n_inflated, cap_inflated;
  size_t budget; /* bytes that may still be inflated */
} mtp_parse;

/* Takes a packet's body apart: containers and gzip_packed, nested at most twice (MS-4). OK, REJECTED,
 * NOMEM; free it in any case. */
TL_MUST_USE mtp_engine_status mtp_parse_packet(mtp_parse *parse, const mtp_engine *engine,
                                               const mtp_message *message);
void mtp_parse_free(mtp_parse *parse);

/* ---- dispatch.c and handle_*.c ---- */

typedef struct mtp_rx {
  mtp_now now;
  mtp_parse *parse;
  struct tl_arena *arena; /* for what is decoded; lives as long as the packet is handled */
} mtp_rx;

/* NOMEM: it was not handled, and will be when the server sends it again. */
typedef mtp_engine_status (*mtp_handler)(mtp_engine *engine, mtp_rx *rx, const mtp_inbound *in);

/* The handler of a message's constructor; NULL: not a service message that is handled. */
mtp_handler mtp_handler_of(uint32_t id);
/* Whether the schema of service messages has it. */
bool mtp_is_service(uint32_t id);
uint32_t mtp_id_of(tl_bytes body); /* the first four bytes; 0 if there are not as many */

/* Decodes a service message into the arena. *args is NULL when it is malformed (it is then ignored)
 * and the status OK; NOMEM. */
TL_MUST_USE mtp_engine_status mtp_decode(mtp_rx *rx, const mtp_inbound *in, const void **args);
/* Appends a service message; false when out of memory. */
TL_MUST_USE bool mtp_encode(uint32_t id, const void *args, tl_buffer *out);

mtp_engine_status mtp_handle_rpc_result(mtp_engine *, mtp_rx *, const mtp_inbound *);
mtp_engine_status mtp_handle_msgs_ack(mtp_engine *, mtp_rx *, const mtp_inbound *);
mtp_engine_status mtp_handle_bad_msg_notification(mtp_engine *, mtp_rx *, const mtp_inbound *);
mtp_engine_status mtp_handle_bad_server_salt(mtp_engine *, mtp_rx *, const mtp_inbound *);
mtp_engine_status mtp_handle_new_session_created(mtp_engine *, mtp_rx *, const mtp_inbound *);
mtp_engine_status mtp_handle_pong(mtp_engine *, mtp_rx *, const mtp_inbound *);
mtp_engine_status mtp_handle_future_salts(mtp_engine *, mtp_rx *, const mtp_inbound *);
mtp_engine_status mtp_handle_msgs_state_req(mtp_engine *, mtp_rx *, const mtp_inbound *);
mtp_engine_status mtp_handle_msgs_state_info(mtp_engine *, mtp_rx *, const mtp_inbound *);
mtp_engine_status mtp_handle_msgs_all_info(mtp_engine *, mtp_rx *, const mtp_inbound *);
mtp_engine_status mtp_handle_msg_detailed_info(mtp_engine *, mtp_rx *, const mtp_inbound *);
mtp_engine_status mtp_handle_msg_new_detailed_info(mtp_engine *, mtp_rx *, const mtp_inbound *);
mtp_engine_status mtp_handle_msg_resend_req(mtp_engine *, mtp_rx *, const mtp_inbound *);
mtp_engine_status mtp_handle_destroy_session(mtp_engine *, mtp_rx *, const mtp_inbound *);
mtp_engine_status mtp_handle_destroy_auth_key(mtp_engine *, mtp_rx *, const mtp_inbound *);

#endif
