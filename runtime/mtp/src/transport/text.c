/* Text forms that transports need: base64, hex, percent-encoding, addresses. */
#include "text.h"

#include <stdio.h>
#include <string.h>

static int hex_digit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

bool mtp_hex_decode(const char *text, size_t n, uint8_t *out, size_t capacity, size_t *size) {
  if (n % 2 || n / 2 > capacity)
    return false;
  for (size_t i = 0; i < n; i += 2) {
    int high = hex_digit(text[i]), low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0)
      return false;
    out[i / 2] = (uint8_t)(high << 4 | low);
  }
  *size = n / 2;
  return true;
}

static int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z')
    return c - 'A';
  if (c >= 'a' && c <= 'z')
    return c - 'a' + 26;
  if (c >= '0' && c <= '9')
    return c - '0' + 52;
  if (c == '+' || c == '-')
    return 62;
  if (c == '/' || c == '_')
    return 63;
  return -1;
}

bool mtp_base64_decode(const char *text, size_t n, uint8_t *out, size_t capacity, size_t *size) {
  size_t full = n;
  while (n && text[n - 1] == '=')
    n--;
  if (full - n > 2 || (full != n && full % 4) || n % 4 == 1)
    return false;
  uint32_t bits = 0;
  unsigned have = 0;
  size_t at = 0;
  for (size_t i = 0; i < n; i++) {
    int digit = base64_digit(text[i]);
    if (digit < 0)
      return false;
    bits = (bits << 6 | (uint32_t)digit) & 0xffffff;
    have += 6;
    if (have < 8)
      continue;
    have -= 8;
    if (at == capacity)
      return false;
    out[at++] = (uint8_t)(bits >> have);
  }
  *size = at;
  return true;
}

tl_status mtp_base64_append(tl_buffer *out, const void *data, size_t n) {
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const uint8_t *in = data;
  uint8_t *to = tl_buffer_extend(out, (n + 2) / 3 * 4);
  if (!to)
    return TL_ERR_NOMEM;
  for (size_t i = 0; i < n; i += 3) {
    size_t left = n - i;
    uint32_t bits = (uint32_t)in[i] << 16;
    bits |= left > 1 ? (uint32_t)in[i + 1] << 8 : 0;
    bits |= left > 2 ? in[i + 2] : 0;
    *to++ = (uint8_t)alphabet[bits >> 18];
    *to++ = (uint8_t)alphabet[bits >> 12 & 63];
    *to++ = left > 1 ? (uint8_t)alphabet[bits >> 6 & 63] : '=';
    *to++ = left > 2 ? (uint8_t)alphabet[bits & 63] : '=';
  }
  return TL_OK;
}

bool mtp_percent_decode(const char *text, size_t n, char *out, size_t capacity, size_t *at) {
  size_t size = 0;
  for (size_t i = 0; i < n; i++) {
    int c = (unsigned char)text[i];
    *at = i;
    if (c == '%') {
      int high = n - i > 2 ? hex_digit(text[i + 1]) : -1;
      int low = n - i > 2 ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0)
        return false;
      c = high << 4 | low;
      i += 2;
    }
    if (c == 0 || size + 1 >= capacity)
      return false;
    out[size++] = (char)c;
  }
  out[size] = 0;
  return true;
}

static bool parse_ipv4(const char *host, size_t n, uint8_t out[4]) {
  size_t i = 0;
  for (int part = 0; part < 4; part++) {
    unsigned value = 0;
    size_t start = i;
    while (i < n && i - start < 3 && host[i] >= '0' && host[i] <= '9')
      value = value * 10 + (unsigned)(host[i++] - '0');
    if (i == start || value > 255 || (host[start] == '0' && i - start > 1))
      return false;
    out[part] = (uint8_t)value;
    if (part < 3 && (i == n || host[i++] != '.'))
      return false;
  }
  return i == n;
}

/* Reads groups of hex digits up to "::" or the end; an IPv4 address may take the place of the last
 * two. Returns the number of bytes, 17 when it is wrong. */
static size_t parse_groups(const char *text, size_t n, uint8_t out[16]) {
  size_t size = 0, i = 0;
  while (i < n) {
    uint32_t value = 0;
    size_t start = i;
    while (i < n && i - start < 4 && hex_digit(text[i]) >= 0)
      value = value << 4 | (uint32_t)hex_digit(text[i++]);
    if (i < n && text[i] == '.' && size <= 12 && parse_ipv4(text + start, n - start, out + size))
      return size + 4;
    if (i == start || size > 14 || (i < n && text[i] != ':') || i + 1 == n)
      return 17;
    out[size++] = (uint8_t)(value >> 8);
    out[size++] = (uint8_t)value;
    i += i < n;
  }
  return size;
}

static bool parse_ipv6(const char *host, size_t n, uint8_t out[16]) {
  const char *gap = strstr(host, "::");
  if (!gap)
    return parse_groups(host, n, out) == 16;
  uint8_t tail[16];
  size_t before = (size_t)(gap - host);
  size_t head_size = parse_groups(host, before, out);
  size_t tail_size = parse_groups(gap + 2, n - before - 2, tail);
  if (head_size + tail_size > 14)
    return false;
  memset(out + head_size, 0, 16 - head_size);
  memcpy(out + 16 - tail_size, tail, tail_size);
  return true;
}

size_t mtp_parse_address(const char *host, uint8_t out[16]) {
  size_t n = strlen(host);
  if (parse_ipv4(host, n, out))
    return 4;
  return strchr(host, ':') && parse_ipv6(host, n, out) ? 16 : 0;
}

tl_status mtp_append_text(tl_buffer *out, const char *text) {
  return tl_buffer_append(out, text, strlen(text));
}

tl_status mtp_append_authority(tl_buffer *out, const char *host, uint16_t port, uint16_t except) {
  char digits[8];
  bool brackets = strchr(host, ':') != NULL;
  snprintf(digits, sizeof digits, ":%u", (unsigned)port);
  if ((brackets && mtp_append_text(out, "[") != TL_OK) || mtp_append_text(out, host) != TL_OK ||
      (brackets && mtp_append_text(out, "]") != TL_OK))
    return TL_ERR_NOMEM;
  return port == except ? TL_OK : mtp_append_text(out, digits);
}

bool mtp_text_is(const char *text, size_t n, const char *word) {
  if (n != strlen(word))
    return false;
  for (size_t i = 0; i < n; i++) {
    char c = text[i];
    if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != word[i])
      return false;
  }
  return true;
}

bool mtp_host_ok(const char *host, size_t n) {
  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)host[i];
    if (c <= ' ' || c == 0x7f || strchr("/\\?#@[]%\"<>", c))
      return false;
  }
  return n > 0 && n <= 255;
}

uint16_t mtp_port_parse(const char *text, size_t n) {
  uint32_t port = 0;
  if (n == 0 || n > 5)
    return 0;
  for (size_t i = 0; i < n; i++) {
    if (text[i] < '0' || text[i] > '9')
      return 0;
    port = port * 10 + (uint32_t)(text[i] - '0');
  }
  return port <= 65535 ? (uint16_t)port : 0;
}
