/* Uploads: parts are read in order, several are on their way at a time. */
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "files/transfer.h"

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
} upload;

static void free_upload(upload *up) {
  const tl_allocator *allocator = up->base.allocator;
  for (size_t i = 0; i < MTP_PARTS_MAX; i++)
    mtp_part_clear(&up->base.parts[i]);
  tl_free(allocator, up->buffer, up->base.part_size);
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
    mtp_transfer_progress(transfer, ((upload *)transfer)->source.size);
  }
  mtp_part_clear(part);
  mtp_transfer_settle(transfer);
}

static bool read_part(upload *up, mtp_part *part) {
  const mtp_source *source = &up->source;
  if (source->read(source->ctx, part->offset, up->buffer, part->size) != 0) {
    mtp_transfer_fail_text(&up->base, MTP_ERR_ARGUMENT, "the file cannot be read");
    return false;
  }
  if (up->md5 && EVP_DigestUpdate(up->md5, up->buffer, part->size) != 1) {
    mtp_transfer_fail_text(&up->base, MTP_ERR_NOMEM, NULL);
    return false;
  }
  return true;
}

static bool send_part(upload *up, mtp_part *part) {
  int32_t number = (int32_t)(part->offset / (int64_t)up->base.part_size);
  tl_bytes bytes = tl_bytes_of(up->buffer, part->size);
  if (up->file.big) {
    tg_upload_saveBigFilePart request = {.file_id = up->file.id,
                                         .file_part = number,
                                         .file_total_parts = up->file.parts,
                                         .bytes = bytes};
    tl_call call = tg_upload_saveBigFilePart_call(&request);
    return mtp_transfer_call(&up->base, part, &call, &home, part_done);
  }
  tg_upload_saveFilePart request = {.file_id = up->file.id, .file_part = number, .bytes = bytes};
  tl_call call = tg_upload_saveFilePart_call(&request);
  return mtp_transfer_call(&up->base, part, &call, &home, part_done);
}

static void refill(mtp_transfer *transfer) {
  upload *up = (upload *)transfer;
  mtp_part *part;
  while (!transfer->failed && transfer->next < up->source.size &&
         (part = mtp_transfer_free_part(transfer))) {
    int64_t left = up->source.size - transfer->next;
    part->used = true;
    part->offset = transfer->next;
    part->size = left < (int64_t)transfer->part_size ? (size_t)left : transfer->part_size;
    transfer->next += (int64_t)part->size;
    if (!read_part(up, part) || !send_part(up, part))
      mtp_part_clear(part);
  }
}

/* ---- the start ---- */

static bool is_part_size(uint32_t size) {
  return size >= 1024 && size <= BIG_PART && (size & (size - 1)) == 0;
}

static const char *complaint(const mtp_source *source, const mtp_transfer_options *options) {
  if (source->size <= 0)
    return "an empty file cannot be sent";
  if (options && options->part_size && !is_part_size(options->part_size))
    return "part_size is not 1024 * 2^n up to 524288";
  uint32_t size = options && options->part_size ? options->part_size
                  : source->size > SMALL_LIMIT  ? BIG_PART
                                                : SMALL_PART;
  if ((source->size - 1) / size + 1 > MAX_PARTS)
    return "the file has more than 8000 parts";
  return NULL;
}

static mtp_status prepare(upload *up, mtp_client *client, const mtp_source *source,
                          const mtp_transfer_options *options) {
  mtp_transfer *base = &up->base;
  mtp_transfer_init(base, client, options);
  base->refill = refill;
  base->finish = finish;
  up->source = *source;
  up->file.big = source->size > SMALL_LIMIT;
  base->part_size = base->options.part_size ? base->options.part_size
                    : up->file.big          ? BIG_PART
                                            : SMALL_PART;
  up->file.parts = (int32_t)((source->size - 1) / (int64_t)base->part_size + 1);
  snprintf(up->file.name, sizeof up->file.name, "%s", source->name ? source->name : "file");
  up->buffer = tl_alloc(base->allocator, base->part_size);
  if (!up->buffer)
    return MTP_ERR_NOMEM;
  if (!up->file.big) {
    up->md5 = EVP_MD_CTX_new();
    if (!up->md5)
      return MTP_ERR_NOMEM;
    if (EVP_DigestInit_ex(up->md5, EVP_md5(), NULL) != 1) { /* a build without MD5: leave it out */
      EVP_MD_CTX_free(up->md5);
      up->md5 = NULL;
    }
  }
  mtp_rng rng = mtp_rng_system();
  return mtp_rng_fill(&rng, (uint8_t *)&up->file.id, sizeof up->file.id) == 0 ? MTP_OK
                                                                              : MTP_ERR_RANDOM;
}

mtp_status mtp_upload_start(mtp_client *client, const mtp_source *source,
                            const mtp_transfer_options *options, mtp_upload_done done, void *ctx,
                            mtp_transfer **out, mtp_error *error) {
  if (out)
    *out = NULL;
  const char *why = complaint(source, options);
  if (why)
    return mtp_files_error(error, MTP_ERR_ARGUMENT, why);
  const tl_allocator *allocator = mtp_client_session(client)->allocator;
  upload *up = tl_alloc_zero(allocator, sizeof *up);
  if (!up)
    return mtp_files_error(error, MTP_ERR_NOMEM, NULL);
  up->base.allocator = allocator;
  up->done = done;
  up->ctx = ctx;
  mtp_status status = prepare(up, client, source, options);
  if (status == MTP_OK) {
    refill(&up->base);
    if (up->base.calls == 0) /* not even the first could be sent */
      status = up->base.error.status;
    if (status != MTP_OK && error)
      *error = up->base.error;
  } else {
    mtp_files_error(error, status, NULL);
  }
  if (status != MTP_OK)
    free_upload(up);
  else if (out)
    *out = &up->base;
  return status;
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
