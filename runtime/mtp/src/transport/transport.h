/* The transports by name: one row each. */
#ifndef MTP_TRANSPORT_H
#define MTP_TRANSPORT_H

#include "framing.h"

typedef struct mtp_transport_class {
  const char *name; /* "abridged", "obfuscated", "wss", ... */
  const mtp_framing_class *framing;
  bool obfuscated; /* can only be true for a framing with a tag */
  bool websocket;
  bool tls;
  uint16_t port; /* where it is usually found */
} mtp_transport_class;

/* All of them; *count gets their number. */
const mtp_transport_class *mtp_transports(size_t *count);

/* NULL when there is none of that name. */
const mtp_transport_class *mtp_transport_find(const char *name);

/* The host of a data centre (1..5) for wss and https; NULL for any other. */
const char *mtp_web_host(int dc);

/* The path for WebSocket or HTTP, on production or test servers. */
const char *mtp_web_path(bool websocket, bool test);

#endif
