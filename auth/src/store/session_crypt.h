/* Bytes under a password: scrypt makes the key, AES-256-GCM encrypts and authenticates. */
#ifndef TGAUTH_SESSION_CRYPT_H
#define TGAUTH_SESSION_CRYPT_H

#include <mtp/error.h>
#include <tl/buffer.h>

/* Appends cost (4), salt (16), nonce (12), ciphertext (size), tag (16). NOMEM, RANDOM. */
mtp_status tgauth_crypt_seal(const char *password, const uint8_t *data, size_t size, tl_buffer *out,
                             mtp_error *error);
/* Appends the plain bytes. STORE: wrong password or damaged. NOMEM. */
mtp_status tgauth_crypt_open(const char *password, const uint8_t *data, size_t size, tl_buffer *out,
                             mtp_error *error);

#endif
