/* Session databases of Pyrogram, Kurigram and grammers: each version of their tables, both ways,
 * databases that are not what they should be, and what all of them are never to say. */
#include "convert_db.h"
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

/* ---- Pyrogram and Kurigram ---- */

#define P_VERSION(n)                                                                               \
  "CREATE TABLE version (number INTEGER PRIMARY KEY); INSERT INTO version VALUES (" #n ");"
#define P_SESSIONS                                                                                 \
  "CREATE TABLE sessions (dc_id INTEGER PRIMARY KEY, api_id INTEGER, test_mode INTEGER,"           \
  " auth_key BLOB, date INTEGER NOT NULL, user_id INTEGER, is_bot INTEGER);"
#define P_ROW  "INSERT INTO sessions VALUES (2, 12345, 0, ?1, 0, 777, 1);"
#define K_REST "CREATE TABLE usernames (id INTEGER, username TEXT);"
#define K_STATE                                                                                    \
  "CREATE TABLE update_state (id INTEGER PRIMARY KEY, pts INTEGER, qts INTEGER, date INTEGER,"     \
  " seq INTEGER); INSERT INTO update_state VALUES (0, 5, NULL, 7, NULL),"                          \
  " (-1000000001234, 9, NULL, 7, NULL);"                                                           \
  "CREATE TABLE peers (id INTEGER PRIMARY KEY, access_hash INTEGER, type INTEGER NOT NULL,"        \
  " phone_number TEXT); INSERT INTO peers VALUES (-1000000001234, -5, 'channel', NULL);"

static void pyrogram_databases_of_every_version_are_read(void **state) {
  (void)state;
  static const struct {
    const char *sql;
    int api_id;
    bool has_state, has_address;
  } versions[] = {
      {P_VERSION(1) "CREATE TABLE sessions (dc_id INTEGER PRIMARY KEY, test_mode INTEGER,"
                    " auth_key BLOB, date INTEGER NOT NULL, user_id INTEGER, is_bot INTEGER);"
                    "INSERT INTO sessions VALUES (2, 0, ?1, 0, 777, 1);",
       0, false, false},
      {P_VERSION(2) "CREATE TABLE sessions (dc_id INTEGER PRIMARY KEY, test_mode INTEGER,"
                    " auth_key BLOB, date INTEGER NOT NULL, user_id INTEGER, is_bot INTEGER);"
                    "INSERT INTO sessions VALUES (2, 0, ?1, 0, 777, 1);",
       0, false, false},
      {P_VERSION(3) P_SESSIONS P_ROW, 12345, false, false},
      {P_VERSION(4) P_SESSIONS P_ROW K_REST, 12345, false, false},
      {P_VERSION(5) P_SESSIONS P_ROW K_REST K_STATE, 12345, true, false},
      {P_VERSION(6) P_SESSIONS P_ROW K_REST K_STATE, 12345, true, false},
      {P_VERSION(7) "CREATE TABLE sessions (dc_id INTEGER PRIMARY KEY, server_address TEXT,"
                    " port INTEGER, api_id INTEGER, test_mode INTEGER, auth_key BLOB,"
                    " date INTEGER NOT NULL, user_id INTEGER, is_bot INTEGER);"
                    "INSERT INTO sessions VALUES (2, '1.2.3.4', 5, 12345, 0, ?1, 0, 777, 1);" K_REST
                        K_STATE,
       12345, true, true},
      /* Forks: versions that say other things, and newer ones. */
      {P_VERSION(7) P_SESSIONS P_ROW K_REST K_STATE, 12345, true, false},
      {P_VERSION(6) P_SESSIONS P_ROW K_REST, 12345, false, false},
      {P_VERSION(4) P_SESSIONS P_ROW K_STATE, 12345, true, false},
      {P_VERSION(
           11) "CREATE TABLE sessions (new TEXT, dc_id INTEGER PRIMARY KEY, server_address"
               " TEXT, port INTEGER, api_id INTEGER, test_mode INTEGER, auth_key BLOB,"
               " date INTEGER NOT NULL, user_id INTEGER, is_bot INTEGER);"
               "INSERT INTO sessions VALUES ('x', 2, '1.2.3.4', 5, 12345, 0, ?1, 0, 777, 1);" K_REST
                   K_STATE,
       12345, true, true},
  };
  for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
    mtp_session s;
    must_import(NULL, database(versions[i].sql), &s);
    check_home(&s, 2, 1);
    assert_int_equal(s.user_id, 777);
    assert_true(s.bot);
    assert_int_equal(s.api_id, versions[i].api_id);
    assert_int_equal(s.updates.pts, versions[i].has_state ? 5 : 0);
    assert_int_equal(s.n_channels, versions[i].has_state);
    assert_int_equal(s.n_options, versions[i].has_address);
    mtp_session_free(&s);
  }
}

