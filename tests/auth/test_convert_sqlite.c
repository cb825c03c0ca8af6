/* Session databases of other libraries: each version of their tables, both ways, and databases that
 * are not what they should be. */
#include "convert_db.h"
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

/* ---- Telethon 1 ---- */

#define T1_SESSIONS                                                                                \
  "CREATE TABLE sessions (dc_id integer primary key, server_address text, port integer,"           \
  " auth_key blob);"
#define T1_ROW "INSERT INTO sessions VALUES (2, '149.154.167.51', 443, ?1);"
#define VERSION(n)                                                                                 \
  "CREATE TABLE version (version integer primary key); INSERT INTO version VALUES (" #n ");"
#define T1_STATE                                                                                   \
  "CREATE TABLE update_state (id integer primary key, pts integer, qts integer, date integer,"     \
  " seq integer); INSERT INTO update_state VALUES (0, 5, 6, 7, 8), (1234, 9, 0, 7, 0);"
#define T1_ENTITIES                                                                                \
  "CREATE TABLE entities (id integer primary key, hash integer not null, username text,"           \
  " phone integer, name text); INSERT INTO entities (id, hash) VALUES (-1000000001234, 99);"

static void telethon_databases_of_every_version_are_read(void **state) {
  (void)state;
  static const struct {
    const char *sql;
    bool has_state, has_channels;
  } versions[] = {
      {VERSION(1) T1_SESSIONS T1_ROW, false, false},
      {VERSION(2) T1_SESSIONS T1_ROW T1_ENTITIES, false, false},
      {VERSION(3) T1_SESSIONS T1_ROW T1_ENTITIES, false, false},
      {VERSION(4) T1_SESSIONS T1_ROW T1_ENTITIES T1_STATE, true, false},
      {VERSION(5) T1_SESSIONS
       "ALTER TABLE sessions ADD takeout_id integer;"
       "INSERT INTO sessions VALUES (2, '149.154.167.51', 443, ?1, NULL);" T1_ENTITIES T1_STATE,
       true, false},
      {VERSION(6) T1_SESSIONS T1_ROW T1_ENTITIES T1_STATE, true, true},
      {VERSION(7) T1_SESSIONS T1_ROW T1_ENTITIES T1_STATE "ALTER TABLE entities ADD date integer;",
       true, true},
      {VERSION(8) T1_SESSIONS T1_ROW T1_ENTITIES T1_STATE
       "ALTER TABLE sessions ADD takeout_id integer; ALTER TABLE sessions ADD tmp_auth_key blob;",
       true, true},
      {VERSION(12) "CREATE TABLE sessions (new text, auth_key blob, port integer, dc_id integer "
                   "primary key, server_address text);"
                   "INSERT INTO sessions VALUES ('x', ?1, 443, 2, '149.154.167.51');" T1_ENTITIES
                       T1_STATE,
       true, true},
  };
  for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
    mtp_session s;
    must_import(i % 2 ? NULL : "telethon-sqlite", database(versions[i].sql), &s);
    check_home(&s, 2, 1);
    check_address(&s, 0, "149.154.167.51", 443);
    assert_int_equal(s.updates.pts, versions[i].has_state ? 5 : 0);
    assert_int_equal(s.updates.date, versions[i].has_state ? 7 : 0);
    assert_int_equal(s.n_channels, versions[i].has_channels);
    mtp_session_free(&s);
  }
}

/* As Telethon writes them itself: times of channels have fractions, and a place may be unknown. */
static void a_place_that_is_unknown_is_left_out(void **state) {
  (void)state;
  mtp_session s;
  must_import(NULL,
              database(VERSION(7) T1_SESSIONS T1_ROW T1_ENTITIES T1_STATE
                       "UPDATE update_state SET date = 1700000000.75;"
                       "INSERT INTO update_state VALUES (5, NULL, 0, 0, 0), (6, -1, 0, 0, 0);"
                       "INSERT INTO entities (id, hash) VALUES (-1000000000005, 1),"
                       " (-1000000000006, 1);"),
              &s);
  assert_int_equal(s.updates.date, 1700000000);
  assert_int_equal(s.n_channels, 1);
  mtp_session_free(&s);
}

