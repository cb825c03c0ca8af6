/* The transports by name. */
#include "transport.h"

#include <mtp/client.h>
#include <string.h>

typedef struct row {
  mtp_transport_class transport;
  bool choice; /* for programs to choose */
} row;

#define ROW(name, framing, ...)                                                                    \
  { name, &mtp_framing_##framing, __VA_ARGS__ }
#define CHOICE(...) {ROW(__VA_ARGS__), true},
#define OTHER(...)  {ROW(__VA_ARGS__), false},

static const row rows[] = {MTP_TRANSPORTS(CHOICE, OTHER)};
enum { ROWS = sizeof rows / sizeof *rows };

const char *mtp_transport_name(size_t i) {
  return i < ROWS && rows[i].choice ? rows[i].transport.name : NULL;
}

const mtp_transport_class *mtp_transport_choice(const char *name) {
  for (size_t i = 0; name && mtp_transport_name(i); i++)
    if (strcmp(rows[i].transport.name, name) == 0)
      return &rows[i].transport;
  return NULL;
}

const mtp_transport_class *mtp_transport_find(const char *name) {
  for (size_t i = 0; name && i < ROWS; i++)
    if (strcmp(rows[i].transport.name, name) == 0)
      return &rows[i].transport;
  return NULL;
}

const mtp_framing_class *mtp_framing_behind(const mtp_transport_class *transport,
                                            mtp_secret_kind kind) {
  if (kind == MTP_SECRET_PADDED || kind == MTP_SECRET_TLS)
    return &mtp_framing_padded;
  bool tcp = transport->framing->tag != 0 && !transport->websocket;
  return tcp ? transport->framing : &mtp_framing_intermediate;
}

const char *mtp_web_host(int dc) {
  static const char *const hosts[] = {
      "pluto.web.telegram.org", "venus.web.telegram.org", "aurora.web.telegram.org",
      "vesta.web.telegram.org", "flora.web.telegram.org",
  };
  return dc >= 1 && dc <= 5 ? hosts[dc - 1] : NULL;
}

const char *mtp_web_path(bool websocket, bool test) {
  if (websocket)
    return test ? "/apiws_test" : "/apiws";
  return test ? "/api_test" : "/api";
}
