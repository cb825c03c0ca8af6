/* Nothing that proved nothing changes anything that is kept: keys, user, home, clock. */

#include "client/client.h"
#include "client_fixture.h"
#include "rsa_pems.h"

static fixture f;
static unsigned exports, imports, failures; /* what elsewhere() has done, and is to do */
static const char *failure;

static int set_up(void **state) {
  (void)state;
  fixture_open(&f);
  exports = imports = failures = 0;
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  fixture_close(&f);
  return 0;
}

enum { USER = 42, OLD_MS = 120000 }; /* a key is young for a minute */

/* A client whose user is signed in, with a key that is not young any more. */
static void start_signed_in(void) {
  fixture_start(&f, NULL);
  fixture_ask(&f);
  mtp_client_set_user(f.client, USER, false);
  fixture_run_for(&f, OLD_MS);
}

static void assert_still_signed_in(const mtp_session *before) {
  const mtp_session *session = mtp_client_session(f.client);
  assert_true(session->signed_in);
  assert_int_equal(session->user_id, USER);
  assert_int_equal(session->home_dc, before->home_dc);
  assert_in_range(session->time_offset - before->time_offset + 1, 0, 2); /* rounded */
  assert_int_equal(session->n_keys, before->n_keys);
  for (size_t i = 0; i < before->n_keys; i++)
    assert_memory_equal(session->keys[i].key, before->keys[i].key, MTP_KEY_SIZE);
  assert_null(mtp_client_lost_session(f.client));
}

static void copy_session(mtp_session *to) {
  mtp_session_init(to, NULL);
  assert_int_equal(mtp_session_copy(to, mtp_client_session(f.client)), MTP_OK);
}

/* ---- what is opened under no key (TB-1) ---- */

/* Calls while the way to the server answers with that, then one when it is right again. */
static void suffer(int32_t code) {
  mtp_session before;
  mtp_event event;
  outcome out;
  start_signed_in();
  copy_session(&before);
  fixture_dc(&f, 2)->transport_error = code;
  for (int i = 0; i < 6; i++) {
    fixture_call(&f, NULL, &out);
    fixture_wait(&f, &out);
    assert_true(out.error.status == MTP_ERR_NETWORK || out.error.status == MTP_ERR_TRANSPORT ||
                out.error.status == MTP_ERR_TIMEOUT);
    outcome_free(&out);
    assert_still_signed_in(&before);
  }
  assert_false(fixture_event(&f, MTP_EVENT_KEY_LOST, &event));
  fixture_dc(&f, 2)->transport_error = 0;
  fixture_ask(&f);
  assert_still_signed_in(&before);
  mtp_session_free(&before);
}

/* proves TB-1, TR-6 */
static void test_four_bytes_take_no_key_however_often_they_come(void **state) {
  (void)state;
  suffer(-404);
}

/* proves TB-1, TR-6 */
static void test_a_status_of_http_takes_no_key(void **state) {
  (void)state;
  f.options.transport = "http";
  suffer(-404);
}

/* proves TB-1 */
static void test_other_transport_errors_take_no_key(void **state) {
  (void)state;
  suffer(-429);
}

/* proves TB-2 */
static void test_calls_are_told_that_the_key_is_being_checked(void **state) {
  (void)state;
  outcome out;
  f.options.no_reconnect = true;
  start_signed_in();
  fixture_dc(&f, 2)->forget_keys = true;
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_NETWORK);
  assert_string_equal(out.error.text, "the server does not know this key; checking");
  outcome_free(&out);
}

/* ---- how a lost key is found out (TB-2) ---- */

/* proves TB-2 */
static void test_a_key_that_is_refused_for_a_bind_is_gone_and_kept_aside(void **state) {
  (void)state;
  outcome out;
  mtp_event event;
  start_signed_in();
  uint8_t key[MTP_KEY_SIZE];
  memcpy(key, mtp_client_session(f.client)->keys[0].key, sizeof key);
  fixture_dc(&f, 2)->n_keys = 0;
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_KEY_LOST);
  assert_string_equal(out.error.text, "ENCRYPTED_MESSAGE_INVALID");
  outcome_free(&out);
  assert_true(fixture_event(&f, MTP_EVENT_KEY_LOST, &event));
  assert_false(mtp_client_session(f.client)->signed_in);
  assert_int_equal(mtp_client_session(f.client)->n_keys, 0);
  const mtp_session *lost = mtp_client_lost_session(f.client);
  assert_non_null(lost);
  assert_true(lost->signed_in);
  assert_int_equal(lost->user_id, USER);
  assert_memory_equal(lost->keys[0].key, key, sizeof key);
  mtp_client_set_user(f.client, USER, false); /* signed in again: nobody goes back */
  assert_null(mtp_client_lost_session(f.client));
}

