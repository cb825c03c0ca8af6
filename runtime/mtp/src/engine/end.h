/* The ends: of a connection, and of everything. */
#ifndef MTP_ENGINE_END_H
#define MTP_ENGINE_END_H

#include "events.h"

/* RECONNECT; nothing is taken or given before the next connection. */
void mtp_engine_break(mtp_engine *engine, mtp_reconnect_reason reason);
/* FATAL, and the end of every query. */
void mtp_engine_fatal(mtp_engine *engine);

#endif
