/* What has been counted, and how it is told. */
#include "internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

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

static bool put_text(tl_buffer *out, const char *text) {
  return tl_buffer_append(out, text, strlen(text)) == TL_OK;
}

/* # WORD tgpool_NAME VALUE, or without WORD for the number itself. */
static bool put_line(tl_buffer *out, const char *word, const char *name, const char *value) {
  return put_text(out, word) && put_text(out, "tgpool_") && put_text(out, name) &&
         put_text(out, " ") && put_text(out, value) && put_text(out, "\n");
}

static bool put_metric(tl_buffer *out, const tgpool_metric *metric) {
  char number[24];
  (void)snprintf(number, sizeof number, "%" PRIu64, metric->value);
  return put_line(out, "# HELP ", metric->name, metric->help) &&
         put_line(out, "# TYPE ", metric->name, only_grows(metric->name) ? "counter" : "gauge") &&
         put_line(out, "", metric->name, number);
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
