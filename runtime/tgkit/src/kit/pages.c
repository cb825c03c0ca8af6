/* Lists that come a page at a time: history, dialogs, participants. The offset of the next page is
 * what the last one ended with (https://core.telegram.org/api/offsets). */
#include <stdio.h>
#include <string.h>
#include <tg/channels.h>
#include <tg/messages.h>

#include "kit/call.h"
#include "kit/kit.h"
#include "peers/ids.h"

enum { PAGE = 100 };

enum list { HISTORY, DIALOGS, PARTICIPANTS };

struct tgkit_pages {
  tgkit *kit;
  enum list list;
  tgkit_kind kind; /* of the chat; copying a tgkit_input is not allowed */
  int64_t id;
  mtp_reply *reply; /* the page */
  tg_vector_Message messages;
  tg_vector_Dialog dialogs;
  tg_vector_ChannelParticipant participants;
  tg_vector_User users;
  tg_vector_Chat chats;
  size_t at;
  bool last; /* no page follows */
  /* where the next page begins */
  int32_t offset_id, offset_date, offset;
  int64_t offset_peer; /* marked */
};

static tgkit_pages *open_pages(tgkit *kit, enum list list, const tgkit_input *chat) {
  tgkit_pages *pages = tl_alloc_zero(NULL, sizeof *pages);
  if (!pages)
    return NULL;
  pages->kit = kit;
  pages->list = list;
  if (chat) {
    pages->kind = chat->peer.kind == TG_inputPeerSelf ? TGKIT_USER : chat->kind;
    pages->id = chat->id;
  }
  return pages;
}

tgkit_pages *tgkit_history(tgkit *kit, const tgkit_input *chat) {
  return open_pages(kit, HISTORY, chat);
}

tgkit_pages *tgkit_dialogs(tgkit *kit) {
  return open_pages(kit, DIALOGS, NULL);
}

tgkit_pages *tgkit_participants(tgkit *kit, const tgkit_input *channel) {
  return open_pages(kit, PARTICIPANTS, channel);
}

void tgkit_pages_free(tgkit_pages *pages) {
  if (!pages)
    return;
  mtp_reply_free(pages->reply);
  tl_free(NULL, pages, sizeof *pages);
}

/* ---- history ---- */

static tl_call fill_history(void *args, const tgkit_input *to) {
  tg_messages_getHistory *request = args;
  request->peer = to->peer;
  return tg_messages_getHistory_call(request);
}

static void take_messages(tgkit_pages *pages, const tg_messages_Messages *page) {
  pages->messages = tgkit_messages_of(page);
  switch (page->kind) {
  case TG_messages_messages:
    pages->users = page->messages_messages->users;
    pages->chats = page->messages_messages->chats;
    pages->last = true;
    break;
  case TG_messages_messagesSlice:
    pages->users = page->messages_messagesSlice->users;
    pages->chats = page->messages_messagesSlice->chats;
    break;
  case TG_messages_channelMessages:
    pages->users = page->messages_channelMessages->users;
    pages->chats = page->messages_channelMessages->chats;
    break;
  default:
    break;
  }
  pages->last = pages->last || !pages->messages.count;
}

static int32_t id_of(const tg_Message *message) {
  switch (message->kind) {
  case TG_message:
    return message->message->id;
  case TG_messageService:
    return message->messageService->id;
  case TG_messageEmpty:
    return message->messageEmpty->id;
  default:
    return 0;
  }
}

static mtp_status fetch_history(tgkit_pages *pages, tgkit_input *chat, mtp_error *error) {
  tg_messages_getHistory history = {.offset_id = pages->offset_id, .limit = PAGE};
  tgkit_request request = {&history, fill_history};
  mtp_status status = tgkit_call(pages->kit, &request, chat, &pages->reply, error);
  if (status != MTP_OK)
    return status;
  tg_messages_Messages page = tg_messages_getHistory_result(mtp_reply_value(pages->reply));
  int32_t before = pages->offset_id;
  take_messages(pages, &page);
  if (pages->messages.count)
    pages->offset_id = id_of(&pages->messages.items[pages->messages.count - 1]);
  if (before && pages->offset_id >= before) { /* the same again would never end */
    pages->messages.count = 0;
    pages->last = true;
  }
  return MTP_OK;
}

/* ---- dialogs ---- */

