/* A failure as one line for a person. */
#include <mtp/error.h>
#include <stdio.h>
#include <string.h>

static const char *method_name(const mtp_error *error) {
  if (error->method == TL_NONE || error->method >= tg_schema.n_defs)
    return NULL;
  return tl_def_name(&tg_schema, error->method);
}

/* What comes after "method: ". */
static int format_body(const mtp_error *error, char *out, size_t size) {
  const char *name = mtp_status_name(error->status);
  switch (error->status) {
  case MTP_ERR_RPC:
    return snprintf(out, size, "%d %s%s%s", (int)error->code, error->text,
                    error->notice[0] ? ": " : "", error->notice);
  case MTP_ERR_TRANSPORT:
    return snprintf(out, size, "transport error %d%s%s", (int)error->code,
                    error->text[0] ? ": " : "", error->text);
  case MTP_ERR_ENCODE:
  case MTP_ERR_DECODE:
    if (error->tl.status != TL_OK)
      return snprintf(out, size, "%s: %s at %s (offset %zu)", name, error->tl.text, error->tl.path,
                      error->tl.offset);
    break;
  default:
    break;
  }
  return snprintf(out, size, "%s%s%s", name, error->text[0] ? ": " : "", error->text);
}

char *mtp_error_format(const mtp_error *error, char *out, size_t size) {
  if (size == 0)
    return out;
  const char *method = method_name(error);
  int n = method ? snprintf(out, size, "%s: ", method) : 0;
  if (n >= 0 && (size_t)n < size)
    format_body(error, out + n, size - (size_t)n);
  return out;
}
