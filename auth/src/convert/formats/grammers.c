/* grammers, SqliteSession (user_version 1): a key for each data centre, addresses of both kinds,
 * which must both be there, peers by marked id, and the state of updates. */
#include "../convert.h"
#include "../db.h"
#include "../db_session.h"
#include <stdio.h>
#include <string.h>

enum { VERSION = 1, SELF = 1, SELF_BOT = 3, BOT = 2 };

static const char schema[] =
    "CREATE TABLE dc_home (dc_id INTEGER NOT NULL, PRIMARY KEY(dc_id));"
    "CREATE TABLE dc_option (dc_id INTEGER NOT NULL, ipv4 TEXT NOT NULL, ipv6 TEXT NOT NULL,"
    " auth_key BLOB, PRIMARY KEY (dc_id));"
    "CREATE TABLE peer_info (peer_id INTEGER NOT NULL, hash INTEGER, subtype INTEGER,"
    " PRIMARY KEY (peer_id));"
    "CREATE TABLE update_state (pts INTEGER NOT NULL, qts INTEGER NOT NULL, date INTEGER NOT NULL,"
    " seq INTEGER NOT NULL);"
    "CREATE TABLE channel_state (peer_id INTEGER NOT NULL, pts INTEGER NOT NULL,"
    " PRIMARY KEY (peer_id));"
    "PRAGMA user_version = 1";

/* The number that a query gives, or `otherwise` when it gives none. */
static mtp_status read_number(tgauth_db *db, const char *sql, int64_t least, int64_t most,
                              int64_t otherwise, int64_t *out, mtp_error *error) {
  tgauth_rows *rows = tgauth_db_query(db, sql);
  *out = tgauth_rows_next(rows) ? tgauth_rows_int(rows, 0, least, most) : otherwise;
  return tgauth_rows_end(rows, error);
}

static mtp_status read_option(tgauth_rows *rows, mtp_session *session, int64_t home,
                              mtp_error *error) {
  int64_t dc = tgauth_rows_int(rows, 0, 1, TGAUTH_MAX_DC);
  const char *v4 = tgauth_rows_text(rows, 1), *v6 = tgauth_rows_text(rows, 2);
  tl_bytes key = tgauth_rows_blob(rows, 3);
  mtp_status status = tgauth_add_host_port(session, dc, v4, error);
  if (status == MTP_OK && strncmp(v6, "[::ffff:", 8) != 0) /* not the IPv4 address once more */
    status = tgauth_add_host_port(session, dc, v6, error);
  if (status != MTP_OK)
    return status;
  if (dc == home)
    return tgauth_set_home(session, dc, key.data, key.size, error);
  tgauth_add_key(session, dc, key.data, key.size);
  return MTP_OK;
}

static mtp_status read_options(tgauth_db *db, int64_t home, mtp_session *session,
                               mtp_error *error) {
  tgauth_rows *rows =
      tgauth_db_query(db, "SELECT dc_id, ipv4, ipv6, auth_key FROM dc_option LIMIT 32");
  mtp_status status = MTP_OK;
  while (status == MTP_OK && tgauth_rows_next(rows))
    status = read_option(rows, session, home, error);
  status = tgauth_rows_end_as(rows, status, error);
  if (status == MTP_OK && session->home_dc == 0)
    status =
        tgauth_fail(error, MTP_ERR_STORE,
                    "there is no key of data centre %d in it: nobody has signed in", (int)home);
  return status;
}

static mtp_status read_self(tgauth_db *db, mtp_session *session, mtp_error *error) {
  tgauth_rows *rows = tgauth_db_query(
      db, "SELECT peer_id, subtype FROM peer_info WHERE subtype & 1 AND peer_id > 0 LIMIT 1");
  int64_t id = 0, subtype = 0;
  if (tgauth_rows_next(rows)) {
    id = tgauth_rows_int(rows, 0, 1, INT64_C(1) << 52);
    subtype = tgauth_rows_int(rows, 1, 0, INT32_MAX);
  }
  mtp_status status = tgauth_rows_end(rows, error);
  return status == MTP_OK ? tgauth_set_user(session, id, (subtype & BOT) != 0, error) : status;
}

