/* The replay window: a sorted array, because ids come nearly in order and go in at the end. */
#include "seen.h"

#include "now.h"

#include <string.h>

/* Index of the first id that is not below id. */
static size_t lower_bound(const mtp_seen *seen, int64_t id) {
  size_t low = 0, high = seen->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (mtp_id_before(seen->ids[middle], id))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

mtp_seen_status mtp_seen_check(const mtp_seen *seen, int64_t id) {
  size_t at = lower_bound(seen, id);
  if (at < seen->count && seen->ids[at] == id)
    return MTP_SEEN_DUPLICATE;
  return seen->floor && !mtp_id_before(seen->floor, id) ? MTP_SEEN_OLD : MTP_SEEN_NEW;
}

bool mtp_seen_reserve(mtp_seen *seen, size_t more) {
  size_t need = more > MTP_SEEN_MAX - seen->count ? MTP_SEEN_MAX : seen->count + more;
  if (need <= seen->capacity)
    return true;
  size_t capacity = seen->capacity ? seen->capacity : 16;
  while (capacity < need)
    capacity *= 2;
  int64_t *ids =
      tl_realloc(seen->allocator, seen->ids, seen->capacity * sizeof *ids, capacity * sizeof *ids);
  if (!ids)
    return false;
  seen->ids = ids;
  seen->capacity = capacity;
  return true;
}

void mtp_seen_add(mtp_seen *seen, int64_t id) {
  if (seen->capacity == 0 || mtp_seen_check(seen, id) != MTP_SEEN_NEW)
    return;
  size_t at = lower_bound(seen, id);
  if (seen->count == MTP_SEEN_MAX) { /* the smallest goes; it may be this very one */
    if (at == 0) {
      seen->floor = id;
      return;
    }
    seen->floor = seen->ids[0];
    memmove(seen->ids, seen->ids + 1, (at - 1) * sizeof *seen->ids);
    seen->ids[at - 1] = id;
    return;
  }
  memmove(seen->ids + at + 1, seen->ids + at, (seen->count - at) * sizeof *seen->ids);
  seen->ids[at] = id;
  seen->count++;
}

int64_t mtp_seen_newest(const mtp_seen *seen) {
  return seen->count ? seen->ids[seen->count - 1] : 0;
}

void mtp_seen_free(mtp_seen *seen) {
  tl_free(seen->allocator, seen->ids, seen->capacity * sizeof *seen->ids);
  seen->ids = NULL;
  seen->count = seen->capacity = 0;
  seen->floor = 0;
}
