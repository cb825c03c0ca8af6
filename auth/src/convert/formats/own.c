/* Our own string and file, so that they are formats like the others. */
#include "../../store/session_format.h"
#include "../convert.h"
#include <string.h>

static bool starts_with(const tgauth_source *source, const char *prefix) {
  size_t n = strlen(prefix);
  return source->data && source->size >= n && memcmp(source->data, prefix, n) == 0;
}

static bool looks_string(const tgauth_source *source) {
  return starts_with(source, "tlgen1:");
}

static mtp_status import_string(const tgauth_source *source, mtp_session *session,
                                mtp_error *error) {
  return tgauth_session_from_string(session, (const char *)source->data, error);
}

static mtp_status export_string(const mtp_session *session, const tgauth_target *target,
                                mtp_error *error) {
  char *text;
  mtp_status status = tgauth_session_to_string(session, &text, error);
  if (status != MTP_OK)
    return status;
  if (tl_buffer_append(target->out, text, strlen(text)) != TL_OK)
    status = tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  tgauth_string_free(text);
  return status;
}

static bool looks_file(const tgauth_source *source) {
  return starts_with(source, "tlgenS1\n") || starts_with(source, "tlgenE1\n");
}

static mtp_status import_file(const tgauth_source *source, mtp_session *session, mtp_error *error) {
  return tgauth_session_decode(session, source->data, source->size, source->password, error);
}

static mtp_status export_file(const mtp_session *session, const tgauth_target *target,
                              mtp_error *error) {
  return target->password ? tgauth_session_seal(session, target->password, target->out, error)
                          : tgauth_session_encode(session, target->out, error);
}

const tgauth_row tgauth_row_tlgen = {
    .head = {.name = "tlgen",
             .what = "this library, one line",
             .form = TGAUTH_FORM_TEXT,
             .imports = true,
             .exports = true},
    .own = true,
    .looks = looks_string,
    .import = import_string,
    .export = export_string,
};

const tgauth_row tgauth_row_tlgen_file = {
    .head = {.name = "tlgen-file",
             .what = "this library, file",
             .form = TGAUTH_FORM_FILE,
             .imports = true,
             .exports = true},
    .own = true,
    .looks = looks_file,
    .import = import_file,
    .export = export_file,
};
