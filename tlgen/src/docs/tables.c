/* tables.c: what each layer changed, and descriptions, by name. */
#include <stdlib.h>
#include <string.h>

#include "docs/docs.h"

/* Cuts off the next cell of a row. */
static char *cell(char **row) {
  char *start = *row, *end = start + strcspn(start, "\t");
  *row = *end ? end + 1 : end;
  *end = '\0';
  return start;
}

/* Cuts off the next line that is no comment; NULL at the end. */
static char *next_row(char **table) {
  while (*table && **table) {
    char *line = *table, *end = line + strcspn(line, "\n");
    *table = *end ? end + 1 : end;
    *end = '\0';
    if (*line && *line != '#')
      return line;
  }
  return NULL;
}

static docs_layer *layer_of(docs *d, int number) {
  docs_layer *last = d->layers.count ? d->layers.items[d->layers.count - 1] : NULL;
  if (last && last->number == number)
    return last;
  last = mem_alloc(&d->m->pool, sizeof *last);
  last->number = number;
  list_push(&d->m->pool, &d->layers, last);
  return last;
}

static void take_name(docs *d, const char *kind, const char *change, const char *name, int number) {
  void **slot = dict_put(&d->m->pool, &d->history, mem_join(&d->m->pool, kind, " ", name, NULL));
  docs_history *history = *slot;
  if (!history) {
    history = mem_alloc(&d->m->pool, sizeof *history);
    *slot = history;
  }
  if (strcmp(change, "added") == 0)
    *history = (docs_history){number, 0, d->layers.count == 1};
  else if (strcmp(change, "changed") == 0)
    history->changed = number;
}

void docs_read_changes(docs *d, char *table) {
  for (char *row; (row = next_row(&table));) {
    int number = atoi(cell(&row));
    const char *kind = cell(&row), *change = cell(&row), *names = cell(&row);
    docs_layer *layer = layer_of(d, number);
    list_push(&d->m->pool, &layer->rows, mem_join(&d->m->pool, kind, "s ", change, NULL));
    list_push(&d->m->pool, &layer->rows, (void *)(uintptr_t)names);
    for (const char *at = names; *at;) {
      size_t length = strcspn(at, ",");
      take_name(d, kind, change, mem_copy(&d->m->pool, at, length), number);
      at += length + (at[length] == ',');
    }
  }
}

void docs_read_texts(docs *d, char *table) {
  for (char *row; (row = next_row(&table));) {
    const char *kind = cell(&row), *name = cell(&row);
    *dict_put(&d->m->pool, &d->texts, mem_join(&d->m->pool, kind, " ", name, NULL)) = row;
  }
}

const char *docs_text(docs *d, const char *kind, const char *name, const char *field) {
  const char *found =
      dict_get(&d->texts, mem_join(&d->m->pool, kind, " ", name, field ? "." : NULL, field, NULL));
  return found ? found : "";
}

const docs_history *docs_history_of(docs *d, bool function, const char *name) {
  return dict_get(&d->history,
                  mem_join(&d->m->pool, function ? "method " : "constructor ", name, NULL));
}
