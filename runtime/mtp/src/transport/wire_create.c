/* The beginning and the end of a wire. */
#include <string.h>

#include "../crypto/secret.h"
#include "wire_internal.h"

#define UNPULLED_MAX ((size_t)1 << 24) /* beyond a packet: what a careless caller may pile up */
#define OUTPUT_SLACK ((size_t)1 << 20) /* beyond two packets: frames, records, pongs */

mtp_cause mtp_wire_create(const mtp_wire_options *options, mtp_wire **out, mtp_failure *failure) {
  *out = NULL;
  mtp_wire *wire = tl_alloc_zero(options->allocator, sizeof *wire);
  if (!wire)
    return MTP_ERR_NOMEM;
  wire->allocator = options->allocator;
  wire->rng = options->rng ? *options->rng : mtp_rng_system();
  wire->deadline = MTP_WIRE_NEVER;
  wire->handshake_ms = options->handshake_ms > 0 ? options->handshake_ms : MTP_WIRE_HANDSHAKES;
  tl_buffer_init(&wire->in, options->allocator, 0);
  tl_buffer_init(&wire->out, options->allocator, 0);
  tl_buffer_init(&wire->frame, options->allocator, 0);
  mtp_cause status = mtp_wire_build(wire, options);
  if (status != MTP_OK) {
    if (failure)
      *failure = wire->failure;
    mtp_wire_destroy(wire);
    return status;
  }
  wire->in.limit = wire->max_packet + UNPULLED_MAX;
  wire->out.limit = 2 * wire->max_packet + OUTPUT_SLACK;
  *out = wire;
  return MTP_OK;
}

static void free_layer(mtp_wire *wire, mtp_layer *layer) {
  size_t size = layer->cls->size;
  if (layer->cls->free)
    layer->cls->free(layer);
  mtp_wire_free_buffer(&layer->up);
  mtp_wire_free_buffer(&layer->down);
  mtp_wipe(layer, size);
  tl_free(wire->allocator, layer, size);
}

static void free_text(mtp_wire *wire, char *text) {
  tl_free(wire->allocator, text, text ? strlen(text) + 1 : 0);
}

static void free_secret(mtp_wire *wire, void *secret, size_t size) {
  if (secret)
    mtp_wipe(secret, size);
  tl_free(wire->allocator, secret, size);
}

void mtp_wire_destroy(mtp_wire *wire) {
  if (!wire)
    return;
  while (wire->count)
    free_layer(wire, wire->layers[--wire->count]);
  mtp_framing_free(&wire->framing);
  mtp_wire_free_buffer(&wire->in);
  mtp_wire_free_buffer(&wire->out);
  mtp_wire_free_buffer(&wire->frame);
  free_text(wire, wire->host);
  free_text(wire, wire->address);
  free_text(wire, wire->path);
  free_secret(wire, wire->proxies, wire->proxy_count * sizeof *wire->proxies);
  free_secret(wire, wire->secret, sizeof *wire->secret);
  const tl_allocator *allocator = wire->allocator;
  mtp_wipe(wire, sizeof *wire);
  tl_free(allocator, wire, sizeof *wire);
}
