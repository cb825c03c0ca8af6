/* Sessions in a database under a lease: one process at a time, encrypted, and never overwritten by
 * one that had it before. */
#include "leased_fixture.h"
#include "session_sample.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <tgauth/lease.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static void one_has_it_at_a_time(void **state) {
  (void)state;
  tgauth_store *first = leased_open("bot", "the first one", 60000);
  leased_lock(first);
  assert_in_range(first->ops->lease_ms(first), 1, 54000);
  leased_refused(leased_open("bot", NULL, 0), MTP_ERR_STORE,
                 "account bot is in use by the first one for ");
  tgauth_store *other = leased_open("another", NULL, 0);
  leased_lock(other);
  other->ops->free(other);
  int64_t fence = tgauth_store_fence(first);
  first->ops->free(first); /* gives it back */
  tgauth_store *next = leased_open("bot", NULL, 0);
  leased_lock(next);
  assert_true(tgauth_store_fence(next) > fence);
  next->ops->free(next);
}

static void what_was_saved_comes_back(void **state) {
  (void)state;
  mtp_error error;
  mtp_session session;
  tgauth_store *store = leased_open("bot", NULL, 0);
  leased_lock(store);
  mtp_session_init(&session, NULL);
  assert_int_equal(store->ops->load(store, &session, &error), MTP_OK); /* there is none yet */
  assert_int_equal(session.n_keys, 0);
  mtp_session_free(&session);
  assert_int_equal(leased_save(store, 1, &error), MTP_OK);
  assert_int_equal(leased_save(store, 2, &error), MTP_OK);
  store->ops->free(store);
  store = leased_open("bot", NULL, 0);
  leased_lock(store);
  assert_int_equal(leased_loads(store, 2, &error), MTP_OK);
  store->ops->free(store);
}

static void it_is_encrypted_with_a_key_that_can_be_changed(void **state) {
  (void)state;
  mtp_error error;
  mtp_session session;
  tgauth_store *store = leased_open("bot", NULL, 0);
  leased_lock(store);
  assert_int_equal(leased_save(store, 3, &error), MTP_OK);
  store->ops->free(store);
  mtp_session_init(&session, NULL);
  sample_session(&session, 3);
  assert_true(leased_has("tlgenK1", 7));
  assert_false(leased_has(session.keys[0].key, 16));
  mtp_session_free(&session);

  store = leased_open_with(&(tgauth_lease_options){.account = "bot", .keys = KEY_2});
  leased_lock(store);
  assert_int_equal(leased_loads(store, 3, &error), MTP_ERR_STORE);
  assert_non_null(strstr(error.text, "a key that is not given"));
  store->ops->free(store);
  store =
      leased_open_with(&(tgauth_lease_options){.account = "bot", .keys = KEY_2 "# old\n" KEY_1});
  leased_lock(store);
  assert_int_equal(leased_loads(store, 3, &error), MTP_OK);
  store->ops->free(store);
  store = leased_open_with(&(tgauth_lease_options){.account = "bot", .keys = KEY_2});
  leased_lock(store);
  assert_int_equal(leased_loads(store, 3, &error), MTP_OK); /* with the new one now */
  store->ops->free(store);
}

static void it_is_lengthened_while_its_owner_lives(void **state) {
  (void)state;
  tgauth_store *store = leased_open("bot", NULL, 6000);
  leased_lock(store);
  for (int i = 0; i < 8; i++) {
    leased_sleep(1000);
    leased_refused(leased_open("bot", NULL, 0), MTP_ERR_STORE, "in use");
    assert_true(store->ops->lease_ms(store) > 0);
  }
  store->ops->free(store);
}

/* Says when it has the lease, and once it goes on after having been stopped whether it could save,
 * and what it knows of its lease. */
static void be_stopped(int say, int listen) {
  mtp_error error;
  char byte = 0;
  tgauth_store *store = leased_open("bot", NULL, 1000);
  int failed = store->ops->lock(store, &error) != MTP_OK || leased_save(store, 1, &error) != MTP_OK;
  failed = failed || write(say, &byte, 1) != 1 || read(listen, &byte, 1) != 1;
  int64_t left = store->ops->lease_ms(store);
  failed = failed || left > 0 || leased_save(store, 1, &error) != MTP_ERR_STORE ||
           store->ops->lease_ms(store) != -1;
  store->ops->free(store);
  _exit(failed);
}

