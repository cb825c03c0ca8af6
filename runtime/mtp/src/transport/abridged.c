/* Abridged framing (TR-1): the length in words in one byte, or in three after 7f; the top bit of
 * the first byte belongs to quick acks (TR-5).
 * https://core.telegram.org/mtproto/mtproto-transports#abridged */
#include <tl/wire.h>

#include "framing.h"

#define LONG_FORM 0x7f
#define TOP_BIT   0x80

static bool encode(mtp_framing *framing, tl_bytes packet, bool quick_ack, tl_buffer *out) {
  size_t words = packet.size / 4;
  uint8_t head[4] = {(uint8_t)words, 0, 0, 0};
  size_t head_size = 1;
  if (words >= LONG_FORM) {
    tl_store32(head, (uint32_t)words << 8 | LONG_FORM);
    head_size = 4;
  }
  if (quick_ack && framing->side == MTP_CLIENT_SIDE)
    head[0] |= TOP_BIT;
  if (tl_buffer_append(out, head, head_size) != TL_OK ||
      tl_buffer_append(out, packet.data, packet.size) != TL_OK)
    return mtp_failure_memory(&framing->failure);
  return true;
}

/* Four bytes, the first of which has the top bit: the token, most significant byte first. */
static mtp_frame_kind decode_quick_ack(const uint8_t *in, size_t n, mtp_frame *frame) {
  if (n < 4)
    return frame->kind = MTP_FRAME_MORE;
  frame->token = (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3];
  frame->used = 4;
  return frame->kind = MTP_FRAME_QUICK_ACK;
}

static mtp_frame_kind decode(mtp_framing *framing, const uint8_t *in, size_t n, mtp_frame *frame) {
  if (n == 0)
    return frame->kind = MTP_FRAME_MORE;
  bool top = (in[0] & TOP_BIT) != 0;
  if (top && framing->side == MTP_CLIENT_SIDE)
    return decode_quick_ack(in, n, frame);
  size_t head = 1, size = (size_t)(in[0] & ~TOP_BIT) * 4;
  if ((in[0] & ~TOP_BIT) == LONG_FORM) {
    head = 4;
    if (n < head)
      return frame->kind = MTP_FRAME_MORE;
    size = (size_t)(tl_load32(in) >> 8) * 4;
  }
  if (size > framing->max_packet)
    return mtp_frame_bad(framing, frame, MTP_FAIL_OVERSIZED, "a packet beyond the cap");
  if (size && n - head < size)
    return frame->kind = MTP_FRAME_MORE;
  frame->quick_ack = top;
  return mtp_frame_payload(framing, frame, in + head, size, head + size);
}

static bool quick_ack(mtp_framing *framing, uint32_t token, tl_buffer *out) {
  uint8_t bytes[4] = {(uint8_t)(token >> 24), (uint8_t)(token >> 16), (uint8_t)(token >> 8),
                      (uint8_t)token};
  return tl_buffer_append(out, bytes, 4) == TL_OK || mtp_failure_memory(&framing->failure);
}

const mtp_framing_class mtp_framing_abridged = {
    .name = "abridged",
    .tag = MTP_TAG_ABRIDGED,
    .tag_size = 1,
    .encode = encode,
    .decode = decode,
    .quick_ack = quick_ack,
};
