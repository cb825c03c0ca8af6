/* Encoding, decoding and skipping of any value that a schema describes. Bounded in every direction:
 * bytes left, depth, memory (TL-4, TL-6, TL-14). Source: core.telegram.org/mtproto/serialize and
 * /TL. */
#ifndef TL_CODEC_H
#define TL_CODEC_H

#include <tl/arena.h>
#include <tl/buffer.h>
#include <tl/schema.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where and why something failed. Filled when a function below returns another status than TL_OK.
 */
typedef struct tl_error {
  tl_status status;
  uint32_t id;    /* the constructor id in question, 0 if none */
  size_t offset;  /* decoding and JSON: byte of the input; encoding: byte of the output so far */
  char path[120]; /* "messages.messages.messages[3].media" (cut at the front when too long) */
  char text[160]; /* one sentence for a person */
} tl_error;

typedef enum tl_strings {
  TL_STRINGS_COPY,    /* copied into the arena, NUL-terminated */
  TL_STRINGS_ALIAS,   /* point into the input, not terminated: the input must outlive the value */
  TL_STRINGS_IN_PLACE /* the same, but strings (not bytes) are terminated there: the input must be
                         writable, is changed (also on failure) and cannot be decoded again */
} tl_strings;

#define TL_DECODE_DEPTH  64                 /* objects within objects, unless options say more */
#define TL_DECODE_MEMORY ((size_t)64 << 20) /* arena bytes, unless options say otherwise */
#define TL_DEPTH_LIMIT   256 /* the most that any of the functions here enter, options or not */

/* All zero is a good default. */
typedef struct tl_decode_options {
  uint32_t max_depth; /* 0: TL_DECODE_DEPTH; more than TL_DEPTH_LIMIT counts as that */
  size_t max_memory;  /* arena bytes one decode may add; 0: TL_DECODE_MEMORY */
  tl_strings strings;
  bool strict; /* also refuse non-zero padding, long lengths for short strings, unknown flag bits */
  bool allow_trailing; /* bytes after the value are no error */
  bool keep_before;    /* after UNKNOWN in a vector that is the whole value, *out has the elements
                          before    the one that is not known, and *consumed says where that one begins
                        */
  const uint32_t
      *numbers;     /* for a type that is given numbers: those of tl_call_numbers(), at least */
  size_t n_numbers; /* as many as it uses; borrowed for the call */
} tl_decode_options;

/* Decodes a value of the type (schema->types[type]). On TL_OK *out points into the arena, *consumed
 * (may be NULL) is the bytes read. On failure *out is zero, *error (may be NULL) is filled, and
 * what the arena got is only given back when the arena is freed or reset; see also
 * options.keep_before. Statuses: NOMEM, TRUNCATED, UNKNOWN, BOOL, VECTOR, STRING, DEPTH, TRAILING,
 * STRICT, ABI. options may be NULL. */
TL_API TL_MUST_USE tl_status tl_decode(const tl_schema *schema, uint16_t type, const void *data,
                                       size_t size, const tl_decode_options *options,
                                       tl_arena *arena, tl_value *out, size_t *consumed,
                                       tl_error *error);

/* Decodes any boxed constructor or function by its id. As tl_decode() otherwise. */
TL_API TL_MUST_USE tl_status tl_decode_object(const tl_schema *schema, const void *data,
                                              size_t size, const tl_decode_options *options,
                                              tl_arena *arena, tl_object *out, size_t *consumed,
                                              tl_error *error);

/* Measures a value without making it. As tl_decode() otherwise; trailing bytes are always allowed,
 * and max_memory counts what decoding would take but for copies of strings. */
TL_API TL_MUST_USE tl_status tl_skip(const tl_schema *schema, uint16_t type, const void *data,
                                     size_t size, const tl_decode_options *options,
                                     size_t *consumed, tl_error *error);

/* Appends the object with its id. On failure the buffer is as it was. Statuses: NOMEM, FLAGS,
 * MISSING, STRING, VECTOR (too many elements, or not as many as an array has), DEPTH, TYPE (a kind
 * that the type does not have), ABI. error may be NULL. */
TL_API TL_MUST_USE tl_status tl_encode(const tl_object *object, tl_buffer *out, tl_error *error);

/* The numbers that the result of a call may depend on (`= User fields_mask`): its # words, as they
 * are on the wire, for tl_decode_options.numbers when the answer is decoded; of the query inside
 * when the call carries one. What is not there is 0. Statuses as tl_encode(). */
TL_API TL_MUST_USE tl_status tl_call_numbers(const tl_call *call, uint32_t numbers[TL_WORDS],
                                             tl_error *error);

/* Appends a value of its type, as it would stand in a field of that type. As tl_encode() otherwise.
 * Numbers that the type is given (`= User fields_mask`) are not looked at: what is there says what
 * is written; see tl_encode_result(). */
TL_API TL_MUST_USE tl_status tl_encode_value(const tl_value *value, tl_buffer *out,
                                             tl_error *error);

/* Appends the answer to a call: `slot` is a value of the type that tl_call_result_type() gives. As
 * tl_encode_value(), and what is there has to go with the numbers of the call: FLAGS when not. */
TL_API TL_MUST_USE tl_status tl_encode_result(const tl_call *call, const void *slot, tl_buffer *out,
                                              tl_error *error);

/* The object in a value whose type is a sum, a single-constructor, bare or Object type; otherwise
 * (and when absent) schema is NULL. */
TL_API tl_object tl_value_object(const tl_value *value);
/* Its slot if the value has this schema and a type of that index, else a slot of zero bytes (an
 * absent value of any type); never NULL. For generated code. */
TL_API const void *tl_value_slot(const tl_value *value, const tl_schema *schema, uint16_t type);

#ifdef __cplusplus
}
#endif
#endif
