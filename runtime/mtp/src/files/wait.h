/* What the forms with a path share with those that wait. */
#ifndef MTP_FILES_WAIT_H
#define MTP_FILES_WAIT_H

#include "files/upload.h"

/* mtp_upload() with what is known of an earlier try. */
mtp_status mtp_upload_wait(mtp_client *client, const mtp_source *source,
                           const mtp_transfer_options *options, const mtp_upload_past *past,
                           mtp_uploaded *file, mtp_error *error);

/* Waits until a descriptor that does not block is ready for POLLIN or POLLOUT. */
bool mtp_fd_wait(int fd, short events);

/* "path: what: why" as an error STORE; of a long path the last part. why: errno or 0. */
mtp_status mtp_path_error(mtp_error *error, const char *path, const char *what, int why);
/* The same as ARGUMENT: of a path that cannot be meant, whatever the machine does. */
mtp_status mtp_path_senseless(mtp_error *error, const char *path, const char *what);

#endif
