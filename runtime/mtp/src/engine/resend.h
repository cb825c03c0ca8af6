/* What was sent and did not arrive, or may not have (MS-8, MS-9). */
#ifndef MTP_ENGINE_RESEND_H
#define MTP_ENGINE_RESEND_H

#include "queries.h"

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
/* Queries in flight under ids below first_id are unknown to the server (MS-8). */
void mtp_sent_forgotten(mtp_engine *engine, int64_t first_id);
/* Doubt about everything in flight, after the connection broke; of idempotent ones none is needed.
 */
void mtp_sent_doubt_all(mtp_engine *engine);
/* The connection is lost: queries `once` in flight are waited for so long and no longer. */
void mtp_sent_count_down(mtp_engine *engine, mtp_now now);
/* Gives up those whose time is over. */
void mtp_sent_give_up(mtp_engine *engine, mtp_now now);
/* The queries that have gone without acknowledgement for long. */
void mtp_sent_check_late(mtp_engine *engine, mtp_now now);

#endif
