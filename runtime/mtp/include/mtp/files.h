/* Files: sent and fetched in parts, several at a time, on top of a client
 * (https://core.telegram.org/api/files).
 *
 *   mtp_uploaded file;
 *   if (mtp_upload_path(client, "photo.jpg", NULL, &file, &error) != MTP_OK) ...
 *   mtp_input_file input;
 *   request.file = mtp_uploaded_input(&file, &input);
 *
 * The blocking functions process everything else meanwhile, as mtp_call_sync() does. The others
 * start a transfer, which ends by its done callback exactly once, run from where the client runs
 * callbacks. A transfer outlives every failure that passes: errors inside the server (500 and every
 * negative code), waits, lost connections, files that move. A part has ten minutes of its own
 * beside the waits (none where options.call_timeout_ms is 0), since lines may be slow.
 */
#ifndef MTP_FILES_H
#define MTP_FILES_H

#include <mtp/client.h>
#include <tg/core.h>
#include <tg/upload.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mtp_transfer mtp_transfer;

/* Bytes done, and how many there are in all (-1: not known). Called after each part. */
typedef void (*mtp_progress)(void *ctx, int64_t done, int64_t total);

/* All zero is the default. */
typedef struct mtp_transfer_options {
  uint32_t parallel;  /* parts on their way at a time; 0: 4, at most 16 */
  uint32_t part_size; /* bytes. Uploads: 1024 * 2^n up to 524288; 0: by the file's size. Downloads:
                         4096 * 2^n up to 1048576; 0: 524288 */
  mtp_progress progress; /* may be NULL */
  void *progress_ctx;
  bool no_cdn;         /* downloads: never from a CDN */
  uint32_t max_wait_s; /* waits that the server asks for (FLOOD_WAIT_X, FLOOD_PREMIUM_WAIT_X) are
                          slept through up to this, and told by MTP_EVENT_WAIT; 0: all */
  bool resume; /* the forms with a path: go on where an earlier transfer of the same file stopped,
                  also one of another process that was killed; from the start if there is none */
} mtp_transfer_options;

/* Takes a transfer back: done runs with CANCELLED, later. From the owner thread, while done has not
 * run. */
MTP_API void mtp_transfer_cancel(mtp_transfer *transfer);

/* ---- upload ---- */

/* Where the bytes come from. Parts are read in order, each once, and no more of them at a time than
 * are on their way, and one. */
typedef struct mtp_source {
  /* Fills out with exactly size bytes from offset on and returns 0; anything else ends the upload
   * with STORE. For a source of known size. */
  int (*read)(void *ctx, int64_t offset, void *out, size_t size);
  void *ctx;
  int64_t size;     /* bytes; above 10 MiB it is a big file. -1: not known, then next() is asked */
  const char *name; /* the file's name for others, at most 255 bytes; NULL: "file" */
  /* Writes the next bytes of a stream to out, at most size, and returns how many; 0: that was all;
   * negative: the upload ends with STORE. It may wait. What fits into one part becomes a small
   * file, everything else a big one whose number of parts is told with the last
   * (https://core.telegram.org/api/files#streamed-uploads). */
  int64_t (*next)(void *ctx, void *out, size_t size);
} mtp_source;

typedef struct mtp_uploaded {
  int64_t id;
  int32_t parts;
  bool big;
  char md5[33]; /* hex, of a file that is not big; else "" */
  char name[256];
} mtp_uploaded;

/* The InputFile constructor of an uploaded file. Both arguments must live as long as the result. */
typedef struct mtp_input_file {
  tg_inputFile small;
  tg_inputFileBig big;
} mtp_input_file;
/* Fills storage from file; the result points into both, which have to live as long. */
MTP_API tg_InputFile mtp_uploaded_input(const mtp_uploaded *file, mtp_input_file *storage);

typedef void (*mtp_upload_done)(void *ctx, const mtp_error *error, const mtp_uploaded *file);

/* upload.saveFilePart or upload.saveBigFilePart for each part. source is copied, what it points to
 * must live until done. *out (may be NULL) is valid until done has run. ARGUMENT (an empty file,
 * more than 8000 parts, a part size that is none, nothing to read from), RANDOM, NOMEM, CLOSED:
 * done never runs. */
MTP_API TL_MUST_USE mtp_status mtp_upload_start(mtp_client *client, const mtp_source *source,
                                                const mtp_transfer_options *options,
                                                mtp_upload_done done, void *ctx, mtp_transfer **out,
                                                mtp_error *error);
/* Blocking. Any status of mtp_call_sync() too. */
MTP_API TL_MUST_USE mtp_status mtp_upload(mtp_client *client, const mtp_source *source,
                                          const mtp_transfer_options *options, mtp_uploaded *file,
                                          mtp_error *error);
/* The same from a file; its name is the path's last part. STORE with the path and the system's
 * word in text when it cannot be read; ARGUMENT when it is no regular file, or empty. With
 * options.resume a file beside it, with .upload after its name, keeps what has been sent until all
 * is there; what is older than three hours, or of a file that has changed since, is sent anew. */
