/* One key used by two clients at a time: told when the configuration says so, never where one
 * client follows another. */
#include "ask.h"

#define ME "{'_':'users.getUsers','id':[{'_':'inputUserSelf'}]}"

static int set_up(void **state) {
  *state = raw_new(fixture_dc(NULL, 1), 2);
  raw_sign_in(*state, "15550001111", "12345");
  return 0;
}

static raw_client *with_the_key_of(const raw_client *one) {
  raw_client *two = raw_new(one->dc, 2);
  two->key = one->key;
  two->salt = one->salt;
  return two;
}

static bool is_me(raw_client *client) {
  const json_t *answer = ask(client, ME);
  return answer != NULL && strcmp(text_at(answer, "0.phone"), "15550001111") == 0;
}

static void two_at_a_time_end_the_login(void **state) {
  raw_client *one = *state, *two = with_the_key_of(one);
  control(one->dc, "{'do':'set','duplicates':true}");
  assert_true(is_me(one));
  assert_true(is_me(two)); /* the first may have gone */
  assert_int_equal(tgdc_duplicated(one->dc), 0);
  expect_error(one, "AUTH_KEY_DUPLICATED", ME);
  expect_error(two, "AUTH_KEY_DUPLICATED", ME);
  assert_int_equal(tgdc_duplicated(one->dc), 1);
  raw_free(two);
}

static void one_after_the_other_do_not(void **state) {
  raw_client *one = *state, *two = with_the_key_of(one);
  control(one->dc, "{'do':'set','duplicates':true}");
  for (int i = 0; i < 3; i++)
    assert_true(is_me(one));
  raw_reconnect(one);
  assert_true(is_me(one));
  for (int i = 0; i < 3; i++)
    assert_true(is_me(two));
  assert_int_equal(tgdc_duplicated(one->dc), 0);
  raw_free(two);
}

static void a_session_without_updates_is_beside_the_other(void **state) {
  raw_client *one = *state, *two = with_the_key_of(one);
  control(one->dc, "{'do':'set','duplicates':true}");
  for (int i = 0; i < 3; i++) {
    assert_true(is_me(one));
    assert_non_null(ask(two, "{'_':'invokeWithoutUpdates','query':{'_':'help.getNearestDc'}}"));
  }
  assert_int_equal(tgdc_duplicated(one->dc), 0);
  raw_free(two);
}

static void it_is_an_option(void **state) {
  raw_client *one = *state, *two = with_the_key_of(one);
  for (int i = 0; i < 3; i++)
    assert_true(is_me(one) && is_me(two));
  assert_int_equal(tgdc_duplicated(one->dc), 0);
  raw_free(two);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, raw_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(two_at_a_time_end_the_login),
      TEST(one_after_the_other_do_not),
      TEST(a_session_without_updates_is_beside_the_other),
      TEST(it_is_an_option),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
