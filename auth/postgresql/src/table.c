/* Accounts in two tables of a PostgreSQL database. Each function is one statement, which the server
 * does wholly or not at all, with the number of fencing looked at under the lock of the account's
 * row; time is the server's, at the moment when it has that lock. A number of fencing is the time
 * in microseconds where that is larger than the last one: also a server that has forgotten some
 * claims, such as a copy that took another one's place, gives none twice. */
#include "link.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tgauth/lease_postgresql.h>

enum { BOUND_MS = 5000, LEAST_BOUND_MS = 1000, MAX_ARRAY = 64 << 20 };

typedef struct pg_table {
  tgauth_table head;
  pg_link link;
} pg_table;

typedef struct number {
  char text[24];
} number;

static const char *decimal(int64_t n, number *room) {
  snprintf(room->text, sizeof room->text, "%" PRId64, n);
  return room->text;
}

static int64_t integer_at(const PGresult *result, int row, int column) {
  return strtoll(PQgetvalue(result, row, column), NULL, 10);
}

/* A lease that cannot be lengthened for a third of its time is tried again rather than waited for.
 */
static void bind_by(pg_table *self, int64_t ttl_ms) {
  int64_t third = ttl_ms / 3;
  self->link.bound_ms = third > BOUND_MS         ? BOUND_MS
                        : third < LEAST_BOUND_MS ? LEAST_BOUND_MS
                                                 : third;
}

/* One that says by its row whether the number of fencing was ours. */
static mtp_status change(tgauth_table *table, const char *sql, const pg_value *values, int count,
                         bool *ours, mtp_error *error) {
  PGresult *result = NULL;
  mtp_status status = pg_ask(&((pg_table *)table)->link, sql, values, count, &result, error);
  if (status == MTP_OK && ours)
    *ours = PQntuples(result) > 0;
  PQclear(result);
  return status;
}

/* ---- the lease ---- */

static mtp_status look(pg_table *self, const char *account, tgauth_holder *out, mtp_error *error) {
  const pg_value values[] = {{.text = account}};
  PGresult *result = NULL;
  mtp_status status =
      pg_ask(&self->link,
             "SELECT coalesce(owner, 'somebody'), greatest(0, ceil(extract(epoch FROM until_at - "
             "clock_timestamp()) * 1000))::bigint::text FROM tlgen_sessions WHERE account = $1",
             values, 1, &result, error);
  if (status == MTP_OK && PQntuples(result) == 1) {
    snprintf(out->owner, sizeof out->owner, "%s", PQgetvalue(result, 0, 0));
    out->left_ms = integer_at(result, 0, 1);
  }
  PQclear(result);
  return status;
}

/* No tables: no accounts. */
static mtp_status unless_nothing_is_there(mtp_status status, const mtp_error *error) {
  return status == MTP_ERR_STORE && error->code == TGAUTH_NO_ACCOUNT ? MTP_OK : status;
}

static const char claim_or_make[] =
    "INSERT INTO tlgen_sessions AS s (account, fence, owner, until_at) VALUES ($1, "
    "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint, $2, clock_timestamp() + "
    "$3::bigint * interval '1 ms') ON CONFLICT (account) DO UPDATE SET fence = greatest(s.fence "
    "+ 1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint), owner = $2, until_at = "
    "clock_timestamp() + $3::bigint * interval '1 ms' WHERE s.owner IS NULL OR s.until_at <= "
    "clock_timestamp() RETURNING s.fence::text";
static const char claim_existing[] =
    "UPDATE tlgen_sessions AS s SET fence = greatest(s.fence + 1, (extract(epoch FROM "
    "clock_timestamp()) * 1000000)::bigint), owner = $2, until_at = clock_timestamp() + "
    "$3::bigint * interval '1 ms' WHERE account = $1 AND (s.owner IS NULL OR s.until_at <= "
    "clock_timestamp()) RETURNING s.fence::text";

