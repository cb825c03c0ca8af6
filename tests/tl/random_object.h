/* Random values of any type of any schema, made from its tables: always the same for one seed. */
#ifndef TEST_RANDOM_OBJECT_H
#define TEST_RANDOM_OBJECT_H

#include <tl/codec.h>

typedef struct random_source {
  uint64_t state;
  const tl_schema *schema;
  tl_arena arena;    /* holds what was made, until random_free() or random_forget() */
  uint8_t *heights;  /* by definition: how deep its smallest value nests */
  unsigned depth;    /* objects within objects, unless a type needs more; default 6 */
  unsigned budget;   /* objects one value may have before only small ones follow; default 60 */
  unsigned fullness; /* of 256: how likely an optional field is there; default 96 */
  bool text_only;    /* strings are UTF-8 and doubles are finite */
  unsigned made;
  const struct plan *plan; /* of the object that is being made */
} random_source;

/* Out of memory anywhere ends the program: these are tests. */
void random_init(random_source *random, const tl_schema *schema, uint64_t seed);
void random_free(random_source *random);
/* Frees what was made, goes on with the same sequence. */
void random_forget(random_source *random);

uint64_t random_next(random_source *random);
/* 0 .. bound - 1 */
size_t random_below(random_source *random, size_t bound);

tl_object random_object(random_source *random, uint16_t def);
tl_value random_value(random_source *random, uint16_t type);

/* Whether two values are the same all the way down, doubles bit by bit. */
bool values_equal(const tl_value *a, const tl_value *b);
bool objects_equal(const tl_object *a, const tl_object *b);

#endif