/* proves TB-2 */
static void test_a_key_that_binds_is_known(void **state) {
  (void)state;
  mtp_session before;
  outcome out;
  start_signed_in();
  copy_session(&before);
  fake_dc *dc = fixture_dc(&f, 2);
  unsigned exchanges = dc->exchanges;
  dc->forget_keys = true;
  fixture_call(&f, NULL, &out);
  fixture_settle(&f);
  dc->forget_keys = false; /* one machine of many had not heard of it */
  fixture_wait(&f, &out);
  assert_answered_by(&out, 2);
  assert_int_equal(dc->exchanges, exchanges + 1); /* a temporary key, to find out */
  assert_still_signed_in(&before);
  mtp_session_free(&before);
}

/* proves TB-2 */
static void test_a_server_with_no_known_rsa_key_cannot_refuse(void **state) {
  (void)state;
  mtp_session before;
  outcome out;
  start_signed_in();
  copy_session(&before);
  fake_dc *dc = fixture_dc(&f, 2);
  kx_server_config other = dc->kx_config;
  dc->n_keys = 0;
  dc->garbage = true; /* an exchange that it cannot do */
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_true(out.error.status != MTP_ERR_KEY_LOST && out.error.status != MTP_OK);
  assert_still_signed_in(&before);
  dc->kx_config = other;
  mtp_session_free(&before);
  outcome_free(&out);
}

/* ---- other data centres (TB-5, TB-6) ---- */

static bool elsewhere(void *ctx, fake_dc *dc, const fake_call *call) {
  (void)ctx;
  const char *name = fake_name(call);
  if (strcmp(name, "auth.exportAuthorization") == 0) {
    tg_auth_exportedAuthorization exported = {.id = USER, .bytes = tl_bytes_of("proof", 5)};
    tl_object object = tg_auth_exportedAuthorization_object(&exported);
    exports++;
    fake_answer(dc, call, &object);
    return true;
  }
  if (strcmp(name, "auth.importAuthorization") == 0) {
    tg_userEmpty nobody = {.id = USER};
    tg_auth_authorization authorization = {.user = tg_userEmpty_box(&nobody)};
    tl_object object = tg_auth_authorization_object(&authorization);
    imports++;
    fake_answer(dc, call, &object);
    return true;
  }
  if (failures && strcmp(name, "help.getNearestDc") == 0) {
    failures--;
    fake_error(dc, call, strncmp(failure, "AUTH_KEY_D", 10) == 0 ? 406 : 401, failure);
    return true;
  }
  return answer_nearest(NULL, dc, call);
}

static void fail_elsewhere(const char *text, unsigned times) {
  outcome out;
  mtp_event event;
  mtp_call_options options = {.dc = 3};
  for (int32_t i = 1; i <= FIXTURE_DCS; i++)
    fixture_dc(&f, i)->on_call = elsewhere;
  start_signed_in();
  failure = text;
  failures = times;
  fixture_call(&f, &options, &out);
  fixture_wait(&f, &out);
  if (times == 1)
    assert_int_equal(out.error.status, MTP_OK);
  else
    assert_int_equal(out.error.status, MTP_ERR_RPC);
  outcome_free(&out);
  assert_false(fixture_event(&f, MTP_EVENT_KEY_LOST, &event));
  assert_true(mtp_client_session(f.client)->signed_in);
  assert_int_equal(mtp_client_session(f.client)->home_dc, 2);
}

/* proves TB-6 */
static void test_another_data_centre_signs_nobody_out(void **state) {
  (void)state;
  fail_elsewhere("SESSION_REVOKED", 1);
  assert_int_equal(imports, 2);
}

/* proves TB-6 */
static void test_another_data_centres_key_is_made_anew(void **state) {
  (void)state;
  fail_elsewhere("AUTH_KEY_DUPLICATED", 1);
  assert_int_equal(fixture_dc(&f, 3)->exchanges, 2);
  assert_int_equal(fixture_dc(&f, 2)->exchanges, 1);
  assert_int_equal(imports, 2);
}

/* proves TB-6 */
static void test_another_data_centre_that_goes_on_signs_nobody_out(void **state) {
  (void)state;
  fail_elsewhere("AUTH_KEY_DUPLICATED", 100);
}

