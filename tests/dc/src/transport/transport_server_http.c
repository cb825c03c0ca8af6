/* HTTP, the server's side: each POST to /api... is a packet, each response one (TR-14); and the
 * upgrade of GET /apiws... to WebSocket. */
#include <stdio.h>
#include <string.h>

#include "http_request.h"
#include "transport/text.h"
#include "transport_server_internal.h"

static const char *reason(unsigned status) {
  switch (status) {
  case 200:
    return "OK";
  case 400:
    return "Bad Request";
  case 404:
    return "Not Found";
  case 405:
    return "Method Not Allowed";
  case 411:
    return "Length Required";
  case 413:
    return "Content Too Large";
  case 429:
    return "Too Many Requests";
  default:
    return "Error";
  }
}

tl_status dc_http_append_response(tl_buffer *out, unsigned status, bool close, tl_bytes body) {
  char head[256];
  int n = snprintf(head, sizeof head,
                   "HTTP/1.1 %u %s\r\nContent-Type: application/octet-stream\r\n"
                   "Access-Control-Allow-Origin: *\r\nConnection: %s\r\n"
                   "Content-Length: %zu\r\n\r\n",
                   status, reason(status), close ? "close" : "keep-alive", body.size);
  tl_status written = tl_buffer_append(out, head, (size_t)n);
  return written == TL_OK ? tl_buffer_append(out, body.data, body.size) : written;
}

bool dc_wire_http_refuse(dc_wire *wire, unsigned status) {
  wire->state = DC_WIRE_LAST;
  if (dc_http_append_response(&wire->out, status, true, tl_bytes_of("", 0)) != TL_OK)
    return mtp_failure_memory(&wire->failure);
  return mtp_failure_set(&wire->failure, MTP_FAIL_GARBAGE, (int)status,
                         "an HTTP request that is not for us (status %u)", status);
}

static mtp_frame_kind bad(mtp_framing *framing, mtp_frame *frame, int status, const char *text) {
  mtp_failure_set(&framing->failure, status == 413 ? MTP_FAIL_OVERSIZED : MTP_FAIL_GARBAGE, status,
                  "HTTP transport: %s", text);
  return frame->kind = MTP_FRAME_BAD;
}

static bool is_api(tl_string target) {
  return target.size >= 4 && memcmp(target.data, "/api", 4) == 0;
}

/* One request, once all of it is there; the next only after the response to this one. */
static mtp_frame_kind decode(mtp_framing *framing, const uint8_t *in, size_t n, mtp_frame *frame) {
  http_request request;
  frame->kind = MTP_FRAME_MORE;
  if (framing->received != framing->sent)
    return frame->kind;
  size_t size = mtp_http_head_size(in, n);
  if (size == 0)
    return n < MTP_HTTP_HEAD_MAX ? frame->kind : bad(framing, frame, 431, "a header too long");
  if (!http_request_parse(in, size, &request))
    return bad(framing, frame, 400, "a broken request");
  if (!mtp_text_is(request.method.data, request.method.size, "post"))
    return bad(framing, frame, 405, "a method other than POST");
  if (!is_api(request.target))
    return bad(framing, frame, 404, "a path other than /api");
  if (request.head.chunked || !request.head.has_length)
    return bad(framing, frame, 411, "a request without Content-Length");
  if (request.head.length > framing->max_packet)
    return bad(framing, frame, 413, "a packet beyond the cap");
  if (n - size < request.head.length)
    return frame->kind;
  framing->received++;
  framing->last = request.head.close;
  frame->used = size + (size_t)request.head.length;
  frame->packet = tl_bytes_of(in + size, (size_t)request.head.length);
  return frame->kind = MTP_FRAME_PACKET;
}

static bool encode(mtp_framing *framing, tl_bytes packet, bool quick_ack, tl_buffer *out) {
  (void)quick_ack;
  framing->sent++;
  return dc_http_append_response(out, 200, framing->last, packet) == TL_OK ||
         mtp_failure_memory(&framing->failure);
}

const mtp_framing_class dc_framing_http = {
    .name = "HTTP",
    .one_at_a_time = true,
    .encode = encode,
    .decode = decode,
};

/* ---- WebSocket ---- */

static bool append_upgrade(dc_wire *wire, const mtp_http_head *head) {
  char accept[29];
  bool binary = mtp_http_field_has(head, "sec-websocket-protocol", "binary");
  if (!mtp_ws_accept(mtp_http_field(head, "sec-websocket-key"), accept) ||
      mtp_append_text(&wire->out, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                  "Connection: Upgrade\r\nSec-WebSocket-Accept: ") != TL_OK ||
      mtp_append_text(&wire->out, accept) != TL_OK ||
      mtp_append_text(&wire->out,
                      binary ? "\r\nSec-WebSocket-Protocol: binary\r\n\r\n" : "\r\n\r\n") != TL_OK)
    return mtp_failure_memory(&wire->failure);
  return true;
}

static bool is_upgrade(const http_request *request) {
  const mtp_http_head *head = &request->head;
  tl_string version = mtp_http_field(head, "sec-websocket-version");
  return mtp_text_is(request->method.data, request->method.size, "get") &&
         mtp_http_field_has(head, "upgrade", "websocket") &&
         mtp_http_field_has(head, "connection", "upgrade") &&
         mtp_http_field(head, "sec-websocket-key").size == 24 && version.size == 2 &&
         memcmp(version.data, "13", 2) == 0;
}

bool dc_wire_upgrade(dc_wire *wire) {
  http_request request;
  size_t size = mtp_http_head_size(wire->in.data, wire->in.size);
  if (size == 0 && wire->in.size >= MTP_HTTP_HEAD_MAX)
    return dc_wire_http_refuse(wire, 431);
  if (size == 0)
    return true;
  if (!http_request_parse(wire->in.data, size, &request))
    return dc_wire_http_refuse(wire, 400);
  if (request.target.size < 6 || memcmp(request.target.data, "/apiws", 6) != 0)
    return dc_wire_http_refuse(wire, 404);
  if (!is_upgrade(&request))
    return dc_wire_http_refuse(wire, 400);
  if (!append_upgrade(wire, &request.head))
    return false;
  wire->websocket = true;
  wire->reader.masked = true;
  tl_buffer_consume(&wire->in, size); /* what followed is WebSocket already */
  return true;
}
