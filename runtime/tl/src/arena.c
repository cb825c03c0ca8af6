/* The arena: a list of blocks, the newest of which is filled from its start. */
#include <string.h>

#include "arena.h"

struct tl_arena_block {
  tl_arena_block *older;
  size_t size; /* of the whole block, this header included */
};

enum {
  FIRST_BLOCK = 4096,
  LEAST_BLOCK = 192,
  LARGEST_STEP = 1 << 20,
  FIRST_STRIDE = 256,
  LAST_STRIDE = 2048
};

#define ALIGN  _Alignof(max_align_t)
#define HEADER ((sizeof(tl_arena_block) + ALIGN - 1) / ALIGN * ALIGN)

static void use_block(tl_arena *arena, tl_arena_block *block) {
  arena->at = block ? (uint8_t *)block + HEADER : NULL;
  arena->zeroed = arena->at;
  arena->end = block ? (uint8_t *)block + block->size : NULL;
}

void tl_arena_init(tl_arena *arena, const tl_allocator *allocator, size_t limit) {
  memset(arena, 0, sizeof *arena);
  arena->allocator = allocator;
  arena->limit = limit ? limit : TL_ARENA_LIMIT;
}

void tl_arena_free(tl_arena *arena) {
  for (tl_arena_block *block = arena->blocks, *older; block; block = older) {
    older = block->older;
    tl_free(arena->allocator, block, block->size);
  }
  arena->blocks = NULL;
  arena->used = 0;
  use_block(arena, NULL);
}

void tl_arena_reset(tl_arena *arena) {
  tl_arena_block *kept = arena->blocks;
  if (!kept || !kept->older) {
    use_block(arena, kept);
    return;
  }
  for (tl_arena_block *block = kept; block; block = block->older)
    if (block->size > kept->size)
      kept = block;
  for (tl_arena_block *block = arena->blocks, *older; block; block = older) {
    older = block->older;
    if (block != kept)
      tl_free(arena->allocator, block, block->size);
  }
  kept->older = NULL;
  arena->blocks = kept;
  arena->used = kept->size;
  use_block(arena, kept);
}

/* What the next block should measure: twice the last one, as far as the limit lets it. */
static size_t block_size(const tl_arena *arena, size_t least) {
  size_t size = arena->first ? arena->first : FIRST_BLOCK;
  if (arena->blocks)
    size = arena->blocks->size < LARGEST_STEP ? arena->blocks->size * 2 : LARGEST_STEP;
  if (size < least)
    size = tl_round_up(least, size < FIRST_BLOCK ? LEAST_BLOCK : FIRST_BLOCK);
  size_t left = arena->limit > arena->used ? arena->limit - arena->used : 0;
  if (size > left)
    size = left;
  return size < least ? 0 : size;
}

void tl_arena_expect(tl_arena *arena, size_t size) {
  arena->first = size < FIRST_BLOCK / 3 ? tl_round_up(size * 3 + LEAST_BLOCK, ALIGN) : FIRST_BLOCK;
}

static bool add_block(tl_arena *arena, size_t room) {
  size_t size = room < TL_SIZE_SANE ? block_size(arena, HEADER + room) : 0;
  tl_arena_block *block = size ? tl_alloc(arena->allocator, size) : NULL;
  if (!block)
    return false;
  block->older = arena->blocks;
  block->size = size;
  arena->blocks = block;
  arena->used += size;
  use_block(arena, block);
  return true;
}

void *tl_arena_take_raw(tl_arena *arena, size_t size) {
  if ((size_t)(arena->end - arena->at) < size && !add_block(arena, size))
    return NULL;
  void *taken = arena->at;
  arena->at += size;
  if (arena->zeroed < arena->at)
    arena->zeroed = arena->at;
  return taken;
}

/* How far to lay zeroes ahead: as much as the block holds already, within reason, so that a small
 * object does not pay for a large one. */
static size_t stride(const tl_arena *arena, size_t least) {
  size_t filled = (size_t)(arena->at - (uint8_t *)arena->blocks);
  size_t ahead = (size_t)(arena->end - arena->zeroed);
  if (filled < FIRST_STRIDE)
    filled = FIRST_STRIDE;
  if (filled > LAST_STRIDE)
    filled = LAST_STRIDE;
  if (filled < least)
    filled = least;
  return filled < ahead ? filled : ahead;
}

void *tl_arena_take_slowly(tl_arena *arena, size_t size) {
  if ((size_t)(arena->end - arena->at) < size && !add_block(arena, size))
    return NULL;
  size_t zeroes = stride(arena, size - (size_t)(arena->zeroed - arena->at));
  memset(arena->zeroed, 0, zeroes);
  arena->zeroed += zeroes;
  return tl_arena_take(arena, size);
}

void *tl_arena_alloc(tl_arena *arena, size_t size) {
  if (size > TL_SIZE_SANE)
    return NULL;
  size = tl_round_up(size ? size : 1, ALIGN);
  size_t gap = arena->at ? (size_t)(-(uintptr_t)arena->at & (ALIGN - 1)) : 0;
  if ((size_t)(arena->end - arena->at) >= size + gap)
    return (uint8_t *)tl_arena_take_raw(arena, size + gap) + gap;
  return add_block(arena, size) ? tl_arena_take_raw(arena, size) : NULL;
}

char *tl_arena_copy(tl_arena *arena, const void *data, size_t size) {
  if (size > TL_SIZE_SANE)
    return NULL;
  char *copy = tl_arena_take_raw(arena, tl_round_up(size + 1, TL_SLOT_ALIGN));
  if (!copy)
    return NULL;
  if (size)
    memcpy(copy, data, size);
  copy[size] = 0;
  return copy;
}
