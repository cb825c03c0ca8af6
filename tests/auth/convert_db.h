/* Databases for the tests of session formats, made with SQL and looked at as text. */
#ifndef TESTS_AUTH_CONVERT_DB_H
#define TESTS_AUTH_CONVERT_DB_H

#include "convert_sample.h"

/* Runs statements on a new database in the test's folder, with sample_key(1) for ?1. Its path. */
const char *database(const char *sql);
/* Everything that a database has, schema and rows, as one text. */
void dump(const char *path, char *out, size_t size);
/* Exports a full session to a file written-FORMAT in the test's folder and compares. */
void check_written(const char *format, const char *expected);
/* Reads that file again; user and so on: what the format has. */
void check_round_trip(const char *format, bool user, bool state, bool channels, bool address);

/* Tables of Telethon 1, of which others have the version. */
#define T1_SESSIONS                                                                                \
  "CREATE TABLE sessions (dc_id integer primary key, server_address text, port integer,"           \
  " auth_key blob);"
#define T1_ROW "INSERT INTO sessions VALUES (2, '149.154.167.51', 443, ?1);"
#define VERSION(n)                                                                                 \
  "CREATE TABLE version (version integer primary key); INSERT INTO version VALUES (" #n ");"

#endif
