/* Values as text for people. Other libraries call this stringify. */
#ifndef TL_PRINT_H
#define TL_PRINT_H

#include <tl/codec.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Appends the value as readable text: one field a line, two spaces a level, absent fields left out.
 * The form is for reading, not for parsing, and may change:
 *
 *     messages.sendMessage {
 *       silent: true
 *       peer: inputPeerUser {
 *         user_id: 7
 *         access_hash: -1
 *       }
 *       message: "hi"
 *     }
 *
 * Strings are quoted; bytes, and strings that are not UTF-8, are <hex>. Those longer than 32 bytes
 * end with "..." and their size; nothing else is shortened. What must be there and is not shows as
 * (missing), so that a request can be printed while it is being filled in. Statuses: NOMEM, DEPTH,
 * TYPE, MISSING (no value at all), ABI. On failure the buffer is as it was. error may be NULL. */
TL_API TL_MUST_USE tl_status tl_print(const tl_value *value, tl_buffer *out, tl_error *error);
/* The same for a constructor or function. */
TL_API TL_MUST_USE tl_status tl_print_object(const tl_object *object, tl_buffer *out,
                                             tl_error *error);

#ifdef __cplusplus
}
#endif
#endif
