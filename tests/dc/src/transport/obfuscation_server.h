/* The accepting side of obfuscation (TR-9, TR-10). */
#ifndef TGDC_OBFUSCATION_SERVER_H
#define TGDC_OBFUSCATION_SERVER_H

#include "transport/framing.h"
#include "transport/obfuscation.h"

/* Sets up both streams from what a client sent; info->secret goes in, tag and dc come out and are
 * for the caller to check. False when out of memory. */
bool obfuscation_accept(mtp_obfuscation *obfuscation, const uint8_t init[MTP_OBFUSCATION_INIT],
                        mtp_obfuscation_info *info);

/* The framing inside that goes by a tag; NULL: none does. */
const mtp_framing_class *obfuscation_framing(uint32_t tag);

#endif
