/* What somebody on the way to the server can say, and a server that is busy: a client that listens
 * goes on to listen, calls that wait go on to wait. */
#include "client_fixture.h"
#include <mt/mt.h>

static fixture f;

static int set_up(void **state) {
  (void)state;
  fixture_open(&f);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  fixture_close(&f);
  return 0;
}

enum { USER = 42, OLD_MS = 120000 };

static void ask(void) {
  fixture_ask(&f);
}

/* A client whose user is signed in, with a key that is not young any more. */
static void start(void) {
  fixture_start(&f, NULL);
  ask();
  mtp_client_set_user(f.client, USER, false);
  fixture_run_for(&f, OLD_MS);
}

/* Nobody calls: whether the client connects again by itself. */
static void assert_listens(void) {
  unsigned accepted = fixture_dc(&f, 2)->accepted;
  fixture_run_for(&f, 300000);
  assert_true(fixture_dc(&f, 2)->accepted > accepted);
  accepted = fixture_dc(&f, 2)->accepted;
  fixture_run_for(&f, 300000);
  assert_int_equal(fixture_dc(&f, 2)->accepted, accepted); /* and stays connected */
  assert_true(mtp_client_session(f.client)->signed_in);
  ask();
}

/* proves TB-1 */
static void test_an_error_of_four_bytes_leaves_nobody_deaf(void **state) {
  (void)state;
  static const int32_t codes[] = {-444, -404, -429, -403, -1};
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
    tear_down(NULL);
    set_up(NULL);
    outcome out;
    start();
    fixture_dc(&f, 2)->transport_error = codes[i];
    fixture_call(&f, NULL, &out);
    fixture_settle(&f);
    fixture_dc(&f, 2)->transport_error = 0;
    fixture_wait(&f, &out);
    assert_answered_by(&out, 2); /* it waited for the next connection */
    fixture_dc(&f, 2)->transport_error = codes[i];
    fixture_run_for(&f, 200000); /* pings are answered with it */
    fixture_dc(&f, 2)->transport_error = 0;
    assert_listens();
  }
}

static void show_another_key(void *ctx, kx_server_message message, void *object) {
  static int64_t unknown = 0x1234567812345678;
  (void)ctx;
  if (message != KX_SERVER_RES_PQ)
    return;
  mt_resPQ *answer = object;
  answer->server_public_key_fingerprints.items = &unknown;
  answer->server_public_key_fingerprints.count = 1;
}

/* proves TB-1, KX-2 */
static void test_another_rsa_key_leaves_nobody_deaf(void **state) {
  (void)state;
  for (int pfs = 0; pfs < 2; pfs++) {
    tear_down(NULL);
    set_up(NULL);
    f.options.pfs = pfs;
    start();
    fake_dc *dc = fixture_dc(&f, 2);
    kx_server *right = dc->kx, *strange;
    kx_server_config config = dc->kx_config;
    config.edit = show_another_key;
    assert_int_equal(kx_server_new(&config, &strange), MTP_OK);
    dc->kx = strange;
    dc->forget_keys = true;
    outcome out;
    fixture_call(&f, NULL, &out);
    fixture_wait(&f, &out);
    assert_int_not_equal(out.error.status, MTP_OK);
    outcome_free(&out);
    fixture_run_for(&f, 100000);
    dc->forget_keys = false;
    dc->kx = right;
    kx_server_free(strange);
    assert_listens();
  }
}

/* ---- a bind that is put off ---- */

typedef struct busy {
  int32_t code;
  const char *text;
  unsigned times;
} busy;

static bool refuse_bind(void *ctx, fake_dc *dc, const fake_call *call) {
  busy *b = ctx;
  if (strcmp(fake_name(call), "auth.bindTempAuthKey") != 0)
    return answer_nearest(NULL, dc, call);
  if (b->times == 0)
    return false;
  b->times--;
  fake_error(dc, call, b->code, b->text);
  return true;
}

/* proves ER-2 */
static void test_a_bind_that_is_put_off_is_made_later(void **state) {
  (void)state;
  static const busy rows[] = {{-503, "Timeout", 4},
                              {500, "INTERNAL", 4},
                              {420, "FLOOD_WAIT_3", 4},
                              {-500, "No workers running", 4}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    tear_down(NULL);
    set_up(NULL);
    busy b = rows[i];
    f.options.pfs = true;
    fixture_dc(&f, 2)->on_call = refuse_bind;
    fixture_dc(&f, 2)->ctx = &b;
    fixture_start(&f, NULL);
    ask();
    assert_int_equal(b.times, 0);
  }
}

/* proves ER-2, LV-3 */
static void test_a_bind_that_is_put_off_for_ever_ends_the_calls(void **state) {
  (void)state;
  busy b = {-503, "Timeout", 1000000};
  outcome out;
  f.options.pfs = true;
  fixture_dc(&f, 2)->on_call = refuse_bind;
  fixture_dc(&f, 2)->ctx = &b;
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_RPC);
  assert_int_equal(out.error.code, -503);
  outcome_free(&out);
  b.times = 0; /* it can be used again, and nobody has given up */
  ask();
}

/* ---- another home ---- */

