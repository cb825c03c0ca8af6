/* texts.c: the descriptions that packages of mtcute carry, as a table. They are others' prose: the
 * table stays with whoever fetches it. */
#include <ctype.h>
#include <string.h>

#include "convert/convert.h"

/* {@link auth.RawSendCodeRequest}: auth.sendCode. Gives what follows. */
static const char *add_link(text *out, const char *at) {
  static const char request[] = "Request";
  size_t length = strcspn(at, "}");
  const char *end = at + length, *raw = strstr(at, "Raw");
  if (raw && raw < end) {
    text_add_n(out, at, (size_t)(raw - at));
    size_t size = (size_t)(end - raw) - 3;
    if (size > sizeof request - 1 &&
        memcmp(end - (sizeof request - 1), request, sizeof request - 1) == 0)
      size -= sizeof request - 1;
    char first = (char)tolower((unsigned char)raw[3]);
    text_add_n(out, &first, size > 0);
    text_add_n(out, raw + 4, size ? size - 1 : 0);
  } else {
    text_add_n(out, at, length);
  }
  return *end ? end + 1 : end;
}

static const char *add_entity(text *out, const char *at) {
  static const struct {
    const char *name;
    const char *text;
  } known[] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    size_t length = strlen(known[i].name);
    if (strncmp(at, known[i].name, length) == 0) {
      text_add(out, known[i].text);
      return at + length;
    }
  }
  text_add(out, "&");
  return at + 1;
}

/* One line of plain text: no tags, no links, no breaks. */
static void add_plain(text *out, const char *at) {
  static const char link[] = "{@link ";
  while (*at) {
    if (*at == '<' && (isalpha((unsigned char)at[1]) || at[1] == '/')) {
      at += strcspn(at, ">");
      at += *at == '>';
    } else if (strncmp(at, link, sizeof link - 1) == 0) {
      at = add_link(out, at + sizeof link - 1);
    } else if (*at == '&') {
      at = add_entity(out, at);
    } else {
      text_add_n(out, isspace((unsigned char)*at) ? " " : at, 1);
      at++;
    }
  }
}

static void add_row(text *out, const char *kind, const char *name, const char *field,
                    const char *comment) {
  if (!name || !comment || !*comment)
    return;
  text_printf(out, "%s\t%s%s%s\t", kind, name, field ? "." : "", field ? field : "");
  add_plain(out, comment);
  text_add(out, "\n");
}

static void add_entry(text *out, const json_t *entry) {
  const char *kind = json_string_value(json_object_get(entry, "kind"));
  const char *name = json_string_value(json_object_get(entry, "name"));
  bool method = kind && strcmp(kind, "method") == 0;
  size_t i;
  const json_t *field;
  add_row(out, method ? "method" : "constructor", name, NULL,
          json_string_value(json_object_get(entry, "comment")));
  json_array_foreach(json_object_get(entry, "arguments"), i, field)
      add_row(out, "field", name, json_string_value(json_object_get(field, "name")),
              json_string_value(json_object_get(field, "comment")));
}

void convert_texts(const convert_package *package, text *out) {
  const json_t *entries = json_object_get(package->schema, "e"), *entry;
  const char *name;
  json_t *value;
  size_t i;
  text_printf(
      out, "# Descriptions, from npm %s %s. Not ours: keep them to yourself.\n# kind\tname\ttext\n",
      package->name, package->version);
  json_array_foreach(entries, i, entry) {
    if (!convert_is_left_out(entries, entry))
      add_entry(out, entry);
  }
  json_object_foreach(json_object_get(package->schema, "u"), name, value)
      add_row(out, "type", name, NULL, json_string_value(value));
  json_object_foreach(json_object_get(package->errors, "errors"), name, value)
      add_row(out, "error", json_string_value(json_object_get(value, "name")), NULL,
              json_string_value(json_object_get(value, "description")));
}
