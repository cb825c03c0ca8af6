/* Accounts in a table of an SQLite database, for the processes of one machine: its time is that
 * since the machine was started, which nobody sets, and a lease of before has ended. */
#include "../internal.h"
#include "machine_clock.h"
#include <stdlib.h>
#include <string.h>
#include <tgauth/lease.h>

typedef struct sqlite_table {
  tgauth_table head;
  char *path;
  void *db;
  bool has_tables; /* for sure */
  char boot[64];   /* what tells one run of the machine from another */
} sqlite_table;

#ifdef TGAUTH_HAVE_SQLITE
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { BUSY_MS = 5000 };

static const char layout[] =
    "CREATE TABLE IF NOT EXISTS tlgen_sessions (account TEXT PRIMARY KEY, fence INTEGER NOT NULL, "
    "owner TEXT, boot TEXT, until_ms INTEGER NOT NULL, session BLOB, lost BLOB)";
static const char layout_of_rows[] =
    "CREATE TABLE IF NOT EXISTS tlgen_rows (account TEXT NOT NULL REFERENCES tlgen_sessions ON "
    "DELETE CASCADE, key TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (account, key)) WITHOUT "
    "ROWID";

/* ---- statements ---- */

static mtp_status failed(const sqlite_table *self, mtp_error *error) {
  return tgauth_fail(error, MTP_ERR_STORE, "%s: %s", self->path,
                     self->db ? sqlite3_errmsg(self->db) : "out of memory");
}

/* What stands for a ? in a statement. */
typedef struct bound {
  char kind; /* s: text, i: number, b: bytes */
  const char *text;
  int64_t number;
  tl_bytes bytes;
} bound;

static bool bind_one(sqlite3_stmt *statement, int at, const bound *value) {
  if (value->kind == 's')
    return sqlite3_bind_text(statement, at, value->text, -1, SQLITE_STATIC) == SQLITE_OK;
  if (value->kind == 'i')
    return sqlite3_bind_int64(statement, at, value->number) == SQLITE_OK;
  if (value->bytes.size == 0)
    return sqlite3_bind_null(statement, at) == SQLITE_OK;
  return sqlite3_bind_blob64(statement, at, value->bytes.data, value->bytes.size, SQLITE_STATIC) ==
         SQLITE_OK;
}

static sqlite3_stmt *prepare(const sqlite_table *self, const char *sql, const bound *values,
                             int count, mtp_error *error) {
  sqlite3_stmt *statement = NULL;
  bool ok = sqlite3_prepare_v2(self->db, sql, -1, &statement, NULL) == SQLITE_OK;
  for (int i = 0; i < count && ok; i++)
    ok = bind_one(statement, i + 1, &values[i]);
  if (ok)
    return statement;
  (void)failed(self, error);
  (void)sqlite3_finalize(statement);
  return NULL;
}

/* One that gives no rows; *changed says how many it has changed. */
static mtp_status run(const sqlite_table *self, const char *sql, const bound *values, int count,
                      int *changed, mtp_error *error) {
  sqlite3_stmt *statement = prepare(self, sql, values, count, error);
  if (!statement)
    return MTP_ERR_STORE;
  int step = sqlite3_step(statement);
  mtp_status status = step == SQLITE_DONE ? MTP_OK : failed(self, error);
  (void)sqlite3_finalize(statement);
  if (changed)
    *changed = status == MTP_OK ? sqlite3_changes(self->db) : 0;
  return status;
}

/* ---- opening ---- */

static void read_boot(sqlite_table *self) {
  FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
  if (file && fgets(self->boot, sizeof self->boot, file))
    self->boot[strcspn(self->boot, "\n")] = 0;
  if (file)
    (void)fclose(file);
}

/* Only its owner may read it, as with session files. */
static mtp_status open_file(sqlite_table *self, bool make, mtp_error *error) {
  int fd = open(self->path, O_RDWR | O_CLOEXEC | (make ? O_CREAT : 0), 0600);
  if (fd < 0)
    return tgauth_fail_errno(error, "open", self->path);
  close(fd);
  read_boot(self);
  sqlite3 *db = NULL;
  int opened =
      sqlite3_open_v2(self->path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX, NULL);
  self->db = db;
  if (opened != SQLITE_OK)
    return failed(self, error);
  (void)sqlite3_busy_timeout(db, BUSY_MS);
  return MTP_OK;
}

