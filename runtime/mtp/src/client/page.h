/* Memory that a fork leaves all zero in the child. */
#ifndef MTP_CLIENT_PAGE_H
#define MTP_CLIENT_PAGE_H

#include <stddef.h>

/* All zero; whole pages of the system's, beside the allocator. NULL: no memory, or a system that
 * has none of this kind. */
void *mtp_page_new(size_t size);
/* Overwrites it first. NULL is fine. */
void mtp_page_free(void *page, size_t size);

#endif
