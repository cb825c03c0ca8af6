/* The arena as the codec uses it: zero-filled memory for one object at the cost of one comparison.
 * Zeroes are laid ahead of the objects in strides, so that a decoder stores only what is there. */
#ifndef TL_SRC_ARENA_H
#define TL_SRC_ARENA_H

#include <tl/arena.h>

#include "trace.h"

/* What the memory of objects is aligned to: enough for every slot a table can describe. */
#define TL_SLOT_ALIGN ((size_t)8)

/* `size` rounded up; sizes near SIZE_MAX are refused before. */
static inline size_t tl_round_up(size_t size, size_t align) {
  return (size + align - 1) & ~(align - 1);
}

/* Up to here a size can be rounded up and counted without overflow. */
#define TL_SIZE_SANE (SIZE_MAX / 4)

/* Bytes that are not zeroed; size is a multiple of TL_SLOT_ALIGN and sane. NULL: out of memory. */
TL_INTERNAL void *tl_arena_take_raw(tl_arena *arena, size_t size);
TL_INTERNAL void *tl_arena_take_slowly(tl_arena *arena, size_t size);

/* What is to be decoded has so many bytes: an arena without a block gets a first one that is in
 * proportion. Objects take some three times their bytes on the wire. */
TL_INTERNAL void tl_arena_expect(tl_arena *arena, size_t size);

/* Zeroed bytes, otherwise the same. */
static inline void *tl_arena_take(tl_arena *arena, size_t size) {
  if ((size_t)(arena->zeroed - arena->at) < size)
    return tl_arena_take_slowly(arena, size);
  void *taken = arena->at;
  arena->at += size;
  return taken;
}

#endif
