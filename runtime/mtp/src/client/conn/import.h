/* The import of the authorization. */
#ifndef MTP_CLIENT_CONN_IMPORT_H
#define MTP_CLIENT_CONN_IMPORT_H

#include "client/conn/conn.h"

bool mtp_import_needed(const mtp_conn *conn);
/* Another connection under the same key is at it. */
bool mtp_import_is_elsewhere(const mtp_conn *conn);
void mtp_import_start(mtp_conn *conn);

#endif
