/* An authorization key, and the keys of single messages derived from it
 * (https://core.telegram.org/mtproto/description#defining-aes-key-and-initialization-vector). */
#ifndef MTP_CRYPTO_AUTH_KEY_H
#define MTP_CRYPTO_AUTH_KEY_H

#include "ige.h"

#define MTP_AUTH_KEY_SIZE 256
#define MTP_MSG_KEY_SIZE  16

/* Plain data; whoever holds it wipes it with mtp_auth_key_wipe(). */
typedef struct mtp_auth_key {
  uint8_t bytes[MTP_AUTH_KEY_SIZE];
  int64_t id;       /* auth_key_id: the last 8 bytes of SHA1(key), little-endian (EN-3) */
  int64_t aux_hash; /* auth_key_aux_hash: the first 8 bytes */
} mtp_auth_key;

/* Takes a copy of bytes and computes the rest. MTP_ERR_CRYPTO; the key is then all zero. */
TL_MUST_USE mtp_status mtp_auth_key_init(mtp_auth_key *key, const uint8_t bytes[MTP_AUTH_KEY_SIZE]);
void mtp_auth_key_wipe(mtp_auth_key *key);

/* Who sent a message: the x of the key derivations. */
typedef enum mtp_sender { MTP_FROM_CLIENT = 0, MTP_FROM_SERVER = 8 } mtp_sender;

/* What AES needs for one message. Wipe it. */
typedef struct mtp_message_keys {
  uint8_t key[MTP_IGE_KEY_SIZE];
  uint8_t iv[MTP_IGE_IV_SIZE];
} mtp_message_keys;

/* SHA256(auth_key[88+x..) | plaintext with padding) (EN-4): large[8..24) is msg_key, and
 * large[0..4) gives the token of a quick acknowledgement (TR-5). */
TL_MUST_USE mtp_status mtp_msg_key_large(const mtp_auth_key *key, mtp_sender sender,
                                         tl_bytes plaintext, uint8_t large[32]);

/* MTProto 2.0 (EN-5). */
TL_MUST_USE mtp_status mtp_message_keys_v2(const mtp_auth_key *key, mtp_sender sender,
                                           const uint8_t msg_key[MTP_MSG_KEY_SIZE],
                                           mtp_message_keys *out);

/* MTProto 1.0 (PF-4). Only auth.bindTempAuthKey still uses it (EN-14). */
TL_MUST_USE mtp_status mtp_message_keys_v1(const mtp_auth_key *key, mtp_sender sender,
                                           const uint8_t msg_key[MTP_MSG_KEY_SIZE],
                                           mtp_message_keys *out);

#endif
