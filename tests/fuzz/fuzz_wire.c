/* Bytes as what comes back on a connection: through each kind of proxy, TLS, fake TLS, WebSocket,
 * HTTP, obfuscation and framing. The first byte chooses the way, the second the size of the pieces
 * in which they come. Whatever they are, the wire ends once or goes on, and says why. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tl/wire.h>

#include "known_rng.h"
#include "mtproxy.h"
#include "transport/wire.h"
#include "transport_server.h"

enum { HEAD = 2, MAX_PACKET = 1 << 16, NOW = 1700000000, ROUNDS = 8 };

typedef struct route {
  const char *transport;
  mtp_proxy_kind proxy;
  mtp_secret_kind secret;
  const char *user, *answers; /* of the proxy, before it passes bytes on */
  size_t answers_size;
} route;

#define ANSWERS(text) (text), sizeof(text) - 1
#define HTTP_OK       "HTTP/1.1 200 Connection established\r\nVia: x\r\nContent-Length: 0\r\n\r\n"

static const route routes[] = {
    {"abridged", MTP_PROXY_NONE, 0, "", ANSWERS("")},
    {"intermediate", MTP_PROXY_NONE, 0, "", ANSWERS("")},
    {"padded", MTP_PROXY_NONE, 0, "", ANSWERS("")},
    {"full", MTP_PROXY_NONE, 0, "", ANSWERS("")},
    {"obfuscated", MTP_PROXY_NONE, 0, "", ANSWERS("")},
    {"obfuscated-abridged", MTP_PROXY_NONE, 0, "", ANSWERS("")},
    {"ws", MTP_PROXY_NONE, 0, "", ANSWERS("")},
    {"http", MTP_PROXY_NONE, 0, "", ANSWERS("")},
    {"wss", MTP_PROXY_NONE, 0, "", ANSWERS("")},
    {"abridged", MTP_PROXY_SOCKS5, 0, "", ANSWERS("\5\0\5\0\0\1\177\0\0\1\1\273")},
    {"abridged", MTP_PROXY_SOCKS5, 0, "user", ANSWERS("\5\2\1\0\5\0\0\3\4name\1\273")},
    {"full", MTP_PROXY_SOCKS5, 0, "",
     ANSWERS("\5\0\5\0\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\1\273")},
    {"abridged", MTP_PROXY_SOCKS4, 0, "user", ANSWERS("\0\132\0\0\0\0\0\0")},
    {"abridged", MTP_PROXY_HTTP, 0, "user", ANSWERS(HTTP_OK)},
    {"http", MTP_PROXY_HTTP, 0, "", ANSWERS(HTTP_OK)},
    {"abridged", MTP_PROXY_HTTPS, 0, "", ANSWERS("")},
    {"abridged", MTP_PROXY_MTPROTO, MTP_SECRET_PLAIN, "", ANSWERS("")},
    {"abridged", MTP_PROXY_MTPROTO, MTP_SECRET_PADDED, "", ANSWERS("")},
    {"abridged", MTP_PROXY_MTPROTO, MTP_SECRET_TLS, "", ANSWERS("")},
};

/* One for all: to read the certificates that a machine trusts takes its time. */
static const mtp_tls *the_tls(void) {
  static mtp_tls *tls;
  mtp_tls_options options = {.insecure = true};
  mtp_failure failure = {.kind = MTP_OK};
  FUZZ_CHECK(tls || mtp_tls_create(&options, &tls, &failure));
  return tls;
}

static mtp_wire *open_wire(const route *way, const mtp_rng *rng) {
  mtp_proxy proxy = {.kind = way->proxy, .host = "proxy.test", .port = 1080};
  snprintf(proxy.user, sizeof proxy.user, "%s", way->user);
  proxy.secret = (mtp_secret){.kind = way->secret, .key = {1, 2, 3}};
  if (way->secret == MTP_SECRET_TLS)
    strcpy(proxy.secret.domain, "a.b");
  mtp_wire_options options = {.transport = mtp_transport_find(way->transport),
                              .host = "10.0.0.1",
                              .port = 443,
                              .dc = 2,
                              .proxies = &proxy,
                              .proxy_count = way->proxy != MTP_PROXY_NONE,
                              .tls = the_tls(),
                              .rng = rng,
                              .max_packet = MAX_PACKET};
  mtp_wire *wire = NULL;
  mtp_failure failure = {.kind = MTP_OK};
  FUZZ_CHECK(mtp_wire_create(&options, &wire, &failure) == MTP_OK);
  mtp_wire_start(wire, 1000, NOW);
  return wire;
}

