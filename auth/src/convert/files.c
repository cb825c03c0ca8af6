/* Files that hold secrets. */
#include "files.h"
#include "../internal.h"
#include "../store/temp_file.h"
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

mtp_status tgauth_file_write(const char *path, const tl_buffer *bytes, bool overwrite,
                             mtp_error *error) {
  tgauth_temp temp;
  mtp_status status = tgauth_temp_open(&temp, path, false, error);
  if (status == MTP_OK)
    status = tgauth_temp_write(&temp, bytes->data, bytes->size, error);
  return status == MTP_OK ? tgauth_temp_commit(&temp, path, overwrite, error) : status;
}
