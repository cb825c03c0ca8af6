/* generate_files.c: puts the generated files where they belong, touching only what changed. */
#include "cmd/generate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/files.h"

#if !defined(_MSC_VER)
#include <dirent.h>
#endif

enum { MAX_FILE = 64 * 1024 * 1024 };

/* ---- reading ---- */

static char *read_open(mem *pool, FILE *f, size_t *length) {
  text t = {0};
  char chunk[16384];
  size_t n;
  while (t.size < MAX_FILE && (n = fread(chunk, 1, sizeof chunk, f)) > 0)
    text_add_n(&t, chunk, n);
  bool ok = !ferror(f) && t.size < MAX_FILE;
  if (t.size >= MAX_FILE)
    errno = EFBIG;
  char *copy = ok ? mem_copy(pool, t.size ? t.data : "", t.size) : NULL;
  *length = t.size;
  text_free(&t);
  return copy;
}

char *generate_read_file(mem *pool, const char *path, size_t *length) {
  FILE *f = fopen(path, "rb");
  if (!f)
    return NULL;
  char *data = read_open(pool, f, length);
  fclose(f);
  return data;
}

/* Whether the file holds exactly that. Reads no more than it has to. */
static bool is_current(const char *path, const text *body) {
  FILE *f = fopen(path, "rb");
  if (!f)
    return false;
  char chunk[16384];
  size_t at = 0, n;
  bool same = true;
  while (same && (n = fread(chunk, 1, sizeof chunk, f)) > 0) {
    same = n <= body->size - at && memcmp(chunk, body->data + at, n) == 0;
    at += n;
  }
  fclose(f);
  return same && at == body->size;
}

/* ---- what earlier runs left ---- */

#if !defined(_MSC_VER)
static bool ends_in_h(const char *name) {
  size_t length = strlen(name);
  return length > 2 && strcmp(name + length - 2, ".h") == 0;
}

static bool made_by_tlgen(const char *path) {
  char head[512];
  FILE *f = fopen(path, "rb");
  if (!f)
    return false;
  size_t n = fread(head, 1, sizeof head - 1, f);
  fclose(f);
  head[n] = 0;
  return strstr(head, "Made by tlgen from ") != NULL;
}

static bool was_made(const sink *s, const char *path) {
  for (size_t i = 0; i < s->made.count; i++)
    if (strcmp(s->made.items[i], path) == 0)
      return true;
  return false;
}

/* Headers that an earlier run made and this one did not, by path below --out. */
static list leftovers(sink *s, const char *folder) {
  list found = {0};
  DIR *dir = opendir(mem_join(s->pool, s->out, "/", folder, NULL));
  for (struct dirent *entry; dir && (entry = readdir(dir));) {
    char *path = mem_join(s->pool, folder, "/", entry->d_name, NULL);
    if (ends_in_h(path) && !was_made(s, path) &&
        made_by_tlgen(mem_join(s->pool, s->out, "/", path, NULL)))
      list_push(s->pool, &found, path);
  }
  if (dir)
    closedir(dir);
  return found;
}
#else
static list leftovers(sink *s, const char *folder) {
  (void)s, (void)folder;
  return (list){0};
}
#endif

/* ---- writing ---- */

/* Makes all the folders that lead to the file. */
static bool make_dirs(mem *pool, const char *file) {
  char *path = mem_copy(pool, file, strlen(file));
  for (char *p = path + 1; *p; p++) {
    if (*p != '/')
      continue;
    *p = 0;
    if (!tlgen_make_folder(path))
      return false;
    *p = '/';
  }
  return true;
}

bool sink_put(sink *s, const char *path, const text *body) {
  list_push(s->pool, &s->made, (void *)(uintptr_t)path);
  const char *full = mem_join(s->pool, s->out, "/", path, NULL);
  if (is_current(full, body))
    return true;
  if (!s->check)
    return make_dirs(s->pool, full) && tlgen_write_file(full, body->data, body->size);
  printf("%s is not up to date\n", path);
  s->stale = true;
  return true;
}

bool sink_finish(sink *s, const char *folder) {
  list old = leftovers(s, folder);
  for (size_t i = 0; i < old.count; i++) {
    const char *path = old.items[i], *full = mem_join(s->pool, s->out, "/", path, NULL);
    if (s->check) {
      printf("%s is left from an earlier run\n", path);
      s->stale = true;
    } else if (remove(full) != 0) {
      tlgen_error("%s: %s", full, strerror(errno));
      return false;
    }
  }
  return true;
}
