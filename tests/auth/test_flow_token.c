/* Future auth tokens: what they replace, and how they are kept. */
#include "flow_fixture.h"

static const char config[] =
    "{\"users\":[{\"phone\":\"15550000001\",\"code\":\"11111\"},"
    "{\"phone\":\"15550000002\",\"code\":\"22222\",\"password\":\"hunter2\"}]}";

/* proves LG-3 */
static void test_a_future_auth_token_replaces_the_code(void **state) {
  mtp_error error;
  tgauth_code *code;
  char text[512];
  tgauth *auth = flow_signed_in(*state, "15550000001");
  flow_ok(tgauth_log_out(auth, false, &error), &error);
  assert_false(flow_authorized(auth));
  assert_int_equal(mtp_client_session(tgauth_client(auth))->n_tokens, 1);
  flow_ok(tgauth_request_code(auth, "15550000001", NULL, &code, &error), &error);
  assert_true(code->signed_in);
  assert_non_null(strstr(tgauth_explain(code, text, sizeof text), "No code is needed"));
  assert_true(flow_authorized(auth));
  tgauth_code_free(code);
  tgauth_close(auth);
}

/* proves LG-3 */
static void test_a_future_auth_token_leaves_the_password_to_ask(void **state) {
  mtp_error error;
  tgauth_code *code;
  char text[512];
  tgauth *auth = flow_client(*state, NULL);
  tgauth_step step;
  code = flow_request(auth, "15550000002");
  flow_ok(tgauth_sign_in(auth, code, "22222", &step, &error), &error);
  tgauth_code_free(code);
  flow_ok(tgauth_check_password_text(auth, "hunter2", &error), &error);
  flow_ok(tgauth_log_out(auth, false, &error), &error);
  flow_ok(tgauth_request_code(auth, "15550000002", NULL, &code, &error), &error);
  assert_true(code->password_needed);
  assert_false(code->signed_in);
  assert_non_null(strstr(tgauth_explain(code, text, sizeof text), "2FA password is next"));
  assert_false(flow_authorized(auth));
  flow_failed(flow_enter(auth, code, "22222", &error), &error, MTP_ERR_ARGUMENT);
  flow_ok(tgauth_check_password_text(auth, "hunter2", &error), &error);
  assert_true(flow_authorized(auth));
  tgauth_code_free(code);
  tgauth_close(auth);
}

/* proves LG-3 */
static void test_tokens_that_come_with_an_authorization_are_kept(void **state) {
  mtp_error error;
  tgauth_step step;
  tgauth *auth = flow_client(*state, NULL);
  tgauth_code *code = flow_request(auth, "15550000001");
  for (int i = 0; i < MTP_MAX_TOKENS + 2; i++) {
    flow_command(*state,
                 "{\"do\":\"rule\",\"method\":\"auth.signIn\",\"times\":1,\"answer\":"
                 "{\"_\":\"auth.authorization\",\"future_auth_token\":\"AAA%c\",\"user\":"
                 "{\"_\":\"user\",\"id\":\"77\"}}}",
                 'A' + i);
    flow_ok(tgauth_sign_in(auth, code, "11111", &step, &error), &error);
  }
  const mtp_session *session = mtp_client_session(tgauth_client(auth));
  assert_int_equal(session->user_id, 77);
  assert_int_equal(session->n_tokens, MTP_MAX_TOKENS);
  assert_memory_equal(session->tokens[0].data, "\0\0\x15", 3); /* the newest first */
  tgauth_code_free(code);
  tgauth_close(auth);
}

/* proves LG-3 */
static void test_future_auth_tokens_survive_in_the_store(void **state) {
  char path[128];
  mtp_error error;
  snprintf(path, sizeof path, "%s/token.session", ((flow *)*state)->dir);
  tgauth *auth = flow_client(*state, tgauth_store_file(path, NULL));
  flow_sign_in(*state, auth, "15550000001");
  flow_ok(tgauth_log_out(auth, true, &error), &error);
  tgauth_close(auth);
  auth = flow_client(*state, tgauth_store_file(path, NULL));
  const mtp_session *session = mtp_client_session(tgauth_client(auth));
  assert_int_equal(session->n_tokens, 1);
  assert_int_equal(session->n_keys, 0);
  assert_false(session->signed_in);
  tgauth_code *code = flow_request(auth, "15550000001");
  assert_true(code->signed_in);
  tgauth_code_free(code);
  tgauth_close(auth);
}

static int setup(void **state) {
  *state = flow_start(config, 0);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_future_auth_token_replaces_the_code),
      cmocka_unit_test(test_a_future_auth_token_leaves_the_password_to_ask),
      cmocka_unit_test(test_tokens_that_come_with_an_authorization_are_kept),
      cmocka_unit_test(test_future_auth_tokens_survive_in_the_store),
  };
  return cmocka_run_group_tests(tests, setup, flow_teardown);
}
