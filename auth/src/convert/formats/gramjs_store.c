/* GramJS, StoreSession: a folder NAME of node-localstorage with one file for each key, named
 * NAME:authKey, NAME:dcId, NAME:port and NAME:serverAddress as encodeURIComponent writes it; each
 * holds JSON. The divider ":" can be another one. GramJS forbids the name "session". */
#include "../bytes.h"
#include "../convert.h"
#include "../files.h"
#include "../json.h"
#include <dirent.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_VALUE = 64 << 10, MAX_FILES = 100000 };
static const char key_name[] = "authKey";

/* The name of the file with the key; false when there is none, or more than one. */
static bool find_key(const char *folder, char *name, size_t size, size_t *found) {
  DIR *dir = opendir(folder);
  *found = 0;
  if (!dir)
    return false;
  size_t m = sizeof key_name - 1;
  for (int i = 0; i < MAX_FILES; i++) {
    const struct dirent *entry = readdir(dir);
    if (!entry)
      break;
    size_t n = strlen(entry->d_name);
    if (n <= m || n >= size || strcmp(entry->d_name + n - m, key_name) != 0)
      continue;
    memcpy(name, entry->d_name, n + 1);
    ++*found;
  }
  closedir(dir);
  return *found == 1;
}

static bool looks(const tgauth_source *source) {
  char name[256];
  size_t found;
  return source->form == TGAUTH_FORM_FOLDER && find_key(source->path, name, sizeof name, &found);
}

/* The value of one key; `name` is the file of the key authKey. NULL with an error. */
static mtp_status read_value(const char *folder, const char *name, const char *which,
                             tgauth_json **out, mtp_error *error) {
  char file[256 + 32];
  tl_buffer bytes;
  mtp_error inner;
  size_t prefix = strlen(name) - (sizeof key_name - 1);
  *out = NULL;
  snprintf(file, sizeof file, "%.*s%s", (int)prefix, name, which);
  char *path = tgauth_path_join(folder, file);
  if (!path)
    return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  tl_buffer_init(&bytes, NULL, 0);
  mtp_status status = tgauth_file_read(path, MAX_VALUE, &bytes, &inner);
  if (status == MTP_OK)
    status = tgauth_json_parse(bytes.data, bytes.size, out, &inner);
  if (status != MTP_OK)
    tgauth_fail(error, status, "%s: %s", which, inner.text);
  tl_buffer_wipe(&bytes);
  tl_buffer_free(&bytes);
  free(path);
  return status;
}

static mtp_status read_int(const char *folder, const char *name, const char *which, int64_t *out,
                           mtp_error *error) {
  tgauth_json *value;
  mtp_status status = read_value(folder, name, which, &value, error);
  if (status == MTP_OK && !tgauth_json_int(value, out))
    status = tgauth_fail(error, MTP_ERR_STORE, "%s is no number", which);
  tgauth_json_free(value);
  return status;
}

/* A Node buffer as JSON: {"type": "Buffer", "data": [1, 2, ...]}. */
static mtp_status read_key(const tgauth_json *value, uint8_t key[MTP_KEY_SIZE], mtp_error *error) {
  const tgauth_json *data = tgauth_json_member(value, "data");
  size_t n = tgauth_json_count(data);
  if (n != MTP_KEY_SIZE)
    return tgauth_fail(error, MTP_ERR_STORE, "authKey has %zu bytes instead of %d", n,
                       MTP_KEY_SIZE);
  for (size_t i = 0; i < n; i++) {
    int64_t byte;
    if (!tgauth_json_int(tgauth_json_item(data, i), &byte) || byte < 0 || byte > 255)
      return tgauth_fail(error, MTP_ERR_STORE, "item %zu of authKey is no byte", i);
    key[i] = (uint8_t)byte;
  }
  return MTP_OK;
}

static mtp_status read_home(const char *folder, const char *name, mtp_session *session,
                            mtp_error *error) {
  uint8_t key[MTP_KEY_SIZE];
  tgauth_json *value;
  int64_t dc = 0;
  mtp_status status = read_int(folder, name, "dcId", &dc, error);
  if (status != MTP_OK)
    return status;
  status = read_value(folder, name, key_name, &value, error);
  if (status == MTP_OK)
    status = read_key(value, key, error);
  if (status == MTP_OK)
    status = tgauth_set_home(session, dc, key, sizeof key, error);
  tgauth_json_free(value);
  OPENSSL_cleanse(key, sizeof key);
  return status;
}

static mtp_status read_address(const char *folder, const char *name, mtp_session *session,
                               mtp_error *error) {
  tgauth_json *host;
  int64_t port = 0;
  mtp_status status = read_int(folder, name, "port", &port, error);
  if (status != MTP_OK)
    return status;
  status = read_value(folder, name, "serverAddress", &host, error);
  if (status == MTP_OK && !tgauth_json_text(host))
    status = tgauth_fail(error, MTP_ERR_STORE, "serverAddress is no string");
  if (status == MTP_OK)
    status = tgauth_add_address(session, session->home_dc, tl_string_of(tgauth_json_text(host)),
                                port, 0, error);
  tgauth_json_free(host);
  return status;
}

