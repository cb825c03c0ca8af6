/* Rows of markup and what becomes of it, one JSON object a line, from the file that
 * TGKIT_TEXT_ROWS names: {"mode": "HTML" | "MarkdownV2" | "Markdown", "input", "text",
 * "entities": [{"type", "offset", "length", ...}]} with TDLib's names of types, or "error":
 * {"offset": a number or null}. Without that variable it has nothing to do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after those */
#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "describe.h"

static const char *string_of(const json_t *row, const char *key) {
  const char *text = json_string_value(json_object_get(row, key));
  return text ? text : "";
}

/* false: another mode than the three of the Bot API. */
static bool markup_of(const char *mode, tgkit_markup *out) {
  static const char *const modes[] = {
      [TGKIT_HTML] = "HTML", [TGKIT_MARKDOWN_V2] = "MarkdownV2", [TGKIT_MARKDOWN] = "Markdown"};
  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
    *out = (tgkit_markup)i;
    if (!strcmp(mode, modes[i]))
      return true;
  }
  return false;
}

/* TDLib's name of a type, and the schema's. */
static const char *schema_name(const char *type) {
  static const char *const names[][2] = {{"PreCode", "Pre"},
                                         {"Strikethrough", "Strike"},
                                         {"BlockQuote", "Blockquote"},
                                         {"ExpandableBlockQuote", "Blockquote"},
                                         {"DateTime", "FormattedDate"}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (!strcmp(type, names[i][0]))
      return names[i][1];
  return type;
}

static size_t describe_precision(const json_t *format, const char *key, char shorter, char longer,
                                 char *out) {
  const char *value = string_of(format, key);
  *out = !strcmp(value, "short") ? shorter : longer;
  return !strcmp(value, "short") || !strcmp(value, "long");
}

static void describe_date(const json_t *entity, char *out, size_t size) {
  const json_t *format = json_object_get(entity, "format");
  char letters[8] = "";
  size_t n = 0;
  if (json_is_string(format))
    letters[n++] = 'r';
  if (json_is_object(format)) {
    if (json_is_true(json_object_get(format, "show_day_of_week")))
      letters[n++] = 'w';
    n += describe_precision(format, "date_precision", 'd', 'D', letters + n);
    n += describe_precision(format, "time_precision", 't', 'T', letters + n);
  }
  letters[n] = 0;
  snprintf(out, size, " %lld %s",
           (long long)json_integer_value(json_object_get(entity, "unix_time")), letters);
}

static void describe_rest(const json_t *entity, char *out, size_t size) {
  const char *type = string_of(entity, "type");
  *out = 0;
  if (!strcmp(type, "Pre") || !strcmp(type, "PreCode"))
    snprintf(out, size, " %s", string_of(entity, "language"));
  else if (!strcmp(type, "TextUrl"))
    snprintf(out, size, " %s", string_of(entity, "url"));
  else if (!strcmp(type, "CustomEmoji"))
    snprintf(out, size, " %s", string_of(entity, "custom_emoji_id"));
  else if (!strcmp(type, "MentionName"))
    snprintf(out, size, " %lld", (long long)json_integer_value(json_object_get(entity, "user_id")));
  else if (!strcmp(type, "ExpandableBlockQuote"))
    snprintf(out, size, " collapsed");
  else if (!strcmp(type, "DateTime"))
    describe_date(entity, out, size);
}

static void describe_row(const json_t *row, char *out, size_t size) {
  size_t i;
  json_t *entity;
  *out = 0;
  json_array_foreach(json_object_get(row, "entities"), i, entity) {
    char rest[600];
    size_t n = strlen(out);
    describe_rest(entity, rest, sizeof rest);
    snprintf(out + n, size - n, "%s%s %d+%d%s", i ? ", " : "",
             schema_name(string_of(entity, "type")),
             (int)json_integer_value(json_object_get(entity, "offset")),
             (int)json_integer_value(json_object_get(entity, "length")), rest);
  }
}

static void describe_error(const json_t *error, char *out, size_t size) {
  const json_t *offset = json_object_get(error, "offset");
  snprintf(out, size, "error at %d",
           json_is_integer(offset) ? (int)json_integer_value(offset) : -1);
}

/* Whether the row comes out as it says; says so itself if not. */
static bool check(const json_t *row, tgkit_markup markup) {
  const json_t *input = json_object_get(row, "input"), *error = json_object_get(row, "error");
  char wanted[4096], got[4096];
  mtp_error why;
  tgkit_text text;
  tl_arena arena;
  tl_arena_init(&arena, NULL, 0);
  mtp_status status = tgkit_text_parse(markup, json_string_value(input), json_string_length(input),
                                       &arena, &text, &why);
  if (status == MTP_OK)
    describe_entities(&text, got, sizeof got);
  else
    snprintf(got, sizeof got, "error at %d", (int)why.tl.offset);
  if (error)
    describe_error(error, wanted, sizeof wanted);
  else
    describe_row(row, wanted, sizeof wanted);
  bool same = !strcmp(wanted, got) && (error || !strcmp(text.text.data, string_of(row, "text")));
  if (!same)
    print_error("%s %s\n  wanted: \"%s\" %s\n  got:    \"%s\" %s %s\n", string_of(row, "mode"),
                json_string_value(input), string_of(row, "text"), wanted,
                status ? "" : text.text.data, got, status ? why.text : "");
  tl_arena_free(&arena);
  return same;
}

static void rows_of_a_file_come_out_as_they_say(void **state) {
  static char line[1 << 16];
  const char *path = getenv("TGKIT_TEXT_ROWS");
  FILE *file = path ? fopen(path, "r") : NULL;
  size_t rows = 0, wrong = 0;
  (void)state;
  if (!path)
    skip();
  assert_non_null(file);
  while (fgets(line, sizeof line, file)) {
    json_t *row = json_loads(line, 0, NULL);
    assert_non_null(row);
    tgkit_markup markup;
    if (markup_of(string_of(row, "mode"), &markup)) {
      rows++;
      wrong += !check(row, markup);
    }
    json_decref(row);
  }
  fclose(file);
  print_message("%zu rows, %zu of them wrong\n", rows, wrong);
  assert_int_equal(wrong, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(rows_of_a_file_come_out_as_they_say)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
