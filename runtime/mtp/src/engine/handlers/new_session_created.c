/* new_session_created#9ec20908 first_msg_id:long unique_id:long server_salt:long: the server began
 * a session; it knows nothing of earlier messages, and updates may have been lost (MS-8, MS-11). */
#include "engine/handlers.h"
#include "engine/internal.h"

#include <mt/mt.h>

mtp_cause mtp_handle_new_session_created(mtp_rx *rx, const void *message) {
  mtp_engine *engine = rx->engine;
  const mt_new_session_created *created = message;
  if (engine->created && engine->unique_id == created->unique_id)
    return MTP_OK;
  engine->events.first_session = !engine->created;
  engine->events.unique_id = engine->unique_id = created->unique_id;
  engine->created = true;
  mtp_tell(engine, MTP_ENGINE_EVENT_NEW_SESSION);
  if (created->server_salt != engine->salts.current) {
    mtp_salts_set(&engine->salts, created->server_salt);
    mtp_tell(engine, MTP_ENGINE_EVENT_SALT);
  }
  mtp_sent_forgotten(engine, created->first_msg_id);
  return MTP_OK;
}
