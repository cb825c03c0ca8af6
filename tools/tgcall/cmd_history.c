/* tgcall history: the messages of a chat. */
#include "talk.h"

static const char help_history[] = "Prints the messages of a chat, the newest first, one JSON "
                                   "object a line: id, date (unix time),\n"
                                   "chat, from, out, text, media, file. PEER as of tgcall send.\n"
                                   "\n"
                                   "  --limit N       so many at most; 100\n"
                                   "  --raw           each message as TL has it\n"
                                   "\n"
                                   "examples:\n"
                                   "  tgcall history @durov --limit 10 | jq -r .text\n";

static mtp_status print_history(talk *t, void *ctx, mtp_error *error) {
  const wanted_messages *w = ctx;
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

static int cmd_history(int argc, char **argv) {
  return list_messages(argc, argv, 1, "history needs a PEER", print_history);
}

const command tgcall_history = {"history",   "PEER",       "the messages of a chat",
                                cmd_history, help_history, NULL};
