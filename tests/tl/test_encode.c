/* Encoding: what the bytes are, and every way to hand over something that cannot be encoded. */
#include "support.h"

#include <tg/tg.h>
#include <tl/wire.h>

#include "toy_schema.h"

static tl_object toy(unsigned def, const void *args) {
  tl_object object = {&toy_schema, args, (uint16_t)def};
  return object;
}

/* Encodes behind bytes that are already there; on failure those must be all that is left. */
static tl_status encode(const tl_object *object, tl_buffer *out, tl_error *error) {
  tl_buffer_clear(out);
  assert_int_equal(tl_buffer_append(out, "keep", 4), TL_OK);
  tl_status status = tl_encode(object, out, error);
  assert_memory_equal(out->data, "keep", 4);
  if (status != TL_OK) {
    assert_int_equal(out->size, 4);
    assert_int_equal(error->status, status);
  }
  return status;
}

static void expect(const tl_object *object, const void *bytes, size_t size) {
  tl_buffer out;
  tl_error error;
  tl_buffer_init(&out, NULL, 0);
  if (encode(object, &out, &error) != TL_OK)
    fail_msg("%s: %s", error.path, error.text);
  assert_int_equal(out.size - 4, size);
  assert_memory_equal(out.data + 4, bytes, size);
  tl_buffer_free(&out);
}

static void expect_failure(const tl_object *object, tl_status status, const char *path,
                           const char *text) {
  tl_buffer out;
  tl_error error;
  tl_buffer_init(&out, NULL, 0);
  assert_int_equal(encode(object, &out, &error), status);
  assert_string_equal(error.path, path);
  if (!strstr(error.text, text))
    fail_msg("\"%s\" does not say \"%s\"", error.text, text);
  tl_buffer_free(&out);
}

/* proves TL-1, TL-2 */
static void an_object_is_its_id_and_its_fields(void **state) {
  (void)state;
  toy_pair pair = {.a = 1, .b = -1};
  tl_object object = toy(TOY_DEF_pair, &pair);
  expect(&object, "\x11\0\0\0\1\0\0\0\xff\xff\xff\xff", 12);
  toy_node node = {.left = {TOY_leaf, {NULL}}, .right = {TOY_leaf, {NULL}}, .label = TL_STR("abc")};
  object = toy(TOY_DEF_node, &node);
  expect(&object, "\x13\0\0\0\x12\0\0\0\x12\0\0\0\3abc", 16);
}

/* proves TL-2 */
static void padding_is_zero_whatever_the_buffer_held(void **state) {
  (void)state;
  tl_buffer out;
  tl_string text = TL_STR("ab");
  tl_value value = {&toy_schema, &text, TL_OP_STRING};
  tl_buffer_init(&out, NULL, 0);
  memset(tl_buffer_extend(&out, 200), 0xee, 200);
  tl_buffer_clear(&out);
  assert_int_equal(tl_encode_value(&value, &out, NULL), TL_OK);
  assert_int_equal(out.size, 4);
  assert_memory_equal(out.data, "\2ab\0", 4);
  tl_buffer_free(&out);
}

/* proves TL-2 */
static void a_string_of_2_to_the_24_is_refused(void **state) {
  (void)state;
  tl_buffer out;
  tl_error error;
  tl_string text = {"", 0x1000000}; /* never read */
  tl_value value = {&toy_schema, &text, TL_OP_STRING};
  tl_buffer_init(&out, NULL, 0);
  assert_int_equal(tl_encode_value(&value, &out, &error), TL_ERR_STRING);
  assert_int_equal(out.size, 0);
  tl_buffer_free(&out);
}

