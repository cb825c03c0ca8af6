/* msgs_all_info#8cc0d131 msg_ids:Vector<long> info:string = MsgsAllInfo: the server says on its own
 * what it has (MS-14). */
#include "engine/handlers.h"
#include "engine/internal.h"

#include <mt/mt.h>

mtp_cause mtp_handle_msgs_all_info(mtp_rx *rx, const void *message) {
  mtp_engine *engine = rx->engine;
  const mt_msgs_all_info *all = message;
  if (all->info.size != all->msg_ids.count)
    return MTP_OK;
  for (size_t i = all->info.size; i > 0; i--)
    mtp_sent_state(engine, all->msg_ids.items[i - 1], all->info.data[i - 1], false);
  return MTP_OK;
}
