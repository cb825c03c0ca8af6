#include "meter.h"

#include <stdlib.h>

void *meter_realloc(void *ctx, void *ptr, size_t old_size, size_t new_size) {
  meter *m = ctx;
  m->now += new_size - old_size;
  m->most = m->now > m->most ? m->now : m->most;
  if (new_size)
    return realloc(ptr, new_size);
  free(ptr);
  return NULL;
}
