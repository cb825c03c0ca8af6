/* files.c: files read and written whole. */
#include "base/files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#if defined(_WIN32)
#include <direct.h>
#include <windows.h>
#endif

#include "base/error.h"

bool tlgen_read_file(text *t, const char *path) {
  char block[16384];
  FILE *file = fopen(path, "rb");
  if (!file) {
    tlgen_error("%s: %s", path, strerror(errno));
    return false;
  }
  size_t got;
  while ((got = fread(block, 1, sizeof block, file)) > 0)
    text_add_n(t, block, got);
  bool ok = !ferror(file);
  (void)fclose(file);
  if (!ok)
    tlgen_error("%s: cannot be read", path);
  return ok;
}

static bool write_all(const char *path, const void *data, size_t length) {
  FILE *file = fopen(path, "wb");
  if (!file)
    return false;
  bool ok = fwrite(data, 1, length, file) == length;
  ok = fflush(file) == 0 && ok;
  return fclose(file) == 0 && ok;
}

/* `from` takes the place of `to`. */
static bool replace(const char *from, const char *to) {
#if defined(_WIN32)
  return MoveFileExA(from, to, MOVEFILE_REPLACE_EXISTING) != 0;
#else
  return rename(from, to) == 0;
#endif
}

bool tlgen_write_file(const char *path, const void *data, size_t length) {
  text temporary = {0};
  text_printf(&temporary, "%s.tmp", path);
  bool ok = write_all(temporary.data, data, length) && replace(temporary.data, path);
  if (!ok) {
    tlgen_error("%s: cannot be written: %s", path, strerror(errno));
    (void)remove(temporary.data);
  }
  text_free(&temporary);
  return ok;
}

bool tlgen_make_folder(const char *path) {
#if defined(_WIN32)
  int failed = _mkdir(path);
#else
  int failed = mkdir(path, 0777);
#endif
  if (failed && errno != EEXIST) {
    tlgen_error("%s: %s", path, strerror(errno));
    return false;
  }
  return true;
}