#define PEERS_INDEXES "index idx_peers_id\nindex idx_peers_phone_number\n"

static void pyrogram_databases_are_written(void **state) {
  (void)state;
  static const char sessions[] =
      "table sessions\n"
      "  dc_id integer 0 1\n  api_id integer 0 0\n  test_mode integer 0 0\n  auth_key blob 0 0\n"
      "  date integer 1 0\n  user_id integer 0 0\n  is_bot integer 0 0\n"
      "  > 2 12345 0 KEY 0 7777777777 0\n";
  char expected[2048];
  snprintf(expected, sizeof expected,
           PEERS_INDEXES "index idx_peers_username\n"
                         "table peers\n"
                         "  id integer 0 1\n  access_hash integer 0 0\n  type integer 1 0\n"
                         "  username text 0 0\n  phone_number text 0 0\n"
                         "  last_update_on integer 1 0\n"
                         "%stable version\n  number integer 0 1\n  > 3\n"
                         "trigger trg_peers_last_update_on\n",
           sessions);
  check_written("pyrogram-sqlite", expected);
  check_round_trip("pyrogram-sqlite", true, false, false, false);
  snprintf(expected, sizeof expected,
           PEERS_INDEXES "index idx_usernames_id\nindex idx_usernames_username\n"
                         "table peers\n"
                         "  id integer 0 1\n  access_hash integer 0 0\n  type integer 1 0\n"
                         "  phone_number text 0 0\n  last_update_on integer 1 0\n"
                         "%stable update_state\n"
                         "  id integer 0 1\n  pts integer 0 0\n  qts integer 0 0\n"
                         "  date integer 0 0\n  seq integer 0 0\n  > 0 10 20 30 40\n"
                         "table usernames\n  id integer 0 0\n  username text 0 0\n"
                         "table version\n  number integer 0 1\n  > 6\n"
                         "trigger trg_peers_last_update_on\n",
           sessions);
  check_written("kurigram-sqlite", expected);
  check_round_trip("kurigram-sqlite", true, true, false, false);
}

static void pyrogram_databases_without_a_user_are_refused(void **state) {
  (void)state;
  must_refuse(NULL,
              database(P_VERSION(3) P_SESSIONS
                       "INSERT INTO sessions VALUES (2, NULL, NULL, NULL, 0, NULL, NULL);"),
              "no key");
  must_refuse(
      NULL,
      database(P_VERSION(3) P_SESSIONS "INSERT INTO sessions VALUES (2, 1, 0, ?1, 0, NULL, NULL);"),
      "no user");
  must_refuse(
      NULL, database(P_VERSION(3) P_SESSIONS "INSERT INTO sessions VALUES (2, 1, 2, ?1, 0, 7, 0);"),
      "test_mode is out of range");
  must_refuse(NULL, database(P_VERSION(0) P_SESSIONS P_ROW), "its version is 0");
}

/* ---- grammers ---- */

#define G_TABLES                                                                                   \
  "CREATE TABLE dc_home (dc_id INTEGER NOT NULL, PRIMARY KEY(dc_id));"                             \
  "CREATE TABLE dc_option (dc_id INTEGER NOT NULL, ipv4 TEXT NOT NULL, ipv6 TEXT NOT NULL,"        \
  " auth_key BLOB, PRIMARY KEY (dc_id));"                                                          \
  "CREATE TABLE peer_info (peer_id INTEGER NOT NULL, hash INTEGER, subtype INTEGER,"               \
  " PRIMARY KEY (peer_id));"                                                                       \
  "CREATE TABLE update_state (pts INTEGER NOT NULL, qts INTEGER NOT NULL, date INTEGER NOT NULL,"  \
  " seq INTEGER NOT NULL);"                                                                        \
  "CREATE TABLE channel_state (peer_id INTEGER NOT NULL, pts INTEGER NOT NULL,"                    \
  " PRIMARY KEY (peer_id));"

static void grammers_databases_are_read(void **state) {
  (void)state;
  mtp_session s;
  must_import(NULL,
              database("PRAGMA user_version = 1;" G_TABLES "INSERT INTO dc_home VALUES (4);"
                       "INSERT INTO dc_option VALUES (4, '1.2.3.4:443', '[2001:db8::1]:444', ?1);"
                       "INSERT INTO dc_option VALUES (2, '5.6.7.8:443', '[::ffff:5.6.7.8]:443',"
                       " NULL);"
                       "INSERT INTO peer_info VALUES (9, 1, NULL), (777, NULL, 3),"
                       " (-1000000001234, -5, 4), (-1000000004321, NULL, 4);"
                       "INSERT INTO update_state VALUES (5, 6, 7, 8);"
                       "INSERT INTO channel_state VALUES (1234, 9), (4321, 9);"),
              &s);
  check_home(&s, 4, 1);
  assert_int_equal(s.user_id, 777);
  assert_true(s.bot);
  assert_int_equal(s.n_options, 3);
  check_address(&s, 1, "1.2.3.4", 443);
  check_address(&s, 2, "2001:db8::1", 444);
  assert_int_equal(s.updates.seq, 8);
  assert_int_equal(s.n_channels, 1);
  assert_int_equal(s.channels[0].access_hash, -5);
  mtp_session_free(&s);
}

