/* Every constructor and function of the generated schemas through JSON and back; printing. */
#include "support.h"

#include <math.h>
#include <mt/mt.h>
#include <tg/tg.h>
#include <tl/json.h>

#include "random_object.h"
#include "toy_schema.h"

static const tl_schema *const schemas[] = {&tg_schema, &mt_schema, &toy_schema};

/* JSON, indented or not, gives the object back, and the bytes. */
static void check_json(const tl_object *object, int flags, tl_arena *arena) {
  tl_buffer text, bytes, again;
  tl_object back;
  tl_error error;
  tl_buffer_init(&text, NULL, 0);
  tl_buffer_init(&bytes, NULL, 0);
  tl_buffer_init(&again, NULL, 0);
  assert_int_equal(tl_json_write_object(object, flags, &text, &error), TL_OK);
  assert_true(memchr(text.data, '\n', text.size) ? flags == TL_JSON_INDENT : true);
  if (tl_json_read_object(object->schema, NULL, (const char *)text.data, text.size, arena, &back,
                          &error) != TL_OK)
    fail_msg("%.*s\n%s: %s", (int)text.size, (const char *)text.data, error.path, error.text);
  assert_true(objects_equal(object, &back));
  must_encode(object, &bytes);
  must_encode(&back, &again);
  assert_int_equal(bytes.size, again.size);
  assert_memory_equal(bytes.data, again.data, bytes.size);
  tl_buffer_free(&text);
  tl_buffer_free(&bytes);
  tl_buffer_free(&again);
}

/* proves TL-16 */
static void every_object_survives_json(void **state) {
  (void)state;
  for (unsigned s = 0; s < 3; s++) {
    random_source random;
    tl_arena arena;
    random_init(&random, schemas[s], 31337);
    tl_arena_init(&arena, NULL, 0);
    random.budget = 30;
    for (uint16_t def = 0; def < schemas[s]->n_defs; def++)
      for (int round = 0; round < 3; round++) {
        static const unsigned fullness[] = {96, 0, 256};
        random.fullness = fullness[round];
        tl_object object = random_object(&random, def);
        check_json(&object, round == 0 ? TL_JSON_INDENT : 0, &arena);
        random_forget(&random);
        tl_arena_reset(&arena);
      }
    tl_arena_free(&arena);
    random_free(&random);
  }
}

/* proves TL-10, TL-16 */
static void every_type_survives_json(void **state) {
  (void)state;
  for (unsigned s = 0; s < 3; s++) {
    random_source random;
    tl_buffer text;
    tl_error error;
    tl_value back;
    random_init(&random, schemas[s], 4711);
    tl_buffer_init(&text, NULL, 0);
    random.budget = 30;
    for (uint16_t type = 0; type < schemas[s]->n_types; type++) {
      if (schemas[s]->types[type].op == TL_OP_REPEAT)
        continue;
      tl_value value = random_value(&random, type);
      assert_int_equal(tl_json_write(&value, 0, &text, &error), TL_OK);
      if (tl_json_read(schemas[s], type, (const char *)text.data, text.size, &random.arena, &back,
                       &error) != TL_OK)
        fail_msg("%s: %s", error.path, error.text);
      assert_true(values_equal(&value, &back));
      tl_buffer_clear(&text);
      random_forget(&random);
    }
    tl_buffer_free(&text);
    random_free(&random);
  }
}

static void every_object_can_be_printed(void **state) {
  (void)state;
  for (unsigned s = 0; s < 3; s++) {
    random_source random;
    tl_buffer text;
    random_init(&random, schemas[s], 99);
    tl_buffer_init(&text, NULL, 0);
    for (uint16_t def = 0; def < schemas[s]->n_defs; def++) {
      tl_object object = random_object(&random, def);
      const char *name = tl_def_name(schemas[s], def);
      tl_buffer_clear(&text);
      assert_int_equal(tl_print_object(&object, &text, NULL), TL_OK);
      assert_memory_equal(text.data, name, strlen(name));
      random_forget(&random);
    }
    tl_buffer_free(&text);
    random_free(&random);
  }
}

