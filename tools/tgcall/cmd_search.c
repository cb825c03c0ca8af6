/* tgcall search: messages of a chat that have a text in them. */
#include "talk.h"
#include <tg/messages.h>

static const char help_search[] =
    "Prints the messages of a chat that have TEXT in them, as tgcall history does.\n"
    "\n"
    "  --limit N       so many at most; 100\n"
    "  --raw           each message as TL has it\n"
    "\n"
    "examples:\n"
    "  tgcall search me invoice\n";

enum { PAGE = 100 };

static int32_t id_of(const tg_Message *message) {
  return message->kind == TG_message          ? message->message->id
         : message->kind == TG_messageService ? message->messageService->id
                                              : 0;
}

/* A page of what was found before *offset, printed; *left and *offset move. */
static mtp_status print_page(talk *t, const wanted_messages *w, const tgkit_input *chat,
                             int32_t *left, int32_t *offset, mtp_error *error) {
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
  tg_vector_Message found = tgkit_messages_of(&answer);
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
  const wanted_messages *w = ctx;
  tgkit_input chat;
  int32_t left = w->limit, offset = 0;
  mtp_status status = whom(t, w->who, &chat, error);
  while (status == MTP_OK && left > 0)
    status = print_page(t, w, &chat, &left, &offset, error);
  return status;
}

static int cmd_search(int argc, char **argv) {
  return list_messages(argc, argv, 2, "search needs a PEER and a TEXT", print_found);
}

const command tgcall_search = {"search",   "PEER TEXT", "find messages of a chat",
                               cmd_search, help_search, NULL};
