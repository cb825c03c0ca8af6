/* files.h: files read and written whole. */
#ifndef TLGEN_FILES_H
#define TLGEN_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* Appends all of a file. False, and a message printed, when it cannot be read. */
bool tlgen_read_file(text *t, const char *path);

/* Replaces the file `path` by `length` bytes at `data`, through a temporary file beside it, so that
 * nobody sees half of it. False (and a message printed) when that fails; then `path` is as it was.
 */
bool tlgen_write_file(const char *path, const void *data, size_t length);

/* Makes a folder; true, too, when it is there already. False (and a message printed) when that
 * fails. */
bool tlgen_make_folder(const char *path);

#endif
