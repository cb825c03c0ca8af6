/* The inside of the codec, as far as the straight-line functions use it that tlgen writes for
 * definitions that are met often (tlgen generate --hot). Not for callers of the library: all of it
 * belongs to TL_TABLE_VERSION.
 *
 * Such a function does what the interpreter does, for one definition, as long as nothing is odd.
 * Where something is (bytes that end, bits that the schema does not know, memory that is not there
 * yet), it hands over to the interpreter at the field in question, which goes on or says what is
 * wrong. So both accept the same bytes, make the same objects and report the same errors.
 *
 * The position is handed in and out rather than kept in the reader: it stays in a register that
 * way. NULL means failure, and the trace says which. */
#ifndef TL_HOT_H
#define TL_HOT_H

#include <string.h>
#include <tl/codec.h>
#include <tl/wire.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tl_trace tl_trace;

/* A value being read. */
typedef struct tl_reader {
  const uint8_t *end;
  tl_arena *arena; /* where it goes; not set while skipping */
  size_t memory;   /* bytes that may still be taken for what is read */
  uint32_t depth;  /* objects that may still be entered */
  uint32_t strict; /* all bits, or none */
  tl_strings strings;
  const tl_schema *schema;
  const uint8_t *start;
  tl_trace *trace;
  const uint32_t *words; /* of the definition that is being read, if it is wide */
  const uint8_t *rest;   /* after a failure within the outermost vector: where the item begins */
  size_t done;           /* and how many are before it */
} tl_reader;

/* A value being written. */
typedef struct tl_encoder {
  uint8_t *end; /* of the buffer's memory */
  tl_buffer *out;
  const tl_schema *schema;
  uint32_t depth; /* objects that may still be entered */
  size_t before;  /* size of the buffer at the start */
  tl_trace *trace;
  struct tl_words *words; /* of the definition that is being written, if it is wide */
} tl_encoder;

/* Reads a definition's fields, makes its struct and writes where it lies to `slot`. */
typedef const uint8_t *tl_hot_decode(tl_reader *r, const uint8_t *at, uint16_t def, void *slot);
/* Writes the fields of a struct. The caller has seen that there is one, and that e->depth is not 0.
 */
typedef uint8_t *tl_hot_encode(tl_encoder *e, uint8_t *at, uint16_t def, const void *args);

/* An entry of tl_schema.hot; NULL: the tables do it. */
struct tl_hot {
  tl_hot_decode *decode;
  tl_hot_encode *encode;
};

#if defined(__GNUC__)
#define TL_LIKELY(x)   __builtin_expect(!!(x), 1)
#define TL_UNLIKELY(x) __builtin_expect(!!(x), 0)
#else
#define TL_LIKELY(x)   (x)
#define TL_UNLIKELY(x) (x)
#endif

/* For functions that stay one copy. */
#if defined(__GNUC__)
#define TL_APART __attribute__((noinline))
#else
#define TL_APART
#endif

/* ---- reading ---- */

/* The interpreter. A struct from its start; its fields from number `field` on, with the # words so
 * far (`at` NULL: that field has failed); a value of any type; a string, kept as asked for. */
TL_API const uint8_t *tl_hot_struct(tl_reader *r, const uint8_t *at, uint16_t def, void *slot);
TL_API const uint8_t *tl_hot_rest(tl_reader *r, const uint8_t *at, uint16_t def, void *args,
                                  unsigned field, uint32_t word0, uint32_t word1);
TL_API const uint8_t *tl_hot_slot(tl_reader *r, const uint8_t *at, uint16_t type, void *slot);
TL_API const uint8_t *tl_hot_any_string(tl_reader *r, const uint8_t *at, uint8_t op, void *slot);
/* What tl_hot_items() does not do; NULL after a failure. */
TL_API const uint8_t *tl_hot_vector(tl_reader *r, const uint8_t *at, uint16_t type, void *slot,
                                    tl_vector *out);
/* Says which item has failed; NULL. */
TL_API const uint8_t *tl_hot_item(tl_reader *r, size_t index);
TL_API void *tl_hot_new_slowly(tl_reader *r, size_t size);

/* A zeroed struct, `size` a multiple of 8; NULL when that is more than there is or may be. */
static inline void *tl_hot_new(tl_reader *r, size_t size) {
  tl_arena *arena = r->arena;
  if (TL_UNLIKELY(r->depth == 0 || r->memory < size || (size_t)(arena->zeroed - arena->at) < size))
    return tl_hot_new_slowly(r, size);
  void *taken = arena->at;
  arena->at += size;
  r->memory -= size;
  return taken;
}

static inline size_t tl_hot_left(const tl_reader *r, const uint8_t *at) {
  return (size_t)(r->end - at);
}

static inline void tl_hot_sum(void *slot, unsigned kind) {
  memcpy(slot, &kind, sizeof kind);
}

/* A constructor without fields. */
static inline const uint8_t *tl_hot_bare(const uint8_t *at, void *slot) {
  const void *empty = tl_empty;
  memcpy(slot, &empty, sizeof empty);
  return at;
}

static inline void tl_hot_flag(void *slot, uint32_t word, unsigned bit) {
  *(uint8_t *)slot = (uint8_t)(word >> bit & 1);
}

