/* Peers in a text file: appended to, so that a crash costs the last line at most; the last line of
 * a peer counts. What later lines have made void goes when the file is loaded and has grown to
 * twice of what it holds. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "peers/ids.h"
#include "peers/line.h"

typedef struct file_store {
  FILE *file;
  char *path;
} file_store;

/* All lines of a file, in their order. */
typedef struct lines {
  char **items;
  size_t count, room;
} lines;

static void free_lines(lines *all) {
  for (size_t i = 0; i < all->count; i++)
    free(all->items[i]);
  free(all->items);
}

static bool add_line(lines *all, const char *text) {
  if (all->count == all->room) {
    size_t room = all->room ? 2 * all->room : 256;
    char **items = realloc(all->items, room * sizeof *items);
    if (!items)
      return false;
    all->items = items;
    all->room = room;
  }
  all->items[all->count] = strdup(text);
  return all->items[all->count] && ++all->count;
}

/* Reads on after a line that is too long for a row. */
static void skip_rest(FILE *file) {
  for (int c = getc(file); c != '\n' && c != EOF;)
    c = getc(file);
}

static bool read_lines(FILE *file, lines *out) {
  char text[TGKIT_LINE];
  rewind(file);
  while (fgets(text, sizeof text, file)) {
    char *end = strchr(text, '\n');
    if (!end && !feof(file))
      skip_rest(file);
    if (!end)
      continue; /* too long, or cut by a crash */
    *end = 0;
    if (!add_line(out, text))
      return false;
  }
  return !ferror(file);
}

/* Whether two lines are of the same peer of the same account. */
static int compare(const void *a, const void *b) {
  const char *x = **(char *const *const *)a, *y = **(char *const *const *)b;
  size_t spaces = 0;
  for (; *x == *y && *x; x++, y++)
    if (*x == ' ' && ++spaces == 3)
      break;
  if (spaces == 3)
    return (*(char **const *)a > *(char **const *)b) - (*(char **const *)a < *(char **const *)b);
  return (unsigned char)*x < (unsigned char)*y ? -1 : 1;
}

static bool same_peer(const char *x, const char *y) {
  size_t spaces = 0;
  for (; *x == *y && *x; x++, y++)
    if (*x == ' ' && ++spaces == 3)
      return true;
  return false;
}

/* Frees the lines that a later one of the same peer makes void. */
static bool drop_void(lines *all) {
  char ***sorted = malloc((all->count + 1) * sizeof *sorted);
  if (!sorted)
    return false;
  for (size_t i = 0; i < all->count; i++)
    sorted[i] = &all->items[i];
  qsort(sorted, all->count, sizeof *sorted, compare);
  for (size_t i = 0; i + 1 < all->count; i++)
    if (same_peer(*sorted[i], *sorted[i + 1])) {
      free(*sorted[i]);
      *sorted[i] = NULL;
    }
  free(sorted);
  size_t n = 0;
  for (size_t i = 0; i < all->count; i++)
    if (all->items[i])
      all->items[n++] = all->items[i];
  all->count = n;
  return true;
}

/* Whether it is a file of this user with one name: in a folder where others write they can put a
 * link, or something that never ends, in its place. */
static bool is_own(int fd) {
  struct stat found;
  if (fstat(fd, &found) != 0)
    return false;
  bool own = S_ISREG(found.st_mode) && found.st_nlink == 1 &&
             (found.st_uid == geteuid() || geteuid() == 0);
  if (!own)
    errno = EPERM;
  return own;
}

static FILE *open_private(const char *path, int flags, const char *mode) {
  int fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);
  FILE *file = fd >= 0 && is_own(fd) ? fdopen(fd, mode) : NULL;
  if (fd >= 0 && !file) {
    int why = errno;
    close(fd);
    errno = why;
  }
  return file;
}

static const char *why_not(void) {
  bool strange = errno == EPERM || errno == ELOOP || errno == ENXIO;
  return strange ? "the file of peers is a link, or no file of this user alone" : strerror(errno);
}

static FILE *open_to_add(const char *path) {
  return open_private(path, O_RDWR | O_CREAT | O_APPEND, "a+");
}

static FILE *open_anew(const char *path) {
  unlink(path); /* left over; what cannot be removed is in the way */
  return open_private(path, O_RDWR | O_CREAT | O_EXCL, "w+");
}

