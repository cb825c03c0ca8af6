/* Stores that keep the session in memory: as it is, and as a string. */
#include "../base64.h"
#include "../internal.h"
#include "session_format.h"
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <tl/wiping.h>

static mtp_status no_lock(tgauth_store *store, mtp_error *error) {
  (void)store;
  (void)error;
  return MTP_OK;
}

/* ---- memory ---- */

typedef struct memory_store {
  tgauth_store head;
  mtp_session session;
} memory_store;

static mtp_status memory_load(tgauth_store *store, mtp_session *session, mtp_error *error) {
  memory_store *self = (memory_store *)store;
  mtp_status status = mtp_session_copy(session, &self->session);
  return status == MTP_OK ? status : tgauth_fail(error, status, "out of memory");
}

static mtp_status memory_save(tgauth_store *store, const mtp_session *session, mtp_error *error) {
  memory_store *self = (memory_store *)store;
  mtp_status status = mtp_session_copy(&self->session, session);
  return status == MTP_OK ? status : tgauth_fail(error, status, "out of memory");
}

static void memory_free(tgauth_store *store) {
  memory_store *self = (memory_store *)store;
  mtp_session_free(&self->session);
  free(self);
}

static const tgauth_store_ops memory_ops = {no_lock,     memory_load, memory_save,
                                            memory_free, NULL,        NULL};

tgauth_store *tgauth_store_memory(void) {
  memory_store *self = calloc(1, sizeof *self);
  if (!self)
    return NULL;
  self->head.ops = &memory_ops;
  mtp_session_init(&self->session, NULL);
  return &self->head;
}

/* ---- string ---- */

static const char prefix[] = "tlgen1:";

void tgauth_string_free(char *text) {
  if (!text)
    return;
  OPENSSL_cleanse(text, strlen(text));
  free(text);
}

mtp_status tgauth_session_to_string(const mtp_session *session, char **out, mtp_error *error) {
  tl_allocator wiping = tl_wiping(session->allocator);
  tl_buffer bytes;
  *out = NULL;
  tl_buffer_init(&bytes, &wiping, 0);
  mtp_status status = tgauth_session_encode(session, &bytes, error);
  if (status == MTP_OK) {
    char *text = malloc(sizeof prefix + tgauth_base64_room(bytes.size));
    if (text) {
      memcpy(text, prefix, sizeof prefix);
      tgauth_base64_encode(bytes.data, bytes.size, TGAUTH_BASE64URL, text + sizeof prefix - 1);
      *out = text;
    } else {
      status = tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
    }
  }
  tl_buffer_free(&bytes);
  return status;
}

mtp_status tgauth_session_from_string(mtp_session *session, const char *text, mtp_error *error) {
  size_t n = strlen(text), head = sizeof prefix - 1;
  if (n < head || memcmp(text, prefix, head) != 0 || n > (size_t)1 << 24)
    return tgauth_fail(error, MTP_ERR_STORE, "a session string begins with \"%s\"", prefix);
  uint8_t *bytes = malloc(n + 4);
  if (!bytes)
    return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  size_t size;
  mtp_status status =
      tgauth_base64_decode(text + head, n - head, bytes, &size)
          ? tgauth_session_decode(session, bytes, size, NULL, error)
          : tgauth_fail(error, MTP_ERR_STORE, "the session string is not base64url");
  OPENSSL_cleanse(bytes, n + 4);
  free(bytes);
  return status;
}

typedef struct string_store {
  tgauth_store head;
  char *text;
} string_store;

static mtp_status string_load(tgauth_store *store, mtp_session *session, mtp_error *error) {
  string_store *self = (string_store *)store;
  return self->text && *self->text ? tgauth_session_from_string(session, self->text, error)
                                   : MTP_OK;
}

static mtp_status string_save(tgauth_store *store, const mtp_session *session, mtp_error *error) {
  string_store *self = (string_store *)store;
  char *text;
  mtp_status status = tgauth_session_to_string(session, &text, error);
  if (status != MTP_OK)
    return status;
  tgauth_string_free(self->text);
  self->text = text;
  return MTP_OK;
}

static void string_free(tgauth_store *store) {
  string_store *self = (string_store *)store;
  tgauth_string_free(self->text);
  free(self);
}

static const tgauth_store_ops string_ops = {no_lock,     string_load, string_save,
                                            string_free, NULL,        NULL};

tgauth_store *tgauth_store_string(const char *text) {
  string_store *self = calloc(1, sizeof *self);
  if (!self)
    return NULL;
  self->head.ops = &string_ops;
  self->text = tgauth_strdup(tl_string_of(text ? text : ""));
  if (self->text)
    return &self->head;
  free(self);
  return NULL;
}

const char *tgauth_store_string_get(const tgauth_store *store) {
  return store->ops == &string_ops ? ((const string_store *)store)->text : NULL;
}
