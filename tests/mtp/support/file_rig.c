/* The file, its server, and both ends of a transfer. */
#include "file_rig.h"

#include <openssl/evp.h>
#include <stdio.h>

#include "rsa_pems.h"

/* ---- the server ---- */

static void answer_true(fake_dc *dc, const fake_call *call) {
  static const uint8_t yes[4] = {0xb5, 0x75, 0x72, 0x99};
  fake_answer_raw(dc, call, yes, sizeof yes);
}

static void take_part(file_rig *r, fake_dc *dc, const fake_call *call, int64_t id, int32_t part,
                      tl_bytes bytes, size_t part_size) {
  if (r->error) {
    fake_error(dc, call, 400, r->error);
    r->error = NULL;
    return;
  }
  r->parts++;
  r->id = id;
  memcpy(r->arrived + (size_t)part * part_size, bytes.data, bytes.size);
  answer_true(dc, call);
}

/* Whether the part is refused for its reference. */
static bool is_worn(file_rig *r, const tg_upload_getFile *request) {
  const tg_InputFileLocation *at = &request->location;
  tl_bytes reference = at->kind == TG_inputPhotoFileLocation
                           ? at->inputPhotoFileLocation->file_reference
                           : at->inputDocumentFileLocation->file_reference;
  if (!r->worn)
    return false;
  if (r->wears_out && r->gets % r->wears_out == 0)
    r->reference++;
  return !r->wears_out || reference.data[0] != r->reference;
}

static void answer_message(file_rig *r, fake_dc *dc, const fake_call *call) {
  tg_peerUser user = {.user_id = 7};
  tg_document document = {.id = 0,
                          .file_reference = tl_bytes_of(&r->reference, 1),
                          .mime_type = TL_STR("x"),
                          .size = r->size,
                          .dc_id = 2};
  static const tg_DocumentAttribute none[1];
  document.attributes.items = none;
  tg_messageMediaDocument media = {.document = tg_document_box(&document)};
  tg_message message = {.id = 77,
                        .peer_id = tg_peerUser_box(&user),
                        .message = TL_STR(""),
                        .media = tg_messageMediaDocument_box(&media)};
  tg_Message list[1] = {tg_message_box(&message)};
  static const tg_Chat no_chat[1];
  static const tg_User no_user[1];
  static const tg_ForumTopic no_topic[1];
  tg_messages_messages answer = {.messages = {list, 1}};
  answer.chats.items = no_chat;
  answer.users.items = no_user;
  answer.topics.items = no_topic;
  tl_object object = tg_messages_messages_object(&answer);
  r->seen_again++;
  fake_answer(dc, call, &object);
}

/* The photo of the file, as everything has it that a photo is seen at. */
static tg_Photo photo_of(file_rig *r) {
  static const tg_PhotoSize none[1];
  static tg_photo photo;
  photo = (tg_photo){.id = FILE_PHOTO,
                     .access_hash = 5,
                     .file_reference = tl_bytes_of(&r->reference, 1),
                     .date = 1,
                     .dc_id = 2};
  photo.sizes.items = none;
  r->seen_again++;
  return tg_photo_box(&photo);
}

static void answer_photos(file_rig *r, fake_dc *dc, const fake_call *call) {
  const tg_photos_getUserPhotos *request = call->object.args;
  tg_Photo list[1] = {photo_of(r)};
  static const tg_User no_user[1];
  tg_photos_photos answer = {.photos = {list, 1}};
  answer.users.items = no_user;
  tl_object object = tg_photos_photos_object(&answer);
  assert_int_equal(request->max_id, FILE_PHOTO);
  assert_int_equal(request->user_id.kind, TG_inputUser);
  assert_int_equal(request->user_id.inputUser->user_id, FILE_OWNER);
  assert_int_equal(request->user_id.inputUser->access_hash, FILE_HASH);
  fake_answer(dc, call, &object);
}

static void answer_full(fake_dc *dc, const fake_call *call, tg_ChatFull full) {
  static const tg_Chat no_chat[1];
  static const tg_User no_user[1];
  tg_messages_chatFull answer = {.full_chat = full};
  answer.chats.items = no_chat;
  answer.users.items = no_user;
  tl_object object = tg_messages_chatFull_object(&answer);
  fake_answer(dc, call, &object);
}

static void answer_full_chat(file_rig *r, fake_dc *dc, const fake_call *call) {
  const tg_messages_getFullChat *request = call->object.args;
  tg_chatParticipantsForbidden hidden = {.chat_id = FILE_OWNER};
  tg_peerNotifySettings settings = {0};
  tg_chatFull full = {.id = FILE_OWNER,
                      .about = TL_STR(""),
                      .participants = tg_chatParticipantsForbidden_box(&hidden),
                      .chat_photo = photo_of(r),
                      .notify_settings = &settings};
  assert_int_equal(request->chat_id, FILE_OWNER);
  answer_full(dc, call, tg_chatFull_box(&full));
}

