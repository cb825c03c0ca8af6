/* msg_detailed_info#276d3ec6 msg_id:long answer_msg_id:long bytes:int status:int = MsgDetailedInfo:
 * there is an answer to msg_id; is it needed? (MS-14) */
#include "detailed.h"
#include "engine/internal.h"

#include <mt/mt.h>

/* Whether it is about to be asked for. What has been asked for may be announced anew. */
static bool asked_for(const mtp_engine *engine, int64_t answer_id) {
  for (size_t i = engine->wanted_kept.count; i < engine->wanted.count; i++)
    if (engine->wanted.items[i] == answer_id)
      return true;
  return false;
}

mtp_cause mtp_announced(mtp_rx *rx, int64_t answer_id, bool needed) {
  mtp_engine *engine = rx->engine;
  if (answer_id % 2 == 0)
    return MTP_OK;
  if (!needed || mtp_seen_check(&engine->seen, answer_id) == MTP_SEEN_DUPLICATE) {
    if (!mtp_ids_reserve(&engine->acks, rx->parsed->count + 1)) /* the packet's own still follow */
      return MTP_ERR_NOMEM;
    mtp_ack_add(engine, answer_id, rx->now);
    return MTP_OK;
  }
  if (asked_for(engine, answer_id))
    return MTP_OK;
  if (engine->wanted.count >= 2 * MTP_IDS_MAX || !mtp_ids_reserve(&engine->wanted, 1))
    return MTP_ERR_NOMEM; /* not taken in, so that the server announces it again */
  mtp_ids_push(&engine->wanted, answer_id);
  return MTP_OK;
}

mtp_cause mtp_handle_msg_detailed_info(mtp_rx *rx, const void *message) {
  mtp_engine *engine = rx->engine;
  const mt_msg_detailed_info *info = message;
  mtp_query *query = mtp_query_of(engine, info->msg_id);
  if (query && query->state == MTP_QUERY_FLIGHT)
    mtp_query_acked(engine, query, false);
  return mtp_announced(rx, info->answer_msg_id, query != NULL);
}
