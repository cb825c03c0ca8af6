/* Memory for secrets that grow: no copy stays where they were. */
#ifndef TL_WIPING_H
#define TL_WIPING_H

#include <tl/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An allocator over `inner` (NULL: malloc) that overwrites with zeros whatever it gives back, and
 * what it leaves when a block grows, which it always moves. inner is borrowed; both must outlive
 * what was allocated. Out of memory is NULL, and the old block is then as it was. */
TL_API tl_allocator tl_wiping(const tl_allocator *inner);

#ifdef __cplusplus
}
#endif
#endif
