/* p_q_inner_data in its four forms and under both RSA paddings. */
#ifndef TGDC_KX_INNER_H
#define TGDC_KX_INNER_H

#include "rsa_private.h"

/* What a client put into it. pq, p and q point into `storage`. Wipe it. */
typedef struct kx_inner {
  tl_bytes pq, p, q;
  uint8_t nonce[16], server_nonce[16], new_nonce[32];
  int32_t dc;         /* 0: not said */
  int32_t expires_in; /* temporary keys */
  bool temporary;
  bool old_padding;
  uint8_t storage[MTP_RSA_SIZE];
} kx_inner;

/* Decrypts and reads it. REJECTED, CRYPTO. */
TL_MUST_USE mtp_status kx_inner_open(const rsa_private *key, tl_bytes encrypted, kx_inner *out);

#endif
