/* Session databases that somebody made to do harm. */
#include "convert/db.h"
#include "convert_db.h"
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

#define TELETHON                                                                                   \
  "CREATE TABLE version (version integer primary key); INSERT INTO version VALUES (7);"            \
  "CREATE TABLE sessions (dc_id integer primary key, server_address text, port integer,"           \
  " auth_key blob, takeout_id integer);"                                                           \
  "INSERT INTO sessions VALUES (2, '149.154.167.51', 443, ?1, NULL);"
#define ENTITIES "CREATE TABLE entities (id integer primary key, hash integer not null);"
#define STATE                                                                                      \
  "CREATE TABLE update_state (id integer primary key, pts integer, qts integer, date integer,"     \
  " seq integer);"

/* A query without end in place of a table. */
#define ENDLESS(columns)                                                                           \
  " AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT " columns " FROM n;"

static void views_in_place_of_tables_are_refused(void **state) {
  (void)state;
  must_refuse("telethon-sqlite",
              database("CREATE TABLE version (version integer primary key);"
                       "INSERT INTO version VALUES (7);"
                       "CREATE VIEW sessions" ENDLESS("2 dc_id, 'x' server_address, 443 port,"
                                                      " x'00' auth_key")),
              "SQLite");
  must_refuse("telethon-sqlite",
              database(TELETHON ENTITIES
                       "CREATE VIEW update_state" ENDLESS("-1 id, 1 pts, 1 qts, 1 date, 1 seq")),
              "SQLite");
  must_refuse(NULL,
              database("CREATE TABLE version (version integer primary key);"
                       "CREATE VIEW sessions AS SELECT 1 auth_key, 2 server_address;"),
              "no format");
}

static void work_without_end_is_cut_off(void **state) {
  (void)state;
  tgauth_db *db;
  mtp_error error;
  assert_int_equal(tgauth_db_open(database(TELETHON), &db, &error), MTP_OK);
  for (int i = 0; i < 2; i++) { /* each query has its own share */
    tgauth_rows *rows =
        tgauth_db_query(db, "SELECT count(*) FROM (WITH RECURSIVE n(i) AS (SELECT 1 "
                            "UNION ALL SELECT i + 1 FROM n) SELECT i FROM n)");
    assert_false(tgauth_rows_next(rows));
    assert_int_equal(tgauth_rows_end(rows, &error), MTP_ERR_STORE);
    assert_non_null(strstr(error.text, "too long"));
  }
  tgauth_rows *rows = tgauth_db_query(db, "SELECT dc_id FROM sessions");
  assert_true(tgauth_rows_next(rows));
  assert_int_equal(tgauth_rows_int(rows, 0, 0, 9), 2);
  assert_int_equal(tgauth_rows_end(rows, &error), MTP_OK);
  assert_int_equal(tgauth_db_run(db, "DELETE FROM sessions", NULL, 0, &error), MTP_ERR_STORE);
  assert_non_null(strstr(error.text, "readonly"));
  tgauth_db_close(db);
}

static void numbers_at_their_ends_are_read_or_refused(void **state) {
  (void)state;
  static const char *const rows[] = {
      "INSERT INTO update_state VALUES (0, 9223372036854775807, 1, 1, 1);",
      "INSERT INTO update_state VALUES (0, -1, 1, 1, 1);",
      "INSERT INTO update_state VALUES (0, 1.5, 1, 1, 1);",
      "INSERT INTO update_state VALUES (0, 'a', 1, 1, 1);",
      "INSERT INTO update_state VALUES (0, x'01', 1, 1, 1);",
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char sql[2048];
    snprintf(sql, sizeof sql, "%s%s", TELETHON ENTITIES STATE, rows[i]);
    must_refuse(NULL, database(sql), "the column pts");
  }
  mtp_session s; /* ids that overflow match nothing */
  must_import(NULL,
              database(TELETHON ENTITIES STATE
                       "INSERT INTO update_state VALUES (9223372036854775807, 1, 1, 1, 1),"
                       " (-9223372036854775807 - 1, 1, 1, 1, 1);"
                       "INSERT INTO entities VALUES (-9223372036854775807 - 1, 5),"
                       " (9223372036854775807, 6);"),
              &s);
  assert_int_equal(s.n_channels, 0);
  mtp_session_free(&s);
}