MTP_API TL_MUST_USE mtp_status mtp_upload_path(mtp_client *client, const char *path,
                                               const mtp_transfer_options *options,
                                               mtp_uploaded *file, mtp_error *error);
/* The same from a descriptor, such as a pipe, read from where it stands to its end; name as in
 * mtp_source. The descriptor stays the caller's. */
MTP_API TL_MUST_USE mtp_status mtp_upload_fd(mtp_client *client, int fd, const char *name,
                                             const mtp_transfer_options *options,
                                             mtp_uploaded *file, mtp_error *error);

/* ---- download ---- */

/* Where the bytes go. write() takes all of them, in order, and returns 0; anything else ends the
 * download with STORE. */
typedef struct mtp_sink {
  int (*write)(void *ctx, int64_t offset, const void *data, size_t size);
  void *ctx;
} mtp_sink;

/* Where a file was seen: from there its reference is fetched anew when the server takes the one in
 * its location no longer (https://core.telegram.org/api/file-references). */
typedef enum mtp_origin_kind {
  MTP_ORIGIN_NONE,
  MTP_ORIGIN_MESSAGE, /* a document or photo in message_id; of the channel id, access_hash, or, with
                         id 0, of a chat that is none */
  MTP_ORIGIN_USER_PHOTO, /* a profile photo of the user id, access_hash; id 0: one's own */
  MTP_ORIGIN_CHAT_PHOTO  /* the photo of the channel id, access_hash, or, with access_hash 0, of the
                            basic group id */
} mtp_origin_kind;

typedef struct mtp_origin {
  mtp_origin_kind kind;
  int32_t message_id;
  int64_t id, access_hash;
} mtp_origin;

/* A hook of one's own for that: gets hold of the location anew, by calls of its own, and gives it
 * to mtp_transfer_refreshed(), at once or later, exactly once, also when the transfer was cancelled
 * meanwhile. At most three times a transfer. */
typedef void (*mtp_refresh)(void *ctx, mtp_transfer *transfer);
/* location: borrowed for this call; NULL: there is none, and the transfer ends with the error of
 * its part. The same when it is not of the kind that the transfer began with, or cannot be encoded.
 */
MTP_API void mtp_transfer_refreshed(mtp_transfer *transfer, const tg_InputFileLocation *location);

typedef struct mtp_remote_file {
  tg_InputFileLocation location; /* copied */
  int32_t dc;                    /* where it is said to be; 0: home. FILE_MIGRATE_X is followed */
  int64_t size;                  /* bytes; 0: not known, the end is found out */
  int64_t offset;                /* first byte wanted, a multiple of the part size; 0: all */
  mtp_origin origin;             /* all zero: none */
  mtp_refresh refresh;           /* instead of the library's own, which asks origin; NULL: that */
  void *refresh_ctx;
} mtp_remote_file;

/* *size is the number of bytes written. */
typedef void (*mtp_download_done)(void *ctx, const mtp_error *error, int64_t size);

/* upload.getFile; upload.getCdnFile after a redirect, every block checked by its SHA-256 (AP-6). A
 * block that does not match ends it with PROTOCOL; a file shorter than its size too. *out lives
 * until done has run. ARGUMENT, NOMEM, CLOSED: done never runs. */
MTP_API TL_MUST_USE mtp_status mtp_download_start(mtp_client *client, const mtp_remote_file *file,
                                                  const mtp_sink *sink,
                                                  const mtp_transfer_options *options,
                                                  mtp_download_done done, void *ctx,
                                                  mtp_transfer **out, mtp_error *error);
/* The same, blocking; what done would have been told is returned. *size may be NULL. */
MTP_API TL_MUST_USE mtp_status mtp_download(mtp_client *client, const mtp_remote_file *file,
                                            const mtp_sink *sink,
                                            const mtp_transfer_options *options, int64_t *size,
                                            mtp_error *error);
/* The same to a file: one beside it with .part after its name, renamed when all is there. What came
 * of a transfer that ended early, or whose process was killed, stays in it, and in .part.state what
 * it is and a hash of it, for options.resume; without that it is begun anew. Nothing that others
 * have put under these names is written to: links, files of others, and what another process is
 * writing are refused. STORE with the path and the system's word in text when it cannot be written;
 * ARGUMENT when a folder, a device or a pipe is there. */
MTP_API TL_MUST_USE mtp_status mtp_download_path(mtp_client *client, const mtp_remote_file *file,
                                                 const char *path,
                                                 const mtp_transfer_options *options, int64_t *size,
                                                 mtp_error *error);
/* The same to a descriptor, such as a pipe, in order from its first byte. The descriptor stays the
 * caller's. */
MTP_API TL_MUST_USE mtp_status mtp_download_fd(mtp_client *client, const mtp_remote_file *file,
                                               int fd, const mtp_transfer_options *options,
                                               int64_t *size, mtp_error *error);

#ifdef __cplusplus
}
#endif
#endif
