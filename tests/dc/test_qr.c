/* Signing in by QR code between two clients, and what several data centres do with one another. */
#include <stdio.h>

#include "ask.h"

/* One who shows, one who accepts. */
typedef struct pair {
  tgdc *dc;
  raw_client *shows, *accepts;
  char token[80];
} pair;

static int set_up(void **state) {
  pair *p = calloc(1, sizeof *p);
  p->dc = fixture_dc(NULL, 3);
  p->shows = raw_new(p->dc, 1);
  p->accepts = raw_new(p->dc, 1);
  raw_sign_in(p->accepts, "15550001111", "12345");
  *state = p;
  return 0;
}

static int tear_down(void **state) {
  pair *p = *state;
  raw_free(p->shows);
  raw_free(p->accepts);
  tgdc_free(p->dc);
  free(p);
  return 0;
}

#define EXPORT "{'_':'auth.exportLoginToken','api_id':1,'api_hash':'h','except_ids':[]}"
#define ACCEPT "{'_':'auth.acceptLoginToken','token':'%s'}"
#define IMPORT "{'_':'auth.importLoginToken','token':'%s'}"
#define ME     "{'_':'users.getUsers','id':[{'_':'inputUserSelf'}]}"

#define BOT                                                                                        \
  "{'_':'auth.importBotAuthorization','flags':0,'api_id':1,'api_hash':'h',"                        \
  "'bot_auth_token':'42:token'}"

static const char *show(pair *p) {
  const char *token = text_at(ask(p->shows, EXPORT), "token");
  KEEP(p->token, token);
  return p->token;
}

/* proves LG-5 */
static void an_accepted_token_signs_in_who_showed_it(void **state) {
  pair *p = *state;
  expect(p->accepts, "authorization", ACCEPT, show(p));
  raw_wait(p->shows, 0);
  assert_non_null(raw_find(p->shows, 0x78d4dec1u)); /* updateShort: to ask again */
  expect(p->shows, "auth.loginTokenSuccess", EXPORT);
  assert_string_equal(text_at(ask(p->shows, ME), "0.phone"), "15550001111");
}

static void a_token_stays_the_same_until_it_expires(void **state) {
  pair *p = *state;
  char first[80];
  KEEP(first, show(p));
  assert_string_equal(show(p), first);
  raw_wait(p->shows, 30 * DC_SECOND);
  assert_string_not_equal(show(p), first);
  raw_wait(p->accepts, 30 * DC_SECOND);
  expect_error(p->accepts, "AUTH_TOKEN_INVALID", ACCEPT, first);
}

static void a_token_is_accepted_once_and_in_time(void **state) {
  pair *p = *state;
  expect_error(p->accepts, "AUTH_TOKEN_INVALID", ACCEPT, "AAAA");
  ask(p->accepts, ACCEPT, show(p));
  expect_error(p->accepts, "AUTH_TOKEN_ALREADY_ACCEPTED", ACCEPT, p->token);
  raw_client *other = raw_new(p->dc, 1);
  expect_error(other, "AUTH_KEY_UNREGISTERED", ACCEPT, p->token);
  KEEP(p->token, text_at(ask(other, EXPORT), "token"));
  raw_wait(p->accepts, 31 * DC_SECOND);
  expect_error(p->accepts, "AUTH_TOKEN_EXPIRED", ACCEPT, p->token);
  raw_free(other);
}

/* proves LG-5 */
static void a_token_moves_to_where_the_account_lives(void **state) {
  pair *p = *state;
  control(p->dc, "{'do':'user','phone':'15550001111','dc':3}");
  ask(p->accepts, ACCEPT, show(p));
  const json_t *move = ask(p->shows, EXPORT);
  assert_string_equal(text_at(move, "_"), "auth.loginTokenMigrateTo");
  assert_int_equal(number_at(move, "dc_id"), 3);
  KEEP(p->token, text_at(move, "token"));
  raw_client *wrong = raw_new(p->dc, 2), *there = raw_new(p->dc, 3);
  expect_error(wrong, "AUTH_TOKEN_INVALID", IMPORT, p->token);
  expect(there, "auth.loginTokenSuccess", IMPORT, p->token);
  expect_error(there, "AUTH_TOKEN_INVALID", IMPORT, p->token);
  raw_free(wrong);
  raw_free(there);
}

