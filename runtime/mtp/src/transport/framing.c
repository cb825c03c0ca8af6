/* What the packet framings share. */
#include "framing.h"

#include <string.h>
#include <tl/wire.h>

#define SMALLEST_MESSAGE 16 /* less than this is never a message (TR-6) */

void mtp_framing_free(mtp_framing *framing) {
  if (framing->cls && framing->cls->free)
    framing->cls->free(framing);
  framing->state = NULL;
}

mtp_frame_kind mtp_frame_bad(mtp_framing *framing, mtp_frame *frame, mtp_cause kind,
                             const char *text) {
  mtp_failure_set(&framing->failure, kind, 0, "%s transport: %s", framing->cls->name, text);
  return frame->kind = MTP_FRAME_BAD;
}

static mtp_frame_kind short_payload(mtp_framing *framing, mtp_frame *frame,
                                    const uint8_t *payload) {
  uint32_t value = tl_load32(payload);
  if (value == 0)
    return frame->kind = MTP_FRAME_SKIP;
  if (!(value & 0x80000000u))
    return mtp_frame_bad(framing, frame, MTP_FAIL_GARBAGE,
                         "a packet too short to be a message that is no error code either");
  frame->code = -(int32_t)(0xffffffffu - value) - 1;
  return frame->kind = MTP_FRAME_ERROR;
}

mtp_frame_kind mtp_frame_payload(mtp_framing *framing, mtp_frame *frame, const uint8_t *payload,
                                 size_t size, size_t used) {
  frame->used = used;
  if (size < 4)
    return mtp_frame_bad(framing, frame, MTP_FAIL_GARBAGE, "a packet of less than four bytes");
  if (size < SMALLEST_MESSAGE && framing->side == MTP_CLIENT_SIDE)
    return short_payload(framing, frame, payload);
  frame->packet = tl_bytes_of(payload, size);
  return frame->kind = MTP_FRAME_PACKET;
}
