/* What uploads and downloads share. */
#include "files/transfer.h"

#include "client/client.h"
#include "error_set.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

/* A part is large, and lines are slow: whether the connection lives is for pings to say. */
enum { PART_MS = 600000 };

void mtp_transfer_init(mtp_transfer *transfer, mtp_client *client,
                       const mtp_transfer_options *options) {
  transfer->client = client;
  if (options)
    transfer->options = *options;
  size_t parallel = transfer->options.parallel ? transfer->options.parallel : MTP_PARTS_DEFAULT;
  transfer->n_parts = parallel < MTP_PARTS_MAX ? parallel : MTP_PARTS_MAX;
  for (size_t i = 0; i < MTP_PARTS_MAX; i++)
    transfer->parts[i].transfer = transfer;
}

void mtp_part_clear(mtp_part *part) {
  mtp_transfer *transfer = part->transfer;
  mtp_reply_free(part->reply);
  tl_free(transfer->allocator, part->plain, part->plain_size);
  memset(part, 0, sizeof *part);
  part->transfer = transfer;
}

mtp_part *mtp_transfer_free_part(mtp_transfer *transfer) {
  for (size_t i = 0; i < transfer->n_parts; i++)
    if (!transfer->parts[i].used)
      return &transfer->parts[i];
  return NULL;
}

bool mtp_transfer_call(mtp_transfer *transfer, mtp_part *part, const tl_call *call,
                       const mtp_call_options *options, mtp_call_done done) {
  mtp_error error;
  mtp_call_options placed = *options;
  placed.timeout_ms = transfer->client->options.call_timeout_ms ? PART_MS : -1;
  placed.patient = placed.no_gzip = true;
  placed.max_wait_s = transfer->options.max_wait_s;
  uint32_t connections = mtp_client_file_connections(transfer->client);
  if (connections)
    placed.connection = 1 + (uint32_t)(part - transfer->parts) % connections;
  mtp_status status =
      mtp_client_call(transfer->client, call, &placed, done, part, &part->call, &error);
  if (status != MTP_OK) {
    mtp_transfer_fail(transfer, &error);
    return false;
  }
  transfer->calls++;
  return true;
}

void mtp_transfer_ended(mtp_part *part) {
  part->transfer->calls--;
  part->call = 0;
}

void mtp_transfer_settle(mtp_transfer *transfer) {
  if (!transfer->failed)
    transfer->refill(transfer);
  if (transfer->calls == 0)
    transfer->finish(transfer);
}

void mtp_transfer_fail(mtp_transfer *transfer, const mtp_error *error) {
  if (transfer->failed)
    return;
  transfer->failed = true;
  transfer->error = *error;
  if (transfer->aside)
    mtp_client_cancel(transfer->client, transfer->aside);
  for (size_t i = 0; i < MTP_PARTS_MAX; i++)
    if (transfer->parts[i].call)
      mtp_client_cancel(transfer->client, transfer->parts[i].call);
}

void mtp_transfer_fail_text(mtp_transfer *transfer, mtp_status status, const char *text) {
  mtp_error error;
  mtp_error_set(&error, status, text);
  mtp_transfer_fail(transfer, &error);
}

void mtp_transfer_progress(mtp_transfer *transfer, int64_t total) {
  if (transfer->options.progress)
    transfer->options.progress(transfer->options.progress_ctx, transfer->done, total);
}

void mtp_transfer_cancel(mtp_transfer *transfer) {
  mtp_transfer_fail_text(transfer, MTP_ERR_CANCELLED, NULL);
}
