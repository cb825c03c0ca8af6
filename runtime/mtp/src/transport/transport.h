/* The transports by name, and all that the client must know of them. */
#ifndef MTP_TRANSPORT_H
#define MTP_TRANSPORT_H

#include <mtp/proxy.h>

#include "framing.h"

typedef struct mtp_transport_class {
  const char *name; /* "abridged", "obfuscated", "wss", ... */
  const mtp_framing_class *framing;
  bool obfuscated; /* can only be true for a framing with a tag */
  bool websocket;
  bool tls;
  uint16_t port;      /* where it is usually found */
  const char *hidden; /* what it becomes when it is to be obfuscated; NULL: it stays as it is */
} mtp_transport_class;

/* The one of that name among those that programs choose from (mtp_transport_name()), else NULL. */
const mtp_transport_class *mtp_transport_choice(const char *name);

/* The same among all of them. */
const mtp_transport_class *mtp_transport_find(const char *name);

/* The framing that a transport has behind an MTProxy with such a secret: some ask for padding; what
 * is no framing with a tag on a TCP connection (full, WebSocket, HTTP) becomes intermediate, which
 * every proxy takes. */
const mtp_framing_class *mtp_framing_behind(const mtp_transport_class *transport,
                                            mtp_secret_kind kind);

/* The host of a data centre (1..5) for wss and https; NULL for any other. */
const char *mtp_web_host(int dc);

/* The path for WebSocket or HTTP, on production or test servers. */
const char *mtp_web_path(bool websocket, bool test);

#endif
