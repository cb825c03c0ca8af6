/* The code, step by step: asking, resending, cancelling, what is said about it, and e-mail. */
#include "flow_fixture.h"

static const char config[] =
    "{\"users\":["
    "{\"phone\":\"15550000001\",\"code\":\"11111\"},"
    "{\"phone\":\"15550000002\",\"code\":\"22222\",\"password\":\"hunter2\"},"
    "{\"phone\":\"15550000003\",\"code_types\":[\"setup_email\"]},"
    "{\"phone\":\"15550000004\",\"code_types\":[\"email\",\"sms\"],\"login_email\":"
    "\"bob@example.org\"},"
    "{\"phone\":\"15550000005\",\"code_types\":[\"payment\"]}]}";

/* ---- every type ---- */

typedef struct delivery_case {
  const char *name, *text;
  tgauth_delivery type;
  const char *words;       /* in what is explained */
  tgauth_delivery as_next; /* what next_type says of it */
  const char *next_words;
} delivery_case;

static const delivery_case deliveries[] = {
    {"app", "", TGAUTH_BY_APP, "other Telegram sessions", TGAUTH_BY_NONE, NULL},
    {"sms", "", TGAUTH_BY_SMS, "as an SMS", TGAUTH_BY_SMS, "by an SMS"},
    {"call", "", TGAUTH_BY_CALL, "A phone call", TGAUTH_BY_CALL, "by a phone call"},
    {"flash_call", "+1555*", TGAUTH_BY_FLASH_CALL, "a number like +1555*", TGAUTH_BY_FLASH_CALL,
     "whose number is the code"},
    {"missed_call", "1555", TGAUTH_BY_MISSED_CALL, "begins with 1555", TGAUTH_BY_MISSED_CALL,
     "by a missed call"},
    {"email", "", TGAUTH_BY_EMAIL, "e***@e***.org", TGAUTH_BY_NONE, NULL},
    {"setup_email", "", TGAUTH_BY_EMAIL_SETUP, "set up a login e-mail", TGAUTH_BY_NONE, NULL},
    {"fragment", "https://fragment.com/x", TGAUTH_BY_FRAGMENT, "https://fragment.com/x",
     TGAUTH_BY_FRAGMENT, "by Fragment"},
    {"firebase", "", TGAUTH_BY_FIREBASE, "official apps", TGAUTH_BY_SMS, "by an SMS"},
    {"word", "L", TGAUTH_BY_WORD, "a word beginning with L", TGAUTH_BY_SMS, "by an SMS"},
    {"phrase", "One two", TGAUTH_BY_PHRASE, "a phrase beginning with One two", TGAUTH_BY_SMS,
     "by an SMS"},
};
enum { N_DELIVERIES = sizeof deliveries / sizeof deliveries[0] };

static void check_details(const tgauth_code *code, const delivery_case *wanted) {
  switch (code->type) {
  case TGAUTH_BY_FLASH_CALL:
    assert_string_equal(code->pattern, wanted->text);
    break;
  case TGAUTH_BY_MISSED_CALL:
    assert_string_equal(code->prefix, wanted->text);
    assert_int_equal(code->length, 5);
    break;
  case TGAUTH_BY_FRAGMENT:
    assert_string_equal(code->url, wanted->text);
    assert_int_equal(code->length, 5);
    break;
  case TGAUTH_BY_WORD:
  case TGAUTH_BY_PHRASE:
    assert_string_equal(code->beginning, wanted->text);
    break;
  case TGAUTH_BY_EMAIL_SETUP:
    break;
  default:
    assert_int_equal(code->length, 5);
  }
}

/* proves LG-1 */
static void test_every_way_of_delivery_is_told(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  char text[512], small[20];
  for (size_t i = 0; i < N_DELIVERIES; i++) {
    const delivery_case *wanted = &deliveries[i];
    flow_command(*state,
                 "{\"do\":\"user\",\"phone\":\"15550000010\",\"code\":\"12345\",\"code_types\":"
                 "[\"%s\"],\"type_text\":\"%s\",\"login_email\":\"eve@example.org\"}",
                 wanted->name, wanted->text);
    tgauth_code *code = flow_request(auth, "15550000010");
    assert_int_equal(code->type, wanted->type);
    assert_int_equal(code->next_type, TGAUTH_BY_NONE);
    check_details(code, wanted);
    assert_non_null(strstr(tgauth_explain(code, text, sizeof text), wanted->words));
    assert_non_null(strstr(text, "QR code")); /* what can be done: nothing else */
    assert_int_equal(strlen(tgauth_explain(code, small, sizeof small)), sizeof small - 1);
    tgauth_code_free(code);
  }
  tgauth_close(auth);
}