static void take_dialogs(tgkit_pages *pages, const tg_messages_Dialogs *page) {
  if (page->kind == TG_messages_dialogs) {
    pages->dialogs = page->messages_dialogs->dialogs;
    pages->messages = page->messages_dialogs->messages;
    pages->users = page->messages_dialogs->users;
    pages->chats = page->messages_dialogs->chats;
  } else if (page->kind == TG_messages_dialogsSlice) {
    pages->dialogs = page->messages_dialogsSlice->dialogs;
    pages->messages = page->messages_dialogsSlice->messages;
    pages->users = page->messages_dialogsSlice->users;
    pages->chats = page->messages_dialogsSlice->chats;
  }
  pages->last = page->kind != TG_messages_dialogsSlice || !pages->dialogs.count;
}

static int32_t date_of(const tgkit_pages *pages, int64_t chat, int32_t id) {
  for (size_t i = 0; i < pages->messages.count; i++) {
    const tg_Message *one = &pages->messages.items[i];
    if (one->kind == TG_message && one->message->id == id &&
        tgkit_marked_peer(&one->message->peer_id) == chat)
      return one->message->date;
    if (one->kind == TG_messageService && one->messageService->id == id &&
        tgkit_marked_peer(&one->messageService->peer_id) == chat)
      return one->messageService->date;
  }
  return 0;
}

/* The last dialog of the page whose message is in there says where the next one begins. */
static void move_on(tgkit_pages *pages) {
  for (size_t i = pages->dialogs.count; i; i--) {
    const tg_Dialog *one = &pages->dialogs.items[i - 1];
    if (one->kind != TG_dialog)
      continue;
    int64_t chat = tgkit_marked_peer(&one->dialog->peer);
    int32_t date = date_of(pages, chat, one->dialog->top_message);
    if (!date)
      continue;
    bool moved = pages->offset_peer != chat || pages->offset_id != one->dialog->top_message;
    pages->offset_peer = chat;
    pages->offset_id = one->dialog->top_message;
    pages->offset_date = date;
    pages->last = pages->last || !moved;
    return;
  }
  pages->last = true;
}

static mtp_status fetch_dialogs(tgkit_pages *pages, mtp_error *error) {
  static const tg_inputPeerEmpty empty;
  tgkit_input from;
  int64_t id;
  tgkit_kind kind = tgkit_unmark(pages->offset_peer, &id);
  tg_messages_getDialogs request = {.offset_date = pages->offset_date,
                                    .offset_id = pages->offset_id,
                                    .offset_peer = tg_inputPeerEmpty_box(&empty),
                                    .limit = PAGE};
  if (kind != TGKIT_NOBODY && tgkit_input_of(tgkit_peers_of(pages->kit), kind, id, &from))
    request.offset_peer = from.peer;
  tl_call call = tg_messages_getDialogs_call(&request);
  mtp_status status = mtp_call_sync(tgkit_client(pages->kit), &call, NULL, &pages->reply, error);
  if (status != MTP_OK)
    return status;
  tg_messages_Dialogs page = tg_messages_getDialogs_result(mtp_reply_value(pages->reply));
  take_dialogs(pages, &page);
  move_on(pages);
  return MTP_OK;
}

/* ---- participants ---- */

typedef struct asking {
  tg_channels_getParticipants request;
  tg_channelParticipantsRecent filter;
} asking;

static tl_call fill_participants(void *args, const tgkit_input *to) {
  asking *a = args;
  a->request.channel = to->channel;
  a->request.filter = tg_channelParticipantsRecent_box(&a->filter);
  return tg_channels_getParticipants_call(&a->request);
}

static mtp_status fetch_participants(tgkit_pages *pages, tgkit_input *channel, mtp_error *error) {
  asking a = {.request = {.offset = pages->offset, .limit = PAGE}};
  tgkit_request request = {&a, fill_participants};
  mtp_status status = tgkit_call(pages->kit, &request, channel, &pages->reply, error);
  if (status != MTP_OK)
    return status;
  tg_channels_ChannelParticipants page =
      tg_channels_getParticipants_result(mtp_reply_value(pages->reply));
  if (page.kind == TG_channels_channelParticipants) {
    pages->participants = page.channels_channelParticipants->participants;
    pages->users = page.channels_channelParticipants->users;
    pages->chats = page.channels_channelParticipants->chats;
  }
  pages->offset += (int32_t)pages->participants.count;
  pages->last = !pages->participants.count;
  return MTP_OK;
}

