/* The connections of a client. */
#ifndef MTP_CLIENT_CONN_CONNS_H
#define MTP_CLIENT_CONN_CONNS_H

#include "client/conn/conn.h"

/* The connection, made if it does not exist yet; NULL when out of memory or randomness. */
mtp_conn *mtp_conn_get(mtp_client *client, int32_t dc, const mtp_call_options *options);
mtp_conn *mtp_conn_home(mtp_client *client);
/* Where a call with these options goes. */
mtp_conn *mtp_conn_for(mtp_client *client, const mtp_call_options *options);
void mtp_conn_free(mtp_conn *conn);
TL_MUST_USE bool mtp_conn_make_engine(mtp_conn *conn);

#endif
