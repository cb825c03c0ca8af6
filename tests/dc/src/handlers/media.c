/* Uploads that become documents and photos of messages, alone and in albums. */
#include "sending.h"

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

/* The file that an upload makes; NULL: an error was answered. */
static dc_file *adopt(dc_call *call, const tg_InputFile *from) {
  int64_t upload = 0;
  int32_t parts = 0;
  tl_string name = TL_STR("file");
  if (from->kind == TG_inputFile) {
    upload = from->inputFile->id;
    parts = from->inputFile->parts;
    name = from->inputFile->name;
  } else if (from->kind == TG_inputFileBig) {
    upload = from->inputFileBig->id;
    parts = from->inputFileBig->parts;
    name = from->inputFileBig->name;
  }
  dc_file *file = dc_file_find(call->dc, upload, call->user->id);
  if (file == NULL) {
    dc_error(call, 400, "FILE_PARTS_INVALID");
    return NULL;
  }
  if (!assemble(call, file, parts))
    return NULL;
  DC_COPY(file->name, name);
  file->date = call->now;
  file->dc = call->key->dc;
  return dc_random_long(call->dc, &file->access_hash) ? file : NULL;
}

static dc_file *adopt_document(dc_call *call, const tg_inputMediaUploadedDocument *media) {
  dc_file *file = adopt(call, &media->file);
  if (file == NULL)
    return NULL;
  for (size_t i = 0; i < media->attributes.count; i++)
    if (media->attributes.items[i].kind == TG_documentAttributeFilename)
      DC_COPY(file->name, media->attributes.items[i].documentAttributeFilename->file_name);
  DC_COPY(file->mime, media->mime_type);
  return file;
}

static dc_file *adopt_photo(dc_call *call, const tg_inputMediaUploadedPhoto *media) {
  dc_file *file = adopt(call, &media->file);
  if (file != NULL)
    file->photo = true;
  return file;
}

/* One that is there already; NULL: an error was answered. */
static dc_file *made_before(dc_call *call, int64_t id, int64_t access_hash, bool photo) {
  dc_file *file = dc_file_find(call->dc, id, 0);
  if (file != NULL && file->access_hash == access_hash && file->photo == photo)
    return file;
  dc_error(call, 400, "MEDIA_EMPTY");
  return NULL;
}

static dc_file *known(dc_call *call, const tg_InputMedia *media) {
  if (media->kind == TG_inputMediaPhoto && media->inputMediaPhoto->id.kind == TG_inputPhoto) {
    const tg_inputPhoto *photo = media->inputMediaPhoto->id.inputPhoto;
    return made_before(call, photo->id, photo->access_hash, true);
  }
  if (media->kind == TG_inputMediaDocument &&
      media->inputMediaDocument->id.kind == TG_inputDocument) {
    const tg_inputDocument *document = media->inputMediaDocument->id.inputDocument;
    return made_before(call, document->id, document->access_hash, false);
  }
  dc_error(call, 400, "MEDIA_INVALID");
  return NULL;
}

static dc_file *file_of(dc_call *call, const tg_InputMedia *media) {
  if (media->kind == TG_inputMediaUploadedDocument)
    return adopt_document(call, media->inputMediaUploadedDocument);
  if (media->kind == TG_inputMediaUploadedPhoto)
    return adopt_photo(call, media->inputMediaUploadedPhoto);
  return known(call, media);
}

static void send_media(dc_call *call, const void *args) {
  const tg_messages_sendMedia *request = args;
  const dc_file *file = file_of(call, &request->media);
  if (file != NULL)
    dc_send(
        call, &request->peer,
        &(dc_outgoing){.text = request->message, .random_id = request->random_id, .file = file->id},
        1);
}

static void upload_media(dc_call *call, const void *args) {
  const tg_messages_uploadMedia *request = args;
  const dc_file *file = file_of(call, &request->media);
  if (file == NULL)
    return;
  tg_MessageMedia answer = dc_file_view(call, file);
  if (answer.kind != 0)
    dc_answer(call, &answer);
}

/* An album takes what is there already, and photos only among photos. */
static void send_multi_media(dc_call *call, const void *args) {
  const tg_messages_sendMultiMedia *request = args;
  size_t count = request->multi_media.count;
  dc_outgoing list[DC_ALBUM];
  int64_t album;
  bool photos = false;
  if (count == 0 || count > DC_ALBUM) {
    dc_error(call, 400, count == 0 ? "MEDIA_EMPTY" : "MULTI_MEDIA_TOO_LONG");
    return;
  }
  if (!dc_random_long(call->dc, &album))
    return;
  for (size_t i = 0; i < count; i++) {
    const tg_inputSingleMedia *one = request->multi_media.items[i];
    const dc_file *file = known(call, &one->media);
    if (file == NULL)
      return;
    if (i > 0 && file->photo != photos) {
      dc_error(call, 400, "MEDIA_INVALID");
      return;
    }
    photos = file->photo;
    list[i] = (dc_outgoing){
        .text = one->message, .random_id = one->random_id, .file = file->id, .album = album};
  }
  dc_send(call, &request->peer, list, count);
}

const dc_method dc_methods_media[] = {{"messages.sendMedia", send_media, DC_USER},
                                      {"messages.sendMultiMedia", send_multi_media, DC_USER},
                                      {"messages.uploadMedia", upload_media, DC_USER},
                                      {NULL, NULL, 0}};
