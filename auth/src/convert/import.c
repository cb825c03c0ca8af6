/* Import: what the source is, which format it has, and whether what came out makes sense. */
#include "files.h"
#include "formats.h"
#include <openssl/crypto.h>
#include <string.h>

enum { MAX_NAME = 255, SQLITE_HEAD = 100 };

static bool is_space(uint8_t c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Text as people paste it. */
static void trim(tgauth_source *source) {
  if (!source->data)
    return;
  while (source->size > 0 && is_space(source->data[0])) {
    source->data++;
    source->size--;
  }
  while (source->size > 0 && is_space(source->data[source->size - 1]))
    source->size--;
}

static bool is_sqlite(const tl_buffer *bytes) {
  static const char magic[16] = "SQLite format 3";
  return bytes->size >= sizeof magic && memcmp(bytes->data, magic, sizeof magic) == 0;
}

/* The bytes of a file; only the head of a database, which may be large. */
static mtp_status read_source(const char *path, tl_buffer *bytes, mtp_error *error) {
  mtp_status status = tgauth_file_read(path, SQLITE_HEAD, bytes, error);
  if (status != MTP_OK || is_sqlite(bytes) || bytes->size < SQLITE_HEAD)
    return status;
  tl_buffer_wipe(bytes);
  status = tgauth_file_read(path, TGAUTH_MAX_FILE, bytes, error);
  if (status == MTP_OK && bytes->size == TGAUTH_MAX_FILE)
    status = tgauth_fail(error, MTP_ERR_STORE, "it is too large for a session");
  return status;
}

/* Fills *source; bytes hold what it points to. */
static mtp_status open_source(const char *text, tgauth_source *source, tl_buffer *bytes,
                              mtp_error *error) {
  mtp_status status = MTP_OK;
  tgauth_path_kind kind = strlen(text) < 4096 ? tgauth_path_kind_of(text) : TGAUTH_PATH_NONE;
  source->name = kind != TGAUTH_PATH_NONE ? text : "the string";
  source->path = kind == TGAUTH_PATH_FILE || kind == TGAUTH_PATH_FOLDER ? text : NULL;
  source->form = kind == TGAUTH_PATH_FILE     ? TGAUTH_FORM_FILE
                 : kind == TGAUTH_PATH_FOLDER ? TGAUTH_FORM_FOLDER
                                              : TGAUTH_FORM_TEXT;
  if (kind == TGAUTH_PATH_FOLDER)
    return MTP_OK;
  if (kind == TGAUTH_PATH_FILE)
    status = read_source(text, bytes, error);
  else if (kind == TGAUTH_PATH_STREAM)
    status = tgauth_file_read(text, TGAUTH_MAX_FILE, bytes, error);
  else if (tl_buffer_reserve(bytes, strlen(text) + 1) != TL_OK ||
           tl_buffer_append(bytes, text, strlen(text)) != TL_OK)
    status = tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  if (status == MTP_OK && tl_buffer_append(bytes, "", 1) != TL_OK)
    status = tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  if (status != MTP_OK)
    return status;
  source->data = bytes->data;
  source->size = bytes->size - 1;
  return MTP_OK;
}

/* A file that holds a line of text is as good as the line. */
static void as_line(tgauth_source *source, tl_buffer *bytes) {
  trim(source);
  if (bytes->size > 0)
    bytes->data[(size_t)(source->data - bytes->data) + source->size] = '\0';
}

/* What was given, when nothing of that name exists; a session must not get into a message. */
static mtp_status no_such_file(const char *text, const tgauth_row *row, mtp_error *error) {
  if (strlen(text) > MAX_NAME)
    return tgauth_fail(error, MTP_ERR_STORE, "%s is a file or folder, and text was given",
                       row->head.name);
  return tgauth_fail(error, MTP_ERR_STORE, "there is no file or folder \"%s\"", text);
}

static mtp_status check_form(const char *text, const tgauth_source *source, const tgauth_row *row,
                             mtp_error *error) {
  tgauth_form wanted = row->head.form;
  if (row->head.missing)
    return tgauth_fail(error, MTP_ERR_STORE, "this build was made without %s, which %s needs",
                       row->head.missing, row->head.name);
  if (!tgauth_row_imports(row))
    return tgauth_fail(error, MTP_ERR_STORE, "%s cannot be imported", row->head.name);
  if (row->by_path && !source->path)
    return no_such_file(text, row, error);
  if (source->form == TGAUTH_FORM_FOLDER && wanted != TGAUTH_FORM_FOLDER)
    return tgauth_fail(error, MTP_ERR_STORE, "it is a folder, which %s is not", row->head.name);
  if (source->form != TGAUTH_FORM_FOLDER && wanted == TGAUTH_FORM_FOLDER)
    return tgauth_fail(error, MTP_ERR_STORE, "it is a file, and %s is a folder", row->head.name);
  return MTP_OK;
}

static mtp_status guess(const tgauth_source *source, const tgauth_row **out, mtp_error *error) {
  const tgauth_row *row;
  tgauth_source line = *source;
  trim(&line);
  for (size_t i = 0; (row = tgauth_row_at(i)); i++) {
    bool text = row->head.form == TGAUTH_FORM_TEXT;
    if (!row->head.missing && tgauth_row_looks(row, text ? &line : source)) {
      *out = row;
      return MTP_OK;
    }
  }
  if (source->form == TGAUTH_FORM_TEXT)
    return tgauth_fail(error, MTP_ERR_STORE,
                       "it is no file, and no session string of a format that is known");
  if (TGAUTH_SQLITE_MISSING && source->data && source->size >= 15 &&
      memcmp(source->data, "SQLite format 3", 15) == 0)
    return tgauth_fail(error, MTP_ERR_STORE, "this build was made without SQLite");
  return tgauth_fail(error, MTP_ERR_STORE, "no format is known that it could be");
}

static mtp_status run(const char *text, tgauth_source *source, tl_buffer *bytes,
                      mtp_session *session, const tgauth_row **row, mtp_error *error) {
  mtp_status status = open_source(text, source, bytes, error);
  if (status != MTP_OK)
    return status;
  if (!*row)
    status = guess(source, row, error);
  if (status != MTP_OK)
    return status;
  if ((*row)->head.form == TGAUTH_FORM_TEXT && source->form != TGAUTH_FORM_FOLDER)
    as_line(source, bytes);
  status = check_form(text, source, *row, error);
  if (status == MTP_OK)
    status = tgauth_row_import(*row, source, session, error);
  if (status == MTP_OK && !(*row)->own)
    status = tgauth_session_check(session, error);
  return status;
}

mtp_status tgauth_session_import(mtp_session *session, const char *source,
                                 const tgauth_import_options *options, const tgauth_format **used,
                                 mtp_error *error) {
  static const tgauth_import_options none;
  tgauth_source from;
  tl_buffer bytes;
  mtp_error inner;
  options = options ? options : &none;
  const tgauth_row *row = options->format ? tgauth_row_of(options->format) : NULL;
  if (options->format && !row)
    return tgauth_fail(error, MTP_ERR_ARGUMENT, "no such format");
  memset(&from, 0, sizeof from);
  memset(&inner, 0, sizeof inner);
  from.password = options->password;
  from.account = options->account;
  tl_buffer_init(&bytes, session->allocator, 0);
  mtp_status status = run(source, &from, &bytes, session, &row, &inner);
  if (status != MTP_OK) {
    mtp_session_free(session);
    tgauth_fail(error, status, "%s: %s", from.name ? from.name : "the source", inner.text);
    if (error)
      error->code = inner.code;
  } else if (used) {
    *used = &row->head;
  }
  tl_buffer_wipe(&bytes);
  tl_buffer_free(&bytes);
  return status;
}
