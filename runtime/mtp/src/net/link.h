/* One connection to a data centre: name lookup, sockets, and the wire on top. It speaks in packets
 * and failures, and is all that the rest of the client knows of transports. */
#ifndef MTP_NET_LINK_H
#define MTP_NET_LINK_H

#include <mtp/error.h>
#include <mtp/proxy.h>
#include <mtp/rng.h>
#include <poll.h>
#include <tl/buffer.h>

#include "cause.h"
#include "net/fd_hook.h"

typedef struct mtp_link mtp_link;
typedef struct mtp_tls mtp_tls;

#define MTP_TARGETS_MAX 24

/* One address at which a data centre may be. */
typedef struct mtp_target {
  char host[64]; /* numeric, or a name; "" for Telegram's web name of the data centre */
  uint16_t port;
  uint8_t secret[32];  /* of an obfuscation-only address */
  uint8_t secret_size; /* 0: none */
} mtp_target;

/* Told of the bytes that a socket has given or taken. */
typedef struct mtp_link_meter {
  void (*moved)(void *ctx, size_t in, size_t out); /* NULL: nobody asks */
  void *ctx;
} mtp_link_meter;

typedef struct mtp_link_config {
  const tl_allocator *allocator;
  const mtp_rng *rng;
  const char *transport; /* a name that mtp_transport_find() knows */
  const char *path;      /* HTTP and WebSocket; NULL: the standard one */
  bool test;
  const mtp_proxy *proxy;    /* NULL: direct */
  const mtp_tls *tls;        /* NULL: the defaults */
  const mtp_target *targets; /* best first; copied */
  size_t n_targets;
  int32_t dc;
  bool media;
  mtp_fd_hook hook;
  mtp_link_meter meter;
  int64_t unix_time;                  /* the server's time as far as known */
  uint32_t timeout_ms;                /* for the handshakes of the wire */
  bool (*may_write)(const void *ctx); /* asked before every write; NULL: always */
  const void *may_write_ctx;
  bool second_way; /* of the two ways to speak to an MTProxy that has no secret, or fake TLS */
} mtp_link_config;

typedef enum mtp_link_event_kind {
  MTP_LINK_NONE = 0,
  MTP_LINK_CONNECTED, /* once, first */
  MTP_LINK_PACKET,
  MTP_LINK_QUICK_ACK,
  MTP_LINK_TRANSPORT_ERROR, /* code (TR-6) */
  MTP_LINK_FAILED           /* once, last: mtp_link_error() */
} mtp_link_event_kind;

typedef struct mtp_link_event {
  mtp_link_event_kind kind;
  tl_bytes packet; /* until the next call for this link */
  uint32_t token;
  int32_t code;
} mtp_link_event;

/* Begins to connect. NOMEM, ARGUMENT (parts that do not go together). On failure *out is NULL and
 * *error is filled. */
TL_MUST_USE mtp_status mtp_link_open(const mtp_link_config *config, int64_t now, mtp_link **out,
                                     mtp_error *error);
/* Says goodbye if that can be done without waiting, and closes. NULL is fine. */
void mtp_link_close(mtp_link *link);

/* Reads and writes what the sockets take and give now, and returns what happened. Call it until
 * MTP_LINK_NONE; a busy link returns that early now and then and sets mtp_link_busy(). */
mtp_link_event_kind mtp_link_next(mtp_link *link, int64_t now, mtp_link_event *event);
/* Whether mtp_link_next() is due though no descriptor of the link's is ready: after opening, too.
 */
bool mtp_link_busy(const mtp_link *link);

/* Whether mtp_link_send() takes a packet now. */
bool mtp_link_ready(const mtp_link *link);
/* MTP_ERR_ARGUMENT: not ready or not a packet; MTP_FAIL_OVERSIZED: beyond the cap. Others: the link
 * has failed; it is busy, and mtp_link_next() says why. */
TL_MUST_USE mtp_cause mtp_link_send(mtp_link *link, tl_bytes packet, bool quick_ack);
/* How many bytes came, or went into a socket that had no room for more, since the last time this
 * was asked. */
size_t mtp_link_moved(mtp_link *link);
/* A new turn of the loop: there may be something to read again. */
void mtp_link_look(mtp_link *link);
/* Writes what waits. */
void mtp_link_flush(mtp_link *link);

/* Gives back the memory of empty buffers. No packet of its events may be in use. */
void mtp_link_trim(mtp_link *link);

/* How many answers have come by HTTP, and whether that is one for each request; it may have failed
 * since. */
uint32_t mtp_link_answers(const mtp_link *link, bool *all);
/* Why it failed. hopeless: trying again cannot help (a wrong password, a bad certificate). */
const mtp_error *mtp_link_error(const mtp_link *link, bool *hopeless);
/* What is connected to or through what: for logs; no secrets. */
void mtp_link_describe(const mtp_link *link, char *out, size_t capacity);

/* Whether what ends it now is the doing of the proxy: that has not let us through, or not passed on
 * anything yet. */
bool mtp_link_at_proxy(const mtp_link *link);

int64_t mtp_link_deadline(const mtp_link *link);
size_t mtp_link_fds(const mtp_link *link, struct pollfd *fds, size_t n);

/* What the client has to know of a transport before there is a connection. */
typedef struct mtp_link_traits {
  const char *name; /* for mtp_link_config */
  bool tcp;         /* neither WebSocket nor HTTP */
  bool tagged;      /* can be obfuscated */
  bool websocket, http, tls;
  bool padded;   /* packets are, directly or through the proxy (TR-8) */
  bool http_way; /* they go by HTTP, directly or through the proxy (MS-17) */
  uint16_t port;
} mtp_link_traits;

/* The transport of that name (mtp_transport_name()), in its obfuscated form if that is asked for
 * and there is one. False: no transport has that name. */
bool mtp_link_traits_of(const char *choice, bool obfuscated, const mtp_proxy *proxy,
                        mtp_link_traits *out);

/* Authorities to trust, shared by the links of a client. */
TL_MUST_USE mtp_status mtp_link_tls_new(const char *ca_file, bool insecure, mtp_tls **out,
                                        mtp_error *error);
void mtp_link_tls_free(mtp_tls *tls);

#endif
