/* What the interpreters share: finding a definition, and what its fields say. */
#ifndef TL_SRC_LOOKUP_H
#define TL_SRC_LOOKUP_H

#include <string.h>
#include <tl/schema.h>

#include "slots.h"
#include "trace.h"

/* Kinds of ops by how a slot says that it is absent. */
#define TL_OP_BIT(op) (1u << (op))
#define TL_OPS_NUMBER                                                                              \
  (TL_OP_BIT(TL_OP_INT) | TL_OP_BIT(TL_OP_LONG) | TL_OP_BIT(TL_OP_DOUBLE) |                        \
   TL_OP_BIT(TL_OP_INT128) | TL_OP_BIT(TL_OP_INT256) | TL_OP_BIT(TL_OP_BOOL) |                     \
   TL_OP_BIT(TL_OP_NAT) | TL_OP_BIT(TL_OP_FLOAT))

/* Numbers that lie in memory as they do on the wire, but for the order of their bytes. */
#define TL_OPS_RAW (TL_OPS_NUMBER & ~TL_OP_BIT(TL_OP_BOOL))

#define TL_OPS_VECTOR                                                                              \
  (TL_OP_BIT(TL_OP_VECTOR) | TL_OP_BIT(TL_OP_BARE_VECTOR) | TL_OP_BIT(TL_OP_REPEAT) |              \
   TL_OP_BIT(TL_OP_ARRAY))

/* Bytes of a number, by op; 0 for the rest. */
static const uint8_t tl_number_size[TL_OP_WORD + 1] = {
    [TL_OP_INT] = 4,     [TL_OP_LONG] = 8, [TL_OP_DOUBLE] = 8, [TL_OP_INT128] = 16,
    [TL_OP_INT256] = 32, [TL_OP_NAT] = 4,  [TL_OP_FLOAT] = 4};

/* For what must not become a call of its own on the fast path. */
#if defined(__GNUC__)
#define TL_INLINE   inline __attribute__((always_inline))
#define TL_NOINLINE __attribute__((noinline)) /* what needs much stack, and is rare */
#else
#define TL_INLINE inline
#define TL_NOINLINE
#endif

/* The first field of a set that is not empty. */
static inline unsigned tl_set_first(tl_set set) {
#if defined(__GNUC__)
  return (unsigned)__builtin_ctzll(set);
#else
  unsigned first = 0;
  while (!(set >> first & 1))
    first++;
  return first;
#endif
}

/* The fields that a # word brings, by its number (0 or 1); bits that no field has are nothing. */
static inline tl_set tl_set_of_word(const tl_set *bits, unsigned number, uint32_t word) {
  tl_set fields = 0;
  for (uint64_t left = (uint64_t)word << (number * 32 & 63) & bits[0]; left; left &= left - 1)
    fields |= bits[1 + tl_set_first(left)];
  return fields;
}

/* The definition that most likely has the id, TL_NONE if surely none has: for the caller to check.
 */
static inline uint16_t tl_guess_id(const tl_schema *schema, uint32_t id) {
  return schema->by_id[(id * 0x9e3779b1u) >> schema->by_id_shift];
}

static inline uint16_t tl_lookup_id(const tl_schema *schema, uint32_t id) {
  uint32_t mask = UINT32_MAX >> schema->by_id_shift;
  uint32_t at = (id * 0x9e3779b1u) >> schema->by_id_shift;
  for (;; at = (at + 1) & mask) {
    uint16_t def = schema->by_id[at];
    if (def == TL_NONE || schema->defs[def].id == id)
      return def;
  }
}

/* The words that a definition is given. */
static inline unsigned tl_def_params(const tl_def *def) {
  return def->wide ? def->n_options : 0;
}

/* What a number is among these words; more than any number of elements when it does not fit. */
static inline uint32_t tl_number_value(const tl_number *number, const uint32_t *words) {
  if (number->word == TL_NO_WORD)
    return number->add;
  uint64_t value = (uint64_t)number->add + (words ? words[number->word & TL_WORDS] : 0);
  return value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

/* The number of a field that is a # word, from which `cond` and tl_number know it. */
static inline unsigned tl_word_number(const tl_schema *schema, const tl_def *def,
                                      const tl_field *word) {
  if (word->cond == TL_ALWAYS || word->offset == TL_NONE)
    return word->aux & TL_WORDS;
  unsigned number = tl_def_params(def);
  for (const tl_field *field = schema->fields + def->field; field < word; field++)
    number += field->op == TL_OP_WORD;
  return number & TL_WORDS;
}

/* Whether a number or Bool is something else than 0. */
static inline bool tl_slot_is_set(const uint8_t *slot, uint8_t op) {
  size_t size = op == TL_OP_BOOL ? 1 : op == TL_OP_WORD ? 4 : tl_number_size[op];
  uint8_t any = 0;
  for (size_t i = 0; i < size; i++)
    any |= slot[i];
  return any != 0;
}

/* Whether a conditional field is there: a number that is not 0 is, with or without its has_x. */
static inline bool tl_field_present(const tl_field *field, const uint8_t *args) {
  if (TL_OP_BIT(field->op) & (TL_OPS_NUMBER | TL_OP_BIT(TL_OP_WORD)))
    return args[field->aux] != 0 || tl_slot_is_set(args + field->offset, field->op);
  const uint8_t *slot = args + field->offset;
  if (field->op == TL_OP_SUM)
    return tl_read_sum(slot).kind != 0;
  if (field->op == TL_OP_TRUE)
    return *slot != 0;
  return tl_read_ptr(slot) != NULL;
}

/* The bits of a # word that fields stand for. */
static inline uint32_t tl_known_bits(const tl_schema *schema, const tl_def *def, unsigned word) {
  const tl_field *field = schema->fields + def->field, *end = field + def->n_fields;
  uint32_t known = 0;
  for (; field < end; field++)
    if (field->cond != TL_ALWAYS && field->cond >> 5 == (int)word)
      known |= UINT32_C(1) << (field->cond & 31);
  return known;
}

/* Whether a stored # word is all of it; else it is the bits that no field stands for. */
static inline bool tl_word_is_whole(const tl_field *word) {
  return word->offset != TL_NONE && (word->cond != TL_ALWAYS || word->aux & TL_WORD_WHOLE);
}

/* Whether a # word is stored, and not 0: then it is shown although it may be computed. */
static inline bool tl_word_is_kept(const tl_field *word, const uint8_t *args) {
  static const uint8_t zero[4];
  if (word->offset == TL_NONE)
    return false;
  return (word->cond != TL_ALWAYS && args[word->aux]) ||
         memcmp(args + word->offset, zero, sizeof zero) != 0;
}

/* "Vector<User>" into room bytes, cut if need be. */
TL_INTERNAL void tl_spell_type(const tl_schema *schema, uint16_t type, char *out, size_t room);
/* The name of the constructor in a value, or else its type. */
TL_INTERNAL void tl_spell_value(const tl_value *value, char *out, size_t room);

#endif
