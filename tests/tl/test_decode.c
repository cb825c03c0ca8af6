/* Decoding of bytes written by hand: every form that the wire has. */
#include "wire.h"

#include <tg/tg.h>

static void what_stands_before_an_unknown_element_is_kept(void **state) {
  wire *w = *state;
  static const tg_userEmpty users[] = {{.id = 1}, {.id = 2}};
  static const uint8_t strange[] = "\x78\x56\x34\x12what follows";
  uint16_t type = tl_find_type(&tg_schema, "Vector<User>", 12);
  tl_value value;
  tl_error error;
  size_t consumed = 0;
  tl_decode_options options = {.keep_before = true};
  put(w, "\x15\xc4\xb5\x1c\3\0\0\0", 8);
  for (size_t i = 0; i < 2; i++) {
    tl_object user = tg_userEmpty_object(&users[i]);
    assert_int_equal(tl_encode(&user, &w->bytes, NULL), TL_OK);
  }
  size_t before = w->bytes.size;
  put(w, strange, sizeof strange);
  assert_int_equal(tl_decode(&tg_schema, type, w->bytes.data, w->bytes.size, &options, &w->arena,
                             &value, &consumed, &error),
                   TL_ERR_UNKNOWN);
  const tg_vector_User *found = tl_value_slot(&value, &tg_schema, type);
  assert_int_equal(found->count, 2);
  assert_true(found->items[1].kind == TG_userEmpty && found->items[1].userEmpty->id == 2);
  assert_int_equal(consumed, before);
  assert_int_equal(error.id, 0x12345678);
}

/* proves TL-1 */
static void numbers_are_little_endian(void **state) {
  wire *w = *state;
  put(w, "\xfe\xff\xff\xff", 4);
  assert_int_equal(decode_toy(w, TL_OP_INT), TL_OK);
  assert_int_equal(*(const int32_t *)w->value.slot, -2);
  put(w, "\1\2\3\4\5\6\7\x88", 8);
  assert_int_equal(decode_toy(w, TL_OP_LONG), TL_OK);
  assert_true(*(const int64_t *)w->value.slot == (int64_t)UINT64_C(0x8807060504030201));
  put(w, "\0\0\0\0\0\0\xf8\x3f", 8);
  assert_int_equal(decode_toy(w, TL_OP_DOUBLE), TL_OK);
  assert_true(*(const double *)w->value.slot == 1.5);
  put(w, "0123456789abcdef0123456789ABCDEF", 32);
  assert_int_equal(decode_toy(w, TL_OP_INT256), TL_OK);
  assert_memory_equal(w->value.slot, "0123456789abcdef0123456789ABCDEF", 32);
  put(w, "0123456789abcdef", 16);
  assert_int_equal(decode_toy(w, TL_OP_INT128), TL_OK);
  assert_memory_equal(w->value.slot, "0123456789abcdef", 16);
  put(w, "\xff\xff\xff\xff", 4);
  assert_int_equal(decode_toy(w, TL_OP_NAT), TL_OK);
  assert_true(*(const uint32_t *)w->value.slot == UINT32_MAX);
}

static void check_string(wire *w, size_t size, tl_strings strings) {
  uint8_t *data = malloc(size + 1);
  memset(data, 'x', size);
  tl_string view = {(const char *)data, size};
  tl_value value = {&toy_schema, &view, TL_OP_STRING};
  tl_decode_options options = {.strings = strings, .strict = true};
  tl_value back;
  assert_int_equal(tl_encode_value(&value, &w->bytes, NULL), TL_OK);
  size_t head = size <= 253 ? 1 : 4;
  assert_int_equal(w->bytes.size, (head + size + 3) / 4 * 4);
  assert_int_equal(tl_decode(&toy_schema, TL_OP_STRING, w->bytes.data, w->bytes.size, &options,
                             &w->arena, &back, NULL, NULL),
                   TL_OK);
  memcpy(&view, back.slot, sizeof view);
  assert_int_equal(view.size, size);
  assert_memory_equal(view.data, data, size);
  bool inside = (const uint8_t *)view.data >= w->bytes.data &&
                (const uint8_t *)view.data + size <= w->bytes.data + w->bytes.size;
  assert_int_equal(inside, strings != TL_STRINGS_COPY);
  if (strings != TL_STRINGS_ALIAS)
    assert_int_equal(view.data[size], 0);
  tl_buffer_clear(&w->bytes);
  tl_arena_reset(&w->arena);
  free(data);
}

/* proves TL-2 */
static void strings_of_every_boundary_length_round_trip(void **state) {
  static const size_t sizes[] = {0,   1,   2,   3,   4,   5,   6,   7,     8,     251,
                                 252, 253, 254, 255, 256, 257, 258, 65535, 65536, 0xffffff};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
    for (int strings = TL_STRINGS_COPY; strings <= TL_STRINGS_IN_PLACE; strings++)
      check_string(*state, sizes[i], (tl_strings)strings);
}

