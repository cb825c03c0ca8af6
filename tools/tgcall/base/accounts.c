/* The accounts of a database: which there are, and the end of one. */
#include "database.h"
#include <stdio.h>
#include <string.h>
#include <tl/visible.h>
#include <unistd.h>

enum { PAGE = 64, SHOWN = 6 * TGAUTH_ACCOUNT_MAX + 1 };

/* ---- which there are ---- */

/* Names that are no text are shown as such. */
static json_t *describe_account(const tgauth_listed *one) {
  char account[SHOWN], owner[SHOWN];
  tl_visible(account, sizeof account, one->account, strlen(one->account));
  tl_visible(owner, sizeof owner, one->owner, strlen(one->owner));
  json_t *out = json_pack("{s:s}", "account", account);
  if (out && one->left_ms > 0) {
    json_object_set_new(out, "owner", json_string(owner));
    json_object_set_new(out, "seconds", json_integer((one->left_ms + 999) / 1000));
  }
  return out;
}

static mtp_status collect(tgauth_table *table, json_t *out, mtp_error *error) {
  tgauth_listed page[PAGE];
  char after[TGAUTH_ACCOUNT_MAX + 1] = "";
  mtp_status status = MTP_OK;
  size_t count = PAGE;
  while (count == PAGE && status == MTP_OK) {
    status = table->ops->list(table, after, page, PAGE, &count, error);
    for (size_t i = 0; i < count && status == MTP_OK; i++) {
      json_array_append_new(out, describe_account(&page[i]));
      memcpy(after, page[i].account, sizeof after);
    }
  }
  return status;
}

static int print_lines(const json_t *accounts) {
  size_t i;
  json_t *one;
  json_array_foreach(accounts, i, one) {
    const char *owner = json_string_value(json_object_get(one, "owner"));
    printf("%s", json_string_value(json_object_get(one, "account")));
    if (owner)
      printf("\t%s, for %d s", owner, (int)json_integer_value(json_object_get(one, "seconds")));
    printf("\n");
  }
  return EXIT_OK;
}

int list_accounts(const char *url, bool json) {
  tgauth_table *table;
  mtp_error error;
  char account[TGAUTH_ACCOUNT_MAX + 1];
  int status = session_table(url, true, &table, account);
  if (!table)
    return status;
  json_t *accounts = json_array();
  if (*account)
    status = usage_error("session list takes the URL of a database, without an account");
  else if (!accounts)
    status = no_memory();
  else if (collect(table, accounts, &error) != MTP_OK)
    status = report_error(&error);
  else
    status = json ? print_report(json_incref(accounts)) : print_lines(accounts);
  json_decref(accounts);
  table->ops->free(table);
  return status;
}

/* ---- one of them ---- */

/* A store of the account of a URL, locked. */
static tgauth_store *lock_account(const connection_args *args, const char *url, int *status) {
  tgauth_store *store;
  mtp_error error;
  *status = session_store(args, url, &store);
  if (!store || store->ops->lock(store, &error) == MTP_OK)
    return store;
  *status = report_session_error(url, &error);
  store->ops->free(store);
  return NULL;
}

/* A word of a person; anything but yes is no. */
static bool is_sure(const char *url) {
  char shown[512], line[16] = "";
  if (!isatty(STDIN_FILENO)) {
    usage_error("session remove asks on a terminal; --yes where there is none");
    return false;
  }
  fprintf(stderr, "%s: its session and all that is kept with it is lost. Remove it? [y/N] ",
          session_shown(url, shown, sizeof shown));
  return fgets(line, sizeof line, stdin) && (line[0] == 'y' || line[0] == 'Y');
}

int remove_account(const connection_args *args, const char *url, bool sure) {
  mtp_error error;
  int status = EXIT_USAGE;
  tgauth_store *store = lock_account(args, url, &status);
  if (!store)
    return status;
  if (!sure && !is_sure(url))
    status = EXIT_USAGE;
  else if (tgauth_store_remove(store, &error) != MTP_OK)
    status = report_error(&error);
  else
    status = print_report(json_pack("{s:b}", "removed", 1));
  store->ops->free(store);
  return status;
}

int restore_account(const connection_args *args, const char *url) {
  mtp_error error;
  int status;
  tgauth_store *store = lock_account(args, url, &status);
  if (!store)
    return status;
  status = tgauth_store_restore(store, &error) == MTP_OK
               ? print_report(json_pack("{s:b}", "restored", 1))
               : report_error(&error);
  store->ops->free(store);
  return status;
}
