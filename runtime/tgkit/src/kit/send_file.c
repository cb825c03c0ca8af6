/* Files that are uploaded and sent: one with its caption, several as albums
 * (https://core.telegram.org/api/files#albums-grouped-media). */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <tg/has.h>
#include <tg/messages.h>

#include "kit/call.h"
#include "kit/kit.h"
#include "peers/ids.h"

enum { ALBUM = 10, PHOTO_BYTES = 10 << 20 };

/* ---- what a file is sent as ---- */

/* Only files of one kind stand in one album. */
typedef enum kind { ALONE, PHOTO, AUDIO, DOCUMENT } kind;

static const char *name_of(const tgkit_file *file) {
  const char *slash = file->path ? strrchr(file->path, '/') : NULL;
  if (file->name)
    return file->name;
  return slash ? slash + 1 : file->path ? file->path : "file";
}

static const char *mime_of(const tgkit_file *file) {
  return file->mime ? file->mime : tgkit_mime_type(name_of(file));
}

static bool is_photo(const char *mime) {
  return !strcmp(mime, "image/jpeg") || !strcmp(mime, "image/png") || !strcmp(mime, "image/webp");
}

/* How large it is can be seen of what has a path. */
static bool is_large(const tgkit_file *file) {
  struct stat info;
  return file->path && stat(file->path, &info) == 0 && info.st_size > PHOTO_BYTES;
}

static kind kind_of(const tgkit_file *file) {
  if (!file->path)
    return ALONE;
  if (!file->as_file && is_photo(mime_of(file)) && !is_large(file))
    return PHOTO;
  return strncmp(mime_of(file), "audio/", 6) == 0 ? AUDIO : DOCUMENT;
}

/* An uploaded file as InputMedia. */
typedef struct upload {
  mtp_uploaded uploaded;
  mtp_input_file file;
  tg_inputMediaUploadedPhoto photo;
  tg_inputMediaUploadedDocument document;
  tg_documentAttributeFilename name;
  tg_DocumentAttribute attribute;
} upload;

static tg_InputMedia describe(upload *u, const tgkit_file *from) {
  tg_InputFile file = mtp_uploaded_input(&u->uploaded, &u->file);
  if (!from->as_file && is_photo(mime_of(from)) && !u->uploaded.big) {
    u->photo = (tg_inputMediaUploadedPhoto){.file = file};
    return tg_inputMediaUploadedPhoto_box(&u->photo);
  }
  u->name.file_name = tl_string_of(name_of(from));
  u->attribute = tg_documentAttributeFilename_box(&u->name);
  u->document = (tg_inputMediaUploadedDocument){.file = file,
                                                .mime_type = tl_string_of(mime_of(from)),
                                                .attributes = {&u->attribute, 1},
                                                .force_file = from->as_file};
  return tg_inputMediaUploadedDocument_box(&u->document);
}

static mtp_status put_up(tgkit *kit, const tgkit_file *file, const mtp_transfer_options *transfer,
                         upload *u, mtp_error *error) {
  *u = (upload){0};
  if (!file->path)
    return mtp_upload_fd(kit->client, file->fd, name_of(file), transfer, &u->uploaded, error);
  mtp_status status = mtp_upload_path(kit->client, file->path, transfer, &u->uploaded, error);
  snprintf(u->uploaded.name, sizeof u->uploaded.name, "%s", name_of(file));
  return status;
}

/* ---- sending ---- */

/* All that the files of one call have in common. */
typedef struct sending {
  tgkit *kit;
  tgkit_input *to;
  const tgkit_text *caption; /* of the first */
  const tgkit_send_options *options;
  const mtp_transfer_options *transfer;
  int64_t random_id; /* of the next message */
  mtp_error *error;
} sending;

static tl_call fill_media(void *args, const tgkit_input *to) {
  tg_messages_sendMedia *request = args;
  request->peer = to->peer;
  return tg_messages_sendMedia_call(request);
}