static void assert_owner(const tg_InputChannel *channel) {
  assert_int_equal(channel->kind, TG_inputChannel);
  assert_int_equal(channel->inputChannel->channel_id, FILE_OWNER);
  assert_int_equal(channel->inputChannel->access_hash, FILE_HASH);
}

static void answer_full_channel(file_rig *r, fake_dc *dc, const fake_call *call) {
  const tg_channels_getFullChannel *request = call->object.args;
  static const tg_botInfo *const no_bot[1];
  tg_peerNotifySettings settings = {0};
  tg_channelFull full = {.id = FILE_OWNER,
                         .about = TL_STR(""),
                         .chat_photo = photo_of(r),
                         .notify_settings = &settings,
                         .pts = 1};
  full.bot_info.items = no_bot;
  assert_owner(&request->channel);
  answer_full(dc, call, tg_channelFull_box(&full));
}

static void answer_file(file_rig *r, fake_dc *dc, const fake_call *call,
                        const tg_upload_getFile *request) {
  int64_t left = r->size - request->offset;
  size_t n = left <= 0 ? 0 : left < request->limit ? (size_t)left : (size_t)request->limit;
  tg_storage_fileUnknown unknown = {0};
  tg_upload_file file = {.type = tg_storage_fileUnknown_box(&unknown),
                         .bytes = tl_bytes_of(r->content + (n ? request->offset : 0), n)};
  tl_object object = tg_upload_file_object(&file);
  r->gets++;
  if (r->migrate && r->migrate != dc->id) {
    char text[40];
    snprintf(text, sizeof text, "FILE_MIGRATE_%d", (int)r->migrate);
    fake_error(dc, call, 303, text);
    return;
  }
  if (r->past_text && left <= 0)
    fake_error(dc, call, r->past_code, r->past_text);
  else if (is_worn(r, request))
    fake_error(dc, call, 400, r->worn);
  else
    fake_answer(dc, call, &object);
}

/* Hashes of the blocks from this one on, at most eight. */
static size_t make_hashes(const file_rig *r, int64_t from, tg_fileHash *hashes,
                          uint8_t digests[][32]) {
  size_t n = 0;
  for (int64_t at = from / FILE_BLOCK * FILE_BLOCK; at < r->size && n < 8; at += FILE_BLOCK, n++) {
    size_t left = (size_t)(r->size - at < FILE_BLOCK ? r->size - at : FILE_BLOCK);
    EVP_Digest(r->content + at, left, digests[n], NULL, EVP_sha256(), NULL);
    hashes[n] =
        (tg_fileHash){.offset = at, .limit = (int32_t)left, .hash = tl_bytes_of(digests[n], 32)};
  }
  return n;
}

static void answer_redirect(file_rig *r, fake_dc *dc, const fake_call *call) {
  tg_fileHash hashes[8];
  const tg_fileHash *items[8];
  uint8_t digests[8][32];
  size_t n = r->no_hashes ? 0 : make_hashes(r, 0, hashes, digests);
  for (size_t i = 0; i < 8; i++)
    items[i] = &hashes[i];
  tg_upload_fileCdnRedirect redirect = {.dc_id = FILE_CDN_DC,
                                        .file_token = tl_bytes_of("token", 5),
                                        .encryption_key = tl_bytes_of(r->cdn_key, 32),
                                        .encryption_iv = tl_bytes_of(r->cdn_iv, 16),
                                        .file_hashes = {items, n}};
  tl_object object = tg_upload_fileCdnRedirect_object(&redirect);
  fake_answer(dc, call, &object);
}

static void answer_hashes(file_rig *r, fake_dc *dc, const fake_call *call, int64_t from) {
  tg_fileHash hashes[8];
  const tg_fileHash *items[8];
  uint8_t digests[8][32];
  size_t n = make_hashes(r, from, hashes, digests);
  for (size_t i = 0; i < 8; i++)
    items[i] = &hashes[i];
  tg_vector_FileHash vector = {items, n};
  tl_value value = {&tg_schema, &vector, tl_find_type(&tg_schema, "Vector<FileHash>", 16)};
  tl_buffer bytes;
  tl_buffer_init(&bytes, NULL, 0);
  assert_int_equal(tl_encode_value(&value, &bytes, NULL), TL_OK);
  fake_answer_raw(dc, call, bytes.data, bytes.size);
  tl_buffer_free(&bytes);
}

