/* JSON by hand: what every type looks like, what reading accepts, and every way to be wrong. */
#include "support.h"

#include <jansson.h>
#include <stdio.h>
#include <tg/tg.h>
#include <tl/json.h>

#include "toy_schema.h"

typedef struct json_state {
  tl_buffer text;
  tl_arena arena;
  tl_value value;
  tl_error error;
} json_state;

static int set_up(void **state) {
  json_state *s = calloc(1, sizeof *s);
  tl_buffer_init(&s->text, NULL, 0);
  tl_arena_init(&s->arena, NULL, 0);
  *state = s;
  return 0;
}

static int tear_down(void **state) {
  json_state *s = *state;
  tl_buffer_free(&s->text);
  tl_arena_free(&s->arena);
  free(s);
  return 0;
}

static tl_status read_as(json_state *s, const tl_schema *schema, uint16_t type, const char *json) {
  uint8_t *text = copy_exactly(json, strlen(json));
  tl_status status =
      tl_json_read(schema, type, (const char *)text, strlen(json), &s->arena, &s->value, &s->error);
  free(text);
  if (status != TL_OK) {
    assert_null(s->value.schema);
    assert_int_equal(s->error.status, status);
  }
  return status;
}

static void expect_text(json_state *s, const char *json) {
  assert_int_equal(s->text.size, strlen(json));
  assert_memory_equal(s->text.data, json, s->text.size);
  tl_buffer_clear(&s->text);
}

/* Reads, writes: the text must come out as `written`. */
static void expect(json_state *s, uint16_t type, const char *json, const char *written) {
  if (read_as(s, &toy_schema, type, json) != TL_OK)
    fail_msg("%s: %s: %s", json, s->error.path, s->error.text);
  assert_int_equal(tl_json_write(&s->value, 0, &s->text, &s->error), TL_OK);
  expect_text(s, written);
}

static void expect_failure(json_state *s, uint16_t type, const char *json, tl_status status,
                           const char *path, const char *text) {
  assert_int_equal(read_as(s, &toy_schema, type, json), status);
  assert_string_equal(s->error.path, path);
  if (!strstr(s->error.text, text))
    fail_msg("\"%s\" does not say \"%s\"", s->error.text, text);
}

static void numbers(void **state) {
  json_state *s = *state;
  expect(s, TL_OP_INT, "-2147483648", "-2147483648");
  expect(s, TL_OP_NAT, "4294967295", "4294967295");
  expect(s, TL_OP_LONG, "\"-9223372036854775808\"", "\"-9223372036854775808\"");
  expect(s, TL_OP_LONG, "9223372036854775807", "\"9223372036854775807\"");
  expect(s, TL_OP_BOOL, " true ", "true");
  expect(s, TL_OP_INT128, "\"000102030405060708090A0B0c0d0e0f\"",
         "\"000102030405060708090a0b0c0d0e0f\"");
}

static void numbers_out_of_range(void **state) {
  json_state *s = *state;
  expect_failure(s, TL_OP_INT, "2147483648", TL_ERR_RANGE, "int", "2147483648");
  expect_failure(s, TL_OP_INT, "-2147483649", TL_ERR_RANGE, "int", "32 bits");
  expect_failure(s, TL_OP_NAT, "-1", TL_ERR_RANGE, "#", "-1");
  expect_failure(s, TL_OP_NAT, "4294967296", TL_ERR_RANGE, "#", "32 bits");
  expect_failure(s, TL_OP_LONG, "\"9223372036854775808\"", TL_ERR_RANGE, "long", "64 bits");
  expect_failure(s, TL_OP_LONG, "\"-9223372036854775809\"", TL_ERR_RANGE, "long", "64 bits");
  expect_failure(s, TL_OP_LONG, "9223372036854775808", TL_ERR_RANGE, "", "line 1");
  expect_failure(s, TL_OP_DOUBLE, "1e999", TL_ERR_RANGE, "", "line 1");
}

