/* HTTP as a framing, the client's side (TR-14): each packet is the body of a POST, each response's
 * body a packet; one request at a time on a connection that is kept alive. A status other than 200
 * takes the place of the transport errors of TR-6.
 * https://core.telegram.org/mtproto/mtproto-transports#http */
#include <stdio.h>
#include <string.h>

#include "http_head.h"
#include "transport/framing.h"
#include "transport/text.h"

typedef enum body_kind { BODY_NONE, BODY_LENGTH, BODY_CHUNKED, BODY_TO_END } body_kind;

typedef struct http_state {
  bool in_body; /* the head of the response is done */
  bool close;   /* the server ends the connection after this response */
  unsigned status;
  body_kind kind;
  size_t length; /* BODY_LENGTH */
  mtp_chunked chunked;
  tl_buffer body; /* BODY_CHUNKED: what has been unpacked */
} http_state;

static http_state *http_state_of(mtp_framing *framing) {
  if (!framing->state) {
    http_state *state = tl_alloc_zero(framing->allocator, sizeof *state);
    if (state)
      tl_buffer_init(&state->body, framing->allocator, 0);
    framing->state = state;
  }
  return framing->state;
}

static void http_free(mtp_framing *framing) {
  http_state *state = framing->state;
  if (!state)
    return;
  tl_buffer_free(&state->body);
  tl_free(framing->allocator, state, sizeof *state);
}

static bool append_request(mtp_framing *framing, size_t size, tl_buffer *out) {
  char length[40];
  snprintf(length, sizeof length, "\r\nContent-Length: %zu\r\n\r\n", size);
  return mtp_append_text(out, "POST ") == TL_OK && mtp_append_text(out, framing->path) == TL_OK &&
         mtp_append_text(out, " HTTP/1.1\r\nHost: ") == TL_OK &&
         mtp_append_authority(out, framing->host, framing->port, framing->default_port) == TL_OK &&
         mtp_append_text(out, "\r\nConnection: keep-alive"
                              "\r\nContent-Type: application/octet-stream") == TL_OK &&
         mtp_append_text(out, length) == TL_OK;
}

static bool http_encode(mtp_framing *framing, tl_bytes packet, bool quick_ack, tl_buffer *out) {
  (void)quick_ack;
  if (!http_state_of(framing) || !append_request(framing, packet.size, out) ||
      tl_buffer_append(out, packet.data, packet.size) != TL_OK)
    return mtp_failure_memory(&framing->failure);
  framing->sent++;
  return true;
}

/* Learns from the head what body follows. */
static bool read_head(mtp_framing *framing, http_state *state, const uint8_t *in, size_t n,
                      mtp_frame *frame) {
  mtp_http_head head;
  if (!mtp_http_parse_response(in, n, &head) || head.status == 101) {
    mtp_frame_bad(framing, frame, MTP_FAIL_GARBAGE, "what came is no HTTP response");
    return false;
  }
  if (head.has_length && head.length > framing->max_packet) {
    mtp_frame_bad(framing, frame, MTP_FAIL_OVERSIZED, "a response beyond the cap");
    return false;
  }
  if (head.status < 200) /* 100 Continue and the like: the real one follows */
    return true;
  state->in_body = true;
  state->status = head.status;
  state->close = head.close;
  state->length = (size_t)head.length;
  state->kind = head.chunked ? BODY_CHUNKED : head.has_length ? BODY_LENGTH : BODY_TO_END;
  if (head.status == 204 || head.status == 304)
    state->kind = BODY_NONE;
  memset(&state->chunked, 0, sizeof state->chunked);
  tl_buffer_clear(&state->body);
  return true;
}

/* The response is whole: what it means. */
static mtp_frame_kind response(mtp_framing *framing, http_state *state, tl_bytes body,
                               mtp_frame *frame) {
  state->in_body = false;
  framing->received++;
  if (state->close)
    mtp_failure_set(&framing->failure, MTP_FAIL_CLOSED, 0,
                    "the server ends the connection after its answer");
  if (state->status != 200) {
    frame->code = -(int32_t)state->status;
    return frame->kind = MTP_FRAME_ERROR;
  }
  if (body.size == 0)
    return frame->kind = MTP_FRAME_SKIP;
  return mtp_frame_payload(framing, frame, body.data, body.size, frame->used);
}

static mtp_frame_kind read_chunked(mtp_framing *framing, http_state *state, const uint8_t *in,
                                   size_t n, mtp_frame *frame) {
  frame->used += mtp_chunked_read(&state->chunked, in, n, &state->body, framing->max_packet);
  switch (state->chunked.state) {
  case MTP_CHUNK_DONE:
    return response(framing, state, tl_bytes_of(state->body.data, state->body.size), frame);
  case MTP_CHUNK_BAD:
    return mtp_frame_bad(framing, frame, MTP_FAIL_GARBAGE, "a broken chunked body");
  case MTP_CHUNK_TOO_BIG:
    return mtp_frame_bad(framing, frame, MTP_FAIL_OVERSIZED, "a response beyond the cap");
  default:
    return frame->kind = MTP_FRAME_MORE;
  }
}

static mtp_frame_kind read_body(mtp_framing *framing, http_state *state, const uint8_t *in,
                                size_t n, mtp_frame *frame) {
  if (state->kind == BODY_CHUNKED)
    return read_chunked(framing, state, in, n, frame);
  if (state->kind == BODY_TO_END && n > framing->max_packet)
    return mtp_frame_bad(framing, frame, MTP_FAIL_OVERSIZED, "a response beyond the cap");
  size_t length = state->kind == BODY_LENGTH ? state->length : 0;
  if (state->kind == BODY_TO_END || n < length)
    return frame->kind = MTP_FRAME_MORE;
  frame->used += length;
  return response(framing, state, tl_bytes_of(in, length), frame);
}

static mtp_frame_kind http_decode(mtp_framing *framing, const uint8_t *in, size_t n,
                                  mtp_frame *frame) {
  http_state *state = http_state_of(framing);
  if (!state) {
    mtp_failure_memory(&framing->failure);
    return frame->kind = MTP_FRAME_BAD;
  }
  if (n && framing->sent == framing->received)
    return mtp_frame_bad(framing, frame, MTP_FAIL_GARBAGE, "an answer that nobody asked for");
  while (!state->in_body) {
    const uint8_t *from = in + frame->used;
    size_t size = mtp_http_head_size(from, n - frame->used);
    if (size == 0 && n - frame->used >= MTP_HTTP_HEAD_MAX)
      return mtp_frame_bad(framing, frame, MTP_FAIL_OVERSIZED, "a header beyond the cap");
    if (size == 0)
      return frame->kind = MTP_FRAME_MORE;
    if (!read_head(framing, state, from, size, frame))
      return MTP_FRAME_BAD;
    frame->used += size;
  }
  return read_body(framing, state, in + frame->used, n - frame->used, frame);
}

static mtp_frame_kind http_finish(mtp_framing *framing, const uint8_t *in, size_t n,
                                  mtp_frame *frame) {
  http_state *state = framing->state;
  if (!state || !state->in_body || state->kind != BODY_TO_END)
    return frame->kind = MTP_FRAME_MORE;
  frame->used = n;
  return response(framing, state, tl_bytes_of(in, n), frame);
}

const mtp_framing_class mtp_framing_http = {
    .name = "HTTP",
    .one_at_a_time = true,
    .encode = http_encode,
    .decode = http_decode,
    .finish = http_finish,
    .free = http_free,
};
