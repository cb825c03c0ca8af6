/* Text of a stranger on a terminal, and in JSON: nothing in it is obeyed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <tl/visible.h>

#include <cmocka.h>

#include "text.h"

static const char *shown(const char *text, size_t size) {
  static char out[256];
  size_t n = tl_visible(out, sizeof out, text, size);
  assert_int_equal(n, strlen(out));
  return out;
}

#define SHOWS(text, as) assert_string_equal(shown(text, sizeof text - 1), as)

/* proves TB-8 */
static void controls_are_written_out(void **state) {
  (void)state;
  SHOWS("a\x1b[2Jb", "a\\u001b[2Jb");
  SHOWS("a\x07\x08\rb", "a\\u0007\\u0008\\u000db");
  SHOWS("one\n\ttwo", "one\n\ttwo");
  SHOWS("\x7f", "\\u007f");
  SHOWS("\xc2\x9b"
        "31m \xc2\x80 \xc2\x9f",
        "\\u009b31m \\u0080 \\u009f");
  SHOWS("x\0y", "x\\u0000y");
}

/* proves TB-8 */
static void what_turns_the_direction_of_writing_is_written_out(void **state) {
  (void)state;
  SHOWS("\xe2\x80\x8e\xe2\x80\x8f", "\\u200e\\u200f");
  SHOWS("a\xe2\x80\xaa\xe2\x80\xab\xe2\x80\xac\xe2\x80\xad\xe2\x80\xae",
        "a\\u202a\\u202b\\u202c\\u202d\\u202e");
  SHOWS("\xe2\x81\xa6\xe2\x81\xa7\xe2\x81\xa8\xe2\x81\xa9", "\\u2066\\u2067\\u2068\\u2069");
  SHOWS("\xd8\x9c", "\\u061c");
  SHOWS("\xe2\x80\x8d\xe2\x80\xaf\xe2\x81\xaa",
        "\xe2\x80\x8d\xe2\x80\xaf\xe2\x81\xaa"); /* their neighbours */
}

/* proves TB-8 */
static void what_is_no_utf8_is_written_out(void **state) {
  (void)state;
  SHOWS("a\x9b", "a\\x9b");
  SHOWS("\xc2", "\\xc2");
  SHOWS("\xc0\xaf", "\\xc0\\xaf");
  SHOWS("\xed\xa0\x80", "\\xed\\xa0\\x80");
  SHOWS("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
  SHOWS("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
}

static void what_does_not_fit_is_left_out_whole(void **state) {
  (void)state;
  char out[8];
  assert_int_equal(tl_visible(out, sizeof out,
                              "ab\x1b"
                              "cd",
                              5),
                   10);
  assert_string_equal(out, "ab");
  assert_int_equal(tl_visible(out, 4, "ab\xc3\xa9z", 5), 5);
  assert_string_equal(out, "ab");
  assert_int_equal(tl_visible(out, 1, "ab", 2), 2);
  assert_string_equal(out, "");
  assert_int_equal(tl_visible(NULL, 0, "ab", 2), 2);
}

/* proves TB-8 */
static void json_has_them_as_its_own_escapes(void **state) {
  (void)state;
  static const char text[] = "\"\\\n\x7f\xc2\x9b\xe2\x80\xae\xc3\xa9\xe2\x82\xac\xd8\xa7";
  tl_buffer out;
  tl_text writer;
  tl_buffer_init(&out, NULL, 0);
  tl_text_init(&writer, &out, false);
  tl_text_quote(&writer, text, sizeof text - 1);
  assert_int_equal(tl_buffer_append(&out, "", 1), TL_OK);
  assert_string_equal((const char *)out.data,
                      "\"\\\"\\\\\\n\\u007f\\u009b\\u202e\xc3\xa9\xe2\x82\xac\xd8\xa7\"");
  tl_buffer_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(controls_are_written_out),
      cmocka_unit_test(what_turns_the_direction_of_writing_is_written_out),
      cmocka_unit_test(what_is_no_utf8_is_written_out),
      cmocka_unit_test(what_does_not_fit_is_left_out_whole),
      cmocka_unit_test(json_has_them_as_its_own_escapes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
