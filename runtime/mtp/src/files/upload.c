/* Uploads: parts are read in order, several are on their way at a time. Of a stream one part is
 * read ahead, since the last one has to say how many there were. */
#include "files/upload.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "error_set.h"

static const mtp_call_options home;

enum {
  SMALL_LIMIT = 10 << 20, /* above: saveBigFilePart */
  SMALL_PART = 128 << 10,
  BIG_PART = 512 << 10,
  MAX_PARTS = 8000
};

typedef struct upload {
  mtp_transfer base;
  mtp_source source;
  mtp_uploaded file;
  mtp_upload_done done;
  void *ctx;
  uint8_t *buffer; /* part_size bytes */
  EVP_MD_CTX *md5; /* of a small file */
  /* A stream. */
  uint8_t *ahead; /* part_size bytes; NULL: no stream */
  size_t ahead_size;
  bool all_read;
  /* For whoever goes on later. */
  mtp_upload_past past;
  uint8_t *saved;      /* for each part whether the server has it; NULL: nobody wants to know */
  int32_t saved_parts; /* as many from the start on */
} upload;

static void free_upload(upload *up) {
  const tl_allocator *allocator = up->base.allocator;
  for (size_t i = 0; i < MTP_PARTS_MAX; i++)
    mtp_part_clear(&up->base.parts[i]);
  tl_free(allocator, up->buffer, up->base.part_size);
  tl_free(allocator, up->ahead, up->base.part_size);
  tl_free(allocator, up->saved, (size_t)up->file.parts);
  EVP_MD_CTX_free(up->md5);
  tl_free(allocator, up, sizeof *up);
}

/* ---- the end ---- */

static void write_md5(upload *up) {
  uint8_t digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (!up->md5 || EVP_DigestFinal_ex(up->md5, digest, &size) != 1)
    return;
  for (unsigned i = 0; i < size && i < 16; i++)
    snprintf(up->file.md5 + 2 * i, 3, "%02x", digest[i]);
}

static void finish(mtp_transfer *transfer) {
  upload *up = (upload *)transfer;
  if (!transfer->failed)
    write_md5(up);
  if (transfer->failed)
    up->done(up->ctx, &transfer->error, NULL);
  else
    up->done(up->ctx, NULL, &up->file);
  free_upload(up);
}

/* ---- parts ---- */

/* Tells how far it is, without a hole. */
static void note_saved(upload *up, const mtp_part *part) {
  if (!up->saved)
    return;
  up->saved[part->offset / (int64_t)up->base.part_size] = 1;
  int32_t before = up->saved_parts;
  while (up->saved_parts < up->file.parts && up->saved[up->saved_parts])
    up->saved_parts++;
  int64_t bytes = (int64_t)up->saved_parts * (int64_t)up->base.part_size;
  if (up->saved_parts > before)
    up->past.note(up->past.ctx, up->file.id, bytes < up->source.size ? bytes : up->source.size);
}

static void part_done(void *ctx, const mtp_error *error, mtp_reply *reply) {
  mtp_part *part = ctx;
  mtp_transfer *transfer = part->transfer;
  bool saved = !error && tg_upload_saveFilePart_result(mtp_reply_value(reply));
  mtp_reply_free(reply);
  mtp_transfer_ended(part);
  if (error) {
    mtp_transfer_fail(transfer, error);
  } else if (!saved) {
    mtp_transfer_fail_text(transfer, MTP_ERR_PROTOCOL, "the server did not save a part");
  } else if (!transfer->failed) {
    transfer->done += (int64_t)part->size;
    note_saved((upload *)transfer, part);
    mtp_transfer_progress(transfer, ((upload *)transfer)->source.size);
  }
  mtp_part_clear(part);
  mtp_transfer_settle(transfer);
}

static bool unreadable(upload *up) {
  mtp_transfer_fail_text(&up->base, MTP_ERR_STORE, "the file cannot be read");
  return false;
}

static bool digest(upload *up, size_t size) {
  if (!up->md5 || EVP_DigestUpdate(up->md5, up->buffer, size) == 1)
    return true;
  mtp_transfer_fail_text(&up->base, MTP_ERR_NOMEM, NULL);
  return false;
}

static bool read_part(upload *up, const mtp_part *part) {
  const mtp_source *source = &up->source;
  if (source->read(source->ctx, part->offset, up->buffer, part->size) != 0)
    return unreadable(up);
  return digest(up, part->size);
}

/* Of a stream: a whole part, or what there is until its end. */
static bool read_ahead(upload *up) {
  const mtp_source *source = &up->source;
  up->ahead_size = 0;
  while (up->ahead_size < up->base.part_size) {
    size_t room = up->base.part_size - up->ahead_size;
    int64_t n = source->next(source->ctx, up->ahead + up->ahead_size, room);
    if (n < 0 || n > (int64_t)room)
      return unreadable(up);
    if (n == 0)
      break;
    up->ahead_size += (size_t)n;
  }
  return true;
}

