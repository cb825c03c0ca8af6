/* From the server's rpc_error to an mtp_error, and questions about its text. */
#include "client/policy/rpc_error.h"

#include <string.h>
#include <tl/visible.h>

bool mtp_error_is(const mtp_error *error, const char *name) {
  return strcmp(error->text, name) == 0;
}

bool mtp_error_passes(const mtp_error *error) {
  return error->status == MTP_ERR_RPC &&
         (error->code < 0 || error->code == 420 || error->code >= 500);
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

void mtp_error_from_rpc(mtp_error *out, int32_t code, tl_string text, uint16_t method) {
  memset(out, 0, sizeof *out);
  out->status = MTP_ERR_RPC;
  out->code = code == 0 || code >= 10000 || code <= -10000 ? 500 : code;
  out->method = method;
  tl_visible(out->text, sizeof out->text, text.data ? text.data : "", text.size);
  out->rpc = (tg_err)tl_error_find(&tg_errors, out->text, strlen(out->text), &out->arg);
}

const char *mtp_error_value(const mtp_error *error) {
  if (error->status != MTP_ERR_RPC)
    return "";
  return tl_error_tail(&tg_errors, (uint16_t)error->rpc, error->text, strlen(error->text)).data;
}
