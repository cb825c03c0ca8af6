/* A file of secrets that takes the place of another: whole, on the disk, readable by its owner
 * only, or not at all. */
#ifndef TGAUTH_TEMP_FILE_H
#define TGAUTH_TEMP_FILE_H

#include <mtp/error.h>

typedef struct tgauth_temp {
  char *name; /* beside the file that it is to become; malloc's */
  int fd;     /* the file, whatever happens to its name */
} tgauth_temp;

/* Makes an empty one of mode 0600 for `path`, of a name that nothing had: nobody else's file, link
 * or pipe is opened. locked: nobody else writes to `path`, so that its temporary file has one name,
 * PATH.tmp, and one that a killed process left there is removed. STORE, NOMEM; then there is
 * nothing to drop. */
mtp_status tgauth_temp_open(tgauth_temp *out, const char *path, bool locked, mtp_error *error);
/* Appends. STORE; then it is dropped. */
mtp_status tgauth_temp_write(tgauth_temp *temp, const void *data, size_t size, mtp_error *error);
/* Brings it to the disk and gives it the name `path`, if nothing has it or `overwrite` says so. It
 * is dropped otherwise. STORE: also when its name leads to another file by now. */
mtp_status tgauth_temp_commit(tgauth_temp *temp, const char *path, bool overwrite,
                              mtp_error *error);
/* Removes and frees it; once more does nothing. */
void tgauth_temp_drop(tgauth_temp *temp);

#endif
