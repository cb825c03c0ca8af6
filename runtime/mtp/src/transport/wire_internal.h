/* What the files that make up the wire share. */
#ifndef MTP_TRANSPORT_WIRE_INTERNAL_H
#define MTP_TRANSPORT_WIRE_INTERNAL_H

#include "layer.h"
#include "wire.h"

/* Two layers for each proxy, then fake TLS or TLS and WebSocket, then obfuscation. */
#define MTP_WIRE_LAYERS (2 * MTP_WIRE_PROXIES + 3)

typedef enum mtp_wire_state {
  MTP_WIRE_IDLE,    /* created */
  MTP_WIRE_SHAKING, /* layers[live] shakes hands, those below are established */
  MTP_WIRE_OPEN,    /* all are; MTP_WIRE_CONNECTED has still to be told */
  MTP_WIRE_TOLD,    /* it has been */
  MTP_WIRE_ENDED    /* MTP_WIRE_FAILED has been told, or mtp_wire_close() called */
} mtp_wire_state;

struct mtp_wire {
  const tl_allocator *allocator;
  mtp_rng rng;
  char *host, *address, *path; /* owned; address: NULL, or host resolved for the last proxy */
  uint16_t port;
  mtp_proxy *proxies; /* owned */
  size_t proxy_count;
  mtp_secret *secret; /* owned; of the data centre's address, or NULL */
  mtp_layer *layers[MTP_WIRE_LAYERS];
  mtp_layer_config configs[MTP_WIRE_LAYERS];
  size_t count, live;
  size_t proxy_layers; /* the first of them, which are spoken with proxies */
  mtp_framing framing;
  mtp_wire_state state;
  bool eof;
  bool heard;   /* something has come up to the framing */
  tl_buffer in; /* of the framing */
  size_t in_at;
  tl_buffer out; /* for the socket */
  size_t out_at;
  tl_buffer frame; /* scratch */
  size_t max_packet;
  bool opened; /* the framing's tag is out, or there is none to send */
  int64_t handshake_ms, deadline, unix_time;
  mtp_failure failure;
};

/* ---- wire_flow.c; all of them false with wire->failure filled ---- */

/* Starts layers[live] and those above it as long as they are established at once. */
bool mtp_wire_start_layers(mtp_wire *wire);
/* Gives bytes to the layer at `index`, or to the framing above the last. */
bool mtp_wire_climb(mtp_wire *wire, size_t index, const uint8_t *data, size_t n);
/* Sends bytes of the framing through all layers. */
bool mtp_wire_send_down(mtp_wire *wire, const uint8_t *data, size_t n);
/* Carries what lies in a layer's scratch down through the layers below it. */
bool mtp_wire_flush_down(mtp_wire *wire, size_t index);
/* What the layer at `index` works with. */
mtp_flow mtp_wire_flow(mtp_wire *wire, size_t index);
/* Empties a buffer; gives its memory back when that is much. */
void mtp_wire_release(tl_buffer *buffer);
/* Overwrites and frees a buffer. */
void mtp_wire_free_buffer(tl_buffer *buffer);

/* Stacks the layers and picks the framing. TL_ERR_NOMEM, or TL_ERR_ARGUMENT; wire->failure says. */
TL_MUST_USE mtp_cause mtp_wire_build(mtp_wire *wire, const mtp_wire_options *options);

#endif
