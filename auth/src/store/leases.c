/* The leases of one process on accounts of one database, which one thread lengthens. The time of a
 * lease is counted from before it was asked for, by a clock that goes on while the machine sleeps,
 * and ends a tenth early for us: whatever the database's clock says, it has not ended there before.
 */
#include "leases.h"
#include "../internal.h"
#include "machine_clock.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BATCH = 256 };

/* ---- asking the database ---- */

/* How long it is left alone at the most: where leases have to be lengthened there is time to try
 * twice before the third of their time is over. */
static int64_t cap_of(const tgauth_leases *self) {
  return self->held ? self->ttl_ms / 6 : self->ttl_ms;
}

/* While there are leases their thread is the one that asks whether the database is back, so that
 * nobody else waits for an answer that does not come. */
static bool is_refused(tgauth_leases *self, mtp_error *error) {
  return tgauth_outage_refuses(&self->outage, self->held ? self->ttl_ms / 6 : 0, error);
}

/* Begins a question: the mutex is held then. STORE, and it is not, while the database is away; also
 * when that was found out by whom this one has waited for. */
static mtp_status enter(tgauth_leases *self, mtp_error *error) {
  if (is_refused(self, error))
    return MTP_ERR_STORE;
  (void)pthread_mutex_lock(&self->mutex);
  if (!is_refused(self, error))
    return MTP_OK;
  (void)pthread_mutex_unlock(&self->mutex);
  return MTP_ERR_STORE;
}

/* What has come of a question; the mutex is held. */
static mtp_status answered(tgauth_leases *self, mtp_status status, mtp_error *error) {
  bool was_away = tgauth_outage_left(&self->outage, NULL) >= 0;
  if (status == MTP_ERR_STORE) {
    if (error->code != TGAUTH_NO_ACCOUNT)
      error->code = TGAUTH_DATABASE_AWAY;
    tgauth_outage_failed(&self->outage, error, cap_of(self));
    self->hurry = self->hurry || !was_away;
  } else if (status == MTP_OK) {
    tgauth_outage_answered(&self->outage);
    self->hurry = self->hurry || was_away;
  }
  if (self->hurry)
    (void)pthread_cond_signal(&self->wake);
  return status;
}

static mtp_status leave(tgauth_leases *self, mtp_status status, mtp_error *error) {
  status = answered(self, status, error);
  (void)pthread_mutex_unlock(&self->mutex);
  return status;
}

/* ---- lengthening ---- */

static void held_since(const tgauth_leases *self, tgauth_lease *lease, int64_t asked) {
  lease->ends = asked + self->ttl_ms - self->ttl_ms / 10;
}

static mtp_status renew_each(const tgauth_leases *self, tgauth_renewal *list, size_t count,
                             mtp_error *error) {
  mtp_status status = MTP_OK;
  for (size_t i = 0; i < count && status == MTP_OK; i++)
    status = self->table->ops->renew(self->table, list[i].account, list[i].fence, self->ttl_ms,
                                     &list[i].ours, error);
  return status;
}

static mtp_status renew_list(const tgauth_leases *self, tgauth_renewal *list, size_t count,
                             mtp_error *error) {
  const tgauth_table_ops *ops = self->table->ops;
  return ops->renew_all ? ops->renew_all(self->table, list, count, self->ttl_ms, error)
                        : renew_each(self, list, count, error);
}

/* Those that have not had their turn in this round, at most as many as there is room for. */
static size_t pick(const tgauth_leases *self, tgauth_lease **out) {
  size_t count = 0;
  for (tgauth_lease *lease = self->first; lease && count < BATCH; lease = lease->next)
    if (lease->ends != TGAUTH_LEASE_GONE && lease->round != self->round)
      out[count++] = lease;
  return count;
}