static void numbers_of_another_kind(void **state) {
  static const char *const longs[] = {"\"\"",    "\"-\"",   "\"+1\"", "\" 1\"", "\"1 \"",
                                      "\"0x1\"", "\"1.0\"", "1.0",    "true",   "[]"};
  json_state *s = *state;
  for (size_t i = 0; i < sizeof longs / sizeof *longs; i++)
    expect_failure(s, TL_OP_LONG, longs[i], TL_ERR_TYPE, "long", "");
  expect_failure(s, TL_OP_INT, "1.5", TL_ERR_TYPE, "int", "a real number where an integer");
  expect_failure(s, TL_OP_INT, "\"1\"", TL_ERR_TYPE, "int", "a string where an integer");
  expect_failure(s, TL_OP_BOOL, "1", TL_ERR_TYPE, "Bool", "true or false");
  expect_failure(s, TL_OP_DOUBLE, "\"1.5\"", TL_ERR_TYPE, "double", "a number");
  expect_failure(s, TL_OP_DOUBLE, "null", TL_ERR_TYPE, "double", "null where a number");
  expect_failure(s, TL_OP_INT128, "\"00\"", TL_ERR_TYPE, "int128", "32 hexadecimal digits");
  expect_failure(s, TL_OP_INT128, "\"g00102030405060708090a0b0c0d0e0f\"", TL_ERR_TYPE, "int128",
                 "32 hexadecimal digits");
  expect_failure(s, TL_OP_INT256, "7", TL_ERR_TYPE, "int256", "a hexadecimal string");
}

static void doubles_keep_every_bit(void **state) {
  static const uint64_t bits[] = {
      0,
      UINT64_C(0x8000000000000000), /* -0 */
      UINT64_C(1),                  /* the smallest */
      UINT64_C(0x7fefffffffffffff), /* the largest */
      UINT64_C(0x3fb999999999999a), /* 0.1 */
      UINT64_C(0x4340000000000000), /* 2^53 */
      UINT64_C(0x43e0000000000000), /* 2^63 */
      UINT64_C(0x7ff0000000000000),
      UINT64_C(0xfff0000000000000),
      UINT64_C(0x7ff8000000000000),
      UINT64_C(0xfff8000000000000),
      UINT64_C(0x7ff0000000000001), /* a signalling NaN */
      UINT64_C(0x7fffffffffffffff),
  };
  json_state *s = *state;
  for (size_t i = 0; i < sizeof bits / sizeof *bits; i++) {
    uint64_t back;
    tl_value value = {&toy_schema, &bits[i], TL_OP_DOUBLE};
    assert_int_equal(tl_json_write(&value, 0, &s->text, NULL), TL_OK);
    assert_int_equal(tl_json_read(&toy_schema, TL_OP_DOUBLE, (const char *)s->text.data,
                                  s->text.size, &s->arena, &s->value, NULL),
                     TL_OK);
    memcpy(&back, s->value.slot, sizeof back);
    assert_true(back == bits[i]);
    tl_buffer_clear(&s->text);
  }
  expect(s, TL_OP_DOUBLE, "0.1", "0.1");
  expect(s, TL_OP_DOUBLE, "3", "3.0");
  expect(s, TL_OP_DOUBLE, "\"-Infinity\"", "\"-Infinity\"");
  expect(s, TL_OP_DOUBLE, "\"NaN\"", "\"NaN\"");
  expect(s, TL_OP_DOUBLE, "\"NaN:fff8000000000000\"", "\"NaN:fff8000000000000\"");
  expect_failure(s, TL_OP_DOUBLE, "\"NaN:0000000000000001\"", TL_ERR_TYPE, "double", "a number");
  expect_failure(s, TL_OP_DOUBLE, "\"NaN:7ff0000000000000\"", TL_ERR_TYPE, "double", "a number");
}

