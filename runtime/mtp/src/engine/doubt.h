/* Doubt about what was sent: whether the server has it is asked by msgs_state_req (MS-8, MS-14). */
#ifndef MTP_ENGINE_DOUBT_H
#define MTP_ENGINE_DOUBT_H

#include "pack.h"

/* The server is to be asked whether it has the query. */
void mtp_query_doubt(mtp_engine *engine, mtp_query *query, mtp_doubt why);
/* No query counts as asked for. */
void mtp_doubt_unask(mtp_engine *engine);
/* The request for the states of all doubtful queries, if it is due. OK, NOMEM, TOO_LARGE. */
TL_MUST_USE mtp_cause mtp_pack_state(mtp_pack *pack);
/* What the server says of one of our messages (MS-14), asked for or of its own accord: then it does
 * not make a query leave again that is `once`. */
void mtp_sent_state(mtp_engine *engine, int64_t msg_id, uint8_t state, bool asked);
/* The server wants a query in flight again: what is `once` ends instead, for it may have run. */
void mtp_sent_wanted(mtp_engine *engine, mtp_query *query);
/* The request for states has been answered, or will not be. */
void mtp_state_done(mtp_engine *engine, bool answered);
/* It is due to be answered and was not: it is asked again, or given up. */
void mtp_state_overdue(mtp_engine *engine);

#endif
