/* The session file: locked against a second process, replaced atomically, readable by its owner
 * only (RB-2). */
#include "../internal.h"
#include "session_format.h"
#include "temp_file.h"
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <tl/wiping.h>
#include <unistd.h>

enum { MAX_FILE = 16 << 20, LOCK_TRIES = 100 };

typedef struct file_store {
  tgauth_store head;
  char *path, *lock_path, *lost_path;
  char *password;
  int lock_fd;
  bool plain;     /* what was found there had no password, and keeps that form */
  bool was_there; /* something, when it was locked */
  bool is_worth;  /* keys or tokens are in what was saved since */
} file_store;

/* ---- paths ---- */

static char *with_suffix(const char *path, const char *suffix) {
  size_t n = strlen(path), m = strlen(suffix);
  char *out = malloc(n + m + 1);
  if (out) {
    memcpy(out, path, n);
    memcpy(out + n, suffix, m + 1);
  }
  return out;
}

/* Takes over `path`, which malloc made. False when out of memory: then it is freed. */
static bool set_path(file_store *self, char *path) {
  char *lock = path ? with_suffix(path, ".lock") : NULL;
  char *lost = path ? with_suffix(path, ".lost") : NULL;
  if (!lock || !lost) {
    free(path);
    free(lock);
    free(lost);
    return false;
  }
  free(self->path);
  free(self->lock_path);
  free(self->lost_path);
  self->path = path;
  self->lock_path = lock;
  self->lost_path = lost;
  return true;
}

/* Through a symbolic link the file itself is locked and replaced, not the link. */
static mtp_status follow_link(file_store *self, mtp_error *error) {
  struct stat found;
  if (lstat(self->path, &found) != 0 || !S_ISLNK(found.st_mode))
    return MTP_OK;
  char *real = realpath(self->path, NULL);
  if (!real)
    return tgauth_fail_errno(error, "follow the link", self->path);
  return set_path(self, real) ? MTP_OK : tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
}

/* ---- lock ---- */

/* The pid that the holder wrote; 0 when it wrote none. */
static long holder_of(int fd) {
  char text[32] = {0};
  ssize_t n = pread(fd, text, sizeof text - 1, 0);
  return n > 0 ? strtol(text, NULL, 10) : 0;
}

static mtp_status in_use(const file_store *self, int fd, mtp_error *error) {
  long holder = holder_of(fd);
  return holder
             ? tgauth_fail(error, MTP_ERR_STORE, "%s is in use by process %ld", self->path, holder)
             : tgauth_fail(error, MTP_ERR_STORE, "%s is in use by another process", self->path);
}

/* A lock that somebody else made is not written to: it may be a link to a file of ours, and whoever
 * made it can take it away. */
static mtp_status check_lock(const file_store *self, int fd, mtp_error *error) {
  struct stat found;
  if (fstat(fd, &found) != 0)
    return tgauth_fail_errno(error, "look at", self->lock_path);
  if (!S_ISREG(found.st_mode) || found.st_nlink > 1)
    return tgauth_fail(error, MTP_ERR_STORE, "%s is in the way: it is no file of its own",
                       self->lock_path);
  if (found.st_uid != geteuid() && geteuid() != 0)
    return tgauth_fail(error, MTP_ERR_STORE, "%s belongs to another user", self->lock_path);
  return MTP_OK;
}

static mtp_status take_lock(const file_store *self, int fd, mtp_error *error) {
  mtp_status status = check_lock(self, fd, error);
  if (status != MTP_OK || flock(fd, LOCK_EX | LOCK_NB) == 0)
    return status;
  return errno == EWOULDBLOCK ? in_use(self, fd, error)
                              : tgauth_fail_errno(error, "lock", self->lock_path);
}

/* Whether the lock is the one that others see: who had it may have removed it meanwhile. */
static bool is_seen(const file_store *self, int fd) {
  struct stat ours, theirs;
  return fstat(fd, &ours) == 0 && lstat(self->lock_path, &theirs) == 0 &&
         ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
}

static mtp_status open_lock(const file_store *self, int *out, mtp_error *error) {
  int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  for (int tries = 0; tries < LOCK_TRIES; tries++) {
    int fd = open(self->lock_path, flags, 0600);
    if (fd < 0)
      return tgauth_fail_errno(error, "open", self->lock_path);
    mtp_status status = take_lock(self, fd, error);
    if (status == MTP_OK && is_seen(self, fd)) {
      *out = fd;
      return MTP_OK;
    }
    close(fd);
    if (status != MTP_OK)
      return status;
  }
  return tgauth_fail(error, MTP_ERR_STORE, "%s comes and goes", self->lock_path);
}

static mtp_status file_lock(tgauth_store *store, mtp_error *error) {
  file_store *self = (file_store *)store;
  char pid[32];
  struct stat found;
  mtp_status followed = *self->path
                            ? follow_link(self, error)
                            : tgauth_fail(error, MTP_ERR_STORE, "the session file has no name");
  if (followed != MTP_OK)
    return followed;
  mtp_status status = open_lock(self, &self->lock_fd, error);
  if (status != MTP_OK)
    return status;
  self->was_there = lstat(self->path, &found) == 0 || errno != ENOENT;
  int n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
  if (ftruncate(self->lock_fd, 0) == 0) /* on a full disk the lock holds without a name */
    (void)!pwrite(self->lock_fd, pid, (size_t)n, 0);
  return MTP_OK;
}

