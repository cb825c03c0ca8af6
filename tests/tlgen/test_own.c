/* Types that are called as builtin ones but are declared otherwise lie on the wire as they are
 * declared; builtins that are rare, as their names say. */
#include <own/own.h>
#include <tl/json.h>
#include <tl/wire.h>

#include "support.h"

static void expect_bytes(tl_object object, const uint32_t *words, size_t count) {
  tl_buffer out;
  tl_error error;
  tl_buffer_init(&out, NULL, 0);
  tl_status status = tl_encode(&object, &out, &error);
  if (status != TL_OK)
    fail_msg("%s: %s", error.path, error.text);
  assert_int_equal(out.size, count * 4);
  for (size_t i = 0; i < count; i++)
    assert_int_equal(tl_load32(out.data + 4 * i), words[i]);
  tl_buffer_free(&out);
}

#define EXPECT(object, ...)                                                                        \
  expect_bytes(object, (const uint32_t[]){__VA_ARGS__},                                            \
               sizeof(const uint32_t[]){__VA_ARGS__} / sizeof(uint32_t))

static void a_float_takes_four_bytes(void **state) {
  (void)state;
  own_float boxed = {.value = -2};
  own_point point = {.x = 1.5F, .y = 7, .z = &boxed};
  EXPECT(own_point_object(&point), 1, 0x3fc00000, 7, OWN_ID_float, 0xc0000000);
  const float items[] = {0.5F};
  own_vector_float_ all = {.arg2 = {items, 1}};
  own_baz baz = {.f = 1, .has_f = true, .all = &all};
  EXPECT(own_baz_object(&baz), 4, 1, 0x3f800000, 1, 0x3f000000);
}

static void a_type_called_object_has_the_layout_that_is_declared(void **state) {
  (void)state;
  own_object object = {.id = 5, .name = TL_STR("abc")};
  own_foo foo = {.a = &object, .b = &object, .c = &object, .yes = true};
  EXPECT(own_foo_object(&foo), 2, 5, 0, 0x63626103, 5, 0, 0x63626103, OWN_ID_object, 5, 0,
         0x63626103, 0x997275b5);
}

static void a_vector_has_the_id_that_is_declared(void **state) {
  (void)state;
  const int32_t items[] = {8, 9};
  own_vector_int_ vector = {.arg2 = {items, 2}};
  own_bytes raw = {.size = 3};
  own_int128 id = {.high = 1, .low = 2};
  own_bar bar = {.v = &vector, .w = &vector, .raw = &raw, .id = &id};
  EXPECT(own_bar_object(&bar), 3, 0xdeadbeef, 2, 8, 9, 2, 8, 9, 3, 1, 0, 2, 0);
}

static void an_id_that_two_functions_have_stands_for_the_one_with_a_query(void **state) {
  (void)state;
  uint16_t def = tl_find_id(&own_schema, 0x0a);
  assert_string_equal(tl_def_name(&own_schema, def), "wrap");
  assert_int_not_equal(tl_find_name(&own_schema, "wrapPrefix", 10), TL_NONE);
}

static void a_function_that_returns_what_nothing_declares_is_left_out(void **state) {
  (void)state;
  assert_int_equal(tl_find_name(&own_schema, "gone", 4), TL_NONE);
  assert_int_not_equal(tl_find_name(&own_schema, "first", 5), TL_NONE);
}

static void a_number_that_is_not_zero_is_there_and_a_zero_with_its_has(void **state) {
  (void)state;
  own_vector_float_ all = {.arg2 = {NULL, 0}};
  own_baz baz = {.f = 1, .all = &all};
  EXPECT(own_baz_object(&baz), 4, 1, 0x3f800000, 0);
  baz.f = 0;
  EXPECT(own_baz_object(&baz), 4, 0, 0);
  baz.has_f = true;
  EXPECT(own_baz_object(&baz), 4, 1, 0, 0);
}

/* Written by somebody who knows a later schema. */
static void bits_that_no_field_stands_for_survive(void **state) {
  (void)state;
  static const uint8_t bytes[] = {4, 0, 0, 0, 0x81, 0, 0, 0x80, 0, 0, 0x80, 0x3f, 0, 0, 0, 0};
  tl_arena arena;
  tl_object object;
  tl_arena_init(&arena, NULL, 0);
  assert_int_equal(
      tl_decode_object(&own_schema, bytes, sizeof bytes, NULL, &arena, &object, NULL, NULL), TL_OK);
  EXPECT(object, 4, 0x80000081, 0x3f800000, 0);
  own_baz changed = *(const own_baz *)object.args;
  changed.f = 0;
  changed.has_f = false;
  EXPECT(own_baz_object(&changed), 4, 0x80000080, 0);
  tl_arena_free(&arena);
}

static void a_float_is_a_number_in_json(void **state) {
  (void)state;
  static const char *const texts[] = {
      "{\"_\":\"point\",\"x\":0.1,\"y\":7,\"z\":{\"_\":\"float\",\"value\":\"NaN\"}}",
      "{\"_\":\"point\",\"x\":\"-Infinity\",\"y\":7,\"z\":{\"_\":\"float\",\"value\":1e+30}}"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    tl_arena arena;
    tl_buffer out;
    tl_object object;
    tl_arena_init(&arena, NULL, 0);
    tl_buffer_init(&out, NULL, 0);
    assert_int_equal(
        tl_json_read_object(&own_schema, NULL, texts[i], strlen(texts[i]), &arena, &object, NULL),
        TL_OK);
    assert_int_equal(tl_json_write_object(&object, 0, &out, NULL), TL_OK);
    assert_int_equal(out.size, strlen(texts[i]));
    assert_memory_equal(out.data, texts[i], out.size);
    tl_buffer_free(&out);
    tl_arena_free(&arena);
  }
}

static void a_constructor_may_be_named_without_its_arguments(void **state) {
  (void)state;
  static const char text[] = "{\"_\":\"baz\",\"all\":{\"_\":\"vector\",\"arg2\":[0.5]}}";
  tl_arena arena;
  tl_object object;
  tl_arena_init(&arena, NULL, 0);
  assert_int_equal(
      tl_json_read_object(&own_schema, NULL, text, sizeof text - 1, &arena, &object, NULL), TL_OK);
  EXPECT(object, 4, 0, 1, 0x3f000000);
  tl_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_float_takes_four_bytes),
      cmocka_unit_test(a_type_called_object_has_the_layout_that_is_declared),
      cmocka_unit_test(a_vector_has_the_id_that_is_declared),
      cmocka_unit_test(an_id_that_two_functions_have_stands_for_the_one_with_a_query),
      cmocka_unit_test(a_function_that_returns_what_nothing_declares_is_left_out),
      cmocka_unit_test(a_number_that_is_not_zero_is_there_and_a_zero_with_its_has),
      cmocka_unit_test(bits_that_no_field_stands_for_survive),
      cmocka_unit_test(a_float_is_a_number_in_json),
      cmocka_unit_test(a_constructor_may_be_named_without_its_arguments),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
