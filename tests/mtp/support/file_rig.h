/* Files in parts: a data centre and a CDN that hold one file and take one, and both ends of a
 * transfer of it. */
#ifndef TESTS_MTP_FILE_RIG_H
#define TESTS_MTP_FILE_RIG_H

#include <mtp/files.h>

#include "client_fixture.h"

/* Whose photo it is, or in whose history it is. */
enum { FILE_PHOTO = 99, FILE_OWNER = 1234567, FILE_HASH = 7654321 };

enum { FILE_CDN_DC = 3, FILE_BLOCK = 128 << 10, FILE_MAX = 12 << 20 };

/* Parts answered with an error: the first `after` of them are not, the next `times` are. */
typedef struct file_trouble {
  int32_t code;
  const char *text;
  unsigned after, times;
} file_trouble;

typedef struct file_rig {
  fixture f;
  uint8_t content[FILE_MAX]; /* the file that everything is about */
  uint8_t arrived[FILE_MAX]; /* what came of it */
  int64_t size, written;
  uint8_t cdn_key[32], cdn_iv[16];

  /* What has happened. */
  unsigned parts, total, gets, cdn_gets, reuploads, hash_asks, cdn_configs;
  bool big;
  int64_t id;

  /* What is to happen. */
  const char *error; /* for the next part */
  int32_t migrate;   /* FILE_MIGRATE to there */
  bool redirect, tampered, needs_reupload, no_hashes;
  bool generous; /* a CDN gives a block more than it was asked for */
  bool stalled;  /* parts are asked for, and not answered */
  file_trouble trouble;
  int32_t past_code; /* what is asked for at the end or behind it is refused */
  const char *past_text;
  const char *worn;   /* the error of a reference that is not `reference` */
  uint8_t reference;  /* a new one each time that the message is asked for */
  unsigned wears_out; /* parts until it is another one */
  unsigned seen_again;
  unsigned unknown_totals; /* parts that did not know of how many */

  /* What the download is given. */
  bool photo; /* it is one, and not a document */
  mtp_origin origin;
  mtp_refresh refresh;
  uint32_t max_wait_s;
} file_rig;

/* How a transfer went. */
typedef struct file_end {
  unsigned ended;
  mtp_error error;
  mtp_uploaded file;
  int64_t size;
  int64_t progress;
  unsigned steps;
} file_end;

typedef int (*file_reader)(void *ctx, int64_t offset, void *out, size_t n);
typedef int (*file_writer)(void *ctx, int64_t offset, const void *data, size_t n);

void file_open(file_rig *r);
void file_close(file_rig *r);
/* A client, and a file of that size; 3 is a CDN. session may be NULL. */
void file_start(file_rig *r, int64_t size, const mtp_session *session);

/* Readers and writers of both ends; their ctx is the rig. */
int file_read(void *ctx, int64_t offset, void *out, size_t n);
int file_read_nothing(void *ctx, int64_t offset, void *out, size_t n);
int file_keep(void *ctx, int64_t offset, const void *data, size_t n);
int file_keep_nothing(void *ctx, int64_t offset, const void *data, size_t n);

void file_uploaded(void *ctx, const mtp_error *error, const mtp_uploaded *file);
/* Begins an upload, or a download (known: the size that it is said to have). */
void file_send(file_rig *r, file_end *e, file_reader read);
void file_fetch(file_rig *r, file_end *e, int64_t known, bool no_cdn, file_writer write,
                mtp_transfer **out);
/* It ended well, and all of it is there. */
void file_assert_fetched(const file_rig *r, const file_end *e);

#endif