static void an_account_that_is_excepted_is_refused(void **state) {
  pair *p = *state;
  long long me = number_at(ask(p->accepts, ME), "0.id");
  const char *export = "{'_':'auth.exportLoginToken','api_id':1,'api_hash':'h',"
                       "'except_ids':['7','%lld']}";
  KEEP(p->token, text_at(ask(p->shows, export, me), "token"));
  expect_error(p->accepts, "AUTH_TOKEN_EXCEPTION", ACCEPT, p->token);
  expect(p->accepts, "authorization", ACCEPT, show(p));
}

static void an_account_with_a_password_is_asked_for_it(void **state) {
  pair *p = *state;
  control(p->dc, "{'do':'user','phone':'15550001111','password':'p'}");
  ask(p->accepts, ACCEPT, show(p));
  expect_error(p->shows, "SESSION_PASSWORD_NEEDED", EXPORT);
  expect_error(p->shows, "SESSION_PASSWORD_NEEDED", ME);
}

/* proves AP-4 */
static void numbers_and_bots_are_sent_to_where_they_live(void **state) {
  pair *p = *state;
  control(p->dc, "{'do':'user','phone':'15550001111','dc':2}");
  control(p->dc, "{'do':'bot','token':'42:token','dc':3}");
  expect_error(p->shows, "PHONE_MIGRATE_2",
               "{'_':'auth.sendCode','phone_number':'15550001111','api_id':1,'api_hash':'h',"
               "'settings':{'_':'codeSettings'}}");
  expect_error(p->shows, "USER_MIGRATE_3", BOT);
  raw_client *there = raw_new(p->dc, 3);
  expect(there, "auth.authorization", BOT);
  raw_free(there);
}

/* proves AP-4 */
static void an_authorization_is_exported_for_one_import_at_one_centre(void **state) {
  pair *p = *state;
  char bytes[80];
  expect_error(p->accepts, "DC_ID_INVALID", "{'_':'auth.exportAuthorization','dc_id':1}");
  expect_error(p->accepts, "DC_ID_INVALID", "{'_':'auth.exportAuthorization','dc_id':9}");
  const json_t *exported = ask(p->accepts, "{'_':'auth.exportAuthorization','dc_id':2}");
  KEEP(bytes, text_at(exported, "bytes"));
  long long id = number_at(exported, "id");
  const char *import = "{'_':'auth.importAuthorization','id':%lld,'bytes':'%s'}";
  raw_client *two = raw_new(p->dc, 2), *three = raw_new(p->dc, 3);
  expect_error(three, "AUTH_BYTES_INVALID", import, id, bytes);
  expect(two, "auth.authorization", import, id, bytes);
  expect_error(two, "AUTH_BYTES_INVALID", import, id, bytes);
  raw_free(two);
  raw_free(three);
}

static void the_configuration_has_every_centre(void **state) {
  pair *p = *state;
  for (int i = 0; i < 3; i++)
    assert_true(tgdc_set_address(p->dc, i + 1, "127.0.0.1", (uint16_t)(1000 + i)));
  const json_t *config = ask(p->shows, "{'_':'help.getConfig'}");
  assert_int_equal(number_at(config, "this_dc"), 1);
  assert_int_equal(number_at(config, "dc_options.2.id"), 3);
  assert_int_equal(number_at(config, "dc_options.2.port"), 1002);
}

int main(void) {
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      T(an_accepted_token_signs_in_who_showed_it),
      T(a_token_stays_the_same_until_it_expires),
      T(a_token_is_accepted_once_and_in_time),
      T(a_token_moves_to_where_the_account_lives),
      T(an_account_that_is_excepted_is_refused),
      T(an_account_with_a_password_is_asked_for_it),
      T(numbers_and_bots_are_sent_to_where_they_live),
      T(an_authorization_is_exported_for_one_import_at_one_centre),
      T(the_configuration_has_every_centre),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