static void only_so_many_channels_are_taken(void **state) {
  (void)state;
  mtp_session s;
  must_import(NULL,
              database(TELETHON ENTITIES STATE
                       "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                       " WHERE i < 20000) INSERT INTO update_state SELECT i, i, 0, 1, 0 FROM n;"
                       "INSERT INTO entities SELECT -1000000000000 - id, id FROM update_state;"),
              &s);
  assert_int_equal(s.n_channels, 10000);
  assert_int_equal(s.channels[9999].pts, s.channels[9999].access_hash);
  mtp_session_free(&s);
}

static void missing_tables_and_columns_are_named(void **state) {
  (void)state;
  must_refuse("telethon-sqlite", database(TELETHON), "no such table: update_state");
  must_refuse("telethon-sqlite", database(TELETHON STATE), "no such table");
  must_refuse("telethon-sqlite",
              database("CREATE TABLE version (version integer primary key);"
                       "INSERT INTO version VALUES (7); CREATE TABLE sessions (dc_id);"),
              "no such column");
  must_refuse("grammers", database("PRAGMA user_version = 1;"), "no such table: dc_home");
  must_refuse("kurigram-sqlite", database(""), "no such table: version");
}

static void functions_in_the_schema_are_not_run(void **state) {
  (void)state;
  mtp_session s; /* a generated column that would read a file, if there were such a function */
  must_import(NULL,
              database(TELETHON STATE
                       "CREATE TABLE entities (id integer primary key, hash integer AS (abs(id)));"
                       "INSERT INTO update_state VALUES (1234, 1, 1, 1, 1);"
                       "INSERT INTO entities (id) VALUES (-1000000001234);"
                       "CREATE TRIGGER t AFTER UPDATE ON sessions BEGIN SELECT load_extension('x');"
                       " END;"),
              &s);
  assert_int_equal(s.n_channels, 1);
  mtp_session_free(&s);
}

/* A schema that names what is not there, or is no SQL at all. */
static void a_broken_schema_is_refused(void **state) {
  (void)state;
  static const char *const schemas[] = {
      "INSERT INTO sqlite_master VALUES ('table', 'sessions', 'sessions', 2, 'CREATE nonsense');",
      "INSERT INTO sqlite_master VALUES ('table', 'sessions', 's', 99, 'CREATE TABLE s (key)');",
      "UPDATE sqlite_master SET rootpage = 1;",
  };
  for (size_t i = 0; i < sizeof schemas / sizeof schemas[0]; i++) {
    char sql[1024];
    snprintf(sql, sizeof sql,
             "CREATE TABLE version (version integer primary key); PRAGMA writable_schema = ON; %s",
             schemas[i]);
    const char *path = database(sql);
    assert_false(imports("telethon-sqlite", path));
    assert_false(imports(NULL, path));
  }
}

static void a_database_that_is_being_written_is_read(void **state) {
  (void)state;
  sqlite3 *db;
  mtp_session s;
  const char *path = database("PRAGMA journal_mode = WAL;" TELETHON ENTITIES STATE);
  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, "UPDATE sessions SET port = 80", NULL, NULL, NULL), SQLITE_OK);
  must_import(NULL, path, &s);
  check_home(&s, 2, 1);
  check_address(&s, 0, "149.154.167.51", 80);
  mtp_session_free(&s);
  sqlite3_close(db);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(views_in_place_of_tables_are_refused),
      cmocka_unit_test(work_without_end_is_cut_off),
      cmocka_unit_test(numbers_at_their_ends_are_read_or_refused),
      cmocka_unit_test(only_so_many_channels_are_taken),
      cmocka_unit_test(missing_tables_and_columns_are_named),
      cmocka_unit_test(functions_in_the_schema_are_not_run),
      cmocka_unit_test(a_broken_schema_is_refused),
      cmocka_unit_test(a_database_that_is_being_written_is_read),
  };
  return cmocka_run_group_tests(tests, folder_setup, folder_teardown);
}
