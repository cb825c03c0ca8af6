/* Files of messages: sent by name, and fetched. */
#include <string.h>
#include <tg/has.h>
#include <tg/messages.h>

#include "kit/call.h"
#include "kit/kit.h"
#include "peers/ids.h"

/* ---- sent ---- */

typedef struct media {
  tg_messages_sendMedia request;
#ifdef TG_HAS_messages_sendMedia_reply_to
  tg_inputReplyToMessage reply_to;
#endif
  tg_inputMediaUploadedPhoto photo;
  tg_inputMediaUploadedDocument document;
  tg_documentAttributeFilename name;
  tg_DocumentAttribute attributes[1];
  mtp_uploaded uploaded;
  mtp_input_file file;
} media;

static tl_call fill_media(void *args, const tgkit_input *to) {
  media *m = args;
  m->request.peer = to->peer;
  return tg_messages_sendMedia_call(&m->request);
}

static bool is_photo(const char *mime) {
  return !strcmp(mime, "image/jpeg") || !strcmp(mime, "image/png") || !strcmp(mime, "image/webp");
}

static void describe(media *m, const char *path, bool as_file) {
  const char *slash = strrchr(path, '/'), *mime = tgkit_mime_type(path);
  tg_InputFile file = mtp_uploaded_input(&m->uploaded, &m->file);
  if (!as_file && is_photo(mime)) {
    m->photo.file = file;
    m->request.media = tg_inputMediaUploadedPhoto_box(&m->photo);
    return;
  }
  m->name.file_name = tl_string_of(slash ? slash + 1 : path);
  m->attributes[0] = tg_documentAttributeFilename_box(&m->name);
  m->document.file = file;
  m->document.mime_type = tl_string_of(mime);
  m->document.attributes.items = m->attributes;
  m->document.attributes.count = 1;
  m->document.force_file = as_file;
  m->request.media = tg_inputMediaUploadedDocument_box(&m->document);
}

static mtp_status send_described(tgkit *kit, media *m, tgkit_input *to, int32_t *id,
                                 mtp_error *error) {
  tgkit_request request = {m, fill_media};
  mtp_reply *reply;
  mtp_status status = tgkit_call(kit, &request, to, &reply, error);
  if (status != MTP_OK)
    return status;
  tg_Updates answer = tg_messages_sendMedia_result(mtp_reply_value(reply));
  if (id)
    *id = tgkit_sent_id(&answer, m->request.random_id);
  mtp_reply_free(reply);
  return MTP_OK;
}

mtp_status tgkit_send_file(tgkit *kit, tgkit_input *to, const char *path, tl_string caption,
                           bool as_file, const tgkit_send_options *options,
                           const mtp_transfer_options *transfer, int32_t *id, mtp_error *error) {
  static const tgkit_send_options plain;
  media m = {0};
  tgkit_text read;
  tl_arena arena;
  options = options ? options : &plain;
  tl_arena_init(&arena, NULL, 0);
  mtp_status status = tgkit_read_text(kit, caption, options, &arena, &read, error);
  if (status == MTP_OK)
    status = mtp_upload_path(kit->client, path, transfer, &m.uploaded, error);
  m.request.random_id = options->random_id ? options->random_id : tgkit_random_id();
  if (status == MTP_OK && !m.request.random_id)
    status = tgkit_fail(error, MTP_ERR_RANDOM, "");
  if (status == MTP_OK) {
    describe(&m, path, as_file);
    m.request.message = read.text.data ? read.text : TL_STR("");
    m.request.entities = read.entities;
    m.request.silent = options->silent;
    m.request.reply_markup = options->reply_markup;
#ifdef TG_HAS_messages_sendMedia_reply_to
    m.reply_to.reply_to_msg_id = options->reply_to;
    if (options->reply_to)
      m.request.reply_to = tg_inputReplyToMessage_box(&m.reply_to);
#else
    m.request.reply_to_msg_id = options->reply_to;
#endif
    status = send_described(kit, &m, to, id, error);
  }
  tl_arena_free(&arena);
  return status;
}

/* ---- fetched ---- */

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
static tl_string largest(const tg_photo *photo, int32_t *size) {
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

static mtp_status fetch(tgkit *kit, tg_InputFileLocation location, int32_t dc, int64_t bytes,
                        const char *path, const mtp_transfer_options *transfer, int64_t *size,
                        mtp_error *error) {
  mtp_remote_file file = {.location = location, .dc = dc, .size = bytes};
  return mtp_download_path(kit->client, &file, path, transfer, size, error);
}

mtp_status tgkit_download(tgkit *kit, const tg_message *message, const char *path,
                          const mtp_transfer_options *transfer, int64_t *size, mtp_error *error) {
  const tg_document *document = document_of(message);
  const tg_photo *photo = photo_of(message);
  if (document) {
    tg_inputDocumentFileLocation of = {.id = document->id,
                                       .access_hash = document->access_hash,
                                       .file_reference = document->file_reference,
                                       .thumb_size = TL_STR("")};
    return fetch(kit, tg_inputDocumentFileLocation_box(&of), document->dc_id, document->size, path,
                 transfer, size, error);
  }
  int32_t bytes = 0;
  tl_string type = photo ? largest(photo, &bytes) : (tl_string){NULL, 0};
  if (!type.data)
    return tgkit_fail(error, MTP_ERR_ARGUMENT, "the message has no photo and no document");
  tg_inputPhotoFileLocation of = {.id = photo->id,
                                  .access_hash = photo->access_hash,
                                  .file_reference = photo->file_reference,
                                  .thumb_size = type};
  return fetch(kit, tg_inputPhotoFileLocation_box(&of), photo->dc_id, bytes, path, transfer, size,
               error);
}
