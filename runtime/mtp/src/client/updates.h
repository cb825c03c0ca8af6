/* Updates of a client: the machine of updates/ with a connection, a clock and somebody who listens.
 */
#ifndef MTP_CLIENT_UPDATES_H
#define MTP_CLIENT_UPDATES_H

#include "client/conn/conn.h"

/* A message of the server that answers no call; takes the bytes. */
void mtp_updates_take_body(mtp_conn *conn, tl_buffer *body);
/* Updates may have been lost on the way. */
void mtp_updates_gap(mtp_conn *conn);
/* A connection carries packets: looks whether the one before took anything with it (UP-7). */
void mtp_updates_connected(mtp_conn *conn);
/* The machine has slept. */
void mtp_updates_slept(mtp_client *client);
/* An answer to a call, which may move the state too. channel_id: that the call was about; 0: none.
 */
void mtp_updates_account(mtp_client *client, const tl_value *value, uint16_t method,
                         int64_t channel_id);

/* Does nothing without options.keep_updates. NOMEM, RANDOM. */
TL_MUST_USE mtp_status mtp_updates_start(mtp_client *client);
/* Another user, or none: the state goes with him. */
void mtp_updates_forget(mtp_client *client);
void mtp_updates_stop(mtp_client *client);

#endif
