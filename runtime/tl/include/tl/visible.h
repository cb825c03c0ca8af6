/* Text of a stranger: whether it is UTF-8, and made harmless: what a terminal would obey instead of
 * show is written out. */
#ifndef TL_VISIBLE_H
#define TL_VISIBLE_H

#include <tl/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Whether `size` bytes, borrowed for the call, are well-formed UTF-8: no overlong forms, no
 * surrogates, nothing above U+10FFFF (RFC 3629). There are no errors. */
TL_API bool tl_utf8_valid(const char *data, size_t size);

/* Whether the code point does something to a terminal instead of being shown: C0 controls but line
 * feed and tab, DEL, C1 controls (U+0080 to U+009F), and what changes the direction of writing
 * (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069). */
TL_API bool tl_is_control(uint32_t code);

/* Writes text of `size` bytes so that it can be shown on a terminal: code points of tl_is_control()
 * become \u009b, bytes that are not UTF-8 become \x9b, everything else stays. In JSON that is
 * written already the former are JSON's own escapes.
 *
 * out has `room` bytes and is NUL-terminated when room is not 0; what does not fit is left out, by
 * whole characters and escapes. text is borrowed for the call and may not overlap out. Returns the
 * bytes, without the NUL, that all of it takes: with `room` above that nothing was left out. There
 * are no errors. At most 6 bytes come of one.
 *
 *   char shown[256];
 *   tl_visible(shown, sizeof shown, text, strlen(text));
 *   fputs(shown, stderr); */
TL_API size_t tl_visible(char *out, size_t room, const char *text, size_t size);

#ifdef __cplusplus
}
#endif
#endif
