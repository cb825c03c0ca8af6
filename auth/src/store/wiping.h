/* Memory for secrets that grow: no copy stays where they were. */
#ifndef TGAUTH_WIPING_H
#define TGAUTH_WIPING_H

#include <tl/base.h>

/* An allocator over `inner` (NULL: malloc) that overwrites whatever it gives back, or moves. It
 * must outlive what it allocated. */
tl_allocator tgauth_wiping(const tl_allocator *inner);

#endif
