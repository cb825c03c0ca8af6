/* Another key for what is in a database, account by account, each under its lease. */
#include "database.h"
#include <stdio.h>
#include <string.h>

enum { PAGE = 64 };

typedef struct rekeying {
  tgauth_leases *leases;
  json_int_t done, failed;
} rekeying;

static mtp_status rekey(rekeying *r, const char *account, mtp_error *error) {
  tgauth_store *store = tgauth_leases_store(r->leases, account);
  mtp_status status = store ? store->ops->lock(store, error) : MTP_ERR_NOMEM;
  if (status == MTP_OK)
    status = tgauth_store_rekey(store, error);
  if (store)
    store->ops->free(store);
  r->done += status == MTP_OK;
  r->failed += status != MTP_OK;
  if (status != MTP_OK)
    usage_error("%s", store ? error->text : "out of memory");
  return status;
}

/* All of them, by pages; one that fails does not end it. */
static mtp_status rekey_all(rekeying *r, mtp_error *error) {
  tgauth_listed page[PAGE];
  char after[TGAUTH_ACCOUNT_MAX + 1] = "";
  mtp_status status = MTP_OK;
  mtp_error one;
  size_t count = PAGE;
  while (count == PAGE && status == MTP_OK) {
    status = tgauth_leases_list(r->leases, after, page, PAGE, &count, error);
    for (size_t i = 0; i < count && status == MTP_OK; i++) {
      (void)rekey(r, page[i].account, &one);
      memcpy(after, page[i].account, sizeof after);
    }
  }
  return status;
}

/* That nothing was there to be done is no success. */
static int report(const rekeying *r, const char *url) {
  char shown[512];
  if (r->done + r->failed == 0)
    return local_error("there are no accounts in %s", session_shown(url, shown, sizeof shown));
  int status = print_report(json_pack("{s:I, s:I}", "encrypted", r->done, "failed", r->failed));
  return r->failed ? EXIT_LOCAL : status;
}

int rekey_sessions(const connection_args *args, const char *url) {
  char account[TGAUTH_ACCOUNT_MAX + 1];
  mtp_error error = {.status = MTP_OK};
  rekeying r = {.done = 0};
  int status = session_leases(args, url, &r.leases, account);
  if (!r.leases)
    return status;
  bool told = *account ? rekey(&r, account, &error) != MTP_OK && error.code == TGAUTH_NO_ACCOUNT
                       : rekey_all(&r, &error) != MTP_OK;
  status = told ? report_session_error(url, &error) : report(&r, url);
  tgauth_leases_free(r.leases);
  return status;
}
