/* Bounded reads, shared by decode.c and skip.c so that both accept exactly the same bytes.
 *
 * The position is handed in and out of every function rather than kept in the reader: it stays in a
 * register that way. NULL means failure, and the reader's trace says which. */
#ifndef TL_SRC_READER_H
#define TL_SRC_READER_H

#include <tl/hot.h>

#include "lookup.h"
#include "trace.h"

enum {
  TL_ID_VECTOR = 0x1cb5c415,
  TL_STRING_SHORT = 253, /* the longest with a length of one byte */
  TL_STRING_LONG = 254   /* first byte of a length of four */
};
#define TL_ID_TRUE     0x997275b5u
#define TL_ID_FALSE    0xbc799737u
#define TL_STRING_MOST ((size_t)0xffffff)

static inline size_t tl_left(const tl_reader *r, const uint8_t *at) {
  return (size_t)(r->end - at);
}

/* Each sets the trace and returns NULL. */
const uint8_t *tl_fail_truncated(tl_reader *r, const uint8_t *at, const char *what);
const uint8_t *tl_fail_unknown(tl_reader *r, const uint8_t *at, uint16_t type);
const uint8_t *tl_fail_memory(tl_reader *r, const uint8_t *at);
const uint8_t *tl_fail_depth(tl_reader *r, const uint8_t *at);
const uint8_t *tl_fail_trailing(tl_reader *r, const uint8_t *at);
const uint8_t *tl_fail_bool(tl_reader *r, const uint8_t *at);
/* With the field or the index that was being read put before the path. */
const uint8_t *tl_fail_field(tl_reader *r, const tl_def *def, const tl_field *field);
const uint8_t *tl_fail_index(tl_reader *r, size_t index);

/* The form with four bytes of length, and every error. */
const uint8_t *tl_read_long_string(tl_reader *r, const uint8_t *at, tl_bytes *out);
const uint8_t *tl_check_padding(tl_reader *r, const uint8_t *from, const uint8_t *to);

/* A string or bytes as a view of the input; behind it and its padding. *out can stay in registers:
 * only the slow path has it in memory. */
static TL_INLINE const uint8_t *tl_read_string(tl_reader *r, const uint8_t *at, tl_bytes *out) {
  size_t left = tl_left(r, at), size = left ? *at : TL_STRING_LONG;
  size_t whole = (size + 4) & ~(size_t)3;
  if (size > TL_STRING_SHORT || whole > left) {
    tl_bytes view = {NULL, 0};
    at = tl_read_long_string(r, at, &view);
    *out = view;
    return at;
  }
  out->data = at + 1;
  out->size = size;
  if ((uint64_t)tl_load32(at + whole - 4) >> 8 * (size + 5 - whole) & r->strict)
    return tl_check_padding(r, at + 1 + size, at + whole);
  return at + whole;
}

/* A boxed Bool. */
static inline const uint8_t *tl_read_bool(tl_reader *r, const uint8_t *at, bool *out) {
  if (tl_left(r, at) < 4)
    return tl_fail_truncated(r, at, "a Bool");
  uint32_t id = tl_load32(at);
  if (id != TL_ID_TRUE && id != TL_ID_FALSE)
    return tl_fail_bool(r, at);
  *out = id == TL_ID_TRUE;
  return at + 4;
}

/* The constructor of that id which the type has; TL_NONE for none. For ids that stand for another
 * definition first: all instances of a polymorphic constructor have one id. */
uint16_t tl_find_instance(const tl_schema *schema, const tl_type *type, uint32_t id);

/* The id of a boxed value whose type has one constructor or several, or is any. */
static inline const uint8_t *tl_read_id(tl_reader *r, const uint8_t *at, uint16_t type,
                                        uint16_t *out) {
  const tl_type *t = r->schema->types + type;
  if (tl_left(r, at) < 4)
    return tl_fail_truncated(r, at, "a constructor id");
  uint32_t id = tl_load32(at);
  if (t->op == TL_OP_PTR) {
    *out = t->arg;
    return r->schema->defs[t->arg].id == id ? at + 4 : tl_fail_unknown(r, at, type);
  }
  if (t->op == TL_OP_SUM) {
    *out = tl_guess_id(r->schema, id);
    if ((unsigned)*out - t->arg < t->count && r->schema->defs[*out].id == id)
      return at + 4;
    *out = tl_find_instance(r->schema, t, id);
  } else {
    *out = tl_lookup_id(r->schema, id);
  }
  return *out != TL_NONE ? at + 4 : tl_fail_unknown(r, at, type);
}

/* The number of elements of a vector: checked against the bytes left and the memory for the slots,
 * which it takes off. `repeat` is the number of a TL_OP_REPEAT. */
const uint8_t *tl_read_count(tl_reader *r, const uint8_t *at, const tl_type *vector,
                             uint32_t repeat, size_t *count);

/* How many elements a TL_OP_REPEAT has where the reader is. */
static inline uint32_t tl_repeats(const tl_reader *r, uint16_t type) {
  return tl_number_value(r->schema->numbers + r->schema->types[type].count, r->words);
}

static inline bool tl_take_memory(tl_reader *r, size_t size) {
  if (size > r->memory)
    return false;
  r->memory -= size;
  return true;
}

/* In strict mode: a word has no bits that the schema does not know. `words` as read. The second is
 * for a definition that is not wide, with its words in one. */
const uint8_t *tl_check_words(tl_reader *r, const uint8_t *at, const tl_def *def,
                              const uint32_t *words);
static inline const uint8_t *tl_check_bits(tl_reader *r, const uint8_t *at, const tl_def *def,
                                           uint64_t words) {
  const uint32_t each[TL_WORDS] = {(uint32_t)words, (uint32_t)(words >> 32)};
  return words & ~r->schema->bits[def->bits] ? tl_check_words(r, at, def, each) : at;
}

/* Sets the reader up and refuses what makes no sense. */
TL_MUST_USE tl_status tl_reader_init(tl_reader *r, const tl_schema *schema, uint16_t type,
                                     const void *data, size_t size,
                                     const tl_decode_options *options, tl_error *error);
/* What a vector, which is all of the value, has before an element of no known kind: into *out, and
 * where that one begins into *consumed. Nothing after other failures. */
void tl_keep_before(const tl_reader *r, uint16_t type, void *slot, tl_value *out, size_t *consumed);
/* The failure in the trace, completed with the name of the type that was asked for. */
tl_status tl_reader_fail(tl_reader *r, uint16_t type, tl_error *error);

#endif
