/* The accounts that are held: opened, at work, closed. */
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AGAIN_MS = 1000 };

void tgpool_tell(tgpool *pool, const char *name, tgpool_news news, const mtp_error *error) {
  if (pool->options.news)
    pool->options.news(pool->options.ctx, name, news, error);
}

/* ---- by name ---- */

static tgpool_account **slot_of(tgpool *pool, const char *name) {
  uint32_t hash = 2166136261U; /* FNV-1a */
  for (const char *c = name; *c; c++)
    hash = (hash ^ (uint8_t)*c) * 16777619U;
  return &pool->slots[hash % TGPOOL_SLOTS];
}

tgpool_account *tgpool_find(const tgpool *pool, const char *name) {
  tgpool_account *account = *slot_of((tgpool *)pool, name);
  while (account && strcmp(account->name, name) != 0)
    account = account->next;
  return account;
}

void tgpool_each(const tgpool *pool, void (*call)(tgpool_account *account, void *ctx), void *ctx) {
  for (size_t i = 0; i < TGPOOL_SLOTS; i++)
    for (tgpool_account *account = pool->slots[i], *next; account; account = next) {
      next = account->next;
      call(account, ctx);
    }
}

/* ---- opening ---- */

static void on_watch(void *ctx, int fd, short events) {
  tgpool_account *account = ctx;
  if (!tgpool_watch_fd(account->pool->watch, fd, events, account) && events)
    account->ending = true; /* no memory: later, perhaps */
}

static void on_wake(void *ctx, int timeout_ms) {
  tgpool_account *account = ctx;
  if (!tgpool_watch_timer(account->pool->watch, &account->timer, timeout_ms))
    account->ending = true;
}

static mtp_status open_client(tgpool_account *account, mtp_error *error) {
  tgauth_options options = account->pool->options.account;
  options.store = tgauth_leases_store(account->pool->leases, account->name);
  options.client.keep_updates = true;
  if (!options.store)
    return tgauth_table_fail(error, MTP_ERR_NOMEM, "out of memory");
  return tgauth_open(&options, &account->auth, error);
}

/* Its sockets are closed by now. */
static void give_back(void *ctx) {
  tgpool_account *account = ctx;
  account->left_ms = tgauth_store_give_back(tgauth_store_of(account->auth));
}

static mtp_status begin(tgpool_account *account, mtp_error *error) {
  const mtp_loop_hooks hooks = {on_watch, on_wake, account};
  mtp_client *client = tgauth_client(account->auth);
  if (!mtp_client_session(client)->signed_in)
    return tgauth_table_fail(error, MTP_ERR_KEY_LOST, "nobody is signed in");
  tgauth_store_on_free(tgauth_store_of(account->auth), give_back, account);
  if (mtp_client_set_hooks(client, &hooks) != MTP_OK ||
      !tgpool_watch_timer(account->pool->watch, &account->timer, 0))
    return tgauth_table_fail(error, MTP_ERR_NOMEM, "out of memory");
  return MTP_OK;
}

mtp_status tgpool_open(tgpool *pool, const char *name, mtp_error *error) {
  tgpool_account *account = calloc(1, sizeof *account);
  if (!account)
    return tgauth_table_fail(error, MTP_ERR_NOMEM, "out of memory");
  account->pool = pool;
  account->timer.owner = account;
  snprintf(account->name, sizeof account->name, "%s", name);
  mtp_status status = open_client(account, error);
  if (status == MTP_OK)
    status = begin(account, error);
  if (status != MTP_OK) {
    tgauth_discard(account->auth);
    (void)tgpool_watch_timer(pool->watch, &account->timer, -1);
    free(account);
    return status;
  }
  tgpool_account **slot = slot_of(pool, name);
  account->next = *slot;
  *slot = account;
  pool->counts.held++;
  pool->counts.claims++;
  tgpool_tell(pool, name, TGPOOL_CLAIMED, NULL);
  return MTP_OK;
}

/* ---- closing ---- */

