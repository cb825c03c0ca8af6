/* Uploads from a path, which a later one can go on with, and from a descriptor. */
#include <errno.h>
#include <fcntl.h>
#include <mtp/crypto.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "files/keep.h"
#include "files/wait.h"

enum { KEPT_S = 3 * 3600, PATH_ROOM = 4096 }; /* so long servers may be trusted to keep parts */

/* ---- reading ---- */

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

static int64_t read_on(void *ctx, void *out, size_t size) {
  reading *from = ctx;
  ssize_t n;
  do
    n = read(from->fd, out, size);
  while (n < 0 && (errno == EINTR || (errno == EAGAIN && mtp_fd_wait(from->fd, POLLIN))));
  from->failed = n < 0;
  from->why = n < 0 ? errno : 0;
  return n;
}

static mtp_status told(const reading *from, const char *path, mtp_status status, mtp_error *error) {
  if (!from->failed)
    return status;
  return mtp_path_error(error, path, from->why ? "cannot be read" : "has become shorter",
                        from->why);
}

/* ---- going on ---- */

typedef struct memory {
  int fd; /* of the record; -1: none is kept */
  mtp_kept kept;
} memory;

static void note(void *ctx, int64_t id, int64_t saved) {
  memory *m = ctx;
  m->kept.id = id;
  m->kept.done = saved;
  m->kept.when = (int64_t)time(NULL);
  (void)mtp_kept_write(m->fd, &m->kept); /* a full disk ends no upload */
}

/* What tells this file, as it is now, from any other. */
static bool name_of(const struct stat *info, uint8_t out[MTP_SHA256_SIZE]) {
  char text[200];
  int n = snprintf(text, sizeof text, "%llu %llu %lld %lld.%09ld", (unsigned long long)info->st_dev,
                   (unsigned long long)info->st_ino, (long long)info->st_size,
                   (long long)info->st_mtim.tv_sec, (long)info->st_mtim.tv_nsec);
  tl_bytes part = tl_bytes_of(text, (size_t)n);
  return mtp_sha256(&part, 1, out) == MTP_OK;
}

static bool goes_on(const mtp_kept *had, const mtp_kept *now) {
  bool same = had->what == now->what && memcmp(had->file, now->file, sizeof now->file) == 0 &&
              had->size == now->size && had->part_size == now->part_size;
  bool fresh = now->when >= had->when && now->when - had->when < KEPT_S;
  bool whole = had->done > 0 && had->done < had->size && had->done % had->part_size == 0;
  return same && fresh && whole && had->id;
}

static mtp_status remember(memory *m, const char *path, const struct stat *info, size_t part_size,
                           mtp_upload_past *past, mtp_error *error) {
  mtp_kept had;
  m->kept = (mtp_kept){.what = 'u',
                       .size = info->st_size,
                       .part_size = (int64_t)part_size,
                       .when = (int64_t)time(NULL)};
  m->fd = mtp_keep_open(path, true, error);
  if (m->fd < 0)
    return MTP_ERR_STORE;
  *past = (mtp_upload_past){.note = note, .ctx = m};
  if (name_of(info, m->kept.file) && mtp_kept_read(m->fd, &had) && goes_on(&had, &m->kept)) {
    past->id = had.id;
    past->saved = had.done;
  }
  return MTP_OK;
}

/* ---- from a path ---- */

static mtp_status resume(mtp_client *client, const mtp_source *source, const char *path,
                         const struct stat *info, const mtp_transfer_options *options,
                         mtp_uploaded *file, mtp_error *error) {
  char name[PATH_ROOM];
  memory m;
  mtp_upload_past past;
  int n = snprintf(name, sizeof name, "%s.upload", path);
  if (n < 0 || (size_t)n >= sizeof name)
    return mtp_path_senseless(error, path, "too long");
  mtp_status status = remember(&m, name, info, mtp_upload_part_size(source, options), &past, error);
  if (status != MTP_OK)
    return status;
  status = mtp_upload_wait(client, source, options, &past, file, error);
  if (status == MTP_OK || m.kept.done == 0)
    unlink(name);
  close(m.fd);
  return status;
}

static mtp_status look(int fd, const char *path, struct stat *info, mtp_error *error) {
  if (fstat(fd, info) != 0)
    return mtp_path_error(error, path, "cannot be looked at", errno);
  if (!S_ISREG(info->st_mode))
    return mtp_path_senseless(error, path, "not a regular file");
  if (info->st_size == 0)
    return mtp_path_senseless(error, path, "empty, and cannot be sent");
  return MTP_OK;
}

mtp_status mtp_upload_path(mtp_client *client, const char *path,
                           const mtp_transfer_options *options, mtp_uploaded *file,
                           mtp_error *error) {
  memset(file, 0, sizeof *file);
  /* Non-blocking: a pipe is to be refused, not waited for. */
  reading from = {.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (from.fd < 0)
    return mtp_path_error(error, path, "cannot be opened", errno);
  struct stat info;
  mtp_status status = look(from.fd, path, &info, error);
  if (status == MTP_OK) {
    const char *slash = strrchr(path, '/');
    mtp_source source = {
        .read = read_file, .ctx = &from, .size = info.st_size, .name = slash ? slash + 1 : path};
    status = options && options->resume
                 ? resume(client, &source, path, &info, options, file, error)
                 : mtp_upload_wait(client, &source, options, NULL, file, error);
  }
  status = told(&from, path, status, error);
  close(from.fd);
  return status;
}

/* ---- from a descriptor ---- */

mtp_status mtp_upload_fd(mtp_client *client, int fd, const char *name,
                         const mtp_transfer_options *options, mtp_uploaded *file,
                         mtp_error *error) {
  reading from = {.fd = fd};
  mtp_source source = {.next = read_on, .ctx = &from, .size = -1, .name = name};
  mtp_status status = mtp_upload_wait(client, &source, options, NULL, file, error);
  return told(&from, "the descriptor", status, error);
}
