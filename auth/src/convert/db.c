/* SQLite databases by libsqlite3. */
#include "db.h"
#include "../internal.h"
#include "db_copy.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  MAX_VALUE = 1 << 20, /* bytes of one value or row */
  MAX_SQL = 1 << 14,   /* also of the SQL in a database's schema */
  WORK_UNIT = 1000,    /* instructions between two looks at the limit */
  MAX_UNITS = 20000
};

struct tgauth_db {
  sqlite3 *handle;
  int units;           /* of work that the present query did */
  tgauth_db_copy copy; /* what is open in the place of a database with a journal */
};

struct tgauth_rows {
  tgauth_db *db;
  sqlite3_stmt *statement;
  mtp_status status;
  char text[200];
};

static mtp_status status_of(int code) {
  return code == SQLITE_NOMEM ? MTP_ERR_NOMEM : MTP_ERR_STORE;
}

/* SQLite's own text: it names tables and columns, never values. */
static mtp_status fail_db(tgauth_db *db, int code, mtp_error *error) {
  const char *text = db->units > MAX_UNITS ? "a query takes too long" : sqlite3_errmsg(db->handle);
  return tgauth_fail(error, status_of(code), "SQLite: %s", text);
}

static int count_work(void *ctx) {
  tgauth_db *db = ctx;
  return ++db->units > MAX_UNITS;
}