static mtp_status make_tables(const sqlite_table *self, mtp_error *error) {
  mtp_status status = run(self, layout, NULL, 0, NULL, error);
  return status == MTP_OK ? run(self, layout_of_rows, NULL, 0, NULL, error) : status;
}

static mtp_status find_tables(const sqlite_table *self, mtp_error *error) {
  sqlite3_stmt *statement =
      prepare(self, "SELECT 1 FROM sqlite_master WHERE name IN ('tlgen_sessions', 'tlgen_rows')",
              NULL, 0, error);
  int rows = 0, step = SQLITE_DONE;
  if (!statement)
    return MTP_ERR_STORE;
  while ((step = sqlite3_step(statement)) == SQLITE_ROW)
    rows++;
  mtp_status status = step == SQLITE_DONE ? MTP_OK : failed(self, error);
  (void)sqlite3_finalize(statement);
  if (status != MTP_OK || rows == 2)
    return status;
  status = tgauth_fail(error, MTP_ERR_STORE, "%s: no accounts are kept there", self->path);
  error->code = TGAUTH_NO_ACCOUNT;
  return status;
}

static mtp_status open_db(sqlite_table *self, bool make, mtp_error *error) {
  mtp_status status = self->db ? MTP_OK : open_file(self, make, error);
  if (status == MTP_OK && !self->has_tables)
    status = make ? make_tables(self, error) : find_tables(self, error);
  self->has_tables = self->has_tables || status == MTP_OK;
  return status;
}

/* ---- the lease ---- */

static mtp_status look(const sqlite_table *self, const char *account, int64_t now,
                       tgauth_holder *out, mtp_error *error) {
  const bound values[] = {{.kind = 's', .text = account}};
  sqlite3_stmt *statement =
      prepare(self, "SELECT fence, owner, until_ms FROM tlgen_sessions WHERE account = ?", values,
              1, error);
  if (!statement)
    return MTP_ERR_STORE;
  int step = sqlite3_step(statement);
  if (step == SQLITE_ROW) {
    const char *owner = (const char *)sqlite3_column_text(statement, 1);
    snprintf(out->owner, sizeof out->owner, "%s", owner ? owner : "somebody");
    out->left_ms = sqlite3_column_int64(statement, 2) - now;
    out->fence = sqlite3_column_int64(statement, 0);
  }
  mtp_status status = step == SQLITE_ROW || step == SQLITE_DONE ? MTP_OK : failed(self, error);
  (void)sqlite3_finalize(statement);
  return status;
}

static const char claim_or_make[] =
    "INSERT INTO tlgen_sessions (account, fence, owner, boot, until_ms) VALUES (?1, ?6, ?2, ?3, "
    "?4) ON CONFLICT (account) DO UPDATE SET fence = max(fence + 1, ?6), owner = ?2, boot = ?3, "
    "until_ms = ?4 WHERE owner IS NULL OR boot IS NOT ?3 OR until_ms <= ?5";
static const char claim_existing[] =
    "UPDATE tlgen_sessions SET fence = max(fence + 1, ?6), owner = ?2, boot = ?3, until_ms = ?4 "
    "WHERE account = ?1 AND (owner IS NULL OR boot IS NOT ?3 OR until_ms <= ?5)";

/* A number of fencing is the time where that is larger than the last one: an account that was
 * removed and made anew has none that it had before. */
static int64_t wall_us(void) {
  struct timespec at = {0, 0};
  (void)clock_gettime(CLOCK_REALTIME, &at);
  return (int64_t)at.tv_sec * 1000000 + at.tv_nsec / 1000;
}

static mtp_status take(sqlite_table *self, const char *account, const char *owner, int64_t ttl_ms,
                       bool make, tgauth_holder *out, mtp_error *error) {
  int64_t now = tgauth_machine_ms();
  int changed = 0;
  const bound values[] = {{.kind = 's', .text = account},    {.kind = 's', .text = owner},
                          {.kind = 's', .text = self->boot}, {.kind = 'i', .number = now + ttl_ms},
                          {.kind = 'i', .number = now},      {.kind = 'i', .number = wall_us()}};
  mtp_status status = run(self, make ? claim_or_make : claim_existing, values, 6, &changed, error);
  if (status == MTP_OK)
    status = look(self, account, now, out, error);
  if (status == MTP_OK && !changed)
    out->fence = 0;
  return status;
}

