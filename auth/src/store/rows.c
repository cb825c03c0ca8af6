/* Encrypting and decrypting rows on their way to and from the database. */
#include "rows.h"
#include "../internal.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tl/wiping.h>

enum { NAME = TGAUTH_ACCOUNT_MAX + TGAUTH_ROW_KEY_MAX + 8, MAX_ROWS_BYTES = 64 << 20 };

/* What a row's bytes are bound to: no other row, and no session. */
static void name_of(const tgauth_lease *lease, const char *key, char out[NAME]) {
  snprintf(out, NAME, "%s\nrow\n%.*s", lease->account, TGAUTH_ROW_KEY_MAX, key);
}

/* ---- reading ---- */

typedef struct reader {
  const tgauth_leases *leases;
  const tgauth_lease *lease;
  tgauth_table_row_each each;
  void *ctx;
} reader;

static mtp_status open_row(void *ctx, const tgauth_table_row *row, mtp_error *error) {
  const reader *r = ctx;
  tl_allocator wiping = tl_wiping(NULL);
  tl_buffer plain;
  char name[NAME];
  name_of(r->lease, row->key, name);
  tl_buffer_init(&plain, &wiping, MAX_ROWS_BYTES);
  mtp_status status = tgauth_ring_open(&r->leases->ring, name, row->data, &plain, error);
  if (status == MTP_OK) {
    tgauth_table_row open = {.key = row->key, .data = tl_bytes_of(plain.data, plain.size)};
    status = r->each(r->ctx, &open, error);
  }
  tl_buffer_free(&plain);
  return status;
}

mtp_status tgauth_rows_load(tgauth_leases *leases, const tgauth_lease *lease, const char *prefix,
                            tgauth_table_row_each each, void *ctx, mtp_error *error) {
  reader r = {leases, lease, each, ctx};
  return tgauth_lease_read_rows(leases, lease, prefix, open_row, &r, error);
}

/* ---- writing ---- */

static mtp_status seal(const tgauth_leases *leases, const tgauth_lease *lease,
                       const tgauth_table_row *row, tl_buffer *out, mtp_error *error) {
  char name[NAME];
  if (strlen(row->key) > TGAUTH_ROW_KEY_MAX || strpbrk(row->key, "\r\n"))
    return tgauth_fail(error, MTP_ERR_ARGUMENT, "a row's key has at most %d bytes in one line",
                       TGAUTH_ROW_KEY_MAX);
  name_of(lease, row->key, name);
  return row->data.size ? tgauth_ring_seal(&leases->ring, name, row->data, out, error) : MTP_OK;
}

/* The buffer moves while it grows, so that rows get their bytes at the end. */
static mtp_status seal_all(const tgauth_leases *leases, const tgauth_lease *lease,
                           const tgauth_table_row *rows, size_t count, tgauth_table_row *out,
                           tl_buffer *room, mtp_error *error) {
  mtp_status status = MTP_OK;
  size_t start = 0;
  for (size_t i = 0; i < count && status == MTP_OK; i++) {
    start = room->size;
    status = seal(leases, lease, &rows[i], room, error);
    out[i] = (tgauth_table_row){.key = rows[i].key, .data = {NULL, room->size - start}};
  }
  start = 0;
  for (size_t i = 0; i < count && status == MTP_OK; i++) {
    if (out[i].data.size)
      out[i].data = tl_bytes_of(room->data + start, out[i].data.size);
    start += out[i].data.size;
  }
  return status;
}

mtp_status tgauth_rows_save(tgauth_leases *leases, tgauth_lease *lease,
                            const tgauth_table_row *rows, size_t count, mtp_error *error) {
  tl_buffer room;
  tgauth_table_row *sealed = calloc(count + 1, sizeof *sealed);
  if (!sealed)
    return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  tl_buffer_init(&room, NULL, MAX_ROWS_BYTES);
  mtp_status status = seal_all(leases, lease, rows, count, sealed, &room, error);
  if (status == MTP_OK)
    status = tgauth_lease_write_rows(leases, lease, sealed, count, error);
  tl_buffer_free(&room);
  free(sealed);
  return status;
}

/* ---- another key ---- */

/* Rows that are under another key than the first one, with copies of what they have. */
typedef struct stale {
  const tgauth_leases *leases;
  const tgauth_lease *lease;
  tl_arena arena;
  tgauth_table_row *rows;
  size_t count, room;
} stale;

static mtp_status keep_copy(void *ctx, const tgauth_table_row *plain, mtp_error *error) {
  stale *to = ctx;
  if (to->count == to->room) {
    size_t room = to->room ? 2 * to->room : 64;
    tgauth_table_row *more = realloc(to->rows, room * sizeof *more);
    if (!more)
      return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
    to->rows = more;
    to->room = room;
  }
  tgauth_table_row *row = &to->rows[to->count];
  row->key = tl_arena_copy(&to->arena, plain->key, strlen(plain->key));
  row->data =
      tl_bytes_of(tl_arena_copy(&to->arena, plain->data.data, plain->data.size), plain->data.size);
  to->count++;
  return row->key && row->data.data ? MTP_OK : tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
}

static mtp_status keep_stale(void *ctx, const tgauth_table_row *row, mtp_error *error) {
  stale *to = ctx;
  reader r = {to->leases, to->lease, keep_copy, to};
  return tgauth_ring_is_first(&to->leases->ring, row->data) ? MTP_OK : open_row(&r, row, error);
}

mtp_status tgauth_rows_rekey(tgauth_leases *leases, tgauth_lease *lease, mtp_error *error) {
  tl_allocator wiping = tl_wiping(NULL);
  stale old = {.leases = leases, .lease = lease};
  tl_arena_init(&old.arena, &wiping, 0);
  mtp_status status = tgauth_lease_read_rows(leases, lease, "", keep_stale, &old, error);
  if (status == MTP_OK && old.count)
    status = tgauth_rows_save(leases, lease, old.rows, old.count, error);
  tl_arena_free(&old.arena);
  free(old.rows);
  return status;
}