static mtp_status read_db(tgauth_db *db, mtp_session *session, mtp_error *error) {
  int64_t version, home;
  mtp_status status = tgauth_read_version(db, "PRAGMA user_version", VERSION, &version, error);
  if (status == MTP_OK)
    status =
        read_number(db, "SELECT dc_id FROM dc_home LIMIT 1", 1, TGAUTH_MAX_DC, 2, &home, error);
  if (status == MTP_OK)
    status = read_options(db, home, session, error);
  if (status == MTP_OK)
    status = read_self(db, session, error);
  if (status == MTP_OK)
    status = tgauth_read_state(db, "SELECT pts, qts, date, seq FROM update_state LIMIT 1", session,
                               error);
  if (status == MTP_OK)
    status = tgauth_read_channels(db,
                                  "SELECT s.peer_id, p.hash, s.pts FROM channel_state s JOIN "
                                  "peer_info p ON p.peer_id = CASE WHEN s.peer_id > 0 THEN "
                                  "-1000000000000 - s.peer_id ELSE s.peer_id END "
                                  "WHERE p.hash NOT NULL AND s.pts > 0 LIMIT 10000",
                                  session, error);
  return status;
}

/* Both kinds must be there: an IPv4 address stands in for an IPv6 one, mapped. */
static bool addresses(const mtp_session *session, int32_t dc, char *v4, char *v6, size_t size) {
  const mtp_dc_option *four = tgauth_address(session, dc, TGAUTH_ADDRESS_V4);
  const mtp_dc_option *six = tgauth_address(session, dc, TGAUTH_ADDRESS_V6);
  if (!four)
    return false;
  snprintf(v4, size, "%s:%d", four->host, (int)four->port);
  snprintf(v6, size, "[%s%s]:%d", six ? "" : "::ffff:", six ? six->host : four->host,
           (int)(six ? six->port : four->port));
  return true;
}

static mtp_status write_options(tgauth_db *db, const mtp_session *session, mtp_error *error) {
  mtp_status status = tgauth_db_run(db, "INSERT INTO dc_home VALUES (?)",
                                    (tgauth_value[]){TGAUTH_INT(session->home_dc)}, 1, error);
  for (size_t i = 0; status == MTP_OK && i < session->n_keys; i++) {
    const mtp_dc_key *key = &session->keys[i];
    char v4[96], v6[96];
    if (key->media || !addresses(session, key->dc, v4, v6, sizeof v4))
      continue;
    status = tgauth_db_run(db, "INSERT INTO dc_option VALUES (?, ?, ?, ?)",
                           (tgauth_value[]){TGAUTH_INT(key->dc), TGAUTH_TEXT(v4), TGAUTH_TEXT(v6),
                                            TGAUTH_BLOB(key->key, MTP_KEY_SIZE)},
                           4, error);
  }
  return status;
}

static mtp_status write_state(tgauth_db *db, const mtp_session *session, mtp_error *error) {
  mtp_status status = MTP_OK;
  if (session->user_id)
    status = tgauth_db_run(
        db, "INSERT INTO peer_info VALUES (?, NULL, ?)",
        (tgauth_value[]){TGAUTH_INT(session->user_id), TGAUTH_INT(session->bot ? SELF_BOT : SELF)},
        2, error);
  if (status == MTP_OK)
    status = tgauth_write_state(db, "INSERT INTO update_state VALUES (?, ?, ?, ?)", session, error);
  for (size_t i = 0; status == MTP_OK && i < session->n_channels; i++) {
    const mtp_channel_state *c = &session->channels[i];
    status =
        tgauth_db_run(db, "INSERT OR IGNORE INTO channel_state VALUES (?, ?)",
                      (tgauth_value[]){TGAUTH_INT(c->channel_id), TGAUTH_INT(c->pts)}, 2, error);
    if (status == MTP_OK)
      status = tgauth_db_run(db, "INSERT OR IGNORE INTO peer_info VALUES (?, ?, NULL)",
                             (tgauth_value[]){TGAUTH_INT(tgauth_marked_channel(c->channel_id)),
                                              TGAUTH_INT(c->access_hash)},
                             2, error);
  }
  return status;
}

static mtp_status write_db(tgauth_db *db, const mtp_session *session, mtp_error *error) {
  mtp_status status = write_options(db, session, error);
  return status == MTP_OK ? write_state(db, session, error) : status;
}

static const tgauth_db_format database = {
    .marks = {{"dc_home", "dc_id", false}, {"dc_option", "auth_key", false}},
    .schema = schema,
    .read = read_db,
    .write = write_db,
    .address = true,
    .kind = TGAUTH_ADDRESS_V4,
};

const tgauth_row tgauth_row_grammers = {
    .head = {.name = "grammers",
             .what = "grammers, SqliteSession",
             .form = TGAUTH_FORM_FILE,
             .imports = true,
             .exports = true,
             .missing = TGAUTH_SQLITE_MISSING},
    .by_path = true,
    .db = &database,
};
