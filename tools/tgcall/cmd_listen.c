/* tgcall listen: updates as they come. */
#include "talk.h"
#include <stdio.h>
#include <string.h>

static const char help_listen[] =
    "Prints updates as they come, until it is interrupted, and keeps in the session where it was:\n"
    "what came meanwhile is printed by the next run. Messages are lines of JSON as tgcall history "
    "has\n"
    "them; with --json every update is printed as TL has it.\n"
    "\n"
    "  --json          everything, as it came, one JSON object a line\n"
    "  --filter LIST   of these kinds only: messages, edits, deletions, callbacks, inline, joins, "
    "or\n"
    "                  names of the schema such as updateUserStatus, with commas between\n"
    "  --count N       end after so many, and what came together with the last of them\n"
    "\n"
    "examples:\n"
    "  tgcall listen --filter messages | jq -r 'select(.out | not) | .text'\n";

typedef struct hearing {
  talk *t;
  const char *filter;
  bool json;
  int32_t left; /* -1: no end */
  mtp_status status;
  mtp_error *error;
} hearing;

static const struct {
  const char *name;
  int what;
} kinds[] = {{"messages", TGKIT_MESSAGES},   {"edits", TGKIT_EDITS},
             {"deletions", TGKIT_DELETIONS}, {"callbacks", TGKIT_CALLBACKS},
             {"inline", TGKIT_INLINE},       {"joins", TGKIT_JOINS}};
enum { N_KINDS = sizeof kinds / sizeof kinds[0] };

/* The kind-th constructor of Update. */
static uint16_t update_def(unsigned kind) {
  uint16_t type = tl_find_type(&tg_schema, "Update", 6);
  return (uint16_t)(tg_schema.types[type].arg + kind - 1);
}

static mtp_status print_update(const tg_Update *update, mtp_error *error) {
  return print_line(describe_update(update), error);
}

static mtp_status print_one(const tgkit_update *update, bool json, mtp_error *error) {
  if (json || !update->message)
    return print_update(update->update, error);
  tg_Message message = {.kind = TG_message};
  message.message = update->message;
  return print_message(&message, NULL, false, error);
}

static void hear(void *ctx, const tgkit_update *update) {
  hearing *h = ctx;
  /* What came together with the last is printed, too: the session has seen all of it. */
  h->status = print_one(update, h->json, h->error);
  if (h->left > 0)
    h->left--;
  if (h->left == 0 || h->status != MTP_OK || ferror(stdout))
    tgkit_stop(h->t->kit);
}

static bool is_update(const char *name, size_t size, unsigned *kind) {
  uint16_t def = tl_find_name(&tg_schema, name, size);
  uint16_t first = update_def(1);
  uint16_t type = tl_find_type(&tg_schema, "Update", 6);
  *kind = (unsigned)(def - first) + 1;
  return def != TL_NONE && def >= first && def < first + tg_schema.types[type].count;
}

/* One word of --filter. */
static mtp_status want(hearing *h, const char *word, size_t size) {
  unsigned kind;
  for (size_t i = 0; i < N_KINDS; i++)
    if (strlen(kinds[i].name) == size && memcmp(kinds[i].name, word, size) == 0)
      return tgkit_on(h->t->kit, kinds[i].what, NULL, hear, h);
  if (is_update(word, size, &kind))
    return tgkit_on_update(h->t->kit, (enum tg_Update_kind)kind, hear, h);
  *h->error = (mtp_error){.status = MTP_ERR_ARGUMENT, .method = TL_NONE};
  snprintf(h->error->text, sizeof h->error->text, "--filter: there are no updates \"%.*s\"",
           (int)size, word);
  return MTP_ERR_ARGUMENT;
}

static mtp_status want_all(hearing *h) {
  mtp_status status = MTP_OK;
  if (!h->filter)
    return tgkit_on(h->t->kit, h->json ? TGKIT_ALL : TGKIT_MESSAGES | TGKIT_EDITS, NULL, hear, h);
  for (const char *word = h->filter; status == MTP_OK && *word;) {
    size_t size = strcspn(word, ",");
    status = size ? want(h, word, size) : MTP_OK;
    word += size + (word[size] == ',');
  }
  return status;
}

static mtp_status listen_on(talk *t, void *ctx, mtp_error *error) {
  hearing *h = ctx;
  bool authorized;
  h->t = t;
  h->error = error;
  mtp_status status = want_all(h);
  if (status == MTP_OK)
    status = tgauth_is_authorized(t->auth, &authorized, error);
  if (status == MTP_OK && !authorized) {
    *error =
        (mtp_error){.status = MTP_ERR_KEY_LOST, .method = TL_NONE, .text = "nobody is signed in"};
    status = MTP_ERR_KEY_LOST;
  }
  if (status == MTP_OK)
    status = tgkit_run(t->kit, error);
  return status == MTP_OK ? h->status : status;
}

static int cmd_listen(int argc, char **argv) {
  hearing h = {.left = -1};
  const char *count = NULL;
  const option_spec own[] = {
      {"--json", NULL, &h.json}, {"--filter", &h.filter, NULL}, {"--count", &count, NULL}};
  connection_args args;
  size_t n_words;
  if (!parse_options(argc, argv, own, 3, &args, NULL, 0, &n_words))
    return EXIT_USAGE;
  if (count && !count_of("--count", count, 1, &h.left))
    return EXIT_USAGE;
  args.keep_updates = true;
  return talk_and_report(&args, listen_on, &h);
}

const command tgcall_listen = {
    "listen", "[--json] [--filter LIST]", "print updates as they come", cmd_listen, help_listen,
    NULL};
