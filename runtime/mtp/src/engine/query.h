/* Queries from submit to end: their message ids, and that each ends once. */
#ifndef MTP_ENGINE_QUERY_H
#define MTP_ENGINE_QUERY_H

#include "queries.h"

/* Queues one of our own requests; false when out of memory. */
bool mtp_query_errand(mtp_engine *engine, mtp_query_kind kind, uint32_t id, int64_t param);
/* Ends a query: its event is *end (the body is taken over) with token and user filled in. */
void mtp_query_end(mtp_engine *engine, mtp_query *query, const mtp_engine_event *end);
void mtp_query_fail(mtp_engine *engine, mtp_query *query, mtp_cause fail, int32_t code);
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
/* One of our requests to destroy something, of that kind and parameter; NULL: none. */
mtp_query *mtp_query_find_destroy(const mtp_engine *engine, mtp_query_kind kind, int64_t param);
void mtp_query_fail_all(mtp_engine *engine, mtp_cause fail);

#endif
