/* Errors and faults on demand: by rule, and by telephone number. */
#include <stdio.h>

#include "ask.h"

static int set_up(void **state) {
  *state = raw_new(fixture_dc(NULL, 1), 2);
  return 0;
}

#define NEAREST "{'_':'help.getNearestDc'}"
#define SEND(to)                                                                                   \
  "{'_':'auth.sendCode','phone_number':'" to "','api_id':1,'api_hash':'h',"                        \
  "'settings':{'_':'codeSettings'}}"

static void an_error_comes_with_its_code_as_often_as_ordered(void **state) {
  raw_client *client = *state;
  control(client->dc, "{'do':'rule','method':'auth.sendCode','error':'FLOOD_WAIT_30','times':2}");
  for (int i = 0; i < 2; i++) {
    const json_t *answer = ask(client, SEND("15550001111"));
    assert_string_equal(text_at(answer, "error"), "FLOOD_WAIT_30");
    assert_int_equal(number_at(answer, "code"), 420);
  }
  expect(client, "auth.sentCode", SEND("15550001111"));
}

static void a_rule_can_let_calls_pass_first(void **state) {
  raw_client *client = *state;
  control(client->dc, "{'do':'rule','method':'help.*','error':'500 X','skip':1}");
  expect(client, "nearestDc", NEAREST);
  expect_error(client, "X", NEAREST);
}

static void a_rule_can_be_for_one_number_or_one_who_is_signed_in(void **state) {
  raw_client *client = *state;
  control(client->dc, "{'do':'rule','method':'*','phone':'+1 555 000 2222','error':'406 NO'}");
  expect_error(client, "NO", SEND("15550002222"));
  raw_sign_in(client, "15550001111", "12345");
  expect(client, "nearestDc", NEAREST);
  control(client->dc, "{'do':'rule','phone':'15550001111','error':'406 NOT_YOU'}");
  expect_error(client, "NOT_YOU", NEAREST);
}

static void rules_are_cleared_all_or_of_one_method(void **state) {
  raw_client *client = *state;
  control(client->dc, "{'do':'rule','method':'help.getNearestDc','error':'A'}");
  control(client->dc, "{'do':'rule','method':'help.*','error':'B'}");
  control(client->dc, "{'do':'clear','method':'help.getNearestDc'}");
  expect_error(client, "B", NEAREST);
  control(client->dc, "{'do':'clear'}");
  expect(client, "nearestDc", NEAREST);
}

static void an_ordered_answer_comes_even_when_it_is_late(void **state) {
  raw_client *client = *state;
  control(client->dc, "{'do':'rule','method':'help.getNearestDc','delay_ms':500,'answer':"
                      "{'_':'nearestDc','country':'AQ','this_dc':7,'nearest_dc':8}}");
  assert_null(ask(client, NEAREST));
  raw_wait(client, DC_SECOND / 2);
  assert_string_equal(text_at(answer_now(client), "country"), "AQ");
}

static void a_rule_can_stay_silent(void **state) {
  raw_client *client = *state;
  control(client->dc, "{'do':'rule','method':'help.getNearestDc','silent':true,'times':1}");
  assert_null(ask(client, NEAREST));
  raw_wait(client, 100 * DC_SECOND);
  assert_null(answer_now(client));
  expect(client, "nearestDc", NEAREST);
}

static void a_rule_can_hang_up(void **state) {
  raw_client *client = *state;
  control(client->dc, "{'do':'rule','method':'help.getNearestDc','drop':true,'times':1}");
  assert_null(ask(client, NEAREST));
  assert_true(tgdc_conn_finished(client->conn));
  raw_reconnect(client);
  expect(client, "nearestDc", NEAREST);
}

static void a_rule_can_speak_as_the_transport_does(void **state) {
  raw_client *client = *state;
  control(client->dc, "{'do':'rule','transport':-429,'times':1}");
  assert_null(ask(client, NEAREST));
  assert_int_equal(client->code, -429);
}

static void a_rule_can_refuse_a_message_or_its_salt(void **state) {
  raw_client *client = *state;
  control(client->dc, "{'do':'rule','bad_msg':17,'times':1}");
  assert_null(ask(client, NEAREST));
  const raw_message *bad = raw_find(client, 0xa7eff811u);
  assert_non_null(bad);
  assert_int_equal(tl_load32(bad->body.data + 16), 17);
  control(client->dc, "{'do':'rule','bad_msg':48,'times':1}");
  assert_null(ask(client, NEAREST));
  assert_non_null(raw_find(client, 0xedab447bu));
}