static void strings(void **state) {
  json_state *s = *state;
  tl_string view;
  expect(s, TL_OP_STRING, "\"\"", "\"\"");
  expect(s, TL_OP_STRING, "\"\\u0000a\\u00e9\\ud83d\\ude00\\\"\\\\\\/\\b\\n\\u001f\"",
         "\"\\u0000a\xc3\xa9\xf0\x9f\x98\x80\\\"\\\\/\\u0008\\n\\u001f\"");
  memcpy(&view, s->value.slot, sizeof view);
  assert_int_equal(view.size, 14);
  assert_int_equal(view.data[view.size], 0);
  expect_failure(s, TL_OP_STRING, "5", TL_ERR_TYPE, "string", "an integer where a string");
  expect_failure(s, TL_OP_STRING, "\"\xff\"", TL_ERR_SYNTAX, "", "line 1");
  expect_failure(s, TL_OP_STRING, "\"\\ud800\"", TL_ERR_SYNTAX, "", "line 1");
}

/* proves TL-2 */
static void strings_that_are_not_utf8_survive(void **state) {
  static const char *const wrong[] = {"\xff",
                                      "a\x80",
                                      "\xc0\x80",
                                      "\xe0\x80\x80",
                                      "\xed\xa0\x80",
                                      "\xf0\x80\x80\x80",
                                      "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80",
                                      "\xe2\x82",
                                      "\xc3"};
  json_state *s = *state;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    tl_string view = tl_string_of(wrong[i]), back;
    tl_value value = {&toy_schema, &view, TL_OP_STRING};
    assert_int_equal(tl_json_write(&value, 0, &s->text, NULL), TL_OK);
    assert_memory_equal(s->text.data, "{\"_\":\"bytes\",\"base64\":\"", 23);
    assert_int_equal(tl_json_read(&toy_schema, TL_OP_STRING, (const char *)s->text.data,
                                  s->text.size, &s->arena, &s->value, &s->error),
                     TL_OK);
    memcpy(&back, s->value.slot, sizeof back);
    assert_int_equal(back.size, view.size);
    assert_memory_equal(back.data, view.data, view.size);
    tl_buffer_clear(&s->text);
  }
  expect_failure(s, TL_OP_STRING, "{\"_\":\"bytes\"}", TL_ERR_TYPE, "bytes", "a string");
  expect_failure(s, TL_OP_STRING, "{\"_\":\"bytes\",\"base64\":1}", TL_ERR_TYPE, "bytes", "base64");
  expect_failure(s, TL_OP_STRING, "{\"_\":\"bytes\",\"base64\":\"\",\"x\":1}", TL_ERR_TYPE, "bytes",
                 "a string");
}

static void bytes_are_base64(void **state) {
  json_state *s = *state;
  static const char *const good[] = {"\"\"", "\"AA==\"", "\"AAE=\"", "\"AAEC\"", "\"+/+/AAA=\""};
  static const char *const url[] = {"\"AA\"", "\"AAE\"", "\"-_-_AAA=\"", "\"-_+_AAA\""};
  static const char *const same[] = {"\"AA==\"", "\"AAE=\"", "\"+/+/AAA=\"", "\"+/+/AAA=\""};
  static const char *const bad[] = {"\"A\"",    "\"AA=\"",   "\"A===\"", "\"AA==AA==\"",
                                    "\"A A=\"", "\"AAAAA\"", "\"AA*A\"", "\"AAA\\u0000\"",
                                    "[0]",      "\"====\""};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++)
    expect(s, TL_OP_BYTES, good[i], good[i]);
  for (size_t i = 0; i < sizeof url / sizeof *url; i++)
    expect(s, TL_OP_BYTES, url[i], same[i]);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    expect_failure(s, TL_OP_BYTES, bad[i], TL_ERR_TYPE, "bytes", "base64");
}

