/* future_salts#ae500895 req_msg_id:long now:int salts:vector<future_salt> = FutureSalts: salts for
 * the hours to come, if we asked (MS-12). */
#include "engine/handlers.h"
#include "engine/internal.h"

#include <mt/mt.h>

static int64_t date(int32_t on_the_wire, int64_t now_s) {
  return mtp_time_near((uint32_t)on_the_wire, now_s);
}

mtp_cause mtp_handle_future_salts(mtp_rx *rx, const void *message) {
  mtp_engine *engine = rx->engine;
  const mt_future_salts *answer = message;
  if (!engine->salts_request.msg_id || answer->req_msg_id != engine->salts_request.msg_id)
    return MTP_OK;
  int64_t now_s = mtp_clock_s(&engine->clock, rx->now);
  mtp_salt list[64]; /* the server gives no more than that */
  size_t count = 0;
  for (; count < answer->salts.count && count < 64; count++)
    list[count] = (mtp_salt){.since = date(answer->salts.items[count]->valid_since, now_s),
                             .until = date(answer->salts.items[count]->valid_until, now_s),
                             .salt = answer->salts.items[count]->salt};
  engine->salts_request.msg_id = 0;
  mtp_salts_learn(&engine->salts, list, count, now_s);
  if (mtp_salts_advance(&engine->salts, now_s))
    mtp_tell(engine, MTP_ENGINE_EVENT_SALT);
  return MTP_OK;
}
