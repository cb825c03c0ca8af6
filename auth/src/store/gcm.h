/* AES-256-GCM, for sessions under a password and under a key. */
#ifndef TGAUTH_GCM_H
#define TGAUTH_GCM_H

#include <mtp/status.h>
#include <tl/base.h>

enum { TGAUTH_GCM_KEY = 32, TGAUTH_GCM_NONCE = 12, TGAUTH_GCM_TAG = 16 };

typedef struct tgauth_gcm {
  const uint8_t *key;   /* TGAUTH_GCM_KEY bytes */
  const uint8_t *nonce; /* TGAUTH_GCM_NONCE bytes */
  tl_bytes bound;       /* authenticated with the data, and not part of it */
} tgauth_gcm;

/* Writes data.size bytes and the tag. Fails as mtp_openssl_failed() says. */
mtp_status tgauth_gcm_encrypt(const tgauth_gcm *gcm, tl_bytes data, uint8_t *out);
/* Writes the data; sealed has the tag after it. REJECTED: it is not what was encrypted; else as
 * mtp_openssl_failed() says. out then has nothing that counts. */
mtp_status tgauth_gcm_decrypt(const tgauth_gcm *gcm, tl_bytes sealed, uint8_t *out);

#endif
