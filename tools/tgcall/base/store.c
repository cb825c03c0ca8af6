/* Where a session is kept: a file, an account of a database (sqlite:PATH#ACCOUNT), or nowhere, when
 * it is a string. */
#include "ending.h"
#include "tgcall.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tgauth/lease.h>
#include <unistd.h>

static const char sqlite[] = "sqlite:";

bool session_is_leased(const char *session) {
  return strncmp(session, sqlite, sizeof sqlite - 1) == 0;
}

bool session_file_beside(const char *session, const char *ending, char *out, size_t size) {
  int n = snprintf(out, size, "%s%s",
                   session + (session_is_leased(session) ? sizeof sqlite - 1 : 0), ending);
  return n > 0 && (size_t)n < size;
}

bool session_is_nowhere(const char *session) {
  char path[4096];
  const char *from = session + sizeof sqlite - 1, *account = strrchr(from, '#');
  int n = account ? (int)(account - from) : 0;
  return n > 0 && (size_t)n < sizeof path && snprintf(path, sizeof path, "%.*s", n, from) == n &&
         access(path, F_OK) != 0 && errno == ENOENT;
}

static int leased(const connection_args *args, const char *session, tgauth_store **out) {
  char path[4096];
  const char *from = session + sizeof sqlite - 1, *account = strrchr(from, '#');
  if (!account || account == from || !account[1] || (size_t)(account - from) >= sizeof path)
    return usage_error("a session in a database is sqlite:PATH#ACCOUNT, not \"%s\"", session);
  if (*from == ':' || strchr(account, '/')) /* memory; a file of peers has its name */
    return usage_error("sqlite:PATH#ACCOUNT: PATH is a file, and ACCOUNT has no /");
  snprintf(path, sizeof path, "%.*s", (int)(account - from), from);
  const char *keys = getenv("TGCALL_SESSION_KEY");
  if (!args->session_key && !keys)
    return usage_error("a session in a database needs --session-key FILE (or TGCALL_SESSION_KEY): "
                       "64 hexadecimal digits, as `openssl rand -hex 32` makes them");
  tgauth_lease_options options = {.account = account + 1,
                                  .key_file = args->session_key,
                                  .keys = args->session_key ? NULL : keys};
  tgauth_table *table = tgauth_table_sqlite(path);
  *out = table ? tgauth_store_leased(table, &options) : NULL;
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
  if (session_is_string(session))
    return string_session_store(args, session, out);
  *out = tgauth_store_file(session, args->session_password);
  return *out ? EXIT_OK : no_memory();
}