static void vectors(void **state) {
  json_state *s = *state;
  expect(s, TOY_TYPE_Vector_int, "[]", "[]");
  expect(s, TOY_TYPE_Vector_int, "[1, -2]", "[1,-2]");
  expect(s, TOY_TYPE_Vector_Vector_long, "[[],[\"5\",6]]", "[[],[\"5\",\"6\"]]");
  expect(s, TOY_TYPE_vector_bare_pair, "[{\"a\":1,\"b\":2}]", "[{\"_\":\"pair\",\"a\":1,\"b\":2}]");
  expect_failure(s, TOY_TYPE_Vector_int, "{}", TL_ERR_TYPE, "Vector<int>", "an array");
  expect_failure(s, TOY_TYPE_Vector_int, "[1,2.5]", TL_ERR_TYPE, "Vector<int>[1]", "an integer");
}

static void objects(void **state) {
  json_state *s = *state;
  expect(s, TOY_TYPE_Tree, "{\"_\":\"leaf\"}", "{\"_\":\"leaf\"}");
  expect(s, TOY_TYPE_Pair, "{\"b\":2,\"_\":\"pair\",\"a\":1}", "{\"_\":\"pair\",\"a\":1,\"b\":2}");
  expect(s, TL_OP_OBJECT, "{\"_\":\"invoke\",\"query\":{\"_\":\"getBool\"}}",
         "{\"_\":\"invoke\",\"query\":{\"_\":\"getBool\"}}");
}

/* proves TL-7 */
static void optional_fields(void **state) {
  json_state *s = *state;
  const char *most =
      "{\"_\":\"words\",\"a\":1,\"b\":\"x\",\"c\":true,\"d\":{\"_\":\"pair\",\"a\":1,"
      "\"b\":2},\"items\":[4],\"more\":[{\"_\":\"leaf\"}],\"e\":true}";
  expect(s, TOY_TYPE_Words, most, most);
  expect(s, TOY_TYPE_Words,
         "{\"a\":null,\"b\":null,\"c\":false,\"d\":null,\"items\":[],\"more\":[],\"e\":null}",
         "{\"_\":\"words\",\"items\":[],\"more\":[]}");
  expect_failure(s, TOY_TYPE_Words, "{\"c\":1,\"items\":[],\"more\":[]}", TL_ERR_TYPE, "Words.c",
                 "true or false");
}

static void a_plain_number_sign_has_a_key_and_may_be_left_out(void **state) {
  json_state *s = *state;
  const char *bare = "{\"_\":\"bare\",\"pairs\":[],\"nested\":[],\"big\":"
                     "\"0000000000000000000000000000000000000000000000000000000000000001\","
                     "\"small\":\"00000000000000000000000000000002\",\"any\":{\"_\":\"leaf\"},"
                     "\"b\":true,\"word\":7,\"opt\":0,\"x\":1.0,\"y\":2.5,"
                     "\"pair\":{\"_\":\"pair\",\"a\":1,\"b\":2},\"nothing\":[{\"_\":\"empty\"}]}";
  expect(s, TOY_TYPE_Bare, bare, bare);
  char less[512];
  const char *word = strstr(bare, "\"word\":7,\"opt\":0,");
  snprintf(less, sizeof less, "%.*s%s", (int)(word - bare), bare, word + 17);
  assert_int_equal(read_as(s, &toy_schema, TOY_TYPE_Bare, less), TL_OK);
  assert_int_equal(((const toy_bare *)tl_value_object(&s->value).args)->word, 0);
}

