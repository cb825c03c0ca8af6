/* What a program that is served never sees. */
#include <stdlib.h>
#include <string.h>

#include "serve/serve.h"

static bool is_777000(const json_t *value) {
  const char *text = json_string_value(value);
  return (text && !strcmp(text, "777000")) || json_integer_value(value) == 777000;
}

/* A message of Telegram itself, as TL has it or as a line: where login codes come. */
static const char *code_key(const json_t *object) {
  if (is_777000(json_object_get(object, "chat")) || is_777000(json_object_get(object, "from")))
    return "text";
  return is_777000(json_object_get(json_object_get(object, "peer_id"), "user_id")) ||
                 is_777000(json_object_get(json_object_get(object, "from_id"), "user_id")) ||
                 is_777000(json_object_get(object, "user_id"))
             ? "message"
             : NULL;
}

/* Digits that may be a code become stars; so does what stands between them, as in "12-345". */
static void star_digits(char *text) {
  for (; *text; text++)
    if (*text >= '0' && *text <= '9')
      *text = '*';
}

static void redact_string(json_t *value, bool code) {
  size_t size = json_string_length(value);
  char *copy = malloc(size + 1);
  if (!copy)
    return;
  memcpy(copy, json_string_value(value), size + 1);
  for (size_t i = 0; i < size; i++)
    copy[i] = copy[i] ? copy[i] : ' ';
  tgauth_redact(copy);
  if (code)
    star_digits(copy);
  if (strcmp(copy, json_string_value(value)) != 0)
    json_string_set_nocheck(value, copy);
  free(copy);
}

void serve_redact(json_t *value) {
  const char *key, *code = json_is_object(value) ? code_key(value) : NULL;
  json_t *item;
  size_t i;
  if (json_is_string(value))
    redact_string(value, false);
  json_array_foreach(value, i, item) serve_redact(item);
  json_object_foreach(value, key, item) {
    if (code && json_is_string(item) && strcmp(key, code) == 0)
      redact_string(item, true);
    else
      serve_redact(item);
  }
}