/* Between these nobody else writes; what fails in between undoes everything. */
static mtp_status begin(sqlite_table *self, bool make, mtp_error *error) {
  mtp_status status = open_db(self, make, error);
  return status == MTP_OK ? run(self, "BEGIN IMMEDIATE", NULL, 0, NULL, error) : status;
}

static mtp_status end(sqlite_table *self, mtp_status status, mtp_error *error) {
  if (status == MTP_OK)
    status = run(self, "COMMIT", NULL, 0, NULL, error);
  if (status != MTP_OK)
    (void)sqlite3_exec(self->db, "ROLLBACK", NULL, NULL, NULL);
  return status;
}

/* Neither file nor tables: no accounts. */
static bool is_nothing(const mtp_error *error) {
  return error->code == TGAUTH_NO_ACCOUNT || error->code == ENOENT;
}

static mtp_status claim(tgauth_table *table, const char *account, const char *owner, int64_t ttl_ms,
                        bool make, tgauth_holder *out, mtp_error *error) {
  sqlite_table *self = (sqlite_table *)table;
  *out = (tgauth_holder){0};
  mtp_status status = begin(self, make, error);
  bool nothing = status == MTP_ERR_STORE && !make && is_nothing(error);
  if (status != MTP_OK)
    return nothing ? MTP_OK : status;
  return end(self, take(self, account, owner, ttl_ms, make, out, error), error);
}

static mtp_status renew(tgauth_table *table, const char *account, int64_t fence, int64_t ttl_ms,
                        bool *ours, mtp_error *error) {
  sqlite_table *self = (sqlite_table *)table;
  int changed = 0;
  const bound values[] = {{.kind = 's', .text = account},
                          {.kind = 'i', .number = fence},
                          {.kind = 'i', .number = tgauth_machine_ms() + ttl_ms}};
  mtp_status status = run(self,
                          "UPDATE tlgen_sessions SET until_ms = ?3 WHERE account = ?1 AND fence = "
                          "?2 AND owner IS NOT NULL",
                          values, 3, &changed, error);
  *ours = changed == 1;
  return status;
}

/* One transaction: a database on a disk waits for it once, not once for each. */
static mtp_status renew_all(tgauth_table *table, tgauth_renewal *leases, size_t count,
                            int64_t ttl_ms, mtp_error *error) {
  sqlite_table *self = (sqlite_table *)table;
  mtp_status status = begin(self, false, error);
  if (status != MTP_OK)
    return status;
  for (size_t i = 0; i < count && status == MTP_OK; i++)
    status = renew(table, leases[i].account, leases[i].fence, ttl_ms, &leases[i].ours, error);
  return end(self, status, error);
}

static mtp_status release(tgauth_table *table, const char *account, int64_t fence,
                          mtp_error *error) {
  const bound values[] = {{.kind = 's', .text = account}, {.kind = 'i', .number = fence}};
  return run((sqlite_table *)table,
             "UPDATE tlgen_sessions SET owner = NULL WHERE account = ? AND fence = ?", values, 2,
             NULL, error);
}

/* ---- which there are ---- */

static void copy_text(sqlite3_stmt *statement, int column, char *out, size_t size) {
  const char *text = (const char *)sqlite3_column_text(statement, column);
  snprintf(out, size, "%s", text ? text : "");
}

/* One of before the machine was started is nobody's, as claim has it. */
static void read_listed(const sqlite_table *self, sqlite3_stmt *statement, tgauth_listed *out) {
  const char *boot = (const char *)sqlite3_column_text(statement, 2);
  int64_t left = sqlite3_column_int64(statement, 3) - tgauth_machine_ms();
  bool held = sqlite3_column_type(statement, 1) != SQLITE_NULL && boot &&
              strcmp(boot, self->boot) == 0 && left > 0;
  *out = (tgauth_listed){.left_ms = held ? left : 0};
  copy_text(statement, 0, out->account, sizeof out->account);
  if (held)
    copy_text(statement, 1, out->owner, sizeof out->owner);
}

