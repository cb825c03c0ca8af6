/* The transports by name. */
#include "transport.h"

#include <string.h>

static const mtp_transport_class transports[] = {
    {"abridged", &mtp_framing_abridged, false, false, false, 443},
    {"intermediate", &mtp_framing_intermediate, false, false, false, 443},
    {"padded", &mtp_framing_padded, false, false, false, 443},
    {"full", &mtp_framing_full, false, false, false, 443},
    {"obfuscated", &mtp_framing_padded, true, false, false, 443},
    {"obfuscated-abridged", &mtp_framing_abridged, true, false, false, 443},
    {"obfuscated-intermediate", &mtp_framing_intermediate, true, false, false, 443},
    {"obfuscated-padded", &mtp_framing_padded, true, false, false, 443},
    {"ws", &mtp_framing_padded, true, true, false, 80},
    {"wss", &mtp_framing_padded, true, true, true, 443},
    {"http", &mtp_framing_http, false, false, false, 80},
    {"https", &mtp_framing_http, false, false, true, 443},
};

const mtp_transport_class *mtp_transports(size_t *count) {
  *count = sizeof transports / sizeof *transports;
  return transports;
}

const mtp_transport_class *mtp_transport_find(const char *name) {
  for (size_t i = 0; name && i < sizeof transports / sizeof *transports; i++)
    if (strcmp(transports[i].name, name) == 0)
      return &transports[i];
  return NULL;
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
