/* The list of transports: a new one is a file with its framing, and a row here. Programs choose
 * from those that say CHOICE by their names, in this order; the others are what those become when
 * they are to be obfuscated.
 *
 *   name, framing (mtp_framing_NAME), obfuscated (a framing with a tag only), WebSocket, TLS, the
 * port where it is usually found, what it becomes when it is to be obfuscated (NULL: it stays as it
 * is) */
#ifndef MTP_TRANSPORT_TRANSPORTS_H
#define MTP_TRANSPORT_TRANSPORTS_H

/* "full" has no tag (TR-9), and to be hidden matters more to who asks. */
#define MTP_TRANSPORTS(CHOICE, OTHER)                                                              \
  CHOICE("abridged", abridged, false, false, false, 443, "obfuscated-abridged")                    \
  CHOICE("intermediate", intermediate, false, false, false, 443, "obfuscated-intermediate")        \
  CHOICE("padded", padded, false, false, false, 443, "obfuscated-padded")                          \
  CHOICE("full", full, false, false, false, 443, "obfuscated-padded")                              \
  CHOICE("ws", padded, true, true, false, 80, NULL)                                                \
  CHOICE("wss", padded, true, true, true, 443, NULL)                                               \
  CHOICE("http", http, false, false, false, 80, NULL)                                              \
  CHOICE("https", http, false, false, true, 443, NULL)                                             \
  OTHER("obfuscated", padded, true, false, false, 443, NULL)                                       \
  OTHER("obfuscated-abridged", abridged, true, false, false, 443, NULL)                            \
  OTHER("obfuscated-intermediate", intermediate, true, false, false, 443, NULL)                    \
  OTHER("obfuscated-padded", padded, true, false, false, 443, NULL)

#endif
