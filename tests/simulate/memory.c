/* An allocator that counts, and fails by chance. */
#include "memory.h"

#include <stdlib.h>

static void *change(void *ctx, void *ptr, size_t old_size, size_t size) {
  memory *m = ctx;
  size_t old = ptr ? old_size : 0;
  if (size > old) {
    m->allocations++;
    if (m->failing && dice_is(m->dice, m->failing)) {
      m->failed++;
      return NULL;
    }
  }
  m->held += size - old;
  m->most = m->held > m->most ? m->held : m->most;
  if (size)
    return realloc(ptr, size);
  free(ptr);
  return NULL;
}

void memory_open(memory *m, dice *d) {
  *m = (memory){.dice = d};
  m->allocator = (tl_allocator){change, m};
}
