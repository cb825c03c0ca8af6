/* From JSON to a request, and from the answer back to JSON. */
#include "ask.h"

#include <stdio.h>
#include <tl/json.h>

#define MOST_TEXT 8192

static void write_text(char out[MOST_TEXT], const char *format, va_list args) {
  int size = vsnprintf(out, MOST_TEXT, format, args);
  assert_true(size > 0 && size < MOST_TEXT);
  for (char *c = out; *c != 0; c++)
    if (*c == '\'')
      *c = '"';
}

void keep_text(char *out, size_t size, const char *text) {
  assert_true(strlen(text) < size);
  memcpy(out, text, strlen(text) + 1);
}

static json_t *error_of(const raw_client *client) {
  tl_bytes result = raw_result(client, client->asked);
  return json_pack("{s:s, s:i}", "error", raw_error(client, client->asked), "code",
                   (int)tl_load32(result.data + 4));
}

static json_t *value_of(const raw_client *client) {
  tl_bytes result = raw_result(client, client->asked);
  uint16_t type = tg_schema.defs[client->asked_def].type;
  tl_arena arena;
  tl_value value;
  tl_buffer text;
  tl_arena_init(&arena, NULL, 0);
  tl_buffer_init(&text, NULL, 0);
  assert_int_equal(
      tl_decode(&tg_schema, type, result.data, result.size, NULL, &arena, &value, NULL, NULL),
      TL_OK);
  assert_int_equal(tl_json_write(&value, 0, &text, NULL), TL_OK);
  json_t *json = json_loadb((const char *)text.data, text.size, JSON_DECODE_ANY, NULL);
  assert_non_null(json);
  tl_buffer_free(&text);
  tl_arena_free(&arena);
  return json;
}

const json_t *answer_now(raw_client *client) {
  json_decref(client->answer);
  client->answer = NULL;
  if (raw_result(client, client->asked).size >= 4)
    client->answer = raw_error(client, client->asked)[0] != 0 ? error_of(client) : value_of(client);
  return client->answer;
}

/* What a wrapper is around; NULL: it is none. */
static const tl_object *wrapped(const tl_object *request) {
  const tl_def *def = &tg_schema.defs[request->def];
  for (uint16_t i = 0; tg_schema.types[def->type].op == TL_OP_OBJECT && i < def->n_fields; i++) {
    const tl_field *field = &tg_schema.fields[def->field + i];
    if (field->op == TL_OP_OBJECT)
      return (const tl_object *)(const void *)((const char *)request->args + field->offset);
  }
  return NULL;
}

/* The function whose answer will come. */
static uint16_t innermost(const tl_object *request) {
  for (const tl_object *next = request; next != NULL; next = wrapped(next))
    request = next;
  return request->def;
}

const json_t *ask(raw_client *client, const char *format, ...) {
  char text[MOST_TEXT];
  tl_arena arena;
  tl_object request;
  tl_error error = {0};
  va_list args;
  va_start(args, format);
  write_text(text, format, args);
  va_end(args);
  tl_arena_init(&arena, NULL, 0);
  if (tl_json_read_object(&tg_schema, NULL, text, strlen(text), &arena, &request, &error) != TL_OK)
    fail_msg("%s: %s %s", text, error.path, error.text);
  raw_forget(client);
  client->asked_def = innermost(&request);
  client->asked = raw_call(client, TG_LAYER, &request);
  tl_arena_free(&arena);
  return answer_now(client);
}

static const json_t *member(const json_t *at, const char *path) {
  char name[64];
  while (at != NULL && *path != 0) {
    size_t n = strcspn(path, ".");
    dc_copy(name, sizeof name, path, n);
    at =
        json_is_array(at) ? json_array_get(at, strtoul(name, NULL, 10)) : json_object_get(at, name);
    path += path[n] == '.' ? n + 1 : n;
  }
  return at;
}

static const json_t *needed(const json_t *answer, const char *path) {
  const json_t *found = member(answer, path);
  char *all = found == NULL && answer != NULL ? json_dumps(answer, JSON_ENCODE_ANY) : NULL;
  if (found == NULL)
    print_error("no %s in %s\n", path, all == NULL ? "nothing" : all);
  free(all);
  assert_non_null(found);
  return found;
}

const char *text_at(const json_t *answer, const char *path) {
  const char *text = json_string_value(needed(answer, path));
  assert_non_null(text);
  return text;
}

int64_t number_at(const json_t *answer, const char *path) {
  const json_t *found = needed(answer, path);
  if (json_is_string(found))
    return strtoll(json_string_value(found), NULL, 10);
  return json_is_boolean(found) ? json_is_true(found) : json_integer_value(found);
}

static json_t *command(tgdc *dc, const char *text) {
  tl_buffer answer;
  tl_buffer_init(&answer, NULL, 0);
  assert_true(tgdc_control(dc, text, strlen(text), &answer));
  json_t *json = json_loadb((const char *)answer.data, answer.size, 0, NULL);
  assert_non_null(json);
  tl_buffer_free(&answer);
  return json;
}

void control(tgdc *dc, const char *format, ...) {
  char text[MOST_TEXT];
  va_list args;
  va_start(args, format);
  write_text(text, format, args);
  va_end(args);
  json_t *answer = command(dc, text);
  if (!json_is_true(json_object_get(answer, "ok")))
    fail_msg("%s: %s", text, json_string_value(json_object_get(answer, "error")));
  json_decref(answer);
}

/* ' for ", but for text that has none to give. */
static void quote(char out[MOST_TEXT], const char *text) {
  dc_copy(out, MOST_TEXT, text, strlen(text));
  for (char *c = out; *c != 0; c++)
    if (*c == '\'')
      *c = '"';
}

const char *refusal(tgdc *dc, const char *text) {
  static char why[400];
  char quoted[MOST_TEXT];
  quote(quoted, text);
  json_t *answer = command(dc, quoted);
  assert_true(json_is_false(json_object_get(answer, "ok")));
  const char *error = text_at(answer, "error");
  KEEP(why, error);
  json_decref(answer);
  return why;
}

const char *configured(tgdc *dc, const char *config) {
  static char why[400];
  char quoted[MOST_TEXT];
  quote(quoted, config);
  why[0] = 0;
  bool ok = tgdc_configure(dc, quoted, strlen(quoted), why, sizeof why);
  assert_int_equal(ok, why[0] == 0);
  return why;
}

const char *send_code(raw_client *client, const char *phone) {
  const json_t *sent = ask(client,
                           "{'_':'auth.sendCode','phone_number':'%s','api_id':1,'api_hash':'h',"
                           "'settings':{'_':'codeSettings'}}",
                           phone);
  const char *hash = text_at(sent, "phone_code_hash");
  KEEP(client->hash, hash);
  return client->hash;
}

const json_t *sign_in(raw_client *client, const char *phone, const char *hash, const char *code) {
  return ask(client,
             "{'_':'auth.signIn','phone_number':'%s','phone_code_hash':'%s','phone_code':'%s'}",
             phone, hash, code);
}
