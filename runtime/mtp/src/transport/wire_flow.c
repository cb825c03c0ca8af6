/* How bytes move through the layers of a wire: from the socket they climb from layers[0] to the
 * framing; what a layer sends goes down through all below it. */
#include "wire_internal.h"

#define SCRATCH_KEPT ((size_t)16384) /* more than this is given back when it is empty */

void mtp_wire_free_buffer(tl_buffer *buffer) {
  tl_buffer_wipe(buffer);
  tl_buffer_free(buffer);
}

void mtp_wire_release(tl_buffer *buffer) {
  if (buffer->capacity > SCRATCH_KEPT)
    tl_buffer_free(buffer);
  tl_buffer_clear(buffer);
}

static bool passes_through(const mtp_layer *layer) {
  return !layer->cls->send;
}

/* The layer below index `above` that has a say in what goes down; count when there is none. */
static size_t next_below(const mtp_wire *wire, size_t above) {
  while (above > 0)
    if (!passes_through(wire->layers[--above]))
      return above;
  return wire->count;
}

/* Where the layer at `index` writes what goes down: its scratch, or at once the socket's output. */
static tl_buffer *down_of(mtp_wire *wire, size_t index) {
  return next_below(wire, index) == wire->count ? &wire->out : &wire->layers[index]->down;
}

mtp_flow mtp_wire_flow(mtp_wire *wire, size_t index) {
  bool top = index + 1 == wire->count;
  mtp_flow flow = {.allocator = wire->allocator,
                   .rng = &wire->rng,
                   .unix_time = wire->unix_time,
                   .up = top ? &wire->in : &wire->layers[index]->up,
                   .down = down_of(wire, index),
                   .failure = &wire->failure};
  return flow;
}

/* Carries what lies in a layer's scratch down through the layers below it. */
bool mtp_wire_flush_down(mtp_wire *wire, size_t index) {
  size_t below = next_below(wire, index);
  while (below != wire->count) {
    tl_buffer *from = &wire->layers[index]->down;
    mtp_flow flow = mtp_wire_flow(wire, below);
    mtp_layer *layer = wire->layers[below];
    if (from->size && !layer->cls->send(layer, &flow, from->data, from->size))
      return false;
    mtp_wire_release(from);
    index = below;
    below = next_below(wire, index);
  }
  return true;
}

/* Sends bytes of the framing through all layers. */
bool mtp_wire_send_down(mtp_wire *wire, const uint8_t *data, size_t n) {
  size_t below = next_below(wire, wire->count);
  if (below == wire->count)
    return tl_buffer_append(&wire->out, data, n) == TL_OK || mtp_failure_memory(&wire->failure);
  mtp_flow flow = mtp_wire_flow(wire, below);
  mtp_layer *layer = wire->layers[below];
  return layer->cls->send(layer, &flow, data, n) && mtp_wire_flush_down(wire, below);
}

/* Starts layers[live] and those above it as long as they are established at once. */
bool mtp_wire_start_layers(mtp_wire *wire) {
  while (wire->live < wire->count) {
    mtp_layer *layer = wire->layers[wire->live];
    mtp_flow flow = mtp_wire_flow(wire, wire->live);
    mtp_step step = layer->cls->start ? layer->cls->start(layer, &flow) : MTP_STEP_DONE;
    if (step == MTP_STEP_FAIL || !mtp_wire_flush_down(wire, wire->live))
      return false;
    if (step == MTP_STEP_MORE)
      return true;
    layer->established = true;
    wire->live++;
  }
  wire->state = MTP_WIRE_OPEN;
  wire->deadline = MTP_WIRE_NEVER;
  return true;
}

/* Passes on what a layer has put up, whether or not it failed afterwards. */
static bool climb_from(mtp_wire *wire, size_t index) {
  tl_buffer *up = &wire->layers[index]->up;
  bool ok = up->size == 0 || mtp_wire_climb(wire, index + 1, up->data, up->size);
  mtp_wire_release(up);
  return ok;
}

static bool shake(mtp_wire *wire, size_t index, const uint8_t *data, size_t n, size_t *used) {
  mtp_layer *layer = wire->layers[index];
  mtp_flow flow = mtp_wire_flow(wire, index);
  mtp_step step = layer->cls->shake(layer, &flow, data, n, used);
  if (step == MTP_STEP_FAIL || !mtp_wire_flush_down(wire, index))
    return false;
  if (step == MTP_STEP_MORE)
    return true;
  layer->established = true;
  wire->live++;
  return mtp_wire_start_layers(wire) && climb_from(wire, index);
}

/* What came before the end: it may say more about why than the end itself does. */
static bool climb_before_end(mtp_wire *wire, size_t index) {
  mtp_failure end = wire->failure;
  if (end.kind == MTP_FAIL_CLOSED)
    wire->failure.kind = MTP_OK;
  bool ok = climb_from(wire, index);
  if (wire->failure.kind == MTP_OK)
    wire->failure = end;
  return ok;
}

static bool pass_up(mtp_wire *wire, size_t index, const uint8_t *data, size_t n) {
  mtp_layer *layer = wire->layers[index];
  if (!layer->cls->recv)
    return mtp_wire_climb(wire, index + 1, data, n);
  mtp_flow flow = mtp_wire_flow(wire, index);
  bool ok = layer->cls->recv(layer, &flow, data, n);
  bool sent = mtp_wire_flush_down(wire, index);
  return climb_before_end(wire, index) && ok && sent;
}

/* Gives bytes to the layer at `index`, or to the framing above the last. */
bool mtp_wire_climb(mtp_wire *wire, size_t index, const uint8_t *data, size_t n) {
  if (index == wire->count)
    return tl_buffer_append(&wire->in, data, n) == TL_OK || mtp_failure_memory(&wire->failure);
  size_t used = 0;
  while (used < n && !wire->layers[index]->established) {
    size_t took = 0;
    if (!shake(wire, index, data + used, n - used, &took))
      return false;
    used += took;
    if (took == 0 && !wire->layers[index]->established)
      return mtp_failure_set(&wire->failure, MTP_FAIL_GARBAGE, 0, "%s: bytes that it cannot take",
                             wire->layers[index]->cls->name);
  }
  return used == n || pass_up(wire, index, data + used, n - used);
}
