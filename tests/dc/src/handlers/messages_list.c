/* Reading one's messages: history, dialogs, and single messages by id. */
#include "boxes.h"

/* Messages with one person, newest first. */
typedef struct listing {
  tg_vector_Message messages;
  int32_t count; /* of all that there are */
} listing;

static bool within(const tg_messages_getHistory *request, const dc_message_text *message) {
  return (request->offset_id == 0 || message->id < request->offset_id) &&
         (request->max_id == 0 || message->id < request->max_id) && message->id > request->min_id;
}

static bool list_history(dc_call *call, const tg_messages_getHistory *request, int64_t peer,
                         listing *out) {
  const dc_user *user = call->user;
  size_t most = request->limit < 0 ? 0 : request->limit > 100 ? 100 : (size_t)request->limit;
  tg_Message *list = dc_new(call, (most + 1) * sizeof *list);
  *out = (listing){0};
  for (size_t i = user->n_messages; list != NULL && i-- > 0;) {
    const dc_message_text *message = &user->messages[i];
    if (message->peer != peer)
      continue;
    out->count++;
    if (out->messages.count < most && within(request, message))
      list[out->messages.count++] = dc_box_view(call, message);
  }
  out->messages.items = list;
  return list != NULL;
}

static void get_history(dc_call *call, const void *args) {
  const tg_messages_getHistory *request = args;
  listing found;
  const dc_user *peer = dc_peer(call, &request->peer);
  if (peer == NULL || !list_history(call, request, peer->id, &found))
    return;
  tg_vector_User users = dc_box_people(call, call->user, peer);
  tg_messages_messages all = {.messages = found.messages, .users = users};
  tg_messages_messagesSlice slice = {
      .messages = found.messages, .users = users, .count = found.count};
  tg_messages_Messages answer = (int32_t)found.messages.count == found.count
                                    ? tg_messages_messages_box(&all)
                                    : tg_messages_messagesSlice_box(&slice);
  dc_answer(call, &answer);
}

/* ASCII letters without regard to case. */
static bool has_words(const char *text, tl_string words) {
  for (; *text; text++) {
    size_t n = 0;
    while (n < words.size && text[n] && (text[n] | 32) == (words.data[n] | 32))
      n++;
    if (n == words.size)
      return true;
  }
  return words.size == 0;
}

static void search(dc_call *call, const void *args) {
  const tg_messages_search *request = args;
  const dc_user *user = call->user, *peer = dc_peer(call, &request->peer);
  if (peer == NULL)
    return;
  if (request->filter.kind != TG_inputMessagesFilterEmpty || request->add_offset != 0) {
    dc_error(call, 400, "FILTER_NOT_SUPPORTED");
    return;
  }
  size_t most = request->limit < 0 ? 0 : request->limit > 100 ? 100 : (size_t)request->limit;
  tg_Message *list = dc_new(call, (most + 1) * sizeof *list);
  tg_messages_messagesSlice out = {.users = dc_box_people(call, user, peer)};
  for (size_t i = user->n_messages; list != NULL && i-- > 0;) {
    const dc_message_text *message = &user->messages[i];
    if (message->peer != peer->id || !has_words(message->text, request->q))
      continue;
    out.count++;
    if (out.messages.count < most && (request->offset_id == 0 || message->id < request->offset_id))
      list[out.messages.count++] = dc_box_view(call, message);
  }
  out.messages.items = list;
  tg_messages_Messages answer = tg_messages_messagesSlice_box(&out);
  dc_answer(call, &answer);
}

static const dc_message_text *by_id(const dc_user *user, int32_t id) {
  for (size_t i = 0; i < user->n_messages; i++)
    if (user->messages[i].id == id)
      return &user->messages[i];
  return NULL;
}

static tg_Message view_or_empty(dc_call *call, int32_t id) {
  tg_Message none = {0};
  const dc_message_text *message = by_id(call->user, id);
  tg_messageEmpty *empty = dc_new(call, sizeof *empty);
  if (message != NULL || empty == NULL)
    return message == NULL ? none : dc_box_view(call, message);
  empty->id = id;
  return tg_messageEmpty_box(empty);
}

static void get_messages(dc_call *call, const void *args) {
  const tg_messages_getMessages *request = args;
  size_t count = request->id.count > 100 ? 100 : request->id.count;
  tg_Message *list = dc_new(call, (count + 1) * sizeof *list);
  if (list == NULL)
    return;
  for (size_t i = 0; i < count; i++) {
    const tg_InputMessage *id = &request->id.items[i];
    list[i] = view_or_empty(call, id->kind == TG_inputMessageID ? id->inputMessageID->id : 0);
  }
  tg_messages_messages all = {.messages = {.items = list, .count = count},
                              .users = dc_box_people(call, call->user, NULL)};
  tg_messages_Messages answer = tg_messages_messages_box(&all);
  dc_answer(call, &answer);
}

