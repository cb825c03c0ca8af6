/* Intermediate framing and its padded form (TR-2): a four-byte length whose top bit belongs to
 * quick acks (TR-5); padded, up to 15 random bytes follow the packet and hide its size.
 * https://core.telegram.org/mtproto/mtproto-transports#intermediate */
#include <string.h>
#include <tl/wire.h>

#include "framing.h"

#define PADDING_MAX    15
#define PLAIN_HEAD     20 /* auth_key_id 0, message id, length */
#define ENCRYPTED_HEAD 24 /* auth_key_id, msg_key */

static bool append(mtp_framing *framing, uint32_t length, tl_bytes packet, tl_bytes padding,
                   tl_buffer *out) {
  uint8_t head[4];
  tl_store32(head, length);
  if (tl_buffer_append(out, head, 4) != TL_OK ||
      tl_buffer_append(out, packet.data, packet.size) != TL_OK ||
      tl_buffer_append(out, padding.data, padding.size) != TL_OK)
    return mtp_failure_memory(&framing->failure);
  return true;
}

static bool encode_with(mtp_framing *framing, tl_bytes packet, tl_bytes padding, bool quick_ack,
                        tl_buffer *out) {
  uint32_t length = (uint32_t)(packet.size + padding.size);
  if (quick_ack && framing->side == MTP_CLIENT_SIDE)
    length |= MTP_QUICK_ACK_BIT;
  return append(framing, length, packet, padding, out);
}

static bool encode(mtp_framing *framing, tl_bytes packet, bool quick_ack, tl_buffer *out) {
  return encode_with(framing, packet, tl_bytes_of("", 0), quick_ack, out);
}

/* random[0..16): the padding, of as many bytes as the low bits of the last say, below `range`. */
static bool draw_padding(mtp_framing *framing, uint8_t random[16], uint8_t range, tl_bytes *out) {
  if (mtp_rng_fill(framing->rng, random, 16) != 0)
    return mtp_failure_set(&framing->failure, MTP_ERR_RANDOM, 0, "no randomness for padding");
  *out = tl_bytes_of(random, random[15] % range);
  return true;
}

static bool encode_padded(mtp_framing *framing, tl_bytes packet, bool quick_ack, tl_buffer *out) {
  uint8_t random[16];
  tl_bytes padding;
  if (!draw_padding(framing, random, 16, &padding))
    return false;
  if (framing->side == MTP_SERVER_SIDE && packet.size == 4)
    padding.size %= 12; /* an error stays below the size of a message */
  return encode_with(framing, packet, padding, quick_ack, out);
}

/* Reads the length; true when the whole frame is there. Else frame->kind is set. */
static bool read_frame(mtp_framing *framing, const uint8_t *in, size_t n, mtp_frame *frame,
                       size_t *size) {
  frame->kind = MTP_FRAME_MORE;
  if (n < 4)
    return false;
  uint32_t length = tl_load32(in);
  frame->quick_ack = (length & MTP_QUICK_ACK_BIT) != 0;
  *size = length & ~MTP_QUICK_ACK_BIT;
  if (frame->quick_ack && framing->side == MTP_CLIENT_SIDE) {
    frame->quick_ack = false;
    frame->token = length;
    frame->used = 4;
    frame->kind = MTP_FRAME_QUICK_ACK;
    return false;
  }
  if (*size > framing->max_packet + (framing->cls->tag == MTP_TAG_PADDED ? PADDING_MAX : 0)) {
    mtp_frame_bad(framing, frame, MTP_FAIL_OVERSIZED, "a packet beyond the cap");
    return false;
  }
  return n - 4 >= *size;
}

static mtp_frame_kind decode(mtp_framing *framing, const uint8_t *in, size_t n, mtp_frame *frame) {
  size_t size = 0;
  if (!read_frame(framing, in, n, frame, &size))
    return frame->kind;
  if (size % 4)
    return mtp_frame_bad(framing, frame, MTP_FAIL_GARBAGE, "a length that is no multiple of four");
  return mtp_frame_payload(framing, frame, in + 4, size, size + 4);
}

/* The size of a message without the padding behind it (TR-8). */
static size_t trim(const uint8_t *packet, size_t size) {
  if (size < PLAIN_HEAD)
    return size;
  if (tl_load64(packet) == 0) {
    size_t body = tl_load32(packet + 16);
    return body <= size - PLAIN_HEAD ? PLAIN_HEAD + body : size;
  }
  return size < ENCRYPTED_HEAD ? size : size - (size - ENCRYPTED_HEAD) % 16;
}

static mtp_frame_kind decode_padded(mtp_framing *framing, const uint8_t *in, size_t n,
                                    mtp_frame *frame) {
  size_t size = 0;
  if (!read_frame(framing, in, n, frame, &size))
    return frame->kind;
  if (size >= 8 && size <= 16 && framing->side == MTP_CLIENT_SIDE &&
      tl_load32(in + 4) == 0xffffffffu) {
    frame->token = tl_load32(in + 8) | 0x80000000u;
    frame->used = size + 4;
    return frame->kind = MTP_FRAME_QUICK_ACK;
  }
  return mtp_frame_payload(framing, frame, in + 4, trim(in + 4, size), size + 4);
}

static bool quick_ack(mtp_framing *framing, uint32_t token, tl_buffer *out) {
  return append(framing, token, tl_bytes_of("", 0), tl_bytes_of("", 0), out);
}

static bool quick_ack_padded(mtp_framing *framing, uint32_t token, tl_buffer *out) {
  uint8_t payload[8], random[16];
  tl_bytes padding;
  if (!draw_padding(framing, random, 9, &padding))
    return false;
  tl_store32(payload, 0xffffffffu);
  tl_store32(payload + 4, token);
  return append(framing, (uint32_t)(8 + padding.size), tl_bytes_of(payload, 8), padding, out);
}

const mtp_framing_class mtp_framing_intermediate = {
    .name = "intermediate",
    .tag = MTP_TAG_INTERMEDIATE,
    .tag_size = 4,
    .encode = encode,
    .decode = decode,
    .quick_ack = quick_ack,
};

const mtp_framing_class mtp_framing_padded = {
    .name = "padded intermediate",
    .tag = MTP_TAG_PADDED,
    .tag_size = 4,
    .encode = encode_padded,
    .decode = decode_padded,
    .quick_ack = quick_ack_padded,
};
