/* The blocking forms, and those from and to files. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/client.h"
#include "files/transfer.h"

/* ---- waiting ---- */

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
    *status = mtp_files_error(error, MTP_ERR_ARGUMENT, "not from inside a callback");
  return *status == MTP_OK;
}

static mtp_status wait_for(mtp_client *client, const waiting *wait) {
  while (!wait->done)
    mtp_client_poll(client, -1);
  return wait->status;
}

mtp_status mtp_upload(mtp_client *client, const mtp_source *source,
                      const mtp_transfer_options *options, mtp_uploaded *file, mtp_error *error) {
  waiting wait = {.error = error, .file = file};
  mtp_status status;
  memset(file, 0, sizeof *file);
  if (!may_wait(client, error, &status))
    return status;
  status = mtp_upload_start(client, source, options, uploaded, &wait, NULL, error);
  return status == MTP_OK ? wait_for(client, &wait) : status;
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

/* ---- files ---- */

/* "path: what: why"; of a long path the last part. */
static mtp_status path_error(mtp_error *error, const char *path, const char *what, int why) {
  enum { SHOWN = 100 };
  char text[200], reason[64] = "";
  if (why && strerror_r(why, reason, sizeof reason) != 0)
    snprintf(reason, sizeof reason, "error %d", why);
  size_t n = strlen(path);
  snprintf(text, sizeof text, "%s%s: %s%s%s", n > SHOWN ? "..." : "",
           n > SHOWN ? path + n - SHOWN : path, what, why ? ": " : "", reason);
  return mtp_files_error(error, MTP_ERR_ARGUMENT, text);
}

typedef struct reading {
  int fd;
  bool failed;
  int why; /* errno; 0: the file has become shorter */
} reading;

static int read_file(void *ctx, int64_t offset, void *out, size_t size) {
  reading *from = ctx;
  uint8_t *at = out;
  while (size > 0) {
    ssize_t n = pread(from->fd, at, size, (off_t)offset);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) {
      from->failed = true;
      from->why = n < 0 ? errno : 0;
      return -1;
    }
    at += n;
    offset += n;
    size -= (size_t)n;
  }
  return 0;
}

mtp_status mtp_upload_path(mtp_client *client, const char *path,
                           const mtp_transfer_options *options, mtp_uploaded *file,
                           mtp_error *error) {
  memset(file, 0, sizeof *file);
  /* Non-blocking: a pipe is to be refused, not waited for. */
  reading from = {.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (from.fd < 0)
    return path_error(error, path, "cannot be opened", errno);
  struct stat info;
  mtp_status status = MTP_OK;
  if (fstat(from.fd, &info) != 0)
    status = path_error(error, path, "cannot be looked at", errno);
  else if (!S_ISREG(info.st_mode))
    status = path_error(error, path, "not a regular file", 0);
  else if (info.st_size == 0)
    status = path_error(error, path, "empty, and cannot be sent", 0);
  if (status == MTP_OK) {
    const char *slash = strrchr(path, '/');
    mtp_source source = {
        .read = read_file, .ctx = &from, .size = info.st_size, .name = slash ? slash + 1 : path};
    status = mtp_upload(client, &source, options, file, error);
  }
  if (from.failed)
    status = path_error(error, path, from.why ? "cannot be read" : "has become shorter", from.why);
  close(from.fd);
  return status;
}

typedef struct target {
  int fd;
  int64_t first; /* offset of the download: byte 0 of the file */
  int why;       /* errno of a write that failed; 0: none did */
} target;

static int write_file(void *ctx, int64_t offset, const void *data, size_t size) {
  target *to = ctx;
  const uint8_t *at = data;
  offset -= to->first;
  while (size > 0) {
    ssize_t n = pwrite(to->fd, at, size, (off_t)offset);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) {
      to->why = n < 0 ? errno : EIO;
      return -1;
    }
    at += n;
    offset += n;
    size -= (size_t)n;
  }
  return 0;
}

mtp_status mtp_download_path(mtp_client *client, const mtp_remote_file *file, const char *path,
                             const mtp_transfer_options *options, int64_t *size, mtp_error *error) {
  char part[4096];
  int n = snprintf(part, sizeof part, "%s.part", path);
  if (n < 0 || (size_t)n >= sizeof part)
    return path_error(error, path, "too long", 0);
  target to = {.fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666),
               .first = file->offset};
  if (to.fd < 0)
    return path_error(error, part, "cannot be made", errno);
  mtp_sink sink = {.write = write_file, .ctx = &to};
  mtp_status status = mtp_download(client, file, &sink, options, size, error);
  if (close(to.fd) != 0 && status == MTP_OK)
    to.why = errno;
  if (to.why)
    status = path_error(error, part, "cannot be written", to.why);
  if (status == MTP_OK && rename(part, path) != 0)
    status = path_error(error, path, "cannot be named so", errno);
  if (status != MTP_OK)
    unlink(part);
  return status;
}
