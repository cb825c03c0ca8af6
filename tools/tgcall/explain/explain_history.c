/* Since when a definition exists: from the table of what each layer changed. */
#include <stdlib.h>
#include <string.h>

#include "explain.h"

static bool has_name(const char *names, size_t size, const char *name) {
  size_t length = strlen(name);
  for (const char *at = names, *end = names + size; at < end;) {
    size_t word = strcspn(at, ",\n");
    if (word == length && memcmp(at, name, length) == 0)
      return true;
    at += word + 1;
  }
  return false;
}

/* One row: layer, kind, change, names. */
static void take_row(explain_history *history, const char *row, const char *name, bool function,
                     bool first) {
  static const char *const kinds[] = {"constructor\t", "method\t"};
  char *rest;
  int layer = (int)strtol(row, &rest, 10);
  const char *kind = kinds[function];
  if (*rest != '\t' || strncmp(rest + 1, kind, strlen(kind)) != 0)
    return;
  const char *change = rest + 1 + strlen(kind), *names = strchr(change, '\t');
  if (!names || !has_name(names + 1, strcspn(names + 1, "\n"), name))
    return;
  if (strncmp(change, "added", 5) == 0)
    *history = (explain_history){layer, 0, first};
  else if (strncmp(change, "changed", 7) == 0)
    history->changed = layer;
}

explain_history explain_history_of(const char *name, bool function) {
  explain_history history = {0, 0, false};
  long oldest = 0;
  for (const char *row = tgcall_changes; *row; row += strcspn(row, "\n"), row += *row == '\n') {
    if (*row == '#')
      continue;
    if (!oldest)
      oldest = strtol(row, NULL, 10);
    take_row(&history, row, name, function, strtol(row, NULL, 10) == oldest);
  }
  return history;
}
