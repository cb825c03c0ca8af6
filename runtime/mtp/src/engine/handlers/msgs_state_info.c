/* msgs_state_info#04deb57d req_msg_id:long info:string = MsgsStateInfo: what the server has of the
 * messages that we asked about; one byte each (MS-14). */
#include "engine/handlers.h"
#include "engine/internal.h"

#include <mt/mt.h>

mtp_cause mtp_handle_msgs_state_info(mtp_rx *rx, const void *message) {
  mtp_engine *engine = rx->engine;
  const mt_msgs_state_info *answer = message;
  if (!engine->state.msg_id || answer->req_msg_id != engine->state.msg_id ||
      answer->info.size != engine->state_ids.count)
    return MTP_OK;
  for (size_t i = answer->info.size; i > 0; i--) /* so that what is sent again keeps its order */
    mtp_sent_state(engine, engine->state_ids.items[i - 1], answer->info.data[i - 1], true);
  mtp_state_done(engine, true);
  return MTP_OK;
}
