/* What an error of the server is: its code, the methods that return it, and what to do. */
#include <stdlib.h>
#include <string.h>

#include "explain.h"

/* What follows from an error, by the beginning of its name. */
static const struct {
  const char *name;
  const char *what;
} advice[] = {
    {"FLOOD_WAIT_",
     "wait that many seconds before the same call; the client does, up to its limit"},
    {"FLOOD_PREMIUM_WAIT_", "wait that many seconds; accounts with Premium wait less"},
    {"SLOWMODE_WAIT_", "wait that many seconds before the next message there"},
    {"TAKEOUT_INIT_DELAY_", "wait that many seconds, or allow the export in another app"},
    {"2FA_CONFIRM_WAIT_", "wait that many seconds: the account is then deleted"},
    {"FILE_REFERENCE_", "get the object that the file is in again: it has a new reference"},
    {"FILE_MIGRATE_", "ask that data centre for the file; the client does"},
    {"PHONE_MIGRATE_", "sign in at that data centre; the client goes there"},
    {"NETWORK_MIGRATE_", "go to that data centre; the client does"},
    {"USER_MIGRATE_", "go to that data centre; the client does"},
    {"STATS_MIGRATE_", "ask that data centre; the client does"},
    {"SESSION_PASSWORD_NEEDED", "go on with auth.checkPassword: the account has a password"},
    {"AUTH_KEY_UNREGISTERED", "sign in: the session is signed out, or was never signed in"},
    {"AUTH_KEY_DUPLICATED", "sign in again: two connections used the key at once, and it is void"},
    {"SESSION_REVOKED", "sign in again: the session was ended from another one"},
    {"SESSION_EXPIRED", "sign in again"},
    {"USER_DEACTIVATED", "nothing: the account is deleted or banned"},
    {"PHONE_CODE_INVALID", "ask for the code again"},
    {"PHONE_CODE_EXPIRED", "send another code"},
    {"PASSWORD_HASH_INVALID", "ask for the password again"},
    {"SRP_ID_INVALID", "call account.getPassword again, and compute from what it gives"},
    {"AUTH_RESTART", "start signing in from its beginning"},
    {"PEER_ID_INVALID", "the peer is unknown to this account, or its access_hash is another's"},
    {"CHAT_WRITE_FORBIDDEN", "nothing: the account may not write there"},
    {"CONNECTION_NOT_INITED", "wrap the first call in invokeWithLayer and initConnection"},
    {"MSG_WAIT_", "send the call again: the one that it waits for failed"},
};

static void print_advice(FILE *out, const char *name) {
  for (size_t i = 0; i < sizeof advice / sizeof *advice; i++)
    if (strncmp(name, advice[i].name, strlen(advice[i].name)) == 0) {
      fprintf(out, "what to do: %s\n", advice[i].what);
      return;
    }
}

static void print_codes(FILE *out, uint32_t place) {
  const int16_t *code = tg_errors.own_codes + tg_errors.method_codes[place];
  fprintf(out, "%5d", *code);
}

static void print_methods(FILE *out, uint16_t error) {
  size_t shown = 0;
  for (uint16_t def = tg_schema.n_constructors; def < tg_schema.n_defs; def++) {
    const uint16_t *first = tg_errors.method_first + (def - tg_schema.n_constructors);
    for (uint32_t i = first[0]; i < first[1]; i++) {
      if (tg_errors.method_errors[i] != error)
        continue;
      fprintf(out, "%s\n", shown++ ? "" : "methods:");
      fputs("  ", out);
      print_codes(out, i);
      fprintf(out, " %s", tl_def_name(&tg_schema, def));
    }
  }
  if (shown)
    fputc('\n', out);
}

bool explain_error(FILE *out, const char *text) {
  int64_t arg = 0;
  uint16_t error = tl_error_find(&tg_errors, text, strlen(text), &arg);
  for (uint16_t i = 1; !error && i <= tg_errors.count; i++)
    if (strcmp(tl_error_name(&tg_errors, i), text) == 0)
      error = i;
  if (!error)
    return false;
  const char *name = tl_error_name(&tg_errors, error);
  bool global = false;
  for (uint16_t i = 0; i < tg_errors.n_globals; i++)
    global = global || tg_errors.method_errors[i] == error;
  fprintf(out, "error %s (%d)\n", name, tg_errors.entries[error - 1].code);
  char *description = explain_text("error", name);
  if (description)
    fprintf(out, "%s\n", description);
  free(description);
  if (strstr(name, "%d") && strcmp(name, text) != 0)
    fprintf(out, "the number: %lld\n", (long long)arg);
  print_advice(out, name);
  if (global)
    fprintf(out, "%s\n", "any method may return it");
  print_methods(out, error);
  return true;
}
