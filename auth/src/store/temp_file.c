/* Files of secrets: written beside what they replace. */
#include "temp_file.h"
#include "../internal.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void tgauth_temp_drop(tgauth_temp *temp) {
  if (!temp->name)
    return;
  unlink(temp->name);
  if (temp->fd >= 0)
    close(temp->fd);
  free(temp->name);
  temp->name = NULL;
}

static mtp_status failed(tgauth_temp *temp, const char *doing, const char *path, mtp_error *error) {
  mtp_status status = tgauth_fail_errno(error, doing, path);
  tgauth_temp_drop(temp);
  return status;
}

/* PATH.tmp; -1 when another user holds that name and it cannot be freed. */
static int create_known(char *name, size_t length) {
  memcpy(name + length, ".tmp", sizeof ".tmp");
  unlink(name);
  return open(name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

/* A name that nobody can guess. */
static int create_random(char *name, size_t length) {
  memcpy(name + length, ".XXXXXX", sizeof ".XXXXXX");
  int fd = mkstemp(name);
  if (fd >= 0)
    fcntl(fd, F_SETFD, FD_CLOEXEC);
  return fd;
}

mtp_status tgauth_temp_open(tgauth_temp *out, const char *path, bool locked, mtp_error *error) {
  size_t length = strlen(path);
  out->fd = -1;
  out->name = malloc(length + sizeof ".XXXXXX");
  if (!out->name)
    return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  memcpy(out->name, path, length);
  if (locked)
    out->fd = create_known(out->name, length);
  if (out->fd < 0 && (!locked || errno == EEXIST))
    out->fd = create_random(out->name, length);
  if (out->fd >= 0 && fchmod(out->fd, 0600) == 0)
    return MTP_OK;
  mtp_status status = tgauth_fail_errno(error, "create a file beside", path);
  if (out->fd < 0) {
    free(out->name); /* nothing of ours has that name */
    out->name = NULL;
  }
  tgauth_temp_drop(out);
  return status;
}

mtp_status tgauth_temp_write(tgauth_temp *temp, const void *data, size_t size, mtp_error *error) {
  const char *at = data;
  while (size > 0) {
    ssize_t n = write(temp->fd, at, size);
    if (n < 0 && errno == EINTR)
      continue;
    if (n == 0)
      errno = ENOSPC;
    if (n <= 0)
      return failed(temp, "write", temp->name, error);
    at += n;
    size -= (size_t)n;
  }
  return MTP_OK;
}

/* Whether the name still is that of the file that was made. */
static bool is_ours(const tgauth_temp *temp) {
  struct stat by_name, by_fd;
  bool same = lstat(temp->name, &by_name) == 0 && fstat(temp->fd, &by_fd) == 0 &&
              by_name.st_dev == by_fd.st_dev && by_name.st_ino == by_fd.st_ino;
  if (!same)
    errno = ESTALE;
  return same;
}

/* link() refuses a name that is taken, without a gap between looking and doing. */
static bool give_name(const char *temp, const char *path, bool overwrite) {
  struct stat found;
  if (overwrite)
    return rename(temp, path) == 0;
  if (link(temp, path) == 0)
    return unlink(temp) == 0;
  if (errno != EPERM && errno != ENOTSUP && errno != ENOSYS)
    return false;
  if (lstat(path, &found) != 0) /* a file system without links */
    return rename(temp, path) == 0;
  errno = EEXIST;
  return false;
}

/* The new name has to reach the disk too. */
static void sync_folder(const char *path) {
  const char *slash = strrchr(path, '/');
  char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
  int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  free(folder);
  if (fd < 0)
    return;
  fsync(fd);
  close(fd);
}

mtp_status tgauth_temp_commit(tgauth_temp *temp, const char *path, bool overwrite,
                              mtp_error *error) {
  if (fsync(temp->fd) != 0)
    return failed(temp, "write", temp->name, error);
  if (!is_ours(temp) || !give_name(temp->name, path, overwrite)) {
    if (errno != EEXIST)
      return failed(temp, "replace", path, error);
    tgauth_temp_drop(temp);
    return tgauth_fail(error, MTP_ERR_STORE, "%s exists already", path);
  }
  close(temp->fd);
  free(temp->name);
  temp->name = NULL;
  sync_folder(path);
  return MTP_OK;
}
