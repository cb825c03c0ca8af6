/* Files that hold secrets. */
#include "files.h"
#include "../internal.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

tgauth_path_kind tgauth_path_kind_of(const char *path) {
  struct stat info;
  if (stat(path, &info) != 0)
    return TGAUTH_PATH_NONE;
  return S_ISREG(info.st_mode)   ? TGAUTH_PATH_FILE
         : S_ISDIR(info.st_mode) ? TGAUTH_PATH_FOLDER
                                 : TGAUTH_PATH_STREAM;
}

static mtp_status read_up_to(int fd, const char *path, size_t most, tl_buffer *out,
                             mtp_error *error) {
  size_t start = out->size;
  while (out->size - start < most) {
    uint8_t *at = tl_buffer_extend(out, 1);
    size_t room = at ? out->capacity - out->size + 1 : 0;
    if (!at)
      return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
    out->size--;
    room = room < most - (out->size - start) ? room : most - (out->size - start);
    ssize_t n = read(fd, at, room);
    if (n == 0)
      return MTP_OK;
    if (n < 0 && errno != EINTR)
      return tgauth_fail_errno(error, "read", path);
    if (n > 0 && !tl_buffer_extend(out, (size_t)n))
      return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  }
  return MTP_OK;
}

mtp_status tgauth_file_read(const char *path, size_t most, tl_buffer *out, mtp_error *error) {
  struct stat info;
  mtp_status status;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return tgauth_fail_errno(error, "open", path);
  size_t room = fstat(fd, &info) == 0 && S_ISREG(info.st_mode) ? (size_t)info.st_size : most;
  room = room < most ? room : most;
  if (tl_buffer_reserve(out, room + 1) != TL_OK)
    status = tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  else
    status = read_up_to(fd, path, most, out, error);
  close(fd);
  return status;
}

char *tgauth_path_join(const char *folder, const char *name) {
  size_t n = strlen(folder), m = strlen(name);
  char *path = malloc(n + m + 2);
  if (!path)
    return NULL;
  memcpy(path, folder, n);
  if (n > 0 && folder[n - 1] != '/')
    path[n++] = '/';
  memcpy(path + n, name, m + 1);
  return path;
}

/* ---- writing ---- */

mtp_status tgauth_temp_make(const char *path, char **temp, mtp_error *error) {
  static const char suffix[] = ".XXXXXX";
  size_t n = strlen(path);
  char *name = *temp = malloc(n + sizeof suffix);
  if (!name)
    return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  memcpy(name, path, n);
  memcpy(name + n, suffix, sizeof suffix);
  int fd = mkstemp(name);
  if (fd >= 0 && close(fd) == 0)
    return MTP_OK;
  mtp_status status = tgauth_fail_errno(error, "create a file beside", path);
  free(name);
  *temp = NULL;
  return status;
}

void tgauth_temp_drop(char *temp) {
  if (temp)
    unlink(temp);
  free(temp);
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

static bool sync_file(const char *path) {
  int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0)
    return false;
  bool ok = fchmod(fd, 0600) == 0 && fsync(fd) == 0;
  int saved = errno;
  close(fd);
  errno = saved;
  return ok;
}

/* link() refuses a name that is taken, without a gap between looking and doing. */
static bool give_name(const char *temp, const char *path, bool overwrite) {
  if (overwrite)
    return rename(temp, path) == 0;
  if (link(temp, path) == 0)
    return unlink(temp) == 0;
  if (errno != EPERM && errno != ENOTSUP && errno != ENOSYS)
    return false;
  if (tgauth_path_kind_of(path) == TGAUTH_PATH_NONE) /* a file system without links */
    return rename(temp, path) == 0;
  errno = EEXIST;
  return false;
}

mtp_status tgauth_temp_commit(char *temp, const char *path, bool overwrite, mtp_error *error) {
  mtp_status status = MTP_OK;
  if (!sync_file(temp))
    status = tgauth_fail_errno(error, "write", temp);
  else if (!give_name(temp, path, overwrite))
    status = errno == EEXIST ? tgauth_fail(error, MTP_ERR_STORE, "%s exists already", path)
                             : tgauth_fail_errno(error, "write", path);
  if (status == MTP_OK) {
    sync_folder(path);
    free(temp);
  } else {
    tgauth_temp_drop(temp);
  }
  return status;
}

static bool write_all(const char *path, const uint8_t *data, size_t size) {
  int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0)
    return false;
  bool ok = true;
  while (ok && size > 0) {
    ssize_t n = write(fd, data, size);
    if (n < 0 && errno == EINTR)
      continue;
    ok = n > 0;
    data += ok ? n : 0;
    size -= ok ? (size_t)n : 0;
  }
  int saved = errno;
  ok = close(fd) == 0 && ok;
  errno = ok ? errno : saved;
  return ok;
}

mtp_status tgauth_file_write(const char *path, const tl_buffer *bytes, bool overwrite,
                             mtp_error *error) {
  char *temp;
  mtp_status status = tgauth_temp_make(path, &temp, error);
  if (status != MTP_OK)
    return status;
  if (write_all(temp, bytes->data, bytes->size))
    return tgauth_temp_commit(temp, path, overwrite, error);
  status = tgauth_fail_errno(error, "write", temp);
  tgauth_temp_drop(temp);
  return status;
}
