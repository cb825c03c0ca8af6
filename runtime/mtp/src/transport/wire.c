/* The calls of the wire. */
#include "wire.h"

#include <stdio.h>
#include <string.h>

#include "../crypto/secret.h"
#include "wire_internal.h"

/* What is to go out after a failure: nothing, but for the answer to a close. */
static bool failed(mtp_wire *wire) {
  if (wire->failure.kind == MTP_OK)
    return false;
  wire->deadline = MTP_WIRE_NEVER;
  if (wire->failure.kind != MTP_FAIL_CLOSED) {
    tl_buffer_wipe(&wire->out);
    wire->out_at = 0;
  }
  return true;
}

void mtp_wire_start(mtp_wire *wire, int64_t now_ms, int64_t unix_time) {
  if (wire->state != MTP_WIRE_IDLE)
    return;
  wire->state = MTP_WIRE_SHAKING;
  wire->unix_time = unix_time;
  wire->deadline = now_ms + wire->handshake_ms;
  if (!mtp_wire_start_layers(wire))
    failed(wire);
}

static bool dead(const mtp_wire *wire) {
  return wire->state == MTP_WIRE_IDLE || wire->state == MTP_WIRE_ENDED || wire->eof ||
         wire->failure.kind != MTP_OK;
}

/* Forgets the packets that have been pulled. */
static void compact(mtp_wire *wire) {
  tl_buffer_consume(&wire->in, wire->in_at);
  wire->in_at = 0;
  if (wire->in.size == 0)
    mtp_wire_release(&wire->in);
}

void mtp_wire_recv(mtp_wire *wire, const void *data, size_t n) {
  if (dead(wire) || n == 0)
    return;
  compact(wire);
  if (!mtp_wire_climb(wire, 0, data, n))
    failed(wire);
}

void mtp_wire_eof(mtp_wire *wire) {
  if (!dead(wire))
    wire->eof = true;
}

static const char *doing(const mtp_wire *wire) {
  return wire->live < wire->count ? wire->layers[wire->live]->cls->name : wire->framing.cls->name;
}

static bool through_mtproxy(const mtp_wire *wire) {
  return wire->secret ||
         (wire->proxy_count && wire->proxies[wire->proxy_count - 1].kind == MTP_PROXY_MTPROTO);
}

bool mtp_wire_at_proxy(const mtp_wire *wire) {
  bool mtproxy =
      wire->proxy_count && wire->proxies[wire->proxy_count - 1].kind == MTP_PROXY_MTPROTO;
  return wire->live < wire->proxy_layers || (mtproxy && !wire->heard);
}

/* The other side closed the connection: when? */
static void note_end(mtp_wire *wire) {
  if (wire->live < wire->count)
    mtp_failure_set(&wire->failure, MTP_FAIL_CLOSED, 0,
                    "the other side closed the connection during the handshake: %s", doing(wire));
  else if (through_mtproxy(wire) && !wire->heard)
    mtp_failure_set(&wire->failure, MTP_FAIL_CLOSED, 0,
                    "the proxy closed the connection without a word: perhaps the secret is wrong");
  else
    mtp_failure_set(&wire->failure, MTP_FAIL_CLOSED, 0, "the other side closed the connection");
}

static mtp_wire_event_kind end(mtp_wire *wire, mtp_wire_event *event) {
  if (wire->failure.kind == MTP_OK)
    wire->failure = wire->framing.failure;
  if (wire->failure.kind == MTP_OK)
    note_end(wire);
  failed(wire);
  wire->state = MTP_WIRE_ENDED;
  event->failure = &wire->failure;
  return event->kind = MTP_WIRE_FAILED;
}

/* Takes the next frame off the input. MTP_FRAME_MORE: there is none. */
static mtp_frame_kind next_frame(mtp_wire *wire, mtp_frame *frame) {
  mtp_framing *framing = &wire->framing;
  do {
    memset(frame, 0, sizeof *frame);
    size_t n = wire->in.size - wire->in_at;
    const uint8_t *in = n ? wire->in.data + wire->in_at : (const uint8_t *)"";
    framing->cls->decode(framing, in, n, frame);
    wire->in_at += frame->used;
    if (frame->kind == MTP_FRAME_MORE && wire->eof && framing->cls->finish) {
      size_t used = frame->used;
      frame->used = 0;
      framing->cls->finish(framing, in + used, n - used, frame);
      wire->in_at += frame->used;
    }
  } while (frame->kind == MTP_FRAME_SKIP && framing->failure.kind == MTP_OK);
  return frame->kind;
}

static mtp_wire_event_kind translate(mtp_wire *wire, const mtp_frame *frame,
                                     mtp_wire_event *event) {
  event->packet = frame->packet;
  event->token = frame->token;
  event->code = frame->code;
  switch (frame->kind) {
  case MTP_FRAME_PACKET:
    return event->kind = MTP_WIRE_PACKET;
  case MTP_FRAME_QUICK_ACK:
    return event->kind = MTP_WIRE_QUICK_ACK;
  case MTP_FRAME_ERROR:
    return event->kind = MTP_WIRE_TRANSPORT_ERROR;
  default:
    break;
  }
  bool over = frame->kind != MTP_FRAME_MORE || wire->eof || wire->failure.kind != MTP_OK;
  return over ? end(wire, event) : MTP_WIRE_NONE;
}