static void what_is_wrong_is_named(void **state) {
  json_state *s = *state;
  expect_failure(s, TOY_TYPE_Pair, "{\"a\":1}", TL_ERR_MISSING, "Pair", "`b` is missing");
  expect_failure(s, TOY_TYPE_Pair, "{\"a\":1,\"b\":2,\"c\":3}", TL_ERR_NAME, "Pair",
                 "unknown field `c`");
  expect_failure(s, TOY_TYPE_Pair, "{\"a\":1,\"bb\":2}", TL_ERR_NAME, "Pair",
                 "unknown field `bb`; did you mean `b`?");
  expect_failure(s, TOY_TYPE_Pair, "{\"_\":\"pear\",\"a\":1}", TL_ERR_NAME, "pear",
                 "has no `pear`; did you mean `pair`?");
  expect_failure(s, TOY_TYPE_Pair, "{\"_\":\"leaf\"}", TL_ERR_TYPE, "leaf",
                 "leaf is no constructor of Pair");
  expect_failure(s, TOY_TYPE_Tree, "{\"_\":\"pair\",\"a\":1,\"b\":1}", TL_ERR_TYPE, "pair",
                 "pair is no constructor of Tree");
  expect_failure(s, TOY_TYPE_Tree, "{}", TL_ERR_MISSING, "Tree", "without \"_\"");
  expect_failure(s, TOY_TYPE_Tree, "{\"_\":5}", TL_ERR_TYPE, "Tree", "not a string");
  expect_failure(s, TOY_TYPE_Tree, "null", TL_ERR_TYPE, "Tree", "null where an object");
  expect_failure(s, TOY_TYPE_Chain, "{\"_\":\"chain\",\"flags\":1}", TL_ERR_NAME, "chain",
                 "`flags` is computed");
  expect_failure(s, TOY_TYPE_Tree,
                 "{\"_\":\"node\",\"left\":{\"_\":\"leaf\"},\"right\":{\"_\":\"node\","
                 "\"left\":{\"_\":\"x\"}},\"label\":\"\"}",
                 TL_ERR_NAME, "node.right.left", "no `x` (left of node)");
}

static void what_is_not_json_has_a_line_and_a_column(void **state) {
  json_state *s = *state;
  expect_failure(s, TOY_TYPE_Pair, "{\n  \"a\": 1,\n  \"b\" 2}", TL_ERR_SYNTAX, "", "line 3");
  assert_true(s->error.offset > 12);
  expect_failure(s, TOY_TYPE_Pair, "", TL_ERR_SYNTAX, "", "line");
  expect_failure(s, TOY_TYPE_Pair, "{} {}", TL_ERR_SYNTAX, "", "line 1");
  expect_failure(s, TOY_TYPE_Pair, "{\"a\":1,\"a\":1,\"b\":2}", TL_ERR_NAME, "", "duplicate");
}

/* proves TL-14 */
static void depth_is_limited_both_ways(void **state) {
  json_state *s = *state;
  char *json = malloc(100000 * 8 + 1);
  json[0] = 0;
  for (size_t i = 0; i < 300; i++)
    memcpy(json + i * 8, "{\"next\":", 9);
  strcat(json, "{}");
  memset(json + 300 * 8 + 2, '}', 300);
  json[300 * 8 + 302] = 0;
  assert_int_equal(read_as(s, &toy_schema, TOY_TYPE_Chain, json), TL_ERR_DEPTH);
  for (size_t i = 0; i < 100000; i++)
    memcpy(json + i * 8, "{\"next\":", 9);
  assert_int_equal(read_as(s, &toy_schema, TOY_TYPE_Chain, json), TL_ERR_DEPTH);
  free(json);
  toy_chain chain = {NULL};
  chain.next = &chain;
  tl_object object = {&toy_schema, &chain, TOY_DEF_chain};
  assert_int_equal(tl_json_write_object(&object, 0, &s->text, &s->error), TL_ERR_DEPTH);
  assert_int_equal(s->text.size, 0);
}