static void expect_print(const tl_object *object, const char *expected) {
  tl_buffer text;
  tl_error error;
  tl_buffer_init(&text, NULL, 0);
  assert_int_equal(tl_print_object(object, &text, &error), TL_OK);
  assert_int_equal(tl_buffer_append(&text, "", 1), TL_OK);
  assert_string_equal((const char *)text.data, expected);
  tl_buffer_free(&text);
}

static void a_request_prints_one_field_a_line(void **state) {
  (void)state;
  tg_inputPeerUser to = {.user_id = 7, .access_hash = -1};
  tg_messageEntityBold bold = {.offset = 0, .length = 2};
  tg_messageEntityUnknown unknown = {.offset = 1, .length = 1};
  tg_MessageEntity entities[] = {tg_messageEntityBold_box(&bold),
                                 tg_messageEntityUnknown_box(&unknown)};
  tg_messages_sendMessage request = {.silent = true,
                                     .peer = tg_inputPeerUser_box(&to),
                                     .message = TL_STR("\"hi\"\n"),
                                     .entities = {entities, 2}};
  tl_object object = tg_messages_sendMessage_call(&request);
  expect_print(&object, "messages.sendMessage {\n"
                        "  silent: true\n"
                        "  peer: inputPeerUser {\n"
                        "    user_id: 7\n"
                        "    access_hash: -1\n"
                        "  }\n"
                        "  message: \"\\\"hi\\\"\\n\"\n"
                        "  random_id: 0\n"
                        "  entities: [\n"
                        "    messageEntityBold {\n"
                        "      offset: 0\n"
                        "      length: 2\n"
                        "    }\n"
                        "    messageEntityUnknown {\n"
                        "      offset: 1\n"
                        "      length: 1\n"
                        "    }\n"
                        "  ]\n"
                        "}");
}

static void numbers_bytes_and_empty_things_print_briefly(void **state) {
  (void)state;
  uint8_t noise[40] = {0xab, 0xcd};
  toy_pair pair = {1, 2};
  const toy_pair *pairs[] = {&pair};
  int64_t longs[] = {-5, 6};
  tl_vector_long nested[] = {{longs, 2}, {longs, 0}};
  toy_bare bare = {.pairs = {pairs, 1},
                   .nested = {nested, 2},
                   .any = {&toy_schema, NULL, TOY_DEF_leaf},
                   .word = UINT32_MAX,
                   .x = 0.5,
                   .y = -INFINITY,
                   .pair = &pair};
  memcpy(bare.small.bytes, noise, 16);
  tl_object object = {&toy_schema, &bare, TOY_DEF_bare};
  expect_print(&object, "bare {\n"
                        "  pairs: [\n"
                        "    pair {\n"
                        "      a: 1\n"
                        "      b: 2\n"
                        "    }\n"
                        "  ]\n"
                        "  nested: [\n"
                        "    [-5, 6]\n"
                        "    []\n"
                        "  ]\n"
                        "  big: 0000000000000000000000000000000000000000000000000000000000000000\n"
                        "  small: abcd0000000000000000000000000000\n"
                        "  any: leaf\n"
                        "  b: false\n"
                        "  word: 4294967295\n"
                        "  x: 0.5\n"
                        "  y: -Infinity\n"
                        "  pair: pair {\n"
                        "    a: 1\n"
                        "    b: 2\n"
                        "  }\n"
                        "  nothing: []\n"
                        "}");
}

