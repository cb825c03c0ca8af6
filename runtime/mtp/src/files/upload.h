/* The inside of uploads: one that goes on where another stopped. */
#ifndef MTP_FILES_UPLOAD_H
#define MTP_FILES_UPLOAD_H

#include "files/transfer.h"

/* What is known of an earlier try, and who wants to know how far this one is. */
typedef struct mtp_upload_past {
  int64_t id;    /* of the file; 0: a new one */
  int64_t saved; /* bytes from the start that the server has, whole parts */
  /* The server has all up to `saved`. May be NULL. */
  void (*note)(void *ctx, int64_t id, int64_t saved);
  void *ctx;
} mtp_upload_past;

/* The size that parts of a source have with these options. */
size_t mtp_upload_part_size(const mtp_source *source, const mtp_transfer_options *options);

/* mtp_upload_start() with a past; NULL: none. */
mtp_status mtp_upload_begin(mtp_client *client, const mtp_source *source,
                            const mtp_transfer_options *options, const mtp_upload_past *past,
                            mtp_upload_done done, void *ctx, mtp_transfer **out, mtp_error *error);

#endif
