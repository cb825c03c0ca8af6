/* Shared by the two files of the rewriting between layers. */
#ifndef TGDC_COMPAT_WALK_H
#define TGDC_COMPAT_WALK_H

#include <tl/wire.h>

#include "compat.h"

typedef struct dc_variant {
  uint16_t def;  /* of the newest schema; TL_NONE: only fills up the old one */
  uint16_t next; /* another one of the same definition; TL_NONE ends */
  int32_t layer; /* the last that had it */
} dc_variant;

struct dc_compat {
  const tl_schema *newest, *old;
  dc_variant *variants; /* by definition of old */
  uint16_t *first;      /* by definition of newest: its first variant */
  int32_t last;
};

typedef struct dc_walk {
  const dc_compat *compat;
  int32_t layer; /* rewriting to that layer; 0: to the newest */
  const uint8_t *at;
  size_t left;
  unsigned depth;
  bool packed;      /* inside gzip_packed */
  uint32_t unknown; /* the id that ended it */
} dc_walk;

/* `size` bytes of the input, NULL when there are not as many. */
const uint8_t *dc_walk_take(dc_walk *walk, size_t size);
/* Rewrites one value. words: of the definition around it, for a repetition; may be NULL. */
bool dc_walk_type(dc_walk *walk, const tl_schema *schema, uint16_t type, const uint32_t *words,
                  tl_buffer *out);
/* The id has been read: reads the fields of one definition, writes the other with its id. */
bool dc_convert(dc_walk *walk, const tl_schema *from, uint16_t from_def, const tl_schema *to,
                uint16_t to_def, tl_buffer *out);

static inline bool dc_field_present(const tl_field *field, const uint32_t *words) {
  return field->cond == TL_ALWAYS || (words[field->cond >> 5] >> (field->cond & 31) & 1) != 0;
}

#endif
