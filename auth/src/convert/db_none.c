/* In place of db.c in a build without SQLite; the formats that use it are then missing. */
#include "../internal.h"
#include "db.h"

static mtp_status missing(mtp_error *error) {
  return tgauth_fail(error, MTP_ERR_STORE, "this build was made without SQLite");
}

mtp_status tgauth_db_open(const char *path, tgauth_db **out, mtp_error *error) {
  (void)path;
  *out = NULL;
  return missing(error);
}

mtp_status tgauth_db_create(const char *path, tgauth_db **out, mtp_error *error) {
  (void)path;
  *out = NULL;
  return missing(error);
}

void tgauth_db_close(tgauth_db *db) {
  (void)db;
}

bool tgauth_db_has(tgauth_db *db, const char *table, const char *column) {
  (void)db;
  (void)table;
  (void)column;
  return false;
}

mtp_status tgauth_db_script(tgauth_db *db, const char *sql, mtp_error *error) {
  (void)db;
  (void)sql;
  return missing(error);
}

mtp_status tgauth_db_run(tgauth_db *db, const char *sql, const tgauth_value *values, size_t n,
                         mtp_error *error) {
  (void)db;
  (void)sql;
  (void)values;
  (void)n;
  return missing(error);
}

tgauth_rows *tgauth_db_query(tgauth_db *db, const char *sql) {
  (void)db;
  (void)sql;
  return NULL;
}

bool tgauth_rows_next(tgauth_rows *rows) {
  (void)rows;
  return false;
}

bool tgauth_rows_is_null(tgauth_rows *rows, int column) {
  (void)rows;
  (void)column;
  return true;
}

int64_t tgauth_rows_int(tgauth_rows *rows, int column, int64_t least, int64_t most) {
  (void)rows;
  (void)column;
  (void)least;
  (void)most;
  return 0;
}

int64_t tgauth_rows_int_or_null(tgauth_rows *rows, int column, int64_t least, int64_t most) {
  return tgauth_rows_int(rows, column, least, most);
}

int64_t tgauth_rows_time(tgauth_rows *rows, int column, int64_t least, int64_t most) {
  return tgauth_rows_int(rows, column, least, most);
}

const char *tgauth_rows_text(tgauth_rows *rows, int column) {
  (void)rows;
  (void)column;
  return "";
}

tl_bytes tgauth_rows_blob(tgauth_rows *rows, int column) {
  (void)rows;
  (void)column;
  return (tl_bytes){NULL, 0};
}

mtp_status tgauth_rows_end(tgauth_rows *rows, mtp_error *error) {
  (void)rows;
  return missing(error);
}
