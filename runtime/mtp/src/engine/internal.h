/* The inside of the session engine: what its files share. Nothing outside this folder includes it.
 *
 *   engine.c   life, key, connection        query.c    queries from submit to end
 *   pack.c     what goes into a packet      errands.c  messages of ours that are no queries
 *   send.c     packets out                  timers.c   what time alone brings about
 *   recv.c     packets in                   parse.c    a packet's messages
 *   resend.c   refused, lost, forgotten     event.c    what is told
 *   dispatch.c the table of the handlers    handle_*.c one service message each
 */
#ifndef MTP_ENGINE_INTERNAL_H
#define MTP_ENGINE_INTERNAL_H

#include "../crypto/seal.h"
#include "clock.h"
#include "engine.h"
#include "idmap.h"
#include "ids.h"
#include "salts.h"
#include "seen.h"

#define MTP_NEVER INT64_MAX

enum {
  MTP_IDS_MAX = 8192,        /* in one ack, state or resend request (MS-6) */
  MTP_SENT_RECENT = 64,      /* packets of ours that a refusal may name */
  MTP_QUERY_IDS = 4,         /* former ids of a query that an answer may still name */
  MTP_NOTES_MAX = 16,        /* answers to the server's own questions that wait to be sent */
  MTP_SALT_CHANGES = 5,      /* in a row, without anything else from the server (MS-10) */
  MTP_REFUSALS = 5,          /* of requests of our own, within a minute each (MS-9, MS-10) */
  MTP_KEPT_MS = 60000,       /* what was sent is forgotten when nothing was refused for so long */
  MTP_HELLO_MS = 250,        /* a new connection without a word of ours: a ping */
  MTP_LATE_MS = 30000,       /* a query without acknowledgement: its state is asked */
  MTP_STATE_GRACE_MS = 1000, /* for an answer after the pong that should have come behind it */
  MTP_STATE_TRIES = 3,       /* then the server does not know msgs_state_req */
  MTP_SALTS_MS = 60000,      /* between two get_future_salts */
  MTP_ERRAND_MS = 60000,     /* our own requests are forgotten when not answered */
  MTP_GZIP_LEAST = 256       /* queries below are not compressed (MS-5) */
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
  tl_buffer body; /* empty with build */
  int64_t param;
  int64_t ids[MTP_QUERY_IDS]; /* newest first; every one is in by_id */
  unsigned n_ids;
  int64_t new_id;    /* while packing */
  int64_t container; /* of the newest sending; 0: none */
  int64_t sent_ms;
  int64_t give_up_at; /* `once`, and its connection is lost: FAILED then; MTP_NEVER: it is not */
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

void mtp_queries_push_back(mtp_query_list *list, mtp_query *query);
void mtp_queries_push_front(mtp_query_list *list, mtp_query *query);
void mtp_queries_remove(mtp_query_list *list, mtp_query *query);

/* ---- what waits to be told ---- */

typedef struct mtp_update {
  struct mtp_update *next;
  tl_buffer body;
} mtp_update;

typedef struct mtp_told {
  uint32_t raised; /* 1 << type: those that are told once, with their newest values below */
  mtp_query *first_told, *last_told;
  mtp_query *first_end, *last_end;
  mtp_update *first_update, *last_update;
  mtp_reconnect_reason reason;
  int64_t unique_id, time_ms, rtt_ms;
  bool first_session, key_destroyed;
} mtp_told;

/* ---- messages of ours that are no queries ---- */

/* One that is sent and answered, at most one at a time. */
typedef struct mtp_errand {
  bool due;       /* to be sent with the next packet */
  int64_t msg_id; /* 0: none is out */
  int64_t container;
  int64_t sent_ms;
} mtp_errand;

/* How many at the front of a list have left with the newest packet that had any. They stay a while:
 * should that packet be refused, they are sent again (MS-9). */
typedef struct mtp_kept {
  size_t count;
  int64_t packet; /* its message id */
  int64_t sent_ms;
} mtp_kept;

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

  mtp_ids acks;   /* to be sent, but for acks_kept */
  int64_t ack_at; /* when */
  mtp_ids wanted; /* answers to be asked for by msg_resend_req, but for wanted_kept */
  mtp_note *notes;
  size_t n_notes;
  mtp_kept acks_kept, wanted_kept, notes_kept;

