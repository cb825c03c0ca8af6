/* How the generated code calls things. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/names.h"
#include "base/pool.h"

static mem pool;

static int free_pool(void **state) {
  (void)state;
  mem_free(&pool);
  return 0;
}

/* proves TL-13 */
static void names_keep_the_spelling_of_the_schema(void **state) {
  (void)state;
  assert_string_equal(names_mangle(&pool, "tg", "user"), "tg_user");
  assert_string_equal(names_mangle(&pool, "tg", "User"), "tg_User");
  assert_string_equal(names_mangle(&pool, "tg", "auth.sendCode"), "tg_auth_sendCode");
  assert_string_equal(names_mangle(&pool, "mt", "a.b.c_d"), "mt_a_b_c_d");
  assert_string_equal(names_mangle(&pool, "tg", "trailing_"), "tg_trailing_");
}

static void instances_are_named_by_their_arguments(void **state) {
  (void)state;
  assert_string_equal(names_mangle(&pool, "g", "pair<string,int>"), "g_pair_string_int");
  assert_string_equal(names_mangle(&pool, "g", "maybe<Vector<a.B>>"), "g_maybe_Vector_a_B");
  assert_string_equal(names_mangle(&pool, "g", "foo.items[]"), "g_foo_items");
}

/* proves TL-13 */
static void keywords_and_macros_get_an_underscore(void **state) {
  (void)state;
  static const char *const keywords[] = {"default", "delete",   "long",  "private", "public",
                                         "short",   "static",   "class", "bool",    "and",
                                         "typeof",  "unix",     "errno", "stdin",   "NULL",
                                         "xor_eq",  "co_yield", "int",   "while",   "nullptr"};
  for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
    const char *expected = mem_join(&pool, keywords[i], "_", NULL);
    assert_string_equal(names_member(&pool, keywords[i]), expected);
  }
}

static void other_members_keep_their_names(void **state) {
  (void)state;
  static const char *const names[] = {"id",  "type",   "default_", "Default", "message",
                                      "aaa", "zzz",    "has_id",   "chars",   "defaul",
                                      "_",   "flags2", "x"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    assert_string_equal(names_member(&pool, names[i]), names[i]);
}

static void errors_become_identifiers(void **state) {
  (void)state;
  assert_string_equal(names_error(&pool, "PHONE_CODE_INVALID"), "PHONE_CODE_INVALID");
  assert_string_equal(names_error(&pool, "FLOOD_WAIT_%d"), "FLOOD_WAIT_X");
  assert_string_equal(names_error(&pool, "FILE_PART_%d_MISSING"), "FILE_PART_X_MISSING");
  assert_string_equal(names_error(&pool, "2FA_CONFIRM_WAIT_%d"), "2FA_CONFIRM_WAIT_X");
  assert_string_equal(names_error(&pool, "Timed-out."), "Timed_out_");
}

static void headers_are_the_first_part_of_a_name(void **state) {
  (void)state;
  assert_string_equal(names_header(&pool, "tg", "auth.sendCode"), "auth");
  assert_string_equal(names_header(&pool, "tg", "a.b.c"), "a");
  assert_string_equal(names_header(&pool, "tg", "user"), "core");
  assert_string_equal(names_header(&pool, "tg", "pair<a.B>"), "core");
  assert_string_equal(names_header(&pool, "tg", "types.x"), "types_");
  assert_string_equal(names_header(&pool, "tg", "tg.x"), "tg_");
  assert_string_equal(names_header(&pool, "mt", "tg.x"), "tg");
}

static void guards_are_identifiers(void **state) {
  (void)state;
  assert_string_equal(names_guard(&pool, "tg/auth.h"), "TG_AUTH_H");
}

static void prefixes_are_checked(void **state) {
  (void)state;
  assert_true(names_prefix_ok("tg"));
  assert_true(names_prefix_ok("lib2"));
  static const char *const wrong[] = {
      "", "Tg", "2a", "a_b", "a b", "tg.", "int", "and", "-", "abcdefghijklmnopqrstuvwxyz0123456"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    assert_false(names_prefix_ok(wrong[i]));
}

static void taken_names_are_refused(void **state) {
  (void)state;
  names_scope scope = {{0}};
  assert_null(names_take(&pool, &scope, "foo_bar", NAMES_CONSTRUCTOR, "foo.bar"));
  assert_string_equal(names_take(&pool, &scope, "foo_bar", NAMES_CONSTRUCTOR, "foo_bar"),
                      "foo.bar");
  assert_non_null(names_take(&pool, &scope, "schema", NAMES_CONSTRUCTOR, "schema"));
  assert_non_null(names_take(&pool, &scope, "vector_User", NAMES_CONSTRUCTOR, "vector_User"));
  assert_null(names_take(&pool, &scope, "vector_User_", NAMES_CONSTRUCTOR, "vector_User"));
}

static void derived_names_clash_by_what_is_derived(void **state) {
  (void)state;
  names_scope scope = {{0}};
  assert_null(names_take(&pool, &scope, "foo", NAMES_CONSTRUCTOR, "foo"));
  assert_null(names_take(&pool, &scope, "get", NAMES_FUNCTION, "get"));
  assert_null(names_take(&pool, &scope, "Foo", NAMES_TYPE, "Foo"));
  assert_string_equal(names_derived_clash(&pool, &scope, "foo_box"), "foo");
  assert_string_equal(names_derived_clash(&pool, &scope, "get_call"), "get");
  assert_string_equal(names_derived_clash(&pool, &scope, "Foo_none"), "Foo");
  assert_null(names_derived_clash(&pool, &scope, "foo_none"));
  assert_null(names_derived_clash(&pool, &scope, "foo_call"));
  assert_null(names_derived_clash(&pool, &scope, "get_box"));
  assert_null(names_derived_clash(&pool, &scope, "_box"));
}

static void strings_share_their_ends(void **state) {
  (void)state;
  name_pool names = {.size = 0};
  static const char *const words[] = {"user_id", "id", "", "d", "name", "surname", "me", "id"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    pool_add(&pool, &names, words[i]);
  pool_place(&pool, &names, true);
  assert_int_equal(names.size, sizeof "user_id" + sizeof "surname");
  char blob[64] = {0}, *at = blob;
  for (size_t i = 0; i < names.placed.count; i++)
    at += strlen(strcpy(at, names.placed.items[i])) + 1;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    assert_string_equal(blob + pool_offset(&names, words[i]), words[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_keep_the_spelling_of_the_schema),
      cmocka_unit_test(instances_are_named_by_their_arguments),
      cmocka_unit_test(keywords_and_macros_get_an_underscore),
      cmocka_unit_test(other_members_keep_their_names),
      cmocka_unit_test(errors_become_identifiers),
      cmocka_unit_test(headers_are_the_first_part_of_a_name),
      cmocka_unit_test(guards_are_identifiers),
      cmocka_unit_test(prefixes_are_checked),
      cmocka_unit_test(taken_names_are_refused),
      cmocka_unit_test(derived_names_clash_by_what_is_derived),
      cmocka_unit_test(strings_share_their_ends),
  };
  return cmocka_run_group_tests(tests, NULL, free_pool);
}
