/* diag.c: collects diagnostics, and lays one out for reading. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "diag.h"
#include "print.h"

#define MESSAGE_SIZE 400u
#define SHOWN        100u /* characters of a source line */

bool tlp_too_many(const tlp_schema *schema) {
  return schema->severities[TLP_ERROR] > TLP_MAX_ERRORS;
}

static bool add(tlp_schema *schema, tlp_diag diag, const char *message) {
  diag.message = tlp_copy_text(&schema->arena, message, strlen(message));
  tlp_diag *item = tlp_list_add(&schema->arena, &schema->diags, sizeof *item);
  if (!item || !diag.message)
    return false;
  *item = diag;
  schema->severities[diag.severity]++;
  return true;
}

/* Format may put bytes of the source into a message: keep it one line of sane characters. */
static void tidy(char *message) {
  for (; *message; message++) {
    if ((unsigned char)*message < ' ' || *message == 0x7f)
      *message = '?';
  }
}

void tlp_report(tlp_schema *schema, tlp_severity severity, tlp_diag_code code, tlp_pos pos,
                uint32_t length, const char *format, ...) {
  char message[MESSAGE_SIZE];
  va_list args;
  tlp_diag diag = {severity, code, pos, length ? length : 1, NULL};
  if (tlp_too_many(schema))
    return;
  va_start(args, format);
  (void)vsnprintf(message, sizeof message, format, args);
  va_end(args);
  tidy(message);
  if (severity == TLP_ERROR && schema->severities[TLP_ERROR] == TLP_MAX_ERRORS) {
    diag.code = TLP_D_TOO_MANY;
    (void)add(schema, diag, "too many errors; giving up here");
    return;
  }
  (void)add(schema, diag, message);
}

tlp_status tlp_schema_report(tlp_schema *schema, tlp_severity severity, int code, tlp_pos pos,
                             uint32_t length, const char *format, ...) {
  char message[MESSAGE_SIZE];
  va_list args;
  va_start(args, format);
  (void)vsnprintf(message, sizeof message, format, args);
  va_end(args);
  tidy(message);
  tlp_diag diag = {severity, (tlp_diag_code)code, pos, length ? length : 1, NULL};
  return add(schema, diag, message) ? TLP_OK : TLP_ERR_NOMEM;
}

size_t tlp_schema_diag_count(const tlp_schema *schema) {
  return schema->diags.count;
}

const tlp_diag *tlp_schema_diag(const tlp_schema *schema, size_t index) {
  return index < schema->diags.count ? (const tlp_diag *)schema->diags.items + index : NULL;
}

size_t tlp_schema_severity_count(const tlp_schema *schema, tlp_severity severity) {
  return schema->severities[severity];
}

/* ---- layout ---- */

/* The length of the UTF-8 sequence at `text`, or 0 when it is not one to show. */
static size_t sequence_length(const char *text, size_t left) {
  unsigned char c = (unsigned char)*text;
  size_t length = c < 0x80                ? 1
                  : c >= 0xc2 && c < 0xe0 ? 2
                  : c >= 0xe0 && c < 0xf0 ? 3
                  : c >= 0xf0 && c < 0xf5 ? 4
                                          : 0;
  if (!length || length > left || c < ' ' || c == 0x7f)
    return 0;
  for (size_t i = 1; i < length; i++) {
    if (((unsigned char)text[i] & 0xc0) != 0x80)
      return 0;
  }
  return length;
}

static size_t write_shown(tlp_writer *writer, const char *text, size_t left) {
  size_t length = sequence_length(text, left);
  if (length)
    tlp_write(writer, text, length);
  else
    tlp_write_text(writer, *text == '\t' ? " " : "?");
  return length ? length : 1;
}

/* The piece of the source line to show: [from, to), around the bytes from `at` on. */
typedef struct excerpt {
  const char *text;
  size_t from;
  size_t at;
  size_t to;
  size_t line_end;
} excerpt;

static bool find_line(const tlp_file *file, uint32_t line, excerpt *out) {
  const char *at = file->text, *end = file->text + file->length;
  for (uint32_t i = 1; i < line; i++) {
    at = memchr(at, '\n', (size_t)(end - at));
    if (!at)
      return false;
    at++;
  }
  const char *stop = memchr(at, '\n', (size_t)(end - at));
  out->text = at;
  out->line_end = (size_t)((stop ? stop : end) - at);
  return true;
}

static bool is_continuation(const excerpt *line, size_t at) {
  return at < line->line_end && ((unsigned char)line->text[at] & 0xc0) == 0x80;
}

static bool cut(const tlp_file *file, const tlp_diag *diag, excerpt *line) {
  if (!find_line(file, diag->pos.line, line) || diag->pos.column == 0)
    return false;
  line->at = diag->pos.column - 1;
  if (line->at > line->line_end)
    return false;
  while (line->line_end > line->at && line->text[line->line_end - 1] == '\r')
    line->line_end--;
  line->from = line->line_end > SHOWN && line->at > SHOWN / 2 ? line->at - SHOWN / 2 : 0;
  line->to = line->line_end - line->from > SHOWN ? line->from + SHOWN : line->line_end;
  for (int i = 0; i < 4 && line->from < line->at && is_continuation(line, line->from); i++)
    line->from++;
  for (int i = 0; i < 4 && line->to < line->line_end && is_continuation(line, line->to); i++)
    line->to++;
  return true;
}

static void write_excerpt(tlp_writer *writer, const excerpt *line, uint32_t length) {
  size_t columns = 0, marks = 0;
  tlp_write_text(writer, line->from ? "  ..." : "  ");
  for (size_t i = line->from; i < line->to;) {
    columns += i < line->at;
    marks += i >= line->at && i < line->at + length;
    i += write_shown(writer, line->text + i, line->to - i);
  }
  tlp_write_text(writer, line->to < line->line_end ? "...\n" : "\n");
  tlp_write_text(writer, line->from ? "     " : "  ");
  for (size_t i = 0; i < columns; i++)
    tlp_write_text(writer, " ");
  tlp_write_text(writer, "^");
  for (size_t i = 1; i < marks; i++)
    tlp_write_text(writer, "~");
  tlp_write_text(writer, "\n");
}

size_t tlp_diag_format(const tlp_schema *schema, const tlp_diag *diag, char *buffer, size_t size) {
  static const char *const words[] = {"note: ", "warning: ", "error: "};
  tlp_writer writer = {.buffer = buffer, .size = size};
  const tlp_file *file = tlp_schema_file(schema, diag->pos.file);
  char place[32];
  if (file) {
    (void)snprintf(place, sizeof place, ":%u:%u: ", (unsigned)diag->pos.line,
                   (unsigned)diag->pos.column);
    tlp_write_text(&writer, file->name);
    tlp_write_text(&writer, place);
  }
  tlp_write_text(&writer, words[diag->severity]);
  tlp_write_text(&writer, diag->message);
  tlp_write_text(&writer, "\n");
  excerpt line = {0};
  if (file && cut(file, diag, &line))
    write_excerpt(&writer, &line, diag->length);
  tlp_write_end(&writer);
  return writer.length;
}
