/* The way in: a decrypted message is checked, taken apart and handed to the service messages or to
 * the RPC layer. */
#ifndef TGDC_INCOMING_H
#define TGDC_INCOMING_H

#include "crypto/seal.h"
#include "dc.h"

/* One message as it stood in a packet or a container. */
typedef struct dc_incoming {
  tgdc *dc;
  tgdc_conn *conn;
  dc_key *key;
  dc_session *session; /* NULL once the message destroyed it */
  int64_t msg_id;
  int32_t seqno;
  int depth;           /* containers and gzip around it */
  bool delayed;        /* a deferred request that runs now: ordered delays have been served */
  const dc_rule *rule; /* the one that delayed it */
  int64_t waited;      /* a deferred request that waits for others: until when; else 0 */
} dc_incoming;

/* Everything that follows from a packet's contents, up to the answers leaving. */
void dc_incoming_packet(tgdc *dc, tgdc_conn *conn, dc_key *key, const mtp_message *message);
/* Takes one message's body, whatever it is. */
void dc_incoming_body(dc_incoming *in, const uint8_t *body, size_t size);
/* Tells the client what is wrong with the message: bad_msg_notification, 48: bad_server_salt. */
void dc_notify(dc_incoming *in, int32_t code);
/* Runs what a session had to defer and whose time has come, or that waited for what is done now.
 * The session, or NULL when one of them ended it. */
dc_session *dc_incoming_deferred(tgdc *dc, dc_session *session);
/* When the first deferred request of any session is due; INT64_MAX: none is. */
int64_t dc_deferred_deadline(const tgdc *dc);

/* service.c: the messages of the protocol itself. False: id is none of them. */
bool dc_service(dc_incoming *in, uint32_t id, const uint8_t *body, size_t size);

#endif
