/* Peers in rows beside a session in a database. */
#include "database.h"
#include <stdlib.h>
#include <tgauth/lease.h>

/* What tgauth_store_load_rows() calls, and whom that one calls. */
typedef struct reading {
  void (*each)(void *to, const char *key, tl_bytes data);
  void *to;
} reading;

static mtp_status read_row(void *ctx, const tgauth_table_row *row, mtp_error *error) {
  const reading *r = ctx;
  (void)error;
  r->each(r->to, row->key, row->data);
  return MTP_OK;
}

static mtp_status load(void *ctx, const char *prefix,
                       void (*each)(void *to, const char *key, tl_bytes data), void *to) {
  reading r = {each, to};
  mtp_error error;
  return tgauth_store_load_rows(ctx, prefix, read_row, &r, &error);
}

static mtp_status save(void *ctx, const char *const *keys, const tl_bytes *data, size_t count) {
  mtp_error error;
  tgauth_table_row *rows = calloc(count + 1, sizeof *rows);
  if (!rows)
    return MTP_ERR_NOMEM;
  for (size_t i = 0; i < count; i++)
    rows[i] = (tgauth_table_row){.key = keys[i], .data = data[i]};
  mtp_status status = tgauth_store_save_rows(ctx, rows, count, &error);
  free(rows);
  return status;
}

mtp_status peers_in_database(tgauth *auth, tgkit_peer_store *out, mtp_error *error) {
  const tgkit_rows rows = {.ctx = tgauth_store_of(auth), .load = load, .save = save};
  return tgkit_peer_rows(&rows, out, error);
}
