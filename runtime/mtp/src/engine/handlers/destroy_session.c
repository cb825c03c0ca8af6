/* destroy_session_ok#e22045fc, destroy_session_none#62d350c9 session_id:long = DestroySessionRes
 * (MS-16). */
#include "engine/handlers.h"
#include "engine/internal.h"

#include <mt/mt.h>

static mtp_cause destroyed(mtp_engine *engine, int64_t session_id, bool found) {
  mtp_query *query = mtp_query_find_destroy(engine, MTP_QUERY_DESTROY_SESSION, session_id);
  mtp_engine_event end = {
      .type = MTP_ENGINE_EVENT_SESSION_DESTROYED, .value = session_id, .found = found};
  tl_buffer_init(&end.body, engine->config.allocator, 0);
  if (query)
    mtp_query_end(engine, query, &end);
  return MTP_OK;
}

mtp_cause mtp_handle_destroy_session_ok(mtp_rx *rx, const void *message) {
  return destroyed(rx->engine, ((const mt_destroy_session_ok *)message)->session_id, true);
}

mtp_cause mtp_handle_destroy_session_none(mtp_rx *rx, const void *message) {
  return destroyed(rx->engine, ((const mt_destroy_session_none *)message)->session_id, false);
}
