/* pong#347773c5 msg_id:long ping_id:long = Pong: the connection lives (MS-13). */
#include "engine/handlers.h"
#include "engine/internal.h"

#include <mt/mt.h>

mtp_cause mtp_handle_pong(mtp_rx *rx, const void *message) {
  mtp_engine *engine = rx->engine;
  const mt_pong *pong = message;
  if (!engine->ping.msg_id || pong->ping_id != engine->ping_value)
    return MTP_OK;
  if (mtp_clock_doubted(&engine->clock)) {
    mtp_clock_correct(&engine->clock, rx->msg_id, rx->now);
    mtp_sent_doubt_all(engine); /* what was refused meanwhile may have been answers */
  }
  engine->events.rtt_ms = rx->now.monotonic_ms - engine->ping.sent_ms;
  mtp_tell(engine, MTP_ENGINE_EVENT_PONG);
  bool with_state =
      engine->state.msg_id && mtp_id_before(engine->state.msg_id, engine->ping.msg_id);
  engine->ping.msg_id = 0;
  int64_t until = rx->now.monotonic_ms + MTP_STATE_GRACE_MS;
  if (with_state && until < engine->state_until) /* asked before the ping, and no answer yet */
    engine->state_until = until;
  return MTP_OK;
}
