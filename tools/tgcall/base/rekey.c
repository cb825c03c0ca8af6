/* Another key for what is in a database, account by account, each under its lease. */
#include "database.h"
#include <stdio.h>
#include <string.h>

enum { PAGE = 64 };

typedef struct rekeying {
  tgauth_leases *leases;
  json_int_t done, failed;
} rekeying;

static void rekey(rekeying *r, const char *account) {
  mtp_error error = {.text = "out of memory"};
  tgauth_store *store = tgauth_leases_store(r->leases, account);
  bool ok = store && store->ops->lock(store, &error) == MTP_OK &&
            tgauth_store_rekey(store, &error) == MTP_OK;
  if (store)
    store->ops->free(store);
  r->done += ok;
  r->failed += !ok;
  if (!ok)
    usage_error("%s", error.text);
}

/* All of them, by pages. */
static mtp_status rekey_all(rekeying *r, mtp_error *error) {
  tgauth_listed page[PAGE];
  char after[TGAUTH_ACCOUNT_MAX + 1] = "";
  mtp_status status = MTP_OK;
  size_t count = PAGE;
  while (count == PAGE && status == MTP_OK) {
    status = tgauth_leases_list(r->leases, after, page, PAGE, &count, error);
    for (size_t i = 0; i < count && status == MTP_OK; i++) {
      rekey(r, page[i].account);
      memcpy(after, page[i].account, sizeof after);
    }
  }
  return status;
}

int rekey_sessions(const connection_args *args, const char *url) {
  char account[TGAUTH_ACCOUNT_MAX + 1];
  mtp_error error;
  rekeying r = {.done = 0};
  int status = session_leases(args, url, &r.leases, account);
  if (!r.leases)
    return status;
  if (*account)
    rekey(&r, account);
  else if (rekey_all(&r, &error) != MTP_OK)
    status = report_error(&error);
  tgauth_leases_free(r.leases);
  if (status != EXIT_OK)
    return status;
  status = print_report(json_pack("{s:I, s:I}", "encrypted", r.done, "failed", r.failed));
  return r.failed ? EXIT_LOCAL : status;
}