static void newer_grammers_databases_are_read(void **state) {
  (void)state;
  mtp_session s;
  must_import(NULL,
              database("PRAGMA user_version = 3;" G_TABLES "INSERT INTO dc_home VALUES (4);"
                       "ALTER TABLE dc_option ADD new TEXT;"
                       "INSERT INTO dc_option VALUES (4, '1.2.3.4:443', '[2001:db8::1]:444', ?1,"
                       " 'x');"
                       "INSERT INTO peer_info VALUES (-1000000001234, -5, 4);"
                       "INSERT INTO channel_state VALUES (1234, -9);"),
              &s);
  check_home(&s, 4, 1);
  assert_int_equal(s.n_channels, 0);
  mtp_session_free(&s);
}

static void grammers_databases_are_written(void **state) {
  (void)state;
  check_written("grammers",
                "table channel_state\n  peer_id integer 1 1\n  pts integer 1 0\n  > 1234 55\n"
                "table dc_home\n  dc_id integer 1 1\n  > 2\n"
                "table dc_option\n"
                "  dc_id integer 1 1\n  ipv4 text 1 0\n  ipv6 text 1 0\n  auth_key blob 0 0\n"
                "  > 2 149.154.167.50:443 [2001:67c:4e8:f002::a]:443 KEY\n"
                "table peer_info\n"
                "  peer_id integer 1 1\n  hash integer 0 0\n  subtype integer 0 0\n"
                "  > -1000000001234 -77 NULL\n  > 7777777777 NULL 1\n"
                "table update_state\n"
                "  pts integer 1 0\n  qts integer 1 0\n  date integer 1 0\n  seq integer 1 0\n"
                "  > 10 20 30 40\n");
  check_round_trip("grammers", true, true, true, true);
}

static void grammers_gets_a_mapped_address_where_there_is_no_other(void **state) {
  (void)state;
  mtp_session s;
  char text[2048];
  make_session(&s, 77, "127.0.0.1", 8080);
  must_export_to("grammers", &s, in_folder("mapped"));
  mtp_session_free(&s);
  dump(in_folder("mapped"), text, sizeof text);
  assert_non_null(strstr(text, "> 77 127.0.0.1:8080 [::ffff:127.0.0.1]:8080 KEY\n"));
  make_session(&s, 77, "example.org", 8080);
  must_not_export("grammers", &s, "no address");
  mtp_session_free(&s);
}

/* Nobody's key is taken to another server than its own. */
static void an_own_server_is_never_replaced_by_telegram(void **state) {
  (void)state;
  static const char *const files[] = {"telethon-sqlite", "telethon2-sqlite", "grammers",
                                      "pyrogram-sqlite", "kurigram-sqlite"};
  static const char *const strings[] = {"telethon", "pyrogram", "pyrogram-old64", "mtkruto",
                                        "mtkruto-user"};
  mtp_session s;
  make_session(&s, 2, "dc.example.org", 8443);
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
    mtp_error error;
    assert_int_equal(tgauth_session_export(&s, tgauth_format_find(files[i]), in_folder(files[i]),
                                           NULL, NULL, &error),
                     MTP_ERR_STORE);
    assert_non_null(error.text[0] ? error.text : NULL);
  }
  for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++)
    must_not_export(strings[i], &s, "");
  mtp_session_free(&s);
  make_session(&s, 2, "2001:db8::1", 443);
  mtp_error error;
  assert_int_equal(tgauth_session_export(&s, tgauth_format_find("grammers"), in_folder("six-g"),
                                         NULL, NULL, &error),
                   MTP_ERR_STORE);
  must_export_to("telethon2-sqlite", &s, in_folder("six"));
  mtp_session_free(&s);
  char text[2048];
  dump(in_folder("six"), text, sizeof text);
  assert_non_null(strstr(text, "> 2 NULL 2001:db8::1:443 KEY\n"));
}

