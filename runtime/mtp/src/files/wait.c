/* The forms that wait. */
#include "files/wait.h"
#include "error_set.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "client/client.h"

typedef struct waiting {
  bool done;
  mtp_status status;
  mtp_error *error;
  mtp_uploaded *file;
  int64_t *size;
} waiting;

static void take_end(waiting *wait, const mtp_error *error) {
  wait->done = true;
  wait->status = error ? error->status : MTP_OK;
  if (error && wait->error)
    *wait->error = *error;
}

static void uploaded(void *ctx, const mtp_error *error, const mtp_uploaded *file) {
  waiting *wait = ctx;
  take_end(wait, error);
  if (file)
    *wait->file = *file;
}

static void downloaded(void *ctx, const mtp_error *error, int64_t size) {
  waiting *wait = ctx;
  take_end(wait, error);
  if (wait->size)
    *wait->size = size;
}

static bool may_wait(const mtp_client *client, mtp_error *error, mtp_status *status) {
  *status = MTP_OK;
  if (mtp_client_in_callback(client))
    *status = mtp_error_set(error, MTP_ERR_ARGUMENT, "not from inside a callback");
  return *status == MTP_OK;
}

static mtp_status wait_for(mtp_client *client, const waiting *wait) {
  while (!wait->done)
    mtp_client_poll(client, -1);
  return wait->status;
}

mtp_status mtp_upload_wait(mtp_client *client, const mtp_source *source,
                           const mtp_transfer_options *options, const mtp_upload_past *past,
                           mtp_uploaded *file, mtp_error *error) {
  waiting wait = {.error = error, .file = file};
  mtp_status status;
  memset(file, 0, sizeof *file);
  if (!may_wait(client, error, &status))
    return status;
  status = mtp_upload_begin(client, source, options, past, uploaded, &wait, NULL, error);
  return status == MTP_OK ? wait_for(client, &wait) : status;
}

mtp_status mtp_upload(mtp_client *client, const mtp_source *source,
                      const mtp_transfer_options *options, mtp_uploaded *file, mtp_error *error) {
  return mtp_upload_wait(client, source, options, NULL, file, error);
}

mtp_status mtp_download(mtp_client *client, const mtp_remote_file *file, const mtp_sink *sink,
                        const mtp_transfer_options *options, int64_t *size, mtp_error *error) {
  waiting wait = {.error = error, .size = size};
  mtp_status status;
  if (!may_wait(client, error, &status))
    return status;
  status = mtp_download_start(client, file, sink, options, downloaded, &wait, NULL, error);
  return status == MTP_OK ? wait_for(client, &wait) : status;
}

bool mtp_fd_wait(int fd, short events) {
  struct pollfd wait = {.fd = fd, .events = events};
  return poll(&wait, 1, -1) == 1 || errno == EINTR;
}
