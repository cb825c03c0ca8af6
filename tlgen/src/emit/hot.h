/* hot.h: between the files that write straight-line functions for the definitions that --hot
 * names. */
#ifndef TLGEN_HOT_H
#define TLGEN_HOT_H

#include "emit/emit.h"

/* Whether a value of the type has a function of its own that way (HOT_GET, HOT_PUT): a sum or a
 * pointer some constructor of which is hot, or a boxed vector of such. */
bool hot_type(const model_type *type, unsigned way);

/* Whether values of the field may have objects in them, so that the depth counts. */
bool hot_nests(const model_field *field);

/* Bytes of a number on the wire, 0 for what is none of those that are moved in runs. */
unsigned hot_number_size(const model_field *field);

/* How many fields from `at` on are numbers that are always there, and conditional `true`s between
 * them, which have no bytes; *size is how many bytes they take. */
size_t hot_run(const model_def *def, size_t at, unsigned *size);

/* Opens and closes what is done only if the field's condition holds. */
/* The bits of a # word that fields have; those that are fields without bytes, if `flags`. */
uint32_t hot_bits_of(const model_def *def, unsigned word, bool flags);
void hot_if(text *t, const model_field *field);

/* The functions of one shape, of one type. */
void hot_emit_get(text *t, const model_def *def);
void hot_emit_put(text *t, const model_def *def);
void hot_emit_get_type(text *t, const model_type *type);
void hot_emit_put_type(text *t, const model_type *type);

#endif
