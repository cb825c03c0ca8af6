/* Why something failed, inside the library: an mtp_status, and above its byte what exactly, for
 * those whom the status alone does not tell enough; as with SQLite's extended result codes, one
 * number carries both. What carries no detail is the plain mtp_status. */
#ifndef MTP_CAUSE_H
#define MTP_CAUSE_H

#include <mtp/status.h>

typedef uint32_t mtp_cause;

#define MTP_CAUSE(status, detail) ((status) | (detail) << 8)

enum {
  /* An engine's functions. */
  MTP_ENGINE_NOTHING = MTP_CAUSE(MTP_OK, 1),             /* nothing to send */
  MTP_ENGINE_TOO_LARGE = MTP_CAUSE(MTP_ERR_ARGUMENT, 1), /* a query that fits in no packet (MS-3) */
  /* Queries; a plain one is MTP_ERR_UNCERTAIN: `once`, and the server cannot say whether it has it.
   */
  MTP_ENGINE_REFUSED =
      MTP_CAUSE(MTP_ERR_PROTOCOL, 1), /* max_tries times; code: last bad_msg code */
  MTP_ENGINE_REPEATED =
      MTP_CAUSE(MTP_ERR_PROTOCOL, 2),                /* the server asked for it again and again, in
                                                        two sessions; code: last bad_msg code */
  MTP_ENGINE_BUILD = MTP_CAUSE(MTP_ERR_PROTOCOL, 3), /* build() failed or made too much */
  MTP_ENGINE_GZIP = MTP_CAUSE(MTP_ERR_DECODE, 1),    /* the answer is not valid gzip, or inflates
                                                        beyond    the cap; body is the packed data */
  MTP_ENGINE_DECODE = MTP_CAUSE(MTP_ERR_DECODE, 2),  /* the answer is too short to be one */

  /* gzip. */
  MTP_GZIP_BAD = MTP_CAUSE(MTP_ERR_DECODE, 3),   /* not gzip or zlib data, or it ends too soon, or
                                                    something follows it */
  MTP_GZIP_LARGE = MTP_CAUSE(MTP_ERR_DECODE, 4), /* would inflate beyond the cap */

  /* Key exchange. */
  MTP_KX_FAIL_MALFORMED = MTP_CAUSE(MTP_ERR_HANDSHAKE, 1),   /* not a plain message with the answer
                                                                that   is due */
  MTP_KX_FAIL_WRONG_NONCE = MTP_CAUSE(MTP_ERR_HANDSHAKE, 2), /* not that of this exchange (KX-5) */
  MTP_KX_FAIL_NO_KEY = MTP_CAUSE(MTP_ERR_HANDSHAKE, 3), /* the server has none of our keys (KX-2) */
  MTP_KX_FAIL_PQ = MTP_CAUSE(MTP_ERR_HANDSHAKE, 4),   /* not the product of two odd primes (KX-1) */
  MTP_KX_FAIL_HASH = MTP_CAUSE(MTP_ERR_HANDSHAKE, 5), /* a hash that proves the answer does not
                                                         match (KX-5, KX-7, KX-13) */
  MTP_KX_FAIL_GROUP =
      MTP_CAUSE(MTP_ERR_HANDSHAKE, 6), /* dh_prime or g fails a check (KX-8, KX-9) */
  MTP_KX_FAIL_PUBLIC = MTP_CAUSE(MTP_ERR_HANDSHAKE, 7), /* g_a is out of range (KX-10) */
  MTP_KX_FAIL_REFUSED =
      MTP_CAUSE(MTP_ERR_HANDSHAKE, 8), /* the server said no again and again (KX-13)
                                        */

  /* A connection. */
  MTP_FAIL_TIMEOUT = MTP_CAUSE(MTP_ERR_NETWORK, 1), /* the handshakes were not done in time */
  MTP_FAIL_CLOSED = MTP_CAUSE(MTP_ERR_NETWORK, 2), /* the other side ended it; code: WebSocket close
                                                      code or 0 */
  MTP_FAIL_TLS = MTP_CAUSE(MTP_ERR_NETWORK, 3),    /* TLS did not come about, or broke */
  MTP_FAIL_CERTIFICATE =
      MTP_CAUSE(MTP_ERR_NETWORK, 4), /* not to be trusted; code: X509_V_ERR_... */
  MTP_FAIL_WEBSOCKET =
      MTP_CAUSE(MTP_ERR_NETWORK, 5), /* the upgrade was refused; code: HTTP status or
                                        0 */
  MTP_FAIL_PROXY_AUTH = MTP_CAUSE(MTP_ERR_PROXY, 1), /* it wants a user and password, or others */
  MTP_FAIL_PROXY_REFUSED = MTP_CAUSE(MTP_ERR_PROXY, 2), /* it did not connect; code: its SOCKS reply
                                                           or HTTP status */
  MTP_FAIL_PROXY_PROTOCOL = MTP_CAUSE(MTP_ERR_PROXY, 3), /* it does not speak what it should */
  MTP_FAIL_SECRET = MTP_CAUSE(MTP_ERR_PROXY, 4),     /* fake TLS: whoever answered does not know the
                                                        proxy's secret */
  MTP_FAIL_GARBAGE = MTP_CAUSE(MTP_ERR_PROTOCOL, 4), /* bytes that the transport does not allow */
  MTP_FAIL_OVERSIZED =
      MTP_CAUSE(MTP_ERR_PROTOCOL, 5),                /* a packet, record or header beyond the cap */
  MTP_FAIL_CHECKSUM = MTP_CAUSE(MTP_ERR_PROTOCOL, 6) /* full transport: wrong CRC or sequence number
                                                      */
};

/* What the outside is told of it. */
mtp_status mtp_cause_status(mtp_cause cause);

/* What a function of libtl says: MTP_OK, MTP_ERR_NOMEM, or `otherwise`. */
mtp_cause mtp_cause_of_tl(tl_status status, mtp_cause otherwise);

/* "proxy refused", ...: a constant, for logs and errors; the name of the status where there is no
 * detail. */
const char *mtp_cause_text(mtp_cause cause);

#endif
