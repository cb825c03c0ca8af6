/* Values as JSON and as text.
 *
 * The JSON form: an object is {"_": "constructor", fields...}; int and double are numbers; long is
 * a decimal string (reading accepts a number too); bytes are base64; int128 and int256 lower-case
 * hex; Bool true or false; an absent optional has no key; flags.N?true is true or no key; # words
 * do not appear unless no field depends on them. A string that is not UTF-8 is written as {"_":
 * "bytes", "base64": "..."} so that nothing is lost, and read back from it. A bare int/long/vector
 * value stands as itself. */
#ifndef TL_JSON_H
#define TL_JSON_H

#include <tl/codec.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { TL_JSON_INDENT = 1 }; /* two spaces a level, one field a line */

/* Appends JSON. TL_ERR_NOMEM, TL_ERR_DEPTH, TL_ERR_TYPE, TL_ERR_ABI. On failure the buffer is as it
 * was. */
TL_API TL_MUST_USE tl_status tl_json_write(const tl_value *value, int flags, tl_buffer *out,
                                           tl_error *error);
TL_API TL_MUST_USE tl_status tl_json_write_object(const tl_object *object, int flags,
                                                  tl_buffer *out, tl_error *error);

/* Reads a value of the type from `size` bytes of JSON into the arena. The error names the path and,
 * for SYNTAX, the line and column. SYNTAX, NAME, TYPE, RANGE, MISSING, STRING, DEPTH, NOMEM, ABI.
 */
TL_API TL_MUST_USE tl_status tl_json_read(const tl_schema *schema, uint16_t type, const char *json,
                                          size_t size, tl_arena *arena, tl_value *out,
                                          tl_error *error);
/* The same for any constructor or function. `name` (may be NULL): what "_" is when the object has
 * none. */
TL_API TL_MUST_USE tl_status tl_json_read_object(const tl_schema *schema, const char *name,
                                                 const char *json, size_t size, tl_arena *arena,
                                                 tl_object *out, tl_error *error);

/* Appends the object as readable text, one field a line (other libraries call it stringify).
 * Statuses as tl_json_write(). */
TL_API TL_MUST_USE tl_status tl_print(const tl_value *value, tl_buffer *out, tl_error *error);
TL_API TL_MUST_USE tl_status tl_print_object(const tl_object *object, tl_buffer *out,
                                             tl_error *error);

#ifdef __cplusplus
}
#endif
#endif
