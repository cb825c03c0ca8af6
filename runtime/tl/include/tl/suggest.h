/* What a mistyped name was perhaps meant to be. */
#ifndef TL_SUGGEST_H
#define TL_SUGGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tl/base.h>
#include <tl/schema.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The best of the candidates shown so far. Start with TL_SUGGEST("what was typed"). */
typedef struct tl_suggestion {
  const char *typed; /* the caller's */
  const char *best;  /* one of those that were offered; NULL: none is like it */
  unsigned distance; /* changes of a letter between the two, exchanged neighbours being one */
} tl_suggestion;

#define TL_SUGGEST(text) ((tl_suggestion){(text), NULL, 0})

/* Offers a candidate, which must live as long as the suggestion. It is taken when it takes fewer
 * changes than the best before, and no more than a third of the letters. Upper and lower case are
 * alike, and so is what stands before the last dot when only one of the two has it. */
TL_API void tl_suggest_offer(tl_suggestion *suggestion, const char *candidate);

/* The definition whose name is most like what was typed, valid as long as the schema; NULL: none.
 */
TL_API const char *tl_suggest_definition(const tl_schema *schema, const char *typed);
/* The same for the fields of a definition. */
TL_API const char *tl_suggest_field(const tl_schema *schema, const tl_def *def, const char *typed);

#ifdef __cplusplus
}
#endif
#endif
