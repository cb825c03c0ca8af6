/* The session of one account in a database, encrypted, under a lease; the states of its updates in
 * rows of their own. */
#include "../internal.h"
#include "leases.h"
#include "rows.h"
#include "session_format.h"
#include "states.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tl/wiping.h>

enum { MAX_SESSION = 16 << 20 };

typedef struct leased_store {
  tgauth_store head;
  tgauth_leases *leases;
  tgauth_lease lease;
  tgauth_states states;    /* that the database has */
  uint8_t saved[32];       /* SHA-256 of the session that it has without them; zero: not known */
  void (*told)(void *ctx); /* that it is freed */
  void *told_ctx;
} leased_store;

static int64_t leased_left(tgauth_store *store) {
  return tgauth_lease_left(&((leased_store *)store)->lease);
}

static mtp_status leased_lock(tgauth_store *store, mtp_error *error) {
  leased_store *self = (leased_store *)store;
  mtp_status status = tgauth_table_name("an account's name", self->lease.account, error);
  if (status != MTP_OK)
    return status;
  return tgauth_lease_take(self->leases, &self->lease, error);
}

/* What the bytes of a slot are bound to. */
static void name_of(const leased_store *self, tgauth_slot slot, char out[TGAUTH_ACCOUNT_MAX + 8]) {
  snprintf(out, TGAUTH_ACCOUNT_MAX + 8, "%s%s", self->lease.account,
           slot == TGAUTH_SLOT_LOST ? "\nlost" : "");
}

static mtp_status put_bytes(leased_store *self, tgauth_slot slot, tl_bytes plain,
                            mtp_error *error) {
  tl_buffer sealed;
  char name[TGAUTH_ACCOUNT_MAX + 8];
  name_of(self, slot, name);
  tl_buffer_init(&sealed, NULL, MAX_SESSION);
  mtp_status status = tgauth_ring_seal(&self->leases->ring, name, plain, &sealed, error);
  if (status == MTP_OK)
    status = tgauth_lease_write(self->leases, &self->lease, slot,
                                tl_bytes_of(sealed.data, sealed.size), error);
  tl_buffer_free(&sealed);
  return status;
}

static mtp_status put(leased_store *self, tgauth_slot slot, const mtp_session *session,
                      mtp_error *error) {
  tl_allocator wiping = tl_wiping(NULL);
  tl_buffer plain;
  tl_buffer_init(&plain, &wiping, MAX_SESSION);
  mtp_status status = tgauth_session_encode(session, &plain, error);
  if (status == MTP_OK)
    status = put_bytes(self, slot, tl_bytes_of(plain.data, plain.size), error);
  tl_buffer_free(&plain);
  return status;
}

/* Writes what there is without the states; `unless_there`: not if the database has it already. */
static mtp_status put_once(leased_store *self, const mtp_session *session, bool unless_there,
                           mtp_error *error) {
  tl_allocator wiping = tl_wiping(NULL);
  tl_buffer plain;
  uint8_t digest[32];
  tl_buffer_init(&plain, &wiping, MAX_SESSION);
  mtp_status status = tgauth_session_encode(session, &plain, error);
  tl_bytes part = tl_bytes_of(plain.data, plain.size);
  if (status == MTP_OK && (status = mtp_sha256(&part, 1, digest)) != MTP_OK)
    (void)tgauth_fail_crypto(error, status);
  if (status == MTP_OK && !(unless_there && memcmp(digest, self->saved, sizeof digest) == 0)) {
    status = put_bytes(self, TGAUTH_SLOT_SESSION, tl_bytes_of(plain.data, plain.size), error);
    if (status == MTP_OK)
      memcpy(self->saved, digest, sizeof digest);
  }
  tl_buffer_free(&plain);
  return status;
}

/* What is under another key than the first one is read and written. */
static mtp_status rekey_slot(leased_store *self, tgauth_slot slot, mtp_error *error) {
  tl_allocator wiping = tl_wiping(NULL);
  tl_buffer sealed, plain;
  char name[TGAUTH_ACCOUNT_MAX + 8];
  name_of(self, slot, name);
  tl_buffer_init(&sealed, NULL, MAX_SESSION);
  tl_buffer_init(&plain, &wiping, MAX_SESSION);
  mtp_status status = tgauth_lease_read(self->leases, &self->lease, slot, &sealed, error);
  tl_bytes bytes = tl_bytes_of(sealed.data, sealed.size);
  if (status == MTP_OK && bytes.size && !tgauth_ring_is_first(&self->leases->ring, bytes)) {
    status = tgauth_ring_open(&self->leases->ring, name, bytes, &plain, error);
    if (status == MTP_OK)
      status = put_bytes(self, slot, tl_bytes_of(plain.data, plain.size), error);
  }
  tl_buffer_free(&plain);
  tl_buffer_free(&sealed);
  return status;
}

