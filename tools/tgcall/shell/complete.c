/* Completion: commands, options, what these take, actions, methods and their fields. */
#include "complete.h"
#include <dirent.h>
#include <stdio.h>
#include <string.h>

static bool begins(const char *text, const char *start) {
  return strncmp(text, start, strlen(start)) == 0;
}

/* One that begins as what is there; `before` is what stands before it in the same word. */
static void offer(const char *before, const char *start, const char *name, const char *text,
                  size_t size) {
  if (begins(name, start))
    printf("%s%s\t%.*s\n", before, name, (int)size, text);
}

static void offer_word(const char *before, const char *start, const char *name) {
  offer(before, start, name, "", 0);
}

/* Where reading the words has come to. */
typedef struct place {
  const command *one;
  const char *words[64];
  size_t n;
  help_option option;         /* name not "": its value comes next */
  connection_args connection; /* whose session it is */
} place;

/* ---- options ---- */

static void offer_options(const char *text, const char *start) {
  help_option option;
  while ((text = help_next_option(text, &option)))
    offer("", start, option.name, option.text, option.size);
}

/* Names of accounts that have a session in the folder of the default ones. */
static void offer_accounts(const char *before, const char *start) {
  connection_args args = {0};
  char room[4096], name[256];
  const char *path = session_path(&args, room, sizeof room);
  char *slash = path == room ? strrchr(room, '/') : NULL;
  if (slash)
    *slash = '\0';
  DIR *folder = slash ? opendir(room) : NULL;
  const struct dirent *entry;
  while (folder && (entry = readdir(folder))) { /* SERVER.ACCOUNT.session */
    snprintf(name, sizeof name, "%s", entry->d_name);
    char *end = strstr(name, ".session");
    if (!end || end[8])
      continue;
    *end = '\0';
    const char *account = strrchr(name, '.');
    if (account && account[1] && !strchr(account, '_'))
      offer_word(before, start, account + 1);
  }
  if (folder)
    closedir(folder);
}

static void offer_list(const char *before, const char *start, const char *const *names) {
  for (; *names; names++)
    offer_word(before, start, *names);
}

static void offer_kinds(const char *before, const char *start) {
  static const char *const kinds[] = {"messages", "edits", "deletions", "callbacks",
                                      "inline",   "joins", NULL};
  const tl_type *updates = &tg_schema.types[tl_find_type(&tg_schema, "Update", 6)];
  offer_list(before, start, kinds);
  for (uint16_t i = 0; i < updates->count; i++)
    offer_word(before, start, tl_def_name(&tg_schema, (uint16_t)(updates->arg + i)));
}

static void offer_session_formats(const char *before, const char *start) {
  const tgauth_format *format;
  for (size_t i = 0; (format = tgauth_format_at(i)); i++)
    offer_word(before, start, format->name);
}

/* What an option takes. before: "--name=" when it stands in the same word. */
static void offer_values(const place *at, const help_option *option, const char *before,
                         const char *start) {
  const command *one = at->one;
  static const char *const markups[] = {"html", "markdown", "markdown-v2", "plain", NULL};
  bool session = one && strcmp(one->name, "session") == 0;
  if (strcmp(option->name, "--transport") == 0)
    for (size_t i = 0; mtp_transport_name(i); i++)
      offer_word(before, start, mtp_transport_name(i));
  else if (strcmp(option->name, "--account") == 0 && !session)
    offer_accounts(before, start);
  else if (strcmp(option->arg, "PEER") == 0)
    complete_peers(&at->connection, before, start, "");
  else if (strcmp(option->name, "--format") == 0)
    offer_list(before, start, markups);
  else if (strcmp(option->name, "--filter") == 0)
    offer_kinds(before, start);
  else if (session && strcmp(option->arg, "FORMAT") == 0)
    offer_session_formats(before, start);
  else if (strcmp(option->arg, "FILE") == 0 || strcmp(option->arg, "PEM") == 0)
    puts(":files");
}

/* ---- names of the schema ---- */

static void offer_definitions(const char *start, bool methods_only) {
  for (uint16_t i = methods_only ? tg_schema.n_constructors : 0; i < tg_schema.n_defs; i++)
    offer_word("", start, tl_def_name(&tg_schema, i));
}

/* "field=", or "field:=" where what follows is JSON. */
static void offer_fields(const char *method, const char *start) {
  uint16_t index = tl_find_name(&tg_schema, method, strlen(method));
  const tl_def *def = index == TL_NONE ? NULL : &tg_schema.defs[index];
  char word[96];
  for (uint16_t i = 0; def && i < def->n_fields; i++) {
    const tl_field *field = &tg_schema.fields[def->field + i];
    const tl_type *type = &tg_schema.types[field->type];
    const char *name = tg_schema.names + type->name;
    bool text = type->op == TL_OP_STRING || begins(name, "InputPeer") ||
                begins(name, "InputUser") || begins(name, "InputChannel");
    if (field->op == TL_OP_WORD)
      continue;
    snprintf(word, sizeof word, "%s%s", tl_field_name(&tg_schema, field), text ? "=" : ":=");
    offer("", start, word, name, strlen(name));
  }
}

