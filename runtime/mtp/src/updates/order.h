/* The one rule of all updates that have a place (https://core.telegram.org/api/updates): pts of the
 * account and of each channel, qts, seq. And what waits on such a line for its turn. */
#ifndef MTP_UPDATES_ORDER_H
#define MTP_UPDATES_ORDER_H

#include <stdint.h>
#include <tl/base.h>

typedef struct mtp_box mtp_box;

typedef enum mtp_place {
  MTP_PLACE_NEXT, /* what is known and its count make its value */
  MTP_PLACE_SEEN, /* it was there before */
  MTP_PLACE_AHEAD /* something before it is missing */
} mtp_place;

/* value is where the line stands after the update, which counts for `count`. */
mtp_place mtp_order_place(int32_t known, int32_t value, int32_t count);

enum {                      /* mtp_held.item, where it is not an index */
       MTP_ITEM_WHOLE = -1, /* all of the box */
       MTP_ITEM_REST = -2   /* those of its updates that have no place of their own */
};

/* An update that came ahead of its time, or while a difference was under way. */
typedef struct mtp_held {
  mtp_box *box; /* NULL: nobody has to be told, the line moves only */
  int32_t item, value, count;
  int64_t since;   /* monotonic ms */
  uint64_t serial; /* of its arrival */
} mtp_held;

/* Sorted by where they begin. Zero-initialise. */
typedef struct mtp_line {
  mtp_held *held;
  size_t n, room;
} mtp_line;

/* Puts it into its place; false when out of memory. */
TL_MUST_USE bool mtp_line_add(mtp_line *line, const tl_allocator *allocator, const mtp_held *held);
/* Takes the first `n` out. */
void mtp_line_drop(mtp_line *line, size_t n);
void mtp_line_free(mtp_line *line, const tl_allocator *allocator);

#endif
