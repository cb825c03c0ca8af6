/* Parameters from the command line: JSON, field=text and field:=JSON, and people by name. */
#include "request.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- words ---- */

static json_t *parse(const char *text, size_t size, const char *what) {
  json_error_t wrong;
  json_t *value = json_loadb(text, size, JSON_DECODE_ANY | JSON_ALLOW_NUL, &wrong);
  if (!value)
    usage_error("%s is no JSON: %s, at byte %d", what, wrong.text, wrong.position);
  return value;
}

/* field=text or field:=JSON. */
static bool put_word(json_t *into, const char *word) {
  const char *equals = strchr(word, '=');
  bool json = equals && equals > word && equals[-1] == ':';
  size_t size = equals ? (size_t)(equals - word) - json : 0;
  if (size == 0 || size > 64)
    return usage_error("\"%s\" is not field=text, nor field:=JSON", word), false;
  char field[65];
  memcpy(field, word, size);
  field[size] = '\0';
  if (json_object_get(into, field))
    return usage_error("\"%s\" is given twice", field), false;
  if (!check_text(field, equals + 1, strlen(equals + 1)))
    return false;
  json_t *value = json ? parse(equals + 1, strlen(equals + 1), field) : json_string(equals + 1);
  return value && json_object_set_new(into, field, value) == 0;
}

static bool append(tl_buffer *out, const char *text) {
  return text && tl_buffer_append(out, text, strlen(text)) == TL_OK;
}

static bool is_json(const char *word) {
  word += strspn(word, " \t\r\n");
  return *word == '{' || *word == '[' || !strchr(word, '=');
}

/* Something that says all of the request by itself: nothing may follow. */
static bool is_whole(const char *word) {
  return strcmp(word, "-") == 0 || *word == '@' || (is_json(word) && strpbrk(word, "{["));
}

static bool read_words(const char *const *words, size_t n, tl_buffer *out) {
  json_t *all = json_object();
  bool ok = all != NULL;
  for (size_t i = 0; ok && i < n; i++)
    ok = put_word(all, words[i]);
  char *text = ok ? json_dumps(all, JSON_COMPACT | JSON_REAL_PRECISION(17)) : NULL;
  ok = append(out, text);
  free(text);
  json_decref(all);
  return ok;
}

static int from_file(const char *path, tl_buffer *out) {
  int status = read_file(path, out);
  out->size -= status == EXIT_OK; /* the NUL behind it */
  return status;
}

int request_json(const char *const *words, size_t n, tl_buffer *out) {
  if (n > 1 && is_whole(words[0]))
    return usage_error("\"%s\" is surplus: the request is whole before it", words[1]);
  if (n == 1 && strcmp(words[0], "-") == 0)
    return read_stream(STDIN_FILENO, out);
  if (n == 1 && *words[0] == '@')
    return from_file(words[0] + 1, out);
  bool ok = n == 0                        ? append(out, "{}")
            : n == 1 && is_json(words[0]) ? append(out, words[0])
                                          : read_words(words, n, out);
  return ok ? EXIT_OK : EXIT_USAGE;
}

/* ---- people ---- */

/* A kind of somebody, and what stands for it while nobody was asked. */
typedef enum input_kind { NO_INPUT, INPUT_PEER, INPUT_USER, INPUT_CHANNEL } input_kind;

static const char *const input_names[] = {"", "InputPeer", "InputUser", "InputChannel"};

static input_kind input_of(const tl_type *type) {
  const char *name = tg_schema.names + type->name;
  for (int kind = INPUT_PEER; kind <= INPUT_CHANNEL; kind++)
    if (strcmp(name, input_names[kind]) == 0)
      return (input_kind)kind;
  return NO_INPUT;
}

/* What is done where a string means somebody. */
typedef struct visitor {
  mtp_status (*visit)(struct visitor *v, input_kind kind, const char *who, json_t **out);
  talk *t;
  bool found;
  mtp_error *error;
} visitor;

