/* The proof of a password for methods that want one: what account.getPassword says goes in, an
 * InputCheckPasswordSRP comes out. */
#include "flow_fixture.h"
#include <tgauth/proof.h>

static const char config[] = "{\"users\":["
                             "{\"phone\":\"15550000001\",\"code\":\"11111\"},"
                             "{\"phone\":\"15550000002\",\"code\":\"22222\"},"
                             "{\"phone\":\"15550000003\",\"code\":\"33333\"}]}";

static const tgauth_secret hunter = {"hunter2", 7, NULL};

/* An account that is signed in, with that password since. */
static tgauth *with_password(flow *dc, const char *phone) {
  mtp_error error;
  tgauth *auth = flow_signed_in(dc, phone);
  tgauth_password_change change = {NULL, "hunter2", NULL, "mail@example.org"};
  int32_t length = 0;
  char code[FLOW_HASH];
  flow_ok(tgauth_change_password(auth, &change, &length, &error), &error);
  if (length)
    flow_ok(tgauth_confirm_password_email(auth, flow_code(dc, "mail@example.org", code), &error),
            &error);
  return auth;
}

static mtp_status ask(tgauth *auth, tl_call call, mtp_reply **reply, mtp_error *error) {
  return mtp_call_sync(tgauth_client(auth), &call, NULL, reply, error);
}

/* proves SR-3 */
static void test_a_temporary_password_and_the_settings(void **state) {
  mtp_error error;
  mtp_reply *reply;
  tgauth_proof proof;
  tgauth *auth = with_password(*state, "15550000001");
  flow_ok(tgauth_get_proof(auth, &hunter, &proof, &error), &error);
  tg_account_getTmpPassword tmp = {.password = proof.check, .period = 3600};
  flow_ok(ask(auth, tg_account_getTmpPassword_call(&tmp), &reply, &error), &error);
  assert_int_equal(tg_account_getTmpPassword_result(mtp_reply_value(reply))->tmp_password.size, 32);
  mtp_reply_free(reply);
  /* a proof is good for one call */
  flow_rpc(ask(auth, tg_account_getTmpPassword_call(&tmp), &reply, &error), &error,
           TG_ERR_SRP_ID_INVALID);
  flow_ok(tgauth_get_proof(auth, &hunter, &proof, &error), &error);
  tg_account_getPasswordSettings settings = {.password = proof.check};
  flow_ok(ask(auth, tg_account_getPasswordSettings_call(&settings), &reply, &error), &error);
  tl_string mail = tg_account_getPasswordSettings_result(mtp_reply_value(reply))->email;
  assert_int_equal(mail.size, strlen("mail@example.org"));
  assert_memory_equal(mail.data, "mail@example.org", mail.size);
  mtp_reply_free(reply);
  tgauth_close(auth);
}

/* The answer of account.getPassword is the caller's own; so is where randomness comes from. */
static void test_a_proof_of_an_answer_that_was_asked_for(void **state) {
  mtp_error error;
  mtp_reply *reply;
  tgauth_proof proof;
  uint8_t hash[32];
  tgauth *auth = with_password(*state, "15550000002");
  flow_ok(tgauth_hash_password(auth, "hunter2", hash, &error), &error);
  tgauth_secret hashed = {NULL, 0, hash};
  tg_account_getPassword request = {0};
  flow_ok(ask(auth, tg_account_getPassword_call(&request), &reply, &error), &error);
  const tg_account_password *settings = tg_account_getPassword_result(mtp_reply_value(reply));
  flow_failed(tgauth_make_proof(settings, NULL, NULL, &proof, &error), &error, MTP_ERR_ARGUMENT);
  flow_ok(tgauth_make_proof(settings, &hashed, NULL, &proof, &error), &error);
  mtp_reply_free(reply); /* the proof has all of its own */
  tg_account_deleteAccount farewell = {.reason = TL_STR("test"), .password = proof.check};
  flow_ok(ask(auth, tg_account_deleteAccount_call(&farewell), &reply, &error), &error);
  mtp_reply_free(reply);
  assert_false(flow_authorized(auth));
  tgauth_close(auth);
}

static void test_a_wrong_password_is_refused(void **state) {
  mtp_error error;
  mtp_reply *reply;
  tgauth_proof proof;
  tgauth_secret wrong = {"hunter3", 7, NULL};
  tgauth *auth = with_password(*state, "15550000003");
  flow_ok(tgauth_get_proof(auth, &wrong, &proof, &error), &error);
  tg_account_getTmpPassword tmp = {.password = proof.check, .period = 3600};
  flow_rpc(ask(auth, tg_account_getTmpPassword_call(&tmp), &reply, &error), &error,
           TG_ERR_PASSWORD_HASH_INVALID);
  assert_null(reply);
  tgauth_close(auth);
}

/* proves SR-1 */
static void test_parameters_that_fail_their_checks_give_no_proof(void **state) {
  (void)state;
  static const uint8_t zeros[MTP_DH_SIZE];
  mtp_error error;
  tgauth_proof proof;
  tg_passwordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow algo = {
      .p = {zeros, sizeof zeros}, .g = 3};
  tg_account_password settings = {.has_password = true, .srp_B = {zeros, sizeof zeros}};
  settings.current_algo =
      tg_passwordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow_box(&algo);
  flow_failed(tgauth_make_proof(&settings, &hunter, NULL, &proof, &error), &error,
              MTP_ERR_PROTOCOL);
  settings.current_algo.kind = TG_passwordKdfAlgoUnknown;
  flow_failed(tgauth_make_proof(&settings, &hunter, NULL, &proof, &error), &error,
              MTP_ERR_PROTOCOL);
  assert_non_null(strstr(error.text, "update"));
}

static void test_no_password_is_an_empty_proof(void **state) {
  (void)state;
  mtp_error error;
  tgauth_proof proof;
  tg_account_password settings = {0};
  flow_ok(tgauth_make_proof(&settings, NULL, NULL, &proof, &error), &error);
  assert_int_equal(proof.check.kind, TG_inputCheckPasswordEmpty);
}

static int start(void **state) {
  *state = flow_start(config, 0);
  return *state ? 0 : -1;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_temporary_password_and_the_settings),
      cmocka_unit_test(test_a_proof_of_an_answer_that_was_asked_for),
      cmocka_unit_test(test_a_wrong_password_is_refused),
      cmocka_unit_test(test_parameters_that_fail_their_checks_give_no_proof),
      cmocka_unit_test(test_no_password_is_an_empty_proof),
  };
  return cmocka_run_group_tests(tests, start, flow_teardown);
}
