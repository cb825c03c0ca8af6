/* tgcall session: shows a session, takes one over from another library, gives one to it. Keys are
 * never printed, except as the session strings that were asked for. */
#include "database.h"
#include <jansson.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tgauth/convert.h>
#include <unistd.h>

static const char help_session[] =
    "Shows a session, or moves it from or to another library, which saves a sign-in. SOURCE is a\n"
    "file, a folder, a session string (string:... in any case), or - for standard input; its "
    "format\n"
    "is found out.\n"
    "\n"
    "  show [SOURCE]               what is in it, never its keys; the --session FILE without "
    "SOURCE\n"
    "  import SOURCE --session FILE   makes FILE of it\n"
    "  export --to FORMAT --session FILE [TARGET]   writes TARGET; session strings go to standard\n"
    "                              output without TARGET. Whoever has one is signed in\n"
    "  rekey URL                   encrypts all accounts of a database (or URL#ACCOUNT) with the\n"
    "                              first line of the --session-key FILE; the lines below are the\n"
    "                              keys of before. One that is in use fails, and is told\n"
    "  list URL                    the accounts of a database, and who has them; needs no key\n"
    "  remove URL#ACCOUNT          deletes the account with all that is kept with it; asks before\n"
    "  restore URL#ACCOUNT         puts the session back that the server has given up\n"
    "  formats                     lists them, and what this build can do with each\n"
    "\n"
    "  --from FORMAT               take SOURCE for that\n"
    "  --force                     replace FILE or TARGET\n"
    "  --json                      show and list as JSON\n"
    "  --yes                       remove without asking\n"
    "  --password W                of an encrypted SOURCE or TARGET; the passcode of tdata; "
    "better:\n"
    "                              TGCALL_PASSCODE, or the prompt. FILE's own is "
    "--session-password\n"
    "  --account N                 which account of tdata, from 1; the active one otherwise\n"
    "  --to FORMAT                 of export: what to write\n"
    "  --user-id N                 whose it is, where the SOURCE does not know and the target "
    "must\n"
    "  --bot                       it is a bot's; so, too, --test and --api-id\n"
    "\n"
    "One session must not be used by two programs at the same time: the server may end it for "
    "both.\n";

/* What the command line says. */
typedef struct session_args {
  connection_args connection; /* --session, --session-password, --api-id, --test */
  const char *from, *to, *password, *account, *user_id;
  bool force, json, bot, yes;
  const char *word; /* SOURCE or TARGET */
} session_args;

static bool number(const char *name, const char *text, long long least, long long most,
                   long long *out) {
  char *end;
  *out = strtoll(text, &end, 10);
  if (!*text || *end || *out < least || *out > most)
    return usage_error("%s takes a number, not \"%s\"", name, text), false;
  return true;
}

/* ---- reading ---- */

/* Sets what the format may not know and the command line says. */
static bool complete(const session_args *args, mtp_session *session) {
  long long n;
  if (args->user_id) {
    if (!number("--user-id", args->user_id, 1, 1LL << 52, &n))
      return false;
    session->user_id = n;
  }
  if (args->bot)
    session->bot = true;
  if (args->connection.test)
    session->test = true;
  if (session->api_id == 0 && args->connection.api_id) {
    if (!number("--api-id", args->connection.api_id, 1, INT32_MAX, &n))
      return false;
    session->api_id = (int32_t)n;
  }
  return true;
}

/* Asks for the password of a SOURCE that wants one and got none, when somebody is there to answer.
 */
static mtp_status import_asking(mtp_session *session, const char *source,
                                const tgauth_import_options *options, const tgauth_format **format,
                                mtp_error *error) {
  char typed[512] = "";
  tgauth_import_options with = *options;
  mtp_status status = tgauth_session_import(session, source, options, format, error);
  bool locked = status == MTP_ERR_STORE && error->code == TGAUTH_PASSWORD_MISSING;
  if (!locked || options->password || strcmp(source, "-") == 0 || !isatty(STDIN_FILENO) ||
      !tgauth_ask_hidden("Its password, or passcode: ", typed, sizeof typed))
    return status;
  with.password = typed;
  status = tgauth_session_import(session, source, &with, format, error);
  OPENSSL_cleanse(typed, sizeof typed);
  return status;
}