static mtp_status list(tgauth_table *table, const char *after, tgauth_listed *out, size_t room,
                       size_t *count, mtp_error *error) {
  sqlite_table *self = (sqlite_table *)table;
  const bound values[] = {{.kind = 's', .text = after}, {.kind = 'i', .number = (int64_t)room}};
  *count = 0;
  mtp_status status = open_db(self, false, error);
  if (status == MTP_ERR_STORE && error->code == TGAUTH_NO_ACCOUNT)
    return MTP_OK;
  sqlite3_stmt *statement =
      status == MTP_OK ? prepare(self,
                                 "SELECT account, owner, boot, until_ms FROM tlgen_sessions WHERE "
                                 "account > ? ORDER BY account LIMIT ?",
                                 values, 2, error)
                       : NULL;
  if (!statement)
    return MTP_ERR_STORE;
  int step = SQLITE_ROW;
  while (*count < room && (step = sqlite3_step(statement)) == SQLITE_ROW)
    read_listed(self, statement, &out[(*count)++]);
  status = step == SQLITE_ROW || step == SQLITE_DONE ? MTP_OK : failed(self, error);
  (void)sqlite3_finalize(statement);
  return status;
}

/* ---- what is kept ---- */

static mtp_status load(tgauth_table *table, const char *account, tgauth_slot slot, tl_buffer *out,
                       mtp_error *error) {
  sqlite_table *self = (sqlite_table *)table;
  const bound values[] = {{.kind = 's', .text = account}};
  const char *sql = slot == TGAUTH_SLOT_LOST
                        ? "SELECT lost FROM tlgen_sessions WHERE account = ?"
                        : "SELECT session FROM tlgen_sessions WHERE account = ?";
  sqlite3_stmt *statement = prepare(self, sql, values, 1, error);
  if (!statement)
    return MTP_ERR_STORE;
  int step = sqlite3_step(statement);
  mtp_status status = step == SQLITE_ROW || step == SQLITE_DONE ? MTP_OK : failed(self, error);
  size_t size = step == SQLITE_ROW ? (size_t)sqlite3_column_bytes(statement, 0) : 0;
  if (size) {
    uint8_t *at = tl_buffer_extend(out, size);
    const void *from = sqlite3_column_blob(statement, 0);
    if (at && from)
      memcpy(at, from, size);
    else
      status = tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  }
  (void)sqlite3_finalize(statement);
  return status;
}

static mtp_status save(tgauth_table *table, const char *account, int64_t fence, tgauth_slot slot,
                       tl_bytes data, bool *ours, mtp_error *error) {
  int changed = 0;
  const bound values[] = {
      {.kind = 's', .text = account}, {.kind = 'i', .number = fence}, {.kind = 'b', .bytes = data}};
  const char *sql =
      slot == TGAUTH_SLOT_LOST
          ? "UPDATE tlgen_sessions SET lost = ?3 WHERE account = ?1 AND fence = ?2"
          : "UPDATE tlgen_sessions SET session = ?3 WHERE account = ?1 AND fence = ?2";
  mtp_status status = run((sqlite_table *)table, sql, values, 3, &changed, error);
  *ours = changed == 1;
  return status;
}

static mtp_status load_rows(tgauth_table *table, const char *account, const char *prefix,
                            tgauth_table_row_each each, void *ctx, mtp_error *error) {
  sqlite_table *self = (sqlite_table *)table;
  const bound values[] = {{.kind = 's', .text = account}, {.kind = 's', .text = prefix}};
  sqlite3_stmt *statement = prepare(self,
                                    "SELECT key, data FROM tlgen_rows WHERE account = ?1 AND "
                                    "substr(key, 1, length(?2)) = ?2",
                                    values, 2, error);
  int step = SQLITE_DONE;
  mtp_status status = statement ? MTP_OK : MTP_ERR_STORE;
  while (status == MTP_OK && (step = sqlite3_step(statement)) == SQLITE_ROW) {
    tgauth_table_row row = {.key = (const char *)sqlite3_column_text(statement, 0)};
    row.data =
        tl_bytes_of(sqlite3_column_blob(statement, 1), (size_t)sqlite3_column_bytes(statement, 1));
    status = row.key ? each(ctx, &row, error) : failed(self, error);
  }
  if (status == MTP_OK && step != SQLITE_DONE)
    status = failed(self, error);
  (void)sqlite3_finalize(statement);
  return status;
}