mtp_wire_event_kind mtp_wire_next(mtp_wire *wire, mtp_wire_event *event) {
  memset(event, 0, sizeof *event);
  if (wire->state == MTP_WIRE_ENDED || wire->state == MTP_WIRE_IDLE)
    return MTP_WIRE_NONE;
  if (wire->state == MTP_WIRE_SHAKING)
    return wire->eof || wire->failure.kind != MTP_OK ? end(wire, event) : MTP_WIRE_NONE;
  if (wire->state == MTP_WIRE_OPEN) {
    wire->state = MTP_WIRE_TOLD;
    return event->kind = MTP_WIRE_CONNECTED;
  }
  if (wire->framing.failure.kind != MTP_OK)
    return end(wire, event);
  mtp_frame frame;
  wire->heard = wire->heard || wire->in.size > 0;
  next_frame(wire, &frame);
  return translate(wire, &frame, event);
}

bool mtp_wire_ready(const mtp_wire *wire) {
  const mtp_framing *framing = &wire->framing;
  bool open = (wire->state == MTP_WIRE_OPEN || wire->state == MTP_WIRE_TOLD) && !dead(wire) &&
              framing->failure.kind == MTP_OK;
  bool busy = framing->cls->one_at_a_time && framing->sent != framing->received;
  return open && !busy && wire->out.size - wire->out_at <= wire->max_packet;
}

/* The framing's tag opens the stream, unless the obfuscation carries it (TR-10). */
static bool append_tag(mtp_wire *wire) {
  const mtp_framing_class *cls = wire->framing.cls;
  uint8_t tag[4];
  if (wire->opened)
    return true;
  wire->opened = true;
  memset(tag, (int)(cls->tag & 0xff), sizeof tag); /* all of its bytes are the same */
  bool carried = wire->count && wire->layers[wire->count - 1]->cls == &mtp_layer_obfuscated;
  return carried || tl_buffer_append(&wire->frame, tag, cls->tag_size) == TL_OK ||
         mtp_failure_memory(&wire->failure);
}

mtp_cause mtp_wire_send(mtp_wire *wire, tl_bytes packet, bool quick_ack) {
  if (!mtp_wire_ready(wire) || packet.size < 4 || packet.size % 4)
    return MTP_ERR_ARGUMENT;
  if (packet.size > wire->max_packet)
    return MTP_FAIL_OVERSIZED;
  mtp_framing *framing = &wire->framing;
  bool ok = append_tag(wire) && framing->cls->encode(framing, packet, quick_ack, &wire->frame) &&
            mtp_wire_send_down(wire, wire->frame.data, wire->frame.size);
  mtp_wire_release(&wire->frame);
  if (ok)
    return MTP_OK;
  if (wire->failure.kind == MTP_OK)
    wire->failure = framing->failure;
  failed(wire);
  return wire->failure.kind;
}

bool mtp_wire_is_http(const mtp_wire *wire) {
  return wire->framing.cls->one_at_a_time;
}

uint32_t mtp_wire_answers(const mtp_wire *wire, bool *all) {
  *all = wire->framing.sent == wire->framing.received;
  return wire->framing.received;
}

tl_bytes mtp_wire_output(const mtp_wire *wire) {
  size_t size = wire->out.size - wire->out_at;
  return tl_bytes_of(size ? wire->out.data + wire->out_at : (const uint8_t *)"", size);
}

void mtp_wire_written(mtp_wire *wire, size_t n) {
  size_t size = wire->out.size - wire->out_at;
  wire->out_at += n < size ? n : size;
  if (wire->out_at == wire->out.size) {
    wire->out_at = 0;
    tl_buffer_clear(&wire->out);
    mtp_wire_release(&wire->out);
  } else if (wire->out_at > wire->out.size / 2) {
    tl_buffer_consume(&wire->out, wire->out_at);
    wire->out_at = 0;
  }
}

int64_t mtp_wire_deadline(const mtp_wire *wire) {
  return wire->deadline;
}

/* A proxy without TLS waits for the rest of what it cannot read. */
static const char *hint(const mtp_wire *wire) {
  bool tls = wire->live < wire->count && wire->layers[wire->live]->cls == &mtp_layer_tls;
  return tls && wire->configs[wire->live].proxy
             ? " with the proxy; if it speaks no TLS it is to be written http://"
             : "";
}

void mtp_wire_tick(mtp_wire *wire, int64_t now_ms) {
  if (dead(wire) || now_ms < wire->deadline)
    return;
  mtp_failure_set(&wire->failure, MTP_FAIL_TIMEOUT, 0, "no answer in time: %s%s", doing(wire),
                  hint(wire));
  failed(wire);
}

void mtp_wire_trim(mtp_wire *wire) {
  if (wire->in.size == wire->in_at) {
    mtp_wire_free_buffer(&wire->in);
    wire->in_at = 0;
  }
  if (wire->out.size == wire->out_at) {
    mtp_wire_free_buffer(&wire->out);
    wire->out_at = 0;
  }
  mtp_wire_free_buffer(&wire->frame);
}

void mtp_wire_close(mtp_wire *wire) {
  bool speak = !dead(wire);
  for (size_t i = wire->live; i-- > 0 && speak;) {
    mtp_layer *layer = wire->layers[i];
    mtp_flow flow = mtp_wire_flow(wire, i);
    if (layer->cls->close)
      speak = layer->cls->close(layer, &flow) && mtp_wire_flush_down(wire, i);
  }
  wire->state = MTP_WIRE_ENDED;
  wire->deadline = MTP_WIRE_NEVER;
}

void mtp_wire_describe(const mtp_wire *wire, char *out, size_t capacity) {
  size_t at = 0;
  if (capacity)
    out[0] = 0;
  for (size_t i = 0; i <= wire->count && at < capacity; i++) {
    const char *name = i < wire->count ? wire->layers[i]->cls->name : wire->framing.cls->name;
    int n = snprintf(out + at, capacity - at, "%s%s", i ? " > " : "", name);
    at += n > 0 ? (size_t)n : 0;
  }
}
