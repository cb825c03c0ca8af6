/* msg_new_detailed_info#809db6df answer_msg_id:long bytes:int status:int = MsgDetailedInfo: a
 * message of the server's own accord is there; has it come? (MS-14) */
#include "detailed.h"

#include <mt/mt.h>

mtp_engine_status mtp_handle_msg_new_detailed_info(mtp_engine *engine, mtp_rx *rx,
                                                   const mtp_inbound *in) {
  const void *args;
  mtp_engine_status status = mtp_decode(rx, in->body, &args);
  const mt_msg_new_detailed_info *info = args;
  return info ? mtp_answer_announced(engine, rx, info->answer_msg_id, true) : status;
}
