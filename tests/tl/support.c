/* Shorthands for the tests of libtl. */
#include "support.h"

void *failing_realloc(void *ctx, void *ptr, size_t old_size, size_t new_size) {
  failing_allocator *failing = ctx;
  if (new_size == 0) {
    failing->live -= old_size;
    free(ptr);
    return NULL;
  }
  if (failing->left-- <= 0)
    return NULL;
  void *made = realloc(ptr, new_size);
  failing->live += new_size - old_size;
  return made;
}

uint8_t *copy_exactly(const void *data, size_t size) {
  uint8_t *copy = malloc(size ? size : 1);
  assert_non_null(copy);
  if (size)
    memcpy(copy, data, size);
  return copy;
}

void must_encode(const tl_object *object, tl_buffer *out) {
  tl_error error;
  if (tl_encode(object, out, &error) != TL_OK)
    fail_msg("%s: %s", error.path, error.text);
}
