/* A stream layer: something between the socket and the packets that has (or has not) a handshake
 * and then turns bytes into other bytes. A new one is one file with one mtp_layer_class, and one
 * line where wire_build.c stacks them.
 *
 * Layers never see each other. Each gets the bytes that come up to it, writes what goes further up
 * to flow->up and what goes down to flow->down; the wire carries them on. A layer starts only when
 * all below it are established, so nothing of it can leave before. */
#ifndef MTP_TRANSPORT_LAYER_H
#define MTP_TRANSPORT_LAYER_H

#include <mtp/proxy.h>
#include <mtp/rng.h>
#include <tl/buffer.h>

#include "failure.h"

typedef struct mtp_tls mtp_tls;

/* What a layer needs to know; all of it borrowed from the wire, which outlives its layers. */
typedef struct mtp_layer_config {
  const char *host; /* where the stream above is to end: CONNECT target, name in the certificate */
  uint16_t port;
  const char *path;         /* WebSocket */
  bool secure;              /* WebSocket: TLS is below */
  const mtp_proxy *proxy;   /* user and password */
  const mtp_secret *secret; /* fake TLS and obfuscation; NULL: no MTProxy */
  bool raw_zero_secret;     /* see mtp_wire_options */
  bool classic_hello;       /* the same */
  uint32_t tag;             /* obfuscation: which framing is inside */
  int16_t dc;               /* obfuscation with a secret */
  const mtp_tls *tls;       /* NULL: defaults */
} mtp_layer_config;

/* What a layer works with during one call. */
typedef struct mtp_flow {
  const tl_allocator *allocator;
  const mtp_rng *rng;
  int64_t unix_time; /* seconds, as given to mtp_wire_start() */
  tl_buffer *up;
  tl_buffer *down;
  mtp_failure *failure;
} mtp_flow;

typedef enum mtp_step {
  MTP_STEP_MORE, /* the handshake goes on */
  MTP_STEP_DONE, /* established */
  MTP_STEP_FAIL  /* flow->failure says why */
} mtp_step;

typedef struct mtp_layer mtp_layer;

typedef struct mtp_layer_class {
  const char *name; /* "SOCKS5 proxy": for sentences */
  size_t size;      /* of the struct that starts with mtp_layer */

  /* Prepares a zeroed layer; false with *failure filled. NULL when there is nothing to do. */
  bool (*init)(mtp_layer *layer, const mtp_layer_config *config, const tl_allocator *allocator,
               mtp_failure *failure);

  /* Sends the first bytes of the handshake, or is established at once. NULL: the latter. */
  mtp_step (*start)(mtp_layer *layer, mtp_flow *flow);

  /* Takes bytes of the handshake and says in *used how many; fewer than n only when it is done.
   * NULL when start() establishes. */
  mtp_step (*shake)(mtp_layer *layer, mtp_flow *flow, const uint8_t *data, size_t n, size_t *used);

  /* Established: all n bytes are taken. Both NULL: bytes pass through unchanged. */
  bool (*recv)(mtp_layer *layer, mtp_flow *flow, const uint8_t *data, size_t n);
  bool (*send)(mtp_layer *layer, mtp_flow *flow, const uint8_t *data, size_t n);

  /* Says goodbye to the other side, once, when established. NULL: nothing to say. */
  bool (*close)(mtp_layer *layer, mtp_flow *flow);

  /* Frees what init() and later calls took; the memory of the layer itself is the wire's, which
   * overwrites it. Works on a zeroed layer. */
  void (*free)(mtp_layer *layer);
} mtp_layer_class;

struct mtp_layer {
  const mtp_layer_class *cls;
  bool established;
  tl_buffer up, down; /* scratch of the wire */
};

extern const mtp_layer_class mtp_layer_socks5, mtp_layer_socks4, mtp_layer_http_connect,
    mtp_layer_tls, mtp_layer_faketls, mtp_layer_obfuscated, mtp_layer_websocket;

/* Moves bytes from data into have[*size..need). True when all `need` are there; *used grows. */
bool mtp_gather(uint8_t *have, size_t *size, size_t need, const uint8_t *data, size_t n,
                size_t *used);

#endif