  mtp_errand ping, salts_request, state, poll;
  int64_t ping_value;        /* ping_id */
  int64_t ping_at, salts_at; /* next ones */
  int64_t hello_at;          /* a ping, so that the server learns what session this connection is
                                for; MTP_NEVER: something of ours told it */
  uint64_t pings;            /* sent so far */
  unsigned refusals;         /* of requests of our own, */
  int64_t refused_ms;        /* the newest of them then */
  int64_t heard_ms;          /* when the last packet was taken in */
  int64_t moved_ms;          /* when mtp_engine_moved() was last told */
  bool heard;                /* one has been, in this session */
  int64_t waiting_ms;        /* since when something of ours is without any sign; MTP_NEVER: not */
  mtp_ids state_ids;         /* what `state` asks about */
  int64_t state_until;
  unsigned state_tries; /* unanswered in a row */
  int64_t late_at;      /* when to look for late queries */
  int64_t give_up_at;   /* the first give_up_at of a query in flight; MTP_NEVER */

  bool renew;          /* a new session of ours is to come (MS-9) */
  int64_t renew_until; /* at the latest */

  int64_t reported_offset_ms; /* of the last TIME event */
  mtp_told events;
  tl_buffer scratch; /* a packet, plain */
  tl_buffer part;    /* one message of ours in the making */
};

/* ---- engine.c ---- */

/* A new session id, and everything of the former session forgotten; what is in flight goes back
 * into the queue, or fails if it is `once`. RANDOM: nothing has changed. */
TL_MUST_USE mtp_engine_status mtp_session_start(mtp_engine *engine);
/* RECONNECT; nothing is taken or given before the next connection. */
void mtp_session_break(mtp_engine *engine, mtp_reconnect_reason reason);
/* FATAL, and the end of every query. */
void mtp_session_fatal(mtp_engine *engine);
/* Tells the time offset if it has moved by more than a second. */
void mtp_session_tell_time(mtp_engine *engine, mtp_now now);
/* Unix seconds of the server. */
int64_t mtp_session_server_s(const mtp_engine *engine, mtp_now now);

/* ---- query.c ---- */

/* Queues one of our own requests; false when out of memory. */
bool mtp_query_errand(mtp_engine *engine, mtp_query_kind kind, uint32_t id, int64_t param);
/* Ends a query: its event is *end (the body is taken over) with token and user filled in. */
void mtp_query_end(mtp_engine *engine, mtp_query *query, const mtp_engine_event *end);
void mtp_query_fail(mtp_engine *engine, mtp_query *query, mtp_engine_fail fail, int32_t code);
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
void mtp_query_fail_all(mtp_engine *engine, mtp_engine_fail fail);

/* ---- event.c ---- */

enum { MTP_TOLD_SENT = 1, MTP_TOLD_ACKED = 2, MTP_TOLD_QUICK = 4 };

/* Tells something once, with its newest value (set in engine->events beforehand). */
void mtp_event_raise(mtp_engine *engine, mtp_engine_event_type type);
void mtp_event_ended(mtp_engine *engine, mtp_query *query); /* freed when it has been told */
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
/* Doubt about everything in flight, after the connection broke; of idempotent ones none is needed.
 */
void mtp_sent_doubt_all(mtp_engine *engine);
/* The connection is lost: queries `once` in flight are waited for so long and no longer. */
void mtp_sent_count_down(mtp_engine *engine, mtp_now now);
/* Gives up those whose time is over. */
void mtp_sent_give_up(mtp_engine *engine, mtp_now now);
/* It is due to be answered and was not: it is asked again, or given up. */
void mtp_state_overdue(mtp_engine *engine);
/* The queries that have gone without acknowledgement for long. */
void mtp_sent_check_late(mtp_engine *engine, mtp_now now);

/* ---- pack.c: what goes into a packet ---- */

