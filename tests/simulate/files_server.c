/* Files as the servers have them: at their data centre, and encrypted at a CDN. */
#include <openssl/evp.h>
#include <string.h>

#include "rpc.h"
#include "world.h"

enum { BLOCK = 128 << 10, HASHES = 10 };

static const uint8_t cdn_key[32] = {7}, cdn_iv[16] = {9};
static uint8_t bytes[1 << 20], sealed[1 << 20];

static files_one *transfer_of(world *w, int64_t id) {
  for (size_t i = 0; i < FILES_AT_ONCE; i++)
    if (w->files.at[i].id == id)
      return &w->files.at[i];
  return NULL;
}

/* How many bytes there are from `offset` on, at most `limit`, filled in. */
static size_t read_file(const files_one *one, int64_t offset, int64_t limit) {
  int64_t left = one->size - offset;
  int64_t n = left <= 0 ? 0 : left < limit ? left : limit;
  files_fill(one->id, offset, bytes, (size_t)n);
  return (size_t)n;
}

/* ---- downloads ---- */

typedef struct hashes {
  tg_fileHash rows[HASHES];
  const tg_fileHash *items[HASHES];
  uint8_t digests[HASHES][32];
  size_t n;
} hashes;

static const hashes *hash(const files_one *one, int64_t from) {
  static hashes h;
  h.n = 0;
  for (int64_t at = from / BLOCK * BLOCK; at < one->size && h.n < HASHES; at += BLOCK, h.n++) {
    size_t size = read_file(one, at, BLOCK);
    EVP_Digest(bytes, size, h.digests[h.n], NULL, EVP_sha256(), NULL);
    h.rows[h.n] = (tg_fileHash){
        .offset = at, .limit = (int32_t)size, .hash = tl_bytes_of(h.digests[h.n], 32)};
    h.items[h.n] = &h.rows[h.n];
  }
  return &h;
}

static void answer_hashes(dc_call *call, const files_one *one, int64_t from) {
  const hashes *h = hash(one, from);
  tg_vector_FileHash out = {h->items, h->n};
  dc_answer(call, &out);
}

static void redirect(dc_call *call, const files_one *one) {
  const hashes *h = hash(one, 0);
  tg_upload_fileCdnRedirect out = {.dc_id = FILES_CDN,
                                   .file_token = tl_bytes_of(&one->id, sizeof one->id),
                                   .encryption_key = tl_bytes_of(cdn_key, 32),
                                   .encryption_iv = tl_bytes_of(cdn_iv, 16),
                                   .file_hashes = {h->items, h->n}};
  tg_upload_File boxed = tg_upload_fileCdnRedirect_box(&out);
  dc_answer(call, &boxed);
}

static void get_file(world *w, dc_call *call, const tg_upload_getFile *asked) {
  const tg_inputDocumentFileLocation *at = asked->location.inputDocumentFileLocation;
  files_one *one = transfer_of(w, at->id);
  int home = 1 + (int)(at->id % 3);
  if (!one || !one->used) {
    dc_error(call, 400, "LOCATION_INVALID");
    return;
  }
  if (!w->calm && dice_is(&w->server_dice, 50) && one->reference < 2)
    one->reference++;
  if (call->key->dc != home) {
    dc_error_number(call, 303, "FILE_MIGRATE_%d", home);
  } else if (at->file_reference.size != 1 || at->file_reference.data[0] != one->reference) {
    dc_error(call, 400, "FILE_REFERENCE_EXPIRED");
  } else if (one->id % 4 == 0 && asked->cdn_supported) {
    redirect(call, one);
  } else {
    tg_storage_fileUnknown unknown = {0};
    tg_upload_file file = {.type = tg_storage_fileUnknown_box(&unknown),
                           .bytes =
                               tl_bytes_of(bytes, read_file(one, asked->offset, asked->limit))};
    tg_upload_File boxed = tg_upload_file_box(&file);
    w->files.parts++;
    dc_answer(call, &boxed);
  }
}

static const files_one *of_token(world *w, tl_bytes token) {
  int64_t id = 0;
  memcpy(&id, token.data, token.size == sizeof id ? sizeof id : 0);
  return transfer_of(w, id);
}

static void get_cdn_file(world *w, dc_call *call, const tg_upload_getCdnFile *asked) {
  const files_one *one = of_token(w, asked->file_token);
  world_require(w, one && call->key->dc == FILES_CDN, call->key->dc, 0);
  if (!w->calm && dice_is(&w->server_dice, 300)) {
    tg_upload_cdnFileReuploadNeeded needed = {.request_token = asked->file_token};
    tg_upload_CdnFile boxed = tg_upload_cdnFileReuploadNeeded_box(&needed);
    dc_answer(call, &boxed);
    return;
  }
  int n = (int)read_file(one, asked->offset, asked->limit);
  uint8_t iv[16];
  memcpy(iv, cdn_iv, 12);
  for (int i = 0; i < 4; i++)
    iv[15 - i] = (uint8_t)(asked->offset / 16 >> 8 * i);
  EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
  EVP_EncryptInit_ex(cipher, EVP_aes_256_ctr(), NULL, cdn_key, iv);
  EVP_EncryptUpdate(cipher, sealed, &n, bytes, n);
  EVP_CIPHER_CTX_free(cipher);
  tg_upload_cdnFile file = {.bytes = tl_bytes_of(sealed, (size_t)n)};
  tg_upload_CdnFile boxed = tg_upload_cdnFile_box(&file);
  w->files.cdn_parts++;
  dc_answer(call, &boxed);
}