static mtp_status import(const tgauth_source *source, mtp_session *session, mtp_error *error) {
  char name[256];
  size_t found;
  if (!find_key(source->path, name, sizeof name, &found))
    return tgauth_fail(error, MTP_ERR_STORE,
                       found ? "it has more than one authKey" : "it has no file of an authKey");
  mtp_status status = read_home(source->path, name, session, error);
  if (status == MTP_OK)
    status = read_address(source->path, name, session, error);
  return status;
}

/* ---- export ---- */

/* The last part of a path, as encodeURIComponent and node-localstorage escape it. */
static bool escape_name(const char *path, char *out, size_t size) {
  static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
  size_t end = strlen(path), used = 0;
  while (end > 0 && path[end - 1] == '/')
    end--;
  size_t start = end;
  while (start > 0 && path[start - 1] != '/')
    start--;
  for (size_t i = start; i < end; i++) {
    bool is_plain = strchr(plain, path[i]) != NULL;
    if (used + 4 > size)
      return false;
    used += (size_t)snprintf(out + used, size - used, is_plain ? "%c" : "%%%02X",
                             (unsigned char)path[i]);
  }
  out[used] = '\0';
  return used > 0 && strcmp(out, ".") != 0 && strcmp(out, "..") != 0;
}

static void write_key(tgauth_writer *out, const uint8_t key[MTP_KEY_SIZE]) {
  tgauth_write_text(out, "{\"type\":\"Buffer\",\"data\":[");
  for (size_t i = 0; i < MTP_KEY_SIZE; i++)
    tgauth_write_format(out, "%s%d", i ? "," : "", key[i]);
  tgauth_write_text(out, "]}");
}

static mtp_status write_value(const tgauth_target *target, const char *name, const char *which,
                              const tl_buffer *bytes, mtp_error *error) {
  char file[256];
  int n = snprintf(file, sizeof file, "%s%%3A%s", name, which);
  if (n < 0 || (size_t)n >= sizeof file)
    return tgauth_fail(error, MTP_ERR_STORE, "the name of the folder is too long");
  char *path = tgauth_path_join(target->path, file);
  mtp_status status = path ? tgauth_file_write(path, bytes, target->overwrite, error)
                           : tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  free(path);
  return status;
}

/* The files, the key last: without it GramJS takes the folder for a new session. */
static mtp_status write_all(const mtp_session *session, const mtp_dc_option *address,
                            const tgauth_target *target, const char *name, mtp_error *error) {
  static const char *const which[] = {"dcId", "port", "serverAddress", "authKey"};
  mtp_status status = MTP_OK;
  for (size_t i = 0; status == MTP_OK && i < sizeof which / sizeof which[0]; i++) {
    tl_buffer bytes;
    tl_buffer_init(&bytes, session->allocator, 0);
    tgauth_writer out = {&bytes, tl_buffer_reserve(&bytes, 2048) != TL_OK};
    if (i == 0)
      tgauth_write_format(&out, "%d", (int)session->home_dc);
    else if (i == 1)
      tgauth_write_format(&out, "%d", (int)address->port);
    else if (i == 2)
      tgauth_write_format(&out, "\"%s\"", address->host);
    else
      write_key(&out, tgauth_home_key(session)->key);
    status = out.failed ? tgauth_fail(error, MTP_ERR_NOMEM, "out of memory")
                        : write_value(target, name, which[i], &bytes, error);
    tl_buffer_wipe(&bytes);
    tl_buffer_free(&bytes);
  }
  return status;
}

static void remove_all(const char *folder, const char *name) {
  static const char *const which[] = {"dcId", "port", "serverAddress", "authKey"};
  for (size_t i = 0; i < sizeof which / sizeof which[0]; i++) {
    char file[256];
    snprintf(file, sizeof file, "%s%%3A%s", name, which[i]);
    char *path = tgauth_path_join(folder, file);
    if (path)
      unlink(path);
    free(path);
  }
  rmdir(folder);
}

static mtp_status export(const mtp_session *session, const tgauth_target *target,
                         mtp_error *error) {
  char name[200];
  const mtp_dc_option *address = tgauth_home_address(session, TGAUTH_ADDRESS_ANY, error);
  if (!address)
    return MTP_ERR_STORE;
  if (!escape_name(target->path, name, sizeof name) || strcmp(name, "session") == 0)
    return tgauth_fail(error, MTP_ERR_STORE, "GramJS does not take \"%s\" for a name",
                       target->path);
  bool made = mkdir(target->path, 0700) == 0;
  if (!made && (errno != EEXIST || !target->overwrite))
    return tgauth_fail(error, MTP_ERR_STORE, "cannot make the folder %s: %s", target->path,
                       strerror(errno));
  mtp_status status = write_all(session, address, target, name, error);
  if (status != MTP_OK && made)
    remove_all(target->path, name);
  return status;
}

const tgauth_row tgauth_row_gramjs_store = {
    .head = {.name = "gramjs-store",
             .what = "GramJS, StoreSession (a folder)",
             .form = TGAUTH_FORM_FOLDER,
             .imports = true,
             .exports = true,
             .missing = TGAUTH_JANSSON_MISSING},
    .by_path = true,
    .looks = looks,
    .import = import,
    .export = export,
};