/* ---- one after the other ---- */

static mtp_status fetch_page(tgkit_pages *pages, mtp_error *error) {
  tgkit_input chat;
  if (pages->list == DIALOGS)
    return fetch_dialogs(pages, error);
  if (!tgkit_input_of(tgkit_peers_of(pages->kit), pages->kind, pages->id, &chat))
    return tgkit_fail(error, MTP_ERR_ARGUMENT, "nothing is known of the chat");
  return pages->list == HISTORY ? fetch_history(pages, &chat, error)
                                : fetch_participants(pages, &chat, error);
}

/* An answer need not hold what the next page is made of ("not modified"): nothing of the last one
 * stays. */
static void drop_page(tgkit_pages *pages) {
  mtp_reply_free(pages->reply);
  pages->reply = NULL;
  pages->messages = (tg_vector_Message){0};
  pages->dialogs = (tg_vector_Dialog){0};
  pages->participants = (tg_vector_ChannelParticipant){0};
  pages->users = (tg_vector_User){0};
  pages->chats = (tg_vector_Chat){0};
  pages->at = 0;
}

/* Whether there is one at pages->at, of so many in a page that *count says. */
static bool have_next(tgkit_pages *pages, enum list list, const size_t *count, mtp_status *status,
                      mtp_error *error) {
  *status = MTP_OK;
  if (pages->list != list)
    return false;
  if (pages->reply && pages->at < *count)
    return true;
  if (pages->last)
    return false;
  drop_page(pages);
  *status = fetch_page(pages, error);
  return *status == MTP_OK && pages->at < *count;
}

const tg_Message *tgkit_next_message(tgkit_pages *pages, mtp_status *status, mtp_error *error) {
  return have_next(pages, HISTORY, &pages->messages.count, status, error)
             ? &pages->messages.items[pages->at++]
             : NULL;
}

const tg_dialog *tgkit_next_dialog(tgkit_pages *pages, mtp_status *status, mtp_error *error) {
  while (have_next(pages, DIALOGS, &pages->dialogs.count, status, error)) {
    const tg_Dialog *one = &pages->dialogs.items[pages->at++];
    if (one->kind == TG_dialog)
      return one->dialog;
  }
  return NULL;
}

const tg_ChannelParticipant *tgkit_next_participant(tgkit_pages *pages, mtp_status *status,
                                                    mtp_error *error) {
  return have_next(pages, PARTICIPANTS, &pages->participants.count, status, error)
             ? &pages->participants.items[pages->at++]
             : NULL;
}

/* ---- names to show ---- */

static void title_of_user(const tgkit_pages *pages, int64_t id, char *out, size_t size) {
  for (size_t i = 0; i < pages->users.count; i++) {
    const tg_user *user = pages->users.items[i].kind == TG_user ? pages->users.items[i].user : NULL;
    if (user && user->id == id)
      snprintf(out, size, "%.*s%s%.*s", (int)user->first_name.size,
               user->first_name.data ? user->first_name.data : "", user->last_name.size ? " " : "",
               (int)user->last_name.size, user->last_name.data ? user->last_name.data : "");
  }
}

static void title_of_chat(const tgkit_pages *pages, int64_t marked, char *out, size_t size) {
  for (size_t i = 0; i < pages->chats.count; i++) {
    const tg_Chat *one = &pages->chats.items[i];
    tl_string title = {"", 0};
    if (one->kind == TG_chat && tgkit_marked(TGKIT_CHAT, one->chat->id) == marked)
      title = one->chat->title;
    else if (one->kind == TG_channel && tgkit_marked(TGKIT_CHANNEL, one->channel->id) == marked)
      title = one->channel->title;
    if (title.size)
      snprintf(out, size, "%.*s", (int)title.size, title.data);
  }
}

const char *tgkit_title(tgkit_pages *pages, const tg_Peer *peer, char *out, size_t size) {
  if (size)
    *out = 0;
  if (peer->kind == TG_peerUser)
    title_of_user(pages, peer->peerUser->user_id, out, size);
  else
    title_of_chat(pages, tgkit_marked_peer(peer), out, size);
  return out;
}
