/* The accepting side of all transports: the calls. */
#include "transport_server.h"

#include <string.h>
#include <tl/wire.h>

#include "transport_server_internal.h"

tl_status dc_wire_create(const dc_wire_options *options, dc_wire **out) {
  dc_wire *wire = tl_alloc_zero(options->allocator, sizeof *wire);
  *out = wire;
  if (!wire)
    return TL_ERR_NOMEM;
  wire->options = *options;
  wire->rng = options->rng ? *options->rng : mtp_rng_system();
  wire->framing.side = MTP_SERVER_SIDE;
  wire->framing.max_packet = options->max_packet ? options->max_packet : MTP_MAX_PACKET;
  wire->framing.rng = &wire->rng;
  wire->framing.allocator = options->allocator;
  tl_buffer_init(&wire->in, options->allocator, 0);
  tl_buffer_init(&wire->out, options->allocator, 0);
  tl_buffer_init(&wire->frame, options->allocator, 0);
  return TL_OK;
}

void dc_wire_destroy(dc_wire *wire) {
  if (!wire)
    return;
  mtp_framing_free(&wire->framing);
  mtp_obfuscation_free(&wire->streams);
  tl_buffer_free(&wire->in);
  tl_buffer_free(&wire->out);
  tl_buffer_free(&wire->frame);
  tl_free(wire->options.allocator, wire, sizeof *wire);
}

static bool take_frames(dc_wire *wire, const uint8_t *data, size_t n);

/* What followed the request for WebSocket in the same bytes. */
static bool take_rest(dc_wire *wire) {
  tl_buffer raw = wire->in;
  tl_buffer_init(&wire->in, raw.allocator, raw.limit);
  bool ok = take_frames(wire, raw.data, raw.size);
  tl_buffer_free(&raw);
  return ok;
}

static bool sniff(dc_wire *wire) {
  bool before = wire->websocket;
  return dc_wire_sniff(wire) && (wire->websocket == before || take_rest(wire));
}

/* Bytes out of the WebSocket, or of the socket itself: decrypts them if that has begun. */
static bool take(dc_wire *wire, const uint8_t *data, size_t n) {
  uint8_t *to = tl_buffer_extend(&wire->in, n);
  if (!to)
    return mtp_failure_memory(&wire->failure);
  if (wire->obfuscated)
    return mtp_ctr_apply(&wire->streams.recv, data, n, to) == MTP_OK ||
           mtp_failure_memory(&wire->failure);
  if (n)
    memcpy(to, data, n);
  return wire->state != DC_WIRE_SNIFFING || sniff(wire);
}

static bool answer_control(dc_wire *wire, mtp_ws_result result) {
  bool close = result == MTP_WS_RESULT_CLOSE;
  size_t size = wire->reader.control_size;
  if (close)
    wire->state = DC_WIRE_LAST;
  if (mtp_ws_write(&wire->out, close ? MTP_WS_CLOSE : MTP_WS_PONG, NULL, wire->reader.control,
                   close && size > 2 ? 2 : size) != TL_OK)
    return mtp_failure_memory(&wire->failure);
  return !close || mtp_failure_set(&wire->failure, MTP_FAIL_CLOSED,
                                   mtp_ws_close_code(&wire->reader), "WebSocket: closed");
}

static bool take_frames(dc_wire *wire, const uint8_t *data, size_t n) {
  size_t used = 0;
  while (used < n) {
    tl_buffer up;
    tl_buffer_init(&up, wire->options.allocator, 0);
    mtp_ws_result result = mtp_ws_read(&wire->reader, data, n, &used, &up, &wire->failure);
    bool ok = up.size == 0 || take(wire, up.data, up.size);
    tl_buffer_free(&up);
    if (!ok || result == MTP_WS_RESULT_BAD)
      return false;
    if (result != MTP_WS_RESULT_MORE && !answer_control(wire, result))
      return false;
  }
  return true;
}

void dc_wire_recv(dc_wire *wire, const void *data, size_t n) {
  if (wire->state > DC_WIRE_OPEN || wire->failure.kind != MTP_OK || n == 0)
    return;
  tl_buffer_consume(&wire->in, wire->in_at);
  wire->in_at = 0;
  bool ok = wire->websocket ? take_frames(wire, data, n) : take(wire, data, n);
  if (!ok)
    wire->state = DC_WIRE_LAST;
}

static dc_wire_event_kind end(dc_wire *wire, dc_wire_event *event) {
  if (wire->failure.kind == MTP_OK)
    wire->failure = wire->framing.failure;
  if (wire->framing.cls == &dc_framing_http && wire->state == DC_WIRE_OPEN && wire->failure.code)
    (void)dc_wire_http_refuse(wire, (unsigned)wire->failure.code);
  wire->state = DC_WIRE_ENDED;
  event->failure = &wire->failure;
  return event->kind = DC_WIRE_FAILED;
}

