/* What is kept beside a session in a database: states of updates, rows, what was set aside; written
 * under its lease and encrypted as it is. */
#include "leased_fixture.h"
#include "session_sample.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void states_of_updates_are_rows_of_their_own(void **state) {
  (void)state;
  mtp_error error;
  mtp_session session, got;
  tgauth_store *store = leased_open("bot", NULL, 0);
  leased_lock(store);
  mtp_session_init(&session, NULL);
  mtp_session_init(&got, NULL);
  sample_session(&session, 1);
  assert_true(session.n_channels > 0);
  size_t channels = session.n_channels;
  assert_int_equal(store->ops->save(store, &session, &error), MTP_OK);
  assert_int_equal(leased_rows(store, "state/"), channels + 1);
  session.updates.pts = 77777;
  session.channels[0].pts = 4711;
  assert_int_equal(store->ops->save(store, &session, &error), MTP_OK);
  session.n_channels--;
  assert_int_equal(store->ops->save(store, &session, &error), MTP_OK);
  assert_int_equal(store->ops->save(store, &session, &error), MTP_OK);
  store->ops->free(store);
  store = leased_open("bot", NULL, 0);
  leased_lock(store);
  assert_int_equal(store->ops->load(store, &got, &error), MTP_OK);
  assert_int_equal(got.updates.pts, 77777);
  assert_int_equal(got.n_channels, channels - 1);
  assert_true(same_session(&session, &got));
  session.n_channels = 0;
  session.updates = (mtp_update_state){0};
  assert_int_equal(store->ops->save(store, &session, &error), MTP_OK);
  assert_int_equal(leased_rows(store, ""), 0);
  session.n_channels = channels;
  mtp_session_free(&session);
  mtp_session_free(&got);
  store->ops->free(store);
}

static void a_session_that_replaces_another_gets_none_of_its_states(void **state) {
  (void)state;
  mtp_error error;
  mtp_session session;
  tgauth_store *store = leased_open("bot", NULL, 0);
  leased_lock(store);
  assert_int_equal(leased_save(store, 1, &error), MTP_OK);
  store->ops->free(store);
  store = leased_open("bot", NULL, 0);
  leased_lock(store); /* and not loaded */
  mtp_session_init(&session, NULL);
  session.home_dc = 2;
  assert_int_equal(store->ops->save(store, &session, &error), MTP_OK);
  assert_int_equal(leased_rows(store, ""), 0);
  assert_int_equal(store->ops->load(store, &session, &error), MTP_OK);
  assert_int_equal(session.updates.pts, 0);
  assert_int_equal(session.n_channels, 0);
  mtp_session_free(&session);
  store->ops->free(store);
}

static void rows_are_encrypted_and_written_under_the_lease(void **state) {
  (void)state;
  mtp_error error;
  const tgauth_table_row rows[] = {{"peer/1", tl_bytes_of("a name to be hidden", 19)},
                                   {"peer/2", tl_bytes_of("x", 1)}};
  const tgauth_table_row none = {"peer/2", {NULL, 0}};
  const tgauth_table_row broken = {"peer\n2", {NULL, 0}};
  tgauth_store *store = leased_open("bot", NULL, 1000);
  leased_lock(store);
  assert_true(tgauth_store_has_rows(store));
  assert_int_equal(tgauth_store_save_rows(store, rows, 2, &error), MTP_OK);
  assert_int_equal(tgauth_store_save_rows(store, &none, 1, &error), MTP_OK);
  assert_int_equal(tgauth_store_save_rows(store, &broken, 1, &error), MTP_ERR_ARGUMENT);
  assert_int_equal(leased_rows(store, "peer/"), 1);
  assert_false(leased_has("a name to be hidden", 19));
  store->ops->free(store);
  store = tgauth_store_memory();
  assert_false(tgauth_store_has_rows(store));
  assert_int_equal(tgauth_store_save_rows(store, rows, 2, &error), MTP_ERR_ARGUMENT);
  assert_int_equal(tgauth_store_load_rows(store, "", leased_count_row, NULL, &error),
                   MTP_ERR_ARGUMENT);
  assert_int_equal(tgauth_store_rekey(store, &error), MTP_ERR_ARGUMENT);
  store->ops->free(store);
}

static void all_of_an_account_gets_another_key(void **state) {
  (void)state;
  mtp_error error;
  mtp_session lost;
  const tgauth_table_row row = {"peer/1", tl_bytes_of("one", 3)};
  tgauth_store *store = leased_open("bot", NULL, 0);
  leased_lock(store);
  mtp_session_init(&lost, NULL);
  sample_session(&lost, 9);
  assert_int_equal(leased_save(store, 3, &error), MTP_OK);
  assert_int_equal(store->ops->set_aside(store, &lost, &error), MTP_OK);
  assert_int_equal(tgauth_store_save_rows(store, &row, 1, &error), MTP_OK);
  store->ops->free(store);
  mtp_session_free(&lost);
  store = leased_open_with(&(tgauth_lease_options){.account = "bot", .keys = KEY_2});
  leased_lock(store);
  assert_int_equal(tgauth_store_rekey(store, &error), MTP_ERR_STORE);
  assert_non_null(strstr(error.text, "a key that is not given"));
  store->ops->free(store);
  store = leased_open_with(&(tgauth_lease_options){.account = "bot", .keys = KEY_2 KEY_1});
  leased_lock(store);
  assert_int_equal(tgauth_store_rekey(store, &error), MTP_OK);
  assert_int_equal(tgauth_store_rekey(store, &error), MTP_OK); /* nothing is left to do */
  store->ops->free(store);
  store = leased_open_with(&(tgauth_lease_options){.account = "bot", .keys = KEY_2});
  leased_lock(store);
  assert_int_equal(tgauth_store_rekey(store, &error), MTP_OK);
  assert_int_equal(leased_loads(store, 3, &error), MTP_OK);
  assert_int_equal(leased_rows(store, "peer/"), 1);
  store->ops->free(store);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      LEASED_TEST(states_of_updates_are_rows_of_their_own),
      LEASED_TEST(a_session_that_replaces_another_gets_none_of_its_states),
      LEASED_TEST(rows_are_encrypted_and_written_under_the_lease),
      LEASED_TEST(all_of_an_account_gets_another_key),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
