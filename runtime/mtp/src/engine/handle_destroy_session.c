/* destroy_session_ok#e22045fc, destroy_session_none#62d350c9 session_id:long = DestroySessionRes
 * (MS-16). */
#include "internal.h"

#include <mt/mt.h>

mtp_engine_status mtp_handle_destroy_session(mtp_engine *engine, mtp_rx *rx,
                                             const mtp_inbound *in) {
  const void *args;
  mtp_engine_status status = mtp_decode(rx, in->body, &args);
  if (!args)
    return status;
  bool found = mtp_id_of(in->body) == 0xe22045fcu;
  int64_t session_id = found ? ((const mt_destroy_session_ok *)args)->session_id
                             : ((const mt_destroy_session_none *)args)->session_id;
  mtp_query *query = mtp_query_find_errand(engine, MTP_QUERY_DESTROY_SESSION, session_id);
  mtp_engine_event end = {
      .type = MTP_ENGINE_EVENT_SESSION_DESTROYED, .value = session_id, .found = found};
  tl_buffer_init(&end.body, engine->config.allocator, 0);
  if (query)
    mtp_query_end(engine, query, &end);
  return MTP_ENGINE_OK;
}