/* A packet in the making. Until mtp_pack_commit() mtp_pack_rollback() puts everything back. */
typedef struct mtp_pack {
  mtp_engine *engine;
  mtp_now now;
  uint32_t count; /* messages so far; they lie in engine->scratch behind 8 bytes for the head */
  bool full;
  int64_t last_id; /* counters as they were */
  uint32_t content_count;
  mtp_query_list queries;
  size_t n_acks, n_wanted, n_notes;
  int64_t ping_id, salts_id, state_id, poll_id; /* message ids of errands in it; 0: not */
  bool quick_ack;
  mtp_message message; /* to be sealed */
  int64_t container;   /* its id; 0: a lone message */
} mtp_pack;

/* NOTHING, NOMEM; then nothing is to be rolled back. */
TL_MUST_USE mtp_engine_status mtp_pack_make(mtp_pack *pack, mtp_engine *engine, mtp_now now);
void mtp_pack_commit(mtp_pack *pack, uint32_t quick_token);
void mtp_pack_rollback(mtp_pack *pack);
/* Appends a message whose body is head and tail; *msg_id is made if it is 0. TOO_LARGE (full is
 * then set), NOMEM. */
TL_MUST_USE mtp_engine_status mtp_pack_add(mtp_pack *pack, bool content, tl_bytes head,
                                           tl_bytes tail, int64_t *msg_id);

/* ---- errands.c: what we send that is no query ---- */

/* What has to leave now. OK, NOMEM; what does not fit stays for the next packet. */
TL_MUST_USE mtp_engine_status mtp_pack_errands(mtp_pack *pack);
/* Acknowledgements that ride along. OK, NOMEM. */
TL_MUST_USE mtp_engine_status mtp_pack_acks(mtp_pack *pack);
bool mtp_acks_due(const mtp_engine *engine, mtp_now now);
void mtp_errands_commit(mtp_pack *pack);
void mtp_errands_rollback(mtp_pack *pack);
/* What was in that message or container, but for queries, has to be sent again. A server that
 * refuses again and again costs the connection. */
void mtp_errands_refused(mtp_engine *engine, int64_t msg_id);
/* How many acknowledgements are to be sent. */
size_t mtp_acks_waiting(const mtp_engine *engine);
/* Nothing is out: another connection, or another session. */
void mtp_errands_reset(mtp_engine *engine);
/* Whether msg_id is that of an errand that is out. */
bool mtp_errands_have(const mtp_engine *engine, int64_t msg_id);
/* An acknowledgement to be sent; there must be room in acks. */
void mtp_ack_add(mtp_engine *engine, int64_t msg_id, mtp_now now);
/* Queues an answer to the server, of which nothing is heard any more; left out when too many wait
 * (the server then asks again). false: out of memory. */
TL_MUST_USE bool mtp_note_add(mtp_engine *engine, uint32_t id, const void *args);
void mtp_notes_free(mtp_engine *engine, size_t n); /* the first n */

/* ---- parse.c: a packet's messages ---- */

typedef struct mtp_inbound {
  int64_t msg_id;
  int32_t seq_no;
  bool wrapper;    /* a container: its content follows as messages of their own */
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

/* Takes a packet's body apart: containers and gzip_packed, nested at most twice (MS-4). OK,
 * REJECTED, NOMEM; free it in any case. */
TL_MUST_USE mtp_engine_status mtp_parse_packet(mtp_parse *parse, const mtp_engine *engine,
                                               const mtp_message *message);
void mtp_parse_free(mtp_parse *parse);

/* ---- dispatch.c and handle_*.c ---- */

typedef struct mtp_rx {
  mtp_now now;
  mtp_parse *parse;
  struct tl_arena *arena; /* for what is decoded; lives as long as the packet is handled */
} mtp_rx;

/* OK or NOMEM: it was not handled, and will be when the server sends it again. */
typedef mtp_engine_status (*mtp_handler)(mtp_engine *engine, mtp_rx *rx, const mtp_inbound *in);

/* The handler of a message's constructor; NULL: not a service message that is handled. */
mtp_handler mtp_handler_of(uint32_t id);
/* Whether the schema of service messages has it. */
bool mtp_is_service(uint32_t id);
uint32_t mtp_id_of(tl_bytes body); /* the first four bytes; 0 if there are not as many */

/* Decodes a service message into the arena. *args is NULL when it is malformed (it is then ignored)
 * and the status OK; NOMEM. */
TL_MUST_USE mtp_engine_status mtp_decode(mtp_rx *rx, tl_bytes body, const void **args);
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
