/* What layers share. */
#include "layer.h"

#include <string.h>

bool mtp_gather(uint8_t *have, size_t *size, size_t need, const uint8_t *data, size_t n,
                size_t *used) {
  size_t want = need - *size, take = n - *used < want ? n - *used : want;
  memcpy(have + *size, data + *used, take);
  *size += take;
  *used += take;
  return *size == need;
}