/* proves AP-4, TB-6 */
static void test_a_home_that_nobody_has_an_address_of_is_none(void **state) {
  (void)state;
  static const int32_t nowhere[] = {203, 9999, 4};
  start();
  for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++) {
    assert_int_equal(mtp_client_set_home(f.client, nowhere[i]), MTP_ERR_ARGUMENT);
    assert_int_equal(mtp_client_session(f.client)->home_dc, 2);
  }
  ask();
}

/* ---- what another data centre says of the user ---- */

static unsigned imports;

/* It takes an authorization, and says that it has ended. */
static bool logs_out(void *ctx, fake_dc *dc, const fake_call *call) {
  tg_auth_exportedAuthorization exported = {.id = USER, .bytes = tl_bytes_of("proof", 5)};
  tg_userEmpty nobody = {.id = USER};
  tg_auth_authorization authorization = {.user = tg_userEmpty_box(&nobody)};
  tg_auth_loggedOut ended = {0};
  tl_object object;
  if (strcmp(fake_name(call), "auth.exportAuthorization") == 0)
    object = tg_auth_exportedAuthorization_object(&exported);
  else if (strcmp(fake_name(call), "auth.importAuthorization") == 0)
    object = tg_auth_authorization_object(&authorization);
  else if (strcmp(fake_name(call), "auth.logOut") == 0)
    object = tg_auth_loggedOut_object(&ended);
  else
    return answer_nearest(ctx, dc, call);
  imports += strcmp(fake_name(call), "auth.importAuthorization") == 0;
  fake_answer(dc, call, &object);
  return true;
}

/* proves TB-6 */
static void test_another_data_centre_that_says_logged_out_changes_nothing(void **state) {
  (void)state;
  outcome out;
  mtp_call_options there = {.dc = 3};
  tg_auth_logOut request = {0};
  tl_call call = tg_auth_logOut_call(&request);
  for (int32_t i = 1; i <= FIXTURE_DCS; i++)
    fixture_dc(&f, i)->on_call = logs_out;
  imports = 0;
  start();
  for (int i = 0; i < 3; i++) {
    fixture_call_of(&f, &call, &there, &out);
    fixture_wait(&f, &out);
    assert_int_equal(out.error.status, MTP_OK);
    outcome_free(&out);
  }
  assert_true(mtp_client_session(f.client)->signed_in);
  assert_true(mtp_client_session(f.client)->user_id == USER);
  assert_int_equal(imports, 1); /* what opened the way there holds */
  ask();
}

/* ---- a CDN with the number of a data centre ---- */

static bool with_keys_of_cdns(void *ctx, fake_dc *dc, const fake_call *call) {
  if (strcmp(fake_name(call), "help.getCdnConfig") != 0)
    return answer_nearest(ctx, dc, call);
  tg_cdnPublicKey key = {.dc_id = 2, .public_key = tl_string_of(fake_public_keys[0])};
  const tg_cdnPublicKey *items[1] = {&key};
  tg_cdnConfig config = {.public_keys = {items, 1}};
  tl_object object = tg_cdnConfig_object(&config);
  fake_answer(dc, call, &object);
  return true;
}

/* proves TB-4 */
static void test_a_cdn_that_is_called_like_home_takes_no_key(void **state) {
  (void)state;
  mtp_session before;
  outcome out;
  mtp_dc_option addresses[2] = {f.addresses[1], f.addresses[2]};
  addresses[1].dc = 2;
  addresses[1].flags |= MTP_DC_CDN;
  f.options.dcs = addresses;
  f.options.n_dcs = 2;
  fixture_dc(&f, 2)->on_call = with_keys_of_cdns;
  start();
  mtp_session_init(&before, NULL);
  assert_int_equal(mtp_session_copy(&before, mtp_client_session(f.client)), MTP_OK);
  tg_upload_getCdnFile request = {.file_token = tl_bytes_of("token", 5), .limit = 4096};
  tl_call call = tg_upload_getCdnFile_call(&request);
  mtp_call_options options = {.dc = 2, .cdn = true};
  fixture_call_of(&f, &call, &options, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_PROTOCOL);
  assert_string_equal(out.error.text, "a CDN with the number of a data centre");
  assert_int_equal(fixture_dc(&f, 3)->accepted, 0); /* it was not shown the key's number */
  outcome_free(&out);
  const mtp_session *session = mtp_client_session(f.client);
  assert_int_equal(session->n_keys, before.n_keys);
  assert_memory_equal(session->keys[0].key, before.keys[0].key, MTP_KEY_SIZE);
  assert_true(session->signed_in);
  ask();
  mtp_session_free(&before);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_an_error_of_four_bytes_leaves_nobody_deaf),
      TEST(test_another_rsa_key_leaves_nobody_deaf),
      TEST(test_a_bind_that_is_put_off_is_made_later),
      TEST(test_a_bind_that_is_put_off_for_ever_ends_the_calls),
      TEST(test_a_home_that_nobody_has_an_address_of_is_none),
      TEST(test_another_data_centre_that_says_logged_out_changes_nothing),
      TEST(test_a_cdn_that_is_called_like_home_takes_no_key),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