static void telethon_databases_are_written(void **state) {
  (void)state;
  check_written("telethon-sqlite",
                "table entities\n"
                "  id integer 0 1\n  hash integer 1 0\n  username text 0 0\n  phone integer 0 0\n"
                "  name text 0 0\n  date integer 0 0\n"
                "  > -1000000001234 -77 NULL NULL NULL NULL\n"
                "table sent_files\n"
                "  md5_digest blob 0 1\n  file_size integer 0 2\n  type integer 0 3\n"
                "  id integer 0 0\n  hash integer 0 0\n"
                "table sessions\n"
                "  dc_id integer 0 1\n  server_address text 0 0\n  port integer 0 0\n"
                "  auth_key blob 0 0\n  takeout_id integer 0 0\n"
                "  > 2 149.154.167.50 443 KEY NULL\n"
                "table update_state\n"
                "  id integer 0 1\n  pts integer 0 0\n  qts integer 0 0\n  date integer 0 0\n"
                "  seq integer 0 0\n"
                "  > 0 10 20 30 40\n  > 1234 55 0 30 0\n"
                "table version\n  version integer 0 1\n  > 7\n");
  check_round_trip("telethon-sqlite", false, true, true, true);
}

static void telethon_databases_of_other_versions_are_refused(void **state) {
  (void)state;
  must_refuse(NULL, database(VERSION(0) T1_SESSIONS T1_ROW), "its version is 0");
  must_refuse(
      "telethon-sqlite",
      database(
          "CREATE TABLE version (version); INSERT INTO version VALUES ('7');" T1_SESSIONS T1_ROW),
      "version is not a number");
  must_refuse("telethon-sqlite", database(T1_SESSIONS T1_ROW), "no such table: version");
}

static void telethon_databases_with_odd_rows_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *row, *text;
  } rows[] = {
      {"", "no row"},
      {"INSERT INTO sessions VALUES (2, '1.2.3.4', 443, NULL);", "no key"},
      {"INSERT INTO sessions VALUES (2, '1.2.3.4', 443, x'');", "no key"},
      {"INSERT INTO sessions VALUES (2, '1.2.3.4', 443, zeroblob(256));", "all zero"},
      {"INSERT INTO sessions VALUES (2, '1.2.3.4', 443, zeroblob(255));", "255 bytes"},
      {"INSERT INTO sessions VALUES (2, '1.2.3.4', 443, 'abc');", "auth_key is no blob"},
      {"INSERT INTO sessions VALUES (2, '1.2.3.4', 443, zeroblob(2000000));", "too big"},
      {"INSERT INTO sessions VALUES (2, '1.2.3.4', 443, ?1), (3, '', 443, x'00');",
       "more than one"},
      {"INSERT INTO sessions VALUES (-1, '1.2.3.4', 443, ?1);", "data centre -1"},
      {"INSERT INTO sessions VALUES (99999999999, '1.2.3.4', 443, ?1);", "dc_id is out of range"},
      {"INSERT INTO sessions VALUES (2, '1.2.3.4', 65536, ?1);", "port is out of range"},
      {"INSERT INTO sessions VALUES (2, '1.2.3.4', 0, ?1);", "port"},
      {"INSERT INTO sessions VALUES (2, '1.2.3.4', 'x', ?1);", "port is not a number"},
      {"INSERT INTO sessions VALUES (2, x'31', 443, ?1);", "server_address is no text"},
      {"INSERT INTO sessions VALUES (2, 'a b', 443, ?1);", "address"},
      {"INSERT INTO sessions VALUES (2, 'a' || char(0) || 'b', 443, ?1);", "plain text"},
      {"INSERT INTO sessions VALUES (2, hex(zeroblob(64)), 443, ?1);", "address"},
      {"INSERT INTO sessions VALUES (77, NULL, NULL, ?1);", "no address of data centre 77"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char sql[1024];
    snprintf(sql, sizeof sql, "%s%s", VERSION(7) T1_SESSIONS T1_ENTITIES T1_STATE, rows[i].row);
    must_refuse(NULL, database(sql), rows[i].text);
  }
}

/* ---- Telethon 2 ---- */

#define T2_REST                                                                                    \
  "CREATE TABLE state (pts integer not null, qts integer not null, date integer not null,"         \
  " seq integer not null); INSERT INTO state VALUES (5, 6, 7, 8);"                                 \
  "CREATE TABLE channelstate (id integer primary key, pts integer not null);"
#define T2_USER                                                                                    \
  "CREATE TABLE user (id integer primary key, dc integer not null, bot integer not null,"          \
  " username text);"

static void telethon2_databases_are_read(void **state) {
  (void)state;
  mtp_session s;
  must_import(
      NULL,
      database(VERSION(10) T2_REST T2_USER
               "INSERT INTO user VALUES (777, 4, 1, 'x');"
               "CREATE TABLE datacenter (id integer primary key, ipv4_addr text,"
               " ipv6_addr text, auth blob);"
               "INSERT INTO datacenter VALUES (4, '1.2.3.4:99', '2001:db8::1:443', ?1);"
               "INSERT INTO datacenter VALUES (2, '5.6.7.8:443', '[2001:db8::2]:444', NULL);"),
      &s);
  check_home(&s, 4, 1);
  assert_int_equal(s.user_id, 777);
  assert_true(s.bot);
  assert_int_equal(s.updates.qts, 6);
  assert_int_equal(s.n_keys, 1);
  assert_int_equal(s.n_options, 4);
  check_address(&s, 0, "5.6.7.8", 443);
  check_address(&s, 1, "2001:db8::2", 444);
  check_address(&s, 2, "1.2.3.4", 99);
  check_address(&s, 3, "2001:db8::1", 443); /* a port behind an address without brackets */
  mtp_session_free(&s);
}

