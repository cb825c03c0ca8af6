/* Downloads to a path, which a later one can go on with, and to a descriptor. Beside TO stand
 * TO.part, with the bytes that are there, and TO.part.state, which says what they are. */
#include <errno.h>
#include <fcntl.h>
#include <mtp/crypto.h>
#include <openssl/evp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "error_set.h"
#include "files/keep.h"
#include "files/wait.h"

enum { PATH_ROOM = 4096, DEFAULT_PART = 512 << 10 };

typedef struct target {
  int fd, state; /* the bytes, and what is known of them (-1: nothing is kept) */
  int64_t first; /* offset of the download: byte 0 of the file */
  int why;       /* errno of a write that failed; 0: none did */
  EVP_MD_CTX *hash;
  mtp_kept kept;
} target;

/* ---- writing ---- */

static int write_all(target *to, const uint8_t *data, size_t size, int64_t offset) {
  while (size > 0) {
    ssize_t n = offset < 0 ? write(to->fd, data, size) : pwrite(to->fd, data, size, (off_t)offset);
    if (n < 0 && (errno == EINTR || (errno == EAGAIN && mtp_fd_wait(to->fd, POLLOUT))))
      continue;
    if (n <= 0) {
      to->why = n < 0 ? errno : EIO;
      return -1;
    }
    data += n;
    offset += offset < 0 ? 0 : n;
    size -= (size_t)n;
  }
  return 0;
}

/* The hash of all so far, of which more may follow. */
static bool hash_so_far(const EVP_MD_CTX *hash, uint8_t *out) {
  uint8_t digest[EVP_MAX_MD_SIZE];
  EVP_MD_CTX *copy = EVP_MD_CTX_new();
  bool ok =
      copy && EVP_MD_CTX_copy_ex(copy, hash) == 1 && EVP_DigestFinal_ex(copy, digest, NULL) == 1;
  EVP_MD_CTX_free(copy);
  if (ok)
    memcpy(out, digest, 32);
  return ok;
}

/* First the bytes, then the word that they are there: whoever is killed in between has a record
 * that knows of fewer. */
static int write_part(void *ctx, int64_t offset, const void *data, size_t size) {
  target *to = ctx;
  if (write_all(to, data, size, offset - to->first) != 0)
    return -1;
  to->kept.done = offset - to->first + (int64_t)size;
  to->kept.when = (int64_t)time(NULL);
  if (EVP_DigestUpdate(to->hash, data, size) != 1 || !hash_so_far(to->hash, to->kept.hash))
    return -1;
  if (mtp_kept_write(to->state, &to->kept))
    return 0;
  to->why = errno;
  return -1;
}

static int write_on(void *ctx, int64_t offset, const void *data, size_t size) {
  (void)offset;
  return write_all(ctx, data, size, -1);
}

/* ---- what is there ---- */

static bool hash_file(EVP_MD_CTX *hash, int fd, int64_t size) {
  uint8_t bytes[65536];
  if (EVP_DigestInit_ex(hash, EVP_sha256(), NULL) != 1)
    return false;
  for (int64_t at = 0; at < size;) {
    size_t want = size - at < (int64_t)sizeof bytes ? (size_t)(size - at) : sizeof bytes;
    ssize_t n = pread(fd, bytes, want, (off_t)at);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0 || EVP_DigestUpdate(hash, bytes, (size_t)n) != 1)
      return false;
    at += n;
  }
  return true;
}

/* What names a location whatever its reference, which changes. */
static mtp_status name_of(const mtp_remote_file *file, uint8_t out[MTP_SHA256_SIZE]) {
  tg_InputFileLocation location = file->location;
  tg_inputDocumentFileLocation document;
  tg_inputPhotoFileLocation photo;
  if (location.kind == TG_inputDocumentFileLocation) {
    document = *location.inputDocumentFileLocation;
    document.file_reference = tl_bytes_of("", 0);
    location.inputDocumentFileLocation = &document;
  } else if (location.kind == TG_inputPhotoFileLocation) {
    photo = *location.inputPhotoFileLocation;
    photo.file_reference = tl_bytes_of("", 0);
    location.inputPhotoFileLocation = &photo;
  }
  tl_value value = {&tg_schema, &location, tl_find_type(&tg_schema, "InputFileLocation", 17)};
  tl_buffer bytes;
  tl_buffer_init(&bytes, NULL, 0);
  mtp_status status = mtp_status_of_tl(tl_encode_value(&value, &bytes, NULL), MTP_ERR_ENCODE);
  tl_bytes part = tl_bytes_of(bytes.data, bytes.size);
  if (!status)
    status = mtp_sha256(&part, 1, out);
  tl_buffer_free(&bytes);
  return status;
}