static void distrust(tgauth_db *db) {
  sqlite3 *h = db->handle;
  sqlite3_db_config(h, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
  sqlite3_db_config(h, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
  sqlite3_db_config(h, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, (int *)NULL);
  sqlite3_db_config(h, SQLITE_DBCONFIG_ENABLE_VIEW, 0, (int *)NULL);
  sqlite3_limit(h, SQLITE_LIMIT_LENGTH, MAX_VALUE);
  sqlite3_limit(h, SQLITE_LIMIT_SQL_LENGTH, MAX_SQL);
  sqlite3_limit(h, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_progress_handler(h, WORK_UNIT, count_work, db);
}

static mtp_status open_as(const char *path, int flags, tgauth_db **out, mtp_error *error) {
  tgauth_db *db = *out = calloc(1, sizeof *db);
  if (!db)
    return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  int code = sqlite3_open_v2(path, &db->handle, flags, NULL);
  if (code == SQLITE_OK)
    return MTP_OK;
  mtp_status status =
      db->handle ? fail_db(db, code, error) : tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  tgauth_db_close(db);
  *out = NULL;
  return status;
}

/* Opening a database of somebody else leaves nothing beside it and needs no right to write there:
 * it is taken for one that nobody changes, unless a journal says that there is more to it than the
 * file. Then a copy of both is read. */
static mtp_status open_untouched(const char *path, tgauth_db **out, mtp_error *error) {
  tgauth_db_copy copy = {NULL, NULL};
  mtp_status status = tgauth_db_copy_with_journal(path, &copy, error);
  if (status != MTP_OK)
    return status;
  char *uri = copy.path ? NULL : tgauth_db_uri(path);
  if (copy.path)
    status = open_as(copy.path, SQLITE_OPEN_READWRITE, out, error);
  else if (uri)
    status = open_as(uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, out, error);
  else
    status = tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  free(uri);
  if (status == MTP_OK)
    (*out)->copy = copy;
  else
    tgauth_db_copy_drop(&copy);
  return status;
}

mtp_status tgauth_db_open(const char *path, tgauth_db **out, mtp_error *error) {
  *out = NULL;
  mtp_status status = open_untouched(path, out, error);
  if (status == MTP_OK)
    distrust(*out);
  if (status == MTP_OK)
    status = tgauth_db_script(*out, "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0", error);
  if (status == MTP_OK) /* reads the schema, so that a damaged one shows here */
    status = tgauth_db_script(*out, "SELECT count(*) FROM sqlite_master", error);
  if (status == MTP_OK)
    return MTP_OK;
  tgauth_db_close(*out);
  *out = NULL;
  return status;
}

mtp_status tgauth_db_create(const char *path, tgauth_db **out, mtp_error *error) {
  mtp_status status = open_as(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, out, error);
  if (status == MTP_OK) /* a file that nobody else sees yet needs no journal */
    status = tgauth_db_script(*out, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", error);
  if (status == MTP_OK)
    return MTP_OK;
  tgauth_db_close(*out);
  *out = NULL;
  return status;
}

void tgauth_db_close(tgauth_db *db) {
  if (!db)
    return;
  sqlite3_close(db->handle);
  tgauth_db_copy_drop(&db->copy);
  free(db);
}

mtp_status tgauth_db_script(tgauth_db *db, const char *sql, mtp_error *error) {
  db->units = 0;
  int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
  return code == SQLITE_OK ? MTP_OK : fail_db(db, code, error);
}

static int bind(sqlite3_stmt *statement, int at, const tgauth_value *value) {
  switch (value->kind) {
  case TGAUTH_VALUE_INT:
    return sqlite3_bind_int64(statement, at, value->number);
  case TGAUTH_VALUE_TEXT:
    return sqlite3_bind_text(statement, at, value->data, -1, SQLITE_STATIC);
  case TGAUTH_VALUE_BLOB:
    return sqlite3_bind_blob(statement, at, value->data, (int)value->size, SQLITE_STATIC);
  case TGAUTH_VALUE_NULL:
    break;
  }
  return sqlite3_bind_null(statement, at);
}

mtp_status tgauth_db_run(tgauth_db *db, const char *sql, const tgauth_value *values, size_t n,
                         mtp_error *error) {
  sqlite3_stmt *statement = NULL;
  db->units = 0;
  int code = sqlite3_prepare_v2(db->handle, sql, -1, &statement, NULL);
  for (size_t i = 0; code == SQLITE_OK && i < n; i++)
    code = bind(statement, (int)i + 1, &values[i]);
  if (code == SQLITE_OK)
    code = sqlite3_step(statement);
  mtp_status status = MTP_OK;
  if (code != SQLITE_DONE && code != SQLITE_ROW)
    status = fail_db(db, code, error);
  sqlite3_finalize(statement);
  return status;
}

bool tgauth_db_has(tgauth_db *db, const char *table, const char *column) {
  static const char sql[] = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1 AND "
                            "(?2 IS NULL OR EXISTS (SELECT 1 FROM pragma_table_info(?1) "
                            "WHERE name = ?2 COLLATE NOCASE))";
  sqlite3_stmt *statement = NULL;
  db->units = 0;
  bool has = sqlite3_prepare_v2(db->handle, sql, -1, &statement, NULL) == SQLITE_OK &&
             sqlite3_bind_text(statement, 1, table, -1, SQLITE_STATIC) == SQLITE_OK &&
             (!column || sqlite3_bind_text(statement, 2, column, -1, SQLITE_STATIC) == SQLITE_OK) &&
             sqlite3_step(statement) == SQLITE_ROW;
  sqlite3_finalize(statement);
  return has;
}

/* ---- rows ---- */

static void rows_fail(tgauth_rows *rows, int code) {
  mtp_error error;
  if (rows->status != MTP_OK)
    return;
  rows->status = fail_db(rows->db, code, &error);
  memcpy(rows->text, error.text, sizeof rows->text);
}

tgauth_rows *tgauth_db_query(tgauth_db *db, const char *sql) {
  tgauth_rows *rows = calloc(1, sizeof *rows);
  if (!rows)
    return NULL;
  rows->db = db;
  db->units = 0;
  int code = sqlite3_prepare_v2(db->handle, sql, -1, &rows->statement, NULL);
  if (code != SQLITE_OK)
    rows_fail(rows, code);
  return rows;
}

bool tgauth_rows_next(tgauth_rows *rows) {
  if (!rows || rows->status != MTP_OK)
    return false;
  int code = sqlite3_step(rows->statement);
  if (code == SQLITE_ROW)
    return true;
  if (code != SQLITE_DONE)
    rows_fail(rows, code);
  return false;
}

static void wrong(tgauth_rows *rows, int column, const char *what) {
  if (rows->status != MTP_OK)
    return;
  rows->status = MTP_ERR_STORE;
  const char *name = sqlite3_column_name(rows->statement, column);
  snprintf(rows->text, sizeof rows->text, "the column %s is %s", name ? name : "?", what);
}

bool tgauth_rows_is_null(tgauth_rows *rows, int column) {
  return rows->status != MTP_OK || sqlite3_column_type(rows->statement, column) == SQLITE_NULL;
}

int64_t tgauth_rows_int(tgauth_rows *rows, int column, int64_t least, int64_t most) {
  if (rows->status != MTP_OK)
    return 0;
  if (sqlite3_column_type(rows->statement, column) != SQLITE_INTEGER)
    return wrong(rows, column, "not a number"), 0;
  int64_t value = sqlite3_column_int64(rows->statement, column);
  if (value < least || value > most)
    return wrong(rows, column, "out of range"), 0;
  return value;
}

int64_t tgauth_rows_int_or_null(tgauth_rows *rows, int column, int64_t least, int64_t most) {
  return tgauth_rows_is_null(rows, column) ? 0 : tgauth_rows_int(rows, column, least, most);
}

int64_t tgauth_rows_time(tgauth_rows *rows, int column, int64_t least, int64_t most) {
  if (rows->status != MTP_OK || sqlite3_column_type(rows->statement, column) != SQLITE_FLOAT)
    return tgauth_rows_int_or_null(rows, column, least, most);
  double value = sqlite3_column_double(rows->statement, column);
  if (!(value >= (double)least && value <= (double)most))
    return wrong(rows, column, "out of range"), 0;
  return (int64_t)value;
}

const char *tgauth_rows_text(tgauth_rows *rows, int column) {
  if (rows->status != MTP_OK)
    return "";
  if (sqlite3_column_type(rows->statement, column) != SQLITE_TEXT)
    return wrong(rows, column, "no text"), "";
  const char *text = (const char *)sqlite3_column_text(rows->statement, column);
  if (!text)
    return rows_fail(rows, SQLITE_NOMEM), "";
  if ((size_t)sqlite3_column_bytes(rows->statement, column) != strlen(text))
    return wrong(rows, column, "no plain text"), "";
  return text;
}

tl_bytes tgauth_rows_blob(tgauth_rows *rows, int column) {
  if (tgauth_rows_is_null(rows, column))
    return (tl_bytes){NULL, 0};
  if (sqlite3_column_type(rows->statement, column) != SQLITE_BLOB)
    return wrong(rows, column, "no blob"), (tl_bytes){NULL, 0};
  const uint8_t *data = sqlite3_column_blob(rows->statement, column);
  int size = sqlite3_column_bytes(rows->statement, column);
  return (tl_bytes){data ? data : (const uint8_t *)"", (size_t)size};
}

mtp_status tgauth_rows_end(tgauth_rows *rows, mtp_error *error) {
  if (!rows)
    return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  mtp_status status = rows->status;
  if (status != MTP_OK)
    tgauth_fail(error, status, "%s", rows->text);
  sqlite3_finalize(rows->statement);
  free(rows);
  return status;
}
