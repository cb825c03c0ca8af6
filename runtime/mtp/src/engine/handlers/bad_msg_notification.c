/* bad_msg_notification#a7eff811 bad_msg_id:long bad_msg_seqno:int error_code:int: the server
 * refused a message or a container of ours (MS-9). */
#include "engine/handlers.h"
#include "engine/internal.h"

#include <mt/mt.h>

enum {
  BAD_ID_LOW = 16,
  BAD_ID_HIGH = 17,
  BAD_ID_BITS = 18,
  BAD_CONTAINER_ID = 19,
  BAD_TOO_OLD = 20,
  BAD_SEQ_LOW = 32,
  BAD_SEQ_HIGH = 33,
  BAD_SEQ_ODD = 34,
  BAD_SEQ_EVEN = 35,
  BAD_SALT = 48,
  BAD_CONTAINER = 64
};

static mtp_refusal react(mtp_engine *engine, const mtp_rx *rx, int64_t notice_id, int32_t code) {
  switch (code) {
  case BAD_ID_HIGH:
    mtp_clock_correct(&engine->clock, notice_id, rx->now);
    mtp_renew_soon(engine, rx->now); /* ids only grow: none would do before they fit */
    break;
  case BAD_ID_LOW:
    mtp_clock_correct(&engine->clock, notice_id, rx->now);
    break;
  case BAD_ID_BITS:
  case BAD_CONTAINER_ID:
  case BAD_SEQ_LOW:
  case BAD_SEQ_HIGH:
  case BAD_SEQ_ODD:
  case BAD_SEQ_EVEN:
    mtp_renew_soon(engine, rx->now);
    break;
  case BAD_TOO_OLD:
    return MTP_REFUSED_ASK;
  case BAD_SALT:
    engine->salts_at = rx->now.monotonic_ms;
    mtp_salts_set(&engine->salts, engine->salts.current);
    break;
  case BAD_CONTAINER:
    return MTP_REFUSED_ALONE;
  default:
    break;
  }
  return MTP_REFUSED_RESEND;
}

mtp_cause mtp_handle_bad_msg_notification(mtp_rx *rx, const void *message) {
  mtp_engine *engine = rx->engine;
  const mt_bad_msg_notification *bad = message;
  if (mtp_sent_recently(engine, bad->bad_msg_id)) {
    mtp_refusal how = react(engine, rx, rx->msg_id, bad->error_code);
    mtp_sent_refused(engine, bad->bad_msg_id, how, bad->error_code);
  }
  return MTP_OK;
}
