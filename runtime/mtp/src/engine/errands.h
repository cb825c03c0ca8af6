/* Messages of ours that are no queries: acknowledgements, pings, requests for salts, states and
 * lost answers, http_wait, and answers to the server's own questions. */
#ifndef MTP_ENGINE_ERRANDS_H
#define MTP_ENGINE_ERRANDS_H

#include "pack.h"

/* What struct mtp_engine keeps of them is in errand.h. */

/* What has to leave now. OK, NOMEM; what does not fit stays for the next packet. */
TL_MUST_USE mtp_cause mtp_pack_errands(mtp_pack *pack);
/* Acknowledgements that ride along. OK, NOMEM. */
TL_MUST_USE mtp_cause mtp_pack_acks(mtp_pack *pack);
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

#endif