/* proves TB-5 */
static void test_another_data_centres_clock_is_its_own(void **state) {
  (void)state;
  outcome out;
  mtp_call_options options = {.dc = 3};
  for (int32_t i = 1; i <= FIXTURE_DCS; i++)
    fixture_dc(&f, i)->on_call = elsewhere;
  start_signed_in();
  int64_t at = mtp_client_server_time(f.client);
  fixture_dc(&f, 3)->skew_ms = 10LL * 365 * 86400 * 1000;
  fixture_call(&f, &options, &out);
  fixture_wait(&f, &out);
  assert_answered_by(&out, 3);
  assert_in_range(mtp_client_server_time(f.client) - at, 0, 3600);
  assert_in_range(mtp_client_session(f.client)->time_offset + 10, 0, 20);
}

/* ---- a CDN (TB-4) ---- */

static struct {
  int32_t code;
  const char *text;
  bool push;
} cdn;

static void push_message(fake_dc *dc, const fake_call *like) {
  tg_updateShortMessage message = {.id = 7,
                                   .user_id = 777000,
                                   .message = TL_STR("your code is 12345"),
                                   .pts = 5,
                                   .pts_count = 1};
  tl_object object = tg_updateShortMessage_object(&message);
  fake_push(dc, like, &object);
}

static bool with_cdn(void *ctx, fake_dc *dc, const fake_call *call) {
  (void)ctx;
  if (strcmp(fake_name(call), "help.getCdnConfig") == 0) {
    tg_cdnPublicKey key = {.dc_id = 3, .public_key = tl_string_of(pem_public)};
    const tg_cdnPublicKey *items[1] = {&key};
    tg_cdnConfig config = {.public_keys = {items, 1}};
    tl_object object = tg_cdnConfig_object(&config);
    fake_answer(dc, call, &object);
    return true;
  }
  if (strcmp(fake_name(call), "upload.getCdnFile") != 0)
    return answer_nearest(NULL, dc, call);
  if (cdn.push)
    push_message(dc, call);
  if (cdn.text) {
    fake_error(dc, call, cdn.code, cdn.text);
    return true;
  }
  tg_upload_cdnFile file = {.bytes = tl_bytes_of("part", 4)};
  tl_object object = tg_upload_cdnFile_object(&file);
  fake_answer(dc, call, &object);
  return true;
}

static void ask_cdn(outcome *out) {
  tg_upload_getCdnFile request = {.file_token = tl_bytes_of("token", 5), .limit = 4096};
  tl_call call = tg_upload_getCdnFile_call(&request);
  mtp_call_options options = {.dc = 3, .cdn = true};
  fixture_call_of(&f, &call, &options, out);
  fixture_wait(&f, out);
}

static void start_with_cdn(void) {
  memset(&cdn, 0, sizeof cdn);
  f.addresses[2].flags |= MTP_DC_CDN;
  for (int32_t i = 1; i <= FIXTURE_DCS; i++)
    fixture_dc(&f, i)->on_call = with_cdn;
  start_signed_in();
}

/* proves TB-4 */
static void test_what_a_cdn_pushes_is_no_update(void **state) {
  (void)state;
  outcome out;
  mtp_event event;
  start_with_cdn();
  cdn.push = true;
  ask_cdn(&out);
  assert_int_equal(out.error.status, MTP_OK);
  outcome_free(&out);
  fixture_run_for(&f, 1000);
  assert_false(fixture_event(&f, MTP_EVENT_UPDATES, &event));
}

/* proves TB-4, TB-6 */
static void test_errors_of_a_cdn_end_its_call_alone(void **state) {
  (void)state;
  static const struct {
    int32_t code;
    const char *text;
  } errors[] = {
      {406, "AUTH_KEY_DUPLICATED"}, {303, "USER_MIGRATE_1"},      {303, "PHONE_MIGRATE_1"},
      {401, "SESSION_REVOKED"},     {401, "USER_DEACTIVATED"},    {401, "AUTH_KEY_INVALID"},
      {303, "FILE_MIGRATE_1"},      {401, "AUTH_KEY_PERM_EMPTY"}, {400, "CONNECTION_NOT_INITED"}};
  outcome out;
  mtp_event event;
  mtp_session before;
  start_with_cdn();
  ask_cdn(&out);
  outcome_free(&out);
  copy_session(&before);
  for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
    cdn.code = errors[i].code;
    cdn.text = errors[i].text;
    ask_cdn(&out);
    assert_int_equal(out.error.status, MTP_ERR_RPC);
    assert_string_equal(out.error.text, errors[i].text);
    outcome_free(&out);
    assert_still_signed_in(&before);
    assert_false(fixture_event(&f, MTP_EVENT_KEY_LOST, &event));
  }
  mtp_session_free(&before);
}

