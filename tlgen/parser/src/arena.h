/* arena.h: the memory of one schema. Out of memory is sticky: the arena remembers it, functions
 * return NULL or false, and the public call returns TLP_ERR_NOMEM. */
#ifndef TLP_ARENA_H
#define TLP_ARENA_H

#include "tl-parser/tl-parser.h"

typedef struct tlp_arena {
  tlp_allocator memory;
  struct tlp_chunk *chunk;
  size_t used;
  size_t size;
  bool out_of_memory;
} tlp_arena;

/* Zeroed memory, aligned for pointers; NULL when there is none. Lives as long as the arena. */
void *tlp_alloc(tlp_arena *arena, size_t size);
void *tlp_alloc_array(tlp_arena *arena, size_t count, size_t size);
/* Room for a text, not initialised, and the NUL after it. */
char *tlp_alloc_text(tlp_arena *arena, size_t length);
char *tlp_copy_text(tlp_arena *arena, const char *text, size_t length);
void tlp_arena_free(tlp_arena *arena);

/* An array that grows; elements are in the arena, so pointers to them do not survive growth. */
typedef struct tlp_list {
  void *items;
  size_t count;
  size_t capacity;
} tlp_list;

/* Appends `size` zeroed bytes and gives their place, or NULL. */
void *tlp_list_add(tlp_arena *arena, tlp_list *list, size_t size);

#endif
