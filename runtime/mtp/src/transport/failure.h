/* Why a connection ended: one kind for programs, one number where the other side gave one, and a
 * sentence for people. The first failure wins. */
#ifndef MTP_TRANSPORT_FAILURE_H
#define MTP_TRANSPORT_FAILURE_H

#include <tl/base.h>

typedef enum mtp_failure_kind {
  MTP_FAIL_NONE = 0,
  MTP_FAIL_MEMORY,        /* out of memory here, or more output waits than may */
  MTP_FAIL_RANDOM,        /* no randomness */
  MTP_FAIL_CONFIG,        /* the parts asked for do not go together: mtp_wire_create() only */
  MTP_FAIL_TIMEOUT,       /* the handshakes were not done in time */
  MTP_FAIL_CLOSED,        /* the other side ended the connection; code: WebSocket close code or 0 */
  MTP_FAIL_PROXY_AUTH,    /* the proxy wants a user and password, or other ones */
  MTP_FAIL_PROXY_REFUSED, /* the proxy did not connect; code: its SOCKS reply or HTTP status */
  MTP_FAIL_PROXY_PROTOCOL, /* the proxy does not speak the protocol that it should */
  MTP_FAIL_SECRET,         /* fake TLS: whoever answered does not know the proxy's secret */
  MTP_FAIL_TLS,            /* TLS did not come about, or broke */
  MTP_FAIL_CERTIFICATE,    /* the certificate is not to be trusted; code: X509_V_ERR_... */
  MTP_FAIL_WEBSOCKET,      /* the upgrade was refused; code: HTTP status or 0 */
  MTP_FAIL_GARBAGE,        /* bytes that the transport does not allow */
  MTP_FAIL_OVERSIZED,      /* a packet, record or header beyond the cap */
  MTP_FAIL_CHECKSUM        /* full transport: wrong CRC or sequence number */
} mtp_failure_kind;

typedef struct mtp_failure {
  mtp_failure_kind kind;
  int code;
  char text[160];
} mtp_failure;

/* Notes a failure unless there is one; %s and %d in text as in printf. Returns false, so that a
 * function can end with it. */
bool mtp_failure_set(mtp_failure *failure, mtp_failure_kind kind, int code, const char *text, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 4, 5)))
#endif
    ;

/* The same for MTP_FAIL_MEMORY. */
bool mtp_failure_memory(mtp_failure *failure);

/* "proxy refused", ...: for logs. */
const char *mtp_failure_kind_name(mtp_failure_kind kind);

#endif
