/* What a data centre still knows after it was stopped and started in the same folder. */
#include <stdio.h>
#include <sys/stat.h>

#include "prover.h"
#include "temp.h"

static tgdc *start(void) {
  char error[200] = "";
  tgdc_options options = {.state_dir = temp_name(), .dcs = 2, .now = FIXTURE_START};
  tgdc *dc = tgdc_new(&options, error, sizeof error);
  if (dc == NULL)
    fail_msg("%s", error);
  return dc;
}

static int set_up(void **state) {
  *state = raw_new(fixture_dc(temp_dir(), 2), 1);
  raw_sign_in(*state, "15550001111", "12345");
  return 0;
}

static int tear_down(void **state) {
  raw_tear_down(state);
  temp_remove();
  return 0;
}

static void restart(raw_client *client) {
  tgdc_free(client->dc);
  raw_move(client, start());
}

#define ME "{'_':'users.getUsers','id':[{'_':'inputUserSelf'}]}"
#define SET                                                                                        \
  "{'_':'account.updatePasswordSettings','password':{'_':'inputCheckPasswordEmpty'},"              \
  "'new_settings':{'_':'account.passwordInputSettings',%s,'email':'me@example.org'}}"

static void who_is_signed_in_stays_so(void **state) {
  raw_client *client = *state;
  char key[2000];
  KEEP(key, tgdc_public_key(client->dc));
  restart(client);
  assert_string_equal(tgdc_public_key(client->dc), key);
  assert_string_equal(text_at(ask(client, ME), "0.phone"), "15550001111");
  assert_string_equal(
      text_at(ask(client, "{'_':'account.getAuthorizations'}"), "authorizations.0.device_model"),
      "raw");
}

static void who_was_signed_out_stays_so(void **state) {
  raw_client *client = *state;
  control(client->dc, "{'do':'sign_out','phone':'15550001111'}");
  restart(client);
  expect_error(client, "AUTH_KEY_UNREGISTERED", ME);
}

static void a_key_that_was_forgotten_stays_so(void **state) {
  raw_client *client = *state;
  control(client->dc, "{'do':'forget','which':'all'}");
  restart(client);
  assert_null(ask(client, ME));
  assert_int_equal(client->code, -404);
}

static void passwords_and_ways_of_codes_are_kept(void **state) {
  raw_client *client = *state;
  control(client->dc, "{'do':'user','phone':'15550001111','password':'p','hint':'one letter',"
                      "'code_types':['call'],'dc':1,'recovery_email':'a@b.example'}");
  restart(client);
  const json_t *password = ask(client, "{'_':'account.getPassword'}");
  assert_string_equal(text_at(password, "hint"), "one letter");
  assert_int_equal(number_at(password, "has_recovery"), 1);
  expect(client, "account.passwordSettings", "{'_':'account.getPasswordSettings','password':%s}",
         proof_of(client, "p"));
  send_code(client, "15550001111");
  assert_string_equal(text_at(client->answer, "type._"), "auth.sentCodeTypeCall");
}

static void a_password_that_waits_for_its_address_goes_on_waiting(void **state) {
  raw_client *client = *state;
  expect_error(client, "EMAIL_UNCONFIRMED_6", SET, new_password(client, "one"));
  restart(client);
  json_t *mail = temp_last_line("outbox");
  expect_true(client, "{'_':'account.confirmPasswordEmail','code':'%s'}", text_at(mail, "code"));
  json_decref(mail);
  expect(client, "account.passwordSettings", "{'_':'account.getPasswordSettings','password':%s}",
         proof_of(client, "one"));
}

static void a_declined_reset_is_remembered(void **state) {
  raw_client *client = *state;
  control(client->dc, "{'do':'user','phone':'15550001111','password':'p'}");
  expect(client, "account.resetPasswordRequestedWait", "{'_':'account.resetPassword'}");
  expect_true(client, "{'_':'account.declinePasswordReset'}");
  restart(client);
  expect(client, "account.resetPasswordFailedWait", "{'_':'account.resetPassword'}");
}

static void tokens_and_takeouts_are_kept(void **state) {
  raw_client *client = *state;
  char token[100];
  long long id = number_at(ask(client, "{'_':'account.initTakeoutSession'}"), "id");
  restart(client);
  expect(client, "nearestDc",
         "{'_':'invokeWithTakeout','takeout_id':%lld,'query':{'_':'help.getNearestDc'}}", id);
  KEEP(token, text_at(ask(client, "{'_':'auth.logOut'}"), "future_auth_token"));
  restart(client);
  expect(client, "auth.sentCodeSuccess",
         "{'_':'auth.sendCode','phone_number':'15550001111','api_id':1,'api_hash':'h',"
         "'settings':{'_':'codeSettings','logout_tokens':['%s']}}",
         token);
}

static void message_counters_never_go_back(void **state) {
  raw_client *client = *state;
  ask(client, "{'_':'messages.sendMessage','peer':{'_':'inputPeerSelf'},'message':'a',"
              "'random_id':1}");
  int64_t pts = number_at(ask(client, "{'_':'updates.getState'}"), "pts");
  restart(client);
  assert_int_equal(number_at(ask(client, "{'_':'updates.getState'}"), "pts"), pts);
}

static void a_line_that_was_cut_off_is_passed_over(void **state) {
  raw_client *client = *state;
  temp_append("users.jsonl", "{\"id\":\"1000001\",\"phone\":\"1555");
  temp_append("keys.jsonl", "\n\n[1,2\n{\"dc\":1,\"key\":\"zz\"}\n{\"dc\":\"x\"}\n");
  restart(client);
  assert_string_equal(text_at(ask(client, ME), "0.phone"), "15550001111");
}

static void what_is_kept_is_for_its_owner_only(void **state) {
  (void)state;
  static const char *const names[] = {"private.pem", "users.jsonl", "keys.jsonl", "outbox"};
  struct stat about;
  assert_int_equal(stat(temp_name(), &about), 0);
  assert_int_equal(about.st_mode & 077, 0);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    assert_int_equal(stat(temp_path(names[i]), &about), 0);
    assert_int_equal(about.st_mode & 077, 0);
  }
}

static void a_folder_is_for_one_at_a_time(void **state) {
  (void)state;
  char error[200] = "";
  tgdc_options options = {.state_dir = temp_name(), .now = FIXTURE_START};
  assert_null(tgdc_new(&options, error, sizeof error));
  assert_non_null(strstr(error, " is in use by another tgdc"));
}

static void a_folder_that_cannot_be_used_is_named(void **state) {
  (void)state;
  char error[200] = "";
  tgdc_options options = {.state_dir = temp_path("outbox"), .now = FIXTURE_START};
  assert_null(tgdc_new(&options, error, sizeof error));
  assert_non_null(strstr(error, "Not a directory"));
}

int main(void) {
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      T(who_is_signed_in_stays_so),
      T(who_was_signed_out_stays_so),
      T(a_key_that_was_forgotten_stays_so),
      T(passwords_and_ways_of_codes_are_kept),
      T(a_password_that_waits_for_its_address_goes_on_waiting),
      T(a_declined_reset_is_remembered),
      T(tokens_and_takeouts_are_kept),
      T(message_counters_never_go_back),
      T(a_line_that_was_cut_off_is_passed_over),
      T(what_is_kept_is_for_its_owner_only),
      T(a_folder_is_for_one_at_a_time),
      T(a_folder_that_cannot_be_used_is_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