static void newer_telethon2_databases_are_read(void **state) {
  (void)state;
  mtp_session s;
  must_import(NULL,
              database(VERSION(12) T2_REST T2_USER
                       "CREATE TABLE datacenter (auth blob, ipv6_addr text, new text, ipv4_addr"
                       " text, id integer primary key);"
                       "INSERT INTO datacenter VALUES (?1, '2001:db8::1', 'x', NULL, 4);"),
              &s);
  check_home(&s, 4, 1);
  check_address(&s, 0, "2001:db8::1", 443);
  mtp_session_free(&s);
}

static void telethon2_databases_with_one_address_are_read(void **state) {
  (void)state;
  mtp_session s;
  must_import("telethon2-sqlite",
              database(VERSION(10) T2_REST
                       "CREATE TABLE user (id integer primary key, dc integer not null,"
                       " bot integer not null);"
                       "CREATE TABLE datacenter (id integer primary key, addr text not null,"
                       " auth blob); INSERT INTO datacenter VALUES (4, '1.2.3.4:443', ?1);"),
              &s);
  check_home(&s, 4, 1);
  check_address(&s, 0, "1.2.3.4", 443);
  assert_int_equal(s.user_id, 0);
  mtp_session_free(&s);
}

static void telethon2_databases_are_written(void **state) {
  (void)state;
  check_written("telethon2-sqlite",
                "table channelstate\n  id integer 0 1\n  pts integer 1 0\n  > 1234 55\n"
                "table datacenter\n"
                "  id integer 0 1\n  ipv4_addr text 0 0\n  ipv6_addr text 0 0\n  auth blob 0 0\n"
                "  > 2 149.154.167.50:443 2001:67c:4e8:f002::a:443 KEY\n"
                "table state\n"
                "  pts integer 1 0\n  qts integer 1 0\n  date integer 1 0\n  seq integer 1 0\n"
                "  > 10 20 30 40\n"
                "table user\n"
                "  id integer 0 1\n  dc integer 1 0\n  bot integer 1 0\n  username text 0 0\n"
                "  > 7777777777 2 0 NULL\n"
                "table version\n  version integer 0 1\n  > 10\n");
  check_round_trip("telethon2-sqlite", true, true, false, true);
}

static void telethon2_databases_without_a_home_are_refused(void **state) {
  (void)state;
#define T2_DC                                                                                      \
  "CREATE TABLE datacenter (id integer primary key, ipv4_addr text, ipv6_addr text, auth blob);"
  must_refuse(NULL, database(VERSION(10) T2_REST T2_USER T2_DC), "no key");
  must_refuse(NULL,
              database(VERSION(10) T2_REST T2_USER T2_DC
                       "INSERT INTO datacenter VALUES (1, '1.1.1.1:1', NULL, ?1);"
                       "INSERT INTO datacenter VALUES (2, '1.1.1.1:1', NULL, ?1);"),
              "2 data centres");
  must_refuse(NULL,
              database(VERSION(10) T2_REST T2_USER T2_DC
                       "INSERT INTO user VALUES (777, 4, 0, NULL);"
                       "INSERT INTO datacenter VALUES (2, '1.1.1.1:1', NULL, ?1);"),
              "no key");
  must_refuse(NULL,
              database(VERSION(10) T2_REST T2_USER T2_DC
                       "INSERT INTO datacenter VALUES (2, '1.1.1.1:99999', NULL, ?1);"),
              "port");
  must_refuse(NULL, database(VERSION(9) T2_REST T2_USER T2_DC), "its version is 9");
}

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
      cmocka_unit_test(telethon_databases_of_every_version_are_read),
      cmocka_unit_test(a_place_that_is_unknown_is_left_out),
      cmocka_unit_test(telethon_databases_are_written),
      cmocka_unit_test(telethon_databases_of_other_versions_are_refused),
      cmocka_unit_test(telethon_databases_with_odd_rows_are_refused),
      cmocka_unit_test(telethon2_databases_are_read),
      cmocka_unit_test(newer_telethon2_databases_are_read),
      cmocka_unit_test(telethon2_databases_with_one_address_are_read),
      cmocka_unit_test(telethon2_databases_are_written),
      cmocka_unit_test(telethon2_databases_without_a_home_are_refused),
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