/* How many bytes of what is there belong to this file and are whole, up to the last whole part. */
static int64_t good_bytes(target *to) {
  mtp_kept had;
  uint8_t hash[32];
  if (!mtp_kept_read(to->state, &had) || had.what != to->kept.what ||
      memcmp(had.file, to->kept.file, sizeof had.file) != 0 || had.size != to->kept.size ||
      had.part_size != to->kept.part_size || had.done <= 0)
    return 0;
  if (!hash_file(to->hash, to->fd, had.done) || !hash_so_far(to->hash, hash) ||
      memcmp(hash, had.hash, sizeof hash) != 0)
    return 0;
  return had.done / had.part_size * had.part_size;
}

/* ---- to a path ---- */

static mtp_status begin(target *to, const mtp_remote_file *file, const char *part,
                        const mtp_transfer_options *options, mtp_error *error) {
  char state[PATH_ROOM + 16];
  bool keep = options && options->resume;
  snprintf(state, sizeof state, "%s.state", part);
  to->kept = (mtp_kept){.what = 'd', .size = file->size};
  to->kept.part_size = options && options->part_size ? (int64_t)options->part_size : DEFAULT_PART;
  to->first = file->offset;
  to->hash = EVP_MD_CTX_new();
  if (!to->hash)
    return mtp_error_set(error, MTP_ERR_NOMEM, NULL);
  mtp_status named = name_of(file, to->kept.file);
  if (named)
    return mtp_error_set(error, named, NULL);
  to->fd = mtp_keep_open(part, keep, error);
  if (to->fd < 0)
    return MTP_ERR_STORE;
  to->state = mtp_keep_open(state, keep, error);
  return to->state < 0 ? MTP_ERR_STORE : MTP_OK;
}

/* Fetches what is missing. */
static mtp_status go_on(target *to, mtp_client *client, const mtp_remote_file *file,
                        const mtp_transfer_options *options, int64_t *size, mtp_error *error) {
  mtp_remote_file rest = *file;
  mtp_sink sink = {.write = write_part, .ctx = to};
  int64_t there = good_bytes(to), got = 0;
  bool whole = file->size && file->offset + there >= file->size;
  rest.offset += there;
  to->kept.done = there;
  if (!hash_file(to->hash, to->fd, there) || ftruncate(to->fd, (off_t)there) != 0) {
    to->why = errno;
    return MTP_ERR_STORE;
  }
  mtp_status status = whole ? MTP_OK : mtp_download(client, &rest, &sink, options, &got, error);
  if (size)
    *size = there + got;
  return status;
}

static void end(const target *to, const char *part, bool keep) {
  char state[PATH_ROOM + 16];
  snprintf(state, sizeof state, "%s.state", part);
  if (!keep && to->fd >= 0)
    unlink(part);
  if (!keep && to->state >= 0)
    unlink(state);
}

/* What is no file would be replaced by one: a device, a pipe, a folder. */
static mtp_status check_place(const char *path, mtp_error *error) {
  struct stat info;
  if (!*path)
    return mtp_path_senseless(error, "\"\"", "is no name");
  if (stat(path, &info) != 0 || S_ISREG(info.st_mode))
    return MTP_OK;
  return mtp_path_senseless(error, path, S_ISDIR(info.st_mode) ? "is a folder" : "is no file");
}

mtp_status mtp_download_path(mtp_client *client, const mtp_remote_file *file, const char *path,
                             const mtp_transfer_options *options, int64_t *size, mtp_error *error) {
  char part[PATH_ROOM];
  target to = {.fd = -1, .state = -1};
  bool named = false;
  int n = snprintf(part, sizeof part, "%s.part", path);
  if (n < 0 || (size_t)n >= sizeof part)
    return mtp_path_senseless(error, path, "too long");
  mtp_status status = check_place(path, error);
  if (status != MTP_OK)
    return status;
  status = begin(&to, file, part, options, error);
  if (status == MTP_OK)
    status = go_on(&to, client, file, options, size, error);
  if (to.why)
    status = mtp_path_error(error, part, "cannot be written", to.why);
  if (status == MTP_OK) {
    named = rename(part, path) == 0;
    if (!named)
      status = mtp_path_error(error, path, "cannot be named so", errno);
  }
  /* What makes no sense, or is nothing, is of no use later. */
  end(&to, part, !named && to.kept.done > 0 && status != MTP_ERR_PROTOCOL);
  if (to.state >= 0)
    close(to.state);
  if (to.fd >= 0 && close(to.fd) != 0 && status == MTP_OK)
    status = mtp_path_error(error, path, "cannot be written", errno);
  EVP_MD_CTX_free(to.hash);
  return status;
}

/* ---- to a descriptor ---- */

mtp_status mtp_download_fd(mtp_client *client, const mtp_remote_file *file, int fd,
                           const mtp_transfer_options *options, int64_t *size, mtp_error *error) {
  target to = {.fd = fd, .state = -1};
  mtp_sink sink = {.write = write_on, .ctx = &to};
  mtp_status status = mtp_download(client, file, &sink, options, size, error);
  return to.why ? mtp_path_error(error, "the descriptor", "cannot be written", to.why) : status;
}
