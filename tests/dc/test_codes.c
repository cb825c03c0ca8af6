/* Codes and accounts: signing up, where codes go, and how long they are good. */
#include <stdio.h>
#include <unistd.h>

#include "ask.h"
#include "temp.h"

static int set_up(void **state) {
  *state = raw_new(fixture_dc(temp_dir(), 3), 1);
  return 0;
}

static int tear_down(void **state) {
  raw_tear_down(state);
  temp_remove();
  return 0;
}

/* The member of the last line of the outbox. */
static const char *mailed(const char *name) {
  static char text[200];
  json_t *line = temp_last_line("outbox");
  const char *value = text_at(line, name);
  KEEP(text, value);
  json_decref(line);
  return text;
}

static void a_code_is_in_the_outbox(void **state) {
  const char *hash = send_code(*state, "+1 555 000 1111");
  assert_string_equal(mailed("kind"), "code");
  assert_string_equal(mailed("via"), "app");
  assert_string_equal(mailed("to"), "15550001111");
  assert_string_equal(mailed("phone_code_hash"), hash);
  assert_string_equal(mailed("code"), "12345");
}

static void a_number_that_nobody_has_is_signed_up(void **state) {
  raw_client *client = *state;
  const char *hash = send_code(client, "15550007777");
  const json_t *answer = sign_in(client, "15550007777", hash, mailed("code"));
  assert_string_equal(text_at(answer, "_"), "auth.authorizationSignUpRequired");
  answer = ask(client,
               "{'_':'auth.signUp','phone_number':'15550007777','phone_code_hash':'%s',"
               "'first_name':'New','last_name':'Comer'}",
               hash);
  assert_string_equal(text_at(answer, "user.first_name"), "New");
  assert_non_null(dc_user_by_phone(client->dc, "15550007777"));
  const char *accept = "{'_':'help.acceptTermsOfService','id':{'_':'dataJSON','data':'%s'}}";
  expect_error(client, "DATA_JSON_INVALID", accept, "7");
  expect_true(client, accept, "{\\\"country\\\":\\\"US\\\",\\\"min_age\\\":false}");
}

static void nobody_signs_up_without_the_right_code_or_a_name(void **state) {
  raw_client *client = *state;
  const char *sign_up = "{'_':'auth.signUp','phone_number':'15550007777','phone_code_hash':'%s',"
                        "'first_name':'%s','last_name':''}";
  const char *hash = send_code(client, "15550007777");
  expect_error(client, "PHONE_CODE_INVALID", sign_up, hash, "New");
  sign_in(client, "15550007777", hash, mailed("code"));
  expect_error(client, "FIRSTNAME_INVALID", sign_up, hash, "");
  control(client->dc, "{'do':'set','sign_up':false}");
  hash = send_code(client, "15550008888");
  assert_string_equal(text_at(sign_in(client, "15550008888", hash, mailed("code")), "error"),
                      "PHONE_NUMBER_UNOCCUPIED");
}

static void a_code_goes_in_one_field_of_the_two(void **state) {
  const char *hash = send_code(*state, "15550001111");
  expect_error(*state, "INPUT_REQUEST_INVALID",
               "{'_':'auth.signIn','phone_number':'15550001111','phone_code_hash':'%s',"
               "'phone_code':'12345','email_verification':"
               "{'_':'emailVerificationCode','code':'12345'}}",
               hash);
  assert_string_equal(text_at(sign_in(*state, "15550001111", hash, "12345"), "_"),
                      "auth.authorization");
}

static void a_code_is_void_after_ten_wrong_ones(void **state) {
  const char *hash = send_code(*state, "15550001111");
  for (int i = 0; i < 10; i++)
    assert_string_equal(text_at(sign_in(*state, "15550001111", hash, "54321"), "error"),
                        "PHONE_CODE_INVALID");
  assert_string_equal(text_at(sign_in(*state, "15550001111", hash, "12345"), "error"),
                      "PHONE_CODE_EXPIRED");
}

static void a_code_lives_as_long_as_it_is_set_to(void **state) {
  raw_client *client = *state;
  control(client->dc, "{'do':'set','code_lifetime':60}");
  const char *hash = send_code(client, "15550001111");
  raw_wait(client, 60 * DC_SECOND);
  assert_string_equal(text_at(sign_in(client, "15550001111", hash, "12345"), "error"),
                      "PHONE_CODE_EXPIRED");
}

static void a_code_goes_the_ways_of_the_account_one_after_the_other(void **state) {
  raw_client *client = *state;
  const char *resend =
      "{'_':'auth.resendCode','phone_number':'15550003333','phone_code_hash':'%s'}";
  control(client->dc, "{'do':'user','phone':'15550003333','code_types':['call','missed_call'],"
                      "'type_text':'+4930'}");
  const char *hash = send_code(client, "15550003333");
  assert_string_equal(text_at(client->answer, "type._"), "auth.sentCodeTypeCall");
  assert_string_equal(text_at(client->answer, "next_type._"), "auth.codeTypeMissedCall");
  assert_string_equal(text_at(ask(client, resend, hash), "type.prefix"), "+4930");
  expect_error(client, "SEND_CODE_UNAVAILABLE", resend, hash);
}