/* proves LG-1 */
static void test_every_next_way_is_told(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  char text[512];
  for (size_t i = 0; i < N_DELIVERIES; i++) {
    flow_command(*state,
                 "{\"do\":\"user\",\"phone\":\"15550000011\",\"code\":\"12345\",\"code_types\":"
                 "[\"app\",\"%s\"],\"login_email\":\"eve@example.org\"}",
                 deliveries[i].name);
    tgauth_code *code = flow_request(auth, "15550000011");
    assert_int_equal(code->next_type, deliveries[i].as_next);
    tgauth_explain(code, text, sizeof text);
    assert_true((strstr(text, "sent again") != NULL) == (code->next_type != TGAUTH_BY_NONE));
    if (deliveries[i].next_words)
      assert_non_null(strstr(text, deliveries[i].next_words));
    tgauth_code_free(code);
  }
  tgauth_close(auth);
}

/* proves LG-1 */
static void test_the_wait_before_a_resend_is_told(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  char text[512];
  flow_command(*state, "{\"do\":\"set\",\"code_timeout\":77}");
  tgauth_code *code = flow_request(auth, "15550000001");
  assert_int_equal(code->timeout, 77);
  assert_in_range(mtp_client_server_time(tgauth_client(auth)) - code->sent_at, 0, 600);
  assert_non_null(strstr(tgauth_explain(code, text, sizeof text), "After 77 seconds"));
  tgauth_code_free(code);
  tgauth_close(auth);
}

/* proves LG-1 */
static void test_a_payment_is_told(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  char text[512];
  tgauth_code *code = flow_request(auth, "15550000005");
  assert_true(code->payment_required);
  assert_true(*code->hash != '\0'); /* what the payment is for */
  assert_string_equal(code->store_product, "sms");
  assert_non_null(strstr(tgauth_explain(code, text, sizeof text), "payment"));
  assert_string_equal(code->support_email, "help@example.org");
  assert_string_equal(code->support_subject, "login");
  tgauth_code_free(code);
  tgauth_close(auth);
}

/* ---- asking ---- */

/* proves LG-2 */
static void test_the_number_is_reduced_to_digits(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  mtp_error error;
  tgauth_code *code = flow_request(auth, "+1 (555) 000-00.01");
  assert_string_equal(code->phone, "15550000001");
  tgauth_code_free(code);
  flow_failed(tgauth_request_code(auth, "+1555x", NULL, &code, &error), &error, MTP_ERR_ARGUMENT);
  flow_failed(tgauth_request_code(auth, "", NULL, &code, &error), &error, MTP_ERR_ARGUMENT);
  flow_failed(tgauth_request_code(auth, "1234567890123456789012345678901234", NULL, &code, &error),
              &error, MTP_ERR_ARGUMENT);
  flow_rpc(tgauth_request_code(auth, "12", NULL, &code, &error), &error,
           TG_ERR_PHONE_NUMBER_INVALID);
  assert_null(code);
  tgauth_close(auth);
}

/* proves LG-1 */
static void test_resending_goes_down_the_list(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  mtp_error error;
  tgauth_code *code = flow_request(auth, "15550000001");
  assert_int_equal(code->next_type, TGAUTH_BY_SMS);
  flow_ok(tgauth_resend_code(auth, &code, &error), &error);
  assert_int_equal(code->type, TGAUTH_BY_SMS);
  assert_int_equal(code->next_type, TGAUTH_BY_CALL);
  flow_ok(tgauth_resend_code(auth, &code, &error), &error);
  assert_int_equal(code->type, TGAUTH_BY_CALL);
  assert_int_equal(code->next_type, TGAUTH_BY_NONE);
  flow_rpc(tgauth_resend_code(auth, &code, &error), &error, TG_ERR_SEND_CODE_UNAVAILABLE);
  assert_int_equal(code->type, TGAUTH_BY_CALL); /* still the old one, and good */
  flow_ok(flow_enter(auth, code, "11111", &error), &error);
  tgauth_code_free(code);
  tgauth_close(auth);
}