static mtp_status claim(tgauth_table *table, const char *account, const char *owner, int64_t ttl_ms,
                        bool make, tgauth_holder *out, mtp_error *error) {
  pg_table *self = (pg_table *)table;
  number ttl;
  const pg_value values[] = {{.text = account}, {.text = owner}, {.text = decimal(ttl_ms, &ttl)}};
  PGresult *result = NULL;
  *out = (tgauth_holder){0};
  self->link.bound_ms = BOUND_MS;
  self->link.makes = self->link.makes || make;
  mtp_status status =
      pg_ask(&self->link, make ? claim_or_make : claim_existing, values, 3, &result, error);
  if (status == MTP_OK && PQntuples(result) == 1)
    out->fence = integer_at(result, 0, 0);
  PQclear(result);
  if (status == MTP_OK && !out->fence)
    status = look(self, account, out, error);
  bind_by(self, ttl_ms);
  return unless_nothing_is_there(status, error);
}

static mtp_status renew(tgauth_table *table, const char *account, int64_t fence, int64_t ttl_ms,
                        bool *ours, mtp_error *error) {
  number numbers[2];
  const pg_value values[] = {{.text = account},
                             {.text = decimal(fence, &numbers[0])},
                             {.text = decimal(ttl_ms, &numbers[1])}};
  bind_by((pg_table *)table, ttl_ms);
  return change(table,
                "UPDATE tlgen_sessions SET until_at = clock_timestamp() + $3::bigint * interval '1 "
                "ms' WHERE account = $1 AND fence = $2::bigint AND owner IS NOT NULL RETURNING ''",
                values, 3, ours, error);
}

static mtp_status release(tgauth_table *table, const char *account, int64_t fence,
                          mtp_error *error) {
  number room;
  const pg_value values[] = {{.text = account}, {.text = decimal(fence, &room)}};
  return change(table,
                "UPDATE tlgen_sessions SET owner = NULL WHERE account = $1 AND fence = $2::bigint",
                values, 2, NULL, error);
}

/* ---- sessions ---- */

static mtp_status append(tl_buffer *out, const void *data, size_t size, mtp_error *error) {
  return tl_buffer_append(out, data, size) == TL_OK
             ? MTP_OK
             : tgauth_table_fail(error, MTP_ERR_NOMEM, "out of memory");
}

static mtp_status load(tgauth_table *table, const char *account, tgauth_slot slot, tl_buffer *out,
                       mtp_error *error) {
  const pg_value values[] = {{.text = account}};
  PGresult *result = NULL;
  mtp_status status =
      pg_ask(&((pg_table *)table)->link,
             slot == TGAUTH_SLOT_LOST ? "SELECT lost FROM tlgen_sessions WHERE account = $1"
                                      : "SELECT session FROM tlgen_sessions WHERE account = $1",
             values, 1, &result, error);
  if (status == MTP_OK && PQntuples(result) == 1)
    status = append(out, PQgetvalue(result, 0, 0), (size_t)PQgetlength(result, 0, 0), error);
  PQclear(result);
  return status;
}

static mtp_status save(tgauth_table *table, const char *account, int64_t fence, tgauth_slot slot,
                       tl_bytes data, bool *ours, mtp_error *error) {
  number room;
  const pg_value values[] = {{.text = account}, {.text = decimal(fence, &room)}, {.bytes = data}};
  return change(table,
                slot == TGAUTH_SLOT_LOST
                    ? "UPDATE tlgen_sessions SET lost = $3 WHERE account = $1 AND fence = "
                      "$2::bigint RETURNING ''"
                    : "UPDATE tlgen_sessions SET session = $3 WHERE account = $1 AND fence = "
                      "$2::bigint RETURNING ''",
                values, 3, ours, error);
}

/* ---- arrays ---- */

/* The text of an array is one value, however many elements it has. */
typedef struct array {
  tl_buffer text;
  bool failed;
} array;

static void put(array *to, const char *data, size_t size) {
  to->failed = to->failed || tl_buffer_append(&to->text, data, size) != TL_OK;
}

static void put_text(array *to, const char *text) {
  put(to, to->text.size ? ",\"" : "{\"", 2);
  for (; *text; text++) {
    if (*text == '"' || *text == '\\')
      put(to, "\\", 1);
    put(to, text, 1);
  }
  put(to, "\"", 1);
}

