/* Which accounts to claim: those of the database that nobody has, a page at a time. */
#include "internal.h"

#include <stdio.h>

enum { PAGE = 64, TTL_MS = 30000, SOON_MS = 20, FAILED_MS = 5000, NOT_READY_MS = 200 };

static bool is_away(const mtp_error *error) {
  return error->status == MTP_ERR_STORE && error->code == TGAUTH_DATABASE_AWAY;
}

/* Somebody was quicker, or has removed it, or the database is told as a whole. */
static bool is_no_news(const mtp_error *error) {
  return error->status == MTP_ERR_STORE &&
         (error->code == TGAUTH_LEASE_TAKEN || error->code == TGAUTH_NO_ACCOUNT || is_away(error));
}

static void failed(tgpool *pool, const char *name, const mtp_error *error) {
  if (is_no_news(error))
    return;
  bool nobody = error->status == MTP_ERR_KEY_LOST || error->code == TGAUTH_NO_SESSION;
  pool->counts.failures++;
  tgpool_tell(pool, name, TGPOOL_FAILED, error);
  tgpool_shun(pool, name, nobody ? tgpool_nobody_ms(pool) : FAILED_MS);
}

static bool has_room(const tgpool *pool) {
  return !pool->options.max || pool->counts.held < pool->options.max;
}

/* Those of a page, as long as the database answers; *next_ms becomes the time when the first of the
 * others' leases ends, if that is sooner. */
static void claim_page(tgpool *pool, const tgauth_listed *list, size_t count, int64_t *next_ms) {
  mtp_error error = {.status = MTP_OK};
  for (size_t i = 0; i < count && has_room(pool) && !is_away(&error); i++) {
    const tgauth_listed *one = &list[i];
    if (tgpool_find(pool, one->account))
      continue;
    if (one->left_ms > 0)
      *next_ms = one->left_ms + SOON_MS < *next_ms ? one->left_ms + SOON_MS : *next_ms;
    else if (!tgpool_is_shunned(pool, one->account) &&
             tgpool_open(pool, one->account, &error) != MTP_OK)
      failed(pool, one->account, &error);
  }
}

static int64_t look_ms(const tgpool *pool) {
  int64_t ttl = pool->options.lease.ttl_ms ? pool->options.lease.ttl_ms : TTL_MS;
  return pool->options.look_ms ? pool->options.look_ms : ttl / 4;
}

/* ---- the database ---- */

static void wake_unsaved(tgpool_account *account, void *ctx) {
  (void)ctx;
  if (account->save && !tgpool_watch_timer(account->pool->watch, &account->timer, 0))
    account->ending = true;
}

void tgpool_notice(tgpool *pool) {
  mtp_error why;
  bool away = tgauth_leases_away(pool->leases, &why) >= 0;
  if (away == pool->away)
    return;
  pool->away = away;
  pool->counts.failures += away;
  tgpool_tell(pool, "", away ? TGPOOL_DATABASE_GONE : TGPOOL_DATABASE_BACK, away ? &why : NULL);
  if (away)
    return;
  pool->look_at = tgpool_now();
  tgpool_each(pool, wake_unsaved, NULL);
}

/* The next page, or the next look from the beginning. */
static void plan(tgpool *pool, bool more, const char *last, int64_t next) {
  int64_t now = tgpool_now(), away = tgauth_leases_away(pool->leases, NULL);
  snprintf(pool->after, sizeof pool->after, "%s", more ? last : "");
  pool->next_ms = next < pool->next_ms ? next : pool->next_ms;
  pool->look_at = more ? now : now + pool->next_ms;
  if (away >= 0) /* it may be us who have to ask for it */
    pool->look_at = now + away + SOON_MS;
  if (!more)
    pool->next_ms = INT64_MAX;
}

mtp_status tgpool_look(tgpool *pool, mtp_error *error) {
  tgauth_listed list[PAGE];
  size_t count = 0;
  int64_t next = look_ms(pool);
  if (tgpool_now() < pool->look_at || !has_room(pool))
    return MTP_OK;
  if (!tgpool_is_ready(pool)) {
    pool->look_at = tgpool_now() + NOT_READY_MS;
    return MTP_OK;
  }
  mtp_status status = tgauth_leases_list(pool->leases, pool->after, list, PAGE, &count, error);
  if (status == MTP_OK)
    claim_page(pool, list, count, &next);
  bool more = status == MTP_OK && count == PAGE && has_room(pool);
  plan(pool, more, more ? list[PAGE - 1].account : "", next);
  tgpool_notice(pool);
  return status == MTP_ERR_ARGUMENT ? status : MTP_OK;
}