/* *count of them; 0: all have had their turn. */
static mtp_status renew_some(tgauth_leases *self, size_t *count) {
  mtp_error error;
  tgauth_lease *leases[BATCH];
  tgauth_renewal list[BATCH];
  *count = pick(self, leases);
  for (size_t i = 0; i < *count; i++)
    list[i] = (tgauth_renewal){.account = leases[i]->account, .fence = leases[i]->fence};
  if (*count && tgauth_outage_refuses(&self->outage, 0, &error))
    return MTP_ERR_STORE;
  int64_t asked = tgauth_machine_ms();
  mtp_status status =
      *count ? answered(self, renew_list(self, list, *count, &error), &error) : MTP_OK;
  for (size_t i = 0; i < *count && status == MTP_OK; i++) {
    leases[i]->round = self->round;
    if (list[i].ours)
      held_since(self, leases[i], asked);
    else
      leases[i]->ends = TGAUTH_LEASE_GONE;
  }
  *(status == MTP_OK ? &self->renewed : &self->failed) += *count;
  return status;
}

/* Others have their turn between two batches. Returns when the next round is due: another third of
 * the time later; sooner when the database does not answer. */
static int64_t next_round(tgauth_leases *self, mtp_status status) {
  int64_t left = status == MTP_OK ? -1 : tgauth_outage_left(&self->outage, NULL);
  return left < 0 || left > self->ttl_ms / 3 ? self->ttl_ms / 3 : left + 1;
}

static int64_t renew_all(tgauth_leases *self) {
  size_t count = 1;
  mtp_status status = MTP_OK;
  self->round++;
  while (status == MTP_OK && count > 0 && !self->stop) {
    status = renew_some(self, &count);
    (void)pthread_mutex_unlock(&self->mutex);
    (void)pthread_mutex_lock(&self->mutex);
  }
  return next_round(self, status);
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
  tgauth_leases *self = ctx;
  int64_t wait = self->ttl_ms / 3;
  (void)pthread_mutex_lock(&self->mutex);
  while (!self->stop) {
    struct timespec until = after(wait);
    int woken = 0;
    while (!self->stop && !self->hurry && woken == 0)
      woken = pthread_cond_timedwait(&self->wake, &self->mutex, &until);
    self->hurry = false;
    if (!self->stop)
      wait = renew_all(self);
  }
  (void)pthread_mutex_unlock(&self->mutex);
  return NULL;
}

/* The thread takes no signals: they are for the program's own threads. */
static bool start_thread(tgauth_leases *self) {
  sigset_t all, before;
  sigfillset(&all);
  if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0)
    return false;
  self->threaded = pthread_create(&self->thread, NULL, keep, self) == 0;
  (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
  return self->threaded;
}

/* ---- one lease ---- */

static mtp_status taken(const tgauth_lease *lease, const tgauth_holder *holder, mtp_error *error) {
  mtp_status status =
      tgauth_fail(error, MTP_ERR_STORE, "account %s is in use by %s for %lld more seconds",
                  lease->account, holder->owner, (long long)(holder->left_ms + 999) / 1000);
  if (error)
    error->code = TGAUTH_LEASE_TAKEN;
  return status;
}

static mtp_status not_there(const tgauth_lease *lease, mtp_error *error) {
  mtp_status status =
      tgauth_fail(error, MTP_ERR_STORE, "there is no account %s in the database", lease->account);
  if (error)
    error->code = TGAUTH_NO_ACCOUNT;
  return status;
}

static mtp_status hold(tgauth_leases *self, tgauth_lease *lease, const tgauth_holder *holder,
                       int64_t asked, mtp_error *error) {
  if (!holder->fence)
    return *holder->owner ? taken(lease, holder, error) : not_there(lease, error);
  lease->fence = holder->fence;
  lease->round = self->round;
  held_since(self, lease, asked);
  lease->next = self->first;
  self->first = lease;
  self->held++;
  return self->threaded || start_thread(self)
             ? MTP_OK
             : tgauth_fail(error, MTP_ERR_NOMEM, "no thread can be made");
}

mtp_status tgauth_lease_take(tgauth_leases *self, tgauth_lease *lease, mtp_error *error) {
  if (self->trouble.status != MTP_OK) {
    *error = self->trouble;
    return error->status;
  }
  mtp_status status = enter(self, error);
  if (status != MTP_OK)
    return status;
  tgauth_holder holder = {0};
  int64_t asked = tgauth_machine_ms();
  status = answered(self,
                    self->table->ops->claim(self->table, lease->account, self->owner, self->ttl_ms,
                                            !self->existing, &holder, error),
                    error);
  if (status == MTP_OK)
    status = hold(self, lease, &holder, asked, error);
  (void)pthread_mutex_unlock(&self->mutex);
  return status;
}

