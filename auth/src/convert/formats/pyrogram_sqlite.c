/* Pyrogram and Kurigram, NAME.session. Pyrogram writes version 3; Kurigram goes on from there:
 * names apart from peers (4), update_state (5), an index (6), an address (7). Forks count in
 * their own ways, so what is there is told by its name and not by the version. 3 and 6 are written,
 * which newer versions of Kurigram bring up to date themselves. */
#include "../convert.h"
#include "../db.h"
#include "../db_session.h"

enum { OLDEST = 1 };

#define SESSIONS                                                                                   \
  "CREATE TABLE sessions (dc_id INTEGER PRIMARY KEY, api_id INTEGER, test_mode INTEGER,"           \
  " auth_key BLOB, date INTEGER NOT NULL, user_id INTEGER, is_bot INTEGER);"                       \
  "CREATE TABLE version (number INTEGER PRIMARY KEY);"
#define LAST_UPDATE                                                                                \
  " last_update_on INTEGER NOT NULL DEFAULT (CAST(STRFTIME('%s', 'now') AS INTEGER))"
#define TOUCH                                                                                      \
  "CREATE TRIGGER trg_peers_last_update_on AFTER UPDATE ON peers BEGIN"                            \
  " UPDATE peers SET last_update_on = CAST(STRFTIME('%s', 'now') AS INTEGER) WHERE id = NEW.id;"   \
  " END;"

static const char pyrogram_schema[] = SESSIONS
    "CREATE TABLE peers (id INTEGER PRIMARY KEY, access_hash INTEGER, type INTEGER NOT NULL,"
    " username TEXT, phone_number TEXT," LAST_UPDATE ");"
    "CREATE INDEX idx_peers_id ON peers (id);"
    "CREATE INDEX idx_peers_username ON peers (username);"
    "CREATE INDEX idx_peers_phone_number ON peers (phone_number);" TOUCH
    "INSERT INTO version VALUES (3)";

static const char kurigram_schema[] = SESSIONS
    "CREATE TABLE peers (id INTEGER PRIMARY KEY, access_hash INTEGER, type INTEGER NOT NULL,"
    " phone_number TEXT," LAST_UPDATE ");"
    "CREATE TABLE usernames (id INTEGER, username TEXT, FOREIGN KEY (id) REFERENCES peers(id));"
    "CREATE TABLE update_state (id INTEGER PRIMARY KEY, pts INTEGER, qts INTEGER, date INTEGER,"
    " seq INTEGER);"
    "CREATE INDEX idx_peers_id ON peers (id);"
    "CREATE INDEX idx_peers_phone_number ON peers (phone_number);"
    "CREATE INDEX idx_usernames_id ON usernames (id);"
    "CREATE INDEX idx_usernames_username ON usernames (username);" TOUCH
    "INSERT INTO version VALUES (6)";

static const char *session_query(tgauth_db *db) {
  bool api_id = tgauth_db_has(db, "sessions", "api_id");
  if (api_id && tgauth_db_has(db, "sessions", "server_address"))
    return "SELECT dc_id, test_mode, auth_key, user_id, is_bot, api_id, server_address, port"
           " FROM sessions LIMIT 2";
  return api_id ? "SELECT dc_id, test_mode, auth_key, user_id, is_bot, api_id, NULL, NULL"
                  " FROM sessions LIMIT 2"
                : "SELECT dc_id, test_mode, auth_key, user_id, is_bot, NULL, NULL, NULL"
                  " FROM sessions LIMIT 2";
}

static mtp_status read_row(tgauth_rows *rows, mtp_session *session, mtp_error *error) {
  int64_t dc = tgauth_rows_int(rows, 0, INT32_MIN, INT32_MAX);
  int64_t test = tgauth_rows_int_or_null(rows, 1, 0, 1);
  tl_bytes key = tgauth_rows_blob(rows, 2);
  int64_t user = tgauth_rows_int_or_null(rows, 3, 0, INT64_MAX);
  int64_t bot = tgauth_rows_int_or_null(rows, 4, 0, 1);
  int64_t api_id = tgauth_rows_int_or_null(rows, 5, 0, INT32_MAX);
  bool address = !tgauth_rows_is_null(rows, 6) && !tgauth_rows_is_null(rows, 7);
  const char *host = address ? tgauth_rows_text(rows, 6) : "";
  int64_t port = address ? tgauth_rows_int(rows, 7, 1, 65535) : 0;
  session->api_id = (int32_t)api_id;
  mtp_status status = tgauth_set_home(session, dc, key.data, key.size, error);
  if (status == MTP_OK && user == 0)
    status = tgauth_fail(error, MTP_ERR_STORE, "there is no user in it: nobody has signed in");
  if (status == MTP_OK)
    status = tgauth_set_user(session, user, bot, error);
  if (status == MTP_OK && address)
    status = tgauth_add_address(session, dc, tl_string_of(host), port, 0, error);
  session->test = test;
  return status;
}