/* ---- load ---- */

static mtp_status read_all(const file_store *self, int fd, tl_buffer *out, mtp_error *error) {
  for (;;) {
    uint8_t *at = tl_buffer_extend(out, 4096);
    if (!at)
      return tgauth_fail(error, MTP_ERR_STORE, "%s is too large for a session", self->path);
    ssize_t n = read(fd, at, 4096);
    out->size -= 4096 - (size_t)(n > 0 ? n : 0);
    if (n == 0)
      return MTP_OK;
    if (n < 0 && errno != EINTR)
      return tgauth_fail_errno(error, "read", self->path);
  }
}

static mtp_status file_load(tgauth_store *store, mtp_session *session, mtp_error *error) {
  file_store *self = (file_store *)store;
  tl_allocator wiping = tl_wiping(NULL);
  tl_buffer bytes;
  mtp_error inner;
  struct stat found;
  int fd = open(self->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* a FIFO would wait for a writer */
  if (fd < 0)
    return errno == ENOENT ? MTP_OK : tgauth_fail_errno(error, "open", self->path);
  tl_buffer_init(&bytes, &wiping, MAX_FILE);
  mtp_status status = fstat(fd, &found) == 0 && S_ISREG(found.st_mode)
                          ? read_all(self, fd, &bytes, error)
                          : tgauth_fail(error, MTP_ERR_STORE, "%s is not a file", self->path);
  close(fd);
  if (status == MTP_OK) {
    self->plain = !tgauth_session_is_sealed(bytes.data, bytes.size);
    status = tgauth_session_decode(session, bytes.data, bytes.size, self->password, &inner);
    if (status != MTP_OK)
      tgauth_fail(error, status, "%s: %s", self->path, inner.text);
  }
  tl_buffer_free(&bytes);
  return status;
}

/* ---- save ---- */

static mtp_status replace(const char *path, const tl_buffer *bytes, mtp_error *error) {
  tgauth_temp temp;
  mtp_status status = tgauth_temp_open(&temp, path, true, error);
  if (status == MTP_OK)
    status = tgauth_temp_write(&temp, bytes->data, bytes->size, error);
  return status == MTP_OK ? tgauth_temp_commit(&temp, path, true, error) : status;
}

static mtp_status write_to(const file_store *self, const char *path, const mtp_session *session,
                           mtp_error *error) {
  tl_allocator wiping = tl_wiping(NULL);
  tl_buffer bytes;
  tl_buffer_init(&bytes, &wiping, MAX_FILE);
  mtp_status status = self->password && !self->plain
                          ? tgauth_session_seal(session, self->password, &bytes, error)
                          : tgauth_session_encode(session, &bytes, error);
  if (status == MTP_OK)
    status = replace(path, &bytes, error);
  tl_buffer_free(&bytes);
  return status;
}

static mtp_status file_save(tgauth_store *store, const mtp_session *session, mtp_error *error) {
  file_store *self = (file_store *)store;
  mtp_status status = write_to(self, self->path, session, error);
  if (status == MTP_OK)
    self->is_worth = session->n_keys > 0 || session->n_tokens > 0;
  return status;
}

static mtp_status file_set_aside(tgauth_store *store, const mtp_session *session,
                                 mtp_error *error) {
  const file_store *self = (const file_store *)store;
  if (session)
    return write_to(self, self->lost_path, session, error);
  if (unlink(self->lost_path) != 0 && errno != ENOENT)
    return tgauth_fail_errno(error, "remove", self->lost_path);
  return MTP_OK;
}

/* ---- make and free ---- */

/* Where there was no session and neither key nor token came of it, nothing is left behind. The
 * lock, too, goes only with what it is about, and while it is held (is_seen()). */
static void leave(const file_store *self) {
  if (!self->was_there && !self->is_worth)
    unlink(self->path);
  if (access(self->path, F_OK) != 0 && errno == ENOENT)
    unlink(self->lock_path);
}

static void file_free(tgauth_store *store) {
  file_store *self = (file_store *)store;
  if (self->lock_fd >= 0) {
    leave(self);
    close(self->lock_fd);
  }
  if (self->password)
    tgauth_string_free(self->password);
  free(self->path);
  free(self->lock_path);
  free(self->lost_path);
  free(self);
}

static const tgauth_store_ops file_ops = {file_lock, file_load,      file_save,
                                          file_free, file_set_aside, NULL};

tgauth_store *tgauth_store_file(const char *path, const char *password) {
  file_store *self = calloc(1, sizeof *self);
  if (!self)
    return NULL;
  self->head.ops = &file_ops;
  self->lock_fd = -1;
  self->password = password ? with_suffix(password, "") : NULL;
  if (set_path(self, with_suffix(path, "")) && (self->password || !password))
    return &self->head;
  file_free(&self->head);
  return NULL;
}