static void indented_json_has_one_field_a_line(void **state) {
  json_state *s = *state;
  assert_int_equal(read_as(s, &toy_schema, TOY_TYPE_Words,
                           "{\"items\":[1,2],\"more\":[{\"_\":\"leaf\"},{\"_\":\"leaf\"}]}"),
                   TL_OK);
  assert_int_equal(tl_json_write(&s->value, TL_JSON_INDENT, &s->text, NULL), TL_OK);
  expect_text(s, "{\n"
                 "  \"_\": \"words\",\n"
                 "  \"items\": [\n"
                 "    1,\n"
                 "    2\n"
                 "  ],\n"
                 "  \"more\": [\n"
                 "    {\n"
                 "      \"_\": \"leaf\"\n"
                 "    },\n"
                 "    {\n"
                 "      \"_\": \"leaf\"\n"
                 "    }\n"
                 "  ]\n"
                 "}");
}

static void a_name_stands_in_for_a_missing_underscore(void **state) {
  json_state *s = *state;
  tl_object object;
  assert_int_equal(tl_json_read_object(&toy_schema, "pair", "{\"a\":1,\"b\":2}", 13, &s->arena,
                                       &object, &s->error),
                   TL_OK);
  assert_int_equal(object.def, TOY_DEF_pair);
  assert_int_equal(tl_json_read_object(&toy_schema, "leaf", "{\"_\":\"empty\"}", 13, &s->arena,
                                       &object, &s->error),
                   TL_OK);
  assert_int_equal(object.def, TOY_DEF_empty);
  assert_int_equal(tl_json_read_object(&toy_schema, "pear", "{}", 2, &s->arena, &object, &s->error),
                   TL_ERR_NAME);
  assert_int_equal(tl_json_read_object(&toy_schema, NULL, "{}", 2, &s->arena, &object, &s->error),
                   TL_ERR_MISSING);
  assert_int_equal(
      tl_json_read_object(&toy_schema, "pair", "{\"a\":1}", 7, &s->arena, &object, &s->error),
      TL_ERR_MISSING);
  assert_string_equal(s->error.path, "pair");
  assert_null(object.schema);
}

static void what_cannot_be_written_is_an_error(void **state) {
  json_state *s = *state;
  toy_node node = {.left = {TOY_leaf, {NULL}}};
  tl_object object = {&toy_schema, &node, TOY_DEF_node};
  assert_int_equal(tl_buffer_append(&s->text, "keep", 4), TL_OK);
  assert_int_equal(tl_json_write_object(&object, 0, &s->text, &s->error), TL_ERR_MISSING);
  assert_string_equal(s->error.path, "node.right");
  expect_text(s, "keep");
  object.args = NULL;
  assert_int_equal(tl_json_write_object(&object, 0, &s->text, &s->error), TL_ERR_MISSING);
  object.def = 99;
  assert_int_equal(tl_json_write_object(&object, 0, &s->text, &s->error), TL_ERR_TYPE);
  object.schema = NULL;
  assert_int_equal(tl_json_write_object(&object, 0, &s->text, &s->error), TL_ERR_MISSING);
  tl_schema other = toy_schema;
  other.version++;
  object.schema = &other;
  assert_int_equal(tl_json_write_object(&object, 0, &s->text, &s->error), TL_ERR_ABI);
  assert_int_equal(read_as(s, &other, TL_OP_INT, "1"), TL_ERR_ABI);
  assert_int_equal(read_as(s, &toy_schema, TOY_TYPES, "1"), TL_ERR_ARGUMENT);
  assert_int_equal(read_as(s, &toy_schema, TOY_TYPE_repeat_int, "[]"), TL_ERR_ARGUMENT);
}

static void an_array_of_a_fixed_size_has_that_size(void **state) {
  json_state *s = *state;
  expect(s, TOY_TYPE_array_int, "[1,-2,3]", "[1,-2,3]");
  expect_failure(s, TOY_TYPE_array_int, "[1,2]", TL_ERR_RANGE, "array<int>",
                 "an array of 2 elements where 3 must be");
  expect_failure(s, TOY_TYPE_array_int, "[1,2,3,4]", TL_ERR_RANGE, "array<int>",
                 "an array of 4 elements where 3 must be");
}