static mtp_status rekey_rows(leased_store *self, mtp_error *error) {
  return self->leases->table->ops->save_rows ? tgauth_rows_rekey(self->leases, &self->lease, error)
                                             : MTP_OK;
}

static mtp_status rekey_all(leased_store *self, mtp_error *error) {
  mtp_status status = rekey_slot(self, TGAUTH_SLOT_SESSION, error);
  if (status == MTP_OK)
    status = rekey_slot(self, TGAUTH_SLOT_LOST, error);
  return status == MTP_OK ? rekey_rows(self, error) : status;
}

/* ---- an account without a session ---- */

static mtp_status count_row(void *ctx, const tgauth_table_row *row, mtp_error *error) {
  (void)row;
  (void)error;
  ++*(size_t *)ctx;
  return MTP_OK;
}

/* Whether anything else is kept of it: what is beside a session was saved after that. */
static mtp_status is_emptied(leased_store *self, bool *emptied, mtp_error *error) {
  size_t rows = 0;
  tl_buffer lost;
  tl_buffer_init(&lost, NULL, MAX_SESSION);
  mtp_status status = tgauth_lease_read(self->leases, &self->lease, TGAUTH_SLOT_LOST, &lost, error);
  if (status == MTP_OK && self->leases->table->ops->load_rows)
    status = tgauth_lease_read_rows(self->leases, &self->lease, "", count_row, &rows, error);
  *emptied = lost.size > 0 || rows > 0;
  tl_buffer_free(&lost);
  return status;
}

/* A new one may be begun, unless there was one. */
static mtp_status no_session(leased_store *self, mtp_error *error) {
  bool emptied = false;
  mtp_status status = is_emptied(self, &emptied, error);
  if (status != MTP_OK || (!emptied && !self->leases->existing))
    return status;
  status = tgauth_fail(error, MTP_ERR_STORE,
                       emptied ? "the session of account %s is gone, and what was beside it is "
                                 "there still: it is left as it is"
                               : "account %s has no session: nobody has signed in",
                       self->lease.account);
  if (error)
    error->code = TGAUTH_NO_SESSION;
  return status;
}

/* ---- load and save ---- */

/* What a slot has, as a session; false in *there where it is empty. */
static mtp_status get(leased_store *self, tgauth_slot slot, mtp_session *session, bool *there,
                      mtp_error *error) {
  tl_allocator wiping = tl_wiping(NULL);
  tl_buffer sealed, plain;
  char name[TGAUTH_ACCOUNT_MAX + 8];
  name_of(self, slot, name);
  tl_buffer_init(&sealed, &wiping, MAX_SESSION);
  tl_buffer_init(&plain, &wiping, MAX_SESSION);
  mtp_status status = tgauth_lease_read(self->leases, &self->lease, slot, &sealed, error);
  tl_bytes bytes = tl_bytes_of(sealed.data, sealed.size);
  *there = sealed.size > 0;
  if (status == MTP_OK && *there)
    status = tgauth_ring_open(&self->leases->ring, name, bytes, &plain, error);
  if (status == MTP_OK && *there && !tgauth_ring_is_first(&self->leases->ring, bytes))
    status = rekey_all(self, error); /* the keys were changed */
  if (status == MTP_OK && *there)
    status = tgauth_session_decode(session, plain.data, plain.size, NULL, error);
  tl_buffer_free(&plain);
  tl_buffer_free(&sealed);
  return status;
}

static mtp_status leased_load(tgauth_store *store, mtp_session *session, mtp_error *error) {
  leased_store *self = (leased_store *)store;
  bool there = false;
  mtp_status status = get(self, TGAUTH_SLOT_SESSION, session, &there, error);
  if (status != MTP_OK)
    return status;
  return there ? tgauth_states_load(self->leases, &self->lease, session, &self->states, error)
               : no_session(self, error);
}

static mtp_status leased_save(tgauth_store *store, const mtp_session *session, mtp_error *error) {
  leased_store *self = (leased_store *)store;
  if (!self->leases->table->ops->save_rows)
    return put(self, TGAUTH_SLOT_SESSION, session, error);
  mtp_session without = *session; /* borrows all that it has */
  without.updates = (mtp_update_state){0};
  without.channels = NULL;
  without.n_channels = without.channels_room = 0;
  if (!self->states.is_known) { /* what is there is not this session's */
    mtp_status read = tgauth_states_load(self->leases, &self->lease, NULL, &self->states, error);
    if (read != MTP_OK)
      return read;
  }
  /* something is written each time: whoever saves may want to know that it can be */
  mtp_status status = put_once(self, &without, tgauth_states_differ(session, &self->states), error);
  return status == MTP_OK
             ? tgauth_states_save(self->leases, &self->lease, session, &self->states, error)
             : status;
}