/* proves TL-2 */
static void a_string_need_not_be_utf8_nor_free_of_nul(void **state) {
  wire *w = *state;
  put(w, "\x03\xff\0\xc0", 4);
  assert_int_equal(decode_toy(w, TL_OP_STRING), TL_OK);
  assert_int_equal(decoded(w).size, 3);
  assert_memory_equal(decoded(w).data, "\xff\0\xc0", 4);
}

/* proves TL-3 */
static void the_length_0xff_is_refused(void **state) {
  wire *w = *state;
  put(w, "\xff\1\0\0\0\0\0\0x\0\0\0", 12);
  assert_int_equal(decode_toy(w, TL_OP_STRING), TL_ERR_STRING);
  assert_int_equal(w->error.offset, 0);
}

/* proves TL-3 */
static void a_long_length_of_a_short_string_is_refused_in_strict_mode_only(void **state) {
  wire *w = *state;
  tl_decode_options strict = {.strict = true};
  put(w, "\xfe\2\0\0ab\0\0", 8);
  assert_int_equal(decode_toy(w, TL_OP_STRING), TL_OK);
  assert_string_equal(decoded(w).data, "ab");
  put(w, "\xfe\2\0\0ab\0\0", 8);
  assert_int_equal(decode(w, &toy_schema, TL_OP_STRING, &strict), TL_ERR_STRICT);
}

/* proves TL-3 */
static void padding_is_ignored_unless_strict(void **state) {
  wire *w = *state;
  tl_decode_options strict = {.strict = true};
  put(w, "\1axy", 4);
  assert_int_equal(decode_toy(w, TL_OP_STRING), TL_OK);
  assert_string_equal(decoded(w).data, "a");
  put(w, "\1a\0y", 4);
  assert_int_equal(decode(w, &toy_schema, TL_OP_STRING, &strict), TL_ERR_STRICT);
  assert_int_equal(w->error.offset, 3);
}

/* proves TL-5 */
static void a_bool_is_one_of_two_ids(void **state) {
  wire *w = *state;
  put32(w, 0x997275b5);
  assert_int_equal(decode_toy(w, TL_OP_BOOL), TL_OK);
  assert_true(*(const bool *)w->value.slot);
  put32(w, 0xbc799737);
  assert_int_equal(decode_toy(w, TL_OP_BOOL), TL_OK);
  assert_false(*(const bool *)w->value.slot);
  put32(w, 1);
  assert_int_equal(decode_toy(w, TL_OP_BOOL), TL_ERR_BOOL);
  assert_int_equal(w->error.id, 1);
}

/* proves TL-5 */
static void true_and_null_are_boxed_objects_of_their_own(void **state) {
  wire *w = *state;
  put32(w, 0x3fedd339);
  assert_int_equal(decode(w, &tg_schema, TL_OP_OBJECT, NULL), TL_OK);
  tl_object object = tl_value_object(&w->value);
  assert_string_equal(tl_def_name(object.schema, object.def), "true");
  assert_ptr_equal(object.args, tl_empty);
  put32(w, 0x56730bcc);
  assert_int_equal(decode(w, &tg_schema, TL_OP_OBJECT, NULL), TL_OK);
  object = tl_value_object(&w->value);
  assert_string_equal(tl_def_name(object.schema, object.def), "null");
}

/* proves TL-6 */
static void a_vector_has_an_id_and_its_bare_form_has_not(void **state) {
  wire *w = *state;
  tl_vector_int ints;
  put32(w, 0x1cb5c415);
  put32(w, 2);
  put32(w, 7);
  put32(w, 8);
  assert_int_equal(decode_toy(w, TOY_TYPE_Vector_int), TL_OK);
  memcpy(&ints, w->value.slot, sizeof ints);
  assert_int_equal(ints.count, 2);
  assert_int_equal(ints.items[1], 8);
  put32(w, 1);
  put32(w, 5);
  put32(w, 6);
  assert_int_equal(decode_toy(w, TOY_TYPE_vector_bare_pair), TL_OK);
  toy_vector_pair pairs;
  memcpy(&pairs, w->value.slot, sizeof pairs);
  assert_int_equal(pairs.items[0]->a, 5);
  assert_int_equal(pairs.items[0]->b, 6);
}

/* proves TL-6, TL-10 */
static void elements_of_a_boxed_type_carry_their_ids(void **state) {
  wire *w = *state;
  put32(w, 0x1cb5c415);
  put32(w, 1);
  put32(w, 0x12);
  assert_int_equal(decode_toy(w, TOY_TYPE_Vector_Tree), TL_OK);
  toy_vector_Tree trees;
  memcpy(&trees, w->value.slot, sizeof trees);
  assert_int_equal(trees.items[0].kind, TOY_leaf);
  assert_non_null(trees.items[0].leaf);
  put32(w, 0x1cb5c415);
  put32(w, 1);
  put32(w, 5);
  assert_int_equal(decode_toy(w, TOY_TYPE_Vector_Tree), TL_ERR_UNKNOWN);
  assert_string_equal(w->error.path, "Vector<Tree>[0]");
}