/* The file anew, with these lines; the old one stays if it cannot be written. */
static void rewrite(file_store *store, const lines *all) {
  size_t size = strlen(store->path) + 5;
  char *path = malloc(size);
  if (!path)
    return;
  snprintf(path, size, "%s.new", store->path);
  FILE *file = open_anew(path);
  bool ok = file != NULL;
  for (size_t i = 0; ok && i < all->count; i++)
    ok = fprintf(file, "%s\n", all->items[i]) > 0;
  ok = ok && fflush(file) == 0 && fsync(fileno(file)) == 0;
  if (file && fclose(file) != 0)
    ok = false;
  if (ok && rename(path, store->path) == 0) {
    FILE *again = open_to_add(store->path);
    if (again) {
      fclose(store->file);
      store->file = again;
    }
  } else {
    unlink(path);
  }
  free(path);
}

/* Those of an account, or, with 0, of all. */
static void tell_rows(const lines *all, int64_t account,
                      void (*each)(void *to, const tgkit_peer *row), void *to) {
  tgkit_line line;
  for (size_t i = 0; i < all->count; i++) {
    snprintf(line.text, sizeof line.text, "%s", all->items[i]);
    if (tgkit_line_read(&line) && (line.account == account || account == 0))
      each(to, &line.peer);
  }
}

mtp_status tgkit_peer_file_rows(const char *path, int64_t account,
                                void (*each)(void *to, const tgkit_peer *row), void *to,
                                mtp_error *error) {
  lines all = {NULL, 0, 0};
  FILE *file = open_private(path, O_RDONLY, "r");
  if (!file)
    return tgkit_fail(error, MTP_ERR_STORE, why_not());
  bool ok = read_lines(file, &all) && drop_void(&all);
  fclose(file);
  if (ok)
    tell_rows(&all, account, each, to);
  free_lines(&all);
  return ok ? MTP_OK : tgkit_fail(error, MTP_ERR_STORE, "the peers cannot be read");
}

static mtp_status load(void *ctx, int64_t account, void (*each)(void *to, const tgkit_peer *row),
                       void *to) {
  file_store *store = ctx;
  lines all = {NULL, 0, 0};
  bool ok = read_lines(store->file, &all);
  size_t before = all.count;
  ok = ok && drop_void(&all);
  if (ok && account)
    tell_rows(&all, account, each, to);
  if (ok && before > 2 * all.count + 64)
    rewrite(store, &all);
  fseek(store->file, 0, SEEK_END);
  free_lines(&all);
  return ok ? MTP_OK : MTP_ERR_STORE;
}

static mtp_status put(void *ctx, int64_t account, const tgkit_peer *row) {
  file_store *store = ctx;
  char text[TGKIT_LINE];
  if (!tgkit_line_write(account, row, text))
    return MTP_ERR_STORE;
  return fprintf(store->file, "%s\n", text) > 0 ? MTP_OK : MTP_ERR_STORE;
}

static mtp_status flush(void *ctx) {
  file_store *store = ctx;
  return fflush(store->file) == 0 ? MTP_OK : MTP_ERR_STORE;
}

static mtp_status clear(void *ctx, int64_t account) {
  file_store *store = ctx;
  lines all = {NULL, 0, 0};
  bool ok = read_lines(store->file, &all);
  size_t n = 0;
  for (size_t i = 0; i < all.count; i++) {
    if (strtoll(all.items[i], NULL, 10) == account)
      free(all.items[i]);
    else
      all.items[n++] = all.items[i];
  }
  all.count = n;
  if (ok)
    rewrite(store, &all);
  fseek(store->file, 0, SEEK_END);
  free_lines(&all);
  return ok ? MTP_OK : MTP_ERR_STORE;
}

static void free_store(void *ctx) {
  file_store *store = ctx;
  fclose(store->file);
  free(store->path);
  free(store);
}

mtp_status tgkit_peer_file(const char *path, tgkit_peer_store *out, mtp_error *error) {
  file_store *store = calloc(1, sizeof *store);
  memset(out, 0, sizeof *out);
  if (store)
    store->path = strdup(path);
  if (!store || !store->path) {
    free(store);
    return tgkit_fail(error, MTP_ERR_NOMEM, "");
  }
  store->file = open_to_add(path);
  if (!store->file) {
    tgkit_fail(error, MTP_ERR_STORE, why_not());
    free(store->path);
    free(store);
    return MTP_ERR_STORE;
  }
  *out = (tgkit_peer_store){store, load, put, flush, clear, free_store};
  return MTP_OK;
}
