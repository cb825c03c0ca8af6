/* Answers on their way out: one line of JSON each, without secrets. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "serve/serve.h"

json_t *serve_error(int code, const char *message, json_t *data) {
  json_t *error = json_pack("{s:i, s:s}", "code", code, "message", message);
  if (data)
    json_object_set_new(error, "data", data);
  return error;
}

json_t *serve_failed(const mtp_error *error) {
  json_t *data = describe_error(error);
  const char *name = json_string_value(json_object_get(data, "name"));
  const char *text = json_string_value(json_object_get(data, "text"));
  bool usage = error->status == MTP_ERR_ARGUMENT || error->status == MTP_ERR_ENCODE;
  return serve_error(usage ? RPC_PARAMS : RPC_FAILED,
                     text && *text ? text
                     : name        ? name
                                   : "it failed",
                     data);
}

static void write_all(server *s, const char *text, size_t size) {
  while (size > 0 && s->out >= 0) {
    ssize_t n = write(s->out, text, size);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) {
      s->unwritable = n < 0 ? errno : EIO;
      s->out = -1;
    } else
      text += n, size -= (size_t)n;
  }
}

void serve_write(server *s, json_t *message) {
  if (s->batch && json_object_get(message, "id")) {
    json_array_append_new(s->batch, message);
    return;
  }
  serve_redact(message);
  char *text = json_dumps(message, JSON_COMPACT | JSON_ENSURE_ASCII);
  json_t *id = json_incref(json_object_get(message, "id"));
  json_decref(message);
  if (text && strlen(text) < SERVE_LINE) {
    write_all(s, text, strlen(text));
    write_all(s, "\n", 1);
  } else if (id) {
    serve_answer(s, id, false, NULL,
                 serve_error(RPC_INTERNAL, "the answer has more than 10 MiB, or no room", NULL));
  }
  json_decref(id);
  free(text);
}

/* The result of tools/call: what went wrong is told the model, not the program. */
static json_t *tool_result(json_t *result, json_t *error) {
  json_t *shown = error ? json_pack("{s:O}", "error", error) : json_incref(result);
  if (shown && !json_is_object(shown))
    shown = json_pack("{s:o}", "value", shown);
  serve_redact(shown); /* before it is text inside of text */
  char *text = json_dumps(shown, JSON_COMPACT | JSON_ENSURE_ASCII);
  json_t *out = json_pack("{s:[{s:s, s:s}], s:o}", "content", "type", "text", "text",
                          text ? text : "", "structuredContent", shown);
  if (error)
    json_object_set_new(out, "isError", json_true());
  free(text);
  json_decref(result);
  json_decref(error);
  return out;
}

void serve_answer(server *s, const json_t *id, bool as_tool, json_t *result, json_t *error) {
  if (!id) {
    json_decref(result);
    json_decref(error);
    return;
  }
  if (as_tool) {
    result = tool_result(result, error);
    error = NULL;
  }
  json_t *message = json_pack("{s:s, s:o}", "jsonrpc", "2.0", "id", json_deep_copy(id));
  if (error)
    json_object_set_new(message, "error", error);
  else
    json_object_set_new(message, "result", result ? result : json_object());
  serve_write(s, message);
}
