/* Two-step verification: passwords, the recovery address, recovery and reset. */
#include <stdio.h>

#include "prover.h"
#include "temp.h"

static int set_up(void **state) {
  *state = raw_new(fixture_dc(temp_dir(), 1), 2);
  return 0;
}

static int tear_down(void **state) {
  raw_tear_down(state);
  temp_remove();
  return 0;
}

#define CHECK "{'_':'auth.checkPassword','password':%s}"
#define SET                                                                                        \
  "{'_':'account.updatePasswordSettings','password':%s,'new_settings':"                            \
  "{'_':'account.passwordInputSettings',%s%s}}"
#define NO_PASSWORD "{'_':'inputCheckPasswordEmpty'}"
#define OWNER       "15550002222" /* has the password "secret" */

/* The code that was mailed last. */
static const char *mailed(const char *to) {
  static char code[40];
  json_t *line = temp_last_line("outbox");
  assert_string_equal(text_at(line, "kind"), "mail");
  assert_string_equal(text_at(line, "to"), to);
  KEEP(code, text_at(line, "code"));
  json_decref(line);
  return code;
}

/* The right code was given, the password is awaited. */
static void come_to_the_password(raw_client *client) {
  const char *hash = send_code(client, OWNER);
  assert_string_equal(text_at(sign_in(client, OWNER, hash, "22222"), "error"),
                      "SESSION_PASSWORD_NEEDED");
}

static void enter(raw_client *client) {
  come_to_the_password(client);
  expect(client, "auth.authorization", CHECK, proof_of(client, "secret"));
}

static void the_password_lets_in_and_a_wrong_one_does_not(void **state) {
  come_to_the_password(*state);
  expect_error(*state, "PASSWORD_HASH_INVALID", CHECK, proof_of(*state, "Secret"));
  expect_error(*state, "PASSWORD_HASH_INVALID", CHECK, NO_PASSWORD);
  expect(*state, "auth.authorization", CHECK, proof_of(*state, "secret"));
}

static void a_proof_is_good_for_one_time(void **state) {
  char proof[700];
  come_to_the_password(*state);
  KEEP(proof, proof_of(*state, "wrong"));
  expect_error(*state, "PASSWORD_HASH_INVALID", CHECK, proof);
  expect_error(*state, "SRP_ID_INVALID", CHECK, proof);
}

static void a_password_that_was_changed_meanwhile_is_told(void **state) {
  raw_client *client = *state;
  char proof[700];
  come_to_the_password(client);
  KEEP(proof, proof_of(client, "secret"));
  control(client->dc, "{'do':'user','phone':'" OWNER "','password':'other'}");
  expect_error(client, "SRP_PASSWORD_CHANGED", CHECK, proof);
  expect(client, "auth.authorization", CHECK, proof_of(client, "other"));
}

static void a_password_is_set_changed_and_removed(void **state) {
  raw_client *client = *state;
  raw_sign_in(client, "15550001111", "12345");
  expect_true(client, SET, NO_PASSWORD, new_password(client, "one"), "");
  assert_string_equal(text_at(ask(client, "{'_':'account.getPassword'}"), "hint"), "h");
  char settings[1600];
  KEEP(settings, new_password(client, "two"));
  expect_error(client, "PASSWORD_HASH_INVALID", SET, proof_of(client, "two"), settings, "");
  expect_true(client, SET, proof_of(client, "one"), settings, "");
  expect_true(client, SET, proof_of(client, "two"),
              "'new_algo':{'_':'passwordKdfAlgoUnknown'},'new_password_hash':'','hint':''", "");
  assert_false(dc_user_by_phone(client->dc, "15550001111")->has_password);
}

static void salts_that_were_not_offered_are_refused(void **state) {
  raw_client *client = *state;
  char settings[1600];
  raw_sign_in(client, "15550001111", "12345");
  KEEP(settings, new_password(client, "one"));
  expect_true(client, SET, NO_PASSWORD, settings, "");
  expect_error(client, "NEW_SALT_INVALID", SET, proof_of(client, "one"), settings, "");
}

/* proves LG-7 */
static void a_password_waits_for_its_address_to_be_confirmed(void **state) {
  raw_client *client = *state;
  raw_sign_in(client, "15550001111", "12345");
  expect_error(client, "EMAIL_UNCONFIRMED_6", SET, NO_PASSWORD, new_password(client, "one"),
               ",'email':'me@example.org'");
  assert_false(dc_user_by_phone(client->dc, "15550001111")->has_password);
  assert_string_equal(
      text_at(ask(client, "{'_':'account.getPassword'}"), "email_unconfirmed_pattern"),
      "m***@e***.org");
  expect_true(client, "{'_':'account.resendPasswordEmail'}");
  expect_error(client, "CODE_INVALID", "{'_':'account.confirmPasswordEmail','code':'x'}");
  expect_true(client, "{'_':'account.confirmPasswordEmail','code':'%s'}", mailed("me@example.org"));
  expect_error(client, "EMAIL_HASH_EXPIRED", "{'_':'account.confirmPasswordEmail','code':'x'}");
  const json_t *settings =
      ask(client, "{'_':'account.getPasswordSettings','password':%s}", proof_of(client, "one"));
  assert_string_equal(text_at(settings, "email"), "me@example.org");
}

