/* print.c: the document for people: first what breaks, then what is new. */
#include <string.h>

#include "diff/diff.h"

static const char *text_of(const json_t *entry, const char *key) {
  const char *text = json_string_value(json_object_get(entry, key));
  return text ? text : "";
}

static size_t count(const json_t *document, const char *section, const char *out_list) {
  return json_array_size(json_object_get(json_object_get(document, section), out_list));
}

static void print_counts(const json_t *document, FILE *out) {
  static const char *const sections[] = {"constructors", "functions", "types", "errors"};
  (void)fprintf(
      out, "layer %d -> layer %d\n\n",
      (int)json_integer_value(json_object_get(json_object_get(document, "old"), "layer")),
      (int)json_integer_value(json_object_get(json_object_get(document, "new"), "layer")));
  (void)fprintf(out, "%-14s %7s %7s %7s\n", "", "added", "removed", "changed");
  for (size_t i = 0; i < 4; i++)
    if (json_object_get(document, sections[i]))
      (void)fprintf(out, "%-14s %7zu %7zu %7zu\n", sections[i],
                    count(document, sections[i], "added"), count(document, sections[i], "removed"),
                    count(document, sections[i], "changed"));
}

static void print_field(const json_t *field, FILE *out) {
  const char *change = text_of(field, "change");
  const char *before = text_of(field, "old"), *after = text_of(field, "new");
  (void)fprintf(out, "      %s %s", change, text_of(field, "name"));
  if (*before && *after)
    (void)fprintf(out, ": %s -> %s", before, after);
  else if (*before || *after)
    (void)fprintf(out, ": %s%s", before, after);
  if (*text_of(field, "source"))
    (void)fprintf(out, "  (%s)", text_of(field, "source"));
  (void)fputc('\n', out);
}

static void print_changed(const json_t *entry, FILE *out) {
  size_t i;
  const json_t *field;
  bool kept = json_is_true(json_object_get(entry, "kept_id"));
  (void)fprintf(out, "  ~ %s%s%s\n", text_of(entry, "name"), kept ? "  (the id is the same)" : "",
                json_is_true(json_object_get(entry, "breaks_source")) ? "  C: breaks" : "");
  if (*text_of(entry, "new_type"))
    (void)fprintf(out, "      result: %s -> %s\n", text_of(entry, "old_type"),
                  text_of(entry, "new_type"));
  json_array_foreach(json_object_get(entry, "fields"), i, field) print_field(field, out);
}

static void print_section(const json_t *document, const char *section, FILE *out) {
  const json_t *all = json_object_get(document, section), *entry;
  size_t i;
  if (!count(document, section, "added") && !count(document, section, "removed") &&
      !count(document, section, "changed"))
    return;
  (void)fprintf(out, "\n%s\n", section);
  json_array_foreach(json_object_get(all, "removed"), i, entry)(void)
      fprintf(out, "  - %s = %s\n", text_of(entry, "name"), text_of(entry, "type"));
  json_array_foreach(json_object_get(all, "changed"), i, entry) print_changed(entry, out);
  json_array_foreach(json_object_get(all, "added"), i, entry)(void)
      fprintf(out, "  + %s = %s\n", text_of(entry, "name"), text_of(entry, "type"));
}

static void print_words(const char *lead, const json_t *words, const char *sign, FILE *out) {
  size_t i;
  const json_t *word;
  json_array_foreach(words, i, word)(void)
      fprintf(out, "%s%s%s", i ? ", " : lead, sign, json_string_value(word));
}

static void print_types(const json_t *document, FILE *out) {
  const json_t *all = json_object_get(document, "types"), *entry;
  size_t i;
  (void)fprintf(out, "\ntypes\n");
  print_words("  - ", json_object_get(all, "removed"), "", out);
  if (count(document, "types", "removed"))
    (void)fputc('\n', out);
  json_array_foreach(json_object_get(all, "changed"), i, entry) {
    const char *became = text_of(entry, "became");
    (void)fprintf(out, "  ~ %s: ", text_of(entry, "name"));
    print_words("", json_object_get(entry, "removed"), "-", out);
    print_words(json_array_size(json_object_get(entry, "removed")) ? ", " : "",
                json_object_get(entry, "added"), "+", out);
    if (*became)
      (void)fprintf(out, "\n      became a %s  C: breaks where it is held: ", became);
    print_words("", json_object_get(entry, "held_by"), "", out);
    (void)fputc('\n', out);
  }
  print_words("  + ", json_object_get(all, "added"), "", out);
  if (count(document, "types", "added"))
    (void)fputc('\n', out);
}

static void print_errors(const json_t *document, FILE *out) {
  const json_t *all = json_object_get(document, "errors"), *entry;
  static const char *const lists[][2] = {{"removed", "-"}, {"changed", "~"}, {"added", "+"}};
  size_t i;
  if (!all)
    return;
  (void)fprintf(out, "\nerrors\n");
  for (size_t k = 0; k < 3; k++) {
    json_array_foreach(json_object_get(all, lists[k][0]), i, entry)(void)
        fprintf(out, "%s%s%s", i ? ", " : "  ", lists[k][1], text_of(entry, "name"));
    if (json_array_size(json_object_get(all, lists[k][0])))
      (void)fputc('\n', out);
  }
}

static void print_touched(const json_t *document, FILE *out) {
  const char *name;
  json_t *names;
  if (!json_object_size(json_object_get(document, "touched")))
    return;
  (void)fprintf(out, "\nfunctions in use that are touched\n");
  json_object_foreach(json_object_get(document, "touched"), name, names) {
    (void)fprintf(out, "  %s: ", name);
    print_words("", names, "", out);
    (void)fputc('\n', out);
  }
}

static void print_lines(const json_t *document, FILE *out) {
  size_t i;
  const json_t *line;
  if (!json_object_get(document, "lines"))
    return;
  (void)fprintf(out, "\nlines\n");
  json_array_foreach(json_object_get(document, "lines"), i, line)(void)
      fprintf(out, "  %s:%d:%d: %s%s\n", text_of(line, "file"),
              (int)json_integer_value(json_object_get(line, "line")),
              (int)json_integer_value(json_object_get(line, "column")), text_of(line, "reason"),
              json_is_true(json_object_get(line, "certain")) ? "" : " (perhaps)");
  if (!i)
    (void)fprintf(out, "  none\n");
}

void diff_print(const json_t *document, FILE *out) {
  print_counts(document, out);
  if (json_array_size(json_object_get(document, "kept_id"))) {
    print_words("\nchanged under the same id: ", json_object_get(document, "kept_id"), "", out);
    (void)fputc('\n', out);
  }
  print_lines(document, out);
  print_touched(document, out);
  print_types(document, out);
  print_section(document, "constructors", out);
  print_section(document, "functions", out);
  print_errors(document, out);
  (void)fprintf(out, "\nprograms in C: %s\n",
                json_is_true(json_object_get(document, "compatible"))
                    ? "compile as they are"
                    : "some lines do not compile any more (C: breaks)");
}
