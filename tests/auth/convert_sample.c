/* What the tests of session formats share. */
#include "convert_sample.h"
#include <dirent.h>
#include <ftw.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <unistd.h>

void put_raw(bytes *out, const void *data, size_t size) {
  assert_true(size <= sizeof out->data - out->size);
  memcpy(out->data + out->size, data, size);
  out->size += size;
}

void put_be(bytes *out, uint64_t value, size_t size) {
  for (size_t i = size; i-- > 0;) {
    uint8_t byte = (uint8_t)(value >> 8 * i);
    put_raw(out, &byte, 1);
  }
}

void put_le(bytes *out, uint64_t value, size_t size) {
  for (size_t i = 0; i < size; i++) {
    uint8_t byte = (uint8_t)(value >> 8 * i);
    put_raw(out, &byte, 1);
  }
}

void put_tl(bytes *out, const void *data, size_t size) {
  size_t start = out->size;
  if (size < 254) {
    put_le(out, size, 1);
  } else {
    put_le(out, 254, 1);
    put_le(out, size, 3);
  }
  put_raw(out, data, size);
  while ((out->size - start) % 4)
    put_le(out, 0, 1);
}

const uint8_t *sample_key(uint8_t seed) {
  static uint8_t keys[4][MTP_KEY_SIZE];
  static size_t next;
  uint8_t *key = keys[next++ % 4];
  for (size_t i = 0; i < MTP_KEY_SIZE; i++)
    key[i] = (uint8_t)(seed + i * 37 + i * i);
  key[17] = 0;
  memset(key + 100, 0, 5);
  key[MTP_KEY_SIZE - 1] = seed & 1 ? 0 : 7;
  return key;
}

void put_key(bytes *out, uint8_t seed) {
  put_raw(out, sample_key(seed), MTP_KEY_SIZE);
}

void sample_key_id(uint8_t seed, uint8_t id[8]) {
  uint8_t digest[20];
  assert_true(EVP_Digest(sample_key(seed), MTP_KEY_SIZE, digest, NULL, EVP_sha1(), NULL));
  memcpy(id, digest + 12, 8);
}

const char *encode(const char *prefix, const bytes *from, bool url, bool padded) {
  static char text[8192];
  size_t n = strlen(prefix);
  memcpy(text, prefix, n);
  EVP_EncodeBlock((unsigned char *)text + n, from->data, (int)from->size);
  for (char *p = text + n; url && *p; p++)
    *p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
  if (!padded)
    text[strcspn(text, "=")] = '\0';
  return text;
}

void make_session(mtp_session *session, int32_t dc, const char *host, uint16_t port) {
  mtp_session_init(session, NULL);
  session->home_dc = dc;
  session->signed_in = true;
  session->user_id = INT64_C(7777777777);
  session->api_id = 12345;
  assert_int_equal(mtp_session_set_key(session, dc, false, sample_key(1), 0), MTP_OK);
  if (!host)
    return;
  mtp_dc_option option = {.dc = dc, .port = port};
  strcpy(option.host, host);
  assert_int_equal(mtp_session_add_option(session, &option), MTP_OK);
}

/* ---- import and export ---- */

static mtp_status import_as(const char *format, const char *source, mtp_session *session,
                            mtp_error *error) {
  tgauth_import_options options = {0};
  const tgauth_format *used = NULL;
  mtp_session_init(session, NULL);
  if (format) {
    options.format = tgauth_format_find(format);
    assert_non_null(options.format);
  }
  mtp_status status = tgauth_session_import(session, source, &options, &used, error);
  if (status == MTP_OK)
    assert_non_null(used);
  return status;
}

static void check_empty(const mtp_session *session) {
  static const mtp_session empty;
  assert_memory_equal(session, &empty, sizeof empty);
}

void must_import(const char *format, const char *source, mtp_session *session) {
  mtp_error error;
  if (import_as(format, source, session, &error) != MTP_OK)
    fail_msg("%s: %s", format ? format : "guess", error.text);
}

