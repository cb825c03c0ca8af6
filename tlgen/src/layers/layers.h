/* layers.h: schemas of several layers beside each other. */
#ifndef TLGEN_LAYERS_H
#define TLGEN_LAYERS_H

#include <stdbool.h>

#include "base/text.h"
#include "tl-parser/tl-parser.h"

typedef struct layer {
  tlp_schema *schema;
  const tlp_combinator *const *all;
  size_t count;
  int32_t number;
} layer;

typedef struct layers {
  layer *items; /* oldest first */
  size_t count;
} layers;

/* Reads schemas, each with its `// LAYER n`. False, and a message printed, when one has errors, has
 * no layer, or has that of another. Free it also then. */
bool layers_read(layers *out, const char *const *paths, size_t count);
void layers_free(layers *l);

/* Of what both layers, or a table of the language's own, declare alike in every schema. */
bool layers_is_common(const tlp_combinator *c);

/* A combinator as TL; to be freed. */
char *layers_printed(const tlp_combinator *c);

/* What came, went and changed with each layer: a table. */
void layers_changes(const layers *l, text *out);

/* The forms that definitions had before the newest layer: a schema that stands alone, each named
 * after the last layer that had it (user_l223). `lasting` (may be NULL; cut up) is a table: name,
 * id, last layer, for layers between those that are there; `more` (may be NULL) has forms that none
 * of them has, as they stand in what comes out. False, and a message printed, when the table is
 * wrong. */
bool layers_legacy(const layers *l, char *lasting, const char *more, text *out);

#endif
