/* msgs_state_req#da69fb52 msg_ids:Vector<long> = MsgsStateReq: the server asks what has come. */
#include "state_of.h"

#include <mt/mt.h>

mtp_engine_status mtp_handle_msgs_state_req(mtp_engine *engine, mtp_rx *rx, const mtp_inbound *in) {
  const void *args;
  mtp_engine_status status = mtp_decode(rx, in->body, &args);
  const mt_msgs_state_req *request = args;
  return request ? mtp_tell_states(engine, rx, in->msg_id, &request->msg_ids) : status;
}