/* A string or bytes: those of which a view is asked for, the interpreter the rest. */
static inline const uint8_t *tl_hot_string(tl_reader *r, const uint8_t *at, uint8_t op,
                                           void *slot) {
  size_t left = tl_hot_left(r, at), head = 1, size;
  if (TL_UNLIKELY(left < 4 || r->strings != TL_STRINGS_ALIAS))
    return tl_hot_any_string(r, at, op, slot);
  size = *at;
  if (size > 253) {
    size = tl_load32(at) >> 8;
    head = *at == 254 && (size > 253 || !r->strict) ? 4 : left + 1; /* too much */
  }
  size_t whole = (size + head + 3) & ~(size_t)3;
  if (TL_UNLIKELY(whole > left ||
                  (uint64_t)tl_load32(at + whole - 4) >> 8 * (size + head + 4 - whole) & r->strict))
    return tl_hot_any_string(r, at, op, slot);
  tl_bytes view = {at + head, size};
  memcpy(slot, &view, sizeof view);
  return at + whole;
}

/* The head of a boxed vector of type number `type`, whose items take `each` bytes of memory and
 * `least` times 4 bytes on the wire; they are taken from the arena and written to `slot`. */
static inline const uint8_t *tl_hot_items(tl_reader *r, const uint8_t *at, uint16_t type,
                                          size_t each, size_t least, void *slot, tl_vector *out) {
  tl_arena *arena = r->arena;
  size_t left = tl_hot_left(r, at);
  if (TL_UNLIKELY(left < 8 || tl_load32(at) != 0x1cb5c415))
    return tl_hot_vector(r, at, type, slot, out);
  size_t count = tl_load32(at + 4), size = (count * each + 7) & ~(size_t)7;
  if (TL_UNLIKELY(count - 1 >= (left - 8) / (4 * least) || size > r->memory ||
                  (size_t)(arena->end - arena->at) < size))
    return tl_hot_vector(r, at, type, slot, out);
  *out = (tl_vector){arena->at, count};
  r->memory -= count * each;
  arena->at += size;
  if (arena->zeroed < arena->at)
    arena->zeroed = arena->at;
  memcpy(slot, out, sizeof *out);
  return at + 8;
}

/* ---- writing ---- */

/* The interpreter. A struct's fields from number `field` on (`at` NULL: that field has failed); a
 * value of any type. */
TL_API uint8_t *tl_hot_put_rest(tl_encoder *e, uint8_t *at, uint16_t def, const void *args,
                                unsigned field);
TL_API uint8_t *tl_hot_put_slot(tl_encoder *e, uint8_t *at, uint16_t type, const void *slot);
/* The head of a boxed vector; *out is what it holds. NULL after a failure. */
TL_API uint8_t *tl_hot_put_vector(tl_encoder *e, uint8_t *at, uint16_t type, const void *slot,
                                  tl_vector *out);
TL_API uint8_t *tl_hot_put_item(tl_encoder *e, size_t index);

static inline size_t tl_hot_room(const tl_encoder *e, const uint8_t *at) {
  return (size_t)(e->end - at);
}

/* Whether a slot's first bytes say that something is there. */
static inline bool tl_hot_byte(const void *slot) {
  return *(const uint8_t *)slot != 0;
}
/* A number with its has_x: one that is not 0 is there anyway. */
static inline bool tl_hot_number(const void *has, const void *slot, size_t size) {
  const uint8_t *bytes = (const uint8_t *)slot;
  uint64_t any = *(const uint8_t *)has;
  if (size == 1)
    return (any | *bytes) != 0;
  for (size_t i = 0; i < size; i += size < 8 ? 4 : 8)
    any |= size < 8 ? tl_load32(bytes + i) : tl_load64(bytes + i);
  return any != 0;
}
static inline bool tl_hot_kind(const void *slot) {
  unsigned kind;
  memcpy(&kind, slot, sizeof kind);
  return kind != 0;
}
static inline const void *tl_hot_pointer(const void *slot) {
  const void *pointer;
  memcpy(&pointer, slot, sizeof pointer);
  return pointer;
}
static inline bool tl_hot_there(const void *slot) {
  return tl_hot_pointer(slot) != NULL;
}

static inline tl_sum tl_hot_read_sum(const void *slot) {
  tl_sum sum;
  memcpy(&sum.kind, slot, sizeof sum.kind);
  sum.ptr = tl_hot_pointer((const uint8_t *)slot + offsetof(tl_sum, ptr));
  return sum;
}

/* `size` bytes, few of them most of the time. */
static inline void tl_hot_copy(uint8_t *to, const uint8_t *from, size_t size) {
  if (size > 32) {
    memcpy(to, from, size);
  } else if (size > 16) {
    uint8_t head[16], tail[16];
    memcpy(head, from, 16);
    memcpy(tail, from + size - 16, 16);
    memcpy(to, head, 16);
    memcpy(to + size - 16, tail, 16);
  } else if (size > 7) {
    uint64_t head, tail;
    memcpy(&head, from, 8);
    memcpy(&tail, from + size - 8, 8);
    memcpy(to, &head, 8);
    memcpy(to + size - 8, &tail, 8);
  } else {
    for (size_t i = 0; i < size; i++)
      to[i] = from[i];
  }
}

static inline uint8_t *tl_hot_put_string(tl_encoder *e, uint8_t *at, uint16_t type,
                                         const void *slot) {
  tl_bytes view;
  memcpy(&view, slot, sizeof view);
  size_t whole = (view.size + 4) & ~(size_t)3;
  if (TL_UNLIKELY(view.size > 253 || !view.data || tl_hot_room(e, at) < whole))
    return tl_hot_put_slot(e, at, type, slot);
  tl_store32(at + whole - 4, 0);
  *at = (uint8_t)view.size;
  tl_hot_copy(at + 1, view.data, view.size);
  return at + whole;
}

#ifdef __cplusplus
}
#endif
#endif
