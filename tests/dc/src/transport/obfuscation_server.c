/* What the 64 bytes say to whoever accepts them. */
#include "obfuscation_server.h"

#include <tl/wire.h>

#define TAG_AT 56
#define DC_AT  60

bool obfuscation_accept(mtp_obfuscation *obfuscation, const uint8_t init[MTP_OBFUSCATION_INIT],
                        mtp_obfuscation_info *info) {
  uint8_t plain[MTP_OBFUSCATION_INIT];
  if (!mtp_obfuscation_streams(&obfuscation->recv, &obfuscation->send, init, info->secret) ||
      mtp_ctr_apply(&obfuscation->recv, init, MTP_OBFUSCATION_INIT, plain) != MTP_OK)
    return false;
  info->tag = tl_load32(plain + TAG_AT);
  int32_t dc = plain[DC_AT] | plain[DC_AT + 1] << 8;
  info->dc = (int16_t)(dc >= 0x8000 ? dc - 0x10000 : dc);
  return true;
}

const mtp_framing_class *obfuscation_framing(uint32_t tag) {
  static const mtp_framing_class *const framings[] = {
      &mtp_framing_abridged, &mtp_framing_intermediate, &mtp_framing_padded};
  for (size_t i = 0; i < sizeof framings / sizeof *framings; i++)
    if (framings[i]->tag == tag)
      return framings[i];
  return NULL;
}
