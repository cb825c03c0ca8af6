/* What something costs: an allocator that counts what is in use, and the time of a processor. */
#ifndef TESTS_MTP_METER_H
#define TESTS_MTP_METER_H

#include <stddef.h>
#include <stdint.h>

typedef struct meter {
  size_t now, most;
} meter;

/* For tl_allocator, ctx is a meter. */
void *meter_realloc(void *ctx, void *ptr, size_t old_size, size_t new_size);

/* CPU time of this thread. The process's clock has steps of milliseconds where that time is
 * limited (ulimit -t). */
int64_t meter_cpu_ns(void);

#endif
