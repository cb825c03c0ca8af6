/* The table of a schema's RPC errors: names and templates, their codes, and which method returns
 * which. */
#ifndef TL_ERRORS_H
#define TL_ERRORS_H

#include <tl/schema.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tl_error_entry {
  uint32_t name; /* in names: "PHONE_CODE_INVALID" or a template "FLOOD_WAIT_%d" (at most one %d) */
  int16_t code;  /* the usual one; the server may send another (ER-1) */
} tl_error_entry;

enum { TL_METHOD_USERS_ONLY = 1, TL_METHOD_BOTS_ONLY = 2, TL_METHOD_UNAUTHORIZED = 4 };

typedef struct tl_error_table {
  const tl_schema *schema;
  const char *names;
  const tl_error_entry *entries; /* sorted by name (strcmp); entry i has the enum value i + 1 */
  const uint16_t *method_first;  /* by function (def - n_constructors), one more at the end: where
                                    its list starts */
  const uint16_t *method_errors; /* enum values */
  const uint8_t *method_flags;   /* by function: TL_METHOD_* */
  uint16_t count;
  uint16_t n_globals; /* the first n_globals of method_errors may come from every method */
} tl_error_table;

/* The enum value of the error that the server's text names, 0 (UNKNOWN) when the table has none. A
 * template's number goes to *arg (may be NULL), otherwise *arg is 0. A full name wins over a
 * template. Source: ER-1. */
TL_API uint16_t tl_error_find(const tl_error_table *table, const char *text, size_t size,
                              int64_t *arg);
/* Whether the table lists it for that function (globals count). def is an index into schema->defs.
 */
TL_API bool tl_error_listed(const tl_error_table *table, uint16_t def, uint16_t error);
/* "FLOOD_WAIT_%d"; "UNKNOWN" for 0 or a value that the table does not have. */
TL_API const char *tl_error_name(const tl_error_table *table, uint16_t error);

#ifdef __cplusplus
}
#endif
#endif
