/* Values as JSON. Link with tl_json.
 *
 * The JSON form: an object is {"_": "constructor", fields...}; int and double are numbers; long is
 * a decimal string (reading accepts a number too); bytes are base64; int128 and int256 lower-case
 * hex; Bool true or false; an absent optional has no key; flags.N?true is true or no key; # words
 * do not appear, but for one that no field depends on and that is not 0. A string that is not UTF-8
 * is written as {"_": "bytes", "base64": "..."} so that nothing is lost, and read back from it. A
 * bare int/long/vector value stands as itself. Doubles keep every bit: those that are no JSON
 * number are "Infinity",
 * "-Infinity", "NaN" and, with other bits than 0x7ff8000000000000, "NaN:7ff8000000000001".
 *
 * Reading also accepts null for an absent optional, false for an absent flags.N?true, no "_" where
 * only one constructor is possible, and no key for a # that no field depends on (0). Keys that the
 * definition does not have, and keys that come twice, are errors. */
#ifndef TL_JSON_H
#define TL_JSON_H

#include <tl/codec.h>
#include <tl/print.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { TL_JSON_INDENT = 1 }; /* two spaces a level, one field a line */

/* Appends JSON. Statuses: NOMEM, DEPTH, TYPE, MISSING, ABI. On failure the buffer is as it was. */
TL_API TL_MUST_USE tl_status tl_json_write(const tl_value *value, int flags, tl_buffer *out,
                                           tl_error *error);
TL_API TL_MUST_USE tl_status tl_json_write_object(const tl_object *object, int flags,
                                                  tl_buffer *out, tl_error *error);

/* Reads a value of the type from `size` bytes of JSON into the arena; its strings are terminated
 * copies. The text is parsed by jansson, which takes memory by its own allocator while it works and
 * may call the end of that a syntax error. On failure *out is zero. The error names the path, or
 * for what is not JSON the line and column (only then it has an offset). Statuses: SYNTAX, NAME,
 * TYPE, RANGE, MISSING, STRING, DEPTH, NOMEM, ABI, ARGUMENT. */
TL_API TL_MUST_USE tl_status tl_json_read(const tl_schema *schema, uint16_t type, const char *json,
                                          size_t size, tl_arena *arena, tl_value *out,
                                          tl_error *error);
/* The same for any constructor or function. `name` (may be NULL): what "_" is when the object has
 * none. */
TL_API TL_MUST_USE tl_status tl_json_read_object(const tl_schema *schema, const char *name,
                                                 const char *json, size_t size, tl_arena *arena,
                                                 tl_object *out, tl_error *error);

#ifdef __cplusplus
}
#endif
#endif
