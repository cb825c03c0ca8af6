/* The first eight bytes of a packet. */
#include "packet_key.h"

#include <tl/wire.h>

#define PLAIN_SIZE 20 /* auth_key_id 8, msg_id 8, length 4 */
#define OUTER_SIZE 24 /* auth_key_id 8, msg_key 16 */

bool packet_key_id(const uint8_t *packet, size_t size, int64_t *key_id) {
  if (size < PLAIN_SIZE)
    return false;
  *key_id = (int64_t)tl_load64(packet);
  return *key_id == 0 || size >= OUTER_SIZE;
}
