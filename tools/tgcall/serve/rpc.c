/* Requests of JSON-RPC 2.0 (https://www.jsonrpc.org/specification), those of the Model Context
 * Protocol among them (https://modelcontextprotocol.io/specification). */
#include <stdio.h>
#include <string.h>

#include "serve/serve.h"

/* ---- MCP ---- */

static json_t *initialize(server *s, const json_t *params, json_t **error) {
  static const char *const versions[] = {"2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05",
                                         "2024-10-07"};
  const char *asked = json_string_value(json_object_get(params, "protocolVersion"));
  const char *version = versions[0];
  (void)s, (void)error;
  for (size_t i = 0; asked && i < sizeof versions / sizeof *versions; i++)
    if (strcmp(asked, versions[i]) == 0)
      version = versions[i];
  return json_pack("{s:s, s:{s:{}}, s:{s:s, s:s}, s:s}", "protocolVersion", version, "capabilities",
                   "tools", "serverInfo", "name", "tgcall", "version", TGCALL_VERSION,
                   "instructions",
                   "Telegram's API over one account. explain tells what a method takes.");
}

static json_t *ping(server *s, const json_t *params, json_t **error) {
  (void)s, (void)params, (void)error;
  return json_object();
}

/* A call that waited for the lease to come back would look as if it hung. */
static bool may_run(const server *s, const tool *one, json_t **error) {
  mtp_error lost = {.status = MTP_ERR_STORE, .method = TL_NONE};
  int64_t left = one->offline ? 1 : tgauth_lease_ms(s->t.auth);
  if (left > 0)
    return true;
  snprintf(lost.text, sizeof lost.text, "the lease on the session %s",
           left < 0 ? "is lost: another process has taken the session over"
                    : "has run out, and could not be renewed yet");
  *error = serve_failed(&lost);
  return false;
}

static json_t *run_tool(server *s, const tool *one, const json_t *params, json_t **error) {
  return may_run(s, one, error) ? one->run(s, params, error) : NULL;
}

static json_t *list_tools(server *s, const json_t *params, json_t **error) {
  json_t *list = json_array();
  const tool *one;
  (void)s, (void)params, (void)error;
  for (size_t i = 0; (one = serve_tool_at(i)); i++)
    json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "name", one->name, "description",
                                          one->description, "inputSchema",
                                          json_loads(one->schema, 0, NULL)));
  return json_pack("{s:o}", "tools", list);
}

static json_t *call_tool(server *s, const json_t *params, json_t **error) {
  const char *name = json_string_value(json_object_get(params, "name"));
  const tool *one = name ? serve_tool(name) : NULL;
  if (!one) {
    *error = serve_error(RPC_PARAMS, "no tool of that name", NULL);
    return NULL;
  }
  s->as_tool = true;
  return run_tool(s, one, json_object_get(params, "arguments"), error);
}

static json_t *cancelled(server *s, const json_t *params, json_t **error) {
  (void)error;
  serve_cancel(s, json_object_get(params, "requestId"));
  return NULL;
}

static const struct {
  const char *name;
  tool_run run;
} methods[] = {{"initialize", initialize},
               {"ping", ping},
               {"tools/list", list_tools},
               {"tools/call", call_tool},
               {"notifications/cancelled", cancelled}};

static tool_run run_of(const char *name) {
  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
    if (strcmp(methods[i].name, name) == 0)
      return methods[i].run;
  return NULL;
}

/* ---- JSON-RPC ---- */

static void refuse(server *s, const json_t *id, int code, const char *text) {
  json_t *null = json_null();
  serve_answer(s, id ? id : null, false, NULL, serve_error(code, text, NULL));
}

/* One that was understood. Without id nothing is answered. */
static void carry_out(server *s, const char *method, const json_t *params, const json_t *id) {
  json_t *error = NULL;
  tool_run run = run_of(method);
  const tool *one = run ? NULL : serve_tool(method);
  if (!run && !one) {
    if (id)
      refuse(s, id, RPC_METHOD, "no such method");
    return;
  }
  s->id = id;
  s->as_tool = false;
  json_t *result = one ? run_tool(s, one, params, &error) : run(s, params, &error);
  bool as_tool = s->as_tool;
  s->id = NULL;
  if (result || error)
    serve_answer(s, id, as_tool, result, error);
}

static void take(server *s, const json_t *message) {
  const json_t *id = json_object_get(message, "id"), *params = json_object_get(message, "params");
  const json_t *method = json_object_get(message, "method");
  const char *version = json_string_value(json_object_get(message, "jsonrpc"));
  bool answer =
      !method && (json_object_get(message, "result") || json_object_get(message, "error"));
  if (answer)
    return; /* we ask nothing */
  if (id && !json_is_string(id) && !json_is_number(id) && !json_is_null(id))
    id = NULL, method = NULL;
  if (!version || strcmp(version, "2.0") != 0 || !json_is_string(method))
    refuse(s, id, RPC_REQUEST, "this is no request of JSON-RPC 2.0");
  else if (params && !json_is_object(params))
    refuse(s, id, RPC_PARAMS, "params are taken by name: an object");
  else
    carry_out(s, json_string_value(method), params, id);
}

/* Answers of a batch are told together; of notifications alone nothing is. */
static void take_batch(server *s, const json_t *list) {
  size_t i;
  const json_t *one;
  s->batch = json_array();
  json_array_foreach(list, i, one) take(s, one);
  json_t *answers = s->batch;
  s->batch = NULL;
  if (json_array_size(answers))
    serve_write(s, answers);
  else
    json_decref(answers);
}

void serve_line(server *s, const char *line, size_t size) {
  size_t blank = strspn(line, " \t\r");
  if (blank >= size)
    return;
  json_t *message = json_loadb(line, size, JSON_ALLOW_NUL | JSON_DECODE_ANY, NULL);
  if (!message)
    refuse(s, NULL, RPC_PARSE, "this line is no JSON");
  else if (json_is_array(message) && json_array_size(message))
    take_batch(s, message);
  else
    take(s, message);
  json_decref(message);
}
