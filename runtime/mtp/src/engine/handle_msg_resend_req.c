/* msg_resend_req#7d861a08 msg_ids:Vector<long> = MsgResendReq: the server asks for messages of ours
 * again. Those that are not pending any more are answered with their states (MS-8, MS-14). */
#include "state_of.h"

#include <mt/mt.h>

mtp_engine_status mtp_handle_msg_resend_req(mtp_engine *engine, mtp_rx *rx, const mtp_inbound *in) {
  const void *args;
  mtp_engine_status status = mtp_decode(rx, in->body, &args);
  const mt_msg_resend_req *request = args;
  if (!request)
    return status;
  bool missing = false;
  for (size_t i = request->msg_ids.count; i > 0; i--) {
    mtp_query *query = mtp_query_in_flight(engine, request->msg_ids.items[i - 1]);
    if (query)
      mtp_query_requeue(engine, query);
    else
      missing = true;
  }
  return missing ? mtp_tell_states(engine, rx, in->msg_id, &request->msg_ids) : MTP_ENGINE_OK;
}
