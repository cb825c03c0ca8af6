/* Session databases of Telethon, 1 and 2: each version of their tables, both ways, and databases
 * that are not what they should be. */
#include "convert_db.h"
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

/* ---- Telethon 1 ---- */

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
  };
  return cmocka_run_group_tests(tests, folder_setup, folder_teardown);
}
