/* Peers in a table of an SQLite database: one row each, as a line of text. */
#ifdef TGKIT_HAVE_SQLITE
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "peers/ids.h"
#include "peers/line.h"

typedef struct db_store {
  sqlite3 *db;
  sqlite3_stmt *put, *load, *clear;
  bool writing; /* a transaction is open */
} db_store;

static bool run(sqlite3 *db, const char *sql) {
  return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static mtp_status load(void *ctx, int64_t account, void (*each)(void *to, const tgkit_peer *row),
                       void *to) {
  db_store *store = ctx;
  tgkit_line line;
  int step;
  sqlite3_bind_int64(store->load, 1, account);
  while ((step = sqlite3_step(store->load)) == SQLITE_ROW) {
    const char *text = (const char *)sqlite3_column_text(store->load, 0);
    snprintf(line.text, sizeof line.text, "%s", text ? text : "");
    if (tgkit_line_read(&line) && line.account == account)
      each(to, &line.peer);
  }
  sqlite3_reset(store->load);
  return step == SQLITE_DONE ? MTP_OK : MTP_ERR_STORE;
}

static mtp_status put(void *ctx, int64_t account, const tgkit_peer *row) {
  db_store *store = ctx;
  char text[TGKIT_LINE];
  if (!tgkit_line_write(account, row, text))
    return MTP_ERR_STORE;
  if (!store->writing && !run(store->db, "BEGIN"))
    return MTP_ERR_STORE;
  store->writing = true;
  sqlite3_bind_int64(store->put, 1, account);
  sqlite3_bind_int64(store->put, 2, tgkit_marked(row->kind, row->id));
  sqlite3_bind_text(store->put, 3, text, -1, SQLITE_STATIC);
  int step = sqlite3_step(store->put);
  sqlite3_reset(store->put);
  return step == SQLITE_DONE ? MTP_OK : MTP_ERR_STORE;
}

static mtp_status flush(void *ctx) {
  db_store *store = ctx;
  if (!store->writing)
    return MTP_OK;
  store->writing = false;
  return run(store->db, "COMMIT") ? MTP_OK : MTP_ERR_STORE;
}

static mtp_status clear(void *ctx, int64_t account) {
  db_store *store = ctx;
  sqlite3_bind_int64(store->clear, 1, account);
  int step = sqlite3_step(store->clear);
  sqlite3_reset(store->clear);
  return step == SQLITE_DONE ? MTP_OK : MTP_ERR_STORE;
}

static void free_store(void *ctx) {
  db_store *store = ctx;
  flush(store);
  sqlite3_finalize(store->put);
  sqlite3_finalize(store->load);
  sqlite3_finalize(store->clear);
  sqlite3_close(store->db);
  free(store);
}

static bool prepare(sqlite3 *db, const char *sql, sqlite3_stmt **out) {
  return sqlite3_prepare_v2(db, sql, -1, out, NULL) == SQLITE_OK;
}

/* The last one written comes last, so that a name is the latest one's. */
static bool set_up(db_store *store) {
  return run(store->db, "CREATE TABLE IF NOT EXISTS tgkit_peers(seq INTEGER PRIMARY KEY, account "
                        "INTEGER NOT NULL, peer INTEGER NOT NULL, line TEXT NOT NULL, "
                        "UNIQUE(account, peer))") &&
         prepare(store->db,
                 "INSERT OR REPLACE INTO tgkit_peers(seq, account, peer, line) "
                 "SELECT coalesce(max(seq), 0) + 1, ?1, ?2, ?3 FROM tgkit_peers",
                 &store->put) &&
         prepare(store->db, "SELECT line FROM tgkit_peers WHERE account = ?1 ORDER BY seq",
                 &store->load) &&
         prepare(store->db, "DELETE FROM tgkit_peers WHERE account = ?1", &store->clear);
}

mtp_status tgkit_peer_sqlite(const char *path, tgkit_peer_store *out, mtp_error *error) {
  db_store *store = calloc(1, sizeof *store);
  memset(out, 0, sizeof *out);
  if (!store)
    return tgkit_fail(error, MTP_ERR_NOMEM, "");
  int opened = sqlite3_open(path, &store->db);
  sqlite3_busy_timeout(store->db, 5000);
  if (opened != SQLITE_OK || !set_up(store)) {
    tgkit_fail(error, MTP_ERR_STORE, sqlite3_errmsg(store->db));
    free_store(store);
    return MTP_ERR_STORE;
  }
  *out = (tgkit_peer_store){store, load, put, flush, clear, free_store};
  return MTP_OK;
}
#else
#include <string.h>

#include "peers/ids.h"
#include <tgkit/peers.h>

mtp_status tgkit_peer_sqlite(const char *path, tgkit_peer_store *out, mtp_error *error) {
  (void)path;
  memset(out, 0, sizeof *out);
  return tgkit_fail(error, MTP_ERR_ARGUMENT, "libtgkit was built without SQLite");
}
#endif
