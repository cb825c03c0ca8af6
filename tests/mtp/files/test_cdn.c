/* Files from a CDN: every block checked by a hash that a data centre vouches for. */
#include "file_rig.h"

static file_rig r;

static int set_up(void **state) {
  (void)state;
  file_open(&r);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  file_close(&r);
  return 0;
}

/* ---- CDN ---- */

/* proves AP-6 */
static void test_a_cdn_is_followed_and_checked(void **state) {
  (void)state;
  file_end e;
  file_start(&r, (3 << 20) + 5, NULL);
  r.redirect = true;
  file_fetch(&r, &e, r.size, false, file_keep, NULL);
  fixture_run_until(&r.f, &e.ended);
  file_assert_fetched(&r, &e);
  assert_int_equal(r.gets, 0);
  assert_int_equal(r.cdn_configs, 1);
  assert_true(r.cdn_gets >= 7);
  assert_true(r.hash_asks >= 1); /* the redirect had eight of twenty-five */
  assert_int_equal(fixture_dc(&r.f, FILE_CDN_DC)->inits, 0);
}

/* proves AP-6 */
static void test_a_block_with_another_hash_ends_the_download(void **state) {
  (void)state;
  file_end e;
  file_start(&r, 1 << 20, NULL);
  r.redirect = r.tampered = true;
  file_fetch(&r, &e, r.size, false, file_keep, NULL);
  fixture_run_until(&r.f, &e.ended);
  assert_int_equal(e.error.status, MTP_ERR_PROTOCOL);
  assert_int_equal(r.written, 0);
}

/* proves AP-6, TB-4 */
static void test_more_than_was_asked_for_ends_the_download(void **state) {
  (void)state;
  file_end e;
  file_start(&r, 2 << 20, NULL);
  r.redirect = r.generous = true; /* every block of it has its hash */
  file_fetch(&r, &e, r.size, false, file_keep, NULL);
  fixture_run_until(&r.f, &e.ended);
  assert_int_equal(e.error.status, MTP_ERR_PROTOCOL);
  assert_non_null(strstr(e.error.text, "more than was asked for"));
  assert_int_equal(r.written, 0);
}

/* proves AP-6 */
static void test_what_the_cdn_lacks_is_uploaded_again(void **state) {
  (void)state;
  file_end e;
  file_start(&r, 1 << 20, NULL);
  r.redirect = r.needs_reupload = r.no_hashes = true;
  file_fetch(&r, &e, r.size, false, file_keep, NULL);
  fixture_run_until(&r.f, &e.ended);
  file_assert_fetched(&r, &e);
  assert_int_equal(r.reuploads, 1);
}

/* proves AP-6 */
static void test_a_cdn_can_be_declined(void **state) {
  (void)state;
  file_end e;
  file_start(&r, 1 << 20, NULL);
  r.redirect = true;
  file_fetch(&r, &e, r.size, true, file_keep, NULL);
  fixture_run_until(&r.f, &e.ended);
  file_assert_fetched(&r, &e);
  assert_int_equal(r.cdn_gets, 0);
}

/* The key of a CDN that a session from before has, and the CDN has not: another one is made, and
 * for that the public keys are asked for as though there had been none. */
/* proves AP-6, TB-2 */
static void test_a_key_that_the_cdn_has_lost_is_made_anew(void **state) {
  (void)state;
  file_end e;
  mtp_session session;
  mtp_error error;
  fake_dc *cdn = fixture_dc(&r.f, FILE_CDN_DC);
  file_start(&r, 1 << 20, NULL);
  r.redirect = true;
  file_fetch(&r, &e, r.size, false, file_keep, NULL);
  fixture_run_until(&r.f, &e.ended);
  file_assert_fetched(&r, &e);
  mtp_session_init(&session, NULL);
  assert_int_equal(mtp_session_copy(&session, mtp_client_session(r.f.client)), MTP_OK);
  mtp_client_free(r.f.client);
  assert_int_equal(mtp_client_new(&r.f.options, &session, &r.f.client, &error), MTP_OK);
  mtp_session_free(&session);
  unsigned exchanges = cdn->exchanges;
  cdn->n_keys = 0;
  r.written = 0;
  file_fetch(&r, &e, r.size, false, file_keep, NULL);
  fixture_run_until(&r.f, &e.ended);
  file_assert_fetched(&r, &e);
  assert_int_equal(cdn->exchanges, exchanges + 1);
  assert_int_equal(r.cdn_configs, 2);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_a_cdn_is_followed_and_checked),
      TEST(test_a_block_with_another_hash_ends_the_download),
      TEST(test_more_than_was_asked_for_ends_the_download),
      TEST(test_what_the_cdn_lacks_is_uploaded_again),
      TEST(test_a_cdn_can_be_declined),
      TEST(test_a_key_that_the_cdn_has_lost_is_made_anew),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
