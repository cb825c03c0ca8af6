/* In place of json.c in a build without jansson; the formats that use it are then missing. */
#include "../internal.h"
#include "json.h"

mtp_status tgauth_json_parse(const void *data, size_t size, tgauth_json **out, mtp_error *error) {
  (void)data;
  (void)size;
  *out = NULL;
  return tgauth_fail(error, MTP_ERR_STORE, "this build was made without jansson");
}

void tgauth_json_free(tgauth_json *root) {
  (void)root;
}

const tgauth_json *tgauth_json_member(const tgauth_json *value, const char *name) {
  (void)name;
  return value;
}

const tgauth_json *tgauth_json_item(const tgauth_json *value, size_t index) {
  (void)index;
  return value;
}

size_t tgauth_json_count(const tgauth_json *value) {
  (void)value;
  return 0;
}

bool tgauth_json_int(const tgauth_json *value, int64_t *out) {
  (void)value;
  (void)out;
  return false;
}

bool tgauth_json_true(const tgauth_json *value) {
  (void)value;
  return false;
}

const char *tgauth_json_text(const tgauth_json *value) {
  (void)value;
  return NULL;
}
