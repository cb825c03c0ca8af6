/* Which key a packet is under. */
#ifndef TGDC_PACKET_KEY_H
#define TGDC_PACKET_KEY_H

#include <tl/base.h>

/* The auth_key_id that a packet names, 0 when it is plain; false when it is too short for either
 * kind. */
bool packet_key_id(const uint8_t *packet, size_t size, int64_t *key_id);

#endif
