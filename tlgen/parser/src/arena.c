/* arena.c: memory that is freed all at once, and arrays that grow in it. */
#include <string.h>

#include "arena.h"

#define CHUNK_SIZE ((size_t)64 << 10)
#define ALIGNMENT  8u /* enough for all that is kept here: pointers and 32-bit numbers */

typedef struct tlp_chunk {
  struct tlp_chunk *previous;
} tlp_chunk;

static size_t round_up(size_t size) {
  return (size + (ALIGNMENT - 1)) & ~(size_t)(ALIGNMENT - 1);
}

static bool add_chunk(tlp_arena *arena, size_t size) {
  size_t header = round_up(sizeof(tlp_chunk));
  size_t wanted = size > CHUNK_SIZE - header ? size : CHUNK_SIZE - header;
  tlp_chunk *chunk = arena->memory.alloc(arena->memory.ctx, header + wanted);
  if (!chunk) {
    arena->out_of_memory = true;
    return false;
  }
  chunk->previous = arena->chunk;
  arena->chunk = chunk;
  arena->used = header;
  arena->size = header + wanted;
  return true;
}

static void *take(tlp_arena *arena, size_t size) {
  if (size > SIZE_MAX / 2) {
    arena->out_of_memory = true;
    return NULL;
  }
  size = round_up(size ? size : 1);
  if (arena->size - arena->used < size && !add_chunk(arena, size))
    return NULL;
  void *place = (char *)arena->chunk + arena->used;
  arena->used += size;
  return place;
}

void *tlp_alloc(tlp_arena *arena, size_t size) {
  void *place = take(arena, size);
  return place ? memset(place, 0, size) : NULL;
}

void *tlp_alloc_array(tlp_arena *arena, size_t count, size_t size) {
  if (count > SIZE_MAX / 2 / size) {
    arena->out_of_memory = true;
    return NULL;
  }
  return tlp_alloc(arena, count * size);
}

char *tlp_alloc_text(tlp_arena *arena, size_t length) {
  char *text = take(arena, length + 1);
  if (text)
    text[length] = '\0';
  return text;
}

char *tlp_copy_text(tlp_arena *arena, const char *text, size_t length) {
  char *copy = tlp_alloc_text(arena, length);
  if (copy && length)
    memcpy(copy, text, length);
  return copy;
}

void tlp_arena_free(tlp_arena *arena) {
  while (arena->chunk) {
    tlp_chunk *previous = arena->chunk->previous;
    arena->memory.release(arena->memory.ctx, arena->chunk);
    arena->chunk = previous;
  }
  arena->used = arena->size = 0;
}

void *tlp_list_add(tlp_arena *arena, tlp_list *list, size_t size) {
  if (list->count == list->capacity) {
    size_t capacity = list->capacity ? 2 * list->capacity : 8;
    void *items = capacity < SIZE_MAX / 2 / size ? take(arena, capacity * size) : NULL;
    if (!items)
      return NULL;
    if (list->count)
      memcpy(items, list->items, list->count * size);
    list->items = items;
    list->capacity = capacity;
  }
  void *item = (char *)list->items + list->count++ * size;
  return memset(item, 0, size);
}