/* proves LG-1 */
static void test_a_cancelled_code_is_void(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  mtp_error error;
  tgauth_code *code = flow_request(auth, "15550000001");
  flow_ok(tgauth_report_missing_code(auth, code, "01", &error), &error);
  flow_ok(tgauth_cancel_code(auth, code, &error), &error);
  flow_rpc(flow_enter(auth, code, "11111", &error), &error, TG_ERR_PHONE_CODE_EXPIRED);
  flow_rpc(tgauth_cancel_code(auth, code, &error), &error, TG_ERR_PHONE_CODE_EXPIRED);
  flow_rpc(tgauth_resend_code(auth, &code, &error), &error, TG_ERR_PHONE_CODE_EXPIRED);
  flow_rpc(tgauth_report_missing_code(auth, code, "", &error), &error, TG_ERR_PHONE_CODE_EXPIRED);
  tgauth_code_free(code);
  tgauth_close(auth);
}

/* ---- signing in ---- */

/* proves LG-2 */
static void test_sign_in_names_what_is_wrong(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  mtp_error error;
  tgauth_code *code = flow_request(auth, "15550000001");
  flow_rpc(flow_enter(auth, code, "", &error), &error, TG_ERR_PHONE_CODE_EMPTY);
  assert_int_equal(error.code, 400);
  assert_int_equal(tg_auth_signIn_error(error.rpc), TG_auth_signIn_PHONE_CODE_EMPTY);
  flow_rpc(flow_enter(auth, code, "54321", &error), &error, TG_ERR_PHONE_CODE_INVALID);
  assert_false(flow_authorized(auth));
  flow_ok(flow_enter(auth, code, "11111", &error), &error);
  assert_true(flow_authorized(auth));
  tgauth_code_free(code);
  tgauth_close(auth);
}

/* proves ER-1, ER-7, LG-2 */
static void test_each_listed_error_of_sign_in_comes_out(void **state) {
  static const struct {
    const char *sent;
    tg_err name;
    int code;
  } cases[] = {
      {"400 PHONE_CODE_EMPTY", TG_ERR_PHONE_CODE_EMPTY, 400},
      {"400 PHONE_CODE_EXPIRED", TG_ERR_PHONE_CODE_EXPIRED, 400},
      {"400 PHONE_CODE_INVALID", TG_ERR_PHONE_CODE_INVALID, 400},
      {"400 PHONE_NUMBER_INVALID", TG_ERR_PHONE_NUMBER_INVALID, 400},
      {"400 PHONE_NUMBER_UNOCCUPIED", TG_ERR_PHONE_NUMBER_UNOCCUPIED, 400},
      {"406 UPDATE_APP_TO_LOGIN", TG_ERR_UPDATE_APP_TO_LOGIN, 406},
      {"500 AUTH_RESTART", TG_ERR_AUTH_RESTART, 500},
      {"500 SIGN_IN_FAILED", TG_ERR_SIGN_IN_FAILED, 500},
  };
  tgauth *auth = flow_client(*state, NULL);
  mtp_error error;
  tgauth_code *code = flow_request(auth, "15550000001");
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    flow_command(*state,
                 "{\"do\":\"rule\",\"method\":\"auth.signIn\",\"times\":1,\"error\":\"%s\"}",
                 cases[i].sent);
    flow_rpc(flow_enter(auth, code, "11111", &error), &error, cases[i].name);
    assert_int_equal(error.code, cases[i].code);
  }
  tgauth_code_free(code);
  tgauth_close(auth);
}

/* proves ER-3 */
static void test_session_password_needed_under_either_code(void **state) {
  static const char *const codes[] = {"400 SESSION_PASSWORD_NEEDED", "401 SESSION_PASSWORD_NEEDED"};
  tgauth *auth = flow_client(*state, NULL);
  tgauth_step step;
  mtp_error error;
  tgauth_code *code = flow_request(auth, "15550000001");
  for (size_t i = 0; i < 2; i++) {
    flow_command(*state,
                 "{\"do\":\"rule\",\"method\":\"auth.signIn\",\"times\":1,\"error\":\"%s\"}",
                 codes[i]);
    flow_ok(tgauth_sign_in(auth, code, "11111", &step, &error), &error);
    assert_int_equal(step, TGAUTH_PASSWORD_NEEDED);
  }
  tgauth_code_free(code);
  tgauth_close(auth);
}

