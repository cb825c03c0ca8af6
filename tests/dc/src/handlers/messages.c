/* Sending messages, to oneself above all. */
#include <stdlib.h>

#include "boxes.h"
#include "session.h"
#include "store.h"

static void push(tgdc *dc, dc_session *session, void *ctx) {
  const tg_updates *updates = ctx;
  tg_Updates box = tg_updates_box(updates);
  dc_push(dc, session, &box);
  dc_session_flush(dc, session);
}

/* The copy in the other person's box, told to all of their clients. */
static bool deliver(dc_call *call, dc_user *to, const dc_message_text *sent, tl_string text) {
  dc_message_text copy = {.from = sent->from, .peer = sent->from, .file = sent->file};
  const dc_message_text *added = dc_box_add(call->dc, to, &copy, text);
  tg_updates updates;
  if (added == NULL || !dc_box_update(call, to, added, NULL, &updates))
    return false;
  dc_sessions_of_user(call->dc, to->id, call->session, push, &updates);
  dc_store_user(call->dc, to);
  return true;
}

static bool sent_before(const dc_user *user, int64_t random_id) {
  for (size_t i = 0; i < user->n_messages; i++)
    if (random_id != 0 && user->messages[i].random_id == random_id)
      return true;
  return false;
}

static void send(dc_call *call, const tg_InputPeer *to, tl_string text, int64_t random_id,
                 int64_t file) {
  dc_user *peer = dc_peer(call, to);
  if (peer == NULL)
    return;
  if (sent_before(call->user, random_id)) {
    dc_error(call, 500, "RANDOM_ID_DUPLICATE");
    return;
  }
  dc_message_text message = {.from = call->user->id,
                             .peer = peer->id,
                             .out = peer != call->user,
                             .random_id = random_id,
                             .file = file};
  const dc_message_text *added = dc_box_add(call->dc, call->user, &message, text);
  if (added == NULL)
    return;
  tg_updateMessageID named = {.id = added->id, .random_id = random_id};
  tg_Update before = tg_updateMessageID_box(&named);
  tg_updates full, others;
  if (!dc_box_update(call, call->user, added, &before, &full) ||
      !dc_box_update(call, call->user, added, NULL, &others))
    return;
  tg_Updates answer = tg_updates_box(&full);
  dc_answer(call, &answer);
  dc_sessions_of_user(call->dc, call->user->id, call->session, push, &others);
  if (peer != call->user && !deliver(call, peer, &message, text))
    dc_log(call->dc, "a message was not delivered: out of memory");
  dc_store_user(call->dc, call->user);
}

static void send_message(dc_call *call, const void *args) {
  const tg_messages_sendMessage *request = args;
  if (request->message.size == 0 || request->message.size > 4096 * 4)
    dc_error(call, 400, request->message.size == 0 ? "MESSAGE_EMPTY" : "MESSAGE_TOO_LONG");
  else
    send(call, &request->peer, request->message, request->random_id, 0);
}

/* Puts the parts together. False: an error was answered. */
static bool assemble(dc_call *call, dc_file *file, int32_t parts) {
  if (parts <= 0 || file->n_parts < (size_t)parts) {
    dc_error_number(call, 400, "FILE_PART_%d_MISSING", (int)file->n_parts);
    return false;
  }
  tl_buffer_clear(&file->data);
  for (int32_t i = 0; i < parts; i++) {
    if (file->parts[i].data == NULL) {
      dc_error_number(call, 400, "FILE_PART_%d_MISSING", (int)i);
      return false;
    }
    if (tl_buffer_append(&file->data, file->parts[i].data, file->parts[i].size) != TL_OK)
      return false;
  }
  dc_file_drop_parts(file);
  return true;
}

/* Makes a document of an upload; false: an error was answered. */
static bool adopt_document(dc_call *call, const tg_inputMediaUploadedDocument *media, int64_t *id) {
  int64_t upload = 0;
  int32_t parts = 0;
  tl_string name = TL_STR("file");
  if (media->file.kind == TG_inputFile) {
    upload = media->file.inputFile->id;
    parts = media->file.inputFile->parts;
    name = media->file.inputFile->name;
  } else if (media->file.kind == TG_inputFileBig) {
    upload = media->file.inputFileBig->id;
    parts = media->file.inputFileBig->parts;
    name = media->file.inputFileBig->name;
  }
  dc_file *file = dc_file_find(call->dc, upload, call->user->id);
  if (file == NULL) {
    dc_error(call, 400, "FILE_PARTS_INVALID");
    return false;
  }
  if (!assemble(call, file, parts))
    return false;
  for (size_t i = 0; i < media->attributes.count; i++)
    if (media->attributes.items[i].kind == TG_documentAttributeFilename)
      name = media->attributes.items[i].documentAttributeFilename->file_name;
  DC_COPY(file->name, name);
  DC_COPY(file->mime, media->mime_type);
  file->date = call->now;
  file->dc = call->key->dc;
  *id = file->id;
  return dc_random_long(call->dc, &file->access_hash);
}

static void send_media(dc_call *call, const void *args) {
  const tg_messages_sendMedia *request = args;
  int64_t file = 0;
  if (request->media.kind != TG_inputMediaUploadedDocument)
    dc_error(call, 400, "MEDIA_INVALID");
  else if (adopt_document(call, request->media.inputMediaUploadedDocument, &file))
    send(call, &request->peer, request->message, request->random_id, file);
}

static void upload_media(dc_call *call, const void *args) {
  const tg_messages_uploadMedia *request = args;
  int64_t id = 0;
  if (request->media.kind != TG_inputMediaUploadedDocument) {
    dc_error(call, 400, "MEDIA_INVALID");
    return;
  }
  if (!adopt_document(call, request->media.inputMediaUploadedDocument, &id))
    return;
  tg_messageMediaDocument media = {
      .document = dc_file_view(call, dc_file_find(call->dc, id, call->user->id))};
  tg_MessageMedia answer = tg_messageMediaDocument_box(&media);
  dc_answer(call, &answer);
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
                                         {"messages.sendMedia", send_media, DC_USER},
                                         {"messages.uploadMedia", upload_media, DC_USER},
                                         {"messages.readHistory", read_history, DC_USER},
                                         {"messages.deleteMessages", delete_messages, DC_USER},
                                         {NULL, NULL, 0}};