/* What looks like Telegram's to the eye: names, and numbers in nets that are not its own. */
static void only_telegrams_nets_are_telegrams(void **state) {
  (void)state;
  static const struct {
    const char *host;
    bool is;
  } hosts[] = {
      {"149.154.175.50", true},       {"149.154.16.5", false},
      {"149.154.176.1", false},       {"91.108.4.200", true},
      {"91.108.200.1", false},        {"91.108.dc.example.org", false},
      {"91.105.193.9", true},         {"91.105.194.9", false},
      {"2001:67c:4e8:f002::a", true}, {"2001:67C:04E8:F002::A", true},
      {"2001:b28:f23e::1", false},    {"2001:67c:4e80::1", false},
  };
  for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
    mtp_session s;
    make_session(&s, 2, hosts[i].host, 443);
    if (hosts[i].is)
      tgauth_string_free(must_export("pyrogram", &s));
    else
      must_not_export("pyrogram", &s, "another server");
    mtp_session_free(&s);
  }
}

/* Nor are keys of the other centres of a server of one's own. */
static void no_centre_of_an_own_server_gets_an_address_of_telegram(void **state) {
  (void)state;
  static const char *const files[] = {"telethon2-sqlite", "grammers", "gotd"};
  mtp_session s;
  make_session(&s, 2, "10.0.0.1", 8443);
  assert_int_equal(mtp_session_set_key(&s, 4, false, sample_key(2), 0), MTP_OK);
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
    char name[64];
    bytes file = {.size = 0};
    snprintf(name, sizeof name, "own-%s", files[i]);
    must_export_to(files[i], &s, in_folder(name));
    if (i < 2) {
      static char text[4096];
      dump(in_folder(name), text, sizeof text);
      assert_non_null(strstr(text, "10.0.0.1"));
      assert_null(strstr(text, "149.154."));
      continue;
    }
    read_file(in_folder(name), &file);
    file.data[file.size] = '\0';
    assert_non_null(strstr((const char *)file.data, "10.0.0.1"));
    assert_null(strstr((const char *)file.data, "149.154."));
  }
  mtp_session_free(&s);
}

/* As Telethon leaves it while it runs, or when it was killed. */
static void a_database_with_a_write_ahead_log_is_read_and_left_alone(void **state) {
  (void)state;
  char path[256], wal[300], shm[300];
  mtp_session s;
  sqlite3 *db;
  snprintf(path, sizeof path, "%s", database("PRAGMA journal_mode = WAL;" VERSION(3) T1_SESSIONS));
  snprintf(wal, sizeof wal, "%s-wal", path);
  snprintf(shm, sizeof shm, "%s-shm", path);
  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  sqlite3_stmt *row;
  assert_int_equal(sqlite3_exec(db, "PRAGMA wal_autocheckpoint = 0", NULL, NULL, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_prepare_v2(db, T1_ROW, -1, &row, NULL), SQLITE_OK);
  sqlite3_bind_blob(row, 1, sample_key(1), MTP_KEY_SIZE, SQLITE_TRANSIENT);
  assert_int_equal(sqlite3_step(row), SQLITE_DONE);
  sqlite3_finalize(row);
  must_import(NULL, path, &s); /* the row is in the log alone */
  check_home(&s, 2, 1);
  mtp_session_free(&s);
  assert_int_equal(sqlite3_close(db), SQLITE_OK); /* which puts the log into the file */
  assert_int_equal(access(wal, F_OK), -1);
  must_import(NULL, path, &s);
  mtp_session_free(&s);
  assert_int_equal(access(wal, F_OK), -1);
  assert_int_equal(access(shm, F_OK), -1);
}

static void grammers_databases_that_are_new_are_refused(void **state) {
  (void)state;
  must_refuse(NULL, database(G_TABLES), "its version is 0");
  must_refuse(NULL, database("PRAGMA user_version = 1;" G_TABLES), "no key of data centre 2");
  must_refuse(NULL,
              database("PRAGMA user_version = 1;" G_TABLES "INSERT INTO dc_home VALUES (4);"
                       "INSERT INTO dc_option VALUES (4, '1.2.3.4:443', 'x y', ?1);"),
              "address");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pyrogram_databases_of_every_version_are_read),
      cmocka_unit_test(pyrogram_databases_are_written),
      cmocka_unit_test(pyrogram_databases_without_a_user_are_refused),
      cmocka_unit_test(grammers_databases_are_read),
      cmocka_unit_test(newer_grammers_databases_are_read),
      cmocka_unit_test(grammers_databases_are_written),
      cmocka_unit_test(grammers_gets_a_mapped_address_where_there_is_no_other),
      cmocka_unit_test(an_own_server_is_never_replaced_by_telegram),
      cmocka_unit_test(only_telegrams_nets_are_telegrams),
      cmocka_unit_test(no_centre_of_an_own_server_gets_an_address_of_telegram),
      cmocka_unit_test(a_database_with_a_write_ahead_log_is_read_and_left_alone),
      cmocka_unit_test(grammers_databases_that_are_new_are_refused),
  };
  return cmocka_run_group_tests(tests, folder_setup, folder_teardown);
}
