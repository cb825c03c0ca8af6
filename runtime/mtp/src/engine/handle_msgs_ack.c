/* msgs_ack#62d6b459 msg_ids:Vector<long> = MsgsAck: the server has these; their answers follow
 * (MS-7). */
#include "internal.h"

#include <mt/mt.h>

mtp_engine_status mtp_handle_msgs_ack(mtp_engine *engine, mtp_rx *rx, const mtp_inbound *in) {
  const void *args;
  mtp_engine_status status = mtp_decode(rx, in->body, &args);
  const mt_msgs_ack *ack = args;
  for (size_t i = 0; ack && i < ack->msg_ids.count; i++) {
    mtp_query *query = mtp_query_in_flight(engine, ack->msg_ids.items[i]);
    if (query)
      mtp_query_acked(engine, query, false);
  }
  return status;
}