static void answer_cdn_file(file_rig *r, fake_dc *dc, const fake_call *call,
                            const tg_upload_getCdnFile *request) {
  static uint8_t sealed[1 << 20];
  assert_memory_equal(request->file_token.data, "token", 5);
  r->cdn_gets++;
  if (r->needs_reupload) {
    r->needs_reupload = false;
    tg_upload_cdnFileReuploadNeeded needed = {.request_token = tl_bytes_of("again", 5)};
    tl_object object = tg_upload_cdnFileReuploadNeeded_object(&needed);
    fake_answer(dc, call, &object);
    return;
  }
  int64_t left = r->size - request->offset;
  int limit = request->limit + (r->generous ? FILE_BLOCK : 0);
  int n = left <= 0 ? 0 : left < limit ? (int)left : limit;
  uint8_t iv[16];
  uint32_t block = (uint32_t)(request->offset / 16);
  memcpy(iv, r->cdn_iv, 12);
  for (int i = 0; i < 4; i++)
    iv[15 - i] = (uint8_t)(block >> 8 * i);
  EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
  EVP_EncryptInit_ex(cipher, EVP_aes_256_ctr(), NULL, r->cdn_key, iv);
  EVP_EncryptUpdate(cipher, sealed, &n, r->content + (n ? request->offset : 0), n);
  EVP_CIPHER_CTX_free(cipher);
  if (r->tampered && n)
    sealed[n / 2] ^= 1;
  tg_upload_cdnFile file = {.bytes = tl_bytes_of(sealed, (size_t)n)};
  tl_object object = tg_upload_cdnFile_object(&file);
  fake_answer(dc, call, &object);
}

static void answer_cdn_config(file_rig *r, fake_dc *dc, const fake_call *call) {
  tg_cdnPublicKey key = {.dc_id = FILE_CDN_DC, .public_key = tl_string_of(pem_public)};
  const tg_cdnPublicKey *items[1] = {&key};
  tg_cdnConfig config = {.public_keys = {items, 1}};
  tl_object object = tg_cdnConfig_object(&config);
  r->cdn_configs++;
  fake_answer(dc, call, &object);
}

static bool serve(void *ctx, fake_dc *dc, const fake_call *call) {
  file_rig *r = ctx;
  const char *name = fake_name(call);
  const void *args = call->object.args;
  bool part = strncmp(name, "upload.", 7) == 0;
  if (part && r->stalled)
    return true;
  if (part && r->trouble.after) {
    r->trouble.after--;
  } else if (part && r->trouble.times) {
    r->trouble.times--;
    fake_error(dc, call, r->trouble.code, r->trouble.text);
    return true;
  }
  if (strcmp(name, "upload.saveFilePart") == 0) {
    const tg_upload_saveFilePart *p = args;
    take_part(r, dc, call, p->file_id, p->file_part, p->bytes, FILE_BLOCK);
  } else if (strcmp(name, "upload.saveBigFilePart") == 0) {
    const tg_upload_saveBigFilePart *p = args;
    r->big = true;
    r->unknown_totals += p->file_total_parts == -1;
    if (p->file_total_parts != -1)
      r->total = (unsigned)p->file_total_parts;
    take_part(r, dc, call, p->file_id, p->file_part, p->bytes, 512 << 10);
  } else if (strcmp(name, "upload.getFile") == 0) {
    if (r->redirect && ((const tg_upload_getFile *)args)->cdn_supported)
      answer_redirect(r, dc, call);
    else
      answer_file(r, dc, call, args);
  } else if (strcmp(name, "upload.getCdnFile") == 0) {
    assert_int_equal(dc->id, FILE_CDN_DC);
    assert_false(call->inited);
    answer_cdn_file(r, dc, call, args);
  } else if (strcmp(name, "upload.getCdnFileHashes") == 0) {
    r->hash_asks++;
    answer_hashes(r, dc, call, ((const tg_upload_getCdnFileHashes *)args)->offset);
  } else if (strcmp(name, "upload.reuploadCdnFile") == 0) {
    r->reuploads++;
    assert_memory_equal(((const tg_upload_reuploadCdnFile *)args)->request_token.data, "again", 5);
    answer_hashes(r, dc, call, 0);
  } else if (strcmp(name, "messages.getMessages") == 0) {
    answer_message(r, dc, call);
  } else if (strcmp(name, "channels.getMessages") == 0) {
    assert_owner(&((const tg_channels_getMessages *)args)->channel);
    answer_message(r, dc, call);
  } else if (strcmp(name, "photos.getUserPhotos") == 0) {
    answer_photos(r, dc, call);
  } else if (strcmp(name, "channels.getFullChannel") == 0) {
    answer_full_channel(r, dc, call);
  } else if (strcmp(name, "messages.getFullChat") == 0) {
    answer_full_chat(r, dc, call);
  } else if (strcmp(name, "help.getCdnConfig") == 0) {
    answer_cdn_config(r, dc, call);
  } else {
    return answer_nearest(NULL, dc, call);
  }
  return true;
}