/* A SOURCE of "-" is standard input, so that a session need not be on the command line. */
/* An account of a database. */
static int read_leased(const session_args *args, const char *source, mtp_session *session,
                       const tgauth_format **format) {
  mtp_error error;
  tgauth_store *store;
  char shown[512];
  int status = session_store(&args->connection, source, &store);
  if (!store)
    return status;
  if (store->ops->lock(store, &error) != MTP_OK ||
      store->ops->load(store, session, &error) != MTP_OK)
    status = report_session_error(source, &error);
  else if (session->n_keys == 0)
    status = local_error("there is no session of %s", session_shown(source, shown, sizeof shown));
  store->ops->free(store);
  *format = tgauth_format_find("tlgen");
  return status;
}

static int read_session(const session_args *args, const char *source, const char *password,
                        mtp_session *session, const tgauth_format **format) {
  tgauth_import_options options = {.password = password};
  tl_buffer input;
  mtp_error error;
  long long account = 0;
  if (session_is_string(source)) {
    source = session_text(&args->connection, source);
    if (!is_session_text(source))
      return EXIT_LOCAL;
  }
  if (session_is_leased(source))
    return read_leased(args, source, session, format);
  if (args->from && strcmp(args->from, "auto") != 0 &&
      !(options.format = tgauth_format_find(args->from)))
    return usage_error("no format \"%s\"; tgcall session formats lists them", args->from);
  if (args->account && !number("--account", args->account, 1, 1000, &account))
    return EXIT_USAGE;
  options.account = (uint32_t)account;
  tl_buffer_init(&input, NULL, 0);
  if (!options.password)
    options.password = getenv("TGCALL_PASSCODE");
  int status = EXIT_OK;
  if (strcmp(source, "-") == 0) {
    status = read_stream(STDIN_FILENO, &input);
    if (status == EXIT_OK && tl_buffer_append(&input, "", 1) != TL_OK)
      status = no_memory();
    source = (const char *)input.data;
  }
  if (status == EXIT_OK && import_asking(session, source, &options, format, &error) != MTP_OK)
    status = report_error(&error);
  if (status == EXIT_OK && !complete(args, session))
    status = EXIT_USAGE;
  tl_buffer_wipe(&input);
  tl_buffer_free(&input);
  return status;
}

/* ---- show ---- */

static const mtp_dc_option *address_of(const mtp_session *session) {
  size_t n;
  const mtp_dc_option *builtin = mtp_builtin_dcs(session->test, &n);
  for (size_t i = 0; i < session->n_options; i++)
    if (session->options[i].dc == session->home_dc)
      return &session->options[i];
  for (size_t i = 0; i < n; i++)
    if (builtin[i].dc == session->home_dc)
      return &builtin[i];
  return NULL;
}

static json_t *describe_key(const mtp_dc_key *key) {
  uint8_t id[8] = {0};
  char text[17];
  if (tgauth_key_id(key->key, id) != MTP_OK)
    return NULL;
  for (size_t i = 0; i < sizeof id; i++)
    snprintf(text + 2 * i, 3, "%02x", id[i]);
  return json_pack("{s:i, s:b, s:s}", "dc", (int)key->dc, "media", (int)key->media, "id", text);
}

static json_t *describe(const mtp_session *session, const tgauth_format *format) {
  const mtp_dc_option *address = address_of(session);
  const tgauth_format *other;
  json_t *keys = json_array(), *formats = json_array();
  for (size_t i = 0; i < session->n_keys; i++)
    json_array_append_new(keys, describe_key(&session->keys[i]));
  for (size_t i = 0; (other = tgauth_format_at(i)); i++)
    if (tgauth_session_can_export(session, other, NULL) == MTP_OK)
      json_array_append_new(formats, json_string(other->name));
  json_t *out =
      json_pack("{s:s, s:i, s:b, s:b, s:b, s:i, s:o, s:i, s:o}", "format", format->name, "dc",
                (int)session->home_dc, "test", (int)session->test, "signed_in",
                (int)session->signed_in, "bot", (int)session->bot, "api_id", (int)session->api_id,
                "keys", keys, "channels", (int)session->n_channels, "formats", formats);
  if (out && address)
    json_object_set_new(out, "address",
                        json_sprintf(strchr(address->host, ':') ? "[%s]:%d" : "%s:%d",
                                     address->host, (int)address->port));
  if (out)
    json_object_set_new(out, "user_id",
                        session->user_id ? json_integer(session->user_id) : json_null());
  if (out && session->updates.date)
    json_object_set_new(out, "updates",
                        json_pack("{s:i, s:i, s:i, s:i}", "pts", session->updates.pts, "qts",
                                  session->updates.qts, "date", session->updates.date, "seq",
                                  session->updates.seq));
  return out;
}

