/* The pool: its life and its turns. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

enum { END_MS = 5000, HELD_MS = 100 }; /* HELD: updates that wait are tried again so often */

void tgpool_options_init(tgpool_options *options) {
  memset(options, 0, sizeof *options);
  tgauth_options_init(&options->account);
}

static mtp_status check(const tgpool_options *options, mtp_error *error) {
  if (options->account.client.api_id <= 0 || !options->account.api_hash)
    return tgauth_table_fail(error, MTP_ERR_ARGUMENT, "api_id and api_hash are needed");
  return options->table ? MTP_OK : tgauth_table_fail(error, MTP_ERR_ARGUMENT, "a table is needed");
}

static void database_changed(void *ctx) {
  tgpool_watch_wake(((tgpool *)ctx)->watch);
}

static mtp_status make(const tgpool_options *options, tgpool **out, mtp_error *error) {
  tgpool *pool = calloc(1, sizeof *pool);
  if (!pool) {
    options->table->ops->free(options->table);
    return tgauth_table_fail(error, MTP_ERR_NOMEM, "out of memory");
  }
  pool->options = *options;
  pool->options.table = NULL;
  pool->next_ms = INT64_MAX;
  pool->counts.max = options->max;
  tgauth_lease_options lease = options->lease;
  lease.existing = true;
  pool->leases = tgauth_leases_new(options->table, &lease);
  pool->watch = tgpool_watch_new();
  *out = pool;
  if (pool->leases && pool->watch) {
    tgauth_leases_on_change(pool->leases, database_changed, pool);
    return MTP_OK;
  }
  tgpool_free(pool);
  *out = NULL;
  return tgauth_table_fail(error, MTP_ERR_NETWORK, "no memory, or no descriptor, for a loop");
}

mtp_status tgpool_new(const tgpool_options *options, tgpool **out, mtp_error *error) {
  *out = NULL;
  mtp_status status = check(options, error);
  if (status == MTP_OK)
    return make(options, out, error);
  if (options->table)
    options->table->ops->free(options->table);
  return status;
}

static void close_one(tgpool_account *account, void *ctx) {
  bool ending_only = ctx != NULL;
  if (!ending_only || account->ending)
    tgpool_close(account);
}

void tgpool_end(tgpool *pool) {
  if (pool->ended)
    return;
  pool->ended = true;
  pool->stopped = 1;
  tgauth_leases_limit(pool->leases, pool->options.end_ms ? pool->options.end_ms : END_MS);
  tgpool_each(pool, close_one, NULL);
}

void tgpool_free(tgpool *pool) {
  if (!pool)
    return;
  if (pool->leases)
    tgpool_end(pool);
  tgpool_shunned_free(pool);
  tgauth_leases_free(pool->leases);
  tgpool_watch_free(pool->watch);
  free(pool);
}

/* ---- turns ---- */

static void ready(void *owner) {
  tgpool_account *account = owner;
  if (account->running)
    return;
  account->running = true;
  account->run_next = account->pool->run;
  account->pool->run = account;
}

static void run_all(tgpool *pool) {
  bool ending = false;
  while (pool->run) {
    tgpool_account *account = pool->run;
    pool->run = account->run_next;
    account->running = false;
    tgpool_work(account);
    ending = ending || account->ending;
  }
  if (ending)
    tgpool_each(pool, close_one, pool);
}

static void run_one_held(tgpool_account *account, void *ctx) {
  (void)ctx;
  if (account->held)
    ready(account);
}

/* Those whose updates have waited, as soon as they can be handed over. */
static void run_held(tgpool *pool) {
  if (pool->counts.waiting && tgpool_is_ready(pool))
    tgpool_each(pool, run_one_held, NULL);
}

int tgpool_timeout(const tgpool *pool) {
  int timer = tgpool_watch_timeout(pool->watch);
  if (pool->counts.waiting && (timer < 0 || timer > HELD_MS))
    timer = HELD_MS;
  int64_t look = pool->look_at - tgpool_now();
  if (pool->options.max && pool->counts.held >= pool->options.max)
    return timer;
  look = look < 0 ? 0 : look > 60000 ? 60000 : look;
  return timer < 0 || look < timer ? (int)look : timer;
}

mtp_status tgpool_turn(tgpool *pool, int timeout_ms, mtp_error *error) {
  int wait = tgpool_timeout(pool);
  if (wait < 0 || (timeout_ms >= 0 && timeout_ms < wait))
    wait = timeout_ms;
  tgpool_watch_wait(pool->watch, pool->stopped ? 0 : wait, ready);
  /* those that are due now, not those that become so meanwhile */
  void *owner;
  for (uint64_t i = 0; i < pool->counts.held && (owner = tgpool_watch_due(pool->watch)); i++)
    ready(owner);
  run_held(pool);
  run_all(pool);
  if (!pool->stopped)
    tgpool_notice(pool);
  return pool->stopped ? MTP_OK : tgpool_look(pool, error);
}

mtp_status tgpool_run(tgpool *pool, mtp_error *error) {
  mtp_status status = MTP_OK;
  while (status == MTP_OK && !pool->stopped)
    status = tgpool_turn(pool, -1, error);
  return status;
}

int tgpool_fd(const tgpool *pool) {
  return tgpool_watch_descriptor(pool->watch);
}

void tgpool_stop(tgpool *pool) {
  pool->stopped = 1;
  tgpool_watch_wake(pool->watch);
}
