/* Between the two files of the scripted data centre: packets here, messages there. */
#ifndef TESTS_MTP_FAKE_DC_RPC_H
#define TESTS_MTP_FAKE_DC_RPC_H

#include "crypto/seal.h"
#include "fake_dc.h"

void fake_send_packet(fake_conn *conn, const void *data, size_t size);
void fake_send_transport_error(fake_conn *conn, int32_t code);
void fake_take_plain(fake_dc *dc, fake_conn *conn, uint8_t *packet, size_t size);
void fake_take_sealed(fake_dc *dc, fake_conn *conn, int64_t key_id, uint8_t *packet, size_t size);

/* Messages of a service, such as a pong, are not acknowledged. */
typedef enum fake_kind { FAKE_ANSWER, FAKE_NEWS, FAKE_SERVICE } fake_kind;

/* For fake_sessions.c: an id of the server's (an answer's or not), messages in packets of their
 * own. */
int64_t fake_next_msg_id(fake_dc *dc, bool answer);
void fake_send_message(fake_dc *dc, fake_conn *conn, const fake_key *key, int64_t session_id,
                       const tl_buffer *body, fake_kind kind);
void fake_send_service(fake_dc *dc, const fake_call *call, const tl_object *object);

#endif
