/* What the two halves of reading JSON share: json_read.c walks objects, json_scalar.c reads what is
 * in them. */
#ifndef TL_SRC_JSON_READ_H
#define TL_SRC_JSON_READ_H

#include <jansson.h>
#include <tl/arena.h>
#include <tl/codec.h>

#include "lookup.h"
#include "trace.h"

typedef struct tl_json_reader {
  const tl_schema *schema;
  tl_arena *arena;
  uint32_t depth; /* objects that may still be entered */
  tl_trace trace;
} tl_json_reader;

/* Sets the trace and returns false. */
bool tl_json_fail(tl_json_reader *r, tl_status status, const char *format, ...) TL_PRINTF(3, 4);
bool tl_json_fail_type(tl_json_reader *r, const char *expected, const json_t *found);
bool tl_json_fail_memory(tl_json_reader *r);

/* A number, Bool, string or bytes into its slot. */
bool tl_json_read_scalar(tl_json_reader *r, uint8_t op, const json_t *json, uint8_t *slot);

#endif