static mtp_status send_one(sending *s, const tgkit_file *file, int32_t *id) {
  upload u;
  tg_messages_sendMedia request = {.message = s->caption->text,
                                   .entities = s->caption->entities,
                                   .silent = s->options->silent,
                                   .reply_markup = s->options->reply_markup,
                                   .random_id = s->random_id++};
  tgkit_request call = {&request, fill_media};
  mtp_reply *reply;
#ifdef TG_HAS_messages_sendMedia_reply_to
  tg_inputReplyToMessage reply_to = {.reply_to_msg_id = s->options->reply_to};
  if (s->options->reply_to)
    request.reply_to = tg_inputReplyToMessage_box(&reply_to);
#else
  request.reply_to_msg_id = s->options->reply_to;
#endif
  mtp_status status = put_up(s->kit, file, s->transfer, &u, s->error);
  if (status != MTP_OK)
    return status;
  request.media = describe(&u, file);
  status = tgkit_call(s->kit, &call, s->to, &reply, s->error);
  if (status != MTP_OK)
    return status;
  tg_Updates answer = tg_messages_sendMedia_result(mtp_reply_value(reply));
  *id = tgkit_sent_id(&answer, request.random_id);
  mtp_reply_free(reply);
  return MTP_OK;
}

/* ---- albums ---- */

/* One of an album: what messages.uploadMedia made of it. */
typedef struct item {
  mtp_reply *reply; /* has the reference */
  tg_inputPhoto photo;
  tg_inputDocument document;
  tg_inputMediaPhoto media_photo;
  tg_inputMediaDocument media_document;
  tg_inputSingleMedia single;
} item;

typedef struct album {
  item items[ALBUM];
  const tg_inputSingleMedia *list[ALBUM];
  size_t count;
} album;

static bool take_photo(item *it, const tg_Photo *from) {
  if (from->kind != TG_photo)
    return false;
  it->photo = (tg_inputPhoto){.id = from->photo->id,
                              .access_hash = from->photo->access_hash,
                              .file_reference = from->photo->file_reference};
  it->media_photo.id = tg_inputPhoto_box(&it->photo);
  it->single.media = tg_inputMediaPhoto_box(&it->media_photo);
  return true;
}

static bool take_document(item *it, const tg_Document *from) {
  if (from->kind != TG_document)
    return false;
  it->document = (tg_inputDocument){.id = from->document->id,
                                    .access_hash = from->document->access_hash,
                                    .file_reference = from->document->file_reference};
  it->media_document.id = tg_inputDocument_box(&it->document);
  it->single.media = tg_inputMediaDocument_box(&it->media_document);
  return true;
}

static bool take_media(item *it) {
  tg_MessageMedia media = tg_messages_uploadMedia_result(mtp_reply_value(it->reply));
  if (media.kind == TG_messageMediaPhoto)
    return take_photo(it, &media.messageMediaPhoto->photo);
  return media.kind == TG_messageMediaDocument &&
         take_document(it, &media.messageMediaDocument->document);
}

static tl_call fill_upload(void *args, const tgkit_input *to) {
  tg_messages_uploadMedia *request = args;
  request->peer = to->peer;
  return tg_messages_uploadMedia_call(request);
}

static mtp_status add_item(sending *s, album *a, const tgkit_file *file) {
  upload u;
  item *it = &a->items[a->count];
  tg_messages_uploadMedia request = {0};
  tgkit_request call = {&request, fill_upload};
  mtp_status status = put_up(s->kit, file, s->transfer, &u, s->error);
  if (status != MTP_OK)
    return status;
  request.media = describe(&u, file);
  status = tgkit_call(s->kit, &call, s->to, &it->reply, s->error);
  if (status != MTP_OK)
    return status;
  a->list[a->count++] = &it->single;
  it->single.random_id = s->random_id++;
  it->single.message = TL_STR("");
  return take_media(it) ? MTP_OK
                        : tgkit_fail(s->error, MTP_ERR_PROTOCOL,
                                     "the server made no photo or document of the file");
}

static tl_call fill_album(void *args, const tgkit_input *to) {
  tg_messages_sendMultiMedia *request = args;
  request->peer = to->peer;
  return tg_messages_sendMultiMedia_call(request);
}

