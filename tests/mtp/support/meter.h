/* An allocator that counts what is in use. */
#ifndef TESTS_MTP_METER_H
#define TESTS_MTP_METER_H

#include <stddef.h>

typedef struct meter {
  size_t now, most;
} meter;

/* For tl_allocator, ctx is a meter. */
void *meter_realloc(void *ctx, void *ptr, size_t old_size, size_t new_size);

#endif