static const char *text_of(const json_t *object, const char *name) {
  const char *text = json_string_value(json_object_get(object, name));
  return text ? text : "unknown";
}

static void print_text(const json_t *d, const mtp_session *session) {
  size_t i;
  json_t *item;
  printf("format:       %s\n", text_of(d, "format"));
  printf("data centre:  %d%s, %s\n", (int)session->home_dc, session->test ? " (test)" : "",
         text_of(d, "address"));
  printf("signed in:    %s\n", session->signed_in ? "yes" : "no");
  if (session->user_id)
    printf("user:         %lld%s\n", (long long)session->user_id, session->bot ? " (bot)" : "");
  else
    printf("user:         unknown\n");
  json_array_foreach(json_object_get(d, "keys"), i, item)
      printf("key:          id %s, data centre %d%s\n", text_of(item, "id"),
             (int)json_integer_value(json_object_get(item, "dc")),
             json_is_true(json_object_get(item, "media")) ? " (media)" : "");
  printf("can become:  ");
  json_array_foreach(json_object_get(d, "formats"), i, item) printf(" %s", json_string_value(item));
  printf("\n");
}

static int show(const session_args *args) {
  char room[4096];
  mtp_session session;
  const tgauth_format *format;
  const char *source = args->word ? args->word : session_path(&args->connection, room, sizeof room);
  if (!source)
    return EXIT_USAGE;
  const char *password = args->password ? args->password : args->connection.session_password;
  mtp_session_init(&session, NULL);
  int status = read_session(args, source, password, &session, &format);
  if (status == EXIT_OK) {
    json_t *d = describe(&session, format);
    if (d && args->json) {
      status = print_report(json_incref(d));
    } else if (d) {
      print_text(d, &session);
    } else {
      status = no_memory();
    }
    json_decref(d);
  }
  mtp_session_free(&session);
  return status;
}

/* ---- import ---- */

/* Whether the place has a session, or a file at least. */
static mtp_status is_there(tgauth_store *store, const char *path, bool *there, mtp_error *error) {
  mtp_session session;
  if (!session_is_leased(path)) {
    *there = access(path, F_OK) == 0;
    return MTP_OK;
  }
  mtp_session_init(&session, NULL);
  mtp_status status = store->ops->load(store, &session, error);
  *there = status == MTP_OK && session.n_keys > 0;
  mtp_session_free(&session);
  return status;
}

static int save(const session_args *args, const mtp_session *session) {
  mtp_error error;
  const char *path = args->connection.session;
  tgauth_store *store;
  char shown[512];
  bool there = false;
  connection_args making = args->connection;
  making.makes_account = true;
  int status = session_store(&making, path, &store);
  if (!store)
    return status;
  if (store->ops->lock(store, &error) != MTP_OK ||
      (!args->force && is_there(store, path, &there, &error) != MTP_OK)) {
    status = report_error(&error);
  } else if (there) {
    status = local_error("%s exists already; --force replaces it",
                         session_shown(path, shown, sizeof shown));
  } else {
    status = store->ops->save(store, session, &error) == MTP_OK ? EXIT_OK : report_error(&error);
  }
  store->ops->free(store);
  return status;
}

static int import_session(const session_args *args) {
  char shown[512];
  mtp_session session;
  const tgauth_format *format;
  if (!args->word || !args->connection.session || session_is_string(args->connection.session))
    return usage_error("session import needs a SOURCE and --session FILE");
  mtp_session_init(&session, NULL);
  int status = read_session(args, args->word, args->password, &session, &format);
  if (status == EXIT_OK)
    status = save(args, &session);
  if (status == EXIT_OK)
    fprintf(stderr, "tgcall: %s session of data centre %d imported into %s\n", format->name,
            (int)session.home_dc, session_shown(args->connection.session, shown, sizeof shown));
  mtp_session_free(&session);
  return status;
}

/* ---- export ---- */

