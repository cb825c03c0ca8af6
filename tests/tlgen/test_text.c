/* Blocks with named slots, and comments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

static text out;

static int start(void **state) {
  (void)state;
  text_clear(&out);
  return 0;
}

static int stop(void **state) {
  (void)state;
  text_free(&out);
  return 0;
}

static void slots_are_replaced(void **state) {
  (void)state;
  TEXT_BLOCK(&out, "struct {name} { {type} {name}; };", "name", "a", "type", "int");
  assert_string_equal(out.data, "struct a { int a; };");
}

static void braces_of_c_stand_for_themselves(void **state) {
  (void)state;
  TEXT_BLOCK(&out, "x = {{a}, {0}, {&{b}, {}}, {unknown}, { a }};\n{", "a", "1", "b", "2");
  assert_string_equal(out.data, "x = {1, {0}, {&2, {}}, {unknown}, { a }};\n{");
}

static void a_slot_is_matched_by_its_whole_name(void **state) {
  (void)state;
  TEXT_BLOCK(&out, "{name}{names}{nam}", "nam", "1", "name", "2", "names", "3");
  assert_string_equal(out.data, "231");
}

static void values_are_not_looked_through(void **state) {
  (void)state;
  TEXT_BLOCK(&out, "{a}", "a", "{b}", "b", "x");
  assert_string_equal(out.data, "{b}");
}

static void numbers_are_written_in_full(void **state) {
  (void)state;
  text_add_number(&out, 0);
  text_add(&out, " ");
  text_add_number(&out, 4294967295u);
  text_add(&out, " ");
  text_add(&out, HEX8(0xabcul));
  assert_string_equal(out.data, "0 4294967295 00000abc");
}

static void a_text_grows(void **state) {
  (void)state;
  for (int i = 0; i < 100000; i++)
    TEXT_BLOCK(&out, "{x}-", "x", "ab");
  assert_int_equal(out.size, 300000);
  assert_memory_equal(out.data + 299997, "ab-", 4);
}

static void a_comment_is_wrapped_at_100_columns(void **state) {
  (void)state;
  comment_open(&out);
  char words[400];
  memset(words, 'w', sizeof words);
  for (size_t i = 9; i < sizeof words; i += 10)
    words[i] = ' ';
  words[sizeof words - 1] = 0;
  comment_paragraph(&out, words);
  comment_close(&out);
  for (const char *line = out.data; *line; line += strcspn(line, "\n") + 1) {
    assert_true(strcspn(line, "\n") <= 100);
    assert_true(strncmp(line, "/*", 2) == 0 || strncmp(line, " *    ", 6) == 0);
  }
  assert_memory_equal(out.data + out.size - 4, " */\n", 5);
}

static void a_long_word_is_not_cut(void **state) {
  (void)state;
  char word[200];
  memset(word, 'u', sizeof word);
  word[sizeof word - 1] = 0;
  comment_open(&out);
  comment_paragraph(&out, word);
  comment_close(&out);
  assert_non_null(strstr(out.data, word));
}

static void paragraphs_start_on_lines_of_their_own(void **state) {
  (void)state;
  comment_open(&out);
  comment_paragraph(&out, "one");
  comment_paragraph(&out, "two");
  comment_close(&out);
  assert_string_equal(out.data, "/* one\n * two */\n");
}

static void joined_words_stay_on_one_line(void **state) {
  (void)state;
  comment_open(&out);
  for (int i = 0; i < 40; i++)
    comment_paragraph(&out, "400" COMMENT_JOIN "NAME 400" COMMENT_JOIN "NAME 400" COMMENT_JOIN
                            "NAME 400" COMMENT_JOIN "NAME 400" COMMENT_JOIN "NAME 400" COMMENT_JOIN
                            "NAME 400" COMMENT_JOIN "NAME 400" COMMENT_JOIN "NAME 400" COMMENT_JOIN
                            "NAME 400" COMMENT_JOIN "NAME 400" COMMENT_JOIN "NAME 400" COMMENT_JOIN
                            "NAME");
  comment_close(&out);
  assert_null(strstr(out.data, "400\n"));
  assert_null(strchr(out.data, *COMMENT_JOIN));
}

static void a_comment_cannot_be_ended_from_inside(void **state) {
  (void)state;
  comment_open(&out);
  comment_paragraph(&out, "a*/b **/ */");
  comment_close(&out);
  assert_ptr_equal(strstr(out.data, "*/"), out.data + out.size - 3);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(slots_are_replaced, start),
      cmocka_unit_test_setup(braces_of_c_stand_for_themselves, start),
      cmocka_unit_test_setup(a_slot_is_matched_by_its_whole_name, start),
      cmocka_unit_test_setup(values_are_not_looked_through, start),
      cmocka_unit_test_setup(numbers_are_written_in_full, start),
      cmocka_unit_test_setup(a_text_grows, start),
      cmocka_unit_test_setup(a_comment_is_wrapped_at_100_columns, start),
      cmocka_unit_test_setup(a_long_word_is_not_cut, start),
      cmocka_unit_test_setup(paragraphs_start_on_lines_of_their_own, start),
      cmocka_unit_test_setup(joined_words_stay_on_one_line, start),
      cmocka_unit_test_setup(a_comment_cannot_be_ended_from_inside, start),
  };
  return cmocka_run_group_tests(tests, NULL, stop);
}