static mtp_status leased_set_aside(tgauth_store *store, const mtp_session *session,
                                   mtp_error *error) {
  leased_store *self = (leased_store *)store;
  return session ? put(self, TGAUTH_SLOT_LOST, session, error)
                 : tgauth_lease_write(self->leases, &self->lease, TGAUTH_SLOT_LOST,
                                      tl_bytes_of(NULL, 0), error);
}

/* ---- life ---- */

static void leased_free(tgauth_store *store) {
  leased_store *self = (leased_store *)store;
  if (self->told)
    self->told(self->told_ctx);
  (void)tgauth_lease_give_back(self->leases, &self->lease);
  tgauth_leases_free(self->leases);
  tgauth_states_free(&self->states);
  free(self);
}

static const tgauth_store_ops leased_ops = {leased_lock, leased_load,      leased_save,
                                            leased_free, leased_set_aside, leased_left};

tgauth_store *tgauth_leases_store(tgauth_leases *leases, const char *account) {
  leased_store *self = leases ? calloc(1, sizeof *self) : NULL;
  size_t n = account ? strlen(account) : 0;
  if (!self)
    return NULL;
  self->head.ops = &leased_ops;
  self->leases = leases;
  if (n <= TGAUTH_ACCOUNT_MAX && n > 0)
    memcpy(self->lease.account, account, n + 1);
  tgauth_leases_hold(leases);
  return &self->head;
}

tgauth_store *tgauth_store_leased(tgauth_table *table, const tgauth_lease_options *options) {
  tgauth_leases *leases = tgauth_leases_new(table, options);
  tgauth_store *store = tgauth_leases_store(leases, options->account);
  tgauth_leases_free(leases); /* the store holds them now */
  return store;
}

/* ---- what only these stores have ---- */

static leased_store *leased(const tgauth_store *store) {
  return store->ops == &leased_ops ? (leased_store *)store : NULL;
}

int64_t tgauth_store_fence(const tgauth_store *store) {
  return leased(store) ? leased(store)->lease.fence : 0;
}

static mtp_status not_leased(mtp_error *error) {
  return tgauth_fail(error, MTP_ERR_ARGUMENT, "that is no session in a database");
}

bool tgauth_store_has_rows(const tgauth_store *store) {
  return leased(store) && leased(store)->leases->table->ops->save_rows;
}

mtp_status tgauth_store_load_rows(tgauth_store *store, const char *prefix,
                                  tgauth_table_row_each each, void *ctx, mtp_error *error) {
  leased_store *self = leased(store);
  return self ? tgauth_rows_load(self->leases, &self->lease, prefix, each, ctx, error)
              : not_leased(error);
}

mtp_status tgauth_store_save_rows(tgauth_store *store, const tgauth_table_row *rows, size_t count,
                                  mtp_error *error) {
  leased_store *self = leased(store);
  return self ? tgauth_rows_save(self->leases, &self->lease, rows, count, error)
              : not_leased(error);
}

mtp_status tgauth_store_rekey(tgauth_store *store, mtp_error *error) {
  leased_store *self = leased(store);
  if (!self)
    return not_leased(error);
  return rekey_all(self, error);
}

mtp_status tgauth_store_remove(tgauth_store *store, mtp_error *error) {
  leased_store *self = leased(store);
  return self ? tgauth_lease_remove(self->leases, &self->lease, error) : not_leased(error);
}

mtp_status tgauth_store_restore(tgauth_store *store, mtp_error *error) {
  leased_store *self = leased(store);
  mtp_session session;
  bool there = false;
  if (!self)
    return not_leased(error);
  mtp_session_init(&session, NULL);
  mtp_status status = get(self, TGAUTH_SLOT_LOST, &session, &there, error);
  if (status == MTP_OK && !there)
    status = tgauth_fail(error, MTP_ERR_STORE, "no session was set aside in account %s",
                         self->lease.account);
  if (status == MTP_OK)
    status = leased_save(store, &session, error);
  if (status == MTP_OK)
    status = leased_set_aside(store, NULL, error);
  mtp_session_free(&session);
  return status;
}

void tgauth_store_leave(tgauth_store *store) {
  if (leased(store))
    leased(store)->lease.is_leaving = true;
}

int64_t tgauth_store_give_back(tgauth_store *store) {
  leased_store *self = leased(store);
  return self ? tgauth_lease_give_back(self->leases, &self->lease) : 0;
}

void tgauth_store_on_free(tgauth_store *store, void (*told)(void *ctx), void *ctx) {
  leased_store *self = leased(store);
  if (!self)
    return;
  self->told = told;
  self->told_ctx = ctx;
}
