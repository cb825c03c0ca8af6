/* The rule of all updates that have a place, and the sorted list of those that wait. */
#include "updates/order.h"

#include <string.h>

mtp_place mtp_order_place(int32_t known, int32_t value, int32_t count) {
  int64_t next = (int64_t)known + count;
  return next == value ? MTP_PLACE_NEXT : next > value ? MTP_PLACE_SEEN : MTP_PLACE_AHEAD;
}

/* Where it begins; of two that begin together the shorter one goes first. */
static bool is_before(const mtp_held *a, const mtp_held *b) {
  int64_t begins = (int64_t)a->value - a->count, other = (int64_t)b->value - b->count;
  return begins != other ? begins < other : a->value < b->value;
}

/* Behind all that are not after it, so that equal ones stay in the order of their arrival. */
static size_t place_for(const mtp_line *line, const mtp_held *held) {
  size_t low = 0, high = line->n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (is_before(held, &line->held[middle]))
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

bool mtp_line_add(mtp_line *line, const tl_allocator *allocator, const mtp_held *held) {
  if (line->n == line->room) {
    size_t room = line->room ? 2 * line->room : 4;
    mtp_held *grown =
        tl_realloc(allocator, line->held, line->room * sizeof *held, room * sizeof *held);
    if (!grown)
      return false;
    line->held = grown;
    line->room = room;
  }
  size_t at = place_for(line, held);
  memmove(&line->held[at + 1], &line->held[at], (line->n - at) * sizeof *held);
  line->held[at] = *held;
  line->n++;
  return true;
}

void mtp_line_drop(mtp_line *line, size_t n) {
  line->n -= n;
  if (n && line->n)
    memmove(line->held, line->held + n, line->n * sizeof *line->held);
}

void mtp_line_free(mtp_line *line, const tl_allocator *allocator) {
  tl_free(allocator, line->held, line->room * sizeof *line->held);
  *line = (mtp_line){0};
}