static mtp_status walk(visitor *v, json_t *object, uint16_t def);

/* *value is borrowed; *out a new one to be put in its place, or NULL. */
static mtp_status walk_value(visitor *v, json_t *value, uint16_t index, json_t **out) {
  const tl_type *type = &tg_schema.types[index];
  input_kind kind = input_of(type);
  mtp_status status = MTP_OK;
  size_t i;
  json_t *item;
  if (kind && json_is_string(value))
    return v->visit(v, kind, json_string_value(value), out);
  if (json_is_array(value) && (type->op == TL_OP_VECTOR || type->op == TL_OP_BARE_VECTOR)) {
    json_array_foreach(value, i, item) {
      json_t *other = NULL;
      status = walk_value(v, item, type->arg, &other);
      if (other)
        json_array_set_new(value, i, other);
      if (status != MTP_OK)
        return status;
    }
  }
  const char *name = json_string_value(json_object_get(value, "_"));
  uint16_t def = name ? tl_find_name(&tg_schema, name, strlen(name)) : TL_NONE;
  return def == TL_NONE ? status : walk(v, value, def);
}

static mtp_status walk(visitor *v, json_t *object, uint16_t def) {
  const tl_def *d = &tg_schema.defs[def];
  mtp_status status = MTP_OK;
  for (uint16_t i = 0; status == MTP_OK && i < d->n_fields; i++) {
    const tl_field *field = &tg_schema.fields[d->field + i];
    const char *name = tl_field_name(&tg_schema, field);
    json_t *value = json_object_get(object, name), *other = NULL;
    if (value && field->op != TL_OP_WORD)
      status = walk_value(v, value, field->type, &other);
    if (other)
      json_object_set_new(object, name, other);
  }
  return status;
}

static mtp_status note(visitor *v, input_kind kind, const char *who, json_t **out) {
  (void)kind, (void)who, (void)out;
  v->found = true;
  return MTP_OK;
}

bool names_somebody(const json_t *request, uint16_t def) {
  visitor v = {.visit = note};
  json_t *same = json_incref((json_t *)(uintptr_t)request); /* note() changes nothing */
  (void)walk(&v, same, def);
  json_decref(same);
  return v.found;
}

/* An input as JSON. */
static json_t *json_of(const tgkit_input *input, input_kind kind) {
  const void *slots[] = {NULL, &input->peer, &input->user, &input->channel};
  const char *name = input_names[kind];
  tl_value value = {&tg_schema, slots[kind], tl_find_type(&tg_schema, name, strlen(name))};
  return json_of_value(&value);
}

static mtp_status refuse(mtp_error *error, const char *who, input_kind kind) {
  *error = (mtp_error){.status = MTP_ERR_ARGUMENT, .method = TL_NONE};
  snprintf(error->text, sizeof error->text, "\"%s\" makes no %s", who, input_names[kind]);
  return error->status;
}

static mtp_status stand_in(visitor *v, input_kind kind, const char *who, json_t **out) {
  static const char *const nobody[] = {"", "inputPeerSelf", "inputUserSelf", "inputChannelEmpty"};
  (void)who;
  *out = json_pack("{s:s}", "_", nobody[kind]);
  return *out ? MTP_OK : refuse(v->error, who, kind);
}

static mtp_status look_up(visitor *v, input_kind kind, const char *who, json_t **out) {
  tgkit_input input;
  mtp_status status = whom(v->t, who, &input, v->error);
  if (status != MTP_OK)
    return status;
  bool fits = kind == INPUT_PEER || (kind == INPUT_USER && input.user.kind) ||
              (kind == INPUT_CHANNEL && input.channel.kind);
  *out = fits ? json_of(&input, kind) : NULL;
  return *out ? MTP_OK : refuse(v->error, who, kind);
}

mtp_status put_peers(talk *t, json_t *request, uint16_t def, mtp_error *error) {
  visitor v = {.visit = t ? look_up : stand_in, .t = t, .error = error};
  return walk(&v, request, def);
}
