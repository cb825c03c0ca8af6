/* WebSocket framing. */
#include "ws_frame.h"

#include <string.h>

#include "crypto/hash.h"
#include "transport/text.h"

#define FIN      0x80
#define RESERVED 0x70
#define MASKED   0x80

static bool is_control(unsigned opcode) {
  return opcode >= MTP_WS_CLOSE;
}

/* What the first two bytes of a frame may not be. */
static const char *head_fault(const mtp_ws_reader *reader) {
  unsigned opcode = reader->head[0] & 15, size = reader->head[1] & 0x7f;
  if (reader->head[0] & RESERVED)
    return "a reserved bit is set";
  if (((reader->head[1] & MASKED) != 0) != reader->masked)
    return reader->masked ? "a frame is not masked" : "a frame is masked";
  if (is_control(opcode) && (!(reader->head[0] & FIN) || size > MTP_WS_CONTROL_MAX))
    return "a control frame is fragmented or too long";
  if (opcode > MTP_WS_PONG || (opcode > MTP_WS_BINARY && opcode < MTP_WS_CLOSE))
    return "an unknown kind of frame";
  if (opcode == MTP_WS_TEXT)
    return "a text frame";
  if (opcode == MTP_WS_CONTINUATION && !reader->in_message)
    return "a continuation of nothing";
  if (opcode == MTP_WS_BINARY && reader->in_message)
    return "a new message inside a fragmented one";
  return NULL;
}

static bool begin_payload(mtp_ws_reader *reader, mtp_failure *failure) {
  const uint8_t *head = reader->head;
  unsigned opcode = head[0] & 15, size = head[1] & 0x7f;
  size_t bytes = size == 127 ? 8 : size == 126 ? 2 : 0;
  reader->left = bytes ? 0 : size;
  for (size_t i = 0; i < bytes; i++)
    reader->left = reader->left << 8 | head[2 + i];
  if (reader->left >> 63)
    return mtp_failure_set(failure, MTP_FAIL_OVERSIZED, 0, "WebSocket: an impossible length");
  if (!is_control(opcode))
    reader->in_message = !(head[0] & FIN);
  reader->in_payload = true;
  reader->mask_at = 0;
  reader->control_size = 0;
  return true;
}

static bool head_byte(mtp_ws_reader *reader, uint8_t byte, mtp_failure *failure) {
  reader->head[reader->have++] = byte;
  if (reader->have < 2)
    return true;
  if (reader->have == 2) {
    const char *fault = head_fault(reader);
    if (fault)
      return mtp_failure_set(failure, MTP_FAIL_GARBAGE, 0, "WebSocket: %s", fault);
    unsigned size = byte & 0x7f;
    reader->need = 2U + (size == 127 ? 8U : size == 126 ? 2U : 0U) + (reader->masked ? 4U : 0U);
  }
  return reader->have < reader->need || begin_payload(reader, failure);
}

/* Takes up to n bytes of payload, unmasked, to where they belong. */
static bool payload_bytes(mtp_ws_reader *reader, const uint8_t *data, size_t n, tl_buffer *up,
                          mtp_failure *failure) {
  uint8_t *to;
  if (is_control(reader->head[0] & 15)) {
    to = reader->control + reader->control_size;
    reader->control_size += n;
  } else {
    to = tl_buffer_extend(up, n);
  }
  if (!to)
    return mtp_failure_memory(failure);
  const uint8_t *mask = reader->head + reader->need - 4;
  for (size_t i = 0; i < n; i++)
    to[i] = reader->masked ? data[i] ^ mask[reader->mask_at++ & 3] : data[i];
  reader->left -= n;
  return true;
}

static mtp_ws_result end_of_frame(mtp_ws_reader *reader) {
  unsigned opcode = reader->head[0] & 15;
  reader->have = 0;
  reader->need = 0;
  reader->in_payload = false;
  if (opcode == MTP_WS_PING)
    return MTP_WS_RESULT_PING;
  return opcode == MTP_WS_CLOSE ? MTP_WS_RESULT_CLOSE : MTP_WS_RESULT_MORE;
}

mtp_ws_result mtp_ws_read(mtp_ws_reader *reader, const uint8_t *data, size_t n, size_t *used,
                          tl_buffer *up, mtp_failure *failure) {
  while (*used < n) {
    if (!reader->in_payload) {
      if (!head_byte(reader, data[(*used)++], failure))
        return MTP_WS_RESULT_BAD;
    } else {
      size_t take = reader->left < n - *used ? (size_t)reader->left : n - *used;
      if (!payload_bytes(reader, data + *used, take, up, failure))
        return MTP_WS_RESULT_BAD;
      *used += take;
    }
    if (reader->in_payload && reader->left == 0) {
      mtp_ws_result result = end_of_frame(reader);
      if (result != MTP_WS_RESULT_MORE)
        return result;
    }
  }
  return MTP_WS_RESULT_MORE;
}

int mtp_ws_close_code(const mtp_ws_reader *reader) {
  return reader->control_size < 2 ? 1005 : reader->control[0] << 8 | reader->control[1];
}

static size_t write_head(uint8_t head[10], unsigned opcode, bool masked, size_t n) {
  head[0] = (uint8_t)(FIN | opcode);
  size_t bytes = n > 0xffff ? 8 : n > MTP_WS_CONTROL_MAX ? 2 : 0;
  head[1] = (uint8_t)(bytes == 8 ? 127 : bytes == 2 ? 126 : n);
  if (masked)
    head[1] |= MASKED;
  for (size_t i = 0; i < bytes; i++)
    head[2 + i] = (uint8_t)((uint64_t)n >> 8 * (bytes - 1 - i));
  return 2 + bytes;
}

tl_status mtp_ws_write(tl_buffer *out, unsigned opcode, const uint8_t *mask, const uint8_t *data,
                       size_t n) {
  uint8_t head[10];
  size_t head_size = write_head(head, opcode, mask != NULL, n);
  if (tl_buffer_append(out, head, head_size) != TL_OK ||
      (mask && tl_buffer_append(out, mask, 4) != TL_OK))
    return TL_ERR_NOMEM;
  uint8_t *to = tl_buffer_extend(out, n);
  if (!to)
    return TL_ERR_NOMEM;
  for (size_t i = 0; i < n; i++)
    to[i] = mask ? data[i] ^ mask[i & 3] : data[i];
  return TL_OK;
}

bool mtp_ws_accept(tl_string key, char out[29]) {
  tl_bytes parts[2] = {tl_bytes_of(key.data, key.size),
                       tl_bytes_of("258EAFA5-E914-47DA-95CA-C5AB0DC85B11", 36)};
  uint8_t digest[MTP_SHA1_SIZE];
  tl_buffer text;
  if (mtp_sha1(parts, 2, digest) != MTP_OK)
    return false;
  tl_buffer_init(&text, NULL, 64);
  bool ok = mtp_base64_append(&text, digest, sizeof digest) == TL_OK && text.size == 28;
  if (ok)
    memcpy(out, text.data, 28);
  out[28] = 0;
  tl_buffer_free(&text);
  return ok;
}