static void tell_end(const tgpool_account *account) {
  mtp_error error;
  if (account->left_ms == 0) {
    tgpool_tell(account->pool, account->name, TGPOOL_CLOSED, NULL);
    return;
  }
  (void)tgauth_table_fail(&error, MTP_ERR_STORE, "the lease ends in %lld s",
                          (long long)(account->left_ms + 999) / 1000);
  tgpool_tell(account->pool, account->name, TGPOOL_LEFT, &error);
}

void tgpool_close(tgpool_account *account) {
  tgpool *pool = account->pool;
  tgpool_account **at = slot_of(pool, account->name);
  while (*at != account)
    at = &(*at)->next;
  *at = account->next;
  pool->counts.held--;
  if (account->unsaved || account->held)
    tgauth_discard(account->auth);
  else
    tgauth_close(account->auth);
  (void)tgpool_watch_timer(pool->watch, &account->timer, -1);
  tgpool_drop_held(account);
  if (!account->gone)
    tell_end(account);
  free(account);
}

static void end(tgpool_account *account, bool unsaved, int64_t shun_ms) {
  account->ending = true;
  account->unsaved = account->unsaved || unsaved;
  tgpool_shun(account->pool, account->name, shun_ms);
}

/* ---- at work ---- */

static void taken_over(tgpool_account *account, const mtp_error *error) {
  account->pool->counts.losses++;
  tgpool_tell(account->pool, account->name, TGPOOL_TAKEN_OVER, error);
  account->gone = true;
  end(account, true, 0);
}

static void login_lost(tgpool_account *account, const mtp_error *error) {
  account->pool->counts.keys_lost++;
  tgpool_tell(account->pool, account->name, TGPOOL_KEY_LOST, error);
  account->gone = true;
  end(account, false, tgpool_nobody_ms(account->pool));
}

static void take_event(tgpool_account *account, const mtp_event *event) {
  switch (event->type) {
  case MTP_EVENT_UPDATES:
    if (!tgpool_hand_over(account, event->updates))
      end(account, true, AGAIN_MS); /* as it was saved last: what was not taken comes again */
    break;
  case MTP_EVENT_CONNECTION:
    if (event->state != MTP_CONNECTION_READY)
      break;
    account->pool->counts.reconnects += account->connected;
    account->connected = true;
    break;
  case MTP_EVENT_SESSION:
    account->save = true;
    break;
  case MTP_EVENT_KEY_LOST:
    login_lost(account, &event->error);
    break;
  case MTP_EVENT_TAKEN_OVER:
    taken_over(account, &event->error);
    break;
  default:
    break;
  }
}

/* After all that came before was handed over: the session knows already what waits still. A
 * database that does not answer is asked again when it is back, and one that has given the account
 * to another process makes an event, which tells. */
static void save(tgpool_account *account) {
  mtp_error error;
  mtp_status status = tgauth_save(account->auth, &error);
  account->save = status != MTP_OK;
  bool taken = status == MTP_ERR_STORE && tgauth_lease_ms(account->auth) < 0;
  if (taken && !tgpool_watch_timer(account->pool->watch, &account->timer, 0))
    account->ending = true;
  if (status == MTP_OK || taken || (status == MTP_ERR_STORE && error.code == TGAUTH_DATABASE_AWAY))
    return;
  account->pool->counts.failures++;
  tgpool_tell(account->pool, account->name, TGPOOL_FAILED, &error);
}

/* A call may have been auth.logOut, whoever made it. */
static void look_for_user(tgpool_account *account) {
  mtp_error error;
  if (account->save || mtp_client_session(tgauth_client(account->auth))->signed_in)
    return;
  (void)tgauth_table_fail(&error, MTP_ERR_KEY_LOST, "it has been logged out by a call");
  login_lost(account, &error);
}

void tgpool_work(tgpool_account *account) {
  mtp_client *client = tgauth_client(account->auth);
  mtp_event event;
  if (account->ending)
    return;
  mtp_client_process(client, NULL, 0);
  if (!tgpool_hand_over_held(account))
    end(account, true, AGAIN_MS);
  while (!account->ending && mtp_client_next_event(client, &event))
    take_event(account, &event);
  if (account->save && !account->ending && !account->held) {
    save(account);
    look_for_user(account);
  }
}
