/* What a transfer leaves for one that goes on later: files that are this user's alone, and a record
 * of how far it was. */
#ifndef MTP_FILES_KEEP_H
#define MTP_FILES_KEEP_H

#include <mtp/files.h>

/* A record; it says about itself whether it is whole. */
typedef struct mtp_kept {
  char what;         /* 'd' download, 'u' upload */
  uint8_t file[32];  /* SHA-256 of what names the file */
  uint8_t hash[32];  /* SHA-256 of the first `done` bytes (downloads) */
  int64_t size;      /* of the file; 0: not known */
  int64_t part_size; /* of this transfer */
  int64_t done;      /* bytes from the start that are there */
  int64_t id;        /* uploads: of the file on the server */
  int64_t when;      /* unix time of this record */
} mtp_kept;

/* Opens a file under this name for reading and writing, locked against other processes: with keep
 * one that is there, or else a new one, in place of one that is there. Only ever a regular file
 * that belongs to this user and has no other name: never through a link. -1: *error is filled, with
 * the path. */
TL_MUST_USE int mtp_keep_open(const char *path, bool keep, mtp_error *error);

/* False: there is none, or it is damaged. */
bool mtp_kept_read(int fd, mtp_kept *out);
/* Written in one piece; false: errno says why. */
bool mtp_kept_write(int fd, const mtp_kept *kept);

#endif