static void one_that_was_stopped_has_it_no_longer(void **state) {
  (void)state;
  int up[2], down[2], status = 0;
  char byte = 0;
  mtp_error error;
  assert_int_equal(pipe(up), 0);
  assert_int_equal(pipe(down), 0);
  pid_t child = fork();
  if (child == 0)
    be_stopped(up[1], down[0]);
  assert_int_equal(read(up[0], &byte, 1), 1);
  assert_int_equal(kill(child, SIGSTOP), 0);
  assert_int_equal(waitpid(child, &status, WUNTRACED), child);
  tgauth_store *next = NULL;
  for (int i = 0; i < 100 && !next; i++) {
    tgauth_store *store = leased_open("bot", NULL, 60000);
    if (store->ops->lock(store, &error) == MTP_OK)
      next = store;
    else
      store->ops->free(store);
    leased_sleep(100);
  }
  assert_non_null(next);
  assert_int_equal(leased_save(next, 2, &error), MTP_OK);
  assert_int_equal(write(down[1], &byte, 1), 1);
  assert_int_equal(kill(child, SIGCONT), 0);
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  assert_int_equal(leased_loads(next, 2, &error), MTP_OK); /* it has overwritten nothing */
  next->ops->free(next);
  for (int i = 0; i < 2; i++) {
    close(up[i]);
    close(down[i]);
  }
}

