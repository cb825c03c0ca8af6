/* The ClientHello of fake TLS (TR-12). */
#ifndef MTP_TRANSPORT_FAKETLS_HELLO_H
#define MTP_TRANSPORT_FAKETLS_HELLO_H

#include <mtp/proxy.h>
#include <mtp/rng.h>
#include <tl/buffer.h>

#include "transport/failure.h"

typedef enum mtp_hello_kind {
  MTP_HELLO_HYBRID, /* as browsers send it now, with a post-quantum key share: 1,700 to 2,000 bytes
                     */
  MTP_HELLO_CLASSIC /* as they did before: 517 bytes (more only for a domain of 170 and up), which
                       is what old proxies insist on */
} mtp_hello_kind;

/* Appends a whole ClientHello record for secret->domain to `out`, signed with the secret and the
 * time (Unix seconds, the server's). Never the same twice: proxies refuse a hello that they have
 * seen. False with *failure filled. */
bool mtp_faketls_hello(const mtp_rng *rng, const mtp_secret *secret, mtp_hello_kind kind,
                       int64_t unix_time, tl_buffer *out, mtp_failure *failure);

#endif