/* proves LG-2 */
static void test_signs_up_by_hand(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  char text[FLOW_HASH];
  tgauth_step step;
  mtp_error error;
  tgauth_code *code = flow_request(auth, "15550000888");
  assert_null(tgauth_last_terms(auth));
  flow_rpc(tgauth_sign_up(auth, code, "Too", "Early", &error), &error, TG_ERR_PHONE_CODE_INVALID);
  flow_ok(tgauth_sign_in(auth, code, flow_code(*state, "15550000888", text), &step, &error),
          &error);
  assert_int_equal(step, TGAUTH_SIGN_UP_NEEDED);
  assert_string_equal(tgauth_last_terms(auth)->text, "Be kind. This is a test data centre.");
  assert_false(flow_authorized(auth));
  flow_rpc(tgauth_sign_up(auth, code, "", NULL, &error), &error, TG_ERR_FIRSTNAME_INVALID);
  flow_ok(tgauth_sign_up(auth, code, "Grace", NULL, &error), &error);
  assert_true(flow_authorized(auth));
  tgauth_code_free(code);
  tgauth_close(auth);
}

/* proves LG-2 */
static void test_the_terms_are_told_whole(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  tgauth_step step;
  mtp_error error;
  tgauth_code *code = flow_request(auth, "15550000001");
  flow_command(*state,
               "{\"do\":\"rule\",\"method\":\"auth.signIn\",\"times\":1,\"answer\":{\"_\":"
               "\"auth.authorizationSignUpRequired\",\"terms_of_service\":{\"_\":"
               "\"help.termsOfService\",\"popup\":true,\"id\":{\"_\":\"dataJSON\",\"data\":\"7\"},"
               "\"text\":\"Be good.\",\"entities\":[],\"min_age_confirm\":16}}}");
  flow_ok(tgauth_sign_in(auth, code, "11111", &step, &error), &error);
  assert_int_equal(step, TGAUTH_SIGN_UP_NEEDED);
  const tgauth_terms *terms = tgauth_last_terms(auth);
  assert_string_equal(terms->text, "Be good.");
  assert_string_equal(terms->id, "7");
  assert_int_equal(terms->min_age, 16);
  assert_true(terms->popup);
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"auth.signIn\",\"times\":1,\"answer\":{\"_\":"
                       "\"auth.authorizationSignUpRequired\"}}");
  flow_ok(tgauth_sign_in(auth, code, "11111", &step, &error), &error);
  assert_int_equal(step, TGAUTH_SIGN_UP_NEEDED);
  assert_string_equal(tgauth_last_terms(auth)->text, "");
  assert_int_equal(tgauth_last_terms(auth)->min_age, 0);
  tgauth_code_free(code);
  tgauth_close(auth);
}

/* proves LG-2 */
static void test_an_authorization_of_nobody_signs_in_nobody(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  mtp_error error;
  tgauth_code *code = flow_request(auth, "15550000001");
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"auth.signIn\",\"times\":1,\"answer\":{\"_\":"
                       "\"auth.authorization\",\"user\":{\"_\":\"userEmpty\",\"id\":\"77\"}}}");
  flow_failed(flow_enter(auth, code, "11111", &error), &error, MTP_ERR_PROTOCOL);
  assert_false(mtp_client_session(tgauth_client(auth))->signed_in);
  tgauth_code_free(code);
  flow_ok(tgauth_code_resume(auth, "15550000001", "", TGAUTH_BY_SMS, &code, &error), &error);
  flow_failed(flow_enter(auth, code, "11111", &error), &error, MTP_ERR_ARGUMENT); /* no hash */
  tgauth_code_free(code);
  tgauth_close(auth);
}

/* proves LG-2 */
static void test_sign_up_may_be_closed(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  char text[FLOW_HASH];
  mtp_error error;
  flow_command(*state, "{\"do\":\"set\",\"sign_up\":false}");
  tgauth_code *code = flow_request(auth, "15550000889");
  flow_rpc(flow_enter(auth, code, flow_code(*state, "15550000889", text), &error), &error,
           TG_ERR_PHONE_NUMBER_UNOCCUPIED);
  flow_command(*state, "{\"do\":\"set\",\"sign_up\":true}");
  tgauth_code_free(code);
  tgauth_close(auth);
}

