/* Peers in rows of any database: "peer/ACCOUNT/MARKED ID", and as data a number, which is larger
 * the later a row was written, and the line of text that other stores have. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "peers/ids.h"
#include "peers/line.h"

enum { BATCH = 64, KEY = 64, DATA = TGKIT_LINE + 32 };

typedef struct pending {
  char key[KEY], data[DATA];
} pending;

typedef struct row_store {
  tgkit_rows rows;
  int64_t seq; /* of the last one written */
  size_t count;
  pending waiting[BATCH];
} row_store;

/* ---- reading ---- */

typedef struct found {
  int64_t seq;
  tgkit_line *line;
} found;

typedef struct reading {
  found *items;
  size_t count, room;
  bool failed;
} reading;

static bool make_room(reading *r) {
  if (r->count < r->room)
    return true;
  size_t room = r->room ? 2 * r->room : 64;
  found *more = realloc(r->items, room * sizeof *more);
  if (!more)
    return false;
  r->items = more;
  r->room = room;
  return true;
}

static void read_row(void *to, const char *key, tl_bytes data) {
  reading *r = to;
  char text[DATA], *line = NULL;
  (void)key;
  snprintf(text, sizeof text, "%.*s", data.size < DATA ? (int)data.size : 0,
           (const char *)data.data);
  int64_t seq = strtoll(text, &line, 10);
  tgkit_line *copy = make_room(r) ? malloc(sizeof *copy) : NULL;
  r->failed = r->failed || !copy;
  if (!copy)
    return;
  snprintf(copy->text, sizeof copy->text, "%.*s", TGKIT_LINE - 1, line + (*line == ' '));
  if (tgkit_line_read(copy))
    r->items[r->count++] = (found){seq, copy};
  else
    free(copy); /* what is none is skipped */
}

static int by_seq(const void *a, const void *b) {
  int64_t one = ((const found *)a)->seq, other = ((const found *)b)->seq;
  return one < other ? -1 : one > other;
}

static mtp_status load(void *ctx, int64_t account, void (*each)(void *to, const tgkit_peer *row),
                       void *to) {
  row_store *store = ctx;
  reading r = {.count = 0};
  char prefix[KEY];
  snprintf(prefix, sizeof prefix, "peer/%" PRId64 "/", account);
  mtp_status status = store->rows.load(store->rows.ctx, prefix, read_row, &r);
  if (r.count)
    qsort(r.items, r.count, sizeof *r.items, by_seq);
  for (size_t i = 0; i < r.count; i++) {
    if (status == MTP_OK && !r.failed && r.items[i].line->account == account)
      each(to, &r.items[i].line->peer);
    if (r.items[i].seq > store->seq)
      store->seq = r.items[i].seq;
    free(r.items[i].line);
  }
  free(r.items);
  return status == MTP_OK && r.failed ? MTP_ERR_NOMEM : status;
}

/* ---- writing ---- */

static mtp_status flush(void *ctx) {
  row_store *store = ctx;
  const char *keys[BATCH];
  tl_bytes data[BATCH];
  if (!store->count)
    return MTP_OK;
  for (size_t i = 0; i < store->count; i++) {
    keys[i] = store->waiting[i].key;
    data[i] = tl_bytes_of(store->waiting[i].data, strlen(store->waiting[i].data));
  }
  mtp_status status = store->rows.save(store->rows.ctx, keys, data, store->count);
  if (status == MTP_OK)
    store->count = 0;
  return status;
}

/* The place of a row among those that wait: its former one, as a key is written once. */
static pending *place_of(row_store *store, const char *key) {
  for (size_t i = 0; i < store->count; i++)
    if (strcmp(store->waiting[i].key, key) == 0)
      return &store->waiting[i];
  if (store->count == BATCH && flush(store) != MTP_OK)
    return NULL;
  return &store->waiting[store->count++];
}

static mtp_status put(void *ctx, int64_t account, const tgkit_peer *row) {
  row_store *store = ctx;
  char key[KEY], text[TGKIT_LINE];
  if (!tgkit_line_write(account, row, text))
    return MTP_ERR_STORE;
  snprintf(key, sizeof key, "peer/%" PRId64 "/%" PRId64, account, tgkit_marked(row->kind, row->id));
  pending *at = place_of(store, key);
  if (!at)
    return MTP_ERR_STORE;
  memcpy(at->key, key, sizeof key);
  snprintf(at->data, sizeof at->data, "%" PRId64 " %s", ++store->seq, text);
  return MTP_OK;
}

/* ---- clearing ---- */

typedef struct key {
  char text[KEY];
} key;

typedef struct keys {
  key *items;
  size_t count, room;
  bool failed;
} keys;

static void read_key(void *to, const char *name, tl_bytes data) {
  keys *k = to;
  (void)data;
  if (k->count == k->room) {
    size_t room = k->room ? 2 * k->room : 64;
    key *more = realloc(k->items, room * sizeof *more);
    k->failed = k->failed || !more;
    if (!more)
      return;
    k->items = more;
    k->room = room;
  }
  snprintf(k->items[k->count++].text, KEY, "%s", name);
}

static mtp_status delete_some(row_store *store, const key *items, size_t count) {
  const char *names[BATCH];
  const tl_bytes none[BATCH] = {{NULL, 0}};
  for (size_t i = 0; i < count; i++)
    names[i] = items[i].text;
  return store->rows.save(store->rows.ctx, names, none, count);
}

static mtp_status clear(void *ctx, int64_t account) {
  row_store *store = ctx;
  keys all = {.count = 0};
  char prefix[KEY];
  snprintf(prefix, sizeof prefix, "peer/%" PRId64 "/", account);
  store->count = 0; /* what waits is of that account */
  mtp_status status = store->rows.load(store->rows.ctx, prefix, read_key, &all);
  for (size_t i = 0; i < all.count && status == MTP_OK; i += BATCH)
    status = delete_some(store, all.items + i, all.count - i < BATCH ? all.count - i : BATCH);
  free(all.items);
  return status == MTP_OK && all.failed ? MTP_ERR_NOMEM : status;
}

static void free_store(void *ctx) {
  row_store *store = ctx;
  (void)flush(store);
  if (store->rows.free)
    store->rows.free(store->rows.ctx);
  free(store);
}

mtp_status tgkit_peer_rows(const tgkit_rows *rows, tgkit_peer_store *out, mtp_error *error) {
  row_store *store = calloc(1, sizeof *store);
  memset(out, 0, sizeof *out);
  if (!store) {
    if (rows->free)
      rows->free(rows->ctx);
    return tgkit_fail(error, MTP_ERR_NOMEM, "");
  }
  store->rows = *rows;
  *out = (tgkit_peer_store){store, load, put, flush, clear, free_store};
  return MTP_OK;
}
