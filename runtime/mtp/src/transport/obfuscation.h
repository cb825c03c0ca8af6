/* Obfuscation (TR-9, TR-10): 64 bytes that look random open the connection and carry the keys of
 * two AES-256-CTR streams; for both sides.
 * https://core.telegram.org/mtproto/mtproto-transports#transport-obfuscation */
#ifndef MTP_TRANSPORT_OBFUSCATION_H
#define MTP_TRANSPORT_OBFUSCATION_H

#include <mtp/rng.h>

#include "../crypto/ctr.h"
#include "failure.h"

#define MTP_OBFUSCATION_INIT 64

/* Both directions of one connection. Zero-initialise; end with mtp_obfuscation_free(). */
typedef struct mtp_obfuscation {
  mtp_ctr send, recv;
} mtp_obfuscation;

/* What the 64 bytes say. */
typedef struct mtp_obfuscation_info {
  uint32_t tag;          /* the framing inside */
  int16_t dc;            /* the data centre that an MTProxy is to connect to */
  bool has_dc;           /* client: write dc rather than random bytes */
  const uint8_t *secret; /* 16 bytes mixed into the keys, or NULL */
} mtp_obfuscation_info;

/* Draws the opening of a connection and sets up both streams. False with *failure filled: no
 * randomness (also when a generator yields nothing but forbidden openings). */
bool mtp_obfuscation_client(mtp_obfuscation *obfuscation, const mtp_rng *rng,
                            const mtp_obfuscation_info *info, uint8_t init[MTP_OBFUSCATION_INIT],
                            mtp_failure *failure);

/* The streams that 64 bytes and a secret (NULL: none) stand for: `forward` takes its key from the
 * bytes as they are, `backward` from the bytes reversed. False when out of memory. */
bool mtp_obfuscation_streams(mtp_ctr *forward, mtp_ctr *backward,
                             const uint8_t init[MTP_OBFUSCATION_INIT], const uint8_t *secret);

/* Whether a connection may not open with these bytes, as they mean something else (TR-9). */
bool mtp_obfuscation_forbidden(const uint8_t init[8]);

void mtp_obfuscation_free(mtp_obfuscation *obfuscation);

#endif
