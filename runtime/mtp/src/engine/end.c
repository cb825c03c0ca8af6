/* The ends: of a connection, and of everything. */
#include "internal.h"

void mtp_engine_close(mtp_engine *engine) {
  engine->closed = true;
  mtp_query_fail_all(engine, MTP_ENGINE_FAIL_CLOSED);
}

void mtp_engine_fatal(mtp_engine *engine) {
  mtp_engine_close(engine);
  mtp_tell(engine, MTP_ENGINE_EVENT_FATAL);
}

void mtp_engine_break(mtp_engine *engine, mtp_reconnect_reason reason) {
  if (engine->broken)
    return;
  engine->broken = true;
  engine->events.reason = reason;
  mtp_tell(engine, MTP_ENGINE_EVENT_RECONNECT);
}
