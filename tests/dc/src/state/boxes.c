/* Message boxes and how messages look on the wire. */
#include "boxes.h"

#include <stdlib.h>

dc_message_text *dc_box_add(tgdc *dc, dc_user *user, const dc_message_text *message,
                            tl_string text) {
  dc_message_text *grown = realloc(user->messages, (user->n_messages + 1) * sizeof *user->messages);
  if (grown == NULL)
    return NULL;
  user->messages = grown;
  dc_message_text *added = &grown[user->n_messages];
  *added = *message;
  added->text = malloc(text.size + 1);
  if (added->text == NULL)
    return NULL;
  if (text.size > 0)
    memcpy(added->text, text.data, text.size);
  added->text[text.size] = 0;
  added->size = text.size;
  added->id = user->next_message++;
  added->date = dc_unix(dc);
  added->pts = ++user->pts;
  user->n_messages++;
  return added;
}

tg_Peer dc_peer_user(dc_call *call, int64_t id) {
  tg_Peer none = {0};
  tg_peerUser *peer = dc_new(call, sizeof *peer);
  if (peer == NULL)
    return none;
  peer->user_id = id;
  return tg_peerUser_box(peer);
}

static tg_MessageMedia document_view(dc_call *call, const dc_file *file) {
  tg_MessageMedia none = {0};
  tg_messageMediaDocument *media = dc_new(call, sizeof *media);
  tg_document *document = dc_new(call, sizeof *document);
  tg_documentAttributeFilename *name = dc_new(call, sizeof *name);
  tg_DocumentAttribute *attribute = dc_new(call, sizeof *attribute);
  if (media == NULL || document == NULL || name == NULL || attribute == NULL)
    return none;
  name->file_name = tl_string_of(file->name);
  *attribute = tg_documentAttributeFilename_box(name);
  *document = (tg_document){.id = file->id,
                            .access_hash = file->access_hash,
                            .file_reference = tl_bytes_of("reference", 9),
                            .date = file->date,
                            .mime_type = tl_string_of(file->mime),
                            .size = (int64_t)file->data.size,
                            .dc_id = file->dc,
                            .attributes = {attribute, 1}};
  media->document = tg_document_box(document);
  return tg_messageMediaDocument_box(media);
}

/* Big-endian, as a PNG has its width and height; of other images they are not read. */
static int32_t png_number(const dc_file *file, size_t at) {
  static const uint8_t magic[] = {0x89, 'P', 'N', 'G'};
  const uint8_t *data = file->data.data;
  if (file->data.size < 24 || memcmp(data, magic, sizeof magic) != 0 || data[at] > 127)
    return 1;
  return (int32_t)data[at] << 24 | data[at + 1] << 16 | data[at + 2] << 8 | data[at + 3];
}

static tg_MessageMedia photo_view(dc_call *call, const dc_file *file) {
  tg_MessageMedia none = {0};
  tg_messageMediaPhoto *media = dc_new(call, sizeof *media);
  tg_photo *photo = dc_new(call, sizeof *photo);
  tg_photoSize *size = dc_new(call, sizeof *size);
  tg_PhotoSize *sizes = dc_new(call, sizeof *sizes);
  if (media == NULL || photo == NULL || size == NULL || sizes == NULL)
    return none;
  *size = (tg_photoSize){.type = TL_STR("y"),
                         .w = png_number(file, 16),
                         .h = png_number(file, 20),
                         .size = (int32_t)file->data.size};
  *sizes = tg_photoSize_box(size);
  *photo = (tg_photo){.id = file->id,
                      .access_hash = file->access_hash,
                      .file_reference = tl_bytes_of("reference", 9),
                      .date = file->date,
                      .sizes = {sizes, 1},
                      .dc_id = file->dc};
  media->photo = tg_photo_box(photo);
  return tg_messageMediaPhoto_box(media);
}

tg_MessageMedia dc_file_view(dc_call *call, const dc_file *file) {
  return file->photo ? photo_view(call, file) : document_view(call, file);
}

dc_file *dc_file_find(tgdc *dc, int64_t id, int64_t user_id) {
  dc_file *file = dc->files;
  while (file != NULL && (file->id != id || (user_id != 0 && file->user_id != user_id)))
    file = file->next;
  return file;
}

static bool add_media(dc_call *call, const dc_message_text *message, tg_message *view) {
  const dc_file *file = message->file == 0 ? NULL : dc_file_find(call->dc, message->file, 0);
  if (file == NULL)
    return true;
  view->media = dc_file_view(call, file);
  return view->media.kind != 0;
}

tg_Message dc_box_view(dc_call *call, const dc_message_text *message) {
  tg_Message none = {0};
  tg_message *view = dc_new(call, sizeof *view);
  if (view == NULL || !add_media(call, message, view))
    return none;
  view->id = message->id;
  view->out = message->out;
  view->date = message->date;
  view->grouped_id = message->album;
  view->message = (tl_string){message->text, message->size};
  if (message->from != message->peer)
    view->from_id = dc_peer_user(call, message->from);
  view->peer_id = dc_peer_user(call, message->peer);
  return view->peer_id.kind == 0 ? none : tg_message_box(view);
}

tg_vector_User dc_box_people(dc_call *call, const dc_user *a, const dc_user *b) {
  tg_vector_User people = {0};
  tg_User *list = dc_new(call, 2 * sizeof *list);
  if (list == NULL)
    return people;
  if (a != NULL)
    list[people.count++] = dc_user_view(call, a);
  if (b != NULL && b != a)
    list[people.count++] = dc_user_view(call, b);
  people.items = list;
  return people;
}

/* `self` is whoever reads the answer, so the view is made as for the owner. */
bool dc_box_update(dc_call *call, dc_user *owner, const dc_message_text *message,
                   const tg_Update *before, tg_updates *out) {
  dc_user *caller = call->user;
  tg_updateNewMessage *fresh = dc_new(call, sizeof *fresh);
  tg_Update *list = dc_new(call, 2 * sizeof *list);
  if (fresh == NULL || list == NULL)
    return false;
  call->user = owner;
  size_t count = 0;
  if (before != NULL)
    list[count++] = *before;
  fresh->message = dc_box_view(call, message);
  fresh->pts = message->pts;
  fresh->pts_count = 1;
  list[count++] = tg_updateNewMessage_box(fresh);
  *out = (tg_updates){.date = call->now, .updates = {.items = list, .count = count}};
  out->users = dc_box_people(call, dc_user_by_id(call->dc, message->from),
                             dc_user_by_id(call->dc, message->peer));
  call->user = caller;
  return fresh->message.kind != 0;
}

dc_user *dc_peer(dc_call *call, const tg_InputPeer *peer) {
  dc_user *user = NULL;
  if (peer->kind == TG_inputPeerSelf)
    return call->user;
  if (peer->kind == TG_inputPeerUser) {
    user = dc_user_by_id(call->dc, peer->inputPeerUser->user_id);
    if (user != NULL && user != call->user && !call->user->bot &&
        user->access_hash != peer->inputPeerUser->access_hash)
      user = NULL;
  }
  if (user == NULL)
    dc_error(call, 400, "PEER_ID_INVALID");
  return user;
}
