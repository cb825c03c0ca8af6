/* A step that opens the gate. */
#ifndef MTP_CLIENT_CONN_STEP_H
#define MTP_CLIENT_CONN_STEP_H

#include "client/conn/conn.h"

enum { MTP_STEP_MS = 30000 }; /* the server has so long to answer one */

extern const mtp_call_options mtp_step_options;

/* False: it could not be begun, and the connection has failed. init: in initConnection. */
bool mtp_step_begin(mtp_conn *conn, const tl_call *what, mtp_call_done done, bool init);
/* A failure of the connection, unless the server has said why in words. */
void mtp_step_failed(mtp_conn *conn, const mtp_error *error);

#endif
