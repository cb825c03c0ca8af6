/* The records of fake TLS, for both sides: application data 17 03 03 len16, and the change cipher
 * spec 14 03 03 00 01 01 that TLS 1.3 sends for show (TR-13). */
#ifndef MTP_TRANSPORT_TLS_RECORD_H
#define MTP_TRANSPORT_TLS_RECORD_H

#include <tl/buffer.h>

#include "transport/failure.h"

#define MTP_TLS_RECORD_MAX         16640 /* 16384 + 256 */
#define MTP_TLS_WRITE_MAX          2878
#define MTP_TLS_HELLO_MAX          4096
#define MTP_TLS_RANDOM_AT          11 /* of the 32 random bytes in both hellos, from the record's start */
#define MTP_TLS_CHANGE_CIPHER_SPEC "\x14\x03\x03\x00\x01\x01" /* six bytes */

/* Reads records; zero-initialise it. */
typedef struct mtp_record_reader {
  uint8_t head[5];
  size_t have; /* of head */
  size_t left; /* of the payload */
} mtp_record_reader;

/* Appends the payload of all application data in data[0..n) to `up`. False with *failure filled on
 * anything that is no such record, and on an alert. */
bool mtp_record_read(mtp_record_reader *reader, const uint8_t *data, size_t n, tl_buffer *up,
                     mtp_failure *failure);

/* Appends data[0..n) as records of up to max bytes; MTP_TLS_WRITE_MAX is how the official clients
 * cut them. */
TL_MUST_USE tl_status mtp_record_write(tl_buffer *out, const uint8_t *data, size_t n, size_t max);

#endif
