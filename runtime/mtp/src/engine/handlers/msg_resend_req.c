/* msg_resend_req#7d861a08 msg_ids:Vector<long> = MsgResendReq: the server asks for messages of ours
 * again. Those that are not pending any more are answered with their states (MS-8, MS-14). */
#include "engine/internal.h"
#include "states.h"

#include <mt/mt.h>

mtp_cause mtp_handle_msg_resend_req(mtp_rx *rx, const void *message) {
  mtp_engine *engine = rx->engine;
  const mt_msg_resend_req *request = message;
  bool missing = false;
  for (size_t i = request->msg_ids.count; i > 0; i--) {
    mtp_query *query = mtp_query_in_flight(engine, request->msg_ids.items[i - 1]);
    if (!query)
      missing = true;
    else if (!query->options.once) /* that one has left, and waits for its answer */
      mtp_query_requeue(engine, query);
  }
  return missing ? mtp_note_states(rx, rx->msg_id, &request->msg_ids) : MTP_OK;
}
