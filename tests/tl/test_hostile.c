/* Bytes that mean harm or make no sense: the limits, and what the error says. */
#include "wire.h"

#include <tg/tg.h>

/* proves TL-4 */
static void a_string_longer_than_the_bytes_left_is_truncated(void **state) {
  wire *w = *state;
  put(w, "\4abc", 4);
  assert_int_equal(decode_toy(w, TL_OP_STRING), TL_ERR_TRUNCATED);
  put(w, "\xfe\xff\xff\xff", 4);
  assert_int_equal(decode_toy(w, TL_OP_STRING), TL_ERR_TRUNCATED);
  put(w, "\4abcd", 5); /* its padding is missing */
  assert_int_equal(decode_toy(w, TL_OP_STRING), TL_ERR_TRUNCATED);
  assert_int_equal(
      tl_decode(&toy_schema, TL_OP_STRING, NULL, 0, NULL, &w->arena, &w->value, NULL, &w->error),
      TL_ERR_TRUNCATED);
}

/* proves TL-6 */
static void a_count_is_checked_before_anything_is_allocated(void **state) {
  static const uint32_t counts[] = {2, 0x7fffffff, 0x80000000, 0xffffffff, 0x40000001};
  wire *w = *state;
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    put32(w, 0x1cb5c415);
    put32(w, counts[i]);
    put32(w, 0);
    assert_int_equal(decode_toy(w, TOY_TYPE_Vector_int), TL_ERR_VECTOR);
    assert_int_equal(w->error.offset, 4);
    assert_true(w->arena.used < 8192);
  }
  put32(w, 0x1cb5c415); /* elements of 16 bytes each */
  put32(w, 2);
  put_zeroes(w, 28);
  assert_int_equal(decode_toy(w, TOY_TYPE_Vector_int128), TL_ERR_VECTOR);
}

/* proves TL-6 */
static void a_repeat_count_is_checked_too(void **state) {
  wire *w = *state;
  put32(w, 0x14);
  put_zeroes(w, 8);
  put32(w, 0x7fffffff);
  put_zeroes(w, 64);
  tl_decode_options options = {.max_memory = 1 << 20};
  assert_int_equal(decode(w, &toy_schema, TOY_TYPE_Words, &options), TL_ERR_VECTOR);
  assert_string_equal(w->error.path, "words.items");
}

static void an_array_that_is_cut_off_is_an_error(void **state) {
  wire *w = *state;
  put_zeroes(w, 11);
  assert_int_equal(decode_toy(w, TOY_TYPE_array_int), TL_ERR_VECTOR);
  assert_int_equal(w->error.offset, 0);
  put_zeroes(w, 12);
  assert_int_equal(decode_toy(w, TOY_TYPE_array_int), TL_OK);
  assert_int_equal(w->consumed, 12);
}

static void put_chain(wire *w, unsigned objects) {
  for (unsigned i = 1; i < objects; i++) {
    put32(w, 0x17);
    put32(w, 1);
  }
  put32(w, 0x17);
  put32(w, 0);
}

/* proves TL-14 */
static void depth_is_limited(void **state) {
  wire *w = *state;
  put_chain(w, 64);
  assert_int_equal(decode_toy(w, TOY_TYPE_Chain), TL_OK);
  put_chain(w, 65);
  assert_int_equal(decode_toy(w, TOY_TYPE_Chain), TL_ERR_DEPTH);
  assert_int_equal(w->error.offset, 64 * 8 + 4);
  assert_non_null(strstr(w->error.path, ".next.next"));
  tl_decode_options options = {.max_depth = 3};
  put_chain(w, 3);
  assert_int_equal(decode(w, &toy_schema, TOY_TYPE_Chain, &options), TL_OK);
  put_chain(w, 4);
  assert_int_equal(decode(w, &toy_schema, TOY_TYPE_Chain, &options), TL_ERR_DEPTH);
  options.max_depth = UINT32_MAX;
  put_chain(w, TL_DEPTH_LIMIT);
  assert_int_equal(decode(w, &toy_schema, TOY_TYPE_Chain, &options), TL_OK);
  put_chain(w, 100000);
  assert_int_equal(decode(w, &toy_schema, TOY_TYPE_Chain, &options), TL_ERR_DEPTH);
}