/* proves TL-6 */
static void an_empty_vector_is_there(void **state) {
  wire *w = *state;
  tl_vector_int ints;
  put32(w, 0x1cb5c415);
  put32(w, 0);
  assert_int_equal(decode_toy(w, TOY_TYPE_Vector_int), TL_OK);
  memcpy(&ints, w->value.slot, sizeof ints);
  assert_int_equal(ints.count, 0);
  assert_non_null(ints.items);
}

/* proves TL-6 */
static void another_id_is_no_vector(void **state) {
  wire *w = *state;
  put32(w, 0x1cb5c414);
  put32(w, 0);
  assert_int_equal(decode_toy(w, TOY_TYPE_Vector_int), TL_ERR_VECTOR);
  assert_int_equal(w->error.id, 0x1cb5c414);
}

/* proves TL-7, TL-8 */
static void a_conditional_field_is_there_when_its_bit_is_set(void **state) {
  wire *w = *state;
  put32(w, 0x14);         /* words */
  put32(w, 1 << 3 | 1);   /* one: two, a, d */
  put32(w, 1u << 31);     /* two: b */
  put32(w, 1u << 31 | 2); /* three: c, f */
  put32(w, 1);            /* n */
  put32(w, 77);           /* a */
  put(w, "\1q\0\0", 4);   /* b */
  put32(w, 0x11);         /* d */
  put64(w, UINT64_C(0x0000000600000005));
  put32(w, 9);    /* items */
  put32(w, 0x12); /* more */
  assert_int_equal(decode_toy(w, TOY_TYPE_Words), TL_OK);
  const toy_words *words;
  memcpy(&words, w->value.slot, sizeof words);
  assert_true(words->has_a && words->a == 77 && words->c && words->f && !words->e);
  assert_string_equal(words->b.data, "q");
  assert_int_equal(words->d->b, 6);
  assert_int_equal(words->items.count, 1);
  assert_int_equal(words->items.items[0], 9);
  assert_int_equal(words->more.items[0].kind, TOY_leaf);
}

/* proves TL-7 */
static void a_word_that_is_absent_has_no_bits(void **state) {
  wire *w = *state;
  put32(w, 0x14);
  put_zeroes(w, 12);
  assert_int_equal(decode_toy(w, TOY_TYPE_Words), TL_OK);
  const toy_words *words;
  memcpy(&words, w->value.slot, sizeof words);
  assert_null(words->b.data);
  assert_false(words->has_a);
  assert_non_null(words->items.items);
}

/* proves TL-7 */
static void unknown_flag_bits_are_ignored_unless_strict(void **state) {
  wire *w = *state;
  tl_decode_options strict = {.strict = true};
  put32(w, 0x17);
  put32(w, 1u << 30);
  assert_int_equal(decode_toy(w, TOY_TYPE_Chain), TL_OK);
  put32(w, 0x17);
  put32(w, 1u << 30);
  assert_int_equal(decode(w, &toy_schema, TOY_TYPE_Chain, &strict), TL_ERR_STRICT);
  assert_int_equal(w->error.id, 0x17);
}

/* proves TL-9 */
static void wrappers_nest(void **state) {
  wire *w = *state;
  put32(w, 0x18);
  put32(w, 0x18);
  put32(w, 0x19);
  assert_int_equal(decode_toy(w, TL_OP_OBJECT), TL_OK);
  tl_object object = tl_value_object(&w->value);
  const tl_schema *schema = NULL;
  assert_int_equal(tl_call_result_type(&object, &schema), TOY_TYPE_Vector_int);
  assert_ptr_equal(schema, &toy_schema);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(what_stands_before_an_unknown_element_is_kept),
      TEST(numbers_are_little_endian),
      TEST(strings_of_every_boundary_length_round_trip),
      TEST(a_string_need_not_be_utf8_nor_free_of_nul),
      TEST(the_length_0xff_is_refused),
      TEST(a_long_length_of_a_short_string_is_refused_in_strict_mode_only),
      TEST(padding_is_ignored_unless_strict),
      TEST(a_bool_is_one_of_two_ids),
      TEST(true_and_null_are_boxed_objects_of_their_own),
      TEST(a_vector_has_an_id_and_its_bare_form_has_not),
      TEST(elements_of_a_boxed_type_carry_their_ids),
      TEST(an_empty_vector_is_there),
      TEST(another_id_is_no_vector),
      TEST(a_conditional_field_is_there_when_its_bit_is_set),
      TEST(a_word_that_is_absent_has_no_bits),
      TEST(unknown_flag_bits_are_ignored_unless_strict),
      TEST(wrappers_nest),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
