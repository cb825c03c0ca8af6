/* destroy_auth_key_ok#f660e1d4, destroy_auth_key_none#0a9f2259, destroy_auth_key_fail#ea109b13 =
 * DestroyAuthKeyRes (MS-16). */
#include "engine/handlers.h"
#include "engine/internal.h"

/* Ends the request for it; false when nobody asked. */
static bool asked(mtp_engine *engine, bool gone) {
  mtp_query *query = mtp_query_find_destroy(engine, MTP_QUERY_DESTROY_KEY, 0);
  if (!query)
    return false;
  mtp_query_fail(engine, query, MTP_ENGINE_REFUSED, 0);
  engine->events.key_destroyed = gone;
  return true;
}

static void destroyed(mtp_engine *engine) {
  if (!asked(engine, true))
    return;
  mtp_engine_close(engine);
  mtp_auth_key_wipe(&engine->key);
  engine->has_key = false;
}

mtp_cause mtp_handle_destroy_auth_key_ok(mtp_rx *rx, const void *message) {
  (void)message;
  destroyed(rx->engine);
  return MTP_OK;
}

mtp_cause mtp_handle_destroy_auth_key_none(mtp_rx *rx, const void *message) {
  (void)message;
  destroyed(rx->engine);
  return MTP_OK;
}

mtp_cause mtp_handle_destroy_auth_key_fail(mtp_rx *rx, const void *message) {
  (void)message;
  (void)asked(rx->engine, false);
  return MTP_OK;
}
