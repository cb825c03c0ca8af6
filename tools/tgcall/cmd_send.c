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
    "examples:\n"
    "  tgcall send 'Hello, myself!'\n"
    "  tgcall send @durov --format html 'Hello, <b>you</b>'\n"
    "  make 2>&1 | tail -n 20 | tgcall send me -\n";

typedef struct message {
  const char *to, *text;
  outgoing how;
} message;

static mtp_status send(talk *t, void *ctx, mtp_error *error) {
  const message *m = ctx;
  tgkit_input to;
  int32_t id = 0;
  mtp_status status = whom(t, m->to, &to, error);
  if (status == MTP_OK)
    status = tgkit_send(t->kit, &to, tl_string_of(m->text), &m->how.options, &id, error);
  if (status == MTP_OK)
    status = print_line(json_pack("{s:i}", "message_id", (int)id), error);
  return status;
}

static int cmd_send(int argc, char **argv) {
  message m = {.to = "me"};
  const char *words[2], *reply = NULL, *format = NULL;
  const option_spec own[] = {{"--reply-to", &reply, NULL},
                             {"--format", &format, NULL},
                             {"--silent", NULL, &m.how.options.silent}};
  connection_args args;
  size_t n_words;
  tl_buffer input;
  if (!parse_options(argc, argv, own, 3, &args, words, 2, &n_words))
    return EXIT_USAGE;
  if (n_words == 0)
    return usage_error("send needs a TEXT, and a PEER in front unless that is oneself");
  if (!read_outgoing(reply, format, &m.how))
    return EXIT_USAGE;
  if (n_words == 2)
    m.to = words[0];
  if (!check_text("PEER", m.to, strlen(m.to)))
    return EXIT_USAGE;
  tl_buffer_init(&input, NULL, 0);
  int status = text_or_input("TEXT", words[n_words - 1], &input, &m.text);
  if (status == EXIT_OK)
    status = talk_and_report(&args, send, &m);
  tl_buffer_free(&input);
  return status;
}

const command tgcall_send = {"send", "[PEER] TEXT|-", "send a message", cmd_send, help_send, NULL};
