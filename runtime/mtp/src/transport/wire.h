/* The wire: one connection, from the bytes of a socket to packets and back, through whatever lies
 * between: proxies, TLS, WebSocket, fake TLS, obfuscation, framing. Sans-IO: it owns no socket and
 * reads no clock.
 *
 *   mtp_wire_create()    says what is to be stacked; the socket goes to the first proxy, or to
 *                        the data centre. A proxy that does not resolve names gets `host` of the
 *                        options as it is: resolve it before, and say so by `address`
 *   mtp_wire_start()     when the socket is connected
 *   mtp_wire_recv()      for bytes that came; then mtp_wire_next() until MTP_WIRE_NONE
 *   mtp_wire_send()      for packets, once MTP_WIRE_CONNECTED has come and mtp_wire_ready() says so
 *   mtp_wire_output()    what to write to the socket, after every other call; mtp_wire_written()
 *   mtp_wire_tick()      at mtp_wire_deadline() or later
 *   mtp_wire_eof()       when the other side has closed the socket
 *
 * After MTP_WIRE_FAILED the wire does nothing more; destroy it and close the socket. */
#ifndef MTP_TRANSPORT_WIRE_H
#define MTP_TRANSPORT_WIRE_H

#include <mtp/proxy.h>
#include <mtp/rng.h>
#include <tl/buffer.h>

#include "failure.h"
#include "transport.h"
#include "transport/tls/tls.h"

#define MTP_WIRE_PROXIES    4
#define MTP_WIRE_HANDSHAKES 15000 /* milliseconds that all handshakes together may take */
#define MTP_WIRE_NEVER      INT64_MAX

typedef struct mtp_wire mtp_wire;

/* Zero-initialise, then set what is needed. Everything is copied, except tls, rng's ctx and the
 * allocator, which must outlive the wire. */
typedef struct mtp_wire_options {
  const mtp_transport_class *transport; /* mtp_transport_find(); through MTProxy only its framing
                                     counts, and that only when it has a tag and the secret leaves
                                     it open: else it is padded intermediate */
  const char *host; /* the data centre: address or name, as the proxies are to connect to it, and as
                       it stands in Host: and in the certificate. Not used with MTProxy. */
  const char *address; /* NULL, or what host has been resolved to: the last proxy gets this, Host:
                          and the certificate keep the name */
  uint16_t port;
  const char *path; /* HTTP and WebSocket; NULL: mtp_web_path() for production */
  int16_t dc;       /* for MTProxy: +10000 on test servers, negative for media (TR-9) */

  const mtp_proxy *proxies; /* in the order in which they are passed; MTProxy only as the last */
  size_t proxy_count;       /* up to MTP_WIRE_PROXIES */

  const mtp_secret *secret; /* of the data centre's own address (dcOption.secret, AP-5), or NULL */
  bool raw_zero_secret; /* MTP_SECRET_NONE: derive keys from the opening alone, as a proxy without a
                           secret does, rather than hash sixteen zero bytes into them, as Telethon
                           and GramJS do. Nothing tells which one a proxy wants: try both. */
  bool classic_hello;   /* MTP_SECRET_TLS: MTP_HELLO_CLASSIC; the same goes for these two */

  const mtp_tls *tls;            /* NULL: made for this wire, with the defaults */
  const mtp_rng *rng;            /* NULL: the system's */
  const tl_allocator *allocator; /* NULL: malloc */
  size_t max_packet;             /* in either direction; 0: MTP_MAX_PACKET */
  int64_t handshake_ms;          /* 0: MTP_WIRE_HANDSHAKES */
} mtp_wire_options;

typedef enum mtp_wire_event_kind {
  MTP_WIRE_NONE = 0,        /* nothing more for now */
  MTP_WIRE_CONNECTED,       /* all handshakes are done; comes once, first */
  MTP_WIRE_PACKET,          /* packet */
  MTP_WIRE_QUICK_ACK,       /* token: that of mtp_wire_send(), top bit set (TR-5) */
  MTP_WIRE_TRANSPORT_ERROR, /* code: -404, -429, -444, ...; minus the HTTP status over HTTP (TR-6)
                             */
  MTP_WIRE_FAILED           /* failure; comes once, last */
} mtp_wire_event_kind;

