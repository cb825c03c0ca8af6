/* Telethon 2, SqliteSession: NAME.session, from version 10 on. Its first form had one column `addr`
 * where there are ipv4_addr and ipv6_addr now; both are read, the newer one is written. */
#include "../convert.h"
#include "../db.h"
#include "../db_session.h"
#include <stdio.h>

enum { VERSION = 10 };

static const char schema[] =
    "CREATE TABLE version (version integer primary key);"
    "CREATE TABLE datacenter (id integer primary key, ipv4_addr text, ipv6_addr text, auth blob);"
    "CREATE TABLE user (id integer primary key, dc integer not null, bot integer not null,"
    " username text);"
    "CREATE TABLE state (pts integer not null, qts integer not null, date integer not null,"
    " seq integer not null);"
    "CREATE TABLE channelstate (id integer primary key, pts integer not null);"
    "INSERT INTO version VALUES (10)";

/* The user and the home data centre; 0 when there is no user. */
static mtp_status read_user(tgauth_db *db, mtp_session *session, int64_t *home, mtp_error *error) {
  tgauth_rows *rows = tgauth_db_query(db, "SELECT id, dc, bot FROM user LIMIT 1");
  int64_t id = 0, bot = 0;
  *home = 0;
  if (tgauth_rows_next(rows)) {
    id = tgauth_rows_int(rows, 0, 1, INT64_C(1) << 52);
    *home = tgauth_rows_int(rows, 1, 1, TGAUTH_MAX_DC);
    bot = tgauth_rows_int(rows, 2, 0, 1);
  }
  mtp_status status = tgauth_rows_end(rows, error);
  return status == MTP_OK ? tgauth_set_user(session, id, bot, error) : status;
}

static mtp_status read_centre(tgauth_rows *rows, mtp_session *session, int64_t home, int *homes,
                              mtp_error *error) {
  int64_t dc = tgauth_rows_int(rows, 0, 1, TGAUTH_MAX_DC);
  tl_bytes key = tgauth_rows_blob(rows, 1);
  mtp_status status = MTP_OK;
  for (int column = 2; column < 4 && status == MTP_OK; column++)
    if (!tgauth_rows_is_null(rows, column))
      status = tgauth_add_host_port(session, dc, tgauth_rows_text(rows, column), error);
  bool is_home = home ? dc == home : key.size > 0;
  if (status == MTP_OK && is_home) {
    ++*homes;
    status = tgauth_set_home(session, dc, key.data, key.size, error);
  } else if (status == MTP_OK) {
    tgauth_add_key(session, dc, key.data, key.size);
  }
  return status;
}

static mtp_status read_centres(tgauth_db *db, mtp_session *session, int64_t home,
                               mtp_error *error) {
  bool newer = tgauth_db_has(db, "datacenter", "ipv4_addr");
  tgauth_rows *rows =
      tgauth_db_query(db, newer ? "SELECT id, auth, ipv4_addr, ipv6_addr FROM datacenter LIMIT 32"
                                : "SELECT id, auth, addr, NULL FROM datacenter LIMIT 32");
  mtp_status status = MTP_OK;
  int homes = 0;
  while (status == MTP_OK && tgauth_rows_next(rows))
    status = read_centre(rows, session, home, &homes, error);
  status = tgauth_rows_end_as(rows, status, error);
  if (status == MTP_OK && homes == 0)
    status = tgauth_fail(error, MTP_ERR_STORE, "there is no key in it: nobody has signed in");
  if (status == MTP_OK && homes > 1)
    status = tgauth_fail(error, MTP_ERR_STORE,
                         "it has keys of %d data centres and no user to tell which is home", homes);
  return status;
}

static mtp_status read_db(tgauth_db *db, mtp_session *session, mtp_error *error) {
  int64_t version, home = 0;
  mtp_status status =
      tgauth_read_version(db, "SELECT version FROM version LIMIT 1", VERSION, &version, error);
  if (status == MTP_OK)
    status = read_user(db, session, &home, error);
  if (status == MTP_OK)
    status = read_centres(db, session, home, error);
  if (status == MTP_OK)
    status = tgauth_read_state(db, "SELECT pts, qts, date, seq FROM state LIMIT 1", session, error);
  return status;
}

/* "HOST:PORT" or NULL, in room. */
static tgauth_value address_value(const mtp_dc_option *option, char *room, size_t size) {
  if (!option)
    return TGAUTH_NULL;
  snprintf(room, size, "%s:%d", option->host, (int)option->port);
  return TGAUTH_TEXT(room);
}

static mtp_status write_centres(tgauth_db *db, const mtp_session *session, mtp_error *error) {
  mtp_status status = MTP_OK;
  for (size_t i = 0; status == MTP_OK && i < session->n_keys; i++) {
    const mtp_dc_key *key = &session->keys[i];
    char v4[80], v6[80];
    const mtp_dc_option *four = tgauth_address(session, key->dc, TGAUTH_ADDRESS_V4);
    const mtp_dc_option *six = tgauth_address(session, key->dc, TGAUTH_ADDRESS_V6);
    if (key->media || (!four && !six))
      continue;
    status = tgauth_db_run(db, "INSERT INTO datacenter VALUES (?, ?, ?, ?)",
                           (tgauth_value[]){TGAUTH_INT(key->dc), address_value(four, v4, sizeof v4),
                                            address_value(six, v6, sizeof v6),
                                            TGAUTH_BLOB(key->key, MTP_KEY_SIZE)},
                           4, error);
  }
  return status;
}

static mtp_status write_user(tgauth_db *db, const mtp_session *session, mtp_error *error) {
  mtp_status status = MTP_OK;
  if (session->user_id)
    status = tgauth_db_run(db, "INSERT INTO user VALUES (?, ?, ?, NULL)",
                           (tgauth_value[]){TGAUTH_INT(session->user_id),
                                            TGAUTH_INT(session->home_dc), TGAUTH_INT(session->bot)},
                           3, error);
  if (status == MTP_OK)
    status = tgauth_write_state(db, "INSERT INTO state VALUES (?, ?, ?, ?)", session, error);
  for (size_t i = 0; status == MTP_OK && i < session->n_channels; i++)
    status = tgauth_db_run(db, "INSERT OR IGNORE INTO channelstate VALUES (?, ?)",
                           (tgauth_value[]){TGAUTH_INT(session->channels[i].channel_id),
                                            TGAUTH_INT(session->channels[i].pts)},
                           2, error);
  return status;
}

static mtp_status write_db(tgauth_db *db, const mtp_session *session, mtp_error *error) {
  mtp_status status = write_centres(db, session, error);
  return status == MTP_OK ? write_user(db, session, error) : status;
}

static const tgauth_db_format database = {
    .marks = {{"version", "version", false}, {"datacenter", "auth", false}},
    .schema = schema,
    .read = read_db,
    .write = write_db,
    .address = true,
    .kind = TGAUTH_ADDRESS_NUMERIC,
};

const tgauth_row tgauth_row_telethon2_sqlite = {
    .head = {.name = "telethon2-sqlite",
             .what = "Telethon 2, SqliteSession (NAME.session)",
             .form = TGAUTH_FORM_FILE,
             .imports = true,
             .exports = true,
             .missing = TGAUTH_SQLITE_MISSING},
    .by_path = true,
    .db = &database,
};
