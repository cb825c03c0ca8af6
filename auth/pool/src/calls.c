/* Calls by accounts, and what has been counted. */
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

mtp_client *tgpool_client(tgpool *pool, const char *account) {
  tgpool_account *found = tgpool_find(pool, account);
  if (!found || found->ending || !tgpool_watch_timer(pool->watch, &found->timer, 0))
    return NULL;
  return tgauth_client(found->auth);
}

/* A call that is under way. */
typedef struct under_way {
  tgpool *pool;
  mtp_call_done done;
  void *ctx;
} under_way;

static void ended(void *ctx, const mtp_error *error, mtp_reply *reply) {
  under_way call = *(under_way *)ctx;
  free(ctx);
  call.pool->counts.calls_failed += error != NULL;
  call.done(call.ctx, error, reply);
}

mtp_status tgpool_call(tgpool *pool, const char *account, const tl_call *call,
                       const mtp_call_options *options, mtp_call_done done, void *ctx,
                       mtp_error *error) {
  mtp_client *client = tgpool_client(pool, account);
  if (!client)
    return tgauth_table_fail(error, MTP_ERR_STORE, "the account is not held here");
  under_way *way = malloc(sizeof *way);
  if (!way)
    return tgauth_table_fail(error, MTP_ERR_NOMEM, "out of memory");
  *way = (under_way){pool, done, ctx};
  mtp_status status = mtp_client_call(client, call, options, ended, way, NULL, error);
  if (status != MTP_OK)
    free(way);
  pool->counts.calls += status == MTP_OK;
  return status;
}

/* ---- counts ---- */

static void count_valid(tgpool_account *account, void *ctx) {
  *(uint64_t *)ctx += tgauth_lease_ms(account->auth) > 0;
}

void tgpool_count(const tgpool *pool, tgpool_counts *out) {
  *out = pool->counts;
  out->held = 0;
  tgpool_each(pool, count_valid, &out->held);
  tgauth_leases_count(pool->leases, &out->renewals, &out->renewals_failed);
}

static bool only_grows(const char *name) {
  static const char total[] = "_total";
  size_t size = strlen(name);
  return size >= sizeof total - 1 && strcmp(name + size - (sizeof total - 1), total) == 0;
}

static bool put_metric(tl_buffer *out, const tgpool_metric *metric) {
  char text[320];
  int n = snprintf(text, sizeof text, "# HELP tgpool_%s %s\n# TYPE tgpool_%s %s\ntgpool_%s %llu\n",
                   metric->name, metric->help, metric->name,
                   only_grows(metric->name) ? "counter" : "gauge", metric->name,
                   (unsigned long long)metric->value);
  return n > 0 && (size_t)n < sizeof text && tl_buffer_append(out, text, (size_t)n) == TL_OK;
}

mtp_status tgpool_metrics_write(tl_buffer *out, const tgpool_metric *metrics, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (!put_metric(out, &metrics[i]))
      return MTP_ERR_NOMEM;
  return MTP_OK;
}

mtp_status tgpool_metrics(const tgpool *pool, tl_buffer *out) {
  tgpool_counts c;
  tgpool_count(pool, &c);
  const tgpool_metric rows[] = {
      {"accounts_held", "Accounts that are held now, with a lease that is valid.", c.held},
      {"accounts_max", "Accounts that may be held; 0: no limit.", c.max},
      {"updates_waiting", "Containers of updates that cannot be handed over yet.", c.waiting},
      {"claims_total", "Accounts that were claimed.", c.claims},
      {"losses_total", "Accounts that another process took over.", c.losses},
      {"keys_lost_total", "Logins that have ended.", c.keys_lost},
      {"failures_total", "Times that the database went away, or an account in it failed.",
       c.failures},
      {"renewals_total", "Leases that were lengthened.", c.renewals},
      {"renewals_failed_total", "Leases that could not be lengthened.", c.renewals_failed},
      {"updates_total", "Containers of updates that were handed over.", c.updates},
      {"updates_refused_total", "Containers of updates that were not taken.", c.refused},
      {"calls_total", "Calls that were begun.", c.calls},
      {"calls_failed_total", "Calls that ended with an error.", c.calls_failed},
      {"reconnects_total", "Connections that came after the first.", c.reconnects}};
  return tgpool_metrics_write(out, rows, sizeof rows / sizeof *rows);
}
