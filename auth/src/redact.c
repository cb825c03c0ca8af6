/* What looks like a secret in a text that is to be shown: somebody gave a session string, or a bot
 * token, where a file name was expected. */
#include "internal.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

/* A session string is base64 of a key of 256 bytes: no name of a file has so many letters without a
 * dot. With '/' among its digits, a long path of long names could be one too, but hardly is. */
enum {
  LONE_RUN = 80,
  WHOLE_RUN = 200,
  LONGEST_PART = 30,
  TOKEN_TAIL = 30,
  OWN_TAIL = 16,
  HEX_RUN =
      32 /* an api_hash, or the secret of an MTProxy behind nothing, dd, or ee and before a name */
};

static bool is_digit64(char c) {
  return isalnum((unsigned char)c) || c == '+' || c == '_' || c == '-' || c == '=';
}

static size_t part_of(const char *text) {
  size_t n = 0;
  while (is_digit64(text[n]))
    n++;
  return n;
}

/* Bytes of a run of base64 that is too long to be a name; 0: none starts here. */
static size_t key_at(const char *text) {
  size_t longest = part_of(text), size = longest;
  if (size == 0)
    return 0;
  while (text[size] == '/') {
    size_t n = part_of(text + size + 1);
    longest = n > longest ? n : longest;
    size += 1 + n;
  }
  bool secret = longest >= LONE_RUN || (size >= WHOLE_RUN && longest >= LONGEST_PART);
  return secret ? size : 0;
}

/* 123456:AAA..., behind dashes or "bot", too. */
static size_t token_at(const char *text) {
  size_t head = part_of(text), digits = 0;
  while (digits < head && isdigit((unsigned char)text[head - 1 - digits]))
    digits++;
  if (digits < 5 || text[head] != ':')
    return 0;
  size_t tail = part_of(text + head + 1);
  return tail >= TOKEN_TAIL ? head + 1 + tail : 0;
}

/* Digests, of which names of files are made, are longer. */
static bool is_hex_secret(const char *digits, size_t n) {
  return n == HEX_RUN || (n == HEX_RUN + 2 && strncasecmp(digits, "dd", 2) == 0) ||
         (n > HEX_RUN + 2 && strncasecmp(digits, "ee", 2) == 0);
}

static size_t hex_at(const char *text) {
  size_t dashes = strspn(text, "-"), n = strspn(text + dashes, "0123456789abcdefABCDEF");
  return is_hex_secret(text + dashes, n) && part_of(text) == dashes + n ? dashes + n : 0;
}

/* This library's own strings, of which even a piece is told apart by its head. */
static size_t own_at(const char *text) {
  static const char head[] = "tlgen1:";
  if (strncmp(text, head, sizeof head - 1) != 0)
    return 0;
  size_t tail = part_of(text + sizeof head - 1);
  return tail >= OWN_TAIL ? sizeof head - 1 + tail : 0;
}

void tgauth_redact(char *text) {
  for (char *at = text; *at;) {
    size_t size = own_at(at);
    size = size ? size : token_at(at);
    size = size ? size : hex_at(at);
    size = size ? size : key_at(at);
    if (!size) { /* on to what follows this word */
      size_t word = part_of(at);
      at += word ? word : 1;
      continue;
    }
    static const char mark[] = "(a secret)";
    size_t shown = size < sizeof mark - 1 ? size : sizeof mark - 1;
    memcpy(at, mark, shown);
    memmove(at + shown, at + size, strlen(at + size) + 1);
    at += shown;
  }
}
