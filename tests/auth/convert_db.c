/* Databases for the tests of session formats. */
#include "convert_db.h"
#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>

const char *database(const char *sql) {
  static int next;
  char name[32];
  sqlite3 *db;
  sqlite3_stmt *statement;
  snprintf(name, sizeof name, "made-%d.session", next++);
  const char *path = in_folder(name);
  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  while (*sql) {
    if (sqlite3_prepare_v2(db, sql, -1, &statement, &sql) != SQLITE_OK)
      fail_msg("%s: %s", sqlite3_errmsg(db), sql);
    if (!statement)
      break;
    if (sqlite3_bind_parameter_count(statement))
      sqlite3_bind_blob(statement, 1, sample_key(1), MTP_KEY_SIZE, SQLITE_TRANSIENT);
    int code = sqlite3_step(statement);
    assert_true(code == SQLITE_DONE || code == SQLITE_ROW);
    sqlite3_finalize(statement);
  }
  sqlite3_close(db);
  return path;
}

void dump(const char *path, char *out, size_t size) {
  sqlite3 *db;
  sqlite3_stmt *tables, *rows;
  size_t n = 0;
  char sql[256];
  assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_prepare_v2(db,
                                      "SELECT type, name FROM sqlite_master WHERE sql NOT NULL "
                                      "ORDER BY type, name",
                                      -1, &tables, NULL),
                   SQLITE_OK);
  while (sqlite3_step(tables) == SQLITE_ROW) {
    const char *type = (const char *)sqlite3_column_text(tables, 0);
    const char *name = (const char *)sqlite3_column_text(tables, 1);
    n += (size_t)snprintf(out + n, size - n, "%s %s\n", type, name);
    if (strcmp(type, "table") != 0)
      continue;
    snprintf(sql, sizeof sql,
             "SELECT name || ' ' || lower(type) || ' ' || \"notnull\" || ' ' || pk "
             "FROM pragma_table_info('%s')",
             name);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &rows, NULL), SQLITE_OK);
    while (sqlite3_step(rows) == SQLITE_ROW)
      n += (size_t)snprintf(out + n, size - n, "  %s\n", sqlite3_column_text(rows, 0));
    sqlite3_finalize(rows);
    snprintf(sql, sizeof sql, "SELECT * FROM \"%s\" ORDER BY 1", name);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &rows, NULL), SQLITE_OK);
    while (sqlite3_step(rows) == SQLITE_ROW) {
      n += (size_t)snprintf(out + n, size - n, "  >");
      for (int i = 0; i < sqlite3_column_count(rows); i++) {
        bool blob = sqlite3_column_type(rows, i) == SQLITE_BLOB;
        if (blob)
          assert_memory_equal(sqlite3_column_blob(rows, i), sample_key(1), MTP_KEY_SIZE);
        const char *text = blob ? "KEY" : (const char *)sqlite3_column_text(rows, i);
        n += (size_t)snprintf(out + n, size - n, " %s", text ? text : "NULL");
      }
      n += (size_t)snprintf(out + n, size - n, "\n");
    }
    sqlite3_finalize(rows);
  }
  sqlite3_finalize(tables);
  sqlite3_close(db);
  assert_true(n < size);
}

/* A session with all that a database may keep. */
static void full_session(mtp_session *s) {
  make_session(s, 2, "149.154.167.50", 443);
  s->updates = (mtp_update_state){10, 20, 30, 40};
  s->channels = malloc(sizeof *s->channels);
  assert_non_null(s->channels);
  s->channels[0] = (mtp_channel_state){1234, -77, 55};
  s->n_channels = 1;
}

void check_written(const char *format, const char *expected) {
  char text[4096];
  mtp_session s;
  struct stat info;
  char name[64];
  snprintf(name, sizeof name, "written-%s", format);
  const char *path = in_folder(name);
  full_session(&s);
  must_export_to(format, &s, path);
  mtp_session_free(&s);
  dump(path, text, sizeof text);
  assert_string_equal(text, expected);
  assert_int_equal(stat(path, &info), 0);
  assert_int_equal(info.st_mode & 07777, 0600);
}

void check_round_trip(const char *format, bool user, bool state, bool channels, bool address) {
  mtp_session s;
  char name[64];
  snprintf(name, sizeof name, "written-%s", format);
  must_import(NULL, in_folder(name), &s);
  check_home(&s, 2, 1);
  assert_int_equal(s.user_id, user ? INT64_C(7777777777) : 0);
  assert_int_equal(s.updates.pts, state ? 10 : 0);
  assert_int_equal(s.updates.seq, state ? 40 : 0);
  assert_int_equal(s.n_channels, channels);
  if (channels) {
    assert_int_equal(s.channels[0].channel_id, 1234);
    assert_int_equal(s.channels[0].access_hash, -77);
    assert_int_equal(s.channels[0].pts, 55);
  }
  if (address)
    check_address(&s, 0, "149.154.167.50", 443);
  mtp_session_free(&s);
}
