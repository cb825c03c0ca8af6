/* The allocator that overwrites what it gives back. */
#include <string.h>
#include <tl/wiping.h>

/* Always to another place: what realloc() does with the old one is its own affair. */
static void *resize(void *ctx, void *ptr, size_t old_size, size_t new_size) {
  /* A compiler cannot know what this calls, and so cannot leave it out. */
  static void *(*const volatile set)(void *, int, size_t) = memset;
  const tl_allocator *inner = ctx;
  void *moved = new_size ? tl_alloc(inner, new_size) : NULL;
  if (!ptr || (new_size && !moved))
    return moved;
  if (moved)
    memcpy(moved, ptr, old_size < new_size ? old_size : new_size);
  (void)set(ptr, 0, old_size);
  tl_free(inner, ptr, old_size);
  return moved;
}

tl_allocator tl_wiping(const tl_allocator *inner) {
  return (tl_allocator){resize, (void *)inner};
}
