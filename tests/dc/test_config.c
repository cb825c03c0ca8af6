/* Configurations and control commands: what is wrong with them is said, and where. */
#include "ask.h"

static int set_up(void **state) {
  *state = fixture_dc(NULL, 2);
  return 0;
}

static int tear_down(void **state) {
  tgdc_free(*state);
  return 0;
}

typedef struct wrong {
  const char *text, *says;
} wrong;

static void a_wrong_configuration_is_refused_with_what_and_where(void **state) {
  static const wrong cases[] = {
      {"", "line 1 column 0: '[' or '{' expected near end of file"},
      {"{'users':[}", "line 1 column 11: unexpected token near '}'"},
      {"{'gzip':true,'gzip':false}", "line 1 column 19: duplicate object key near '\"gzip\"'"},
      {"[]", "the configuration is not an object"},
      {"{'user':[]}", "the configuration has no \"user\""},
      {"{'users':{}}", "the configuration: \"users\" is not an array of at most 100000"},
      {"{'gzip':1}", "the configuration: \"gzip\" is not true or false"},
      {"{'code_timeout':'1'}",
       "the configuration: \"code_timeout\" is not a whole number from 0 to 315360000"},
      {"{'country':'x'}", "the configuration: \"country\" is not a string of 2 to 7 bytes"},
      {"{'users':[{'phone':'15550003333'},7]}", "users[1]: a user is not an object"},
      {"{'users':[{'phone':'12'}]}", "users[0]: a user's \"phone\" is no telephone number"},
      {"{'users':[{'phone':'15550003333','dc':9}]}", "users[0]: a user: there is no data centre 9"},
      {"{'users':[{'phone':'15550003333','code':12345}]}",
       "users[0]: a user: \"code\" is not a string of 0 to 63 bytes"},
      {"{'users':[{'phone':'15550003333','code_types':['app','pigeon']}]}",
       "users[0]: code_types[1] is no way that a code can go"},
      {"{'users':[{'phone':'15550005555','id':1000001}]}",
       "users[0]: a user's \"id\" is that of another account"},
      {"{'users':[{'phone':'15550005555','code_types':['email','sms']}]}",
       "users[0]: code_types[0] needs a \"login_email\""},
      {"{'bots':[{'token':'x'}]}", "bots[0]: a bot's \"token\" is not NUMBER:SECRET"},
      {"{'bots':[{'token':'1000001:x'}]}", "bots[0]: a bot's number is that of a user"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_string_equal(configured(*state, cases[i].text), cases[i].says);
  assert_null(dc_user_by_phone(*state, "15550005555"));
}

static void a_wrong_rule_is_refused(void **state) {
  static const wrong cases[] = {
      {"{'do':'rule','method':'auth.sendCod','error':'X'}",
       "a rule's \"method\" is none of the schema"},
      {"{'do':'rule','method':'auth.signIn'}",
       "a rule's effect is missing: error, answer, delay_ms, drop, silent, ..."},
      {"{'do':'rule','error':'420 '}", "a rule's \"error\" is empty"},
      {"{'do':'rule','error':'X','times':'once'}",
       "a rule: \"times\" is not a whole number from -1 to 2147483647"},
      {"{'do':'rule','error':'X','phone':'me'}", "a rule's \"phone\" is no telephone number"},
      {"{'do':'rule','error':'X','dc':3}", "a rule: there is no data centre 3"},
      {"{'do':'rule','method':'auth.*','answer':true}",
       "a rule's \"answer\" needs a \"method\" that is one, not several"},
      {"{'do':'rule','transport':429}",
       "a rule: \"transport\" is not a whole number from -999 to -1"},
  };
  tgdc *dc = *state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_string_equal(refusal(dc, cases[i].text), cases[i].says);
  const char *why =
      refusal(dc, "{'do':'rule','method':'auth.logOut','answer':{'_':'help.config'}}");
  assert_non_null(strstr(why, "\"answer\": "));
  assert_null(dc->rules);
}

static void a_wrong_command_is_refused(void **state) {
  static const wrong cases[] = {
      {"", "column 0: '[' or '{' expected near end of file"},
      {"{}", "there is no command \"\""},
      {"[]", "there is no command \"\""},
      {"{'do':'dance'}", "there is no command \"dance\""},
      {"{'do':'report','all':true}", "\"report\" has no \"all\""},
      {"{'do':'set','gzip':'yes'}", "\"set\": \"gzip\" is not true or false"},
      {"{'do':'set','users':[]}", "\"set\" has no \"users\""},
      {"{'do':'forget','which':'some'}", "\"which\" is neither \"temporary\" nor \"all\""},
      {"{'do':'sign_out','phone':'15559999999'}", "there is no such user"},
      {"{'do':'push','phone':'15550001111'}", "\"updates\": it is missing"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_string_equal(refusal(*state, cases[i].text), cases[i].says);
}

static void what_comes_before_a_mistake_in_a_list_is_there(void **state) {
  tgdc *dc = *state;
  configured(dc, "{'users':[{'phone':'+1 (555) 000-4444','first_name':'Ann','dc':2},{}]}");
  const dc_user *ann = dc_user_by_phone(dc, "15550004444");
  assert_non_null(ann);
  assert_string_equal(ann->first_name, "Ann");
  assert_int_equal(ann->dc, 2);
}

static void a_setting_can_be_changed_while_it_runs(void **state) {
  tgdc *dc = *state;
  control(dc, "{'do':'set','code_timeout':7,'sign_up':false,'country':'AQ'}");
  assert_int_equal(dc->code_timeout, 7);
  assert_false(dc->allow_sign_up);
  assert_string_equal(dc->country, "AQ");
}

int main(void) {
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      T(a_wrong_configuration_is_refused_with_what_and_where),
      T(a_wrong_rule_is_refused),
      T(a_wrong_command_is_refused),
      T(what_comes_before_a_mistake_in_a_list_is_there),
      T(a_setting_can_be_changed_while_it_runs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