int64_t tgauth_lease_left(const tgauth_lease *lease) {
  int64_t ends = lease->ends;
  if (ends == TGAUTH_LEASE_GONE || lease->is_leaving)
    return -1;
  int64_t left = ends - tgauth_machine_ms();
  return left > 0 ? left : 0;
}

/* What a change has led to. */
static mtp_status settled(tgauth_lease *lease, mtp_status status, bool ours, mtp_error *error) {
  if (status != MTP_OK || ours)
    return status;
  lease->ends = TGAUTH_LEASE_GONE;
  return tgauth_fail(error, MTP_ERR_STORE,
                     "another process has taken account %s over: nothing was written",
                     lease->account);
}

mtp_status tgauth_lease_write(tgauth_leases *self, tgauth_lease *lease, tgauth_slot slot,
                              tl_bytes data, mtp_error *error) {
  bool ours = true;
  mtp_error local;
  error = error ? error : &local;
  mtp_status status = enter(self, error);
  if (status != MTP_OK)
    return status;
  status =
      self->table->ops->save(self->table, lease->account, lease->fence, slot, data, &ours, error);
  return settled(lease, leave(self, status, error), ours, error);
}

mtp_status tgauth_lease_read(tgauth_leases *self, const tgauth_lease *lease, tgauth_slot slot,
                             tl_buffer *out, mtp_error *error) {
  mtp_error local;
  error = error ? error : &local;
  mtp_status status = enter(self, error);
  if (status != MTP_OK)
    return status;
  return leave(self, self->table->ops->load(self->table, lease->account, slot, out, error), error);
}

static mtp_status no_rows(mtp_error *error) {
  return tgauth_fail(error, MTP_ERR_STORE, "the database keeps no rows beside a session");
}

/* Whom rows are given to; what fails there is nothing of the database's. */
typedef struct guarded {
  tgauth_table_row_each each;
  void *ctx;
  mtp_status status;
} guarded;

static mtp_status give_row(void *ctx, const tgauth_table_row *row, mtp_error *error) {
  guarded *to = ctx;
  return to->status = to->each(to->ctx, row, error);
}

mtp_status tgauth_lease_read_rows(tgauth_leases *self, const tgauth_lease *lease,
                                  const char *prefix, tgauth_table_row_each each, void *ctx,
                                  mtp_error *error) {
  const tgauth_table_ops *ops = self->table->ops;
  if (!ops->load_rows)
    return no_rows(error);
  mtp_error local;
  error = error ? error : &local;
  guarded to = {each, ctx, MTP_OK};
  mtp_status status = enter(self, error);
  if (status != MTP_OK)
    return status;
  status = ops->load_rows(self->table, lease->account, prefix, give_row, &to, error);
  status = leave(self, to.status == MTP_OK ? status : MTP_OK, error);
  return to.status == MTP_OK ? status : to.status;
}

mtp_status tgauth_lease_write_rows(tgauth_leases *self, tgauth_lease *lease,
                                   const tgauth_table_row *rows, size_t count, mtp_error *error) {
  const tgauth_table_ops *ops = self->table->ops;
  bool ours = true;
  if (!ops->save_rows)
    return no_rows(error);
  mtp_error local;
  error = error ? error : &local;
  mtp_status status = enter(self, error);
  if (status != MTP_OK)
    return status;
  status = ops->save_rows(self->table, lease->account, lease->fence, rows, count, &ours, error);
  return settled(lease, leave(self, status, error), ours, error);
}

mtp_status tgauth_lease_remove(tgauth_leases *self, tgauth_lease *lease, mtp_error *error) {
  const tgauth_table_ops *ops = self->table->ops;
  bool ours = true;
  if (!ops->remove)
    return tgauth_fail(error, MTP_ERR_STORE, "nothing can be removed from that database");
  mtp_status status = enter(self, error);
  if (status != MTP_OK)
    return status;
  status = ops->remove(self->table, lease->account, lease->fence, &ours, error);
  status = settled(lease, leave(self, status, error), ours, error);
  if (status == MTP_OK)
    lease->ends = TGAUTH_LEASE_GONE;
  return status;
}

