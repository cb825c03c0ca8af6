/* Downloads: parts are asked for several at a time, and written in order. */
#include "files/download.h"

#include <openssl/crypto.h>
#include <string.h>

#include "client/policy/policy.h"
#include "client/policy/rpc_error.h"

enum {
  DEFAULT_PART = 512 << 10,
  MIN_PART = 4096,
  MAX_PART = 1 << 20,
  MAX_HOPS = 3,
  MIN_CDN_PART = 128 << 10 /* blocks that have a hash are of this size */
};
/* One byte more than any file has: 8000 parts of 512 KiB. */
#define ENDLESS (((int64_t)8000 << 19) + 1)

static void free_download(mtp_download_state *down) {
  const tl_allocator *allocator = down->base.allocator;
  for (size_t i = 0; i < MTP_PARTS_MAX; i++)
    mtp_part_clear(&down->base.parts[i]);
  mtp_blocks_free(&down->blocks, allocator);
  tl_arena_free(&down->arena);
  OPENSSL_cleanse(down->key, sizeof down->key);
  tl_free(allocator, down, sizeof *down);
}

/* ---- the end ---- */

static void check_size(mtp_download_state *down) {
  if (!down->base.failed && down->size && down->written < down->size)
    mtp_transfer_fail_text(&down->base, MTP_ERR_PROTOCOL, "the file ended before its size");
}

static void finish(mtp_transfer *transfer) {
  mtp_download_state *down = (mtp_download_state *)transfer;
  check_size(down);
  down->done(down->ctx, transfer->failed ? &transfer->error : NULL, down->written - down->start);
  free_download(down);
}

/* ---- writing ---- */

static mtp_part *next_in_order(mtp_download_state *down) {
  for (size_t i = 0; i < down->base.n_parts; i++) {
    mtp_part *part = &down->base.parts[i];
    if (part->used && part->offset == down->written && (part->reply || part->plain) && !part->call)
      return part;
  }
  return NULL;
}

static int64_t least(int64_t a, int64_t b) {
  return a < b ? a : b;
}

static void write_out(mtp_download_state *down) {
  mtp_part *part;
  while (!down->base.failed && (part = next_in_order(down))) {
    int64_t limit = down->end >= 0 ? down->end : INT64_MAX;
    int64_t size = least((int64_t)part->bytes.size, limit - part->offset);
    if (size > 0 &&
        down->sink.write(down->sink.ctx, part->offset, part->bytes.data, (size_t)size) != 0) {
      mtp_transfer_fail_text(&down->base, MTP_ERR_STORE, "the file cannot be written");
      return;
    }
    down->written += size > 0 ? size : 0;
    down->base.done = down->written - down->start;
    mtp_part_clear(part);
    if (size > 0)
      mtp_transfer_progress(&down->base, down->size ? down->size - down->start : -1);
    if (down->end >= 0 && down->written >= down->end)
      return;
  }
}

/* A part that is not full is the last one. */
static void note_end(mtp_download_state *down, const mtp_part *part) {
  int64_t end = part->offset + (int64_t)part->bytes.size;
  if (part->bytes.size < part->size && (down->end < 0 || end < down->end))
    down->end = end;
}

static void arrived(mtp_download_state *down, mtp_part *part) {
  note_end(down, part);
  write_out(down);
}

/* ---- parts ---- */

/* It is elsewhere: that part, and all that follow, from there. */
static bool follow(mtp_download_state *down, mtp_part *part, const mtp_error *error) {
  int64_t dc = 0;
  if (error->status != MTP_ERR_RPC || !mtp_error_number(error, "FILE_MIGRATE_", &dc))
    return false;
  if (dc <= 0 || dc > MTP_DC_MAX || part->tries++ >= MAX_HOPS)
    return false;
  down->dc = (int32_t)dc;
  down->ask(down, part);
  return true;
}

/* Whether the transfer goes on all the same. */
static bool survives(mtp_download_state *down, mtp_part *part, const mtp_error *error) {
  return follow(down, part, error) || mtp_refresh_part(down, part, error) ||
         mtp_ending_refused(down, part, error);
}

static void take_part(mtp_download_state *down, mtp_part *part, mtp_reply *reply) {
  tg_upload_File file = tg_upload_getFile_result(mtp_reply_value(reply));
  if (file.kind == TG_upload_fileCdnRedirect) {
    if (mtp_cdn_redirect(down, file.upload_fileCdnRedirect))
      mtp_cdn_ask(down, part);
    mtp_reply_free(reply);
    return;
  }
  if (file.kind != TG_upload_file || file.upload_file->bytes.size > part->size) {
    mtp_transfer_fail_text(&down->base, MTP_ERR_PROTOCOL, "more bytes than were asked for");
    mtp_reply_free(reply);
    return;
  }
  part->reply = reply;
  part->bytes = file.upload_file->bytes;
  arrived(down, part);
}

