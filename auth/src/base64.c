/* Base64, on OpenSSL's. */
#include "base64.h"
#include <openssl/evp.h>
#include <string.h>

size_t tgauth_base64_room(size_t size) {
  return (size + 2) / 3 * 4 + 1;
}

void tgauth_base64_encode(const uint8_t *data, size_t size, tgauth_base64 form, char *out) {
  EVP_EncodeBlock((unsigned char *)out, data, (int)size);
  if (form == TGAUTH_BASE64)
    return;
  for (char *p = out; *p; p++)
    *p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
  if (form == TGAUTH_BASE64URL)
    out[strcspn(out, "=")] = '\0';
}

static int value_of(char c) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const char *at = c ? strchr(digits, c == '-' ? '+' : c == '_' ? '/' : c) : NULL;
  return at ? (int)(at - digits) : -1;
}

bool tgauth_base64_decode(const char *text, size_t n, uint8_t *out, size_t *size) {
  uint32_t bits = 0;
  size_t used = 0;
  *size = 0;
  while (n > 0 && text[n - 1] == '=')
    n--;
  if (n % 4 == 1)
    return false;
  for (size_t i = 0; i < n; i++) {
    int value = value_of(text[i]);
    if (value < 0)
      return false;
    bits = bits << 6 | (uint32_t)value;
    used += 6;
    if (used >= 8) {
      used -= 8;
      out[(*size)++] = (uint8_t)(bits >> used);
    }
  }
  return true;
}