static void a_full_buffer_is_an_error(void **state) {
  json_state *s = *state;
  int32_t items[100] = {0};
  tl_vector_int ints = {items, 100};
  tl_value value = {&toy_schema, &ints, TOY_TYPE_Vector_int};
  tl_buffer small;
  for (size_t limit = 1; limit < 201; limit++) {
    tl_buffer_init(&small, NULL, limit);
    assert_int_equal(tl_json_write(&value, 0, &small, &s->error), TL_ERR_NOMEM);
    assert_int_equal(small.size, 0);
    tl_buffer_free(&small);
  }
  tl_buffer_init(&small, NULL, 201);
  assert_int_equal(tl_json_write(&value, 0, &small, &s->error), TL_OK);
  tl_buffer_free(&small);
}

/* proves TL-2 */
static void a_string_of_2_to_the_24_is_refused(void **state) {
  json_state *s = *state;
  size_t size = 0x1000000;
  char *json = malloc(size + 2);
  memset(json, 'x', size + 2);
  json[0] = json[size + 1] = '"';
  assert_int_equal(
      tl_json_read(&toy_schema, TL_OP_STRING, json, size + 2, &s->arena, &s->value, &s->error),
      TL_ERR_STRING);
  json[size] = '"';
  assert_int_equal(
      tl_json_read(&toy_schema, TL_OP_STRING, json, size + 1, &s->arena, &s->value, &s->error),
      TL_OK);
  free(json);
}

static int allowed;

static void *failing_malloc(size_t size) {
  return allowed-- > 0 ? malloc(size) : NULL;
}

static void memory_that_ends_while_reading_is_an_error(void **state) {
  json_state *s = *state;
  const char *json = "{\"_\":\"words\",\"a\":1,\"b\":\"x\",\"d\":{\"_\":\"pair\",\"a\":1,\"b\":2},"
                     "\"items\":[4],\"more\":[{\"_\":\"leaf\"}]}";
  tl_status status = TL_ERR_NOMEM;
  for (int after = 0; status != TL_OK; after++) {
    allowed = after;
    json_set_alloc_funcs(failing_malloc, free);
    status = read_as(s, &toy_schema, TOY_TYPE_Words, json);
    json_set_alloc_funcs(malloc, free);
    assert_true(status == TL_OK || status == TL_ERR_NOMEM || status == TL_ERR_SYNTAX);
  }
  failing_allocator failing = {.left = 0};
  tl_allocator allocator = {failing_realloc, &failing};
  tl_arena arena;
  tl_arena_init(&arena, &allocator, 0);
  assert_int_equal(
      tl_json_read(&toy_schema, TOY_TYPE_Words, json, strlen(json), &arena, &s->value, &s->error),
      TL_ERR_NOMEM);
  tl_arena_free(&arena);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(numbers),
      TEST(numbers_out_of_range),
      TEST(numbers_of_another_kind),
      TEST(doubles_keep_every_bit),
      TEST(strings),
      TEST(strings_that_are_not_utf8_survive),
      TEST(bytes_are_base64),
      TEST(vectors),
      TEST(objects),
      TEST(optional_fields),
      TEST(a_plain_number_sign_has_a_key_and_may_be_left_out),
      TEST(what_is_wrong_is_named),
      TEST(what_is_not_json_has_a_line_and_a_column),
      TEST(depth_is_limited_both_ways),
      TEST(indented_json_has_one_field_a_line),
      TEST(a_name_stands_in_for_a_missing_underscore),
      TEST(what_cannot_be_written_is_an_error),
      TEST(an_array_of_a_fixed_size_has_that_size),
      TEST(a_full_buffer_is_an_error),
      TEST(a_string_of_2_to_the_24_is_refused),
      TEST(memory_that_ends_while_reading_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
