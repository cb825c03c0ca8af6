/* wrap.c: breaks long lines of C. */
#include "base/wrap.h"

#include <stdbool.h>
#include <string.h>

enum { COLUMNS = 100, CONTINUED = 4 };

static size_t indent_of(const char *line, size_t length) {
  size_t indent = 0;
  while (indent < length && line[indent] == ' ')
    indent++;
  return indent;
}

/* Where in the line the next one may start, so that `columns` are kept; 0 for nowhere. What stands
 * in quotes is not looked into. */
static size_t find_break(const char *line, size_t columns) {
  size_t comma = 0, space = 0, parenthesis = 0, star = 0;
  bool quoted = false;
  for (size_t i = 1; i <= columns; i++) {
    if (line[i - 1] == '"' && (i == 1 || line[i - 2] != '\\'))
      quoted = !quoted;
    if (quoted)
      continue;
    if (line[i] == ' ' && (line[i + 1] == '*' || line[i + 1] == '{'))
      star = i + 1;
    else if (line[i] == ' ' && (i < 2 || strncmp(line + i - 2, "/*", 2) != 0))
      *(line[i - 1] == ',' ? &comma : &space) = i + 1;
    else if (line[i - 1] == '(' && line[i] != ')')
      parenthesis = i;
  }
  if (comma > columns / 2)
    return comma;
  return parenthesis ? parenthesis : space > comma ? space : comma ? comma : star;
}

static void add_long_line(text *t, const char *line, size_t length) {
  size_t indent = indent_of(line, length), at = indent;
  bool directive = line[indent] == '#';
  text_add_n(t, line, indent);
  line += indent;
  length -= indent;
  while (length + at > COLUMNS) {
    size_t cut = find_break(line, COLUMNS - at - (directive ? 2 : 0));
    if (!cut)
      break;
    text_add_n(t, line, cut - (line[cut - 1] == ' '));
    text_add(t, directive ? " \\\n" : "\n");
    at = indent + CONTINUED;
    for (size_t i = 0; i < at; i++)
      text_add_n(t, " ", 1);
    line += cut;
    length -= cut;
  }
  text_add_n(t, line, length);
}

void text_add_wrapped(text *t, const char *source) {
  const char *from = source; /* what was not appended yet */
  while (*source) {
    size_t length = strcspn(source, "\n");
    if (length > COLUMNS && strncmp(source, " *", 2) != 0 && strncmp(source, "/*", 2) != 0) {
      text_add_n(t, from, (size_t)(source - from));
      add_long_line(t, source, length);
      from = source + length;
    }
    source += length + (source[length] == '\n');
  }
  text_add_n(t, from, (size_t)(source - from));
}
