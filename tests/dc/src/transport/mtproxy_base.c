/* What an endpoint remembers, and how it refuses. */
#include <string.h>

#include "mtproxy_internal.h"

bool mtproxy_remember(mtproxy *proxy, const uint8_t opening[MTPROXY_OPENING]) {
  size_t kept = proxy->seen_count < proxy->seen_capacity ? proxy->seen_count : proxy->seen_capacity;
  for (size_t i = 0; i < kept; i++)
    if (memcmp(proxy->seen[i], opening, MTPROXY_OPENING) == 0)
      return false;
  memcpy(proxy->seen[proxy->seen_count++ % proxy->seen_capacity], opening, MTPROXY_OPENING);
  return true;
}

bool mtproxy_refuse(mtproxy_link *link, const char *reason) {
  link->state = MTPROXY_REFUSED;
  tl_buffer_clear(&link->out[MTPROXY_CLIENT]);
  tl_buffer_clear(&link->out[MTPROXY_UPSTREAM]);
  return mtp_failure_set(&link->failure, MTP_FAIL_GARBAGE, 0, "%s", reason);
}
