/* destroy_auth_key_ok#f660e1d4, destroy_auth_key_none#0a9f2259, destroy_auth_key_fail#ea109b13 =
 * DestroyAuthKeyRes (MS-16). */
#include "internal.h"

mtp_engine_status mtp_handle_destroy_auth_key(mtp_engine *engine, mtp_rx *rx,
                                              const mtp_inbound *in) {
  (void)rx;
  mtp_query *query = mtp_query_find_errand(engine, MTP_QUERY_DESTROY_KEY, 0);
  if (!query) /* nobody asked */
    return MTP_ENGINE_OK;
  bool gone = mtp_id_of(in->body) != 0xea109b13u;
  mtp_query_fail(engine, query, MTP_ENGINE_FAIL_REFUSED, 0);
  engine->events.key_destroyed = gone;
  if (!gone)
    return MTP_ENGINE_OK;
  mtp_engine_close(engine);
  mtp_auth_key_wipe(&engine->key);
  engine->has_key = false;
  return MTP_ENGINE_OK;
}
