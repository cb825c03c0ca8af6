/* The ends: of a connection, of a packet, and of everything. */
#include "internal.h"

void mtp_engine_close(mtp_engine *engine) {
  engine->closed = true;
  mtp_query_fail_all(engine, MTP_ERR_CLOSED);
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

void mtp_engine_intake_drop(mtp_engine *engine) {
  mtp_intake *intake = &engine->intake;
  mtp_packet_free(&intake->parsed);
  tl_buffer_wipe(&intake->packet);
  tl_buffer_free(&intake->packet);
  *intake = (mtp_intake){.parsed = {.allocator = engine->config.allocator}};
}
