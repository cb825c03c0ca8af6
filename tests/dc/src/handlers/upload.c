/* Files: parts in, parts out. They live in memory. */
#include <stdlib.h>

#include "accounts.h"
#include "boxes.h"
#include "crypto/hash.h"

#define MOST_PARTS     8000
#define MOST_PART      (512 * 1024)
#define MOST_FILE_SIZE ((size_t)256 << 20)
#define HASHED_PIECE   131072

static dc_file *file_for(dc_call *call, int64_t id) {
  dc_file *file = dc_file_find(call->dc, id, call->user->id);
  if (file != NULL)
    return file;
  file = calloc(1, sizeof *file);
  if (file == NULL)
    return NULL;
  file->id = id;
  file->user_id = call->user->id;
  file->dc = call->key->dc;
  file->date = call->now;
  tl_buffer_init(&file->data, NULL, MOST_FILE_SIZE);
  file->next = call->dc->files;
  call->dc->files = file;
  return file;
}

/* Keeps a copy of one part; one that comes again takes the place of the former. */
static bool keep(dc_file *file, size_t part, tl_bytes bytes) {
  uint8_t *copy = malloc(bytes.size);
  if (copy == NULL)
    return false;
  if (part >= file->n_parts) {
    tl_bytes *grown = realloc(file->parts, (part + 1) * sizeof *grown);
    if (grown == NULL) {
      free(copy);
      return false;
    }
    memset(grown + file->n_parts, 0, (part + 1 - file->n_parts) * sizeof *grown);
    file->parts = grown;
    file->n_parts = part + 1;
  }
  memcpy(copy, bytes.data, bytes.size);
  file->stored += bytes.size - file->parts[part].size;
  free((void *)(uintptr_t)file->parts[part].data);
  file->parts[part] = tl_bytes_of(copy, bytes.size);
  return true;
}

static void save(dc_call *call, int64_t id, int32_t part, int32_t total, tl_bytes bytes) {
  if (part < 0 || part >= MOST_PARTS || (total > 0 && part >= total)) {
    dc_error(call, 400, "FILE_PART_INVALID");
    return;
  }
  if (bytes.size == 0 || bytes.size > MOST_PART) {
    dc_error(call, 400, bytes.size == 0 ? "FILE_PART_EMPTY" : "FILE_PART_TOO_BIG");
    return;
  }
  dc_file *file = file_for(call, id);
  if (file != NULL && file->stored > MOST_FILE_SIZE)
    dc_error(call, 400, "FILE_PARTS_INVALID");
  else if (file != NULL && keep(file, (size_t)part, bytes))
    dc_answer_true(call);
}

static void save_part(dc_call *call, const void *args) {
  const tg_upload_saveFilePart *request = args;
  save(call, request->file_id, request->file_part, 0, request->bytes);
}

static void save_big_part(dc_call *call, const void *args) {
  const tg_upload_saveBigFilePart *request = args;
  save(call, request->file_id, request->file_part, request->file_total_parts, request->bytes);
}

/* NULL: an error was answered. */
static dc_file *located(dc_call *call, const tg_InputFileLocation *location) {
  dc_file *file = NULL;
  int64_t hash = 0;
  if (location->kind == TG_inputDocumentFileLocation) {
    file = dc_file_find(call->dc, location->inputDocumentFileLocation->id, 0);
    hash = location->inputDocumentFileLocation->access_hash;
  } else if (location->kind == TG_inputPhotoFileLocation) {
    file = dc_file_find(call->dc, location->inputPhotoFileLocation->id, 0);
    hash = location->inputPhotoFileLocation->access_hash;
  }
  if (file == NULL || file->access_hash != hash ||
      file->photo != (location->kind == TG_inputPhotoFileLocation)) {
    dc_error(call, 400, "FILE_ID_INVALID");
    return NULL;
  }
  return dc_migrated(call, file->dc, "FILE_MIGRATE_%d") ? NULL : file;
}

static void get_file(dc_call *call, const void *args) {
  const tg_upload_getFile *request = args;
  static const tg_storage_filePartial partial;
  const dc_file *file = located(call, &request->location);
  if (file == NULL)
    return;
  int64_t offset = request->offset, limit = request->limit;
  if (offset < 0 || limit <= 0 || limit > 1 << 20 || offset % 1024 != 0 || limit % 1024 != 0) {
    dc_error(call, 400, offset < 0 || offset % 1024 != 0 ? "OFFSET_INVALID" : "LIMIT_INVALID");
    return;
  }
  size_t start = (uint64_t)offset > file->data.size ? file->data.size : (size_t)offset;
  size_t left = file->data.size - start;
  size_t size = left < (size_t)limit ? left : (size_t)limit;
  tg_upload_file out = {.type = tg_storage_filePartial_box(&partial),
                        .bytes = {file->data.data + start, size},
                        .mtime = file->date};
  tg_upload_File answer = tg_upload_file_box(&out);
  dc_answer(call, &answer);
}

static void get_hashes(dc_call *call, const void *args) {
  const tg_upload_getFileHashes *request = args;
  const dc_file *file = located(call, &request->location);
  tg_vector_FileHash answer = {0};
  if (file == NULL || request->offset < 0)
    return;
  const tg_fileHash **list = dc_new(call, 10 * sizeof *list);
  size_t at = (size_t)request->offset / HASHED_PIECE * HASHED_PIECE;
  while (list != NULL && at < file->data.size && answer.count < 10) {
    size_t size = file->data.size - at < HASHED_PIECE ? file->data.size - at : HASHED_PIECE;
    tl_bytes piece = tl_bytes_of(file->data.data + at, size);
    uint8_t *digest = dc_new(call, MTP_SHA256_SIZE);
    tg_fileHash *row = dc_new(call, sizeof *row);
    if (digest == NULL || row == NULL || mtp_sha256(&piece, 1, digest) != MTP_OK)
      return;
    *row = (tg_fileHash){.offset = (int64_t)at,
                         .limit = (int32_t)size,
                         .hash = tl_bytes_of(digest, MTP_SHA256_SIZE)};
    list[answer.count++] = row;
    at += size;
  }
  answer.items = list;
  dc_answer(call, &answer);
}

const dc_method dc_methods_upload[] = {{"upload.saveFilePart", save_part, DC_USER},
                                       {"upload.saveBigFilePart", save_big_part, DC_USER},
                                       {"upload.getFile", get_file, DC_USER},
                                       {"upload.getFileHashes", get_hashes, DC_USER},
                                       {NULL, NULL, 0}};
