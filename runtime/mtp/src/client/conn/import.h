/* The import of the authorization. */
#ifndef MTP_CLIENT_CONN_IMPORT_H
#define MTP_CLIENT_CONN_IMPORT_H

#include "client/conn/conn.h"

bool mtp_import_needed(const mtp_conn *conn);
/* Unless another connection under the same key is at it. */
void mtp_import_start(mtp_conn *conn);

#endif