static void a_cancelled_code_is_void(void **state) {
  const char *hash = send_code(*state, "15550001111");
  expect_true(*state, "{'_':'auth.cancelCode','phone_number':'15550001111','phone_code_hash':'%s'}",
              hash);
  assert_string_equal(text_at(sign_in(*state, "15550001111", hash, "12345"), "error"),
                      "PHONE_CODE_EXPIRED");
}

/* proves LG-8 */
static void test_numbers_live_where_they_say_and_have_their_code(void **state) {
  raw_client *here = *state;
  char code[8], phone[16];
  for (int x = 1; x <= 3; x++) {
    raw_client *client = raw_new(here->dc, x);
    snprintf(phone, sizeof phone, "99966%d1234", x);
    snprintf(code, sizeof code, "%d%d%d%d%d", x, x, x, x, x);
    const char *hash = send_code(client, phone);
    assert_string_equal(text_at(sign_in(client, phone, hash, code), "_"),
                        "auth.authorizationSignUpRequired");
    raw_free(client);
  }
  const json_t *elsewhere =
      ask(here, "{'_':'auth.sendCode','phone_number':'9996621234','api_id':1,'api_hash':'h',"
                "'settings':{'_':'codeSettings'}}");
  assert_string_equal(text_at(elsewhere, "error"), "PHONE_MIGRATE_2");
  assert_int_equal(number_at(elsewhere, "code"), 303);
  /* others live anywhere and have any code */
  static const char *const others[] = {"9996601234", "9996641234", "99966212345", "9996722345"};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    int alike = 0;
    memset(code, others[i][5], 5);
    for (int k = 0; k < 3; k++) { /* random ones may be like that, but not three times */
      send_code(here, others[i]);
      alike += strcmp(mailed("code"), code) == 0;
    }
    assert_in_range(alike, 0, 2);
  }
}

/* proves LG-3 */
static void a_token_of_logging_out_signs_in_without_a_code(void **state) {
  char token[100];
  raw_sign_in(*state, "15550001111", "12345");
  const char *given = text_at(ask(*state, "{'_':'auth.logOut'}"), "future_auth_token");
  KEEP(token, given);
  expect(*state, "auth.sentCodeSuccess",
         "{'_':'auth.sendCode','phone_number':'15550001111','api_id':1,'api_hash':'h',"
         "'settings':{'_':'codeSettings','logout_tokens':['%s']}}",
         token);
}

static void the_login_email_is_set_up_and_the_code_goes_there(void **state) {
  raw_client *client = *state;
  const char *purpose = "'purpose':{'_':'emailVerifyPurposeLoginSetup','phone_number':"
                        "'15550003333','phone_code_hash':'%s'}";
  char request[500];
  control(client->dc, "{'do':'user','phone':'15550003333','code_types':['setup_email']}");
  const char *hash = send_code(client, "15550003333");
  assert_string_equal(text_at(client->answer, "type._"), "auth.sentCodeTypeSetUpEmailRequired");
  snprintf(request, sizeof request, "{'_':'account.sendVerifyEmailCode','email':'%%s',%s}",
           purpose);
  expect_error(client, "EMAIL_NOT_ALLOWED", request, "a@refused.example", hash);
  expect(client, "account.sentEmailCode", request, "a@b.example", hash);
  snprintf(
      request, sizeof request,
      "{'_':'account.verifyEmail','verification':{'_':'emailVerificationCode','code':'%%s'},%s}",
      purpose);
  expect_error(client, "CODE_INVALID", request, "1", hash);
  expect(client, "account.emailVerifiedLogin", request, mailed("code"), hash);
  assert_string_equal(mailed("kind"), "mail");
  assert_string_equal(mailed("to"), "a@b.example");
}

int main(void) {
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      T(a_code_is_in_the_outbox),
      T(a_number_that_nobody_has_is_signed_up),
      T(nobody_signs_up_without_the_right_code_or_a_name),
      T(a_code_goes_in_one_field_of_the_two),
      T(a_code_is_void_after_ten_wrong_ones),
      T(a_code_lives_as_long_as_it_is_set_to),
      T(a_code_goes_the_ways_of_the_account_one_after_the_other),
      T(a_cancelled_code_is_void),
      T(test_numbers_live_where_they_say_and_have_their_code),
      T(a_token_of_logging_out_signs_in_without_a_code),
      T(the_login_email_is_set_up_and_the_code_goes_there),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
