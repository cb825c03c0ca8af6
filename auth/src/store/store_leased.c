/* A session in a database, under a lease that a thread of its own lengthens. The time of the lease
 * is counted from before it was asked for, by a clock that goes on while the machine sleeps, and
 * ends a tenth early for us: whatever the database's clock says, it has not ended there before. */
#include "../internal.h"
#include "key_ring.h"
#include "machine_clock.h"
#include "session_format.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tgauth/lease.h>
#include <time.h>
#include <tl/wiping.h>
#include <unistd.h>

enum { TTL_MS = 30000, LEAST_TTL_MS = 1000, GONE = -1, MAX_SESSION = 16 << 20 };

typedef struct leased_store {
  tgauth_store head;
  tgauth_table *table;
  char account[TGAUTH_ACCOUNT_MAX + 1], owner[TGAUTH_OWNER_MAX + 1];
  int64_t ttl_ms, fence;
  tgauth_ring ring;
  mtp_error trouble;     /* with the options; told by lock */
  _Atomic int64_t ends;  /* by our clock; GONE: another process has it */
  pthread_mutex_t mutex; /* around table ?, and stop */
  pthread_cond_t wake;
  pthread_t thread;
  bool threaded, stop;
} leased_store;

/* ---- the lease ---- */

static void held_since(leased_store *self, int64_t asked) {
  self->ends = asked + self->ttl_ms - self->ttl_ms / 10;
}

static void let_go(leased_store *self) {
  self->ends = GONE;
}

/* Another third of its time later; sooner when the database does not answer. */
static int64_t renew(leased_store *self) {
  mtp_error error;
  bool ours = true;
  int64_t asked = tgauth_machine_ms();
  mtp_status status =
      self->table->ops->renew(self->table, self->account, self->fence, self->ttl_ms, &ours, &error);
  if (status == MTP_OK && ours)
    held_since(self, asked);
  else if (status == MTP_OK)
    let_go(self);
  return status == MTP_OK ? self->ttl_ms / 3 : self->ttl_ms / 15;
}

static struct timespec after(int64_t ms) {
  struct timespec at = {0, 0};
  (void)clock_gettime(CLOCK_MONOTONIC, &at);
  at.tv_sec += (time_t)(ms / 1000);
  at.tv_nsec += (long)(ms % 1000) * 1000000;
  if (at.tv_nsec >= 1000000000) {
    at.tv_sec++;
    at.tv_nsec -= 1000000000;
  }
  return at;
}

static void *keep(void *ctx) {
  leased_store *self = ctx;
  int64_t wait = self->ttl_ms / 3;
  (void)pthread_mutex_lock(&self->mutex);
  while (!self->stop && self->ends != GONE) {
    struct timespec until = after(wait);
    int woken = 0;
    while (!self->stop && woken == 0)
      woken = pthread_cond_timedwait(&self->wake, &self->mutex, &until);
    if (!self->stop)
      wait = renew(self);
  }
  (void)pthread_mutex_unlock(&self->mutex);
  return NULL;
}

static int64_t leased_left(tgauth_store *store) {
  leased_store *self = (leased_store *)store;
  int64_t ends = self->ends;
  if (ends == GONE)
    return -1;
  int64_t left = ends - tgauth_machine_ms();
  return left > 0 ? left : 0;
}

/* ---- lock ---- */

static mtp_status taken(const leased_store *self, const tgauth_holder *holder, mtp_error *error) {
  return tgauth_fail(error, MTP_ERR_STORE, "account %s is in use by %s for %lld more seconds",
                     self->account, holder->owner, (long long)(holder->left_ms + 999) / 1000);
}

static mtp_status leased_lock(tgauth_store *store, mtp_error *error) {
  leased_store *self = (leased_store *)store;
  tgauth_holder holder = {0};
  if (self->trouble.status != MTP_OK) {
    *error = self->trouble;
    return error->status;
  }
  int64_t asked = tgauth_machine_ms();
  mtp_status status = self->table->ops->claim(self->table, self->account, self->owner, self->ttl_ms,
                                              &holder, error);
  if (status != MTP_OK)
    return status;
  if (!holder.fence)
    return taken(self, &holder, error);
  self->fence = holder.fence;
  held_since(self, asked);
  self->threaded = pthread_create(&self->thread, NULL, keep, self) == 0;
  return self->threaded ? MTP_OK : tgauth_fail(error, MTP_ERR_NOMEM, "no thread can be made");
}

/* ---- load and save ---- */