static mtp_status send_items(sending *s, album *a, int32_t *ids) {
  tg_messages_sendMultiMedia request = {.silent = s->options->silent,
                                        .multi_media = {a->list, a->count}};
  tgkit_request call = {&request, fill_album};
  mtp_reply *reply;
#ifdef TG_HAS_messages_sendMultiMedia_reply_to
  tg_inputReplyToMessage reply_to = {.reply_to_msg_id = s->options->reply_to};
  if (s->options->reply_to)
    request.reply_to = tg_inputReplyToMessage_box(&reply_to);
#else
  request.reply_to_msg_id = s->options->reply_to;
#endif
  a->items[0].single.message = s->caption->text;
  a->items[0].single.entities = s->caption->entities;
  mtp_status status = tgkit_call(s->kit, &call, s->to, &reply, s->error);
  if (status != MTP_OK)
    return status;
  tg_Updates answer = tg_messages_sendMultiMedia_result(mtp_reply_value(reply));
  for (size_t i = 0; i < a->count; i++)
    ids[i] = tgkit_sent_id(&answer, a->items[i].single.random_id);
  mtp_reply_free(reply);
  return MTP_OK;
}

static mtp_status send_album(sending *s, const tgkit_file *files, size_t n, int32_t *ids) {
  album a = {.count = 0};
  mtp_status status = MTP_OK;
  for (size_t i = 0; status == MTP_OK && i < n; i++)
    status = add_item(s, &a, &files[i]);
  if (status == MTP_OK)
    status = send_items(s, &a, ids);
  for (size_t i = 0; i < a.count; i++)
    mtp_reply_free(a.items[i].reply);
  return status;
}

/* How many of the first ones go into one message or album. */
static size_t together(const tgkit_file *files, size_t n) {
  kind first = kind_of(&files[0]);
  size_t count = 1;
  while (first != ALONE && count < n && count < ALBUM && kind_of(&files[count]) == first)
    count++;
  return count;
}

static mtp_status send_groups(sending *s, const tgkit_file *files, size_t n, int32_t *ids) {
  static const tgkit_text none = {.text = {"", 0}};
  mtp_status status = MTP_OK;
  for (size_t at = 0, count; status == MTP_OK && at < n; at += count) {
    count = together(files + at, n - at);
    status =
        count == 1 ? send_one(s, files + at, ids + at) : send_album(s, files + at, count, ids + at);
    s->caption = &none;
  }
  return status;
}

mtp_status tgkit_send_files(tgkit *kit, tgkit_input *to, const tgkit_file *files, size_t n,
                            tl_string caption, const tgkit_send_options *options,
                            const mtp_transfer_options *transfer, int32_t *ids, mtp_error *error) {
  static const tgkit_send_options plain;
  tgkit_text text;
  tl_arena arena;
  mtp_error own;
  options = options ? options : &plain;
  error = error ? error : &own;
  memset(ids, 0, n * sizeof *ids);
  tl_arena_init(&arena, NULL, 0);
  mtp_status status = tgkit_read_text(kit, caption, options, &arena, &text, error);
  if (status == MTP_OK && !text.text.data)
    text.text = TL_STR("");
  sending s = {.kit = kit,
               .to = to,
               .caption = &text,
               .options = options,
               .transfer = transfer,
               .random_id = options->random_id ? options->random_id : tgkit_random_id(),
               .error = error};
  if (status == MTP_OK && !s.random_id)
    status = tgkit_fail(error, MTP_ERR_RANDOM, "");
  if (status == MTP_OK)
    status = send_groups(&s, files, n, ids);
  tl_arena_free(&arena);
  return status;
}

mtp_status tgkit_send_file(tgkit *kit, tgkit_input *to, const char *path, tl_string caption,
                           bool as_file, const tgkit_send_options *options,
                           const mtp_transfer_options *transfer, int32_t *id, mtp_error *error) {
  const tgkit_file file = {.path = path, .as_file = as_file};
  int32_t made;
  mtp_status status = tgkit_send_files(kit, to, &file, 1, caption, options, transfer, &made, error);
  if (id)
    *id = made;
  return status;
}
