/* Building the text and the path of an error. */
#include "trace.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { PATH_END = sizeof((tl_error *)0)->path - 1 };

void tl_trace_fail(tl_trace *trace, tl_status status, uint32_t id, size_t offset,
                   const char *format, ...) {
  memset(trace, 0, sizeof *trace);
  trace->error.status = status;
  trace->error.id = id;
  trace->error.offset = offset;
  trace->start = PATH_END;
  va_list args;
  va_start(args, format);
  vsnprintf(trace->error.text, sizeof trace->error.text, format, args);
  va_end(args);
}

/* As much of the end of `text` as there is room for. */
static void prepend(tl_trace *trace, const char *text) {
  size_t size = strlen(text);
  if (trace->cut)
    return;
  if (size > trace->start) {
    text += size - trace->start;
    size = trace->start;
    trace->cut = true;
  }
  trace->start -= size;
  memcpy(trace->error.path + trace->start, text, size);
}

static void say_where(tl_trace *trace, const char *def, const char *field) {
  char *text = trace->error.text;
  size_t size = strlen(text), room = sizeof trace->error.text - size;
  trace->placed = true;
  snprintf(text + size, room, " (%s of %s)", field, def);
}

void tl_trace_field(tl_trace *trace, const tl_schema *schema, const tl_def *def,
                    const tl_field *field) {
  const char *name = tl_field_name(schema, field);
  if (!trace->placed)
    say_where(trace, schema->names + def->name, name);
  prepend(trace, name);
  prepend(trace, ".");
}

void tl_trace_index(tl_trace *trace, size_t index) {
  char text[32];
  snprintf(text, sizeof text, "[%zu]", index);
  prepend(trace, text);
}

tl_status tl_trace_finish(tl_trace *trace, const char *root, tl_error *error) {
  prepend(trace, root);
  char *path = trace->error.path;
  memmove(path, path + trace->start, PATH_END - trace->start);
  path[PATH_END - trace->start] = 0;
  if (trace->cut)
    memcpy(path, "...", 3);
  if (error)
    *error = trace->error;
  return trace->error.status;
}

tl_status tl_trace_refuse(tl_error *error, tl_status status, const char *text) {
  if (error) {
    memset(error, 0, sizeof *error);
    error->status = status;
    snprintf(error->text, sizeof error->text, "%s", text);
  }
  return status;
}

tl_status tl_trace_check_value(const tl_value *value, tl_error *error) {
  if (!value->schema || !value->slot)
    return tl_trace_refuse(error, TL_ERR_MISSING, "no value");
  if (value->schema->version != TL_TABLE_VERSION)
    return tl_trace_refuse(error, TL_ERR_ABI, "the tables are of another version than libtl");
  if (value->type >= value->schema->n_types)
    return tl_trace_refuse(error, TL_ERR_TYPE, "the schema has no such type");
  return TL_OK;
}
