/* The command line: options of a command and those of the connection, in any order. */
#include "tgcall.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tl/suggest.h>

/* A variable that is empty is as one that is not set. */
static const char *variable(const char *name) {
  const char *text = getenv(name);
  return text && *text ? text : NULL;
}

static void from_environment(connection_args *args) {
  args->api_id = variable("TGCALL_API_ID");
  args->api_hash = variable("TGCALL_API_HASH");
  args->session = variable("TGCALL_SESSION");
  args->account = variable("TGCALL_ACCOUNT");
  args->session_string = variable("TGCALL_SESSION_STRING");
  args->session_password = variable("TGCALL_SESSION_PASSWORD");
  args->proxy = variable("TGCALL_PROXY");
  args->dc = variable("TGCALL_DC");
  args->dc_id = variable("TGCALL_DC_ID");
  args->public_key = variable("TGCALL_PUBLIC_KEY");
}

static const option_spec *find(const option_spec *specs, size_t n, const char *name, size_t size) {
  for (size_t i = 0; i < n; i++)
    if (strlen(specs[i].name) == size && memcmp(specs[i].name, name, size) == 0)
      return &specs[i];
  return NULL;
}

static void offer(tl_suggestion *meant, const option_spec *specs, size_t count) {
  for (size_t i = 0; i < count; i++)
    tl_suggest_offer(meant, specs[i].name);
}

/* Says that there is no such option, and which was meant. */
static bool no_option(const char *arg, size_t size, const option_spec *own, size_t n_own,
                      const option_spec *shared, size_t n_shared) {
  char typed[64];
  tl_suggestion meant = TL_SUGGEST(typed);
  (void)snprintf(typed, sizeof typed, "%.*s", (int)size, arg);
  offer(&meant, own, n_own);
  offer(&meant, shared, n_shared);
  if (meant.best)
    usage_error("no option \"%s\" here; did you mean \"%s\"?", typed, meant.best);
  else
    usage_error("no option \"%.*s\" here", (int)size, arg);
  return false;
}

/* Takes "--name value", "--name=value" or "--name"; *i moves over what was taken. */
static bool take(const option_spec *spec, int argc, char **argv, int *i) {
  const char *equals = strchr(argv[*i], '=');
  if (spec->flag) {
    if (equals)
      return usage_error("%s takes no value", spec->name), false;
    *spec->flag = true;
    return true;
  }
  if (equals) {
    *spec->value = equals + 1;
    return true;
  }
  if (*i + 1 >= argc)
    return usage_error("%s needs a value", spec->name), false;
  *spec->value = argv[++*i];
  return true;
}

/* What is given as an option goes before the environment. */
static bool settle_session(connection_args *c) {
  bool session = c->session != variable("TGCALL_SESSION");
  bool account = c->account != variable("TGCALL_ACCOUNT");
  if (session && account)
    return usage_error("--session or --account, not both"), false;
  if (account && !*c->account)
    return usage_error("--account needs a name"), false;
  if (session || account)
    c->session_string = NULL;
  if (c->session_string) {
    c->session = "string:";
    if (session_is_string(c->session_string))
      c->session_string = session_text(c, c->session_string);
  }
  if (session || c->session_string)
    c->account = NULL;
  return true;
}

/* As an option, what the environment can say (json_is_pretty()). */
static bool take_style(bool pretty, bool compact) {
  if (pretty && compact)
    return usage_error("--pretty or --compact, not both"), false;
  if (pretty || compact)
    setenv("TGCALL_JSON", pretty ? "pretty" : "compact", 1);
  return true;
}

bool parse_options(int argc, char **argv, const option_spec *own, size_t n_own,
                   connection_args *connection, const char **words, size_t max_words,
                   size_t *n_words) {
  connection_args none;
  connection_args *c = connection ? connection : &none;
  memset(c, 0, sizeof *c);
  from_environment(c);
  bool pretty = false, compact = false;
  const option_spec shared[] = {
      {"--pretty", NULL, &pretty},
      {"--compact", NULL, &compact}, /* these two are for commands without a connection, too */
      {"--dc", &c->dc, NULL},
      {"--dc-id", &c->dc_id, NULL},
      {"--public-key", &c->public_key, NULL},
      {"--session", &c->session, NULL},
      {"--account", &c->account, NULL},
      {"--session-password", &c->session_password, NULL},
      {"--session-key", &c->session_key, NULL},
      {"--api-id", &c->api_id, NULL},
      {"--api-hash", &c->api_hash, NULL},
      {"--proxy", &c->proxy, NULL},
      {"--transport", &c->transport, NULL},
      {"--ca-file", &c->ca_file, NULL},
      {"--config", &c->config, NULL},
      {"--timeout", &c->timeout, NULL},
      {"--test", NULL, &c->test},
      {"--obfuscated", NULL, &c->obfuscated},
      {"--ipv6", NULL, &c->ipv6},
      {"--pfs", NULL, &c->pfs},
      {"--insecure", NULL, &c->insecure},
      {"--any-servers", NULL, &c->any_servers},
      {"--verbose", NULL, &c->verbose},
  };
  size_t n_shared = connection ? sizeof shared / sizeof shared[0] : 2;
  bool only_words = false;
  *n_words = 0;
  for (int i = 0; i < argc; i++) {
    const char *arg = argv[i];
    if (!only_words && strcmp(arg, "--") == 0) {
      only_words = true;
    } else if (!only_words && strncmp(arg, "--", 2) == 0) {
      size_t size = strcspn(arg, "=");
      const option_spec *spec = find(own, n_own, arg, size);
      if (!spec)
        spec = find(shared, n_shared, arg, size);
      if (!spec)
        return no_option(arg, size, own, n_own, shared, n_shared);
      if (!take(spec, argc, argv, &i))
        return false;
    } else if (*n_words == max_words) {
      return usage_error("\"%s\" is one word too many", arg), false;
    } else {
      words[(*n_words)++] = arg;
    }
  }
  return (!connection || settle_session(c)) && take_style(pretty, compact);
}