static void part_done(void *ctx, const mtp_error *error, mtp_reply *reply) {
  mtp_part *part = ctx;
  mtp_download_state *down = (mtp_download_state *)part->transfer;
  mtp_transfer_ended(part);
  if (error) {
    mtp_reply_free(reply);
    if (down->base.failed || !survives(down, part, error))
      mtp_transfer_fail(&down->base, error);
  } else if (down->base.failed) {
    mtp_reply_free(reply);
  } else {
    take_part(down, part, reply);
  }
  mtp_transfer_settle(&down->base);
}

static void ask(mtp_download_state *down, mtp_part *part) {
  tg_upload_getFile request = {.location = down->location,
                               .offset = part->offset,
                               .limit = (int32_t)part->size,
                               .cdn_supported = !down->base.options.no_cdn &&
                                                down->base.part_size >= MIN_CDN_PART};
  tl_call call = tg_upload_getFile_call(&request);
  mtp_call_options options = {.dc = down->dc,
                              .without_updates = true,
                              .no_migrate = true,
                              .no_retry = mtp_ending_may_be(down, part)};
  part->references = down->references;
  if (down->cdn)
    mtp_cdn_ask(down, part);
  else
    mtp_transfer_call(&down->base, part, &call, &options, part_done);
}

static bool is_wanted(const mtp_download_state *down, int64_t offset) {
  if (down->end >= 0)
    return offset < down->end;
  return offset < (down->size ? down->size : ENDLESS);
}

static void refill_up_to_the_largest(mtp_download_state *down) {
  mtp_transfer *transfer = &down->base;
  mtp_part *part;
  /* The first part alone: it tells where the file is. */
  if (transfer->calls && down->written == down->start)
    return;
  while (!transfer->failed && is_wanted(down, transfer->next) &&
         (part = mtp_transfer_free_part(transfer))) {
    part->used = true;
    part->offset = transfer->next;
    part->size = transfer->part_size;
    transfer->next += (int64_t)transfer->part_size;
    ask(down, part);
    if (down->written == down->start)
      return;
  }
}

/* Where nobody knows the size a server could go on for ever, until the disk is full. */
static void refill(mtp_transfer *transfer) {
  mtp_download_state *down = (mtp_download_state *)transfer;
  refill_up_to_the_largest(down);
  if (!transfer->failed && !down->size && down->end < 0 && down->written >= ENDLESS)
    mtp_transfer_fail_text(transfer, MTP_ERR_PROTOCOL, "the file has no end");
}

/* ---- the start ---- */

static const char *complaint(const mtp_remote_file *file, const mtp_transfer_options *options) {
  uint32_t size = options && options->part_size ? options->part_size : DEFAULT_PART;
  if (size < MIN_PART || size > MAX_PART || (size & (size - 1)) != 0)
    return "part_size is not 4096 * 2^n up to 1048576";
  if (file->offset < 0 || file->offset % (int64_t)size != 0)
    return "offset is no multiple of the part size";
  if (file->size < 0 || (file->size && file->offset >= file->size))
    return "offset and size do not fit";
  return NULL;
}

static void prepare(mtp_download_state *down, mtp_client *client, const mtp_remote_file *file,
                    const mtp_transfer_options *options) {
  mtp_transfer *base = &down->base;
  mtp_transfer_init(base, client, options);
  base->refill = refill;
  base->finish = finish;
  base->part_size = base->options.part_size ? base->options.part_size : DEFAULT_PART;
  base->next = down->start = down->written = file->offset;
  down->ask = ask;
  down->arrived = arrived;
  down->origin = file->origin;
  down->refresh = file->refresh;
  down->refresh_ctx = file->refresh_ctx;
  down->dc = file->dc;
  down->size = file->size;
  down->end = file->size ? file->size : -1;
}

mtp_status mtp_download_start(mtp_client *client, const mtp_remote_file *file, const mtp_sink *sink,
                              const mtp_transfer_options *options, mtp_download_done done,
                              void *ctx, mtp_transfer **out, mtp_error *error) {
  if (out)
    *out = NULL;
  const char *why = complaint(file, options);
  if (why)
    return mtp_error_set(error, MTP_ERR_ARGUMENT, why);
  const tl_allocator *allocator = mtp_client_session(client)->allocator;
  mtp_download_state *down = tl_alloc_zero(allocator, sizeof *down);
  if (!down)
    return mtp_error_set(error, MTP_ERR_NOMEM, NULL);
  down->base.allocator = allocator;
  tl_arena_init(&down->arena, allocator, 0);
  down->sink = *sink;
  down->done = done;
  down->ctx = ctx;
  prepare(down, client, file, options);
  mtp_status status = mtp_download_locate(down, &file->location, error);
  if (status == MTP_OK) {
    refill(&down->base);
    status = down->base.error.status;
    if (status != MTP_OK && error)
      *error = down->base.error;
  }
  if (status != MTP_OK)
    free_download(down);
  else if (out)
    *out = &down->base;
  return status;
}
