/* Key shares for the ClientHello of fake TLS (TR-12). False with *failure filled. */
#ifndef MTP_TRANSPORT_FAKETLS_SHARE_H
#define MTP_TRANSPORT_FAKETLS_SHARE_H

#include <mtp/rng.h>

#include "transport/failure.h"

#define MTP_X25519_SIZE 32
#define MTP_HYBRID_SIZE (1184 + MTP_X25519_SIZE) /* X25519MLKEM768: that of ML-KEM comes first */

/* The x coordinate of a point of Curve25519, as a real key share is. */
bool mtp_x25519_share(const mtp_rng *rng, uint8_t out[MTP_X25519_SIZE], mtp_failure *failure);

/* An encapsulation key of ML-KEM-768 (one that passes its checks, not one that has a decapsulation
 * key) and a share of X25519. */
bool mtp_hybrid_share(const mtp_rng *rng, uint8_t out[MTP_HYBRID_SIZE], mtp_failure *failure);

#endif