static void put_bytes(array *to, tl_bytes bytes) {
  static const char digits[] = "0123456789abcdef";
  if (bytes.size == 0) {
    put(to, to->text.size ? ",NULL" : "{NULL", 5);
    return;
  }
  put(to, to->text.size ? ",\"\\\\x" : "{\"\\\\x", 5);
  for (size_t i = 0; i < bytes.size; i++) {
    const char pair[] = {digits[bytes.data[i] >> 4], digits[bytes.data[i] & 15]};
    put(to, pair, 2);
  }
  put(to, "\"", 1);
}

static const char *finished(array *from) {
  put(from, from->text.size ? "}" : "{}", from->text.size ? 2 : 3); /* with its NUL */
  return from->failed ? "{}" : (const char *)from->text.data;
}

static void begin(array arrays[2]) {
  for (int i = 0; i < 2; i++) {
    arrays[i].failed = false;
    tl_buffer_init(&arrays[i].text, NULL, MAX_ARRAY);
  }
}

static void end(array arrays[2]) {
  for (int i = 0; i < 2; i++)
    tl_buffer_free(&arrays[i].text);
}

static bool in_order(const array arrays[2]) {
  return !arrays[0].failed && !arrays[1].failed;
}

/* ---- many at once ---- */

static mtp_status list(tgauth_table *table, const char *after, tgauth_listed *out, size_t room,
                       size_t *count, mtp_error *error) {
  number limit;
  const pg_value values[] = {{.text = after}, {.text = decimal((int64_t)room, &limit)}};
  PGresult *result = NULL;
  *count = 0;
  mtp_status status = pg_ask(
      &((pg_table *)table)->link,
      "SELECT account, CASE WHEN left_ms > 0 THEN owner ELSE '' END, left_ms::text FROM (SELECT "
      "account, owner, CASE WHEN owner IS NULL THEN 0 ELSE greatest(0, ceil(extract(epoch FROM "
      "until_at - clock_timestamp()) * 1000))::bigint END AS left_ms FROM tlgen_sessions WHERE "
      "account > $1 ORDER BY account LIMIT $2::bigint) AS page ORDER BY account",
      values, 2, &result, error);
  for (int i = 0; status == MTP_OK && i < PQntuples(result) && *count < room; i++) {
    tgauth_listed *one = &out[(*count)++];
    snprintf(one->account, sizeof one->account, "%s", PQgetvalue(result, i, 0));
    snprintf(one->owner, sizeof one->owner, "%s", PQgetvalue(result, i, 1));
    one->left_ms = integer_at(result, i, 2);
  }
  PQclear(result);
  return unless_nothing_is_there(status, error);
}

static const char renew_many[] =
    "WITH given AS (SELECT * FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS g (account, "
    "fence, at)), done AS (UPDATE tlgen_sessions s SET until_at = clock_timestamp() + $3::bigint * "
    "interval '1 ms' FROM given g WHERE s.account = g.account AND s.fence = g.fence AND s.owner IS "
    "NOT NULL RETURNING g.at) SELECT at::text FROM done";

static mtp_status renew_all(tgauth_table *table, tgauth_renewal *leases, size_t count,
                            int64_t ttl_ms, mtp_error *error) {
  array arrays[2];
  number ttl, fence;
  PGresult *result = NULL;
  begin(arrays);
  for (size_t i = 0; i < count; i++) {
    leases[i].ours = false;
    put_text(&arrays[0], leases[i].account);
    put_text(&arrays[1], decimal(leases[i].fence, &fence));
  }
  const pg_value values[] = {{.text = finished(&arrays[0])},
                             {.text = finished(&arrays[1])},
                             {.text = decimal(ttl_ms, &ttl)}};
  bind_by((pg_table *)table, ttl_ms);
  mtp_status status =
      in_order(arrays) ? pg_ask(&((pg_table *)table)->link, renew_many, values, 3, &result, error)
                       : tgauth_table_fail(error, MTP_ERR_NOMEM, "out of memory");
  for (int i = 0; status == MTP_OK && i < PQntuples(result); i++) {
    int64_t at = integer_at(result, i, 0);
    if (at > 0 && (uint64_t)at <= count)
      leases[at - 1].ours = true;
  }
  PQclear(result);
  end(arrays);
  return status;
}