/* What the bytes of a slot are bound to. */
static void name_of(const leased_store *self, tgauth_slot slot, char out[TGAUTH_ACCOUNT_MAX + 8]) {
  snprintf(out, TGAUTH_ACCOUNT_MAX + 8, "%s%s", self->account,
           slot == TGAUTH_SLOT_LOST ? "\nlost" : "");
}

static mtp_status write_slot(leased_store *self, tgauth_slot slot, tl_bytes data,
                             mtp_error *error) {
  bool ours = true;
  (void)pthread_mutex_lock(&self->mutex);
  mtp_status status =
      self->table->ops->save(self->table, self->account, self->fence, slot, data, &ours, error);
  if (status == MTP_OK && !ours)
    let_go(self);
  (void)pthread_mutex_unlock(&self->mutex);
  return status == MTP_OK && !ours
             ? tgauth_fail(error, MTP_ERR_STORE,
                           "another process has taken account %s over: nothing was saved",
                           self->account)
             : status;
}

static mtp_status put(leased_store *self, tgauth_slot slot, const mtp_session *session,
                      mtp_error *error) {
  tl_allocator wiping = tl_wiping(NULL);
  tl_buffer plain, sealed;
  char name[TGAUTH_ACCOUNT_MAX + 8];
  name_of(self, slot, name);
  tl_buffer_init(&plain, &wiping, MAX_SESSION);
  tl_buffer_init(&sealed, &wiping, MAX_SESSION);
  mtp_status status = tgauth_session_encode(session, &plain, error);
  if (status == MTP_OK)
    status =
        tgauth_ring_seal(&self->ring, name, tl_bytes_of(plain.data, plain.size), &sealed, error);
  if (status == MTP_OK)
    status = write_slot(self, slot, tl_bytes_of(sealed.data, sealed.size), error);
  tl_buffer_free(&sealed);
  tl_buffer_free(&plain);
  return status;
}

static mtp_status leased_load(tgauth_store *store, mtp_session *session, mtp_error *error) {
  leased_store *self = (leased_store *)store;
  tl_allocator wiping = tl_wiping(NULL);
  tl_buffer sealed, plain;
  char name[TGAUTH_ACCOUNT_MAX + 8];
  name_of(self, TGAUTH_SLOT_SESSION, name);
  tl_buffer_init(&sealed, &wiping, MAX_SESSION);
  tl_buffer_init(&plain, &wiping, MAX_SESSION);
  (void)pthread_mutex_lock(&self->mutex);
  mtp_status status =
      self->table->ops->load(self->table, self->account, TGAUTH_SLOT_SESSION, &sealed, error);
  (void)pthread_mutex_unlock(&self->mutex);
  if (status == MTP_OK && sealed.size) {
    status =
        tgauth_ring_open(&self->ring, name, tl_bytes_of(sealed.data, sealed.size), &plain, error);
    if (status == MTP_OK)
      status = tgauth_session_decode(session, plain.data, plain.size, NULL, error);
    if (status == MTP_OK &&
        !tgauth_ring_is_first(&self->ring, tl_bytes_of(sealed.data, sealed.size)))
      status = put(self, TGAUTH_SLOT_SESSION, session, error); /* the keys were changed */
  }
  tl_buffer_free(&plain);
  tl_buffer_free(&sealed);
  return status;
}

static mtp_status leased_save(tgauth_store *store, const mtp_session *session, mtp_error *error) {
  return put((leased_store *)store, TGAUTH_SLOT_SESSION, session, error);
}

static mtp_status leased_set_aside(tgauth_store *store, const mtp_session *session,
                                   mtp_error *error) {
  leased_store *self = (leased_store *)store;
  return session ? put(self, TGAUTH_SLOT_LOST, session, error)
                 : write_slot(self, TGAUTH_SLOT_LOST, tl_bytes_of(NULL, 0), error);
}

/* ---- life ---- */

static void stop_thread(leased_store *self) {
  (void)pthread_mutex_lock(&self->mutex);
  self->stop = true;
  (void)pthread_cond_signal(&self->wake);
  (void)pthread_mutex_unlock(&self->mutex);
  if (self->threaded)
    (void)pthread_join(self->thread, NULL);
}

static void leased_free(tgauth_store *store) {
  leased_store *self = (leased_store *)store;
  mtp_error error;
  stop_thread(self);
  if (self->fence && self->ends != GONE) /* if it cannot be told, it runs out */
    (void)!self->table->ops->release(self->table, self->account, self->fence, &error);
  self->table->ops->free(self->table);
  (void)pthread_cond_destroy(&self->wake);
  (void)pthread_mutex_destroy(&self->mutex);
  tgauth_ring_wipe(&self->ring);
  free(self);
}

