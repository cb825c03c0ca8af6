/* Base64 in both alphabets, with and without padding. */
#ifndef TGAUTH_BASE64_H
#define TGAUTH_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum tgauth_base64 {
  TGAUTH_BASE64,          /* + and /, padded */
  TGAUTH_BASE64URL,       /* - and _, no padding */
  TGAUTH_BASE64URL_PADDED /* - and _, padded */
} tgauth_base64;

/* Characters that `size` bytes take, the NUL included. */
size_t tgauth_base64_room(size_t size);
/* Writes text and a NUL into out, which has tgauth_base64_room(size) bytes. size is at most 2^30.
 */
void tgauth_base64_encode(const uint8_t *data, size_t size, tgauth_base64 form, char *out);
/* Reads either alphabet, with or without padding. `out` has room for n / 4 * 3 + 3 bytes. false
 * when it is not base64; *size is the number of bytes. */
bool tgauth_base64_decode(const char *text, size_t n, uint8_t *out, size_t *size);

#endif
