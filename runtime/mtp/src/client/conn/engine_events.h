/* The events of an engine. */
#ifndef MTP_CLIENT_CONN_ENGINE_EVENTS_H
#define MTP_CLIENT_CONN_ENGINE_EVENTS_H

#include "client/conn/conn.h"

/* Returns whether there were any. */
bool mtp_engine_events(mtp_conn *conn);

#endif