dc_wire_event_kind dc_wire_next(dc_wire *wire, dc_wire_event *event) {
  mtp_frame frame = {.kind = MTP_FRAME_MORE};
  memset(event, 0, sizeof *event);
  if (wire->state == DC_WIRE_ENDED)
    return DC_WIRE_NONE;
  size_t left = wire->in.size - wire->in_at;
  if (wire->framing.cls && left && wire->framing.failure.kind == MTP_OK)
    wire->framing.cls->decode(&wire->framing, wire->in.data + wire->in_at, left, &frame);
  wire->in_at += frame.used;
  if (frame.kind == MTP_FRAME_PACKET) {
    event->packet = frame.packet;
    event->quick_ack = frame.quick_ack;
    return event->kind = DC_WIRE_PACKET;
  }
  if (wire->failure.kind != MTP_OK || wire->framing.failure.kind != MTP_OK)
    return end(wire, event);
  return DC_WIRE_NONE;
}

bool dc_wire_can_send(const dc_wire *wire) {
  if (wire->state != DC_WIRE_OPEN || wire->failure.kind != MTP_OK)
    return false;
  return !wire->framing.cls->one_at_a_time || wire->framing.received != wire->framing.sent;
}

/* Encrypts and wraps what lies in wire->frame. */
static tl_status flush(dc_wire *wire) {
  tl_buffer *frame = &wire->frame;
  bool ok = !wire->obfuscated ||
            mtp_ctr_apply(&wire->streams.send, frame->data, frame->size, frame->data) == MTP_OK;
  if (ok && wire->websocket)
    ok = mtp_ws_write(&wire->out, MTP_WS_BINARY, NULL, frame->data, frame->size) == TL_OK;
  else if (ok)
    ok = tl_buffer_append(&wire->out, frame->data, frame->size) == TL_OK;
  tl_buffer_clear(frame);
  wire->replied = true;
  if (ok)
    return TL_OK;
  mtp_failure_memory(&wire->failure);
  return TL_ERR_NOMEM;
}

tl_status dc_wire_send(dc_wire *wire, tl_bytes packet) {
  bool http = dc_wire_is_http(wire);
  if (!dc_wire_can_send(wire) || packet.size % 4 || packet.size < (http ? 0U : 4U) ||
      packet.size > wire->framing.max_packet)
    return TL_ERR_ARGUMENT;
  if (!wire->framing.cls->encode(&wire->framing, packet, false, &wire->frame)) {
    mtp_failure_memory(&wire->failure);
    return TL_ERR_NOMEM;
  }
  if (http && wire->framing.last)
    wire->state = DC_WIRE_LAST;
  return flush(wire);
}

tl_status dc_wire_send_error(dc_wire *wire, int32_t code) {
  uint8_t bytes[4];
  if (!dc_wire_can_send(wire) || code >= 0)
    return TL_ERR_ARGUMENT;
  if (!dc_wire_is_http(wire)) {
    tl_store32(bytes, (uint32_t)code);
    return dc_wire_send(wire, tl_bytes_of(bytes, 4));
  }
  wire->framing.sent++;
  bool close = wire->framing.last;
  unsigned status = code >= -599 && code <= -400 ? (unsigned)-code : 404;
  if (close)
    wire->state = DC_WIRE_LAST;
  if (dc_http_append_response(&wire->out, status, close, tl_bytes_of("", 0)) == TL_OK)
    return TL_OK;
  mtp_failure_memory(&wire->failure);
  return TL_ERR_NOMEM;
}

static bool looks_like_tag(const tl_buffer *frame) {
  uint32_t first = tl_load32(frame->data);
  return frame->data[0] == 0xef || first == MTP_TAG_INTERMEDIATE || first == MTP_TAG_PADDED;
}

tl_status dc_wire_send_quick_ack(dc_wire *wire, uint32_t token) {
  if (!dc_wire_can_send(wire) || !wire->framing.cls->quick_ack)
    return TL_OK;
  if (!wire->framing.cls->quick_ack(&wire->framing, token | MTP_QUICK_ACK_BIT, &wire->frame)) {
    mtp_failure_memory(&wire->failure);
    return TL_ERR_NOMEM;
  }
  if (!wire->replied && looks_like_tag(&wire->frame)) {
    tl_buffer_clear(&wire->frame);
    return TL_OK;
  }
  return flush(wire);
}

bool dc_wire_finished(const dc_wire *wire) {
  return wire->state == DC_WIRE_LAST || wire->state == DC_WIRE_ENDED ||
         wire->failure.kind != MTP_OK;
}

bool dc_wire_is_http(const dc_wire *wire) {
  return wire->framing.cls == &dc_framing_http;
}

tl_bytes dc_wire_output(const dc_wire *wire) {
  size_t size = wire->out.size - wire->out_at;
  return tl_bytes_of(size ? wire->out.data + wire->out_at : (const uint8_t *)"", size);
}

void dc_wire_written(dc_wire *wire, size_t n) {
  wire->out_at += n;
  if (wire->out_at >= wire->out.size) {
    wire->out_at = 0;
    tl_buffer_clear(&wire->out);
  } else if (wire->out_at > wire->out.size / 2) {
    tl_buffer_consume(&wire->out, wire->out_at);
    wire->out_at = 0;
  }
}

const char *dc_wire_transport(const dc_wire *wire) {
  return wire->transport[0] ? wire->transport : "unknown";
}
