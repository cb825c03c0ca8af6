/* Data centres and their keys. */
#ifndef MTP_CLIENT_DC_DC_H
#define MTP_CLIENT_DC_DC_H

#include "client/conn/conn.h"

/* The permanent key that a connection is under, NULL if there is none. */
mtp_dc_key *mtp_conn_key(const mtp_conn *conn);
/* Whether another connection to the same place is making the key that is missing. */
bool mtp_conn_key_is_made(const mtp_conn *conn);
/* Whether it is the connection of calls to the home data centre. */
bool mtp_conn_is_home(const mtp_conn *conn);
/* Whether it is under the key that the user signed in with. */
bool mtp_conn_has_home_key(const mtp_conn *conn);

#endif
