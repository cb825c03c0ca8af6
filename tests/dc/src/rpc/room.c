/* Memory of one call. */
#include "rpc.h"

void *dc_new(dc_call *call, size_t size) {
  void *memory = tl_arena_alloc(call->arena, size);
  if (memory != NULL)
    memset(memory, 0, size);
  return memory;
}

tl_string dc_string(dc_call *call, const char *text) {
  size_t size = strlen(text);
  const char *copy = tl_arena_copy(call->arena, text, size);
  return copy == NULL ? TL_STR("") : (tl_string){copy, size};
}