static bool newest_of_peer(const dc_user *user, size_t index) {
  for (size_t i = index + 1; i < user->n_messages; i++)
    if (user->messages[i].peer == user->messages[index].peer)
      return false;
  return true;
}

static bool add_dialog(dc_call *call, const dc_message_text *message, tg_Dialog *out) {
  static const tg_peerNotifySettings notify;
  tg_dialog *dialog = dc_new(call, sizeof *dialog);
  if (dialog == NULL)
    return false;
  dialog->peer = dc_peer_user(call, message->peer);
  dialog->top_message = dialog->read_outbox_max_id = dialog->read_inbox_max_id = message->id;
  dialog->notify_settings = &notify;
  *out = tg_dialog_box(dialog);
  return true;
}

static void get_dialogs(dc_call *call, const void *args) {
  const tg_messages_getDialogs *request = args;
  const dc_user *user = call->user;
  size_t count = 0, most = user->n_messages;
  tg_Dialog *dialogs = dc_new(call, (most + 1) * sizeof *dialogs);
  tg_Message *messages = dc_new(call, (most + 1) * sizeof *messages);
  tg_User *users = dc_new(call, (most + 2) * sizeof *users);
  bool first = request->offset_date == 0 && request->offset_id == 0 &&
               (!request->has_folder_id || request->folder_id == 0);
  if (dialogs == NULL || messages == NULL || users == NULL)
    return;
  for (size_t i = most; first && i-- > 0;) {
    const dc_user *peer = dc_user_by_id(call->dc, user->messages[i].peer);
    if (peer == NULL || !newest_of_peer(user, i))
      continue;
    if (!add_dialog(call, &user->messages[i], &dialogs[count]))
      return;
    messages[count] = dc_box_view(call, &user->messages[i]);
    users[count++] = dc_user_view(call, peer);
  }
  users[count] = dc_user_view(call, user);
  tg_messages_dialogs all = {.dialogs = {.items = dialogs, .count = count},
                             .messages = {.items = messages, .count = count},
                             .users = {.items = users, .count = count + 1}};
  tg_messages_Dialogs answer = tg_messages_dialogs_box(&all);
  dc_answer(call, &answer);
}

static void fill_state(const dc_call *call, tg_updates_state *state) {
  *state = (tg_updates_state){
      .pts = call->user->pts, .qts = call->user->qts, .date = call->now, .seq = call->user->seq};
}

/* Nothing is ever pinned. */
static void get_pinned_dialogs(dc_call *call, const void *args) {
  (void)args;
  tg_updates_state state;
  fill_state(call, &state);
  tg_messages_peerDialogs none = {.state = &state};
  const tg_messages_peerDialogs *answer = &none;
  dc_answer(call, &answer);
}

static const dc_message_text *last_with(const dc_user *user, int64_t peer) {
  for (size_t i = user->n_messages; i-- > 0;)
    if (user->messages[i].peer == peer)
      return &user->messages[i];
  return NULL;
}

static void get_peer_dialogs(dc_call *call, const void *args) {
  const tg_messages_getPeerDialogs *request = args;
  const dc_message_text nothing = {.peer = call->user->id};
  tg_updates_state state;
  tg_Dialog dialog;
  tg_Message message;
  const dc_user *peer = call->user;
  if (request->peers.count > 0 && request->peers.items[0].kind == TG_inputDialogPeer)
    peer = dc_peer(call, &request->peers.items[0].inputDialogPeer->peer);
  if (peer == NULL)
    return;
  const dc_message_text *last = last_with(call->user, peer->id);
  dc_message_text empty = nothing;
  empty.peer = peer->id;
  if (!add_dialog(call, last != NULL ? last : &empty, &dialog))
    return;
  fill_state(call, &state);
  tg_messages_peerDialogs out = {.dialogs = {.items = &dialog, .count = 1}, .state = &state};
  if (last != NULL) {
    message = dc_box_view(call, last);
    out.messages.items = &message;
    out.messages.count = 1;
  }
  out.users = dc_box_people(call, call->user, peer);
  const tg_messages_peerDialogs *answer = &out;
  dc_answer(call, &answer);
}

/* There are none: TDLib ends itself when a set it never saw is said to be unchanged. */
static void get_sticker_set(dc_call *call, const void *args) {
  (void)args;
  dc_error(call, DC_CODE_OF_METHOD, "STICKERSET_INVALID");
}

const dc_method dc_methods_messages_list[] = {
    {"messages.getHistory", get_history, DC_USER},
    {"messages.search", search, DC_USER},
    {"messages.getMessages", get_messages, DC_USER},
    {"messages.getDialogs", get_dialogs, DC_USER},
    {"messages.getPeerDialogs", get_peer_dialogs, DC_USER},
    {"messages.getPinnedDialogs", get_pinned_dialogs, DC_USER},
    {"messages.getStickerSet", get_sticker_set, DC_USER},
    {NULL, NULL, 0}};