/* What was read ahead is the part; what follows is read ahead. */
static bool read_next(upload *up, mtp_part *part) {
  uint8_t *full = up->ahead;
  part->size = up->ahead_size;
  up->ahead = up->buffer;
  up->buffer = full;
  up->ahead_size = 0;
  if (part->size == up->base.part_size && !read_ahead(up))
    return false;
  up->all_read = up->ahead_size == 0;
  if (up->all_read)
    up->file.parts = (int32_t)(part->offset / (int64_t)up->base.part_size) + 1;
  return digest(up, part->size);
}

static bool send_part(upload *up, mtp_part *part) {
  int32_t number = (int32_t)(part->offset / (int64_t)up->base.part_size);
  int32_t total = up->ahead && !up->all_read ? -1 : up->file.parts;
  tl_bytes bytes = tl_bytes_of(up->buffer, part->size);
  if (number >= MAX_PARTS) {
    mtp_transfer_fail_text(&up->base, MTP_ERR_ARGUMENT, "the file has more than 8000 parts");
    return false;
  }
  if (up->file.big) {
    tg_upload_saveBigFilePart request = {
        .file_id = up->file.id, .file_part = number, .file_total_parts = total, .bytes = bytes};
    tl_call call = tg_upload_saveBigFilePart_call(&request);
    return mtp_transfer_call(&up->base, part, &call, &home, part_done);
  }
  tg_upload_saveFilePart request = {.file_id = up->file.id, .file_part = number, .bytes = bytes};
  tl_call call = tg_upload_saveFilePart_call(&request);
  return mtp_transfer_call(&up->base, part, &call, &home, part_done);
}

static bool has_more(const upload *up) {
  return up->ahead ? !up->all_read : up->base.next < up->source.size;
}

static void refill(mtp_transfer *transfer) {
  upload *up = (upload *)transfer;
  mtp_part *part;
  while (!transfer->failed && has_more(up) && (part = mtp_transfer_free_part(transfer))) {
    int64_t left = up->source.size - transfer->next;
    part->used = true;
    part->offset = transfer->next;
    part->size =
        !up->ahead && left < (int64_t)transfer->part_size ? (size_t)left : transfer->part_size;
    bool read = up->ahead ? read_next(up, part) : read_part(up, part);
    transfer->next += (int64_t)part->size;
    if (!read || !send_part(up, part))
      mtp_part_clear(part);
  }
}

/* ---- the start ---- */

static bool is_part_size(uint32_t size) {
  return size >= 1024 && size <= BIG_PART && (size & (size - 1)) == 0;
}

size_t mtp_upload_part_size(const mtp_source *source, const mtp_transfer_options *options) {
  if (options && options->part_size)
    return options->part_size;
  return source->size < 0 || source->size > SMALL_LIMIT ? BIG_PART : SMALL_PART;
}

static const char *complaint(const mtp_source *source, const mtp_transfer_options *options) {
  if (source->size == 0 || source->size < -1)
    return "an empty file cannot be sent";
  if (options && options->part_size && !is_part_size(options->part_size))
    return "part_size is not 1024 * 2^n up to 524288";
  if (source->size < 0 ? !source->next : !source->read)
    return "there is nothing to read from";
  size_t size = mtp_upload_part_size(source, options);
  if ((source->size - 1) / (int64_t)size + 1 > MAX_PARTS)
    return "the file has more than 8000 parts";
  return NULL;
}

static mtp_status begin_md5(upload *up) {
  up->md5 = EVP_MD_CTX_new();
  if (!up->md5)
    return MTP_ERR_NOMEM;
  if (EVP_DigestInit_ex(up->md5, EVP_md5(), NULL) != 1) { /* a build without MD5: leave it out */
    EVP_MD_CTX_free(up->md5);
    up->md5 = NULL;
  }
  return MTP_OK;
}

/* A stream that ends within its first part is a small file. */
static mtp_status prepare_stream(upload *up, mtp_error *error) {
  up->ahead = tl_alloc(up->base.allocator, up->base.part_size);
  if (!up->ahead)
    return mtp_error_set(error, MTP_ERR_NOMEM, NULL);
  if (!read_ahead(up))
    return mtp_error_set(error, MTP_ERR_STORE, "the file cannot be read");
  if (up->ahead_size == 0)
    return mtp_error_set(error, MTP_ERR_ARGUMENT, "an empty file cannot be sent");
  up->file.big = up->ahead_size == up->base.part_size;
  return MTP_OK;
}

