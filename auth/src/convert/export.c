/* Export: what a format needs, and files that are complete or not there. */
#include "../store/temp_file.h"
#include "files.h"
#include "formats.h"
#include <stdio.h>
#include <string.h>

enum { ROOM = 32768 }; /* what is written fits without the buffer moving */

static mtp_status check(const mtp_session *session, const tgauth_row *row, mtp_error *error) {
  if (!row)
    return tgauth_fail(error, MTP_ERR_ARGUMENT, "no such format");
  if (row->head.missing)
    return tgauth_fail(error, MTP_ERR_STORE, "this build was made without %s, which %s needs",
                       row->head.missing, row->head.name);
  if (!tgauth_row_exports(row))
    return tgauth_fail(error, MTP_ERR_STORE, "%s can only be imported", row->head.name);
  if (row->own)
    return MTP_OK;
  mtp_status status = tgauth_session_check(session, error);
  if (status == MTP_OK && row->user && session->user_id == 0)
    status = tgauth_fail(error, MTP_ERR_STORE,
                         "%s needs the user's id, which the session does not have", row->head.name);
  if (status == MTP_OK && row->no_address)
    status = tgauth_check_builtin(session, error);
  return status;
}

mtp_status tgauth_session_can_export(const mtp_session *session, const tgauth_format *format,
                                     mtp_error *error) {
  const tgauth_row *row = tgauth_row_of(format);
  mtp_status status = check(session, row, error);
  if (status != MTP_OK || row->by_path || row->own)
    return status;
  tl_buffer out; /* the rest shows in trying */
  tl_buffer_init(&out, session->allocator, 0);
  tgauth_target target = {.out = &out};
  status = tl_buffer_reserve(&out, ROOM) == TL_OK
               ? tgauth_row_export(row, session, &target, error)
               : tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  tl_buffer_wipe(&out);
  tl_buffer_free(&out);
  return status;
}

/* A journal beside a database belongs to it: whoever has it open would write it into ours. */
static mtp_status check_journal(const char *path, mtp_error *error) {
  static const char *const suffixes[] = {"-journal", "-wal"};
  char name[4096];
  for (size_t i = 0; i < 2; i++) {
    int n = snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
    if (n > 0 && (size_t)n < sizeof name && tgauth_path_kind_of(name) != TGAUTH_PATH_NONE)
      return tgauth_fail(error, MTP_ERR_STORE, "%s exists: another program has the database open",
                         name);
  }
  return MTP_OK;
}

static mtp_status check_target(const tgauth_row *row, const char *path, bool overwrite,
                               mtp_error *error) {
  tgauth_path_kind kind = tgauth_path_kind_of(path);
  bool folder = row->head.form == TGAUTH_FORM_FOLDER;
  if (kind != TGAUTH_PATH_NONE && !overwrite)
    return tgauth_fail(error, MTP_ERR_STORE, "%s exists already", path);
  if (kind != TGAUTH_PATH_NONE && folder != (kind == TGAUTH_PATH_FOLDER))
    return tgauth_fail(error, MTP_ERR_STORE, "%s is %s folder", path, folder ? "no" : "a");
  return row->by_path && !folder ? check_journal(path, error) : MTP_OK;
}

/* A database is made under another name first. */
static mtp_status write_database(const mtp_session *session, const tgauth_row *row,
                                 const char *path, bool overwrite, mtp_error *error) {
  tgauth_temp temp;
  mtp_status status = tgauth_temp_open(&temp, path, false, error);
  if (status != MTP_OK)
    return status;
  tgauth_target target = {.path = temp.name};
  status = tgauth_row_export(row, session, &target, error);
  if (status == MTP_OK)
    return tgauth_temp_commit(&temp, path, overwrite, error);
  tgauth_temp_drop(&temp);
  return status;
}

static mtp_status write_bytes(const mtp_session *session, const tgauth_row *row, const char *path,
                              const tgauth_export_options *options, char **text, mtp_error *error) {
  tl_buffer out;
  tl_buffer_init(&out, session->allocator, 0);
  tgauth_target target = {.password = options->password, .out = &out};
  mtp_status status = tl_buffer_reserve(&out, ROOM) == TL_OK
                          ? tgauth_row_export(row, session, &target, error)
                          : tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  if (status == MTP_OK && path) {
    bool line = row->head.form == TGAUTH_FORM_TEXT;
    status = !line || tl_buffer_append(&out, "\n", 1) == TL_OK
                 ? tgauth_file_write(path, &out, options->overwrite, error)
                 : tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  } else if (status == MTP_OK) {
    *text = tgauth_strdup((tl_string){(const char *)out.data, out.size});
    status = *text ? MTP_OK : tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  }
  tl_buffer_wipe(&out);
  tl_buffer_free(&out);
  return status;
}

mtp_status tgauth_session_export(const mtp_session *session, const tgauth_format *format,
                                 const char *target, const tgauth_export_options *options,
                                 char **text, mtp_error *error) {
  static const tgauth_export_options none;
  const tgauth_row *row = tgauth_row_of(format);
  options = options ? options : &none;
  if (text)
    *text = NULL;
  mtp_status status = check(session, row, error);
  if (status != MTP_OK)
    return status;
  if (!target && (row->head.form != TGAUTH_FORM_TEXT || !text))
    return tgauth_fail(error, MTP_ERR_ARGUMENT, "%s needs the name of a %s to write",
                       row->head.name, row->head.form == TGAUTH_FORM_FOLDER ? "folder" : "file");
  if (target)
    status = check_target(row, target, options->overwrite, error);
  if (status != MTP_OK)
    return status;
  if (row->head.form == TGAUTH_FORM_FOLDER) {
    tgauth_target folder = {.path = target, .overwrite = options->overwrite};
    return tgauth_row_export(row, session, &folder, error);
  }
  if (row->by_path)
    return write_database(session, row, target, options->overwrite, error);
  return write_bytes(session, row, target, options, text, error);
}