static void cdn_config(world *w, dc_call *call) {
  tg_cdnPublicKey key = {.dc_id = FILES_CDN, .public_key = tl_string_of(w->server.public_keys[0])};
  const tg_cdnPublicKey *items[1] = {&key};
  tg_cdnConfig config = {.public_keys = {items, 1}};
  const tg_cdnConfig *out = &config;
  dc_answer(call, &out);
}

/* The message that a document is in, with the reference that is good now. */
static void get_message(world *w, dc_call *call, const tg_messages_getMessages *asked) {
  const tg_InputMessage *first = asked->id.items;
  const files_one *one =
      first->kind == TG_inputMessageID ? transfer_of(w, first->inputMessageID->id) : NULL;
  static const tg_DocumentAttribute no_attribute[1];
  static const tg_Chat no_chat[1];
  static const tg_User no_user[1];
  static const tg_ForumTopic no_topic[1];
  if (!one) {
    dc_error(call, 400, "MESSAGE_IDS_EMPTY");
    return;
  }
  tg_peerUser user = {.user_id = 7};
  tg_document document = {.id = one->id,
                          .access_hash = 7,
                          .file_reference = tl_bytes_of(&one->reference, 1),
                          .mime_type = TL_STR("x"),
                          .size = one->size,
                          .dc_id = 1 + (int32_t)(one->id % 3)};
  document.attributes.items = no_attribute;
  tg_messageMediaDocument media = {.document = tg_document_box(&document)};
  tg_message message = {.id = (int32_t)one->id,
                        .peer_id = tg_peerUser_box(&user),
                        .message = TL_STR(""),
                        .media = tg_messageMediaDocument_box(&media)};
  tg_Message list[1] = {tg_message_box(&message)};
  tg_messages_messages out = {.messages = {list, 1}};
  out.chats.items = no_chat;
  out.users.items = no_user;
  out.topics.items = no_topic;
  tg_messages_Messages boxed = tg_messages_messages_box(&out);
  dc_answer(call, &boxed);
}

/* ---- uploads ---- */

static bool holds(const files_one *one, int64_t offset, tl_bytes data) {
  if (!one->used || !one->up || offset + (int64_t)data.size > one->size)
    return false;
  for (size_t i = 0; i < data.size; i++)
    if (data.data[i] != files_byte(one->id, offset + (int64_t)i))
      return false;
  return true;
}

/* The client chose the id of an upload: which one it is, is known by what is in its parts. */
static files_one *upload_of(world *w, int32_t part, tl_bytes data) {
  for (size_t i = 0; i < FILES_AT_ONCE; i++)
    if (holds(&w->files.at[i], part * w->files.at[i].part_size, data))
      return &w->files.at[i];
  return NULL;
}

static void save(world *w, dc_call *call, int32_t part, tl_bytes data) {
  files_one *one = part >= 0 && part < FILES_PARTS ? upload_of(w, part, data) : NULL;
  if (!one) { /* of a transfer that has ended: its packet was late */
    dc_error(call, 400, "FILE_PART_INVALID");
    return;
  }
  if (!one->part[part])
    one->got += (int64_t)data.size;
  one->part[part] = true;
  w->files.parts++;
  dc_answer_true(call);
}

bool files_serve(world *w, dc_call *call) {
  const void *args = call->args;
  if (strcmp(call->name, "upload.getFile") == 0) {
    get_file(w, call, args);
  } else if (strcmp(call->name, "upload.getCdnFile") == 0) {
    get_cdn_file(w, call, args);
  } else if (strcmp(call->name, "upload.getCdnFileHashes") == 0) {
    const tg_upload_getCdnFileHashes *asked = args;
    answer_hashes(call, of_token(w, asked->file_token), asked->offset);
  } else if (strcmp(call->name, "upload.reuploadCdnFile") == 0) {
    answer_hashes(call, of_token(w, ((const tg_upload_reuploadCdnFile *)args)->file_token), 0);
  } else if (strcmp(call->name, "help.getCdnConfig") == 0) {
    cdn_config(w, call);
  } else if (strcmp(call->name, "messages.getMessages") == 0) {
    get_message(w, call, args);
  } else if (strcmp(call->name, "upload.saveFilePart") == 0) {
    const tg_upload_saveFilePart *p = args;
    save(w, call, p->file_part, p->bytes);
  } else if (strcmp(call->name, "upload.saveBigFilePart") == 0) {
    const tg_upload_saveBigFilePart *p = args;
    save(w, call, p->file_part, p->bytes);
  } else {
    return false;
  }
  return true;
}
