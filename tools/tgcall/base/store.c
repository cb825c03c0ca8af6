/* Where a session is kept: a file, an account of a database (sqlite:PATH#ACCOUNT,
 * postgresql://...#ACCOUNT, redis://...#ACCOUNT), or nowhere, when it is a string. */
#include "database.h"
#include "ending.h"
#include "tgcall.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <tgauth/lease_url.h>
#include <tl/visible.h>
#include <unistd.h>

/* word://: of whatever it is, it is no file. */
static bool is_url(const char *text) {
  const char *slashes = strstr(text, "://");
  return slashes > text && strcspn(text, "/") > (size_t)(slashes - text);
}

bool session_is_leased(const char *session) {
  return tgauth_url_is_table(session) || (is_url(session) && !session_is_string(session));
}

bool session_file_beside(const char *session, const char *ending, char *out, size_t size) {
  int n = snprintf(out, size, "%s%s", session, ending);
  return n > 0 && (size_t)n < size;
}

const char *session_shown(const char *session, char *out, size_t size) {
  return tgauth_table_url_shown(session, out, size);
}

int report_session_error(const char *session, const mtp_error *error) {
  char url[512], account[6 * TGAUTH_ACCOUNT_MAX + 1];
  const char *mark = strrchr(session, '#');
  if (error->status != MTP_ERR_STORE || error->code != TGAUTH_NO_ACCOUNT || !mark)
    return report_error(error);
  session_shown(session, url, sizeof url);
  url[strcspn(url, "#")] = 0;
  tl_visible(account, sizeof account, mark + 1, strlen(mark + 1));
  return local_error("there is no account %s in %s; tgcall login makes one", account, url);
}

int session_table(const char *session, bool whole, tgauth_table **out,
                  char account[TGAUTH_ACCOUNT_MAX + 1]) {
  char shown[512];
  mtp_error error = {.text = ""};
  *out = NULL;
  mtp_status status = strncasecmp(session, "sqlite::", 8) == 0 /* memory */
                          ? MTP_ERR_ARGUMENT
                          : tgauth_table_url(session, out, account, &error);
  if (status == MTP_OK && (*account || whole))
    return EXIT_OK;
  if (*out)
    (*out)->ops->free(*out);
  *out = NULL;
  if (status != MTP_OK && status != MTP_ERR_ARGUMENT)
    return report_error(&error);
  return usage_error("--session %s: %s%sa session in a database is sqlite:PATH#ACCOUNT, "
                     "postgresql://HOST/DB#ACCOUNT or redis://HOST#ACCOUNT, and ACCOUNT has no /",
                     session_shown(session, shown, sizeof shown), error.text,
                     error.text[0] ? "; " : "");
}

/* The keys of the command line or the environment; false with a message. */
static bool read_keys(const connection_args *args, tgauth_lease_options *options) {
  const char *keys = getenv("TGCALL_SESSION_KEY");
  options->key_file = args->session_key;
  options->keys = args->session_key ? NULL : keys;
  if (options->key_file || options->keys)
    return true;
  usage_error("a session in a database needs --session-key FILE (or TGCALL_SESSION_KEY): 64 "
              "hexadecimal digits, as `openssl rand -hex 32` makes them");
  return false;
}

/* The table of a URL (session_table()) and the keys for it. */
static int table_and_keys(const connection_args *args, const char *url, bool whole,
                          tgauth_table **out, char account[TGAUTH_ACCOUNT_MAX + 1],
                          tgauth_lease_options *options) {
  int status = session_table(url, whole, out, account);
  if (status == EXIT_OK && !read_keys(args, options)) {
    (*out)->ops->free(*out);
    status = EXIT_USAGE;
  }
  return status;
}

static int leased(const connection_args *args, const char *session, tgauth_store **out) {
  char account[TGAUTH_ACCOUNT_MAX + 1];
  tgauth_lease_options options = {.account = account, .existing = !args->makes_account};
  tgauth_table *table;
  int status = table_and_keys(args, session, false, &table, account, &options);
  if (status != EXIT_OK)
    return status;
  *out = tgauth_store_leased(table, &options);
  return *out ? EXIT_OK : no_memory();
}

int session_leases(const connection_args *args, const char *url, tgauth_leases **out,
                   char account[TGAUTH_ACCOUNT_MAX + 1]) {
  tgauth_lease_options options = {.existing = true};
  tgauth_table *table;
  *out = NULL;
  int status = table_and_keys(args, url, true, &table, account, &options);
  if (status != EXIT_OK)
    return status;
  *out = tgauth_leases_new(table, &options);
  return *out ? EXIT_OK : no_memory();
}

int session_store(const connection_args *args, const char *session, tgauth_store **out) {
  *out = NULL;
  if (session_is_leased(session)) {
    int status = leased(args, session, out);
    if (status != EXIT_OK || give_back_at_ending(*out))
      return status;
    (*out)->ops->free(*out);
    *out = NULL;
    return EXIT_LOCAL;
  }
  if (args->session_key)
    return usage_error("--session-key is for sessions in databases, and --session is none");
  if (session_is_string(session))
    return string_session_store(args, session, out);
  *out = tgauth_store_file(session, args->session_password);
  return *out ? EXIT_OK : no_memory();
}
