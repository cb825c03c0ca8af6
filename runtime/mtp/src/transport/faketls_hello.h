/* The ClientHello of fake TLS (TR-12). */
#ifndef MTP_TRANSPORT_FAKETLS_HELLO_H
#define MTP_TRANSPORT_FAKETLS_HELLO_H

#include <mtp/proxy.h>
#include <mtp/rng.h>
#include <tl/buffer.h>

#include "failure.h"

/* Appends a whole ClientHello record for secret->domain to `out`, signed with the secret and the
 * time (Unix seconds, the server's). Never the same twice: proxies refuse a hello that they have
 * seen. False with *failure filled. */
bool mtp_faketls_hello(const mtp_rng *rng, const mtp_secret *secret, int64_t unix_time,
                       tl_buffer *out, mtp_failure *failure);

/* 32 bytes that are the x coordinate of a point of Curve25519, as a real key share is. */
bool mtp_faketls_key_share(const mtp_rng *rng, uint8_t out[32], mtp_failure *failure);

#endif
