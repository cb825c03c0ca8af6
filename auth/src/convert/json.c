/* JSON by jansson. */
#include "json.h"
#include "../internal.h"
#include <jansson.h>
#include <openssl/crypto.h>
#include <string.h>

static const json_t *from(const tgauth_json *value) {
  return (const json_t *)(const void *)value;
}

static const tgauth_json *to(const json_t *value) {
  return (const tgauth_json *)(const void *)value;
}

mtp_status tgauth_json_parse(const void *data, size_t size, tgauth_json **out, mtp_error *error) {
  json_error_t why;
  json_t *root = json_loadb(data, size, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &why);
  *out = (tgauth_json *)(void *)root;
  if (root)
    return MTP_OK;
  if (json_error_code(&why) == json_error_out_of_memory)
    return tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
  /* jansson's text quotes what it stumbled over, which may be part of a key. */
  return tgauth_fail(error, MTP_ERR_STORE, "it is not JSON (line %d, column %d)", why.line,
                     why.column);
}

/* jansson limits nesting to 2048 when it parses, and so does this. */
static void wipe(json_t *value) {
  const char *name;
  json_t *item;
  size_t i;
  if (json_is_string(value))
    OPENSSL_cleanse((char *)(uintptr_t)json_string_value(value), json_string_length(value));
  else if (json_is_integer(value))
    json_integer_set(value, 0);
  else if (json_is_array(value))
    json_array_foreach(value, i, item) wipe(item);
  else if (json_is_object(value))
    json_object_foreach(value, name, item) wipe(item);
}

void tgauth_json_free(tgauth_json *root) {
  json_t *value = (json_t *)(void *)root;
  if (value)
    wipe(value);
  json_decref(value);
}

const tgauth_json *tgauth_json_member(const tgauth_json *value, const char *name) {
  return to(json_object_get(from(value), name));
}

const tgauth_json *tgauth_json_item(const tgauth_json *value, size_t index) {
  return to(json_array_get(from(value), index));
}

size_t tgauth_json_count(const tgauth_json *value) {
  return json_array_size(from(value));
}

bool tgauth_json_int(const tgauth_json *value, int64_t *out) {
  const json_t *number = from(value);
  if (!number || !json_is_integer(number))
    return false;
  *out = json_integer_value(number);
  return true;
}

bool tgauth_json_true(const tgauth_json *value) {
  const json_t *flag = from(value);
  return flag && json_is_true(flag);
}

const char *tgauth_json_text(const tgauth_json *value) {
  return value ? json_string_value(from(value)) : NULL;
}
