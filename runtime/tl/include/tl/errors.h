/* The table of a schema's RPC errors: names and templates, their codes, and which method returns
 * which. */
#ifndef TL_ERRORS_H
#define TL_ERRORS_H

#include <tl/schema.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tl_error_entry {
  uint32_t name;  /* in names: "PHONE_CODE_INVALID", or a template with one %d ("FLOOD_WAIT_%d") or
                     a %s at its end ("RECAPTCHA_CHECK_%s") */
  int16_t code;   /* the usual one; the server may send another (ER-1) */
  uint16_t codes; /* in codes: the others that are known, up to a 0; 0: none */
} tl_error_entry;

enum { TL_METHOD_USERS_ONLY = 1, TL_METHOD_BOTS_ONLY = 2, TL_METHOD_UNAUTHORIZED = 4 };

typedef struct tl_error_table {
  const tl_schema *schema;
  const char *names;
  const tl_error_entry *entries; /* sorted by name (strcmp); entry i has the enum value i + 1 */
  const uint16_t *method_first;  /* by function (def - n_constructors), one more at the end: where
                                    its list starts */
  const uint16_t *method_errors; /* enum values */
  const uint16_t *method_codes;  /* by place in method_errors: where the method's own codes for that
                                    error start in own_codes */
  const int16_t *own_codes;      /* lists that end with 0, the usual code first */
  const uint8_t *method_flags;   /* by function: TL_METHOD_* */
  const int16_t *codes;          /* lists that end with 0; the first is empty */
  uint16_t count;
  uint16_t n_globals; /* the first n_globals of method_errors may come from every method */
} tl_error_table;

/* The enum value of the error that the server's text names, 0 (UNKNOWN) when the table has none. A
 * template's number goes to *arg (may be NULL), otherwise *arg is 0. A full name wins over a
 * number's template, that over one that ends with text, and of these the longest wins; their text
 * is not empty. Sources: ER-1, ER-2. */
TL_API uint16_t tl_error_find(const tl_error_table *table, const char *text, size_t size,
                              int64_t *arg);
/* What stands in the place of the %s in the server's text, which tl_error_find() took for that
 * error; a view of it. Empty for other errors. */
TL_API tl_string tl_error_tail(const tl_error_table *table, uint16_t error, const char *text,
                               size_t size);
/* Whether the error is known to come with that code. */
TL_API bool tl_error_has_code(const tl_error_table *table, uint16_t error, int32_t code);
/* Whether the table lists it for that function (globals count). def is an index into schema->defs.
 */
TL_API bool tl_error_listed(const tl_error_table *table, uint16_t def, uint16_t error);
/* The code with which that function returns the error: its own where the table lists the error for
 * it, else the usual one; 0 for an error that the table does not have. */
TL_API int32_t tl_error_code_of(const tl_error_table *table, uint16_t def, uint16_t error);
/* "FLOOD_WAIT_%d", which lives as long as the table; "UNKNOWN" for what the table does not have. */
TL_API const char *tl_error_name(const tl_error_table *table, uint16_t error);

#ifdef __cplusplus
}
#endif
#endif
