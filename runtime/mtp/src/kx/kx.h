/* Key exchange, the client's side: makes an authorization key with a data centre, permanent or
 * temporary, without clock, socket or global. Packets (plain messages, EN-2) and time go in,
 * packets come out.
 *
 *   mtp_kx_new(&config, &kx);
 *   step = mtp_kx_start(kx, now, &packet);
 *   while (step == MTP_KX_SEND) {
 *     send packet; step = mtp_kx_recv(kx, received, size, now, &packet);
 *   }
 *   if (step == MTP_KX_DONE) take mtp_kx_result_of(kx); else mtp_kx_cause(kx) says why
 *   mtp_kx_free(kx);
 *
 * Nothing of an exchange survives its connection: when that breaks, make a new one; but over HTTP,
 * where each request may have one of its own, the last packet may be sent again. Sources:
 * https://core.telegram.org/mtproto/auth_key, KX-1 to KX-16. */
#ifndef MTP_KX_KX_H
#define MTP_KX_KX_H

#include <tl/buffer.h>

#include "cause.h"
#include "crypto/auth_key.h"
#include "crypto/rsa.h"
#include "now.h"

typedef struct mtp_kx mtp_kx;

/* allocator, rng, cache and keys are borrowed and must outlive the exchange. */
typedef struct mtp_kx_config {
  const tl_allocator *allocator; /* NULL: malloc */
  const mtp_rng *rng;            /* NULL: the system's */
  mtp_dh_cache *cache;           /* primes that passed; NULL: none are remembered */
  const mtp_rsa_key *const *keys;
  size_t n_keys;
  int32_t dc;          /* number of the data centre, 1 .. MTP_DC_MAX */
  bool test;           /* one of the test data centres */
  bool media;          /* its media-only addresses: another key (KX-3) */
  bool padded;         /* the transport pads packets (TR-8) */
  int32_t expires_in;  /* seconds that a temporary key is to live; 0: a permanent key */
  uint32_t timeout_ms; /* for all of it; 0: 30000 */
} mtp_kx_config;

typedef enum mtp_kx_step {
  MTP_KX_SEND,  /* a packet was appended to out; the answer goes to mtp_kx_recv() */
  MTP_KX_DONE,  /* mtp_kx_result_of() has the key */
  MTP_KX_FAILED /* for good: close the connection; mtp_kx_cause() says why */
} mtp_kx_step;

/* NOMEM, ARGUMENT (no keys, dc or expires_in out of range). *out is NULL on failure. */
TL_MUST_USE mtp_status mtp_kx_new(const mtp_kx_config *config, mtp_kx **out);
void mtp_kx_free(mtp_kx *kx); /* wipes (KX-16); NULL is fine */

/* Appends req_pq_multi to out. SEND or FAILED. Once only. */
TL_MUST_USE mtp_kx_step mtp_kx_start(mtp_kx *kx, mtp_now now, tl_buffer *out);

/* Takes a packet, without the transport's framing, and appends the next one to out. On FAILED and
 * DONE nothing was appended, and every secret but the result is wiped. May take 300 ms the first
 * time that a server sends a prime that is not the known one. */
TL_MUST_USE mtp_kx_step mtp_kx_recv(mtp_kx *kx, const uint8_t *packet, size_t size, mtp_now now,
                                    tl_buffer *out);

/* When mtp_kx_tick() is due, by the monotonic clock; INT64_MAX: not started, or ended. */
int64_t mtp_kx_deadline(const mtp_kx *kx);
/* FAILED (TIMEOUT) when the deadline has passed, else SEND: go on waiting (out is not touched). */
TL_MUST_USE mtp_kx_step mtp_kx_tick(mtp_kx *kx, mtp_now now);

typedef struct mtp_kx_result {
  mtp_auth_key key;
  int64_t salt;           /* the first server salt (KX-14) */
  int64_t time_offset_ms; /* server time - wall time */
  int64_t expires_at;     /* unix seconds of the server; 0: a permanent key */
} mtp_kx_result;

/* The result after DONE, else NULL. Belongs to kx. */
const mtp_kx_result *mtp_kx_result_of(const mtp_kx *kx);
/* MTP_OK; MTP_ERR_TIMEOUT, RANDOM (RB-3), NOMEM, CRYPTO, ARGUMENT (recv before start or after the
 * end) or MTP_KX_FAIL_...: why it FAILED. */
mtp_cause mtp_kx_cause(const mtp_kx *kx);

#endif