/* Like an unencrypted message, so that padding can be told from it. */
static void send_packet(mtp_wire *wire, size_t body) {
  uint8_t packet[20 + 64] = {0};
  tl_store32(packet + 16, (uint32_t)body);
  FUZZ_CHECK(mtp_wire_send(wire, tl_bytes_of(packet, 20 + body), true) == MTP_OK);
}

/* What has happened to a wire so far. */
typedef struct watch {
  bool connected, failed;
} watch;

static void check_event(const mtp_wire_event *event, watch *w) {
  FUZZ_CHECK(!w->failed);
  FUZZ_CHECK((event->kind == MTP_WIRE_CONNECTED) != w->connected || event->kind == MTP_WIRE_FAILED);
  switch (event->kind) {
  case MTP_WIRE_CONNECTED:
    w->connected = true;
    break;
  case MTP_WIRE_PACKET:
    FUZZ_CHECK(event->packet.size && event->packet.size <= MAX_PACKET);
    break;
  case MTP_WIRE_QUICK_ACK:
    FUZZ_CHECK(event->token >> 31);
    break;
  case MTP_WIRE_TRANSPORT_ERROR:
    FUZZ_CHECK(event->code < 0);
    break;
  case MTP_WIRE_FAILED:
    FUZZ_CHECK(event->failure->kind != MTP_OK && event->failure->text[0]);
    w->failed = true;
    break;
  case MTP_WIRE_NONE:
    break;
  }
}

static void drain(mtp_wire *wire, watch *w) {
  mtp_wire_event event;
  while (mtp_wire_next(wire, &event) != MTP_WIRE_NONE) {
    check_event(&event, w);
    if (w->connected && mtp_wire_ready(wire))
      send_packet(wire, 20);
  }
  mtp_wire_written(wire, mtp_wire_output(wire).size);
}

/* proves RB-7 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  uint64_t state = 7;
  watch w = {false, false};
  if (size < HEAD)
    return 0;
  mtp_rng rng = known_rng(&state);
  mtp_wire *wire = open_wire(&routes[data[0] % (sizeof routes / sizeof *routes)], &rng);
  size_t step = data[1] ? data[1] : size;
  drain(wire, &w);
  for (size_t at = HEAD; at < size; at += step) {
    mtp_wire_recv(wire, data + at, size - at < step ? size - at : step);
    drain(wire, &w);
  }
  mtp_wire_eof(wire);
  drain(wire, &w);
  FUZZ_CHECK(w.failed);
  mtp_wire_destroy(wire);
  return 0;
}

/* ---- examples: what a data centre, and a proxy before it, really say ---- */

typedef struct record {
  uint8_t *out;
  size_t size, room;
} record;

/* Gives bytes to the client and writes them down. */
static void give(mtp_wire *client, record *r, tl_bytes bytes) {
  mtp_wire_recv(client, bytes.data, bytes.size);
  size_t n = bytes.size < r->room - r->size ? bytes.size : r->room - r->size;
  memcpy(r->out + r->size, bytes.data, n);
  r->size += n;
}

static void answer(dc_wire *server, uint64_t *seed) {
  dc_wire_event event;
  uint8_t packet[20 + 1024] = {0};
  while (dc_wire_next(server, &event) == DC_WIRE_PACKET) {
    *seed = *seed * UINT64_C(6364136223846793005) + 1;
    size_t body = (size_t)(*seed >> 40) % 200 * 4 + 4;
    tl_store32(packet + 16, (uint32_t)body);
    bool error = *seed >> 60 == 0;
    if (event.quick_ack)
      FUZZ_CHECK(dc_wire_send_quick_ack(server, (uint32_t)*seed) == TL_OK);
    if (dc_wire_can_send(server))
      FUZZ_CHECK((error ? dc_wire_send_error(server, -404)
                        : dc_wire_send(server, tl_bytes_of(packet, 20 + body))) == TL_OK);
  }
}

