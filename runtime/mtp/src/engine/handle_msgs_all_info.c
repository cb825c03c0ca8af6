/* msgs_all_info#8cc0d131 msg_ids:Vector<long> info:string = MsgsAllInfo: the server says on its own
 * what it has (MS-14). */
#include "internal.h"

#include <mt/mt.h>

mtp_engine_status mtp_handle_msgs_all_info(mtp_engine *engine, mtp_rx *rx, const mtp_inbound *in) {
  const void *args;
  mtp_engine_status status = mtp_decode(rx, in->body, &args);
  const mt_msgs_all_info *all = args;
  if (!all || all->info.size != all->msg_ids.count)
    return status;
  for (size_t i = all->info.size; i > 0; i--)
    mtp_sent_state(engine, all->msg_ids.items[i - 1], all->info.data[i - 1]);
  return MTP_ENGINE_OK;
}
