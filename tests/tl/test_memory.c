/* Views, allocator, buffer and arena. */
#include "support.h"

#include <tl/arena.h>
#include <tl/buffer.h>
#include <tl/wire.h>

static void views_of_text(void **state) {
  (void)state;
  tl_string literal = TL_STR("a\0b"), of = tl_string_of("abc"), absent = tl_string_of(NULL);
  assert_int_equal(literal.size, 3);
  assert_int_equal(of.size, 3);
  assert_null(absent.data);
  assert_int_equal(absent.size, 0);
}

static void every_status_has_a_name_of_its_own(void **state) {
  (void)state;
  for (int i = TL_OK; i <= TL_ERR_ARGUMENT; i++) {
    assert_string_not_equal(tl_status_name((tl_status)i), "unknown status");
    for (int j = TL_OK; j < i; j++)
      assert_string_not_equal(tl_status_name((tl_status)i), tl_status_name((tl_status)j));
  }
  assert_string_equal(tl_status_name((tl_status)99), "unknown status");
}

/* proves TL-1 */
static void loads_and_stores_are_little_endian_at_any_address(void **state) {
  uint8_t bytes[40] = {0};
  uint32_t words[2] = {0};
  uint64_t longs[2] = {0};
  (void)state;
  tl_store32(bytes + 1, 0x11223344);
  assert_memory_equal(bytes, "\0\x44\x33\x22\x11\0", 6);
  assert_true(tl_load32(bytes + 1) == 0x11223344);
  tl_store64(bytes + 3, UINT64_C(0x0102030405060708));
  assert_memory_equal(bytes + 3, "\x08\x07\x06\x05\x04\x03\x02\x01", 8);
  assert_true(tl_load64(bytes + 3) == UINT64_C(0x0102030405060708));
  tl_store_double(bytes + 5, -2.5);
  assert_memory_equal(bytes + 5, "\0\0\0\0\0\0\x04\xc0", 8);
  assert_true(tl_load_double(bytes + 5) == -2.5);
  tl_load32_many(words, (const uint8_t *)"\1\0\0\0\0\0\0\2", 2);
  assert_true(words[0] == 1 && words[1] == 0x02000000);
  tl_store32_many(bytes, words, 2);
  assert_memory_equal(bytes, "\1\0\0\0\0\0\0\2", 8);
  tl_load64_many(longs, (const uint8_t *)"\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\2", 2);
  assert_true(longs[0] == 1 && longs[1] == UINT64_C(0x0200000000000000));
  tl_store64_many(bytes, longs, 2);
  assert_memory_equal(bytes, "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\2", 16);
}

static void a_buffer_grows_up_to_its_limit(void **state) {
  tl_buffer buffer;
  (void)state;
  tl_buffer_init(&buffer, NULL, 1000);
  for (int i = 0; i < 100; i++)
    assert_int_equal(tl_buffer_append(&buffer, "0123456789", 10), TL_OK);
  assert_int_equal(buffer.size, 1000);
  assert_int_equal(tl_buffer_append(&buffer, "x", 1), TL_ERR_NOMEM);
  assert_null(tl_buffer_extend(&buffer, SIZE_MAX));
  assert_int_equal(buffer.size, 1000);
  assert_memory_equal(buffer.data + 990, "0123456789", 10);
  tl_buffer_consume(&buffer, 995);
  assert_int_equal(buffer.size, 5);
  assert_memory_equal(buffer.data, "56789", 5);
  tl_buffer_consume(&buffer, 99);
  assert_int_equal(buffer.size, 0);
  tl_buffer_free(&buffer);
  assert_null(buffer.data);
}

static void wiping_overwrites_what_was_there(void **state) {
  tl_buffer buffer;
  (void)state;
  tl_buffer_init(&buffer, NULL, 0);
  assert_int_equal(tl_buffer_append(&buffer, "secret", 6), TL_OK);
  tl_buffer_clear(&buffer);
  tl_buffer_wipe(&buffer);
  assert_memory_equal(buffer.data, "\0\0\0\0\0\0", 6);
  tl_buffer_free(&buffer);
}

static void a_buffer_gives_everything_back(void **state) {
  failing_allocator failing = {.left = 3};
  tl_allocator allocator = {failing_realloc, &failing};
  tl_buffer buffer;
  (void)state;
  tl_buffer_init(&buffer, &allocator, 0);
  size_t size = 0;
  while (tl_buffer_append(&buffer, "0123456789", 10) == TL_OK)
    size += 10;
  assert_int_equal(buffer.size, size);
  assert_true(failing.live > 0);
  tl_buffer_free(&buffer);
  assert_int_equal(failing.live, 0);
}

