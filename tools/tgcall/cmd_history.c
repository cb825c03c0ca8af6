/* tgcall history and search: messages of a chat. */
#include "talk.h"
#include <tg/messages.h>

static const char help_history[] = "Prints the messages of a chat, the newest first, one JSON "
                                   "object a line: id, date (unix time),\n"
                                   "chat, from, out, text, media, file. PEER as of tgcall send.\n"
                                   "\n"
                                   "  --limit N       so many at most; 100\n"
                                   "  --raw           each message as TL has it\n"
                                   "\n"
                                   "  tgcall history @durov --limit 10 | jq -r .text\n";
static const char help_search[] =
    "Prints the messages of a chat that have TEXT in them, as tgcall history does.\n"
    "\n"
    "  --limit N       so many at most; 100\n"
    "  --raw           each message as TL has it\n"
    "\n"
    "  tgcall search me invoice\n";

enum { PAGE = 100 };

typedef struct wanted {
  const char *who, *text;
  int32_t limit;
  bool raw;
} wanted;

static mtp_status print_history(talk *t, void *ctx, mtp_error *error) {
  const wanted *w = ctx;
  tgkit_input chat;
  const tg_Message *message;
  int32_t left = w->limit;
  mtp_status status = whom(t, w->who, &chat, error);
  tgkit_pages *pages = status == MTP_OK ? tgkit_history(t->kit, &chat) : NULL;
  if (status == MTP_OK && !pages)
    status = MTP_ERR_NOMEM;
  while (status == MTP_OK && left-- > 0 && (message = tgkit_next_message(pages, &status, error)))
    status = print_message(message, pages, w->raw, error);
  tgkit_pages_free(pages);
  return status;
}

/* ---- search ---- */

static tg_vector_Message messages_of(const tg_messages_Messages *answer) {
  switch (answer->kind) {
  case TG_messages_messages:
    return answer->messages_messages->messages;
  case TG_messages_messagesSlice:
    return answer->messages_messagesSlice->messages;
  case TG_messages_channelMessages:
    return answer->messages_channelMessages->messages;
  default:
    return (tg_vector_Message){0};
  }
}

static int32_t id_of(const tg_Message *message) {
  return message->kind == TG_message          ? message->message->id
         : message->kind == TG_messageService ? message->messageService->id
                                              : 0;
}

/* A page of what was found before *offset, printed; *left and *offset move. */
static mtp_status print_page(talk *t, const wanted *w, const tgkit_input *chat, int32_t *left,
                             int32_t *offset, mtp_error *error) {
  tg_messages_search request = {.peer = chat->peer, .q = tl_string_of(w->text)};
  mtp_reply *reply;
  request.filter.kind = TG_inputMessagesFilterEmpty;
  request.limit = *left < PAGE ? *left : PAGE;
  request.offset_id = *offset;
  tl_call call = tg_messages_search_call(&request);
  mtp_status status = mtp_call_sync(tgauth_client(t->auth), &call, NULL, &reply, error);
  if (status != MTP_OK)
    return status;
  tg_messages_Messages answer = tg_messages_search_result(mtp_reply_value(reply));
  tg_vector_Message found = messages_of(&answer);
  int32_t before = *offset, last = found.count ? id_of(&found.items[found.count - 1]) : 0;
  for (size_t i = 0; status == MTP_OK && i < found.count && (*left)-- > 0; i++)
    status = print_message(&found.items[i], NULL, w->raw, error);
  *offset = last;
  if (last == 0 || (before && last >= before) || (int32_t)found.count < request.limit)
    *left = 0; /* that was all, or it would never end */
  mtp_reply_free(reply);
  return status;
}

static mtp_status print_found(talk *t, void *ctx, mtp_error *error) {
  const wanted *w = ctx;
  tgkit_input chat;
  int32_t left = w->limit, offset = 0;
  mtp_status status = whom(t, w->who, &chat, error);
  while (status == MTP_OK && left > 0)
    status = print_page(t, w, &chat, &left, &offset, error);
  return status;
}

/* ---- both ---- */

static int list(int argc, char **argv, size_t needed, const char *missing, talk_about about) {
  wanted w = {.limit = 100};
  const char *words[2], *limit = "100";
  const option_spec own[] = {{"--limit", &limit, NULL}, {"--raw", NULL, &w.raw}};
  connection_args args;
  size_t n_words;
  if (!parse_options(argc, argv, own, 2, &args, words, needed, &n_words) ||
      !count_of("--limit", limit, 1, &w.limit))
    return EXIT_USAGE;
  if (n_words < needed)
    return usage_error("%s", missing);
  w.who = words[0];
  w.text = needed > 1 ? words[1] : NULL;
  return talk_and_report(&args, about, &w);
}

static int cmd_history(int argc, char **argv) {
  return list(argc, argv, 1, "history needs a PEER", print_history);
}

static int cmd_search(int argc, char **argv) {
  return list(argc, argv, 2, "search needs a PEER and a TEXT", print_found);
}

const command tgcall_history = {"history", "PEER", "the messages of a chat", cmd_history,
                                help_history};

const command tgcall_search = {"search", "PEER TEXT", "find messages of a chat", cmd_search,
                               help_search};