/* proves LG-8 */
static void test_test_numbers_have_their_code(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  tgauth_step step;
  mtp_error error;
  tgauth_code *code = flow_request(auth, "+99966 2 1234");
  flow_ok(tgauth_sign_in(auth, code, "22222", &step, &error), &error);
  assert_int_equal(step, TGAUTH_SIGN_UP_NEEDED);
  tgauth_code_free(code);
  tgauth_close(auth);
}

/* proves LG-1 */
static void test_a_code_can_be_taken_up_from_what_was_noted(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  mtp_error error;
  tgauth_code *code = flow_request(auth, "15550000001"), *again;
  flow_failed(tgauth_code_resume(auth, "no", code->hash, code->type, &again, &error), &error,
              MTP_ERR_ARGUMENT);
  assert_null(again);
  flow_ok(tgauth_code_resume(auth, "+1 555 0000001", code->hash, code->type, &again, &error),
          &error);
  tgauth_code_free(code);
  assert_string_equal(again->phone, "15550000001");
  flow_ok(tgauth_resend_code(auth, &again, &error), &error);
  assert_int_equal(again->type, TGAUTH_BY_SMS);
  flow_ok(flow_enter(auth, again, "11111", &error), &error);
  tgauth_code_free(again);
  tgauth_close(auth);
}

/* ---- e-mail ---- */

/* proves LG-1, LG-4 */
static void test_what_signs_in_besides_an_email_is_told(void **state) {
  static const char *const types[] = {"EmailCode\",\"email_pattern\":\"\",\"length\":6",
                                      "SetUpEmailRequired\""};
  tgauth *auth = flow_client(*state, NULL);
  for (int i = 0; i < 6; i++) {
    bool apple = i % 3 == 1, google = i % 3 == 2;
    flow_command(
        *state,
        "{\"do\":\"rule\",\"method\":\"auth.sendCode\",\"times\":1,\"answer\":{\"_\":"
        "\"auth.sentCode\",\"phone_code_hash\":\"h\",\"type\":{\"_\":\"auth.sentCodeType%s,"
        "\"apple_signin_allowed\":%s,\"google_signin_allowed\":%s}}}",
        types[i / 3], apple ? "true" : "false", google ? "true" : "false");
    tgauth_code *code = flow_request(auth, "15550000001");
    assert_int_equal(code->type, i < 3 ? TGAUTH_BY_EMAIL : TGAUTH_BY_EMAIL_SETUP);
    assert_true(code->apple_allowed == apple && code->google_allowed == google);
    tgauth_code_free(code);
  }
  tgauth_close(auth);
}

/* proves LG-4 */
static void test_an_address_verified_without_a_code_is_no_way_on(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  mtp_error error;
  tgauth_code *code = flow_request(auth, "15550000003");
  flow_command(*state, "{\"do\":\"rule\",\"method\":\"account.verifyEmail\",\"times\":1,\"answer\":"
                       "{\"_\":\"account.emailVerified\",\"email\":\"x\"}}");
  flow_failed(tgauth_verify_email(auth, &code, "1", &error), &error, MTP_ERR_PROTOCOL);
  assert_int_equal(code->type, TGAUTH_BY_EMAIL_SETUP); /* still the old one */
  tgauth_code_free(code);
  tgauth_close(auth);
}

/* proves LG-2, LG-4 */
static void test_a_login_email_is_set_up(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  char text[FLOW_HASH], *pattern;
  int32_t length;
  mtp_error error;
  tgauth_code *code = flow_request(auth, "15550000003");
  assert_int_equal(code->type, TGAUTH_BY_EMAIL_SETUP);
  flow_failed(flow_enter(auth, code, "11111", &error), &error, MTP_ERR_ARGUMENT);
  flow_rpc(tgauth_set_up_email(auth, code, "nowhere", &pattern, &length, &error), &error,
           TG_ERR_EMAIL_INVALID);
  assert_null(pattern);
  flow_ok(tgauth_set_up_email(auth, code, "dan@example.org", &pattern, &length, &error), &error);
  assert_string_equal(pattern, "d***@e***.org");
  assert_int_equal(length, 6);
  tgauth_string_free(pattern);
  flow_rpc(tgauth_verify_email(auth, &code, "000000x", &error), &error, TG_ERR_CODE_INVALID);
  flow_code(*state, "dan@example.org", text);
  flow_ok(tgauth_verify_email(auth, &code, text, &error), &error);
  assert_int_equal(code->type, TGAUTH_BY_EMAIL);
  flow_ok(flow_enter(auth, code, flow_code(*state, "dan@example.org", text), &error), &error);
  assert_true(flow_authorized(auth));
  tgauth_code_free(code);
  tgauth_close(auth);
}