/* ---- rows ---- */

static mtp_status load_rows(tgauth_table *table, const char *account, const char *prefix,
                            tgauth_table_row_each each, void *ctx, mtp_error *error) {
  const pg_value values[] = {{.text = account}, {.text = prefix}};
  PGresult *result = NULL;
  mtp_status status =
      pg_ask(&((pg_table *)table)->link,
             "SELECT key, data FROM tlgen_rows WHERE account = $1 AND starts_with(key, $2)", values,
             2, &result, error);
  for (int i = 0; status == MTP_OK && i < PQntuples(result); i++) {
    tgauth_table_row row = {
        .key = PQgetvalue(result, i, 0),
        .data = tl_bytes_of(PQgetvalue(result, i, 1), (size_t)PQgetlength(result, i, 1))};
    status = each(ctx, &row, error);
  }
  PQclear(result);
  return status;
}

static const char save_many[] =
    "WITH mine AS (SELECT account FROM tlgen_sessions WHERE account = $1 AND fence = $2::bigint "
    "FOR UPDATE), given AS (SELECT * FROM unnest($3::text[], $4::bytea[]) AS g (key, data)), gone "
    "AS (DELETE FROM tlgen_rows r USING mine, given WHERE r.account = mine.account AND r.key = "
    "given.key AND given.data IS NULL), kept AS (INSERT INTO tlgen_rows (account, key, data) "
    "SELECT mine.account, given.key, given.data FROM mine, given WHERE given.data IS NOT NULL ON "
    "CONFLICT (account, key) DO UPDATE SET data = excluded.data) SELECT '' FROM mine";

static mtp_status save_rows(tgauth_table *table, const char *account, int64_t fence,
                            const tgauth_table_row *rows, size_t count, bool *ours,
                            mtp_error *error) {
  array arrays[2];
  number room;
  begin(arrays);
  for (size_t i = 0; i < count; i++) {
    put_text(&arrays[0], rows[i].key);
    put_bytes(&arrays[1], rows[i].data);
  }
  const pg_value values[] = {{.text = account},
                             {.text = decimal(fence, &room)},
                             {.text = finished(&arrays[0])},
                             {.text = finished(&arrays[1])}};
  mtp_status status = in_order(arrays) ? change(table, save_many, values, 4, ours, error)
                                       : tgauth_table_fail(error, MTP_ERR_NOMEM, "out of memory");
  end(arrays);
  return status;
}

static mtp_status remove_account(tgauth_table *table, const char *account, int64_t fence,
                                 bool *ours, mtp_error *error) {
  number room;
  const pg_value values[] = {{.text = account}, {.text = decimal(fence, &room)}};
  return change(table,
                "DELETE FROM tlgen_sessions WHERE account = $1 AND fence = $2::bigint RETURNING ''",
                values, 2, ours, error);
}

/* ---- life ---- */

static void free_table(tgauth_table *table) {
  pg_table *self = (pg_table *)table;
  pg_close(&self->link);
  free(self);
}

static const tgauth_table_ops ops = {.claim = claim,
                                     .renew = renew,
                                     .release = release,
                                     .load = load,
                                     .save = save,
                                     .list = list,
                                     .renew_all = renew_all,
                                     .free = free_table,
                                     .load_rows = load_rows,
                                     .save_rows = save_rows,
                                     .remove = remove_account};

tgauth_table *tgauth_table_postgresql(const char *conninfo) {
  pg_table *self = calloc(1, sizeof *self);
  if (!self)
    return NULL;
  self->head.ops = &ops;
  self->link.bound_ms = BOUND_MS;
  self->link.conninfo = strdup(conninfo);
  if (self->link.conninfo)
    return &self->head;
  free(self);
  return NULL;
}
