/* Files that are this user's alone, and the record in them. */
#include "files/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <mtp/crypto.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/wait.h"

enum { RECORD = 512, HEX = 64 };

/* ---- files ---- */

/* Nobody else can have put it there, and nothing else is changed by writing to it. */
static bool is_ours(int fd) {
  struct stat info;
  return fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_uid == geteuid() &&
         info.st_nlink == 1;
}

/* Ends with the process, however that ends. */
static bool lock(int fd) {
  struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  return fcntl(fd, F_SETLK, &whole) == 0;
}

static int refuse(int fd, const char *path, const char *what, int why, mtp_error *error) {
  if (fd >= 0)
    close(fd);
  (void)mtp_path_error(error, path, what, why);
  return -1;
}

static int make(const char *path, int flags, mtp_error *error) {
  int fd = open(path, flags | O_CREAT | O_EXCL, 0666);
  if (fd < 0)
    return refuse(fd, path, "cannot be made", errno, error);
  if (!lock(fd))
    return refuse(fd, path, "another process is writing it", 0, error);
  return fd;
}

int mtp_keep_open(const char *path, bool keep, mtp_error *error) {
  enum { FLAGS = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY };
  int fd = open(path, FLAGS);
  if (fd < 0 && errno == ENOENT)
    return make(path, FLAGS, error);
  if (fd < 0)
    return refuse(fd, path, errno == ELOOP ? "is a link" : "cannot be opened",
                  errno == ELOOP ? 0 : errno, error);
  if (!is_ours(fd))
    return refuse(fd, path, "is not a file of this user alone", 0, error);
  if (!lock(fd))
    return refuse(fd, path, "another process is writing it", 0, error);
  if (keep)
    return fd;
  int status = unlink(path);
  close(fd);
  if (status != 0)
    return refuse(-1, path, "cannot be replaced", errno, error);
  return make(path, FLAGS, error);
}

/* ---- the record ---- */

static void to_hex(const uint8_t *bytes, char *out) {
  for (size_t i = 0; i < HEX / 2; i++)
    snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

static bool from_hex(const char *hex, uint8_t *out) {
  for (size_t i = 0; i < HEX / 2; i++) {
    unsigned byte;
    if (sscanf(hex + 2 * i, "%2x", &byte) != 1)
      return false;
    out[i] = (uint8_t)byte;
  }
  return strlen(hex) == HEX;
}

static bool checksum(const char *text, size_t size, char *hex) {
  uint8_t digest[MTP_SHA256_SIZE];
  tl_bytes part = tl_bytes_of(text, size);
  if (mtp_sha256(&part, 1, digest))
    return false;
  to_hex(digest, hex);
  return true;
}

bool mtp_kept_write(int fd, const mtp_kept *kept) {
  char text[RECORD + HEX + 16], file[HEX + 1], hash[HEX + 1], check[HEX + 1];
  to_hex(kept->file, file);
  to_hex(kept->hash, hash);
  int n = snprintf(text, RECORD,
                   "tlgen transfer 1 %c\nfile %s\nhash %s\nsize %lld\npart %lld\ndone %lld\n"
                   "id %lld\nwhen %lld\n",
                   kept->what, file, hash, (long long)kept->size, (long long)kept->part_size,
                   (long long)kept->done, (long long)kept->id, (long long)kept->when);
  if (n < 0 || !checksum(text, (size_t)n, check))
    return false;
  n += snprintf(text + n, sizeof text - (size_t)n, "check %s\n", check);
  memset(text + n, '\n', (size_t)(RECORD - n));
  return pwrite(fd, text, RECORD, 0) == RECORD;
}

bool mtp_kept_read(int fd, mtp_kept *out) {
  char text[RECORD + 1], file[HEX + 1], hash[HEX + 1], check[HEX + 1], want[HEX + 1];
  long long size, part, done, id, when;
  *out = (mtp_kept){0};
  if (pread(fd, text, RECORD, 0) != RECORD)
    return false;
  text[RECORD] = '\0';
  if (sscanf(text,
             "tlgen transfer 1 %c file %64s hash %64s size %lld part %lld done %lld id %lld when "
             "%lld check %64s",
             &out->what, file, hash, &size, &part, &done, &id, &when, check) != 9)
    return false;
  const char *end = strstr(text, "check ");
  if (!end || !checksum(text, (size_t)(end - text), want) || strcmp(want, check) != 0)
    return false;
  out->size = size;
  out->part_size = part;
  out->done = done;
  out->id = id;
  out->when = when;
  return from_hex(file, out->file) && from_hex(hash, out->hash);
}
