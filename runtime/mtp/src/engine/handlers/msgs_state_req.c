/* msgs_state_req#da69fb52 msg_ids:Vector<long> = MsgsStateReq: the server asks what has come. */
#include "engine/internal.h"
#include "states.h"

#include <mt/mt.h>

mtp_cause mtp_handle_msgs_state_req(mtp_rx *rx, const void *message) {
  const mt_msgs_state_req *request = message;
  return mtp_note_states(rx, rx->msg_id, &request->msg_ids);
}