/* proves TL-14 */
static void nested_queries_are_limited_as_well(void **state) {
  wire *w = *state;
  for (int i = 0; i < 100000; i++)
    put32(w, 0x18);
  assert_int_equal(decode_toy(w, TL_OP_OBJECT), TL_ERR_DEPTH);
}

/* proves TL-14 */
static void memory_is_limited(void **state) {
  wire *w = *state;
  tl_decode_options options = {.max_memory = 4096};
  put32(w, 1000); /* a thousand structs of eight bytes, and pointers to them */
  put_zeroes(w, 8000);
  assert_int_equal(decode(w, &toy_schema, TOY_TYPE_vector_bare_pair, &options), TL_ERR_NOMEM);
  put(w, "\xfe\0\x20\0", 4);
  put_zeroes(w, 8192);
  tl_arena_reset(&w->arena);
  assert_int_equal(tl_decode(&toy_schema, TL_OP_STRING, w->bytes.data, w->bytes.size, &options,
                             &w->arena, &w->value, NULL, &w->error),
                   TL_ERR_NOMEM);
  options.strings = TL_STRINGS_ALIAS;
  assert_int_equal(decode(w, &toy_schema, TL_OP_STRING, &options), TL_OK);
}

/* proves TL-14 */
static void memory_ends_at_any_object(void **state) {
  wire *w = *state;
  tl_status status = TL_ERR_NOMEM;
  for (size_t limit = 1; status != TL_OK; limit++) {
    tl_decode_options options = {.max_memory = limit};
    put_chain(w, 20);
    status = decode(w, &toy_schema, TOY_TYPE_Chain, &options);
    assert_true(status == TL_OK || status == TL_ERR_NOMEM);
    assert_true(limit < 8192);
  }
}

/* proves TL-6, TL-14 */
static void elements_of_no_size_are_bounded_by_memory(void **state) {
  wire *w = *state;
  put32(w, 1000);
  assert_int_equal(decode_toy(w, TOY_TYPE_vector_bare_empty), TL_OK);
  put32(w, 0x7fffffff);
  assert_int_equal(decode_toy(w, TOY_TYPE_vector_bare_empty), TL_ERR_NOMEM);
}

/* proves TL-15 */
static void trailing_bytes_are_an_error_unless_allowed(void **state) {
  wire *w = *state;
  tl_decode_options options = {.allow_trailing = true};
  put64(w, 1);
  assert_int_equal(decode_toy(w, TL_OP_INT), TL_ERR_TRAILING);
  assert_int_equal(w->error.offset, 4);
  put64(w, 1);
  assert_int_equal(decode(w, &toy_schema, TL_OP_INT, &options), TL_OK);
  assert_int_equal(w->consumed, 4);
}

/* proves TL-17 */
static void an_unknown_constructor_says_where_and_what(void **state) {
  wire *w = *state;
  put32(w, 0x1d73e7ea); /* messages.messages */
  put32(w, 0x1cb5c415);
  put32(w, 3);
  for (int i = 0; i < 3; i++) {
    put32(w, 0x90a6ca84); /* messageEmpty, the last with an unknown peer */
    put32(w, i == 2);
    put32(w, 5);
    if (i == 2)
      put32(w, 0xdeadbeef);
  }
  put_zeroes(w, 64);
  assert_int_equal(decode(w, &tg_schema, TL_OP_OBJECT, NULL), TL_ERR_UNKNOWN);
  assert_int_equal(w->error.id, 0xdeadbeef);
  assert_int_equal(w->error.offset, 12 + 3 * 12);
  assert_string_equal(w->error.path, "messages.messages.messages[2].peer_id");
  assert_non_null(strstr(w->error.text, "0xdeadbeef"));
  assert_non_null(strstr(w->error.text, "Peer"));
  assert_non_null(strstr(w->error.text, "messageEmpty"));
}

