/* What a query is, and the lists that queries are in. */
#ifndef MTP_ENGINE_QUERIES_H
#define MTP_ENGINE_QUERIES_H

#include "events.h"
#include "submit.h"

enum { MTP_QUERY_IDS = 4 }; /* former ids of a query that an answer may still name */

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
  int32_t code;       /* of the last refusal */
  unsigned tries;     /* refusals (MS-9) */
  unsigned sends;     /* on this session (LV-6) */
  bool moved;         /* a session was ended for its sake */
  int64_t not_before; /* it may leave again then; 0: at once */
  mtp_doubt doubt;
  bool acked;
  bool asked;    /* in the msgs_state_req that is out */
  bool wait_end; /* not before `after` has ended (AP-3) */
  unsigned told; /* progress that waits to be told */
  mtp_query *next_told;
  mtp_query *next_destroy; /* in engine->destroys */
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

/* A query may carry a code or a token: wiped and freed. */
void mtp_query_drop_body(tl_buffer *body);
/* NULL is fine. */
void mtp_query_free(mtp_engine *engine, mtp_query *query);

#endif