/* Within a transaction, so that the number of fencing is what it is until the end. */
static mtp_status put_rows(sqlite_table *self, const char *account, int64_t fence,
                           const tgauth_table_row *rows, size_t count, bool *ours,
                           mtp_error *error) {
  int changed = 0;
  bound values[] = {{.kind = 's', .text = account}, {.kind = 'i', .number = fence}, {.kind = 'b'}};
  mtp_status status =
      run(self, "UPDATE tlgen_sessions SET fence = fence WHERE account = ? AND fence = ?", values,
          2, &changed, error);
  *ours = changed == 1;
  for (size_t i = 0; i < count && status == MTP_OK && *ours; i++) {
    values[1] = (bound){.kind = 's', .text = rows[i].key};
    values[2].bytes = rows[i].data;
    status =
        rows[i].data.size
            ? run(self, "INSERT OR REPLACE INTO tlgen_rows (account, key, data) VALUES (?, ?, ?)",
                  values, 3, NULL, error)
            : run(self, "DELETE FROM tlgen_rows WHERE account = ? AND key = ?", values, 2, NULL,
                  error);
  }
  return status;
}

static mtp_status save_rows(tgauth_table *table, const char *account, int64_t fence,
                            const tgauth_table_row *rows, size_t count, bool *ours,
                            mtp_error *error) {
  sqlite_table *self = (sqlite_table *)table;
  mtp_status status = begin(self, false, error);
  if (status != MTP_OK)
    return status;
  return end(self, put_rows(self, account, fence, rows, count, ours, error), error);
}

static mtp_status remove_account(tgauth_table *table, const char *account, int64_t fence,
                                 bool *ours, mtp_error *error) {
  sqlite_table *self = (sqlite_table *)table;
  int changed = 0;
  const bound values[] = {{.kind = 's', .text = account}, {.kind = 'i', .number = fence}};
  mtp_status status = begin(self, false, error);
  if (status != MTP_OK)
    return status;
  status = run(self, "DELETE FROM tlgen_sessions WHERE account = ? AND fence = ?", values, 2,
               &changed, error);
  *ours = changed == 1;
  if (status == MTP_OK && *ours)
    status = run(self, "DELETE FROM tlgen_rows WHERE account = ?", values, 1, NULL, error);
  return end(self, status, error);
}

static void free_table(tgauth_table *table) {
  sqlite_table *self = (sqlite_table *)table;
  (void)sqlite3_close(self->db);
  free(self->path);
  free(self);
}

static const tgauth_table_ops ops = {claim,     renew,     release,       load,
                                     save,      list,      renew_all,     free_table,
                                     load_rows, save_rows, remove_account};
#else
static mtp_status claim(tgauth_table *table, const char *account, const char *owner, int64_t ttl_ms,
                        bool make, tgauth_holder *out, mtp_error *error) {
  (void)make;
  (void)table;
  (void)account;
  (void)owner;
  (void)ttl_ms;
  (void)out;
  return tgauth_fail(error, MTP_ERR_STORE, "this build has no SQLite");
}

static mtp_status list(tgauth_table *table, const char *after, tgauth_listed *out, size_t room,
                       size_t *count, mtp_error *error) {
  (void)after;
  (void)out;
  (void)room;
  *count = 0;
  return claim(table, NULL, NULL, 0, false, NULL, error);
}

static void free_table(tgauth_table *table) {
  sqlite_table *self = (sqlite_table *)table;
  free(self->path);
  free(self);
}

/* Whoever has claimed nothing asks for nothing else. */
static const tgauth_table_ops ops = {.claim = claim, .list = list, .free = free_table};
#endif

tgauth_table *tgauth_table_sqlite(const char *path) {
  sqlite_table *self = calloc(1, sizeof *self);
  if (!self)
    return NULL;
  self->head.ops = &ops;
  self->path = tgauth_strdup(tl_string_of(path));
  if (self->path)
    return &self->head;
  free(self);
  return NULL;
}
