/* The transports by name. */
#include "transport.h"

#include <string.h>

/* In the order of the enumeration in <mtp/client.h>; what that does not have stands behind. */
static const mtp_transport_class transports[] = {
    {"abridged", &mtp_framing_abridged, false, false, false, 443, "obfuscated-abridged"},
    {"intermediate", &mtp_framing_intermediate, false, false, false, 443,
     "obfuscated-intermediate"},
    {"padded", &mtp_framing_padded, false, false, false, 443, "obfuscated-padded"},
    /* It has no tag (TR-9), and to be hidden matters more to who asks. */
    {"full", &mtp_framing_full, false, false, false, 443, "obfuscated-padded"},
    {"ws", &mtp_framing_padded, true, true, false, 80, NULL},
    {"wss", &mtp_framing_padded, true, true, true, 443, NULL},
    {"http", &mtp_framing_http, false, false, false, 80, NULL},
    {"https", &mtp_framing_http, false, false, true, 443, NULL},

    {"obfuscated", &mtp_framing_padded, true, false, false, 443, NULL},
    {"obfuscated-abridged", &mtp_framing_abridged, true, false, false, 443, NULL},
    {"obfuscated-intermediate", &mtp_framing_intermediate, true, false, false, 443, NULL},
    {"obfuscated-padded", &mtp_framing_padded, true, false, false, 443, NULL},
};

const mtp_transport_class *mtp_transport_at(size_t choice) {
  size_t count = 0;
  while (!transports[count].obfuscated || transports[count].websocket)
    count++;
  return choice < count ? &transports[choice] : NULL;
}

const mtp_transport_class *mtp_transport_find(const char *name) {
  for (size_t i = 0; name && i < sizeof transports / sizeof *transports; i++)
    if (strcmp(transports[i].name, name) == 0)
      return &transports[i];
  return NULL;
}

const mtp_framing_class *mtp_framing_by_tag(uint32_t tag) {
  for (size_t i = 0; tag && i < sizeof transports / sizeof *transports; i++)
    if (transports[i].framing->tag == tag)
      return transports[i].framing;
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
