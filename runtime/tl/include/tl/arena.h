/* An arena: memory that is freed all at once. A decoded object lives in one. */
#ifndef TL_ARENA_H
#define TL_ARENA_H

#include <tl/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tl_arena_block tl_arena_block;

/* Fields are private. One arena belongs to one thread at a time. */
typedef struct tl_arena {
  uint8_t *at;            /* free part of the current block */
  uint8_t *zeroed;        /* up to here the free part is zero-filled already */
  uint8_t *end;           /* where the block ends */
  tl_arena_block *blocks; /* newest first */
  size_t used, limit;     /* bytes taken from the allocator, and how many may be */
  size_t first;           /* bytes of the first block; 0: as it comes */
  const tl_allocator *allocator;
} tl_arena;

#define TL_ARENA_LIMIT ((size_t)256 << 20)

/* An empty arena that allocates nothing yet. limit 0 means TL_ARENA_LIMIT. */
TL_API void tl_arena_init(tl_arena *arena, const tl_allocator *allocator, size_t limit);
TL_API void tl_arena_free(tl_arena *arena); /* gives everything back */
TL_API void
tl_arena_reset(tl_arena *arena); /* forgets the objects, keeps the largest block for reuse */

/* `size` bytes aligned for any object, not zeroed; NULL past the limit or when memory ends. */
TL_API void *tl_arena_alloc(tl_arena *arena, size_t size);
/* A copy of `size` bytes with a NUL behind them; NULL when out of memory. */
TL_API char *tl_arena_copy(tl_arena *arena, const void *data, size_t size);

#ifdef __cplusplus
}
#endif
#endif
