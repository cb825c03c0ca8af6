/* The tables of errors that tlgen makes: numbers, codes, texts, and which method has which. */
#include "support.h"

#include <lib/lib.h>
#include <tg/tg.h>
#include <tl/errors.h>

/* proves ER-1 */
static void errors_have_their_numbers_in_order(void **state) {
  (void)state;
  int64_t number = 0;
  assert_int_equal(tl_error_find(&lib_errors, "BOOK_UNKNOWN", 12, NULL), LIB_ERR_BOOK_UNKNOWN);
  assert_int_equal(tl_error_find(&lib_errors, "WAIT_30", 7, &number), LIB_ERR_WAIT_X);
  assert_int_equal(number, 30);
  assert_int_equal(tl_error_find(&lib_errors, "NO_SUCH", 7, NULL), LIB_ERR_UNKNOWN);
  for (uint16_t i = 1; i < tg_errors.count; i++)
    assert_true(strcmp(tl_error_name(&tg_errors, i), tl_error_name(&tg_errors, i + 1)) < 0);
}

/* proves ER-2 */
static void an_error_that_ends_with_text_is_typed(void **state) {
  static const char text[] = "ASK_WAIT_30";
  (void)state;
  assert_int_equal(tl_error_find(&lib_errors, text, 11, NULL), LIB_ERR_ASK_X);
  assert_int_equal(lib_user_lend_error(LIB_ERR_ASK_X), LIB_user_lend_ASK_X);
  tl_string tail = tl_error_tail(&lib_errors, LIB_ERR_ASK_X, text, 11);
  assert_ptr_equal(tail.data, text + 4);
  assert_int_equal(tail.size, 7);
  assert_int_equal(tl_error_tail(&lib_errors, LIB_ERR_WAIT_X, "WAIT_30", 7).size, 0);
}

/* proves ER-1 */
static void an_error_knows_all_its_codes(void **state) {
  (void)state;
  assert_int_equal(lib_errors.entries[LIB_ERR_LENT_ALREADY - 1].code, 403);
  assert_true(tl_error_has_code(&lib_errors, LIB_ERR_LENT_ALREADY, 403));
  assert_true(tl_error_has_code(&lib_errors, LIB_ERR_LENT_ALREADY, 401));
  assert_false(tl_error_has_code(&lib_errors, LIB_ERR_LENT_ALREADY, 400));
  assert_false(tl_error_has_code(&lib_errors, LIB_ERR_LENT_ALREADY, 0));
  assert_false(tl_error_has_code(&lib_errors, LIB_ERR_ASK_X, 401));
  assert_false(tl_error_has_code(&lib_errors, LIB_ERR_UNKNOWN, 403));
  assert_int_equal(tg_errors.entries[TG_ERR_FILE_MIGRATE_X - 1].code, 303);
  assert_true(tl_error_has_code(&tg_errors, TG_ERR_FILE_MIGRATE_X, 400));
  assert_true(tl_error_has_code(&tg_errors, TG_ERR_PHONE_NUMBER_INVALID, 406));
}

static void a_method_knows_its_own_errors(void **state) {
  (void)state;
  assert_int_equal(lib_user_lend_error(LIB_ERR_LENT_ALREADY), LIB_user_lend_LENT_ALREADY);
  assert_int_equal(lib_user_lend_error(LIB_ERR_WAIT_X), LIB_user_lend_ERR_OTHER);
  assert_int_equal(lib_user_lend_error(LIB_ERR_UNKNOWN), LIB_user_lend_ERR_OTHER);
  assert_int_equal(lib_user_forget_error(LIB_ERR_LENT_ALREADY), LIB_user_forget_ERR_OTHER);
  uint16_t lend = lib_user_lend_call(NULL).def, forget = lib_user_forget_call(NULL).def;
  assert_true(tl_error_listed(&lib_errors, lend, LIB_ERR_LENT_ALREADY));
  assert_false(tl_error_listed(&lib_errors, forget, LIB_ERR_LENT_ALREADY));
  assert_true(tl_error_listed(&lib_errors, forget, LIB_ERR_WAIT_X));
}

static void a_method_knows_who_may_call_it(void **state) {
  (void)state;
  const uint8_t *flags = lib_errors.method_flags;
  uint16_t first = lib_schema.n_constructors;
  assert_int_equal(flags[lib_getShelf_call(NULL).def - first], TL_METHOD_UNAUTHORIZED);
  assert_int_equal(flags[lib_user_lend_call(NULL).def - first], TL_METHOD_USERS_ONLY);
  assert_int_equal(flags[lib_user_find_call(NULL).def - first], TL_METHOD_BOTS_ONLY);
  assert_int_equal(flags[lib_user_forget_call(NULL).def - first], 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(errors_have_their_numbers_in_order),
      cmocka_unit_test(an_error_that_ends_with_text_is_typed),
      cmocka_unit_test(an_error_knows_all_its_codes),
      cmocka_unit_test(a_method_knows_its_own_errors),
      cmocka_unit_test(a_method_knows_who_may_call_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