typedef struct mtp_wire_event {
  mtp_wire_event_kind kind;
  tl_bytes
      packet; /* without transport padding (TR-8); borrowed until the next call for this wire */
  uint32_t token;
  int32_t code;
  const mtp_failure *failure; /* lives as long as the wire */
} mtp_wire_event;

/* MTP_ERR_NOMEM; MTP_ERR_ARGUMENT with *failure (may be NULL) saying which parts do not go
 * together, or that a CA file does not load. */
TL_MUST_USE mtp_cause mtp_wire_create(const mtp_wire_options *options, mtp_wire **out,
                                      mtp_failure *failure);
void mtp_wire_destroy(mtp_wire *wire); /* NULL is fine; overwrites what it held */

/* The socket is connected. now_ms: any steady clock; unix_time: seconds, the server's time where it
 * is known, for fake TLS, whose proxies refuse more than some minutes off. Certificates are checked
 * at the time of the system (TB-5). */
void mtp_wire_start(mtp_wire *wire, int64_t now_ms, int64_t unix_time);

/* Bytes from the socket, all of which are taken. Pull all events after it: what is not pulled is
 * kept, up to the cap on a packet and 16 MiB. */
void mtp_wire_recv(mtp_wire *wire, const void *data, size_t n);

/* The other side closed the socket. Pull the events: a last packet may come before the end. */
void mtp_wire_eof(mtp_wire *wire);

/* The next event. Returns event->kind. */
mtp_wire_event_kind mtp_wire_next(mtp_wire *wire, mtp_wire_event *event);

/* Whether mtp_wire_send() would take a packet: connected, not failed, no more than one packet's cap
 * of unsent output, and over HTTP no request without its answer. */
bool mtp_wire_ready(const mtp_wire *wire);

/* Queues one packet: a whole number of words, at least four, at most max_packet bytes. quick_ack
 * asks for an MTP_WIRE_QUICK_ACK; framings that have none ignore it. MTP_ERR_ARGUMENT (size, or not
 * ready), MTP_FAIL_OVERSIZED (beyond the cap): nothing happened. Others: the wire has failed of it.
 */
TL_MUST_USE mtp_cause mtp_wire_send(mtp_wire *wire, tl_bytes packet, bool quick_ack);

/* Whether a proxy is still being spoken to: it has not yet let us through, or, where that cannot be
 * told (MTProxy), has not yet passed on anything. What ends the wire then is the proxy's doing. */
bool mtp_wire_at_proxy(const mtp_wire *wire);

/* Whether packets go over HTTP, one per request: the session then keeps one waiting (MS-17). */
bool mtp_wire_is_http(const mtp_wire *wire);
/* How many answers have come by HTTP, and whether that is one for each request. */
uint32_t mtp_wire_answers(const mtp_wire *wire, bool *all);

/* What is to be written to the socket; size 0: nothing. Borrowed until the next call. */
tl_bytes mtp_wire_output(const mtp_wire *wire);
/* That many bytes of it have been written. */
void mtp_wire_written(mtp_wire *wire, size_t n);

/* When mtp_wire_tick() must be called, MTP_WIRE_NEVER when need not be. */
int64_t mtp_wire_deadline(const mtp_wire *wire);
void mtp_wire_tick(mtp_wire *wire, int64_t now_ms);

/* Says goodbye where the layers have a word for it (WebSocket, TLS): write the output, then close.
 * No event comes after it. */
void mtp_wire_close(mtp_wire *wire);

/* Gives back the memory of buffers that are empty: for a wire that has nothing to do. */
void mtp_wire_trim(mtp_wire *wire);

/* "socks5 > TLS > WebSocket > obfuscation > padded intermediate": for logs; cut to fit. */
void mtp_wire_describe(const mtp_wire *wire, char *out, size_t capacity);

#endif