/* proves TB-4, TB-5 */
static void test_the_clock_of_a_cdn_is_its_own(void **state) {
  (void)state;
  outcome out;
  start_with_cdn();
  int64_t at = mtp_client_server_time(f.client);
  fixture_dc(&f, 3)->skew_ms = 10LL * 365 * 86400 * 1000;
  ask_cdn(&out);
  assert_int_equal(out.error.status, MTP_OK);
  outcome_free(&out);
  assert_in_range(mtp_client_server_time(f.client) - at, 0, 3600);
  assert_in_range(mtp_client_session(f.client)->time_offset + 10, 0, 20);
  fixture_ask(&f);
}

/* ---- who is signed in, whatever call says so ---- */

static bool sign_in_out(void *ctx, fake_dc *dc, const fake_call *call) {
  (void)ctx;
  const char *name = fake_name(call);
  tg_user user = {.id = 99, .bot = true, .has_bot_info_version = true, .bot_info_version = 1};
  tg_auth_authorization authorization = {.future_auth_token = tl_bytes_of("future", 6),
                                         .user = tg_user_box(&user)};
  tl_object object = tg_auth_authorization_object(&authorization);
  tg_auth_loginTokenSuccess success = {.authorization = tg_auth_authorization_box(&authorization)};
  tg_auth_loggedOut gone = {.future_auth_token = tl_bytes_of("later", 5)};
  if (strcmp(name, "auth.importLoginToken") == 0)
    object = tg_auth_loginTokenSuccess_object(&success);
  else if (strcmp(name, "auth.logOut") == 0)
    object = tg_auth_loggedOut_object(&gone);
  else if (strcmp(name, "auth.importBotAuthorization") != 0)
    return elsewhere(NULL, dc, call);
  fake_answer(dc, call, &object);
  return true;
}

static void raw(const tl_call *call, const mtp_call_options *options) {
  outcome out;
  fixture_call_of(&f, call, options, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_OK);
  outcome_free(&out);
}

static void start_raw(void) {
  for (int32_t i = 1; i <= FIXTURE_DCS; i++)
    fixture_dc(&f, i)->on_call = sign_in_out;
  fixture_start(&f, NULL);
}

static void test_signing_in_and_out_is_noticed_in_any_answer(void **state) {
  (void)state;
  start_raw();
  const mtp_session *session = mtp_client_session(f.client);
  tg_auth_importBotAuthorization bot = {
      .api_id = 1, .api_hash = TL_STR("x"), .bot_auth_token = TL_STR("1:x")};
  tg_auth_logOut out = {0};
  tg_auth_importLoginToken token = {.token = tl_bytes_of("token", 5)};
  tl_call call = tg_auth_importBotAuthorization_call(&bot);
  raw(&call, NULL);
  assert_true(session->signed_in);
  assert_true(session->bot);
  assert_int_equal(session->user_id, 99);
  assert_int_equal(session->n_tokens, 1);
  call = tg_auth_logOut_call(&out);
  raw(&call, NULL);
  assert_false(session->signed_in);
  assert_int_equal(session->user_id, 0);
  assert_int_equal(session->n_tokens, 2);
  call = tg_auth_importLoginToken_call(&token);
  raw(&call, NULL);
  assert_true(session->signed_in);
}

/* proves TB-6 */
static void test_another_data_centre_signs_nobody_in(void **state) {
  (void)state;
  start_raw();
  tg_auth_importBotAuthorization bot = {
      .api_id = 1, .api_hash = TL_STR("x"), .bot_auth_token = TL_STR("1:x")};
  tl_call call = tg_auth_importBotAuthorization_call(&bot);
  mtp_call_options options = {.dc = 3};
  raw(&call, &options);
  assert_false(mtp_client_session(f.client)->signed_in);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_four_bytes_take_no_key_however_often_they_come),
      TEST(test_a_status_of_http_takes_no_key),
      TEST(test_other_transport_errors_take_no_key),
      TEST(test_calls_are_told_that_the_key_is_being_checked),
      TEST(test_a_key_that_is_refused_for_a_bind_is_gone_and_kept_aside),
      TEST(test_a_key_that_binds_is_known),
      TEST(test_a_server_with_no_known_rsa_key_cannot_refuse),
      TEST(test_another_data_centre_signs_nobody_out),
      TEST(test_another_data_centres_key_is_made_anew),
      TEST(test_another_data_centre_that_goes_on_signs_nobody_out),
      TEST(test_another_data_centres_clock_is_its_own),
      TEST(test_what_a_cdn_pushes_is_no_update),
      TEST(test_errors_of_a_cdn_end_its_call_alone),
      TEST(test_the_clock_of_a_cdn_is_its_own),
      TEST(test_signing_in_and_out_is_noticed_in_any_answer),
      TEST(test_another_data_centre_signs_nobody_in),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