/* proves TL-17 */
static void a_constructor_of_another_type_is_refused_by_name(void **state) {
  wire *w = *state;
  put32(w, 0x13);
  put32(w, 0x11);
  put_zeroes(w, 16);
  assert_int_equal(decode_toy(w, TOY_TYPE_Tree), TL_ERR_UNKNOWN);
  assert_string_equal(w->error.path, "node.left");
  assert_string_equal(w->error.text, "constructor pair#11 where Tree is expected (left of node)");
}

/* proves TL-17 */
static void a_long_path_is_cut_at_its_front(void **state) {
  wire *w = *state;
  put_chain(w, 40);
  w->bytes.size -= 4;
  assert_int_equal(decode_toy(w, TOY_TYPE_Chain), TL_ERR_TRUNCATED);
  assert_int_equal(strlen(w->error.path), sizeof w->error.path - 1);
  assert_memory_equal(w->error.path, "...", 3);
  assert_string_equal(w->error.path + strlen(w->error.path) - 16, ".next.next.flags");
}

/* proves TL-4 */
static void a_run_of_numbers_names_the_one_that_is_missing(void **state) {
  wire *w = *state;
  put32(w, 0x11);
  put32(w, 1);
  assert_int_equal(decode_toy(w, TOY_TYPE_Pair), TL_ERR_TRUNCATED);
  assert_string_equal(w->error.path, "pair.b");
  assert_int_equal(w->error.offset, 8);
}

static void tables_of_another_version_are_refused(void **state) {
  wire *w = *state;
  tl_schema other = toy_schema;
  other.version++;
  put32(w, 1);
  assert_int_equal(decode(w, &other, TL_OP_INT, NULL), TL_ERR_ABI);
}

static void what_makes_no_sense_is_refused(void **state) {
  wire *w = *state;
  put32(w, 1);
  assert_int_equal(decode_toy(w, TOY_TYPES), TL_ERR_ARGUMENT);
  put32(w, 1);
  assert_int_equal(decode_toy(w, TOY_TYPE_repeat_int), TL_ERR_ARGUMENT);
  assert_int_equal(
      tl_decode(&toy_schema, TL_OP_INT, NULL, 4, NULL, &w->arena, &w->value, NULL, NULL),
      TL_ERR_ARGUMENT);
}

/* proves TL-4 */
static void a_failed_decode_leaves_a_zero_value(void **state) {
  wire *w = *state;
  tl_object object = {&toy_schema, w, 3};
  assert_int_equal(
      tl_decode_object(&toy_schema, "\x11\0\0\0", 4, NULL, &w->arena, &object, NULL, NULL),
      TL_ERR_TRUNCATED);
  assert_null(object.schema);
  assert_null(object.args);
  tl_value value = {&toy_schema, w, 3};
  assert_int_equal(
      tl_decode(&toy_schema, TL_OP_OBJECT, "\x11\0\0\0", 4, NULL, &w->arena, &value, NULL, NULL),
      TL_ERR_TRUNCATED);
  assert_null(value.schema);
  assert_null(value.slot);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(a_string_longer_than_the_bytes_left_is_truncated),
      TEST(a_count_is_checked_before_anything_is_allocated),
      TEST(a_repeat_count_is_checked_too),
      TEST(an_array_that_is_cut_off_is_an_error),
      TEST(depth_is_limited),
      TEST(nested_queries_are_limited_as_well),
      TEST(memory_is_limited),
      TEST(memory_ends_at_any_object),
      TEST(elements_of_no_size_are_bounded_by_memory),
      TEST(trailing_bytes_are_an_error_unless_allowed),
      TEST(an_unknown_constructor_says_where_and_what),
      TEST(a_constructor_of_another_type_is_refused_by_name),
      TEST(a_long_path_is_cut_at_its_front),
      TEST(a_run_of_numbers_names_the_one_that_is_missing),
      TEST(tables_of_another_version_are_refused),
      TEST(what_makes_no_sense_is_refused),
      TEST(a_failed_decode_leaves_a_zero_value),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
