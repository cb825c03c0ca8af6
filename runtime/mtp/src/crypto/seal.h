/* Messages as they lie in a transport packet, encrypted and plain: sealing and opening, for either
 * side (https://core.telegram.org/mtproto/description). What concerns a session (ids, replays,
 * time) is not looked at here. */
#ifndef MTP_CRYPTO_SEAL_H
#define MTP_CRYPTO_SEAL_H

#include "auth_key.h"
#include <tl/buffer.h>

/* The inside of an encrypted message. */
typedef struct mtp_message {
  int64_t salt;
  int64_t session_id;
  int64_t msg_id;
  int32_t seq_no;
  tl_bytes body; /* a multiple of 4 bytes */
} mtp_message;

/* How long the random padding is (EN-6). */
typedef enum mtp_padding {
  MTP_PADDING_BUCKETS, /* up to one of a few sizes, so that a size tells little */
  MTP_PADDING_RANDOM   /* 0 to 255 bytes more than needed: for transports that pad as well */
} mtp_padding;

/* Appends the packet to out. *ack_token (may be NULL) is what a quick acknowledgement of it would
 * carry (TR-5). On failure out is as it was: ARGUMENT (body size), RANDOM, NOMEM, CRYPTO. */
TL_MUST_USE mtp_status mtp_seal(const mtp_auth_key *key, mtp_sender sender,
                                const mtp_message *message, mtp_padding padding, const mtp_rng *rng,
                                tl_buffer *out, uint32_t *ack_token);

/* Opens a packet in place: message->body points into it. `padded` says that the transport adds
 * bytes of its own at the end (TR-8). MTP_ERR_REJECTED is the one answer to everything that can
 * be wrong with a packet (EN-7, EN-13); the packet's bytes are then wiped and *message is zero.
 * Else MTP_ERR_CRYPTO. */
TL_MUST_USE mtp_status mtp_open(const mtp_auth_key *key, mtp_sender sender, bool padded,
                                uint8_t *packet, size_t size, mtp_message *message,
                                uint32_t *ack_token);

/* Appends a plain message (EN-2), which only key exchange uses. ARGUMENT, NOMEM. */
TL_MUST_USE mtp_status mtp_plain_write(int64_t msg_id, tl_bytes body, tl_buffer *out);

/* Takes a plain message apart; *body points into the packet. With `padded` bytes behind it are
 * ignored, else they are an error. MTP_ERR_REJECTED. */
TL_MUST_USE mtp_status mtp_plain_read(const uint8_t *packet, size_t size, bool padded,
                                      int64_t *msg_id, tl_bytes *body);

#endif