static const tgauth_store_ops leased_ops = {leased_lock, leased_load,      leased_save,
                                            leased_free, leased_set_aside, leased_left};

static mtp_status read_text(const char *path, tl_buffer *out, mtp_error *error) {
  FILE *file = fopen(path, "re");
  if (!file)
    return tgauth_fail_errno(error, "open", path);
  size_t n = 1;
  uint8_t *at = NULL;
  while (n && (at = tl_buffer_extend(out, 512))) {
    n = fread(at, 1, 512, file);
    out->size -= 512 - n;
  }
  bool failed = ferror(file) != 0;
  (void)fclose(file);
  if (failed)
    return tgauth_fail_errno(error, "read", path);
  if (!at || !(at = tl_buffer_extend(out, 1)))
    return tgauth_fail(error, MTP_ERR_ARGUMENT, "%s is too large for a file of keys", path);
  *at = 0;
  return MTP_OK;
}

static mtp_status read_keys(leased_store *self, const tgauth_lease_options *options) {
  mtp_error *error = &self->trouble;
  if (options->keys)
    return tgauth_ring_read(&self->ring, options->keys, error);
  if (options->key_file && strlen(options->key_file) == 2 * (size_t)TGAUTH_RING_KEY &&
      !options->key_file[strspn(options->key_file, "0123456789abcdefABCDEF")])
    return tgauth_fail(error, MTP_ERR_ARGUMENT,
                       "a session key stands where the name of its file should");
  if (!options->key_file)
    return tgauth_fail(error, MTP_ERR_ARGUMENT,
                       "a session in a database needs a key: a file with 64 hexadecimal digits");
  tl_allocator wiping = tl_wiping(NULL);
  tl_buffer text;
  tl_buffer_init(&text, &wiping, 1 << 16);
  mtp_status status = read_text(options->key_file, &text, error);
  if (status == MTP_OK)
    status = tgauth_ring_read(&self->ring, (const char *)text.data, error);
  tl_buffer_free(&text);
  return status;
}

static void read_options(leased_store *self, const tgauth_lease_options *options) {
  mtp_error *error = &self->trouble;
  size_t n = options->account ? strlen(options->account) : 0;
  self->ttl_ms = options->ttl_ms ? options->ttl_ms : TTL_MS;
  if (n == 0 || n > TGAUTH_ACCOUNT_MAX)
    error->status = tgauth_fail(error, MTP_ERR_ARGUMENT, "an account's name has 1 to %d bytes",
                                TGAUTH_ACCOUNT_MAX);
  else if (self->ttl_ms < LEAST_TTL_MS)
    error->status =
        tgauth_fail(error, MTP_ERR_ARGUMENT, "a lease lasts at least %d ms", LEAST_TTL_MS);
  else
    error->status = read_keys(self, options);
  if (error->status != MTP_OK)
    return;
  memcpy(self->account, options->account, n + 1);
  char host[64] = "?";
  (void)gethostname(host, sizeof host - 1);
  if (options->owner && *options->owner)
    snprintf(self->owner, sizeof self->owner, "%s", options->owner);
  else
    snprintf(self->owner, sizeof self->owner, "%s, process %ld", host, (long)getpid());
}

static bool prepare_threads(leased_store *self) {
  pthread_condattr_t attributes;
  if (pthread_mutex_init(&self->mutex, NULL) != 0)
    return false;
  bool ok = pthread_condattr_init(&attributes) == 0;
  if (ok) {
    ok = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
         pthread_cond_init(&self->wake, &attributes) == 0;
    (void)pthread_condattr_destroy(&attributes);
  }
  if (!ok)
    (void)pthread_mutex_destroy(&self->mutex);
  return ok;
}

tgauth_store *tgauth_store_leased(tgauth_table *table, const tgauth_lease_options *options) {
  leased_store *self = table ? calloc(1, sizeof *self) : NULL;
  if (!self || !prepare_threads(self)) {
    free(self);
    if (table)
      table->ops->free(table);
    return NULL;
  }
  self->head.ops = &leased_ops;
  self->table = table;
  read_options(self, options);
  return &self->head;
}

int64_t tgauth_store_fence(const tgauth_store *store) {
  return store->ops == &leased_ops ? ((const leased_store *)store)->fence : 0;
}
