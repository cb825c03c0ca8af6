/* The allocator that overwrites what it gives back. */
#include "wiping.h"
#include <openssl/crypto.h>
#include <string.h>

/* Always to another place: what realloc() does with the old one is its own affair. */
static void *resize(void *ctx, void *ptr, size_t old_size, size_t new_size) {
  const tl_allocator *inner = ctx;
  void *moved = new_size ? tl_alloc(inner, new_size) : NULL;
  if (!ptr || (new_size && !moved))
    return moved;
  if (moved)
    memcpy(moved, ptr, old_size < new_size ? old_size : new_size);
  OPENSSL_cleanse(ptr, old_size);
  tl_free(inner, ptr, old_size);
  return moved;
}

tl_allocator tgauth_wiping(const tl_allocator *inner) {
  return (tl_allocator){resize, (void *)inner};
}