/* How many errors are listed for a method. */
static size_t listed(const char *method) {
  size_t function = tl_find_name(&tg_schema, method, strlen(method)) - tg_schema.n_constructors;
  return tg_errors.method_first[function + 1] - tg_errors.method_first[function];
}

static void every_listed_error_of_sending_a_code_has_a_number(void **state) {
  raw_client *client = *state;
  size_t first =
      tg_errors
          .method_first[tl_find_name(&tg_schema, "auth.sendCode", 13) - tg_schema.n_constructors];
  assert_true(listed("auth.sendCode") > 10);
  for (size_t i = 0; i < listed("auth.sendCode"); i++) {
    const tl_error_entry *entry = &tg_errors.entries[tg_errors.method_errors[first + i] - 1];
    const char *name = tg_errors.names + entry->name;
    const json_t *answer =
        ask(client,
            "{'_':'auth.sendCode','phone_number':'99940%05zu','api_id':1,'api_hash':'h',"
            "'settings':{'_':'codeSettings'}}",
            i + 1);
    size_t same = strcspn(name, "%");
    assert_memory_equal(text_at(answer, "error"), name, same);
    assert_null(strchr(text_at(answer, "error"), '%'));
    assert_int_equal(number_at(answer, "code"), entry->code);
  }
  expect(client, "auth.sentCode", SEND("9994000000"));
}

static void numbers_wait_as_long_as_they_say(void **state) {
  raw_client *client = *state;
  expect_error(client, "FLOOD_WAIT_45", SEND("9994200045"));
  control(client->dc, "{'do':'user','phone':'9994600003','code':'1'}");
  const char *hash = send_code(client, "9994600003");
  assert_string_equal(text_at(sign_in(client, "9994600003", hash, "1"), "error"), "FLOOD_WAIT_3");
}

static void numbers_fail_at_the_step_that_they_name(void **state) {
  raw_client *client = *state;
  char phone[16];
  for (size_t i = 1; i <= listed("auth.signIn"); i++) {
    snprintf(phone, sizeof phone, "99941%05zu", i);
    const char *hash = send_code(client, phone);
    assert_non_null(text_at(sign_in(client, phone, hash, "0"), "error"));
  }
  const char *hash = send_code(client, "9994300001");
  sign_in(client, "9994300001", hash, tgdc_last_code(client->dc, "9994300001"));
  assert_string_equal(text_at(client->answer, "_"), "auth.authorizationSignUpRequired");
  const json_t *answer = ask(client,
                             "{'_':'auth.signUp','phone_number':'9994300001','phone_code_hash':"
                             "'%s','first_name':'A','last_name':''}",
                             hash);
  assert_non_null(text_at(answer, "error"));
}

static void the_password_of_a_special_number_fails_too(void **state) {
  raw_client *client = *state;
  control(client->dc, "{'do':'user','phone':'9994700009','code':'1','password':'p'}");
  const char *hash = send_code(client, "9994700009");
  assert_string_equal(text_at(sign_in(client, "9994700009", hash, "1"), "error"),
                      "SESSION_PASSWORD_NEEDED");
  expect_error(client, "FLOOD_WAIT_9",
               "{'_':'auth.checkPassword','password':{'_':'inputCheckPasswordEmpty'}}");
}

int main(void) {
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, raw_tear_down)
  const struct CMUnitTest tests[] = {
      T(an_error_comes_with_its_code_as_often_as_ordered),
      T(a_rule_can_let_calls_pass_first),
      T(a_rule_can_be_for_one_number_or_one_who_is_signed_in),
      T(rules_are_cleared_all_or_of_one_method),
      T(an_ordered_answer_comes_even_when_it_is_late),
      T(a_rule_can_stay_silent),
      T(a_rule_can_hang_up),
      T(a_rule_can_speak_as_the_transport_does),
      T(a_rule_can_refuse_a_message_or_its_salt),
      T(every_listed_error_of_sending_a_code_has_a_number),
      T(numbers_wait_as_long_as_they_say),
      T(numbers_fail_at_the_step_that_they_name),
      T(the_password_of_a_special_number_fails_too),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
