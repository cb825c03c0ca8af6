/* Messages of text, and what becomes of those that are there. */
#include <stdlib.h>

#include "sending.h"
#include "store.h"

static void send_message(dc_call *call, const void *args) {
  const tg_messages_sendMessage *request = args;
  if (request->message.size == 0 || request->message.size > 4096 * 4)
    dc_error(call, 400, request->message.size == 0 ? "MESSAGE_EMPTY" : "MESSAGE_TOO_LONG");
  else
    dc_send(call, &request->peer,
            &(dc_outgoing){.text = request->message, .random_id = request->random_id}, 1);
}

static void affected(dc_call *call, int32_t count) {
  tg_messages_affectedMessages out = {.pts = call->user->pts, .pts_count = count};
  const tg_messages_affectedMessages *answer = &out;
  dc_answer(call, &answer);
}

static void read_history(dc_call *call, const void *args) {
  (void)args;
  affected(call, 0);
}

static bool named(const tg_messages_deleteMessages *request, int32_t id) {
  for (size_t i = 0; i < request->id.count; i++)
    if (request->id.items[i] == id)
      return true;
  return false;
}

static void delete_messages(dc_call *call, const void *args) {
  const tg_messages_deleteMessages *request = args;
  dc_user *user = call->user;
  size_t kept = 0;
  for (size_t i = 0; i < user->n_messages; i++) {
    if (named(request, user->messages[i].id))
      free(user->messages[i].text);
    else
      user->messages[kept++] = user->messages[i];
  }
  int32_t gone = (int32_t)(user->n_messages - kept);
  user->n_messages = kept;
  user->pts += gone;
  dc_store_user(call->dc, user);
  affected(call, gone);
}

const dc_method dc_methods_messages[] = {{"messages.sendMessage", send_message, DC_USER},
                                         {"messages.readHistory", read_history, DC_USER},
                                         {"messages.deleteMessages", delete_messages, DC_USER},
                                         {NULL, NULL, 0}};
