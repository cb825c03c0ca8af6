/* tgcall send: a message to somebody. */
#include "talk.h"
#include <stdio.h>
#include <string.h>

static const char help_send[] =
    "Sends a message and prints its number. PEER is me, @name, +phone, a t.me link, or an id as\n"
    "tgcall dialogs prints it; without PEER it goes to oneself. TEXT - reads standard input.\n"
    "\n"
    "  --reply-to N    as an answer to that message of the chat\n"
    "  --format F      html, markdown or markdown-v2, as bots have them; plain otherwise\n"
    "  --silent        without a sound\n"
    "\n"
    "  tgcall send 'Hello, myself!'\n"
    "  tgcall send @durov --format html 'Hello, <b>you</b>'\n"
    "  make 2>&1 | tail -n 20 | tgcall send me -\n";

typedef struct message {
  const char *to, *text;
  tgkit_markup markup;
  tgkit_send_options options;
} message;

static mtp_status send(talk *t, void *ctx, mtp_error *error) {
  const message *m = ctx;
  tgkit_input to;
  int32_t id = 0;
  mtp_status status = whom(t, m->to, &to, error);
  if (status == MTP_OK)
    status = tgkit_send(t->kit, &to, tl_string_of(m->text), &m->options, &id, error);
  if (status == MTP_OK)
    printf("{\"message_id\": %d}\n", (int)id);
  return status;
}

static bool read_format(const char *name, message *m) {
  static const char *const names[] = {"html", "markdown-v2", "markdown"};
  static const tgkit_markup markups[] = {TGKIT_HTML, TGKIT_MARKDOWN_V2, TGKIT_MARKDOWN};
  if (!name || strcmp(name, "plain") == 0)
    return true;
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (strcmp(name, names[i]) == 0) {
      m->markup = markups[i];
      m->options.markup = &m->markup;
      return true;
    }
  }
  return usage_error("--format is html, markdown, markdown-v2 or plain, not \"%s\"", name), false;
}

static int cmd_send(int argc, char **argv) {
  message m = {.to = "me"};
  const char *words[2], *reply = NULL, *format = NULL;
  const option_spec own[] = {{"--reply-to", &reply, NULL},
                             {"--format", &format, NULL},
                             {"--silent", NULL, &m.options.silent}};
  connection_args args;
  size_t n_words;
  tl_buffer input;
  if (!parse_options(argc, argv, own, 3, &args, words, 2, &n_words))
    return EXIT_USAGE;
  if (n_words == 0)
    return usage_error("send needs a TEXT, and a PEER in front unless that is oneself");
  if (!count_of("--reply-to", reply, 1, &m.options.reply_to) || !read_format(format, &m))
    return EXIT_USAGE;
  if (n_words == 2)
    m.to = words[0];
  tl_buffer_init(&input, NULL, 0);
  m.text = text_or_input(words[n_words - 1], &input);
  int status = m.text ? talk_and_report(&args, send, &m) : EXIT_USAGE;
  tl_buffer_free(&input);
  return status;
}

const command tgcall_send = {"send", "[PEER] TEXT|-", "send a message", cmd_send, help_send};