/* The mutex is held. Of the time by the database's clock, which is longer than what we count on. */
static int64_t release(tgauth_leases *self, const tgauth_lease *lease) {
  mtp_error error;
  if (lease->ends == TGAUTH_LEASE_GONE)
    return 0;
  if (!is_refused(self, &error) &&
      answered(self, self->table->ops->release(self->table, lease->account, lease->fence, &error),
               &error) == MTP_OK)
    return 0;
  int64_t left = lease->ends + self->ttl_ms / 10 - tgauth_machine_ms();
  return left > 0 ? left : 0;
}

int64_t tgauth_lease_give_back(tgauth_leases *self, tgauth_lease *lease) {
  int64_t left = 0;
  lease->is_leaving = true;
  (void)pthread_mutex_lock(&self->mutex);
  tgauth_lease **at = &self->first;
  while (*at && *at != lease)
    at = &(*at)->next;
  if (*at) {
    *at = lease->next;
    self->held--;
    left = release(self, lease);
  }
  (void)pthread_mutex_unlock(&self->mutex);
  return left;
}

/* ---- life ---- */

static bool prepare_threads(tgauth_leases *self) {
  pthread_condattr_t attributes;
  if (!tgauth_outage_begin(&self->outage))
    return false;
  if (pthread_mutex_init(&self->mutex, NULL) != 0) {
    tgauth_outage_end(&self->outage);
    return false;
  }
  bool ok = pthread_condattr_init(&attributes) == 0;
  if (ok) {
    ok = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
         pthread_cond_init(&self->wake, &attributes) == 0;
    (void)pthread_condattr_destroy(&attributes);
  }
  if (!ok) {
    (void)pthread_mutex_destroy(&self->mutex);
    tgauth_outage_end(&self->outage);
  }
  return ok;
}

tgauth_leases *tgauth_leases_new(tgauth_table *table, const tgauth_lease_options *options) {
  tgauth_leases *self = table ? calloc(1, sizeof *self) : NULL;
  if (!self || !prepare_threads(self)) {
    free(self);
    if (table)
      table->ops->free(table);
    return NULL;
  }
  self->table = table;
  self->owners = 1;
  tgauth_leases_options(self, options);
  return self;
}

void tgauth_leases_hold(tgauth_leases *self) {
  (void)pthread_mutex_lock(&self->mutex);
  self->owners++;
  (void)pthread_mutex_unlock(&self->mutex);
}

void tgauth_leases_free(tgauth_leases *self) {
  if (!self)
    return;
  (void)pthread_mutex_lock(&self->mutex);
  self->stop = --self->owners == 0;
  bool last = self->stop;
  (void)pthread_cond_signal(&self->wake);
  (void)pthread_mutex_unlock(&self->mutex);
  if (!last)
    return;
  if (self->threaded)
    (void)pthread_join(self->thread, NULL);
  self->table->ops->free(self->table);
  (void)pthread_cond_destroy(&self->wake);
  (void)pthread_mutex_destroy(&self->mutex);
  tgauth_outage_end(&self->outage);
  tgauth_ring_wipe(&self->ring);
  free(self);
}

mtp_status tgauth_leases_list(tgauth_leases *self, const char *after, tgauth_listed *out,
                              size_t room, size_t *count, mtp_error *error) {
  *count = 0;
  if (self->trouble.status != MTP_OK) {
    *error = self->trouble;
    return error->status;
  }
  mtp_status status = enter(self, error);
  if (status != MTP_OK)
    return status;
  return leave(self, self->table->ops->list(self->table, after, out, room, count, error), error);
}

int64_t tgauth_leases_away(tgauth_leases *self, mtp_error *why) {
  return tgauth_outage_left(&self->outage, why);
}

void tgauth_leases_on_change(tgauth_leases *self, void (*told)(void *ctx), void *ctx) {
  self->outage.ctx = ctx;
  self->outage.told = told;
}

void tgauth_leases_limit(tgauth_leases *self, int64_t ms) {
  tgauth_outage_limit(&self->outage, ms);
}

void tgauth_leases_count(const tgauth_leases *self, uint64_t *renewed, uint64_t *failed) {
  *renewed = self->renewed;
  *failed = self->failed;
}
