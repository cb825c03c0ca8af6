/* Messages by their number, and the files in them. */
#include <string.h>
#include <tg/channels.h>
#include <tg/messages.h>

#include "kit/call.h"
#include "kit/kit.h"
#include "peers/ids.h"

/* ---- one message ---- */

static tl_call fill_get(void *args, const tgkit_input *to) {
  (void)to;
  return tg_messages_getMessages_call(args);
}

static tl_call fill_channel_get(void *args, const tgkit_input *to) {
  tg_channels_getMessages *request = args;
  request->channel = to->channel;
  return tg_channels_getMessages_call(request);
}

static bool is_in(const tg_message *message, const tgkit_input *chat) {
  int64_t id;
  tgkit_kind kind = tgkit_unmark(tgkit_marked_peer(&message->peer_id), &id);
  return chat->id == 0 || (kind == chat->kind && id == chat->id);
}

mtp_status tgkit_message(tgkit *kit, tgkit_input *chat, int32_t id, mtp_reply **reply,
                         const tg_message **out, mtp_error *error) {
  tg_inputMessageID number = {id};
  tg_InputMessage one = tg_inputMessageID_box(&number);
  tg_messages_getMessages own = {{&one, 1}};
  tg_channels_getMessages channel = {.id = {&one, 1}};
  tgkit_request here = {&own, fill_get}, there = {&channel, fill_channel_get};
  mtp_status status =
      tgkit_call(kit, chat->kind == TGKIT_CHANNEL ? &there : &here, chat, reply, error);
  if (status != MTP_OK)
    return status;
  tg_messages_Messages answer = tg_messages_getMessages_result(mtp_reply_value(*reply));
  tg_vector_Message list = tgkit_messages_of(&answer);
  if (list.count == 1 && list.items[0].kind == TG_message && is_in(list.items[0].message, chat)) {
    *out = list.items[0].message;
    return MTP_OK;
  }
  mtp_reply_free(*reply);
  *reply = NULL;
  return tgkit_fail(error, MTP_ERR_ARGUMENT, "the chat has no message of that number");
}

/* ---- its file ---- */

static const tg_document *document_of(const tg_message *message) {
  if (message->media.kind != TG_messageMediaDocument)
    return NULL;
  tg_Document document = message->media.messageMediaDocument->document;
  return document.kind == TG_document ? document.document : NULL;
}

static const tg_photo *photo_of(const tg_message *message) {
  if (message->media.kind != TG_messageMediaPhoto)
    return NULL;
  tg_Photo photo = message->media.messageMediaPhoto->photo;
  return photo.kind == TG_photo ? photo.photo : NULL;
}

tl_string tgkit_file_name(const tg_message *message) {
  const tg_document *document = document_of(message);
  tl_string none = {"", 0};
  for (size_t i = 0; document && i < document->attributes.count; i++)
    if (document->attributes.items[i].kind == TG_documentAttributeFilename)
      return document->attributes.items[i].documentAttributeFilename->file_name;
  return none;
}

/* The largest size of a photo, by its bytes; type NULL: there is none to fetch. */
static tl_string largest(const tg_photo *photo, int64_t *size) {
  tl_string type = {NULL, 0};
  *size = 0;
  for (size_t i = 0; i < photo->sizes.count; i++) {
    const tg_PhotoSize *one = &photo->sizes.items[i];
    if (one->kind == TG_photoSize && one->photoSize->size >= *size) {
      type = one->photoSize->type;
      *size = one->photoSize->size;
    } else if (one->kind == TG_photoSizeProgressive && one->photoSizeProgressive->sizes.count) {
      tl_vector_int sizes = one->photoSizeProgressive->sizes;
      type = one->photoSizeProgressive->type;
      *size = sizes.items[sizes.count - 1];
    }
  }
  return type;
}

static bool locate(const tg_message *message, tgkit_remote *out) {
  const tg_document *document = document_of(message);
  const tg_photo *photo = photo_of(message);
  if (document) {
    out->of.document = (tg_inputDocumentFileLocation){.id = document->id,
                                                      .access_hash = document->access_hash,
                                                      .file_reference = document->file_reference,
                                                      .thumb_size = TL_STR("")};
    out->file.location = tg_inputDocumentFileLocation_box(&out->of.document);
    out->file.dc = document->dc_id;
    out->file.size = document->size;
    return true;
  }
  tl_string type = photo ? largest(photo, &out->file.size) : (tl_string){NULL, 0};
  if (!type.data)
    return false;
  out->of.photo = (tg_inputPhotoFileLocation){.id = photo->id,
                                              .access_hash = photo->access_hash,
                                              .file_reference = photo->file_reference,
                                              .thumb_size = type};
  out->file.location = tg_inputPhotoFileLocation_box(&out->of.photo);
  out->file.dc = photo->dc_id;
  return true;
}

bool tgkit_remote_file(tgkit *kit, const tg_message *message, tgkit_remote *out) {
  tgkit_input chat;
  memset(out, 0, sizeof *out);
  if (!locate(message, out))
    return false;
  mtp_origin *origin = &out->file.origin;
  bool channel = message->peer_id.kind == TG_peerChannel;
  if (channel && !tgkit_chat_of(kit, message, &chat))
    return true; /* too little is known to ask for it anew */
  if (channel && chat.channel.kind != TG_inputChannel)
    return true;
  origin->kind = MTP_ORIGIN_MESSAGE;
  origin->message_id = message->id;
  if (channel) {
    origin->id = chat.channel.inputChannel->channel_id;
    origin->access_hash = chat.channel.inputChannel->access_hash;
  }
  return true;
}

mtp_status tgkit_download(tgkit *kit, const tg_message *message, const char *path,
                          const mtp_transfer_options *transfer, int64_t *size, mtp_error *error) {
  tgkit_remote remote;
  if (!tgkit_remote_file(kit, message, &remote))
    return tgkit_fail(error, MTP_ERR_ARGUMENT, "the message has no photo and no document");
  return mtp_download_path(kit->client, &remote.file, path, transfer, size, error);
}
