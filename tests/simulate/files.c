/* Transfers as the client sees them. */
#include "files.h"

#include <stdio.h>
#include <tg/tg.h>

#include "world.h"

enum { LONGEST_S = 4 * 3600, EXCUSE_S = 900, ALWAYS_S = 60 };

void files_fill(int64_t id, int64_t offset, uint8_t *out, size_t size) {
  for (size_t i = 0; i < size; i++)
    out[i] = files_byte(id, offset + (int64_t)i);
}

/* ---- the ends ---- */

static bool has_reason(const world *w, const files_one *one, const mtp_error *error) {
  bool excused = w->net.weather.foul || w->trouble_us >= one->awake_us - ALWAYS_S * WORLD_SECOND;
  switch (error->status) {
  case MTP_ERR_CANCELLED:
    return one->cancelled;
  case MTP_ERR_NOMEM:
    return w->memory.failed > one->failed_before;
  case MTP_ERR_TIMEOUT:
    return excused;
  case MTP_ERR_RPC: /* the third new reference is worn, too */
    return excused && error->code == 400;
  default:
    return false;
  }
}

static void end(files_one *one, const mtp_error *error, int64_t size) {
  world *w = one->w;
  world_require(w, one->used, one->id, 0);
  record_note(&w->record, "file %lld ends with %lld", one->id, error ? error->status : MTP_OK);
  if (error && !has_reason(w, one, error)) {
    char text[240];
    fprintf(stderr, "%s\n", mtp_error_format(error, text, sizeof text));
    record_fail(&w->record, "file %lld ended with status %lld for no reason", one->id,
                error->status);
  }
  if (!error)
    world_require(w, size == one->size, size, one->size);
  w->files.failed += error != NULL;
  *(one->up ? &w->files.uploads : &w->files.downloads) += !error;
  one->used = false;
  w->files.open--;
}

static void downloaded(void *ctx, const mtp_error *error, int64_t size) {
  files_one *one = ctx;
  world_require(one->w, error || one->done == size, one->done, size);
  end(one, error, size);
}

static void uploaded(void *ctx, const mtp_error *error, const mtp_uploaded *file) {
  files_one *one = ctx;
  if (!error) {
    world_require(one->w, file->parts > 0 && one->part[file->parts - 1], file->parts, one->got);
    world_require(one->w, !one->part[file->parts], file->parts, one->got);
  }
  end(one, error, one->got);
}

/* ---- the bytes ---- */

static int keep(void *ctx, int64_t offset, const void *data, size_t size) {
  files_one *one = ctx;
  const uint8_t *bytes = data;
  world_require(one->w, offset == one->done, offset, one->done);
  for (size_t i = 0; i < size; i++)
    world_require(one->w, bytes[i] == files_byte(one->id, offset + (int64_t)i), one->id,
                  offset + (int64_t)i);
  one->done += (int64_t)size;
  return 0;
}

static int give(void *ctx, int64_t offset, void *out, size_t size) {
  const files_one *one = ctx;
  world_require(one->w, offset + (int64_t)size <= one->size, offset, size);
  files_fill(one->id, offset, out, size);
  return 0;
}

static int64_t next(void *ctx, void *out, size_t size) {
  files_one *one = ctx;
  int64_t left = one->size - one->done;
  size_t n = left < (int64_t)size ? (size_t)left : size;
  if (n > 1)
    n = 1 + dice_below(&one->w->dice, (uint32_t)n);
  files_fill(one->id, one->done, out, n);
  one->done += (int64_t)n;
  return (int64_t)n;
}

/* ---- the beginning ---- */

static mtp_status start_download(world *w, files_one *one, const mtp_transfer_options *options) {
  mtp_error error;
  tg_inputDocumentFileLocation document = {.id = one->id,
                                           .access_hash = 7,
                                           .file_reference = tl_bytes_of(&one->reference, 1),
                                           .thumb_size = TL_STR("")};
  mtp_remote_file file = {.location = tg_inputDocumentFileLocation_box(&document),
                          .size = dice_is(&w->dice, 7000) ? one->size : 0,
                          .dc = dice_is(&w->dice, 5000) ? 1 + (int32_t)(one->id % 3) : 0,
                          .origin = {.kind = MTP_ORIGIN_MESSAGE, .message_id = (int32_t)one->id}};
  mtp_sink sink = {.write = keep, .ctx = one};
  return mtp_download_start(w->client, &file, &sink, options, downloaded, one, &one->transfer,
                            &error);
}

static mtp_status start_upload(world *w, files_one *one, const mtp_transfer_options *options) {
  mtp_error error;
  mtp_source source = {.read = give, .next = next, .ctx = one, .name = "file"};
  one->stream = dice_is(&w->dice, 4000);
  source.size = one->stream ? -1 : one->size;
  return mtp_upload_start(w->client, &source, options, uploaded, one, &one->transfer, &error);
}

void files_start(world *w) {
  dice *d = &w->dice;
  files_one *one = w->files.at;
  while (one < w->files.at + FILES_AT_ONCE && one->used)
    one++;
  if (one == w->files.at + FILES_AT_ONCE)
    return;
  *one = (files_one){.w = w, .used = true, .id = ++w->files.next_id, .up = dice_is(d, 4000)};
  one->failed_before = w->memory.failed;
  one->awake_us = w->now_us - w->unslept_us;
  one->size = dice_between(d, 64, dice_is(d, 1000) ? FILES_MOST : 200000);
  mtp_transfer_options options = {.parallel = 1 + dice_below(d, 6),
                                  .part_size = 4096u << dice_below(d, 6)};
  while (one->size / options.part_size >= FILES_PARTS - 2)
    options.part_size *= 2;
  one->part_size = options.part_size;
  options.no_cdn = dice_is(d, 2000);
  record_note(&w->record, one->up ? "file %lld of %lld bytes goes up" : "file %lld of %lld bytes",
              one->id, one->size);
  w->files.open++;
  mtp_status status = one->up ? start_upload(w, one, &options) : start_download(w, one, &options);
  if (status == MTP_OK)
    return;
  world_require(w, status == MTP_ERR_NOMEM && w->memory.failed > one->failed_before, status, 0);
  one->used = false;
  w->files.open--;
}

void files_cancel(world *w) {
  files_one *one = &w->files.at[dice_below(&w->dice, FILES_AT_ONCE)];
  if (!one->used || one->cancelled)
    return;
  record_note(&w->record, "file %lld is taken back", one->id, 0);
  one->cancelled = true;
  mtp_transfer_cancel(one->transfer);
}

void files_check(world *w) {
  int64_t oldest = w->now_us - w->unslept_us - LONGEST_S * WORLD_SECOND;
  for (size_t i = 0; i < FILES_AT_ONCE; i++)
    world_require(w, !w->files.at[i].used || w->files.at[i].awake_us > oldest, w->files.at[i].id,
                  w->files.at[i].awake_us);
}
