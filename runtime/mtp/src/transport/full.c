/* Full framing (TR-3): length, sequence number and CRC32 around each packet; no tag, no quick acks.
 * https://core.telegram.org/mtproto/mtproto-transports#full */
#include <tl/wire.h>
#include <zlib.h>

#include "framing.h"

#define OVERHEAD 12

static bool encode(mtp_framing *framing, tl_bytes packet, bool quick_ack, tl_buffer *out) {
  (void)quick_ack;
  uint8_t head[8], tail[4];
  tl_store32(head, (uint32_t)packet.size + OVERHEAD);
  tl_store32(head + 4, framing->sent);
  uLong crc = crc32(crc32(0, head, sizeof head), packet.data, (uInt)packet.size);
  tl_store32(tail, (uint32_t)crc);
  if (tl_buffer_append(out, head, sizeof head) != TL_OK ||
      tl_buffer_append(out, packet.data, packet.size) != TL_OK ||
      tl_buffer_append(out, tail, sizeof tail) != TL_OK)
    return mtp_failure_memory(&framing->failure);
  framing->sent++;
  return true;
}

static mtp_frame_kind decode(mtp_framing *framing, const uint8_t *in, size_t n, mtp_frame *frame) {
  if (n < 4)
    return frame->kind = MTP_FRAME_MORE;
  uint32_t length = tl_load32(in);
  if (length < OVERHEAD || length % 4)
    return mtp_frame_bad(framing, frame, MTP_FAIL_GARBAGE, "a length that no packet has");
  if (length - OVERHEAD > framing->max_packet)
    return mtp_frame_bad(framing, frame, MTP_FAIL_OVERSIZED, "a packet beyond the cap");
  if (n < length)
    return frame->kind = MTP_FRAME_MORE;
  if (tl_load32(in + length - 4) != (uint32_t)crc32(0, in, length - 4))
    return mtp_frame_bad(framing, frame, MTP_FAIL_CHECKSUM, "the CRC does not match");
  if (tl_load32(in + 4) != framing->received)
    return mtp_frame_bad(framing, frame, MTP_FAIL_CHECKSUM, "a packet out of sequence");
  framing->received++;
  return mtp_frame_payload(framing, frame, in + 8, length - OVERHEAD, length);
}

const mtp_framing_class mtp_framing_full = {
    .name = "full",
    .encode = encode,
    .decode = decode,
};
