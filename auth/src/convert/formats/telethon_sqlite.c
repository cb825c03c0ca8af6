/* Telethon 1, SQLiteSession: NAME.session. What later versions of its tables added: 4 update_state,
 * 5 takeout_id, 8 tmp_auth_key; before 6 the hashes of entities may be wrong. Columns are read by
 * name, so that what is newer still is read while they are there; 7 is written, which it brings up
 * to date itself. */
#include "../convert.h"
#include "../db.h"
#include "../db_session.h"
#include <stdio.h>

enum { OLDEST = 1, FIRST_WITH_STATE = 4, FIRST_WITH_HASHES = 6 };

static const char schema[] =
    "CREATE TABLE version (version integer primary key);"
    "CREATE TABLE sessions (dc_id integer primary key, server_address text, port integer,"
    " auth_key blob, takeout_id integer);"
    "CREATE TABLE entities (id integer primary key, hash integer not null, username text,"
    " phone integer, name text, date integer);"
    "CREATE TABLE sent_files (md5_digest blob, file_size integer, type integer, id integer,"
    " hash integer, primary key(md5_digest, file_size, type));"
    "CREATE TABLE update_state (id integer primary key, pts integer, qts integer, date integer,"
    " seq integer);"
    "INSERT INTO version VALUES (7)";

static mtp_status read_session(tgauth_db *db, mtp_session *session, mtp_error *error) {
  tgauth_rows *rows =
      tgauth_db_query(db, "SELECT dc_id, server_address, port, auth_key FROM sessions LIMIT 2");
  mtp_status status = MTP_OK;
  int found = 0;
  for (; status == MTP_OK && tgauth_rows_next(rows); found++) {
    int64_t dc = tgauth_rows_int(rows, 0, INT32_MIN, INT32_MAX);
    bool address = !tgauth_rows_is_null(rows, 1);
    const char *host = address ? tgauth_rows_text(rows, 1) : "";
    int64_t port = address ? tgauth_rows_int(rows, 2, 0, 65535) : 0;
    tl_bytes key = tgauth_rows_blob(rows, 3);
    if (found > 0)
      status = tgauth_fail(error, MTP_ERR_STORE, "it has more than one row in sessions");
    else
      status = tgauth_set_home(session, dc, key.data, key.size, error);
    if (status == MTP_OK && address)
      status = tgauth_add_address(session, dc, tl_string_of(host), port, 0, error);
  }
  status = tgauth_rows_end_as(rows, status, error);
  if (status == MTP_OK && found == 0)
    status = tgauth_fail(error, MTP_ERR_STORE, "it has no row in sessions: nobody has signed in");
  return status;
}

static mtp_status read_db(tgauth_db *db, mtp_session *session, mtp_error *error) {
  int64_t version;
  mtp_status status =
      tgauth_read_version(db, "SELECT version FROM version LIMIT 1", OLDEST, &version, error);
  if (status == MTP_OK)
    status = read_session(db, session, error);
  if (status == MTP_OK && version >= FIRST_WITH_STATE)
    status = tgauth_read_state(
        db, "SELECT pts, qts, date, seq FROM update_state WHERE id = 0 LIMIT 1", session, error);
  if (status == MTP_OK && version >= FIRST_WITH_HASHES)
    status = tgauth_read_channels(db,
                                  "SELECT s.id, e.hash, s.pts FROM update_state s JOIN entities e "
                                  "ON e.id = -1000000000000 - s.id WHERE s.id > 0 AND s.pts > 0 "
                                  "LIMIT 10000",
                                  session, error);
  return status;
}

static mtp_status write_state(tgauth_db *db, const mtp_session *session, mtp_error *error) {
  const mtp_update_state *s = &session->updates;
  mtp_status status =
      tgauth_write_state(db, "INSERT INTO update_state VALUES (0, ?, ?, ?, ?)", session, error);
  for (size_t i = 0; status == MTP_OK && i < session->n_channels; i++) {
    const mtp_channel_state *c = &session->channels[i];
    status = tgauth_db_run(
        db, "INSERT OR IGNORE INTO update_state VALUES (?, ?, 0, ?, 0)",
        (tgauth_value[]){TGAUTH_INT(c->channel_id), TGAUTH_INT(c->pts), TGAUTH_INT(s->date)}, 3,
        error);
    if (status == MTP_OK)
      status = tgauth_db_run(db, "INSERT OR IGNORE INTO entities (id, hash) VALUES (?, ?)",
                             (tgauth_value[]){TGAUTH_INT(tgauth_marked_channel(c->channel_id)),
                                              TGAUTH_INT(c->access_hash)},
                             2, error);
  }
  return status;
}

static mtp_status write_db(tgauth_db *db, const mtp_session *session, mtp_error *error) {
  const mtp_dc_option *address = tgauth_home_address(session, TGAUTH_ADDRESS_NUMERIC, error);
  if (!address)
    return MTP_ERR_STORE;
  mtp_status status =
      tgauth_db_run(db, "INSERT INTO sessions VALUES (?, ?, ?, ?, NULL)",
                    (tgauth_value[]){TGAUTH_INT(session->home_dc), TGAUTH_TEXT(address->host),
                                     TGAUTH_INT(address->port),
                                     TGAUTH_BLOB(tgauth_home_key(session)->key, MTP_KEY_SIZE)},
                    4, error);
  return status == MTP_OK ? write_state(db, session, error) : status;
}

static const tgauth_db_format database = {
    .marks = {{"version", "version", false},
              {"sessions", "auth_key", false},
              {"sessions", "server_address", false}},
    .schema = schema,
    .read = read_db,
    .write = write_db,
    .address = true,
    .kind = TGAUTH_ADDRESS_NUMERIC,
};

const tgauth_row tgauth_row_telethon_sqlite = {
    .head = {.name = "telethon-sqlite",
             .what = "Telethon 1, SQLiteSession (NAME.session)",
             .form = TGAUTH_FORM_FILE,
             .imports = true,
             .exports = true,
             .missing = TGAUTH_SQLITE_MISSING},
    .by_path = true,
    .db = &database,
};
