/* invoke and explain. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tl/suggest.h>

#include "explain/explain.h"
#include "request.h"
#include "serve/serve.h"

static const char *text_of(const json_t *params, const char *name, json_t **error) {
  const char *text = json_string_value(json_object_get(params, name));
  char message[80];
  snprintf(message, sizeof message, "params need \"%s\", a text", name);
  if (!text)
    *error = serve_error(RPC_PARAMS, message, NULL);
  return text;
}

static json_t *wrong(const char *format, const char *a, const char *b) {
  char text[1024];
  snprintf(text, sizeof text, format, a, b);
  return serve_error(RPC_PARAMS, text, NULL);
}

static json_t *call(server *s, const tl_object *object, json_t **error) {
  mtp_error failed;
  mtp_reply *reply;
  if (mtp_call_sync(tgauth_client(s->t.auth), object, NULL, &reply, &failed) != MTP_OK) {
    *error = serve_failed(&failed);
    return NULL;
  }
  json_t *result = json_of_value(mtp_reply_value(reply));
  mtp_reply_free(reply);
  if (!result)
    *error = serve_error(RPC_INTERNAL, "out of memory", NULL);
  return result;
}

/* The request as an object; whom it names was put in. */
static json_t *call_json(server *s, const char *method, const json_t *request, json_t **error) {
  char *text = json_dumps(request, JSON_COMPACT | JSON_REAL_PRECISION(17));
  tl_arena arena;
  tl_object object;
  tl_error why = {0};
  json_t *result = NULL;
  tl_arena_init(&arena, NULL, 0);
  if (text &&
      tl_json_read_object(&tg_schema, method, text, strlen(text), &arena, &object, &why) == TL_OK)
    result = call(s, &object, error);
  else
    *error = wrong("%s: %s", why.path, why.text);
  tl_arena_free(&arena);
  free(text);
  return result;
}

json_t *serve_invoke(server *s, const json_t *params, json_t **error) {
  const char *method = text_of(params, "method", error);
  const json_t *given = json_object_get(params, "params");
  mtp_error failed;
  if (!method)
    return NULL;
  uint16_t def = tl_find_name(&tg_schema, method, strlen(method));
  if (def == TL_NONE || !tg_schema.defs[def].function) {
    const char *meant = tl_suggest_definition(&tg_schema, method);
    *error = wrong(meant ? "no method \"%s\"; did you mean \"%s\"?" : "no method \"%s\"%s", method,
                   meant ? meant : "");
    return NULL;
  }
  if (!serve_allows(s, method)) {
    *error = wrong("%s is not allowed here%s", method, "");
    json_object_set_new(*error, "code", json_integer(RPC_FORBIDDEN));
    return NULL;
  }
  if (given && !json_is_object(given)) {
    *error = wrong("the params of %s are no object%s", method, "");
    return NULL;
  }
  json_t *request = given ? json_deep_copy(given) : json_object();
  json_t *result = NULL;
  if (put_peers(&s->t, request, def, &failed) == MTP_OK)
    result = call_json(s, method, request, error);
  else
    *error = serve_failed(&failed);
  json_decref(request);
  return result;
}

json_t *serve_explain(server *s, const json_t *params, json_t **error) {
  const char *name = text_of(params, "name", error);
  char *text = NULL;
  size_t size = 0;
  (void)s;
  if (!name)
    return NULL;
  FILE *out = open_memstream(&text, &size);
  bool found = out && explain_write(out, name, false);
  if (out)
    fclose(out);
  json_t *result = found ? json_pack("{s:s}", "text", text) : NULL;
  const char *meant = found ? NULL : explain_suggest(name);
  if (!found)
    *error = wrong(meant ? "the schema has no \"%s\"; did you mean \"%s\"?"
                         : "the schema has no \"%s\"%s",
                   name, meant ? meant : "");
  free(text);
  return result;
}
