/* Walks through any value of Telegram's schema by its tables, only where something wanted can be.
 */
#ifndef TGKIT_FIND_H
#define TGKIT_FIND_H

#include <tl/schema.h>

typedef struct tgkit_finder tgkit_finder;

/* For constructors of these types, by the schema's names. NULL: out of memory. */
tgkit_finder *tgkit_finder_new(const tl_schema *schema, const char *const *types, size_t n);
void tgkit_finder_free(tgkit_finder *finder);

/* Called for each constructor found, outer ones first; args is its struct. */
typedef void (*tgkit_found)(void *ctx, uint16_t def, const void *args);
void tgkit_find(const tgkit_finder *finder, const tl_value *value, tgkit_found found, void *ctx);
/* The same in the fields of one. */
void tgkit_find_in(const tgkit_finder *finder, uint16_t def, const void *args, tgkit_found found,
                   void *ctx);

#endif
