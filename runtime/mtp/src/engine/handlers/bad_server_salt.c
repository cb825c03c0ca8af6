/* bad_server_salt#edab447b bad_msg_id:long bad_msg_seqno:int error_code:int new_server_salt:long:
 * the salt is taken over and the message sent again, if it was ours (MS-10). */
#include "engine/handlers.h"
#include "engine/internal.h"

#include <mt/mt.h>

mtp_cause mtp_handle_bad_server_salt(mtp_rx *rx, const void *message) {
  mtp_engine *engine = rx->engine;
  const mt_bad_server_salt *bad = message;
  if (!mtp_sent_recently(engine, bad->bad_msg_id))
    return MTP_OK;
  if (bad->new_server_salt != engine->salts.current) {
    mtp_salts_set(&engine->salts, bad->new_server_salt);
    mtp_tell(engine, MTP_ENGINE_EVENT_SALT);
    if (++engine->salt_changes > MTP_SALT_CHANGES)
      mtp_engine_break(engine, MTP_RECONNECT_SALT);
  }
  mtp_sent_refused(engine, bad->bad_msg_id, MTP_REFUSED_RESEND, bad->error_code);
  return MTP_OK;
}