void must_refuse(const char *format, const char *source, const char *text) {
  mtp_session session;
  mtp_error error;
  mtp_status status = import_as(format, source, &session, &error);
  if (status != MTP_ERR_STORE || !strstr(error.text, text))
    fail_msg("%s: \"%s\" does not say \"%s\"", format ? format : "guess",
             status == MTP_OK ? "ok" : error.text, text);
  check_empty(&session);
}

bool imports(const char *format, const char *source) {
  mtp_session session;
  mtp_error error;
  mtp_status status = import_as(format, source, &session, &error);
  if (status != MTP_OK) {
    assert_int_equal(status, MTP_ERR_STORE);
    assert_true(error.text[0]);
    check_empty(&session);
  }
  mtp_session_free(&session);
  return status == MTP_OK;
}

char *must_export(const char *format, const mtp_session *session) {
  char *text = NULL;
  mtp_error error;
  if (tgauth_session_export(session, tgauth_format_find(format), NULL, NULL, &text, &error) !=
      MTP_OK)
    fail_msg("%s: %s", format, error.text);
  assert_non_null(text);
  return text;
}

void must_export_to(const char *format, const mtp_session *session, const char *path) {
  mtp_error error;
  if (tgauth_session_export(session, tgauth_format_find(format), path, NULL, NULL, &error) !=
      MTP_OK)
    fail_msg("%s: %s", format, error.text);
}

void must_not_export(const char *format, const mtp_session *session, const char *text) {
  const tgauth_format *f = tgauth_format_find(format);
  const char *path = f->form == TGAUTH_FORM_TEXT ? NULL : in_folder("never");
  char *out = NULL;
  mtp_error error;
  mtp_status status = tgauth_session_export(session, f, path, NULL, &out, &error);
  assert_null(out);
  if (status == MTP_OK || !strstr(error.text, text))
    fail_msg("%s: \"%s\" does not say \"%s\"", format, status ? error.text : "ok", text);
  if (path)
    assert_int_not_equal(access(path, F_OK), 0);
}

void check_home(const mtp_session *session, int32_t dc, uint8_t seed) {
  assert_int_equal(session->home_dc, dc);
  assert_true(session->signed_in);
  const mtp_dc_key *found = NULL;
  for (size_t i = 0; i < session->n_keys; i++)
    if (session->keys[i].dc == dc && !session->keys[i].media)
      found = &session->keys[i];
  assert_non_null(found);
  assert_memory_equal(found->key, sample_key(seed), MTP_KEY_SIZE);
}

void check_address(const mtp_session *session, size_t index, const char *host, uint16_t port) {
  assert_true(index < session->n_options);
  const mtp_dc_option *option = &session->options[index];
  assert_string_equal(option->host, host);
  assert_int_equal(option->port, port);
  assert_int_equal((option->flags & MTP_DC_IPV6) != 0, strchr(host, ':') != NULL);
}

/* ---- folders ---- */

static char folder[] = "/tmp/tgauth-convert-XXXXXX";

int folder_setup(void **state) {
  (void)state;
  memcpy(folder + sizeof folder - 7, "XXXXXX", 6);
  return mkdtemp(folder) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *ftw) {
  (void)info;
  (void)type;
  (void)ftw;
  return remove(path);
}

int folder_teardown(void **state) {
  (void)state;
  return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *in_folder(const char *name) {
  static char paths[64][512];
  static size_t next;
  char *path = paths[next++ % 64];
  snprintf(path, sizeof paths[0], "%s/%s", folder, name);
  return path;
}

void write_file(const char *path, const void *data, size_t size) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(data, 1, size, file), size);
  assert_int_equal(fclose(file), 0);
}

void read_file(const char *path, bytes *out) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  out->size += fread(out->data + out->size, 1, sizeof out->data - out->size, file);
  assert_true(feof(file));
  fclose(file);
}

int count_entries(const char *path) {
  int n = 0;
  DIR *dir = opendir(path);
  assert_non_null(dir);
  for (const struct dirent *entry; (entry = readdir(dir));)
    n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
  closedir(dir);
  return n;
}