/* One turn of bytes from the client to the data centre and back; through the proxy, if there is. */
static void turn(mtp_wire *client, mtproxy_link *link, dc_wire *server, record *r, uint64_t *seed) {
  tl_bytes out = mtp_wire_output(client);
  if (!link) {
    dc_wire_recv(server, out.data, out.size);
  } else {
    mtproxy_link_recv(link, MTPROXY_CLIENT, NOW, out.data, out.size);
    tl_bytes up = mtproxy_link_output(link, MTPROXY_UPSTREAM);
    dc_wire_recv(server, up.data, up.size);
    mtproxy_link_written(link, MTPROXY_UPSTREAM, up.size);
  }
  mtp_wire_written(client, out.size);
  answer(server, seed);
  tl_bytes down = dc_wire_output(server);
  if (link) {
    mtproxy_link_recv(link, MTPROXY_UPSTREAM, NOW, down.data, down.size);
    tl_bytes back = mtproxy_link_output(link, MTPROXY_CLIENT);
    give(client, r, back);
    mtproxy_link_written(link, MTPROXY_CLIENT, back.size);
  } else {
    give(client, r, down);
  }
  dc_wire_written(server, down.size);
}

static void talk(const route *way, uint64_t seed, record *r) {
  uint64_t state = 7, server_state = seed | 1;
  mtp_rng rng = known_rng(&state), server_rng = known_rng(&server_state);
  mtproxy_options proxy_options = {.rng = &server_rng,
                                   .secret = {.kind = way->secret, .key = {1, 2, 3}}};
  dc_wire_options options = {.rng = &server_rng};
  mtproxy *proxy = NULL;
  mtproxy_link *link = NULL;
  dc_wire *server = NULL;
  watch w = {false, false};
  mtp_wire *client = open_wire(way, &rng);
  if (way->proxy == MTP_PROXY_MTPROTO)
    FUZZ_CHECK(mtproxy_create(&proxy_options, &proxy) == TL_OK &&
               mtproxy_accept(proxy, &link) == TL_OK);
  FUZZ_CHECK(dc_wire_create(&options, &server) == TL_OK);
  if (way->answers_size) {
    mtp_wire_written(client, mtp_wire_output(client).size);
    for (size_t i = 0; i < way->answers_size; i++) { /* what it says to that is not for the dc */
      if (i + 1 < way->answers_size)
        mtp_wire_written(client, mtp_wire_output(client).size);
      give(client, r, tl_bytes_of((const uint8_t *)way->answers + i, 1));
    }
  }
  for (int i = 0; i < ROUNDS; i++) {
    mtp_wire_event event;
    while (mtp_wire_next(client, &event) != MTP_WIRE_NONE)
      check_event(&event, &w);
    if (w.connected && mtp_wire_ready(client))
      send_packet(client, 20);
    turn(client, link, server, r, &seed);
  }
  mtp_wire_destroy(client);
  dc_wire_destroy(server);
  mtproxy_link_destroy(link);
  mtproxy_destroy(proxy);
}

size_t fuzz_example(uint64_t seed, uint8_t *out, size_t room) {
  /* What a TLS server begins with; the rest cannot be known beforehand. */
  static const uint8_t tls[] = {0x16, 3, 3, 0, 0x5a, 2, 0, 0, 0x56, 3, 3};
  size_t which = (size_t)(seed % (sizeof routes / sizeof *routes));
  record r = {out, HEAD, room};
  out[0] = (uint8_t)which;
  out[1] = (uint8_t)(seed >> 32 & 3 ? 0 : seed >> 40);
  if (strcmp(routes[which].transport, "wss") == 0 || routes[which].proxy == MTP_PROXY_HTTPS) {
    uint64_t state = seed | 1;
    memcpy(out + HEAD, tls, sizeof tls);
    (void)known_rng_fill(&state, out + HEAD + sizeof tls, 0x54);
    return HEAD + sizeof tls + 0x54;
  }
  talk(&routes[which], seed, &r);
  return r.size;
}
