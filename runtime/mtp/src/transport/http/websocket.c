/* WebSocket, the client's side (TR-14, RFC 6455): upgrade with the subprotocol `binary`, then the
 * stream in masked binary frames; pings are answered, close is answered with close. */
#include <string.h>

#include "crypto/secret.h"
#include "http_head.h"
#include "transport/layer.h"
#include "transport/text.h"
#include "ws_frame.h"

typedef struct websocket_layer {
  mtp_layer base;
  const mtp_layer_config *config;
  tl_buffer head; /* of the response */
  char accept[29];
  mtp_ws_reader reader;
} websocket_layer;

static bool init(mtp_layer *layer, const mtp_layer_config *config, const tl_allocator *allocator,
                 mtp_failure *failure) {
  websocket_layer *self = (websocket_layer *)layer;
  (void)failure;
  self->config = config;
  tl_buffer_init(&self->head, allocator, MTP_HTTP_HEAD_MAX + 1);
  return true;
}

static void free_head(mtp_layer *layer) {
  tl_buffer_free(&((websocket_layer *)layer)->head);
}

static bool append_request(const mtp_layer_config *config, tl_string key, tl_buffer *out) {
  uint16_t usual = config->secure ? 443 : 80;
  return mtp_append_text(out, "GET ") == TL_OK && mtp_append_text(out, config->path) == TL_OK &&
         mtp_append_text(out, " HTTP/1.1\r\nHost: ") == TL_OK &&
         mtp_append_authority(out, config->host, config->port, usual) == TL_OK &&
         mtp_append_text(out, "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                              "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: binary\r\n"
                              "Sec-WebSocket-Key: ") == TL_OK &&
         tl_buffer_append(out, key.data, key.size) == TL_OK &&
         mtp_append_text(out, "\r\n\r\n") == TL_OK;
}

static mtp_step start(mtp_layer *layer, mtp_flow *flow) {
  websocket_layer *self = (websocket_layer *)layer;
  uint8_t nonce[16];
  if (mtp_rng_fill(flow->rng, nonce, sizeof nonce) != 0) {
    mtp_failure_set(flow->failure, MTP_ERR_RANDOM, 0, "no randomness for the WebSocket key");
    return MTP_STEP_FAIL;
  }
  tl_buffer *key = &self->head; /* free until the response comes */
  bool ok = mtp_base64_append(key, nonce, sizeof nonce) == TL_OK;
  tl_string text = {(const char *)key->data, key->size};
  ok = ok && append_request(self->config, text, flow->down) && mtp_ws_accept(text, self->accept);
  tl_buffer_clear(key);
  if (ok)
    return MTP_STEP_MORE;
  mtp_failure_memory(flow->failure);
  return MTP_STEP_FAIL;
}

static mtp_step refuse(mtp_flow *flow, int code, const char *text) {
  mtp_failure_set(flow->failure, MTP_FAIL_WEBSOCKET, code, "WebSocket: %s (status %d)", text, code);
  return MTP_STEP_FAIL;
}

static mtp_step on_head(websocket_layer *self, mtp_flow *flow) {
  mtp_http_head head;
  if (!mtp_http_parse_response(self->head.data, self->head.size, &head))
    return refuse(flow, 0, "the answer is not HTTP");
  int code = (int)head.status;
  if (code != 101)
    return refuse(flow, code, "the server does not upgrade the connection");
  tl_string accept = mtp_http_field(&head, "sec-websocket-accept");
  tl_string protocol = mtp_http_field(&head, "sec-websocket-protocol");
  if (!mtp_http_field_has(&head, "upgrade", "websocket") ||
      !mtp_http_field_has(&head, "connection", "upgrade"))
    return refuse(flow, code, "the server upgrades to something else");
  if (accept.size != 28 || memcmp(accept.data, self->accept, 28) != 0)
    return refuse(flow, code, "the server's key does not match");
  if (protocol.data && !mtp_text_is(protocol.data, protocol.size, "binary"))
    return refuse(flow, code, "the server chose a subprotocol that was not offered");
  if (mtp_http_field(&head, "sec-websocket-extensions").size)
    return refuse(flow, code, "the server chose an extension that was not offered");
  tl_buffer_free(&self->head);
  return MTP_STEP_DONE;
}

static mtp_step shake(mtp_layer *layer, mtp_flow *flow, const uint8_t *data, size_t n,
                      size_t *used) {
  websocket_layer *self = (websocket_layer *)layer;
  int got = mtp_http_gather_head(&self->head, data, n, used);
  size_t begun = self->head.size < 5 ? self->head.size : 5;
  if (got == -2) {
    mtp_failure_memory(flow->failure);
    return MTP_STEP_FAIL;
  }
  if (got == -1)
    return refuse(flow, 0, "the header of the answer is too long");
  if (begun && memcmp(self->head.data, "HTTP/", begun) != 0)
    return refuse(flow, 0, "the answer is not HTTP");
  return got == 1 ? on_head(self, flow) : MTP_STEP_MORE;
}

static bool write_frame(mtp_flow *flow, unsigned opcode, const uint8_t *data, size_t n) {
  uint8_t mask[4];
  if (mtp_rng_fill(flow->rng, mask, sizeof mask) != 0)
    return mtp_failure_set(flow->failure, MTP_ERR_RANDOM, 0, "no randomness for a mask");
  return mtp_ws_write(flow->down, opcode, mask, data, n) == TL_OK ||
         mtp_failure_memory(flow->failure);
}

static bool send_data(mtp_layer *layer, mtp_flow *flow, const uint8_t *data, size_t n) {
  (void)layer;
  return write_frame(flow, MTP_WS_BINARY, data, n);
}

static bool on_close(websocket_layer *self, mtp_flow *flow) {
  int code = mtp_ws_close_code(&self->reader);
  size_t echo = self->reader.control_size < 2 ? 0 : 2;
  return write_frame(flow, MTP_WS_CLOSE, self->reader.control, echo) &&
         mtp_failure_set(flow->failure, MTP_FAIL_CLOSED, code,
                         "WebSocket: the server closes the connection (code %d)", code);
}

static bool recv_frames(mtp_layer *layer, mtp_flow *flow, const uint8_t *data, size_t n) {
  websocket_layer *self = (websocket_layer *)layer;
  size_t used = 0;
  for (;;) {
    switch (mtp_ws_read(&self->reader, data, n, &used, flow->up, flow->failure)) {
    case MTP_WS_RESULT_MORE:
      return true;
    case MTP_WS_RESULT_BAD:
      return false;
    case MTP_WS_RESULT_CLOSE:
      return on_close(self, flow);
    case MTP_WS_RESULT_PING:
      if (!write_frame(flow, MTP_WS_PONG, self->reader.control, self->reader.control_size))
        return false;
      break;
    }
  }
}

static bool say_close(mtp_layer *layer, mtp_flow *flow) {
  static const uint8_t normal[2] = {1000 >> 8, 1000 & 0xff};
  (void)layer;
  return write_frame(flow, MTP_WS_CLOSE, normal, sizeof normal);
}

const mtp_layer_class mtp_layer_websocket = {
    .name = "WebSocket",
    .size = sizeof(websocket_layer),
    .init = init,
    .start = start,
    .shake = shake,
    .recv = recv_frames,
    .send = send_data,
    .close = say_close,
    .free = free_head,
};