/* ---- words ---- */

/* Whether a command begins with somebody. */
static bool takes_peer(const char *name) {
  static const char *const those[] = {"send", "history", "search"};
  for (size_t i = 0; i < sizeof those / sizeof *those; i++)
    if (strcmp(name, those[i]) == 0)
      return true;
  return false;
}

/* What a command takes behind the words that it has, options left out. */
static void offer_argument(const place *at, const char *start) {
  const command *one = at->one;
  const char *const *before = at->words;
  size_t n = at->n;
  static const char *const shells[] = {"bash", "zsh", "fish", NULL};
  help_option word;
  const char *text = one->details;
  if (!strcmp(one->name, "invoke"))
    n ? offer_fields(before[0], start) : offer_definitions(start, true);
  else if (!strcmp(one->name, "explain") && n == 0)
    offer_definitions(start, false);
  else if (takes_peer(one->name) && n == 0)
    complete_peers(&at->connection, "", start, "");
  else if (!strcmp(one->name, "download") && n == 0)
    complete_peers(&at->connection, "", start, "/");
  else if (!strcmp(one->name, "completion") && n == 0)
    offer_list("", start, shells);
  else if (n == 0 && (begins(one->words, "ACTION") || begins(one->words, "(")))
    while ((text = help_next_word(text, &word)))
      offer("", start, word.name, word.text, word.size);
  else if (!strcmp(one->name, "upload") || !strcmp(one->name, "download") ||
           !strcmp(one->name, "session"))
    puts(":files");
}

static const command *command_named(const command_table *all, const char *name) {
  for (size_t i = 0; i < all->count; i++)
    if (strcmp(all->items[i]->name, name) == 0)
      return all->items[i];
  return NULL;
}

/* The option as this command has it, if it does. */
static bool find_option(const command_table *all, const command *one, const char *name, size_t size,
                        help_option *out) {
  const command_table own = {&one, one != NULL};
  return (one && help_find_option(&own, name, size, out)) || help_find_option(all, name, size, out);
}

/* Of what an option takes only that counts which says whose session it is. */
static void take_value(place *at, const char *value) {
  if (strcmp(at->option.name, "--session") == 0)
    at->connection.session = value, at->connection.account = NULL;
  if (strcmp(at->option.name, "--account") == 0)
    at->connection.account = value;
  if (strcmp(at->option.name, "--dc") == 0)
    at->connection.dc = value;
  at->option.name[0] = '\0';
}

static void pass_option(const command_table *all, const char *word, place *at) {
  help_option option;
  size_t size = strcspn(word, "=");
  if (!find_option(all, at->one, word, size, &option))
    return;
  if (strcmp(option.name, "--test") == 0)
    at->connection.test = true;
  if (option.arg[0])
    at->option = option;
  if (option.arg[0] && word[size])
    take_value(at, word + size + 1);
}

static void pass(const command_table *all, const char *word, place *at) {
  if (at->option.name[0])
    take_value(at, word);
  else if (begins(word, "--"))
    pass_option(all, word, at);
  else if (!at->one)
    at->one = command_named(all, word);
  else if (at->n < sizeof at->words / sizeof *at->words)
    at->words[at->n++] = word;
}

void complete_words(const command_table *all, const char *const *words, size_t n) {
  place at = {0};
  size_t none;
  (void)parse_options(0, NULL, NULL, 0, &at.connection, NULL, 0, &none); /* the environment */
  const char *last = n ? words[n - 1] : "", *equals = strchr(last, '=');
  char before[64];
  for (size_t i = 0; i + 1 < n; i++)
    pass(all, words[i], &at);
  if (at.option.name[0]) {
    offer_values(&at, &at.option, "", last);
  } else if (begins(last, "--") && equals) {
    snprintf(before, sizeof before, "%.*s", (int)(equals + 1 - last), last);
    if (find_option(all, at.one, last, (size_t)(equals - last), &at.option))
      offer_values(&at, &at.option, before, equals + 1);
  } else if (*last == '-') {
    offer_options(at.one ? at.one->details : NULL, last);
    offer_options(help_shared(), last);
  } else if (at.one) {
    offer_argument(&at, last);
  } else {
    for (size_t i = 0; i < all->count; i++)
      offer("", last, all->items[i]->name, all->items[i]->help, strlen(all->items[i]->help));
  }
}