/* proves TL-7, TL-8 */
static void words_are_computed_from_what_is_there(void **state) {
  (void)state;
  toy_pair pair = {5, 6};
  int32_t items[] = {9};
  toy_Tree more[] = {{TOY_leaf, {NULL}}};
  toy_words words = {.has_a = true,
                     .a = 77,
                     .d = &pair,
                     .b = TL_STR("q"),
                     .c = true,
                     .f = true,
                     .items = {items, 1},
                     .more = {more, 1}};
  tl_object object = toy(TOY_DEF_words, &words);
  expect(&object,
         "\x14\0\0\0\x09\0\0\0\0\0\0\x80\2\0\0\x80\1\0\0\0\x4d\0\0\0\1q\0\0"
         "\x11\0\0\0\5\0\0\0\6\0\0\0\x09\0\0\0\x12\0\0\0",
         48);
  words = (toy_words){.items = {items, 0}};
  expect(&object, "\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
}

/* proves TL-7 */
static void the_flags_of_a_real_request_are_computed(void **state) {
  (void)state;
  tg_inputPeerSelf self = {0};
  tg_messages_sendMessage request = {.peer = tg_inputPeerSelf_box(&self),
                                     .message = TL_STR("hi"),
                                     .random_id = 7,
                                     .silent = true,
                                     .schedule_date = 3,
                                     .has_schedule_date = true};
  tl_object object = tg_messages_sendMessage_call(&request);
  tl_buffer out;
  tl_buffer_init(&out, NULL, 0);
  must_encode(&object, &out);
  assert_int_equal(tl_load32(out.data + 4), 1 << 5 | 1 << 10);
  assert_int_equal(tl_load32(out.data + 8), 0x7da07ec9); /* inputPeerSelf */
  tl_buffer_free(&out);
}

/* proves TL-7 */
static void fields_that_share_a_bit_go_together(void **state) {
  (void)state;
  toy_pair pair = {5, 6};
  toy_words words = {.d = &pair};
  tl_object object = toy(TOY_DEF_words, &words);
  expect_failure(&object, TL_ERR_FLAGS, "words.a", "d is set and a is not");
  words = (toy_words){.has_a = true};
  expect_failure(&object, TL_ERR_FLAGS, "words.d", "a is set and d is not");
}

/* proves TL-7 */
static void shared_bits_of_generated_definitions_go_together(void **state) {
  (void)state;
  tg_account_passwordInputSettings settings = {.hint = TL_STR("x")};
  tl_object object = tg_account_passwordInputSettings_object(&settings);
  expect_failure(&object, TL_ERR_FLAGS, "account.passwordInputSettings.new_password_hash",
                 "hint is set and new_password_hash is not");
}

/* proves TL-7 */
static void repetitions_of_one_count_must_agree(void **state) {
  (void)state;
  int32_t items[] = {9, 8};
  toy_Tree more[] = {{TOY_leaf, {NULL}}};
  toy_words words = {.items = {items, 2}, .more = {more, 1}};
  tl_object object = toy(TOY_DEF_words, &words);
  expect_failure(&object, TL_ERR_FLAGS, "words.more", "contradicts");
}

static void what_must_be_there_is_asked_for(void **state) {
  (void)state;
  toy_node node = {.left = {TOY_leaf, {NULL}}};
  tl_object object = toy(TOY_DEF_node, &node);
  expect_failure(&object, TL_ERR_MISSING, "node.right", "a value of type Tree is missing");
  node.right = (toy_Tree){TOY_node, {NULL}};
  expect_failure(&object, TL_ERR_MISSING, "node.right", "without its struct");
  object = toy(TOY_DEF_node, NULL);
  expect_failure(&object, TL_ERR_MISSING, "node", "without its struct");
  toy_invoke invoke = {.query = {0}};
  object = toy(TOY_DEF_invoke, &invoke);
  expect_failure(&object, TL_ERR_MISSING, "invoke.query", "missing");
  toy_words words = {.items = {NULL, 3}};
  object = toy(TOY_DEF_words, &words);
  expect_failure(&object, TL_ERR_MISSING, "words.items", "no items");
  node = (toy_node){.left = {TOY_leaf, {NULL}}, .right = {TOY_leaf, {NULL}}, .label = {NULL, 2}};
  object = toy(TOY_DEF_node, &node);
  expect_failure(&object, TL_ERR_MISSING, "node.label", "no data");
}

static void what_is_left_out_and_has_a_natural_zero_is_zero(void **state) {
  (void)state;
  toy_node node = {.left = {TOY_leaf, {NULL}}, .right = {TOY_leaf, {NULL}}};
  tl_object object = toy(TOY_DEF_node, &node);
  expect(&object, "\x13\0\0\0\x12\0\0\0\x12\0\0\0\0\0\0\0", 16);
}

static void a_kind_that_the_type_does_not_have_is_refused(void **state) {
  (void)state;
  toy_node node = {.left = {TOY_leaf, {NULL}}};
  unsigned kind = 3;
  memcpy(&node.right, &kind, sizeof kind);
  tl_object object = toy(TOY_DEF_node, &node);
  expect_failure(&object, TL_ERR_TYPE, "node.right", "no constructor number 3");
  kind = UINT32_MAX;
  memcpy(&node.right, &kind, sizeof kind);
  expect_failure(&object, TL_ERR_TYPE, "node.right", "no constructor number");
}

static void the_path_goes_through_vectors(void **state) {
  (void)state;
  int32_t items[] = {9, 8};
  toy_Tree more[] = {{TOY_leaf, {NULL}}, {TOY_Tree_none, {NULL}}};
  toy_words words = {.items = {items, 2}, .more = {more, 2}};
  tl_object object = toy(TOY_DEF_words, &words);
  expect_failure(&object, TL_ERR_MISSING, "words.more[1]", "(more of words)");
}

/* proves TL-14 */
static void a_request_that_contains_itself_is_refused(void **state) {
  (void)state;
  toy_chain chain = {NULL};
  chain.next = &chain;
  tl_object object = toy(TOY_DEF_chain, &chain);
  tl_buffer out;
  tl_error error;
  tl_buffer_init(&out, NULL, 0);
  assert_int_equal(encode(&object, &out, &error), TL_ERR_DEPTH);
  tl_buffer_free(&out);
}

/* proves TL-9 */
static void a_query_brings_its_own_schema(void **state) {
  (void)state;
  tg_help_getConfig config = {0};
  tg_invokeWithLayer layer = {.layer = TG_LAYER, .query = tg_help_getConfig_call(&config)};
  toy_invoke invoke = {.query = tg_invokeWithLayer_call(&layer)};
  toy_bare last = {.x = 1};
  (void)last;
  tl_object object = toy(TOY_DEF_invoke, &invoke);
  uint8_t bytes[] = "\x18\0\0\0\x0d\x0d\x9b\xda\0\0\0\0\x6b\x18\xf9\xc4";
  tl_store32(bytes + 8, TG_LAYER);
  expect(&object, (const char *)bytes, 16);
  const tl_schema *schema = NULL;
  uint16_t type = tl_call_result_type(&object, &schema);
  assert_ptr_equal(schema, &tg_schema);
  assert_int_equal(type, tl_find_type(&tg_schema, "Config", 6));
}

static void tables_of_another_version_are_refused(void **state) {
  (void)state;
  tl_schema other = toy_schema;
  other.version++;
  toy_pair pair = {0, 0};
  tl_object object = {&other, &pair, TOY_DEF_pair};
  toy_invoke invoke = {.query = object};
  tl_object outer = toy(TOY_DEF_invoke, &invoke);
  expect_failure(&object, TL_ERR_ABI, "", "version");
  expect_failure(&outer, TL_ERR_ABI, "invoke.query", "version");
}

static void what_makes_no_sense_is_refused(void **state) {
  (void)state;
  toy_pair pair = {0, 0};
  tl_object object = {&toy_schema, &pair, 99};
  expect_failure(&object, TL_ERR_TYPE, "Object", "no such definition");
  object.schema = NULL;
  expect_failure(&object, TL_ERR_MISSING, "", "no value");
  tl_buffer out;
  tl_value value = {&toy_schema, &pair, TOY_TYPES};
  tl_buffer_init(&out, NULL, 0);
  assert_int_equal(tl_encode_value(&value, &out, NULL), TL_ERR_TYPE);
  value.type = TOY_TYPE_repeat_int;
  assert_int_equal(tl_encode_value(&value, &out, NULL), TL_ERR_TYPE);
  tl_buffer_free(&out);
}

/* proves TL-6 */
static void a_vector_of_2_to_the_31_is_refused(void **state) {
  (void)state;
  int32_t items[] = {9};
  tl_vector_int ints = {items, (size_t)INT32_MAX + 1}; /* never read */
  tl_value value = {&toy_schema, &ints, TOY_TYPE_Vector_int};
  tl_buffer out;
  tl_buffer_init(&out, NULL, 0);
  assert_int_equal(tl_encode_value(&value, &out, NULL), TL_ERR_VECTOR);
  tl_buffer_free(&out);
}

static void no_room_is_noticed_at_every_byte(void **state) {
  (void)state;
  toy_pair pair = {5, 6};
  const toy_pair *pairs[] = {&pair};
  int64_t longs[] = {1, 2, 3};
  tl_vector_long nested[] = {{longs, 3}};
  toy_bare bare = {.pairs = {pairs, 1},
                   .nested = {nested, 1},
                   .any = {&toy_schema, tl_empty, TOY_DEF_leaf},
                   .pair = &pair,
                   .has_far = true};
  tl_object object = toy(TOY_DEF_bare, &bare);
  tl_buffer out;
  tl_error error;
  tl_status status = TL_ERR_NOMEM;
  for (size_t limit = 4; status != TL_OK; limit += 4) {
    tl_buffer_init(&out, NULL, limit);
    status = tl_encode(&object, &out, &error);
    assert_true(status == TL_ERR_NOMEM || status == TL_OK);
    assert_int_equal(out.size, status == TL_OK ? limit : 0);
    tl_buffer_free(&out);
  }
}

static void a_full_buffer_is_an_error(void **state) {
  (void)state;
  toy_pair pair = {0, 0};
  tl_object object = toy(TOY_DEF_pair, &pair);
  tl_buffer out;
  tl_error error;
  tl_buffer_init(&out, NULL, 15);
  assert_int_equal(encode(&object, &out, &error), TL_ERR_NOMEM);
  tl_buffer_free(&out);
  tl_buffer_init(&out, NULL, 16);
  assert_int_equal(encode(&object, &out, &error), TL_OK);
  tl_buffer_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_object_is_its_id_and_its_fields),
      cmocka_unit_test(padding_is_zero_whatever_the_buffer_held),
      cmocka_unit_test(a_string_of_2_to_the_24_is_refused),
      cmocka_unit_test(words_are_computed_from_what_is_there),
      cmocka_unit_test(the_flags_of_a_real_request_are_computed),
      cmocka_unit_test(fields_that_share_a_bit_go_together),
      cmocka_unit_test(shared_bits_of_generated_definitions_go_together),
      cmocka_unit_test(repetitions_of_one_count_must_agree),
      cmocka_unit_test(what_must_be_there_is_asked_for),
      cmocka_unit_test(what_is_left_out_and_has_a_natural_zero_is_zero),
      cmocka_unit_test(a_kind_that_the_type_does_not_have_is_refused),
      cmocka_unit_test(the_path_goes_through_vectors),
      cmocka_unit_test(a_request_that_contains_itself_is_refused),
      cmocka_unit_test(a_query_brings_its_own_schema),
      cmocka_unit_test(tables_of_another_version_are_refused),
      cmocka_unit_test(what_makes_no_sense_is_refused),
      cmocka_unit_test(a_vector_of_2_to_the_31_is_refused),
      cmocka_unit_test(no_room_is_noticed_at_every_byte),
      cmocka_unit_test(a_full_buffer_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
