/* Between the two files of the scripted data centre: packets here, messages there. */
#ifndef TESTS_MTP_FAKE_DC_RPC_H
#define TESTS_MTP_FAKE_DC_RPC_H

#include "crypto/seal.h"
#include "fake_dc.h"

void fake_send_packet(fake_conn *conn, const void *data, size_t size);
void fake_send_transport_error(fake_conn *conn, int32_t code);
void fake_take_plain(fake_dc *dc, fake_conn *conn, uint8_t *packet, size_t size);
void fake_take_sealed(fake_dc *dc, fake_conn *conn, int64_t key_id, uint8_t *packet, size_t size);

#endif