static void what_makes_no_sense_is_told(void **state) {
  (void)state;
  char name[TGAUTH_ACCOUNT_MAX + 2];
  memset(name, 'a', sizeof name);
  name[sizeof name - 1] = 0;
  leased_refused(leased_open("", NULL, 0), MTP_ERR_ARGUMENT, "an account's name");
  leased_refused(leased_open(name, NULL, 0), MTP_ERR_ARGUMENT, "an account's name");
  const char *const no_text[] = {"a\x1b[31m", "a\nb", "a\tb", "\x7f", "a\xff", "\xc2\x9b"};
  for (size_t i = 0; i < sizeof no_text / sizeof *no_text; i++) {
    leased_refused(leased_open(no_text[i], NULL, 0), MTP_ERR_ARGUMENT,
                   "an account's name is UTF-8");
    leased_refused(leased_open("bot", no_text[i], 0), MTP_ERR_ARGUMENT, "an owner's name is UTF-8");
  }
  leased_refused(leased_open("bot", name, 0), MTP_ERR_ARGUMENT,
                 "an owner's name has 1 to 128 bytes");
  leased_refused(leased_open("bot", NULL, 999), MTP_ERR_ARGUMENT, "a lease lasts at least 1000 ms");
  leased_refused(leased_open_with(&(tgauth_lease_options){.account = "bot"}), MTP_ERR_ARGUMENT,
                 "needs a key");
  leased_refused(leased_open_with(&(tgauth_lease_options){.account = "bot", .keys = "# none\n"}),
                 MTP_ERR_ARGUMENT, "no session key");
  leased_refused(
      leased_open_with(&(tgauth_lease_options){.account = "bot", .keys = KEY_1 "\nabc\n"}),
      MTP_ERR_ARGUMENT, "line 3 of the session keys");
  leased_refused(
      leased_open_with(&(tgauth_lease_options){.account = "bot", .key_file = "/nowhere/key"}),
      MTP_ERR_STORE, "/nowhere/key");
  leased_refused(
      leased_open_with(&(tgauth_lease_options){
          .account = "bot",
          .key_file = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"}),
      MTP_ERR_ARGUMENT, "stands where the name of its file should");
  tgauth_store *store = tgauth_store_leased(
      tgauth_table_sqlite("/nowhere/db"), &(tgauth_lease_options){.account = "bot", .keys = KEY_1});
  leased_refused(store, MTP_ERR_STORE, "/nowhere/db");
  FILE *file = fopen(leased_path(), "wb");
  assert_non_null(file);
  fputs("this is no database, but long enough to be taken for one at first sight, says its size "
        "of more than a hundred bytes",
        file);
  fclose(file);
  leased_refused(leased_open("bot", NULL, 0), MTP_ERR_STORE, "not a database");
}

static void count_one(void *ctx) {
  ++*(int *)ctx;
}

static void one_that_leaves_saves_and_gives_back(void **state) {
  (void)state;
  mtp_error error;
  int freed = 0;
  tgauth_store *store = leased_open("bot", NULL, 0);
  leased_lock(store);
  tgauth_store_on_free(store, count_one, &freed);
  tgauth_store_leave(store);
  assert_int_equal(store->ops->lease_ms(store), -1); /* nothing is sent any more */
  assert_int_equal(leased_save(store, 1, &error), MTP_OK);
  leased_refused(leased_open("bot", NULL, 0), MTP_ERR_STORE, "in use");
  assert_int_equal(freed, 0);
  store->ops->free(store);
  assert_int_equal(freed, 1);
  store = leased_open("bot", NULL, 0);
  leased_lock(store);
  tgauth_store_give_back(store);
  assert_int_equal(store->ops->lease_ms(store), -1);
  tgauth_store *next = leased_open("bot", NULL, 0);
  leased_lock(next);
  assert_int_equal(leased_loads(next, 1, &error), MTP_OK);
  assert_int_equal(leased_save(store, 2, &error), MTP_ERR_STORE);
  store->ops->free(store); /* what another has by now stays with it */
  leased_refused(leased_open("bot", NULL, 0), MTP_ERR_STORE, "in use");
  next->ops->free(next);
}

static void many_share_a_database_and_a_thread(void **state) {
  (void)state;
  enum { MANY = 300, TTL = 6000 };
  mtp_error error;
  tgauth_store *stores[MANY];
  uint64_t renewed = 0, failed = 0;
  tgauth_listed got[MANY];
  size_t count = 0;
  tgauth_leases *leases = tgauth_leases_new(tgauth_table_sqlite(leased_path()),
                                            &(tgauth_lease_options){.ttl_ms = TTL, .keys = KEY_1});
  for (int i = 0; i < MANY; i++) {
    char name[16];
    snprintf(name, sizeof name, "bot-%03d", i);
    stores[i] = tgauth_leases_store(leases, name);
    leased_lock(stores[i]);
  }
  for (int i = 0; i < 600 && renewed < (uint64_t)2 * MANY; i++) {
    leased_sleep(100);
    tgauth_leases_count(leases, &renewed, &failed);
  }
  assert_true(renewed >= (uint64_t)2 * MANY);
  assert_int_equal(tgauth_leases_list(leases, "", got, MANY, &count, &error), MTP_OK);
  assert_int_equal(count, MANY);
  for (int i = 0; i < MANY; i++)
    assert_true(stores[i]->ops->lease_ms(stores[i]) >= 0); /* it may have run out meanwhile */
  assert_int_equal(leased_save(stores[7], 7, &error), MTP_OK);
  assert_int_equal(leased_loads(stores[7], 7, &error), MTP_OK);
  tgauth_leases_free(leases); /* the stores keep what they need */
  for (int i = 0; i < MANY; i++)
    stores[i]->ops->free(stores[i]);
  tgauth_table *table = tgauth_table_sqlite(leased_path());
  assert_int_equal(table->ops->list(table, "", got, MANY, &count, &error), MTP_OK);
  for (int i = 0; i < MANY; i++)
    assert_string_equal(got[i].owner, "");
  table->ops->free(table);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      LEASED_TEST(one_has_it_at_a_time),
      LEASED_TEST(what_was_saved_comes_back),
      LEASED_TEST(it_is_encrypted_with_a_key_that_can_be_changed),
      LEASED_TEST(it_is_lengthened_while_its_owner_lives),
      LEASED_TEST(one_that_was_stopped_has_it_no_longer),
      LEASED_TEST(what_makes_no_sense_is_told),
      LEASED_TEST(one_that_leaves_saves_and_gives_back),
      LEASED_TEST(many_share_a_database_and_a_thread),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