static void arena_memory_is_aligned_and_apart(void **state) {
  tl_arena arena;
  uint8_t *pieces[200];
  (void)state;
  tl_arena_init(&arena, NULL, 0);
  for (size_t i = 0; i < 200; i++) {
    pieces[i] = tl_arena_alloc(&arena, i * 7);
    assert_non_null(pieces[i]);
    assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
    memset(pieces[i], (int)i, i * 7);
    assert_non_null(tl_arena_copy(&arena, "odd", 3));
  }
  for (size_t i = 0; i < 200; i++)
    for (size_t j = 0; j < i * 7; j++)
      assert_int_equal(pieces[i][j], (uint8_t)i);
  tl_arena_free(&arena);
}

static void an_arena_copy_is_terminated(void **state) {
  tl_arena arena;
  (void)state;
  tl_arena_init(&arena, NULL, 0);
  char *copy = tl_arena_copy(&arena, "abcdefgh", 8);
  assert_string_equal(copy, "abcdefgh");
  assert_string_equal(tl_arena_copy(&arena, NULL, 0), "");
  assert_null(tl_arena_copy(&arena, "", SIZE_MAX));
  assert_null(tl_arena_alloc(&arena, SIZE_MAX));
  tl_arena_free(&arena);
}

/* proves TL-14 */
static void an_arena_keeps_to_its_limit(void **state) {
  failing_allocator counting = {.left = 1000};
  tl_allocator allocator = {failing_realloc, &counting};
  tl_arena arena;
  size_t taken = 0;
  (void)state;
  tl_arena_init(&arena, &allocator, 100000);
  while (tl_arena_alloc(&arena, 500))
    taken += 500;
  assert_true(taken > 80000 && taken <= 100000);
  assert_true(counting.live <= 100000);
  assert_null(tl_arena_alloc(&arena, 200000));
  tl_arena_free(&arena);
  assert_int_equal(counting.live, 0);
}

static void a_reset_arena_keeps_its_largest_block(void **state) {
  failing_allocator counting = {.left = 1000};
  tl_allocator allocator = {failing_realloc, &counting};
  tl_arena arena;
  (void)state;
  tl_arena_init(&arena, &allocator, 0);
  assert_non_null(tl_arena_alloc(&arena, 10));
  assert_non_null(tl_arena_alloc(&arena, 50000));
  assert_non_null(tl_arena_alloc(&arena, 10000));
  size_t before = counting.live;
  tl_arena_reset(&arena);
  assert_true(counting.live >= 50000 && counting.live < before);
  int left = counting.left;
  assert_non_null(tl_arena_alloc(&arena, 50000));
  assert_int_equal(counting.left, left);
  tl_arena_free(&arena);
  tl_arena_reset(&arena);
  assert_int_equal(counting.live, 0);
}

static void an_arena_without_memory_says_so(void **state) {
  failing_allocator failing = {.left = 1};
  tl_allocator allocator = {failing_realloc, &failing};
  tl_arena arena;
  (void)state;
  tl_arena_init(&arena, &allocator, 0);
  assert_non_null(tl_arena_alloc(&arena, 100));
  assert_null(tl_arena_alloc(&arena, 100000));
  assert_null(tl_arena_copy(&arena, "", 100000));
  assert_non_null(tl_arena_alloc(&arena, 100));
  tl_arena_free(&arena);
  assert_int_equal(failing.live, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(views_of_text),
      cmocka_unit_test(every_status_has_a_name_of_its_own),
      cmocka_unit_test(loads_and_stores_are_little_endian_at_any_address),
      cmocka_unit_test(a_buffer_grows_up_to_its_limit),
      cmocka_unit_test(wiping_overwrites_what_was_there),
      cmocka_unit_test(a_buffer_gives_everything_back),
      cmocka_unit_test(arena_memory_is_aligned_and_apart),
      cmocka_unit_test(an_arena_copy_is_terminated),
      cmocka_unit_test(an_arena_keeps_to_its_limit),
      cmocka_unit_test(a_reset_arena_keeps_its_largest_block),
      cmocka_unit_test(an_arena_without_memory_says_so),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