/* What the server has already counts for the checksum all the same. */
static mtp_status skip_saved(upload *up, mtp_error *error) {
  const mtp_source *source = &up->source;
  mtp_transfer *base = &up->base;
  up->saved = tl_alloc_zero(base->allocator, (size_t)up->file.parts);
  if (!up->saved)
    return mtp_error_set(error, MTP_ERR_NOMEM, NULL);
  while (base->next < up->past.saved) {
    int64_t left = up->past.saved - base->next;
    size_t size = left < (int64_t)base->part_size ? (size_t)left : base->part_size;
    if (up->md5 && (source->read(source->ctx, base->next, up->buffer, size) != 0 ||
                    EVP_DigestUpdate(up->md5, up->buffer, size) != 1))
      return mtp_error_set(error, MTP_ERR_STORE, "the file cannot be read");
    up->saved[up->saved_parts++] = 1;
    base->next += (int64_t)size;
  }
  base->done = base->next;
  return MTP_OK;
}

static mtp_status name_it(upload *up) {
  mtp_rng rng = mtp_rng_system();
  up->file.id = up->past.id;
  if (up->file.id)
    return MTP_OK;
  return mtp_rng_fill(&rng, (uint8_t *)&up->file.id, sizeof up->file.id) == 0 ? MTP_OK
                                                                              : MTP_ERR_RANDOM;
}

static mtp_status prepare(upload *up, mtp_client *client, const mtp_source *source,
                          const mtp_transfer_options *options, mtp_error *error) {
  mtp_transfer *base = &up->base;
  mtp_transfer_init(base, client, options);
  base->refill = refill;
  base->finish = finish;
  up->source = *source;
  up->file.big = source->size > SMALL_LIMIT;
  base->part_size = mtp_upload_part_size(source, options);
  up->file.parts = (int32_t)((source->size - 1) / (int64_t)base->part_size + 1);
  snprintf(up->file.name, sizeof up->file.name, "%s", source->name ? source->name : "file");
  up->buffer = tl_alloc(base->allocator, base->part_size);
  if (!up->buffer)
    return mtp_error_set(error, MTP_ERR_NOMEM, NULL);
  mtp_status status = source->size < 0 ? prepare_stream(up, error) : MTP_OK;
  if (status == MTP_OK && !up->file.big && begin_md5(up) != MTP_OK)
    status = mtp_error_set(error, MTP_ERR_NOMEM, NULL);
  if (status == MTP_OK && name_it(up) != MTP_OK)
    status = mtp_error_set(error, MTP_ERR_RANDOM, NULL);
  if (status == MTP_OK && up->past.note)
    status = skip_saved(up, error);
  return status;
}

mtp_status mtp_upload_begin(mtp_client *client, const mtp_source *source,
                            const mtp_transfer_options *options, const mtp_upload_past *past,
                            mtp_upload_done done, void *ctx, mtp_transfer **out, mtp_error *error) {
  if (out)
    *out = NULL;
  const char *why = complaint(source, options);
  if (why)
    return mtp_error_set(error, MTP_ERR_ARGUMENT, why);
  const tl_allocator *allocator = mtp_client_session(client)->allocator;
  upload *up = tl_alloc_zero(allocator, sizeof *up);
  if (!up)
    return mtp_error_set(error, MTP_ERR_NOMEM, NULL);
  up->base.allocator = allocator;
  up->done = done;
  up->ctx = ctx;
  if (past)
    up->past = *past;
  mtp_status status = prepare(up, client, source, options, error);
  if (status == MTP_OK) {
    refill(&up->base);
    if (up->base.calls == 0) /* not even the first could be sent */
      status = up->base.error.status;
    if (status != MTP_OK && error)
      *error = up->base.error;
  }
  if (status != MTP_OK)
    free_upload(up);
  else if (out)
    *out = &up->base;
  return status;
}

mtp_status mtp_upload_start(mtp_client *client, const mtp_source *source,
                            const mtp_transfer_options *options, mtp_upload_done done, void *ctx,
                            mtp_transfer **out, mtp_error *error) {
  return mtp_upload_begin(client, source, options, NULL, done, ctx, out, error);
}

tg_InputFile mtp_uploaded_input(const mtp_uploaded *file, mtp_input_file *storage) {
  if (file->big) {
    storage->big =
        (tg_inputFileBig){.id = file->id, .parts = file->parts, .name = tl_string_of(file->name)};
    return tg_inputFileBig_box(&storage->big);
  }
  storage->small = (tg_inputFile){.id = file->id,
                                  .parts = file->parts,
                                  .name = tl_string_of(file->name),
                                  .md5_checksum = tl_string_of(file->md5)};
  return tg_inputFile_box(&storage->small);
}
