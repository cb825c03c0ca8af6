/* Calls that the client makes by itself, and that are never answered: what waits for them ends, and
 * nothing else waits. Everything but that one call is answered, pings above all. */
#include <tg/auth.h>

#include "client_fixture.h"
#include "rsa_pems.h"

enum { CDN = 1, LONGEST_MS = 600000 };

static fixture f;
static const char *withheld;
static unsigned asked;

static int set_up(void **state) {
  (void)state;
  fixture_open(&f);
  asked = 0;
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  fixture_close(&f);
  return 0;
}

static bool answer_export(fake_dc *dc, const fake_call *call) {
  tg_auth_exportedAuthorization exported = {.id = 42, .bytes = tl_bytes_of("proof", 5)};
  tl_object object = tg_auth_exportedAuthorization_object(&exported);
  fake_answer(dc, call, &object);
  return true;
}

static bool answer_import(fake_dc *dc, const fake_call *call) {
  tg_userEmpty nobody = {.id = 42};
  tg_auth_authorization authorization = {.user = tg_userEmpty_box(&nobody)};
  tl_object object = tg_auth_authorization_object(&authorization);
  fake_answer(dc, call, &object);
  return true;
}

static bool answer_cdn_config(fake_dc *dc, const fake_call *call) {
  tg_cdnPublicKey key = {.dc_id = CDN, .public_key = tl_string_of(pem_public)};
  const tg_cdnPublicKey *items[1] = {&key};
  tg_cdnConfig config = {.public_keys = {items, 1}};
  tl_object object = tg_cdnConfig_object(&config);
  fake_answer(dc, call, &object);
  return true;
}

static bool serve(void *ctx, fake_dc *dc, const fake_call *call) {
  (void)ctx;
  const char *name = fake_name(call);
  if (withheld && strcmp(name, withheld) == 0) {
    asked++;
    return true;
  }
  if (strcmp(name, "auth.exportAuthorization") == 0)
    return answer_export(dc, call);
  if (strcmp(name, "auth.importAuthorization") == 0)
    return answer_import(dc, call);
  if (strcmp(name, "help.getCdnConfig") == 0)
    return answer_cdn_config(dc, call);
  return answer_nearest(NULL, dc, call);
}

static void start(const char *method) {
  mtp_session session;
  withheld = method;
  for (int32_t i = 1; i <= FIXTURE_DCS; i++)
    fixture_dc(&f, i)->on_call = serve;
  f.addresses[CDN - 1].flags = MTP_DC_CDN;
  fixture_signed_in(&f, &session);
  fixture_start(&f, &session);
  mtp_session_free(&session);
}

/* A call without a time limit of its own, the client's default being none too. */
static void call(int32_t dc, bool cdn, outcome *out) {
  mtp_call_options options = {.timeout_ms = -1, .dc = dc, .cdn = cdn};
  fixture_call(&f, &options, out);
}

/* It ended, and says which call was not answered; then the data centre is well again. */
static void assert_given_up(outcome *out, const char *method, int32_t dc) {
  int64_t began = f.clock_ms;
  fixture_wait(&f, out);
  assert_true(f.clock_ms - began < LONGEST_MS);
  assert_int_not_equal(out->error.status, MTP_OK);
  assert_int_not_equal(out->error.method, TL_NONE);
  assert_string_equal(tl_def_name(&tg_schema, out->error.method), method);
  assert_in_range(asked, 1, 40); /* times that it left, resends among them */
  outcome_free(out);
  withheld = NULL;
  call(dc, dc == CDN, out);
  fixture_wait(&f, out);
  assert_answered_by(out, dc);
}

static void assert_home_answers(void) {
  outcome out;
  call(0, false, &out);
  int64_t began = f.clock_ms;
  fixture_wait(&f, &out);
  assert_true(f.clock_ms - began < 2000);
  assert_answered_by(&out, 2);
}

/* proves LV-3 */
static void test_a_configuration_that_never_comes(void **state) {
  (void)state;
  outcome out;
  start("help.getConfig");
  call(0, false, &out);
  assert_given_up(&out, "help.getConfig", 2);
}

/* proves LV-3 */
static void test_an_export_that_never_comes(void **state) {
  (void)state;
  outcome out;
  start("auth.exportAuthorization");
  call(3, false, &out);
  fixture_run_until(&f, &asked);
  assert_home_answers();
  assert_given_up(&out, "auth.exportAuthorization", 3);
}

/* proves LV-3 */
static void test_an_import_that_is_never_answered(void **state) {
  (void)state;
  outcome out;
  start("auth.importAuthorization");
  call(3, false, &out);
  fixture_run_until(&f, &asked);
  assert_home_answers();
  assert_given_up(&out, "auth.importAuthorization", 3);
}

/* proves LV-3 */
static void test_the_keys_of_cdns_that_never_come(void **state) {
  (void)state;
  outcome out;
  f.options.call_timeout_ms = 0;
  start("help.getCdnConfig");
  call(CDN, true, &out);
  fixture_run_until(&f, &asked);
  assert_home_answers();
  assert_given_up(&out, "help.getCdnConfig", CDN);
}

/* proves LV-3 */
static void test_a_bind_that_is_never_answered(void **state) {
  (void)state;
  outcome out;
  f.options.pfs = true;
  start("auth.bindTempAuthKey");
  call(0, false, &out);
  assert_given_up(&out, "auth.bindTempAuthKey", 2);
}

/* proves LV-3 */
static void test_another_data_centre_that_is_dumb_holds_nobody_up(void **state) {
  (void)state;
  outcome out, home;
  start("help.getConfig");
  withheld = NULL;
  assert_home_answers();
  withheld = "help.getConfig";
  call(3, false, &out);
  fixture_run_until(&f, &asked);
  for (int i = 0; i < 20; i++) {
    call(0, false, &home);
    fixture_wait(&f, &home);
    assert_answered_by(&home, 2);
  }
  assert_given_up(&out, "help.getConfig", 3);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_a_configuration_that_never_comes),
      TEST(test_an_export_that_never_comes),
      TEST(test_an_import_that_is_never_answered),
      TEST(test_the_keys_of_cdns_that_never_come),
      TEST(test_a_bind_that_is_never_answered),
      TEST(test_another_data_centre_that_is_dumb_holds_nobody_up),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
