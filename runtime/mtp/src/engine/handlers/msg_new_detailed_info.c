/* msg_new_detailed_info#809db6df answer_msg_id:long bytes:int status:int = MsgDetailedInfo: a
 * message of the server's own accord is there; has it come? (MS-14) */
#include "detailed.h"
#include "engine/internal.h"

#include <mt/mt.h>

mtp_cause mtp_handle_msg_new_detailed_info(mtp_rx *rx, const void *message) {
  const mt_msg_new_detailed_info *info = message;
  return mtp_announced(rx, info->answer_msg_id, true);
}
