/* A database that is looked at without touching it. */
#include "db_copy.h"
#include "../internal.h"
#include "files.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const endings[] = {"", "-wal", "-journal", "-shm"};
enum { N_COPIED = 3, N_ENDINGS = 4 };

static char *with(const char *path, const char *ending) {
  size_t n = strlen(path), m = strlen(ending);
  char *name = malloc(n + m + 1);
  if (name) {
    memcpy(name, path, n);
    memcpy(name + n, ending, m + 1);
  }
  return name;
}

static bool has_content(const char *path, const char *ending) {
  struct stat found;
  char *name = with(path, ending);
  bool has = name && stat(name, &found) == 0 && S_ISREG(found.st_mode) && found.st_size > 0;
  free(name);
  return has;
}

static bool copy_bytes(int from, int to) {
  char piece[16384];
  ssize_t n;
  while ((n = read(from, piece, sizeof piece)) > 0)
    for (ssize_t done = 0, m; done < n; done += m)
      if ((m = write(to, piece + done, (size_t)(n - done))) <= 0)
        return false;
  return n == 0;
}

static bool copy_file(const char *from, const char *to) {
  int in = open(from, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  int out = in < 0 ? -1 : open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  bool ok = out >= 0 && copy_bytes(in, out);
  int saved = errno;
  if (in >= 0)
    close(in);
  if (out >= 0)
    ok = close(out) == 0 && ok;
  errno = saved;
  return ok;
}

static bool copy_all(const char *path, const tgauth_db_copy *copy) {
  bool ok = true;
  for (size_t i = 0; ok && i < N_COPIED; i++) {
    char *from = with(path, endings[i]), *to = with(copy->path, endings[i]);
    ok = from && to && (access(from, F_OK) != 0 || copy_file(from, to));
    free(from);
    free(to);
  }
  return ok;
}

static bool make_folder(tgauth_db_copy *out) {
  const char *base = getenv("TMPDIR");
  out->folder = tgauth_path_join(base && *base == '/' ? base : "/tmp", "tgauth-XXXXXX");
  if (!out->folder || !mkdtemp(out->folder)) {
    free(out->folder);
    out->folder = NULL;
    return false;
  }
  out->path = tgauth_path_join(out->folder, "session");
  return out->path != NULL;
}

mtp_status tgauth_db_copy_with_journal(const char *path, tgauth_db_copy *out, mtp_error *error) {
  out->folder = out->path = NULL;
  if (!has_content(path, "-wal") && !has_content(path, "-journal"))
    return MTP_OK;
  errno = ENOMEM;
  if (make_folder(out) && copy_all(path, out))
    return MTP_OK;
  mtp_status status = tgauth_fail_errno(error, "copy, with its journal,", path);
  tgauth_db_copy_drop(out);
  return status;
}

void tgauth_db_copy_drop(tgauth_db_copy *copy) {
  for (size_t i = 0; copy->path && i < N_ENDINGS; i++) {
    char *name = with(copy->path, endings[i]);
    if (name)
      unlink(name);
    free(name);
  }
  if (copy->folder)
    rmdir(copy->folder);
  free(copy->path);
  free(copy->folder);
  copy->folder = copy->path = NULL;
}

char *tgauth_db_uri(const char *path) {
  static const char head[] = "file:", tail[] = "?immutable=1";
  char *uri = malloc(sizeof head + strlen(path) * 3 + sizeof tail);
  if (!uri)
    return NULL;
  size_t used = sizeof head - 1;
  memcpy(uri, head, used);
  for (const char *p = path; *p; p++) {
    bool plain = isalnum((unsigned char)*p) || strchr("/._-", *p);
    used += (size_t)sprintf(uri + used, plain ? "%c" : "%%%02X", (unsigned char)*p);
  }
  memcpy(uri + used, tail, sizeof tail);
  return uri;
}
