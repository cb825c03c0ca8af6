/* ops.h: the small numbers of the tables, as runtime/tl/include/tl/schema.h has them. */
#ifndef TLGEN_OPS_H
#define TLGEN_OPS_H

#include <stdint.h>

/* The version of tl/schema.h's structs that the emitters write, TL_TABLE_VERSION there. */
enum { MODEL_TABLE_VERSION = 5 };

enum {
  MODEL_NONE = 0xffff, /* TL_NONE; also the highest count of anything in the tables plus one */
  MODEL_WORDS = 7,     /* TL_WORDS */
  MODEL_FIELDS = 1000  /* of one definition, so that its struct stays below 64 KiB */
};

/* enum tl_op, in its order. */
typedef enum model_op {
  OP_INT,
  OP_LONG,
  OP_DOUBLE,
  OP_INT128,
  OP_INT256,
  OP_STRING,
  OP_BYTES,
  OP_BOOL,
  OP_TRUE,
  OP_NAT,
  OP_OBJECT,
  OP_PRIMITIVES,
  OP_SUM = OP_PRIMITIVES,
  OP_PTR,
  OP_BARE,
  OP_VECTOR,
  OP_BARE_VECTOR,
  OP_REPEAT,
  OP_ARRAY,
  OP_FLOAT,
  OP_WITH,
  OP_WORD
} model_op;

/* The name that the table has for vectors and bare types: "". */
extern const char model_no_name[1];

extern const char *const model_op_names[]; /* "TL_OP_INT", ... */

/* What of a definition is to be straight-line code. */
enum { HOT_GET = 1, HOT_PUT = 2, HOT_WAYS };

/* A number that a type takes as argument, or that says how often something repeats: tl_number. */
typedef struct model_num {
  uint32_t add;
  uint8_t word; /* of the definition; MODEL_NO_WORD: none, the number is `add` */
} model_num;

enum { MODEL_NO_WORD = 0xff, MODEL_WORD_WHOLE = 0x100 /* TL_WORD_WHOLE */ };

#endif
