/* The blocking forms, and those from and to files. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static mtp_status wait_for(mtp_client *client, const waiting *wait) {
  while (!wait->done)
    mtp_client_poll(client, -1);
  return wait->status;
}

mtp_status mtp_upload(mtp_client *client, const mtp_source *source,
                      const mtp_transfer_options *options, mtp_uploaded *file, mtp_error *error) {
  waiting wait = {.error = error, .file = file};
  memset(file, 0, sizeof *file);
  mtp_status status = mtp_upload_start(client, source, options, uploaded, &wait, NULL, error);
  return status == MTP_OK ? wait_for(client, &wait) : status;
}

mtp_status mtp_download(mtp_client *client, const mtp_remote_file *file, const mtp_sink *sink,
                        const mtp_transfer_options *options, int64_t *size, mtp_error *error) {
  waiting wait = {.error = error, .size = size};
  mtp_status status =
      mtp_download_start(client, file, sink, options, downloaded, &wait, NULL, error);
  return status == MTP_OK ? wait_for(client, &wait) : status;
}

/* ---- files ---- */

static mtp_status system_error(mtp_error *error, const char *what) {
  char text[160], reason[100];
  if (strerror_r(errno, reason, sizeof reason) != 0)
    snprintf(reason, sizeof reason, "error %d", errno);
  snprintf(text, sizeof text, "%s: %s", what, reason);
  return mtp_files_error(error, MTP_ERR_ARGUMENT, text);
}

static int read_file(void *ctx, int64_t offset, void *out, size_t size) {
  uint8_t *at = out;
  while (size > 0) {
    ssize_t n = pread(*(int *)ctx, at, size, (off_t)offset);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return -1;
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
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return system_error(error, "the file cannot be opened");
  struct stat info;
  mtp_status status = MTP_OK;
  if (fstat(fd, &info) != 0)
    status = system_error(error, "the file cannot be looked at");
  else if (!S_ISREG(info.st_mode))
    status = mtp_files_error(error, MTP_ERR_ARGUMENT, "not a regular file");
  if (status == MTP_OK) {
    const char *slash = strrchr(path, '/');
    mtp_source source = {
        .read = read_file, .ctx = &fd, .size = info.st_size, .name = slash ? slash + 1 : path};
    status = mtp_upload(client, &source, options, file, error);
  }
  close(fd);
  return status;
}

typedef struct target {
  int fd;
  int64_t first; /* offset of the download: byte 0 of the file */
} target;

static int write_file(void *ctx, int64_t offset, const void *data, size_t size) {
  const target *to = ctx;
  const uint8_t *at = data;
  offset -= to->first;
  while (size > 0) {
    ssize_t n = pwrite(to->fd, at, size, (off_t)offset);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return -1;
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
    return mtp_files_error(error, MTP_ERR_ARGUMENT, "the path is too long");
  target to = {.fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666),
               .first = file->offset};
  if (to.fd < 0)
    return system_error(error, "the file cannot be made");
  mtp_sink sink = {.write = write_file, .ctx = &to};
  mtp_status status = mtp_download(client, file, &sink, options, size, error);
  if (close(to.fd) != 0 && status == MTP_OK)
    status = system_error(error, "the file cannot be written");
  if (status == MTP_OK && rename(part, path) != 0)
    status = system_error(error, "the file cannot be named");
  if (status != MTP_OK)
    unlink(part);
  return status;
}
