/* Future auth tokens: what they replace, and how they are kept. */
#include "flow_fixture.h"

static const char config[] =
    "{\"users\":[{\"phone\":\"15550000001\",\"code\":\"11111\"},"
    "{\"phone\":\"15550000002\",\"code\":\"22222\",\"password\":\"hunter2\"}]}";

/* proves LG-1, LG-3 */
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

/* proves LG-3, ER-3 */
static void test_the_password_may_be_wanted_under_either_code(void **state) {
  static const int codes[] = {400, 401};
  tgauth *auth = flow_client(*state, NULL);
  for (size_t i = 0; i < 2; i++) {
    flow_command(*state,
                 "{\"do\":\"rule\",\"method\":\"auth.sendCode\",\"times\":1,"
                 "\"error\":\"%d SESSION_PASSWORD_NEEDED\"}",
                 codes[i]);
    tgauth_code *code = flow_request(auth, "15550000002");
    assert_true(code->password_needed);
    tgauth_code_free(code);
    flow_command(*state,
                 "{\"do\":\"rule\",\"method\":\"users.getUsers\",\"times\":1,"
                 "\"error\":\"%d SESSION_PASSWORD_NEEDED\"}",
                 codes[i]);
    assert_false(flow_authorized(auth));
  }
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

/* proves LG-3 */
static void test_every_token_is_sent_along(void **state) {
  static const char *const phones[] = {"15550000001", "15550000003", "15550000004"};
  mtp_error error;
  tgauth *auth = flow_client(*state, NULL);
  for (size_t i = 0; i < 3; i++) {
    flow_command(*state, "{\"do\":\"user\",\"phone\":\"%s\"}", phones[i]);
    flow_sign_in(*state, auth, phones[i]);
    flow_ok(tgauth_log_out(auth, false, &error), &error);
  }
  for (size_t i = 0; i < 3; i++) {
    tgauth_code *code = flow_request(auth, phones[i]);
    assert_true(code->signed_in);
    tgauth_code_free(code);
    flow_ok(tgauth_log_out(auth, false, &error), &error);
  }
  tgauth_close(auth);
}

/* Opens a copy of a session that another client has open, as if that one had been killed. */
static tgauth *reopen_copy(flow *dc, const char *path) {
  char copy[160], bytes[8192];
  snprintf(copy, sizeof copy, "%s.copy", path);
  FILE *from = fopen(path, "rb"), *to = fopen(copy, "wb");
  assert_true(from && to);
  size_t size = fread(bytes, 1, sizeof bytes, from);
  assert_in_range(size, 1, sizeof bytes - 1);
  assert_int_equal(fwrite(bytes, 1, size, to), size);
  fclose(from);
  assert_int_equal(fclose(to), 0);
  return flow_client(dc, tgauth_store_file(copy, NULL));
}

/* proves LG-3 */
static void test_signing_in_and_out_is_saved_at_once(void **state) {
  char path[128];
  mtp_error error;
  snprintf(path, sizeof path, "%s/killed.session", ((flow *)*state)->dir);
  tgauth *auth = flow_client(*state, tgauth_store_file(path, NULL));
  flow_sign_in(*state, auth, "15550000001");
  tgauth *copy = reopen_copy(*state, path);
  assert_true(mtp_client_session(tgauth_client(copy))->signed_in);
  tgauth_close(copy);
  flow_ok(tgauth_log_out(auth, false, &error), &error);
  copy = reopen_copy(*state, path);
  assert_false(mtp_client_session(tgauth_client(copy))->signed_in);
  assert_int_equal(mtp_client_session(tgauth_client(copy))->n_tokens, 1);
  tgauth_close(copy);
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
      cmocka_unit_test(test_the_password_may_be_wanted_under_either_code),
      cmocka_unit_test(test_tokens_that_come_with_an_authorization_are_kept),
      cmocka_unit_test(test_future_auth_tokens_survive_in_the_store),
      cmocka_unit_test(test_every_token_is_sent_along),
      cmocka_unit_test(test_signing_in_and_out_is_saved_at_once),
  };
  return cmocka_run_group_tests(tests, setup, flow_teardown);
}
