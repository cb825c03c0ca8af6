/* What can be done to those who are signed in, by themselves and by control commands. */
#include "ask.h"

static int set_up(void **state) {
  *state = raw_new(fixture_dc(NULL, 1), 2);
  raw_sign_in(*state, "15550001111", "12345");
  return 0;
}

#define ME "{'_':'users.getUsers','id':[{'_':'inputUserSelf'}]}"

static void an_update_is_pushed_to_every_client_of_the_account(void **state) {
  raw_client *one = *state, *two = raw_new(one->dc, 2), *other = raw_new(one->dc, 2);
  raw_sign_in(two, "15550001111", "12345");
  expect(other, "nearestDc", "{'_':'help.getNearestDc'}");
  raw_forget(one);
  raw_forget(two);
  raw_forget(other);
  control(one->dc, "{'do':'push','phone':'15550001111','updates':{'_':'updateShort','date':1,"
                   "'update':{'_':'updateConfig'}}}");
  raw_wait(one, 0);
  raw_wait(two, 0);
  raw_wait(other, 0);
  assert_non_null(raw_find(one, 0x78d4dec1u));
  assert_non_null(raw_find(two, 0x78d4dec1u));
  assert_null(raw_find(other, 0x78d4dec1u));
  assert_string_equal(
      refusal(one->dc, "{'do':'push','phone':'15550001111','updates':{'_':'user'}}"),
      "\"updates\": user is no constructor of Updates");
  raw_free(two);
  raw_free(other);
}

static void salts_can_be_made_wrong(void **state) {
  raw_client *client = *state;
  control(client->dc, "{'do':'salts'}");
  assert_null(ask(client, ME));
  const raw_message *bad = raw_find(client, 0xedab447bu);
  assert_non_null(bad);
  client->salt = (int64_t)tl_load64(bad->body.data + 20);
  assert_string_equal(text_at(ask(client, ME), "0.phone"), "15550001111");
}

static void an_account_can_be_signed_out(void **state) {
  raw_client *client = *state;
  control(client->dc, "{'do':'sign_out','phone':'15550001111'}");
  expect_error(client, "AUTH_KEY_UNREGISTERED", ME);
}

static void authorizations_are_listed_and_ended(void **state) {
  raw_client *one = *state, *two = raw_new(one->dc, 2);
  raw_sign_in(two, "15550001111", "12345");
  const json_t *list = ask(one, "{'_':'account.getAuthorizations'}");
  assert_int_equal(json_array_size(json_object_get(list, "authorizations")), 2);
  int other = json_object_get(json_array_get(json_object_get(list, "authorizations"), 0), "current")
                  ? 1
                  : 0;
  long long hash = number_at(list, other == 1 ? "authorizations.1.hash" : "authorizations.0.hash");
  expect_error(one, "HASH_INVALID", "{'_':'account.resetAuthorization','hash':1}");
  expect_true(one, "{'_':'account.resetAuthorization','hash':'%lld'}", hash);
  expect_error(two, "AUTH_KEY_UNREGISTERED", ME);
  raw_free(two);
}

static void a_takeout_goes_by_its_id(void **state) {
  raw_client *client = *state;
  const char *within = "{'_':'invokeWithTakeout','takeout_id':'%lld','query':%s}";
  const char *finish = "{'_':'account.finishTakeoutSession','success':true}";
  expect_error(client, "TAKEOUT_INVALID", within, 5LL, ME);
  long long id = number_at(ask(client, "{'_':'account.initTakeoutSession'}"), "id");
  expect_error(client, "TAKEOUT_INVALID", within, id + 1, ME);
  assert_string_equal(text_at(ask(client, within, id, ME), "0.phone"), "15550001111");
  expect_error(client, "TAKEOUT_REQUIRED", "%s", finish);
  expect_true(client, within, id, finish);
  expect_error(client, "TAKEOUT_INVALID", within, id, ME);
}

/* proves LG-3 */
static void tokens_come_with_every_authorization_when_they_are_to(void **state) {
  raw_client *client = raw_new(((raw_client *)*state)->dc, 2);
  control(client->dc, "{'do':'set','early_tokens':true}");
  const char *hash = send_code(client, "15550001111");
  const json_t *answer = sign_in(client, "15550001111", hash, "12345");
  assert_true(strlen(text_at(answer, "future_auth_token")) > 40);
  raw_free(client);
}

static void an_account_can_be_deleted_and_made_again(void **state) {
  raw_client *client = *state;
  expect_true(client, "{'_':'account.deleteAccount','reason':'test'}");
  expect_error(client, "AUTH_KEY_UNREGISTERED", ME);
  const char *hash = send_code(client, "15550001111");
  const char *code = tgdc_last_code(client->dc, "15550001111");
  assert_string_equal(text_at(sign_in(client, "15550001111", hash, code), "_"),
                      "auth.authorizationSignUpRequired");
}

int main(void) {
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, raw_tear_down)
  const struct CMUnitTest tests[] = {
      T(an_update_is_pushed_to_every_client_of_the_account),
      T(salts_can_be_made_wrong),
      T(an_account_can_be_signed_out),
      T(authorizations_are_listed_and_ended),
      T(a_takeout_goes_by_its_id),
      T(tokens_come_with_every_authorization_when_they_are_to),
      T(an_account_can_be_deleted_and_made_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