static mtp_status read_session(tgauth_db *db, mtp_session *session, mtp_error *error) {
  tgauth_rows *rows = tgauth_db_query(db, session_query(db));
  mtp_status status = MTP_OK;
  int found = 0;
  for (; status == MTP_OK && tgauth_rows_next(rows); found++)
    status = found == 0 ? read_row(rows, session, error)
                        : tgauth_fail(error, MTP_ERR_STORE, "it has more than one row in sessions");
  status = tgauth_rows_end_as(rows, status, error);
  if (status == MTP_OK && found == 0)
    status = tgauth_fail(error, MTP_ERR_STORE, "it has no row in sessions: nobody has signed in");
  return status;
}

static mtp_status read_db(tgauth_db *db, mtp_session *session, mtp_error *error) {
  int64_t version;
  mtp_status status =
      tgauth_read_version(db, "SELECT number FROM version LIMIT 1", OLDEST, &version, error);
  if (status == MTP_OK)
    status = read_session(db, session, error);
  if (status == MTP_OK && tgauth_db_has(db, "update_state", "pts")) {
    status = tgauth_read_state(
        db, "SELECT pts, qts, date, seq FROM update_state WHERE id = 0 LIMIT 1", session, error);
    if (status == MTP_OK && tgauth_db_has(db, "peers", "access_hash"))
      status = tgauth_read_channels(db,
                                    "SELECT s.id, p.access_hash, s.pts FROM update_state s JOIN "
                                    "peers p ON p.id = s.id WHERE s.id < -1000000000000 AND "
                                    "p.access_hash NOT NULL AND s.pts > 0 LIMIT 10000",
                                    session, error);
  }
  return status;
}

static mtp_status write_session(tgauth_db *db, const mtp_session *session, mtp_error *error) {
  return tgauth_db_run(db, "INSERT INTO sessions VALUES (?, ?, ?, ?, 0, ?, ?)",
                       (tgauth_value[]){TGAUTH_INT(session->home_dc),
                                        session->api_id ? TGAUTH_INT(session->api_id) : TGAUTH_NULL,
                                        TGAUTH_INT(session->test),
                                        TGAUTH_BLOB(tgauth_home_key(session)->key, MTP_KEY_SIZE),
                                        TGAUTH_INT(session->user_id), TGAUTH_INT(session->bot)},
                       6, error);
}

static mtp_status write_with_state(tgauth_db *db, const mtp_session *session, mtp_error *error) {
  mtp_status status = write_session(db, session, error);
  return status == MTP_OK
             ? tgauth_write_state(db, "INSERT INTO update_state VALUES (0, ?, ?, ?, ?)", session,
                                  error)
             : status;
}

static const tgauth_db_format pyrogram = {
    .marks = {{"version", "number", false},
              {"sessions", "test_mode", false},
              {"usernames", NULL, true}},
    .schema = pyrogram_schema,
    .read = read_db,
    .write = write_session,
};

static const tgauth_db_format kurigram = {
    .marks = {{"version", "number", false},
              {"sessions", "test_mode", false},
              {"usernames", NULL, false}},
    .schema = kurigram_schema,
    .read = read_db,
    .write = write_with_state,
};

const tgauth_row tgauth_row_pyrogram_sqlite = {
    .head = {.name = "pyrogram-sqlite",
             .what = "Pyrogram, NAME.session",
             .form = TGAUTH_FORM_FILE,
             .imports = true,
             .exports = true,
             .missing = TGAUTH_SQLITE_MISSING},
    .by_path = true,
    .user = true,
    .no_address = true,
    .db = &pyrogram,
};

const tgauth_row tgauth_row_kurigram_sqlite = {
    .head = {.name = "kurigram-sqlite",
             .what = "Kurigram, NAME.session",
             .form = TGAUTH_FORM_FILE,
             .imports = true,
             .exports = true,
             .missing = TGAUTH_SQLITE_MISSING},
    .by_path = true,
    .user = true,
    .no_address = true,
    .db = &kurigram,
};
