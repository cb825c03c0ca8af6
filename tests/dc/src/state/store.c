/* Two journals of JSON lines: the last line about a key or an account is the one that counts. They
 * are written anew at every start, to a temporary file that is then renamed. */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "keys.h"
#include "store_json.h"

static char *path_of(const tgdc *dc, const char *name) {
  size_t size = strlen(dc->dir) + strlen(name) + 2;
  char *path = malloc(size);
  if (path != NULL)
    snprintf(path, size, "%s/%s", dc->dir, name);
  return path;
}

static void append(const tgdc *dc, FILE *file, json_t *line) {
  if (line == NULL || file == NULL || json_dumpf(line, file, JSON_COMPACT) != 0 ||
      fputc('\n', file) == EOF || fflush(file) != 0)
    dc_log(dc, "the state cannot be written: %s", strerror(errno));
  json_decref(line);
}

void dc_store_key(tgdc *dc, const dc_key *key) {
  if (dc->keys_file != NULL && key->expires == 0)
    append(dc, dc->keys_file, dc_json_of_key(key));
}

void dc_store_key_gone(tgdc *dc, const dc_key *key) {
  char id[32];
  if (dc->keys_file == NULL)
    return;
  snprintf(id, sizeof id, "%lld", (long long)key->key.id);
  append(dc, dc->keys_file, json_pack("{s:s, s:i}", "gone", id, "dc", key->dc));
}

void dc_store_user(tgdc *dc, const dc_user *user) {
  if (dc->users_file != NULL)
    append(dc, dc->users_file, dc_json_of_user(user));
}

void dc_outbox(tgdc *dc, const char *kind, const char *via, const char *to, const char *hash,
               const char *what) {
  if (dc->outbox == NULL)
    return;
  append(dc, dc->outbox,
         json_pack("{s:I, s:s, s:s, s:s, s:s, s:s}", "time", (json_int_t)dc_unix(dc), "kind", kind,
                   "via", via, "to", to, "phone_code_hash", hash, "code", what));
}

/* Reads every line of a journal. A line cut off by a crash is left out. */
static bool read_lines(tgdc *dc, const char *name, bool (*take)(tgdc *dc, const json_t *line)) {
  char *path = path_of(dc, name), *line = NULL;
  size_t capacity = 0;
  FILE *file = path == NULL ? NULL : fopen(path, "r");
  bool ok = path != NULL && (file != NULL || errno == ENOENT);
  free(path);
  while (ok && file != NULL && getline(&line, &capacity, file) > 0) {
    json_t *json = json_loads(line, 0, NULL);
    ok = json == NULL || take(dc, json);
    json_decref(json);
  }
  free(line);
  if (file != NULL)
    fclose(file);
  return ok;
}

static FILE *create(const char *path) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  return fd < 0 ? NULL : fdopen(fd, "w");
}

/* Opens a journal for appending, holding only what counts. */
static FILE *rewrite(tgdc *dc, const char *name, void (*write_all)(tgdc *dc)) {
  char temporary[64];
  snprintf(temporary, sizeof temporary, "%s.new", name);
  char *from = path_of(dc, temporary), *to = path_of(dc, name);
  FILE **slot = strcmp(name, "keys.jsonl") == 0 ? &dc->keys_file : &dc->users_file;
  *slot = from == NULL || to == NULL ? NULL : create(from);
  if (*slot != NULL) {
    write_all(dc);
    if (rename(from, to) != 0) {
      fclose(*slot);
      *slot = NULL;
    }
  }
  free(from);
  free(to);
  return *slot;
}

static void write_keys(tgdc *dc) {
  for (size_t i = 0; i < DC_KEY_SLOTS; i++)
    for (const dc_key *key = dc->keys[i]; key != NULL; key = key->next)
      dc_store_key(dc, key);
}

static void write_users(tgdc *dc) {
  for (const dc_user *user = dc->users; user != NULL; user = user->next)
    dc_store_user(dc, user);
}

static bool open_outbox(tgdc *dc) {
  char *path = path_of(dc, "outbox");
  int fd = path == NULL ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  free(path);
  dc->outbox = fd < 0 ? NULL : fdopen(fd, "a");
  return dc->outbox != NULL;
}

bool dc_store_lock(tgdc *dc, char *error, size_t error_size) {
  if (dc->dir == NULL)
    return true;
  char *path = path_of(dc, "lock");
  dc->lock = path == NULL ? -1 : open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  free(path);
  if (dc->lock >= 0 && flock(dc->lock, LOCK_EX | LOCK_NB) == 0)
    return true;
  if (dc->lock >= 0 && errno == EWOULDBLOCK)
    dc_fail(error, error_size, "%s is in use by another tgdc", dc->dir);
  else
    dc_fail(error, error_size, "cannot lock %s: %s", dc->dir, strerror(errno));
  return false;
}

bool dc_store_open(tgdc *dc, char *error, size_t error_size) {
  if (dc->dir == NULL)
    return true;
  if (!read_lines(dc, "users.jsonl", dc_user_of_json) ||
      !read_lines(dc, "keys.jsonl", dc_key_of_json) ||
      rewrite(dc, "users.jsonl", write_users) == NULL ||
      rewrite(dc, "keys.jsonl", write_keys) == NULL || !open_outbox(dc)) {
    dc_fail(error, error_size, "the state in %s cannot be read or written: %s", dc->dir,
            strerror(errno));
    return false;
  }
  return true;
}

static void close_file(FILE **file) {
  if (*file != NULL)
    fclose(*file);
  *file = NULL;
}

void dc_store_close(tgdc *dc) {
  close_file(&dc->keys_file);
  close_file(&dc->users_file);
  close_file(&dc->outbox);
  if (dc->lock >= 0)
    close(dc->lock);
  dc->lock = -1;
}