/* proves LG-2, LG-4 */
static void test_signs_in_with_a_code_from_an_email(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  char text[FLOW_HASH];
  mtp_error error;
  tgauth_code *code = flow_request(auth, "15550000004");
  assert_string_equal(code->pattern, "b***@e***.org");
  flow_rpc(flow_enter(auth, code, "0", &error), &error, TG_ERR_CODE_INVALID);
  flow_ok(flow_enter(auth, code, flow_code(*state, "bob@example.org", text), &error), &error);
  tgauth_code_free(code);
  tgauth_close(auth);
}

/* proves LG-4 */
static void test_the_login_email_can_be_reset(void **state) {
  tgauth *auth = flow_client(*state, NULL);
  char text[FLOW_HASH], words[512];
  mtp_error error;
  flow_command(*state, "{\"do\":\"set\",\"email_reset\":3600}");
  tgauth_code *code = flow_request(auth, "15550000004");
  assert_int_equal(code->email_reset_available, 3600);
  assert_int_equal(code->email_reset_pending, 0);
  assert_non_null(strstr(tgauth_explain(code, words, sizeof words), "can be asked for"));
  flow_ok(tgauth_reset_login_email(auth, &code, &error), &error);
  assert_int_equal(code->type, TGAUTH_BY_EMAIL);
  assert_true(code->email_reset_pending > 0);
  assert_non_null(strstr(tgauth_explain(code, words, sizeof words), "under way"));
  flow_rpc(tgauth_reset_login_email(auth, &code, &error), &error, TG_ERR_TASK_ALREADY_EXISTS);
  tgauth_code_free(code);
  flow_command(*state, "{\"do\":\"set\",\"email_reset\":0}");
  flow_command(*state, "{\"do\":\"user\",\"phone\":\"15550000020\",\"code_types\":[\"email\","
                       "\"sms\"],\"login_email\":\"kim@example.org\"}");
  code = flow_request(auth, "15550000020");
  flow_ok(tgauth_reset_login_email(auth, &code, &error), &error);
  assert_int_equal(code->type, TGAUTH_BY_SMS);
  flow_ok(flow_enter(auth, code, flow_code(*state, "15550000020", text), &error), &error);
  tgauth_code_free(code);
  tgauth_close(auth);
}

static int setup(void **state) {
  *state = flow_start(config, 0);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_way_of_delivery_is_told),
      cmocka_unit_test(test_every_next_way_is_told),
      cmocka_unit_test(test_the_wait_before_a_resend_is_told),
      cmocka_unit_test(test_a_payment_is_told),
      cmocka_unit_test(test_the_number_is_reduced_to_digits),
      cmocka_unit_test(test_resending_goes_down_the_list),
      cmocka_unit_test(test_a_cancelled_code_is_void),
      cmocka_unit_test(test_sign_in_names_what_is_wrong),
      cmocka_unit_test(test_each_listed_error_of_sign_in_comes_out),
      cmocka_unit_test(test_session_password_needed_under_either_code),
      cmocka_unit_test(test_signs_up_by_hand),
      cmocka_unit_test(test_the_terms_are_told_whole),
      cmocka_unit_test(test_an_authorization_of_nobody_signs_in_nobody),
      cmocka_unit_test(test_sign_up_may_be_closed),
      cmocka_unit_test(test_test_numbers_have_their_code),
      cmocka_unit_test(test_a_code_can_be_taken_up_from_what_was_noted),
      cmocka_unit_test(test_what_signs_in_besides_an_email_is_told),
      cmocka_unit_test(test_an_address_verified_without_a_code_is_no_way_on),
      cmocka_unit_test(test_a_login_email_is_set_up),
      cmocka_unit_test(test_signs_in_with_a_code_from_an_email),
      cmocka_unit_test(test_the_login_email_can_be_reset),
  };
  return cmocka_run_group_tests(tests, setup, flow_teardown);
}
