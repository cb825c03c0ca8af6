/* plausible.c: facts that contradict themselves. Some versions of the packages say of every method
 * that no bot may call it, the one by which bots sign in among them. */
#include <string.h>

#include "base/error.h"
#include "convert/convert.h"

enum { USERS = 1, BOTS = 2 };

/* What holds in every layer, and why. */
static const struct {
  const char *method;
  unsigned who;
  const char *why;
} known[] = {
    {"auth.importBotAuthorization", BOTS, "bots sign in by it"},
    {"messages.setInlineBotResults", BOTS, "bots answer inline queries by it"},
    {"messages.sendMessage", USERS | BOTS, "users and bots send by it"},
    {"auth.sendCode", USERS, "users sign in by it"},
};

static unsigned callers(const json_t *entry) {
  const char *said = json_string_value(json_object_get(entry, "available"));
  if (!said)
    return 0;
  return strcmp(said, "both") == 0   ? USERS | BOTS
         : strcmp(said, "user") == 0 ? USERS
         : strcmp(said, "bot") == 0  ? BOTS
                                     : 0;
}

static bool has_error(const json_t *method, const char *wanted) {
  return convert_find(json_object_get(method, "throws"), wanted) != NULL;
}

static const char *said_of(unsigned who) {
  return who == (USERS | BOTS) ? "for users and bots"
         : who == USERS        ? "for users only"
         : who == BOTS         ? "for bots only"
                               : "for nobody";
}

static bool fail(const convert_package *package, const char *method, const char *said,
                 const char *why) {
  tlgen_error("%s %s: its facts contradict themselves: %s is said to be %s, and %s", package->name,
              package->version, method, said, why);
  return false;
}

bool convert_is_plausible(const convert_package *package) {
  const json_t *entries = json_object_get(package->schema, "e");
  bool ok = true;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    const json_t *method = convert_find(entries, known[i].method);
    unsigned said = callers(method);
    if (method && (said & known[i].who) != known[i].who)
      ok = fail(package, known[i].method, said_of(said), known[i].why);
  }
  const json_t *sign_in = convert_find(entries, "auth.signIn");
  if (sign_in && !has_error(sign_in, "PHONE_CODE_INVALID"))
    ok = fail(package, "auth.signIn", "free of PHONE_CODE_INVALID", "a code may be wrong");
  return ok;
}
