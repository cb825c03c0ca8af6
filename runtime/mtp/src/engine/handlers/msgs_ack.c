/* msgs_ack#62d6b459 msg_ids:Vector<long> = MsgsAck: the server has these; their answers follow
 * (MS-7). */
#include "engine/handlers.h"
#include "engine/internal.h"

#include <mt/mt.h>

mtp_cause mtp_handle_msgs_ack(mtp_rx *rx, const void *message) {
  mtp_engine *engine = rx->engine;
  const mt_msgs_ack *ack = message;
  for (size_t i = 0; i < ack->msg_ids.count; i++) {
    mtp_query *query = mtp_query_in_flight(engine, ack->msg_ids.items[i]);
    if (query)
      mtp_query_acked(engine, query, false);
  }
  return MTP_OK;
}
