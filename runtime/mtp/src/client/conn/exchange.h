/* A key exchange on a connection. */
#ifndef MTP_CLIENT_CONN_EXCHANGE_H
#define MTP_CLIENT_CONN_EXCHANGE_H

#include "client/conn/conn.h"
#include "now.h"

typedef struct mtp_exchanged {
  bool temporary;
  const uint8_t *key;
  int64_t salt, time_offset_ms;
  int64_t expires_at;
} mtp_exchanged;

void mtp_exchange_begin(mtp_conn *conn, bool temporary, mtp_now now);
/* Returns whether it is done: mtp_exchange_take() then. A failure is noted (outcome.h). */
bool mtp_exchange_packet(mtp_conn *conn, tl_bytes packet, mtp_now now);
/* The result of one that is done, which lives until mtp_exchange_destroy(). */
mtp_exchange *mtp_exchange_take(mtp_conn *conn, mtp_exchanged *out);
void mtp_exchange_destroy(const mtp_client *client, mtp_exchange *exchange);
/* Over HTTP: on another link, asks what was not answered on the one before. */
void mtp_exchange_resume(mtp_conn *conn);
void mtp_exchange_free(mtp_conn *conn);
int64_t mtp_exchange_deadline(const mtp_conn *conn);
void mtp_exchange_tick(mtp_conn *conn, mtp_now now);

#endif
