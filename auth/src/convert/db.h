/* SQLite databases that others wrote, and new ones; by libsqlite3 when the build has it. */
#ifndef TGAUTH_CONVERT_DB_H
#define TGAUTH_CONVERT_DB_H

#include <mtp/error.h>

typedef struct tgauth_db tgauth_db;
typedef struct tgauth_rows tgauth_rows;

/* Opens an existing database to read, trusting nothing in it: no triggers, no views, no functions
 * of the schema, a limit on the work of a query and on the size of a value. STORE, NOMEM. */
mtp_status tgauth_db_open(const char *path, tgauth_db **out, mtp_error *error);
/* Opens an empty file to write. Nobody else may see it before tgauth_db_close(). STORE, NOMEM. */
mtp_status tgauth_db_create(const char *path, tgauth_db **out, mtp_error *error);
/* NULL is fine. */
void tgauth_db_close(tgauth_db *db);

/* Whether there is a table (no view) of that name, with that column when it is not NULL. */
bool tgauth_db_has(tgauth_db *db, const char *table, const char *column);

/* Runs statements without values. STORE, NOMEM. */
mtp_status tgauth_db_script(tgauth_db *db, const char *sql, mtp_error *error);

/* A value for a question mark. */
typedef enum tgauth_value_kind {
  TGAUTH_VALUE_NULL,
  TGAUTH_VALUE_INT,
  TGAUTH_VALUE_TEXT,
  TGAUTH_VALUE_BLOB
} tgauth_value_kind;

typedef struct tgauth_value {
  tgauth_value_kind kind;
  int64_t number;
  const void *data; /* text: NUL-terminated */
  size_t size;      /* of a blob */
} tgauth_value;

#define TGAUTH_NULL          ((tgauth_value){TGAUTH_VALUE_NULL, 0, NULL, 0})
#define TGAUTH_INT(value)    ((tgauth_value){TGAUTH_VALUE_INT, (value), NULL, 0})
#define TGAUTH_TEXT(text)    ((tgauth_value){TGAUTH_VALUE_TEXT, 0, (text), 0})
#define TGAUTH_BLOB(p, size) ((tgauth_value){TGAUTH_VALUE_BLOB, 0, (p), (size)})

/* Runs one statement with a value for each question mark. STORE, NOMEM. */
mtp_status tgauth_db_run(tgauth_db *db, const char *sql, const tgauth_value *values, size_t n,
                         mtp_error *error);

/* Starts a query. Reads go on quietly after a failure, which tgauth_rows_end() reports. */
tgauth_rows *tgauth_db_query(tgauth_db *db, const char *sql);
/* Moves to the next row; false after the last and after a failure. */
bool tgauth_rows_next(tgauth_rows *rows);
/* Values of the row, which stay until the next. A value of another kind, or out of range, is a
 * failure that names the column. */
bool tgauth_rows_is_null(tgauth_rows *rows, int column);
int64_t tgauth_rows_int(tgauth_rows *rows, int column, int64_t least, int64_t most);
/* The same, with 0 for NULL. */
int64_t tgauth_rows_int_or_null(tgauth_rows *rows, int column, int64_t least, int64_t most);
/* The same for a time in seconds, which may have a fraction: it is left off. */
int64_t tgauth_rows_time(tgauth_rows *rows, int column, int64_t least, int64_t most);
const char *tgauth_rows_text(tgauth_rows *rows, int column);
tl_bytes tgauth_rows_blob(tgauth_rows *rows, int column); /* NULL gives an absent one */
/* Frees; the first failure, STORE or NOMEM. */
mtp_status tgauth_rows_end(tgauth_rows *rows, mtp_error *error);

#endif
