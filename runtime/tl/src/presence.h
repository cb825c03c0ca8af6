/* What of an object is there, by the options of its definition. */
#ifndef TL_SRC_PRESENCE_H
#define TL_SRC_PRESENCE_H

#include <tl/wire.h>

#include "lookup.h"

/* What of an object is there: fields, and bits of its two # words. */
typedef struct presence {
  tl_set fields;
  uint64_t words;
} presence;

static TL_INLINE void note(presence *p, const tl_option *option) {
  p->fields |= (tl_set)1 << (option->field & 63);
  p->words |= UINT64_C(1) << (option->cond & 63);
}

/* 1 to 8 bytes as a number. */
static TL_INLINE uint64_t load_bytes(const uint8_t *p, size_t count) {
  if (count >= 8)
    return tl_load64(p);
  if (count >= 4)
    return tl_load32(p) | (uint64_t)tl_load32(p + count - 4) << 8 * (count - 4);
  return p[0] | (uint64_t)p[count / 2] << 8 * (count / 2) |
         (uint64_t)p[count - 1] << 8 * (count - 1);
}

/* Looks at `count` neighbouring bytes, eight at once: most are 0. */
static TL_INLINE void note_bytes(presence *p, const tl_option *options, const uint8_t *bytes,
                                 size_t count) {
  for (size_t i = 0; i < count; i += 8)
    for (uint64_t set = load_bytes(bytes + i, count - i); set; set &= set - 1)
      note(p, options + i + tl_set_first(set) / 8);
}

/* Numbers that are not 0 are there without their has_x. They are the last of the bytes. */
static TL_INLINE void note_numbers(presence *p, const tl_field *fields, const tl_option *first,
                                   const tl_option *end, const uint8_t *args) {
  while (end-- > first) {
    const tl_field *field = fields + end->field;
    if (field->op == TL_OP_TRUE)
      return;
    if (tl_slot_is_set(args + field->offset, field->op))
      note(p, end);
  }
}

static inline presence find_present(const tl_schema *schema, const tl_def *def,
                                    const uint8_t *args) {
  presence p = {def->always, 0};
  const tl_option *head = schema->options + def->option, *option = head + 1;
  const tl_option *end = option + def->n_options;
  note_bytes(&p, option, args + head->offset, head->field);
  note_numbers(&p, schema->fields + def->field, option, option + head->field, args);
  option += head->field;
  for (const tl_option *kinds = option + head->cond; option < kinds; option++)
    if (tl_read_sum(args + option->offset).kind)
      note(&p, option);
  for (; option < end; option++)
    if (tl_read_ptr(args + option->offset))
      note(&p, option);
  return p;
}

/* The bits of which some fields are there and others not. */
static TL_INLINE uint64_t torn_bits(const tl_set *bits, const presence *p) {
  uint64_t torn = 0;
  for (uint64_t left = p->words; left; left &= left - 1)
    if (bits[1 + tl_set_first(left)] & ~p->fields)
      torn |= left & (~left + 1);
  return torn;
}

#endif