static void long_bytes_are_shortened_with_a_mark(void **state) {
  (void)state;
  uint8_t noise[33] = {0xab};
  tl_string text = {"\xff\x01", 2};
  tl_bytes bytes = {noise, 33};
  tl_buffer out;
  tl_buffer_init(&out, NULL, 0);
  tl_value value = {&toy_schema, &bytes, TL_OP_BYTES};
  assert_int_equal(tl_print(&value, &out, NULL), TL_OK);
  assert_int_equal(out.size, 1 + 64 + 12 + 1);
  assert_memory_equal(out.data, "<ab00", 5);
  assert_memory_equal(out.data + 1 + 64, "... 33 bytes>", 13);
  bytes.size = 32;
  tl_buffer_clear(&out);
  assert_int_equal(tl_print(&value, &out, NULL), TL_OK);
  assert_int_equal(out.size, 1 + 64 + 1);
  tl_buffer_clear(&out);
  double nan = NAN;
  value = (tl_value){&toy_schema, &nan, TL_OP_DOUBLE};
  assert_int_equal(tl_print(&value, &out, NULL), TL_OK);
  assert_memory_equal(out.data, "NaN", 3);
  tl_buffer_clear(&out);
  value = (tl_value){&toy_schema, &text, TL_OP_STRING}; /* not UTF-8 */
  assert_int_equal(tl_print(&value, &out, NULL), TL_OK);
  assert_memory_equal(out.data, "<ff01>", 6);
  tl_buffer_free(&out);
}

static void a_request_can_be_printed_before_it_is_complete(void **state) {
  (void)state;
  toy_node node = {.left = {TOY_node, {NULL}}};
  tl_object object = {&toy_schema, &node, TOY_DEF_node};
  expect_print(&object, "node {\n  left: node\n  right: (missing)\n  label: \"\"\n}");
}

/* proves TL-14 */
static void printing_is_bounded(void **state) {
  (void)state;
  toy_chain chain = {NULL};
  tl_object object = {&toy_schema, &chain, TOY_DEF_chain};
  tl_buffer out;
  tl_error error;
  chain.next = &chain;
  tl_buffer_init(&out, NULL, 0);
  assert_int_equal(tl_print_object(&object, &out, &error), TL_ERR_DEPTH);
  assert_int_equal(out.size, 0);
  tl_buffer_free(&out);
  chain.next = NULL;
  for (size_t limit = 1; limit < 5; limit++) {
    tl_buffer_init(&out, NULL, limit);
    assert_int_equal(tl_print_object(&object, &out, &error), TL_ERR_NOMEM);
    assert_int_equal(out.size, 0);
    tl_buffer_free(&out);
  }
  object.def = 99;
  tl_buffer_init(&out, NULL, 0);
  assert_int_equal(tl_print_object(&object, &out, &error), TL_ERR_TYPE);
  tl_schema other = toy_schema;
  other.version++;
  object.schema = &other;
  assert_int_equal(tl_print_object(&object, &out, &error), TL_ERR_ABI);
  toy_invoke invoke = {.query = object};
  object = (tl_object){&toy_schema, &invoke, TOY_DEF_invoke};
  assert_int_equal(tl_print_object(&object, &out, &error), TL_ERR_ABI);
  assert_string_equal(error.path, "invoke.query");
  assert_int_equal(tl_json_write_object(&object, 0, &out, &error), TL_ERR_ABI);
  assert_string_equal(error.path, "invoke.query");
  object.schema = NULL;
  assert_int_equal(tl_print_object(&object, &out, &error), TL_ERR_MISSING);
  tl_value value = {&toy_schema, &chain, TOY_TYPES};
  assert_int_equal(tl_print(&value, &out, &error), TL_ERR_TYPE);
  tl_buffer_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_object_survives_json),
      cmocka_unit_test(every_type_survives_json),
      cmocka_unit_test(every_object_can_be_printed),
      cmocka_unit_test(a_request_prints_one_field_a_line),
      cmocka_unit_test(numbers_bytes_and_empty_things_print_briefly),
      cmocka_unit_test(long_bytes_are_shortened_with_a_mark),
      cmocka_unit_test(a_request_can_be_printed_before_it_is_complete),
      cmocka_unit_test(printing_is_bounded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
