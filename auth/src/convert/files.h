/* Files that hold secrets: read whole, written completely or not at all. */
#ifndef TGAUTH_CONVERT_FILES_H
#define TGAUTH_CONVERT_FILES_H

#include <mtp/error.h>
#include <tl/buffer.h>

enum { TGAUTH_MAX_FILE = 16 << 20 };

typedef enum tgauth_path_kind {
  TGAUTH_PATH_NONE,
  TGAUTH_PATH_FILE,
  TGAUTH_PATH_FOLDER,
  TGAUTH_PATH_STREAM /* a pipe or device: can only be read through */
} tgauth_path_kind;

tgauth_path_kind tgauth_path_kind_of(const char *path);

/* Appends the file's bytes, at most `most`, in memory that was not moved on the way. STORE, NOMEM.
 */
mtp_status tgauth_file_read(const char *path, size_t most, tl_buffer *out, mtp_error *error);

/* folder/name, allocated with malloc; NULL when out of memory. */
char *tgauth_path_join(const char *folder, const char *name);

/* A file of mode 0600 with those bytes, complete or not there (temp_file.h). */
mtp_status tgauth_file_write(const char *path, const tl_buffer *bytes, bool overwrite,
                             mtp_error *error);

#endif
