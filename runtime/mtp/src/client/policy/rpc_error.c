/* From the server's rpc_error to an mtp_error, and questions about its text. */
#include "client/policy/rpc_error.h"

#include <string.h>
#include <tg/tg.h>

bool mtp_error_is(const mtp_error *error, const char *name) {
  return strcmp(error->text, name) == 0;
}

bool mtp_error_number(const mtp_error *error, const char *prefix, int64_t *number) {
  size_t n = strlen(prefix);
  if (strncmp(error->text, prefix, n) != 0)
    return false;
  int64_t value = 0;
  const char *at = error->text + n;
  if (*at < '0' || *at > '9')
    return false;
  for (; *at >= '0' && *at <= '9'; at++)
    if (value <= INT32_MAX)
      value = value * 10 + (*at - '0');
  if (*at)
    return false;
  *number = value;
  return true;
}

/* Bytes of the UTF-8 sequence that starts here, 0 when there is no valid one. */
static size_t utf8_length(const uint8_t *at, size_t left) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  size_t n = at[0] < 0x80       ? 1
             : at[0] >> 5 == 6  ? 2
             : at[0] >> 4 == 14 ? 3
             : at[0] >> 3 == 30 ? 4
                                : 0;
  if (n < 2 || n > left)
    return n == 1 ? 1 : 0;
  uint32_t code = at[0] & (0xffu >> (n + 1));
  for (size_t i = 1; i < n; i++) {
    if (at[i] >> 6 != 2)
      return 0;
    code = code << 6 | (at[i] & 0x3fu);
  }
  bool surrogate = code >= 0xd800 && code < 0xe000;
  return code < least[n] || code > 0x10ffff || surrogate ? 0 : n;
}

/* Copies what fits; control characters and bytes that are not UTF-8 become '?'. */
static void copy_clean(char *out, size_t capacity, tl_string text) {
  const uint8_t *from = (const uint8_t *)text.data;
  size_t used = 0;
  for (size_t i = 0; i < text.size && used + 1 < capacity;) {
    size_t n = utf8_length(from + i, text.size - i);
    if (n > capacity - 1 - used)
      break;
    bool printable = n > 1 || (n == 1 && from[i] >= 0x20 && from[i] != 0x7f);
    if (printable)
      memcpy(out + used, from + i, n);
    else
      out[used] = '?', n = 1;
    used += n;
    i += n;
  }
  out[used] = 0;
}

void mtp_error_from_rpc(mtp_error *out, int32_t code, tl_string text, uint16_t method) {
  memset(out, 0, sizeof *out);
  out->status = MTP_ERR_RPC;
  out->code = code == 0 || code >= 10000 || code <= -10000 ? 500 : code;
  out->method = method;
  copy_clean(out->text, sizeof out->text, text);
  out->rpc = (tg_err)tl_error_find(&tg_errors, out->text, strlen(out->text), &out->arg);
}

const char *mtp_error_value(const mtp_error *error) {
  if (error->status != MTP_ERR_RPC)
    return "";
  return tl_error_tail(&tg_errors, (uint16_t)error->rpc, error->text, strlen(error->text)).data;
}

mtp_status mtp_error_set(mtp_error *error, mtp_status status, const char *text) {
  if (!error)
    return status;
  memset(error, 0, sizeof *error);
  error->status = status;
  error->method = TL_NONE;
  if (text)
    copy_clean(error->text, sizeof error->text, tl_string_of(text));
  return status;
}