static int write_session(const session_args *args, const mtp_session *session,
                         const tgauth_format *to) {
  tgauth_export_options options = {.password = args->password, .overwrite = args->force};
  mtp_error error;
  char *text = NULL;
  if (tgauth_session_export(session, to, args->word, &options, &text, &error) != MTP_OK)
    return report_error(&error);
  int status = EXIT_OK;
  if (text && (puts(text) < 0 || fflush(stdout) != 0))
    status = EXIT_LOCAL;
  tgauth_string_free(text);
  return status;
}

static int export_session(const session_args *args) {
  mtp_session session;
  const tgauth_format *from;
  char room[4096];
  if (!args->to)
    return usage_error("session export needs --to FORMAT");
  if (args->word && (session_is_leased(args->word) || session_is_string(args->word)))
    return usage_error(
        "TARGET is a file or folder; into a database a session goes by session import");
  const char *source = session_path(&args->connection, room, sizeof room);
  if (!source)
    return EXIT_USAGE;
  const tgauth_format *to = tgauth_format_find(args->to);
  if (!to)
    return usage_error("no format \"%s\"; tgcall session formats lists them", args->to);
  mtp_session_init(&session, NULL);
  int status = read_session(args, source, args->connection.session_password, &session, &from);
  if (status == EXIT_OK)
    status = write_session(args, &session, to);
  mtp_session_free(&session);
  return status;
}

/* ---- accounts ---- */

/* The URL of a database; NULL with a message where it is something else. */
static const char *database_of(const session_args *args, const char *verb) {
  const char *url = args->word ? args->word : args->connection.session;
  if (url && session_is_leased(url))
    return url;
  usage_error("session %s needs the URL of a database", verb);
  return NULL;
}

static int list(const session_args *args) {
  const char *url = database_of(args, "list");
  return url ? list_accounts(url, args->json) : EXIT_USAGE;
}

static int remove_one(const session_args *args) {
  const char *url = database_of(args, "remove");
  return url ? remove_account(&args->connection, url, args->yes) : EXIT_USAGE;
}

static int restore(const session_args *args) {
  const char *url = database_of(args, "restore");
  return url ? restore_account(&args->connection, url) : EXIT_USAGE;
}

static int rekey(const session_args *args) {
  const char *url = database_of(args, "rekey");
  return url ? rekey_sessions(&args->connection, url) : EXIT_USAGE;
}

/* ---- formats ---- */

static int list_formats(const session_args *args) {
  static const char *const forms[] = {"text", "file", "folder"};
  const tgauth_format *f;
  (void)args;
  for (size_t i = 0; (f = tgauth_format_at(i)); i++)
    printf("%-17s %-6s %s%s%s%s%s\n", f->name, forms[f->form], f->what,
           f->exports ? "" : "; import only", f->missing ? "; this build lacks " : "",
           f->missing ? f->missing : "", f->imports ? "" : "; export only");
  return EXIT_OK;
}

static int cmd_session(int argc, char **argv) {
  static const struct {
    const char *name;
    int (*run)(const session_args *args);
  } verbs[] = {{"show", show},
               {"import", import_session},
               {"export", export_session},
               {"rekey", rekey},
               {"list", list},
               {"remove", remove_one},
               {"restore", restore},
               {"formats", list_formats}};
  session_args args;
  const char *words[2] = {NULL, NULL};
  size_t n_words;
  memset(&args, 0, sizeof args);
  const option_spec own[] = {{"--from", &args.from, NULL},
                             {"--to", &args.to, NULL},
                             {"--password", &args.password, NULL},
                             {"--account", &args.account, NULL},
                             {"--user-id", &args.user_id, NULL},
                             {"--bot", NULL, &args.bot},
                             {"--force", NULL, &args.force},
                             {"--json", NULL, &args.json},
                             {"--yes", NULL, &args.yes}};
  if (!parse_options(argc, argv, own, sizeof own / sizeof own[0], &args.connection, words, 2,
                     &n_words))
    return EXIT_USAGE;
  args.word = words[1];
  for (size_t i = 0; n_words && i < sizeof verbs / sizeof verbs[0]; i++)
    if (strcmp(verbs[i].name, words[0]) == 0)
      return verbs[i].run(&args);
  return usage_error("session takes show, import, export, rekey, list, remove, restore or formats");
}

const command tgcall_session = {
    "session",
    "(show [SOURCE] | import SOURCE | export --to FORMAT [TARGET] | rekey URL | list URL | "
    "remove URL | restore URL | formats)",
    "show a session, or move it from or to another library",
    cmd_session,
    help_session,
    NULL};