void file_open(file_rig *r) {
  memset(r, 0, sizeof *r);
  for (size_t i = 0; i < sizeof r->content; i++)
    r->content[i] = (uint8_t)(i * 2654435761u >> 13);
  memset(r->cdn_key, 7, sizeof r->cdn_key);
  memset(r->cdn_iv, 9, sizeof r->cdn_iv);
  fixture_open(&r->f);
  r->f.addresses[FILE_CDN_DC - 1].flags = MTP_DC_CDN;
}

void file_close(file_rig *r) {
  fixture_close(&r->f);
}

void file_start(file_rig *r, int64_t size, const mtp_session *session) {
  r->size = size;
  for (int32_t i = 1; i <= FIXTURE_DCS; i++) {
    fixture_dc(&r->f, i)->on_call = serve;
    fixture_dc(&r->f, i)->ctx = r;
  }
  fixture_start(&r->f, session);
}

/* ---- both ends ---- */

void file_uploaded(void *ctx, const mtp_error *error, const mtp_uploaded *file) {
  file_end *e = ctx;
  e->ended++;
  if (error)
    e->error = *error;
  else
    e->file = *file;
}

static void downloaded(void *ctx, const mtp_error *error, int64_t n) {
  file_end *e = ctx;
  e->ended++;
  e->size = n;
  if (error)
    e->error = *error;
}

static void progress(void *ctx, int64_t done, int64_t total) {
  file_end *e = ctx;
  assert_true(done > e->progress || done == 0);
  assert_true(total == -1 || done <= total);
  e->progress = done;
  e->steps++;
}

int file_read(void *ctx, int64_t offset, void *out, size_t n) {
  const file_rig *r = ctx;
  assert_true(offset + (int64_t)n <= r->size);
  memcpy(out, r->content + offset, n);
  return 0;
}

int file_read_nothing(void *ctx, int64_t offset, void *out, size_t n) {
  (void)ctx;
  (void)offset;
  memset(out, 0, n);
  return -1;
}

int file_keep(void *ctx, int64_t offset, const void *data, size_t n) {
  file_rig *r = ctx;
  assert_true(offset == r->written); /* in order, nothing twice */
  memcpy(r->arrived + offset, data, n);
  r->written += (int64_t)n;
  return 0;
}

int file_keep_nothing(void *ctx, int64_t offset, const void *data, size_t n) {
  (void)ctx;
  (void)offset;
  (void)data;
  (void)n;
  return -1;
}

void file_send(file_rig *r, file_end *e, file_reader read) {
  mtp_error error;
  mtp_source source = {.read = read, .ctx = r, .size = r->size, .name = "file.bin"};
  mtp_transfer_options options = {.progress = progress, .progress_ctx = e};
  memset(e, 0, sizeof *e);
  if (mtp_upload_start(r->f.client, &source, &options, file_uploaded, e, NULL, &error) != MTP_OK)
    fail_msg("%s", error.text);
}

void file_fetch(file_rig *r, file_end *e, int64_t known, bool no_cdn, file_writer write,
                mtp_transfer **out) {
  mtp_error error;
  tg_inputDocumentFileLocation document = {.file_reference = tl_bytes_of(&r->reference, 1),
                                           .thumb_size = TL_STR("")};
  tg_inputPhotoFileLocation photo = {
      .id = FILE_PHOTO, .file_reference = tl_bytes_of(&r->reference, 1), .thumb_size = TL_STR("x")};
  mtp_remote_file file = {.location = r->photo ? tg_inputPhotoFileLocation_box(&photo)
                                               : tg_inputDocumentFileLocation_box(&document),
                          .size = known,
                          .origin = r->origin,
                          .refresh = r->refresh};
  mtp_sink sink = {.write = write, .ctx = r};
  mtp_transfer_options options = {
      .progress = progress, .progress_ctx = e, .no_cdn = no_cdn, .max_wait_s = r->max_wait_s};
  memset(e, 0, sizeof *e);
  mtp_status status =
      mtp_download_start(r->f.client, &file, &sink, &options, downloaded, e, out, &error);
  if (status != MTP_OK)
    fail_msg("%s", error.text);
}

void file_assert_fetched(const file_rig *r, const file_end *e) {
  assert_int_equal(e->ended, 1);
  if (e->error.status != MTP_OK)
    fail_msg("%s: %s", mtp_status_name(e->error.status), e->error.text);
  assert_true(e->size == r->size);
  assert_memory_equal(r->arrived, r->content, (size_t)r->size);
}