static void a_cancelled_address_takes_its_password_along(void **state) {
  raw_client *client = *state;
  raw_sign_in(client, "15550001111", "12345");
  ask(client, SET, NO_PASSWORD, new_password(client, "one"), ",'email':'me@example.org'");
  expect_true(client, "{'_':'account.cancelPasswordEmail'}");
  expect_error(client, "EMAIL_HASH_EXPIRED", "{'_':'account.cancelPasswordEmail'}");
  assert_false(dc_user_by_phone(client->dc, "15550001111")->has_password);
}

/* proves LG-7 */
static void a_forgotten_password_is_recovered_by_mail(void **state) {
  raw_client *client = *state;
  come_to_the_password(client);
  expect_error(client, "PASSWORD_RECOVERY_NA", "{'_':'auth.requestPasswordRecovery'}");
  control(client->dc, "{'do':'user','phone':'" OWNER "','recovery_email':'me@example.org'}");
  expect_error(client, "PASSWORD_RECOVERY_EXPIRED", "{'_':'auth.recoverPassword','code':'1'}");
  assert_string_equal(text_at(ask(client, "{'_':'auth.requestPasswordRecovery'}"), "email_pattern"),
                      "m***@e***.org");
  expect_error(client, "CODE_INVALID", "{'_':'auth.checkRecoveryPassword','code':'x'}");
  expect_error(client, "CODE_EMPTY", "{'_':'auth.recoverPassword','code':''}");
  expect_true(client, "{'_':'auth.checkRecoveryPassword','code':'%s'}", mailed("me@example.org"));
  expect(client, "auth.authorization", "{'_':'auth.recoverPassword','code':'%s'}",
         mailed("me@example.org"));
  assert_false(dc_user_by_phone(client->dc, OWNER)->has_password);
}

#define RESET "{'_':'account.resetPassword'}"

/* proves LG-7 */
static void a_reset_waits_for_as_long_as_it_is_set_to(void **state) {
  raw_client *client = *state;
  control(client->dc, "{'do':'set','reset_wait':60}");
  enter(client);
  int64_t until = number_at(ask(client, RESET), "until_date");
  assert_int_equal(until, client->now / DC_SECOND + 60);
  assert_int_equal(number_at(ask(client, RESET), "until_date"), until);
  assert_int_equal(number_at(ask(client, "{'_':'account.getPassword'}"), "pending_reset_date"),
                   until);
  raw_wait(client, 60 * DC_SECOND);
  expect(client, "account.resetPasswordOk", RESET);
  expect_error(client, "PASSWORD_EMPTY", RESET);
}

/* proves LG-7 */
static void a_declined_reset_cannot_be_asked_for_again_at_once(void **state) {
  raw_client *client = *state;
  enter(client);
  expect_error(client, "RESET_REQUEST_MISSING", "{'_':'account.declinePasswordReset'}");
  expect(client, "account.resetPasswordRequestedWait", RESET);
  expect_true(client, "{'_':'account.declinePasswordReset'}");
  assert_int_equal(number_at(ask(client, RESET), "retry_date"), client->now / DC_SECOND + 86400);
}

static char said[20000];

static void keep_line(void *ctx, const char *line) {
  (void)ctx;
  size_t used = strlen(said);
  snprintf(said + used, sizeof said - used, "%s\n", line);
}

/* proves LG-9 */
static void the_log_never_has_a_number_a_code_a_hash_or_a_password(void **state) {
  raw_client *client = *state;
  client->dc->options.verbose = true;
  client->dc->options.log = keep_line;
  said[0] = 0;
  come_to_the_password(client);
  expect_error(client, "PASSWORD_HASH_INVALID", CHECK, proof_of(client, "secret123"));
  expect(client, "auth.authorization", CHECK, proof_of(client, "secret"));
  expect(client, "auth.authorization",
         "{'_':'auth.importBotAuthorization','flags':0,'api_id':1,'api_hash':'h',"
         "'bot_auth_token':'42:token'}");
  assert_non_null(strstr(said, "auth.checkPassword: 400 PASSWORD_HASH_INVALID"));
  const char *const secrets[] = {OWNER, "22222", client->hash, "secret", "42:token", ":token"};
  for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
    assert_null(strstr(said, secrets[i]));
}

int main(void) {
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      T(the_password_lets_in_and_a_wrong_one_does_not),
      T(a_proof_is_good_for_one_time),
      T(a_password_that_was_changed_meanwhile_is_told),
      T(a_password_is_set_changed_and_removed),
      T(salts_that_were_not_offered_are_refused),
      T(a_password_waits_for_its_address_to_be_confirmed),
      T(a_cancelled_address_takes_its_password_along),
      T(a_forgotten_password_is_recovered_by_mail),
      T(a_reset_waits_for_as_long_as_it_is_set_to),
      T(the_log_never_has_a_number_a_code_a_hash_or_a_password),
      T(a_declined_reset_cannot_be_asked_for_again_at_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
