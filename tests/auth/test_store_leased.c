/* Sessions in a database under a lease: one process at a time, encrypted, and never overwritten by
 * one that had it before; and which accounts there are. */
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

#define KEY_1 "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF\n"
#define KEY_2 "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210\n"

static char path[64];

static int set_up(void **state) {
  (void)state;
  snprintf(path, sizeof path, "/tmp/leased.XXXXXX");
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  return close(fd);
}

static int tear_down(void **state) {
  (void)state;
  return unlink(path);
}

static tgauth_store *open_with(const tgauth_lease_options *options) {
  tgauth_store *store = tgauth_store_leased(tgauth_table_sqlite(path), options);
  assert_non_null(store);
  return store;
}

static tgauth_store *open_as(const char *account, const char *owner, int64_t ttl_ms) {
  return open_with(
      &(tgauth_lease_options){.account = account, .owner = owner, .ttl_ms = ttl_ms, .keys = KEY_1});
}

static void lock(tgauth_store *store) {
  mtp_error error;
  assert_int_equal(store->ops->lock(store, &error), MTP_OK);
}

static void refused(tgauth_store *store, mtp_status status, const char *why) {
  mtp_error error;
  assert_int_equal(store->ops->lock(store, &error), status);
  if (!strstr(error.text, why))
    fail_msg("\"%s\" does not say \"%s\"", error.text, why);
  store->ops->free(store);
}

static mtp_status save(tgauth_store *store, uint8_t seed, mtp_error *error) {
  mtp_session session;
  mtp_session_init(&session, NULL);
  sample_session(&session, seed);
  mtp_status status = store->ops->save(store, &session, error);
  mtp_session_free(&session);
  return status;
}

static mtp_status loads(tgauth_store *store, uint8_t seed, mtp_error *error) {
  mtp_session want, got;
  mtp_session_init(&want, NULL);
  mtp_session_init(&got, NULL);
  sample_session(&want, seed);
  mtp_status status = store->ops->load(store, &got, error);
  if (status == MTP_OK)
    assert_true(same_session(&want, &got));
  mtp_session_free(&want);
  mtp_session_free(&got);
  return status;
}

static void sleep_ms(long ms) {
  nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

static void one_has_it_at_a_time(void **state) {
  (void)state;
  tgauth_store *first = open_as("bot", "the first one", 60000);
  lock(first);
  assert_in_range(first->ops->lease_ms(first), 1, 54000);
  refused(open_as("bot", NULL, 0), MTP_ERR_STORE, "account bot is in use by the first one for ");
  tgauth_store *other = open_as("another", NULL, 0);
  lock(other);
  other->ops->free(other);
  int64_t fence = tgauth_store_fence(first);
  first->ops->free(first); /* gives it back */
  tgauth_store *next = open_as("bot", NULL, 0);
  lock(next);
  assert_true(tgauth_store_fence(next) > fence);
  next->ops->free(next);
}

static void what_was_saved_comes_back(void **state) {
  (void)state;
  mtp_error error;
  mtp_session session;
  tgauth_store *store = open_as("bot", NULL, 0);
  lock(store);
  mtp_session_init(&session, NULL);
  assert_int_equal(store->ops->load(store, &session, &error), MTP_OK); /* there is none yet */
  assert_int_equal(session.n_keys, 0);
  mtp_session_free(&session);
  assert_int_equal(save(store, 1, &error), MTP_OK);
  assert_int_equal(save(store, 2, &error), MTP_OK);
  store->ops->free(store);
  store = open_as("bot", NULL, 0);
  lock(store);
  assert_int_equal(loads(store, 2, &error), MTP_OK);
  store->ops->free(store);
}

static bool file_has(const void *bytes, size_t size) {
  static char content[1 << 20];
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  size_t n = fread(content, 1, sizeof content, file);
  fclose(file);
  for (size_t i = 0; i + size <= n; i++)
    if (memcmp(content + i, bytes, size) == 0)
      return true;
  return false;
}

static void it_is_encrypted_with_a_key_that_can_be_changed(void **state) {
  (void)state;
  mtp_error error;
  mtp_session session;
  tgauth_store *store = open_as("bot", NULL, 0);
  lock(store);
  assert_int_equal(save(store, 3, &error), MTP_OK);
  store->ops->free(store);
  mtp_session_init(&session, NULL);
  sample_session(&session, 3);
  assert_true(file_has("tlgenK1", 7));
  assert_false(file_has(session.keys[0].key, 16));
  mtp_session_free(&session);

  store = open_with(&(tgauth_lease_options){.account = "bot", .keys = KEY_2});
  lock(store);
  assert_int_equal(loads(store, 3, &error), MTP_ERR_STORE);
  assert_non_null(strstr(error.text, "a key that is not given"));
  store->ops->free(store);
  store = open_with(&(tgauth_lease_options){.account = "bot", .keys = KEY_2 "# old\n" KEY_1});
  lock(store);
  assert_int_equal(loads(store, 3, &error), MTP_OK);
  store->ops->free(store);
  store = open_with(&(tgauth_lease_options){.account = "bot", .keys = KEY_2});
  lock(store);
  assert_int_equal(loads(store, 3, &error), MTP_OK); /* with the new one now */
  store->ops->free(store);
}

static void it_is_lengthened_while_its_owner_lives(void **state) {
  (void)state;
  tgauth_store *store = open_as("bot", NULL, 6000);
  lock(store);
  for (int i = 0; i < 8; i++) {
    sleep_ms(1000);
    refused(open_as("bot", NULL, 0), MTP_ERR_STORE, "in use");
    assert_true(store->ops->lease_ms(store) > 0);
  }
  store->ops->free(store);
}

/* Says when it has the lease, and once it goes on after having been stopped whether it could save,
 * and what it knows of its lease. */
static void be_stopped(int say, int listen) {
  mtp_error error;
  char byte = 0;
  tgauth_store *store = open_as("bot", NULL, 1000);
  int failed = store->ops->lock(store, &error) != MTP_OK || save(store, 1, &error) != MTP_OK;
  failed = failed || write(say, &byte, 1) != 1 || read(listen, &byte, 1) != 1;
  int64_t left = store->ops->lease_ms(store);
  failed = failed || left > 0 || save(store, 1, &error) != MTP_ERR_STORE ||
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
    tgauth_store *store = open_as("bot", NULL, 60000);
    if (store->ops->lock(store, &error) == MTP_OK)
      next = store;
    else
      store->ops->free(store);
    sleep_ms(100);
  }
  assert_non_null(next);
  assert_int_equal(save(next, 2, &error), MTP_OK);
  assert_int_equal(write(down[1], &byte, 1), 1);
  assert_int_equal(kill(child, SIGCONT), 0);
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  assert_int_equal(loads(next, 2, &error), MTP_OK); /* it has overwritten nothing */
  next->ops->free(next);
  for (int i = 0; i < 2; i++) {
    close(up[i]);
    close(down[i]);
  }
}

/* ---- rows ---- */

static mtp_status count_rows(void *ctx, const tgauth_table_row *row, mtp_error *error) {
  (void)row;
  (void)error;
  ++*(int *)ctx;
  return MTP_OK;
}

static int rows_of(tgauth_store *store, const char *prefix) {
  mtp_error error;
  int count = 0;
  mtp_status status = tgauth_store_load_rows(store, prefix, count_rows, &count, &error);
  return status == MTP_OK ? count : -1;
}

static void states_of_updates_are_rows_of_their_own(void **state) {
  (void)state;
  mtp_error error;
  mtp_session session, got;
  tgauth_store *store = open_as("bot", NULL, 0);
  lock(store);
  mtp_session_init(&session, NULL);
  mtp_session_init(&got, NULL);
  sample_session(&session, 1);
  assert_true(session.n_channels > 0);
  size_t channels = session.n_channels;
  assert_int_equal(store->ops->save(store, &session, &error), MTP_OK);
  assert_int_equal(rows_of(store, "state/"), channels + 1);
  session.updates.pts = 77777;
  session.channels[0].pts = 4711;
  assert_int_equal(store->ops->save(store, &session, &error), MTP_OK);
  session.n_channels--;
  assert_int_equal(store->ops->save(store, &session, &error), MTP_OK);
  assert_int_equal(store->ops->save(store, &session, &error), MTP_OK);
  store->ops->free(store);
  store = open_as("bot", NULL, 0);
  lock(store);
  assert_int_equal(store->ops->load(store, &got, &error), MTP_OK);
  assert_int_equal(got.updates.pts, 77777);
  assert_int_equal(got.n_channels, channels - 1);
  assert_true(same_session(&session, &got));
  session.n_channels = 0;
  session.updates = (mtp_update_state){0};
  assert_int_equal(store->ops->save(store, &session, &error), MTP_OK);
  assert_int_equal(rows_of(store, ""), 0);
  session.n_channels = channels;
  mtp_session_free(&session);
  mtp_session_free(&got);
  store->ops->free(store);
}

static void a_session_that_replaces_another_gets_none_of_its_states(void **state) {
  (void)state;
  mtp_error error;
  mtp_session session;
  tgauth_store *store = open_as("bot", NULL, 0);
  lock(store);
  assert_int_equal(save(store, 1, &error), MTP_OK);
  store->ops->free(store);
  store = open_as("bot", NULL, 0);
  lock(store); /* and not loaded */
  mtp_session_init(&session, NULL);
  session.home_dc = 2;
  assert_int_equal(store->ops->save(store, &session, &error), MTP_OK);
  assert_int_equal(rows_of(store, ""), 0);
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
  tgauth_store *store = open_as("bot", NULL, 1000);
  lock(store);
  assert_true(tgauth_store_has_rows(store));
  assert_int_equal(tgauth_store_save_rows(store, rows, 2, &error), MTP_OK);
  assert_int_equal(tgauth_store_save_rows(store, &none, 1, &error), MTP_OK);
  assert_int_equal(tgauth_store_save_rows(store, &broken, 1, &error), MTP_ERR_ARGUMENT);
  assert_int_equal(rows_of(store, "peer/"), 1);
  assert_false(file_has("a name to be hidden", 19));
  store->ops->free(store);
  store = tgauth_store_memory();
  assert_false(tgauth_store_has_rows(store));
  assert_int_equal(tgauth_store_save_rows(store, rows, 2, &error), MTP_ERR_ARGUMENT);
  assert_int_equal(tgauth_store_load_rows(store, "", count_rows, NULL, &error), MTP_ERR_ARGUMENT);
  assert_int_equal(tgauth_store_rekey(store, &error), MTP_ERR_ARGUMENT);
  store->ops->free(store);
}

static void all_of_an_account_gets_another_key(void **state) {
  (void)state;
  mtp_error error;
  mtp_session lost;
  const tgauth_table_row row = {"peer/1", tl_bytes_of("one", 3)};
  tgauth_store *store = open_as("bot", NULL, 0);
  lock(store);
  mtp_session_init(&lost, NULL);
  sample_session(&lost, 9);
  assert_int_equal(save(store, 3, &error), MTP_OK);
  assert_int_equal(store->ops->set_aside(store, &lost, &error), MTP_OK);
  assert_int_equal(tgauth_store_save_rows(store, &row, 1, &error), MTP_OK);
  store->ops->free(store);
  mtp_session_free(&lost);
  store = open_with(&(tgauth_lease_options){.account = "bot", .keys = KEY_2});
  lock(store);
  assert_int_equal(tgauth_store_rekey(store, &error), MTP_ERR_STORE);
  assert_non_null(strstr(error.text, "a key that is not given"));
  store->ops->free(store);
  store = open_with(&(tgauth_lease_options){.account = "bot", .keys = KEY_2 KEY_1});
  lock(store);
  assert_int_equal(tgauth_store_rekey(store, &error), MTP_OK);
  assert_int_equal(tgauth_store_rekey(store, &error), MTP_OK); /* nothing is left to do */
  store->ops->free(store);
  store = open_with(&(tgauth_lease_options){.account = "bot", .keys = KEY_2});
  lock(store);
  assert_int_equal(tgauth_store_rekey(store, &error), MTP_OK);
  assert_int_equal(loads(store, 3, &error), MTP_OK);
  assert_int_equal(rows_of(store, "peer/"), 1);
  store->ops->free(store);
}

static void what_makes_no_sense_is_told(void **state) {
  (void)state;
  char name[TGAUTH_ACCOUNT_MAX + 2];
  memset(name, 'a', sizeof name);
  name[sizeof name - 1] = 0;
  refused(open_as("", NULL, 0), MTP_ERR_ARGUMENT, "an account's name");
  refused(open_as(name, NULL, 0), MTP_ERR_ARGUMENT, "an account's name");
  const char *const no_text[] = {"a\x1b[31m", "a\nb", "a\tb", "\x7f", "a\xff", "\xc2\x9b"};
  for (size_t i = 0; i < sizeof no_text / sizeof *no_text; i++) {
    refused(open_as(no_text[i], NULL, 0), MTP_ERR_ARGUMENT, "an account's name is UTF-8");
    refused(open_as("bot", no_text[i], 0), MTP_ERR_ARGUMENT, "an owner's name is UTF-8");
  }
  refused(open_as("bot", name, 0), MTP_ERR_ARGUMENT, "an owner's name has 1 to 128 bytes");
  refused(open_as("bot", NULL, 999), MTP_ERR_ARGUMENT, "a lease lasts at least 1000 ms");
  refused(open_with(&(tgauth_lease_options){.account = "bot"}), MTP_ERR_ARGUMENT, "needs a key");
  refused(open_with(&(tgauth_lease_options){.account = "bot", .keys = "# none\n"}),
          MTP_ERR_ARGUMENT, "no session key");
  refused(open_with(&(tgauth_lease_options){.account = "bot", .keys = KEY_1 "\nabc\n"}),
          MTP_ERR_ARGUMENT, "line 3 of the session keys");
  refused(open_with(&(tgauth_lease_options){.account = "bot", .key_file = "/nowhere/key"}),
          MTP_ERR_STORE, "/nowhere/key");
  refused(open_with(&(tgauth_lease_options){
              .account = "bot",
              .key_file = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"}),
          MTP_ERR_ARGUMENT, "stands where the name of its file should");
  tgauth_store *store = tgauth_store_leased(
      tgauth_table_sqlite("/nowhere/db"), &(tgauth_lease_options){.account = "bot", .keys = KEY_1});
  refused(store, MTP_ERR_STORE, "/nowhere/db");
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  fputs("this is no database, but long enough to be taken for one at first sight, says its size "
        "of more than a hundred bytes",
        file);
  fclose(file);
  refused(open_as("bot", NULL, 0), MTP_ERR_STORE, "not a database");
}

static void count_one(void *ctx) {
  ++*(int *)ctx;
}

static void one_that_leaves_saves_and_gives_back(void **state) {
  (void)state;
  mtp_error error;
  int freed = 0;
  tgauth_store *store = open_as("bot", NULL, 0);
  lock(store);
  tgauth_store_on_free(store, count_one, &freed);
  tgauth_store_leave(store);
  assert_int_equal(store->ops->lease_ms(store), -1); /* nothing is sent any more */
  assert_int_equal(save(store, 1, &error), MTP_OK);
  refused(open_as("bot", NULL, 0), MTP_ERR_STORE, "in use");
  assert_int_equal(freed, 0);
  store->ops->free(store);
  assert_int_equal(freed, 1);
  store = open_as("bot", NULL, 0);
  lock(store);
  tgauth_store_give_back(store);
  assert_int_equal(store->ops->lease_ms(store), -1);
  tgauth_store *next = open_as("bot", NULL, 0);
  lock(next);
  assert_int_equal(loads(next, 1, &error), MTP_OK);
  assert_int_equal(save(store, 2, &error), MTP_ERR_STORE);
  store->ops->free(store); /* what another has by now stays with it */
  refused(open_as("bot", NULL, 0), MTP_ERR_STORE, "in use");
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
  tgauth_leases *leases = tgauth_leases_new(tgauth_table_sqlite(path),
                                            &(tgauth_lease_options){.ttl_ms = TTL, .keys = KEY_1});
  for (int i = 0; i < MANY; i++) {
    char name[16];
    snprintf(name, sizeof name, "bot-%03d", i);
    stores[i] = tgauth_leases_store(leases, name);
    lock(stores[i]);
  }
  for (int i = 0; i < 600 && renewed < (uint64_t)2 * MANY; i++) {
    sleep_ms(100);
    tgauth_leases_count(leases, &renewed, &failed);
  }
  assert_true(renewed >= (uint64_t)2 * MANY);
  assert_int_equal(tgauth_leases_list(leases, "", got, MANY, &count, &error), MTP_OK);
  assert_int_equal(count, MANY);
  for (int i = 0; i < MANY; i++)
    assert_true(stores[i]->ops->lease_ms(stores[i]) >= 0); /* it may have run out meanwhile */
  assert_int_equal(save(stores[7], 7, &error), MTP_OK);
  assert_int_equal(loads(stores[7], 7, &error), MTP_OK);
  tgauth_leases_free(leases); /* the stores keep what they need */
  for (int i = 0; i < MANY; i++)
    stores[i]->ops->free(stores[i]);
  tgauth_table *table = tgauth_table_sqlite(path);
  assert_int_equal(table->ops->list(table, "", got, MANY, &count, &error), MTP_OK);
  for (int i = 0; i < MANY; i++)
    assert_string_equal(got[i].owner, "");
  table->ops->free(table);
}

/* ---- the table itself ---- */

static int64_t claim(tgauth_table *table, const char *account, const char *owner, int64_t ttl_ms) {
  mtp_error error;
  tgauth_holder holder = {0};
  assert_int_equal(table->ops->claim(table, account, owner, ttl_ms, true, &holder, &error), MTP_OK);
  return holder.fence;
}

static size_t page(tgauth_table *table, const char *after, tgauth_listed *out, size_t room) {
  mtp_error error;
  size_t count = SIZE_MAX;
  assert_int_equal(table->ops->list(table, after, out, room, &count, &error), MTP_OK);
  return count;
}

static void all_accounts_are_listed_by_pages(void **state) {
  (void)state;
  mtp_error error;
  tgauth_listed got[3];
  tgauth_table *table = tgauth_table_sqlite(path);
  assert_int_equal(page(table, "", got, 3), 0);
  const char *const names[] = {"b", "a10", "B", "a9", "\xc3\xa4"};
  for (size_t i = 0; i < 5; i++)
    (void)claim(table, names[i], "me", 60000);
  assert_int_equal(page(table, "", got, 3), 3); /* by bytes, not by a language */
  assert_string_equal(got[0].account, "B");
  assert_string_equal(got[1].account, "a10");
  assert_string_equal(got[2].account, "a9");
  assert_int_equal(page(table, got[2].account, got, 3), 2);
  assert_string_equal(got[0].account, "b");
  assert_string_equal(got[1].account, "\xc3\xa4");
  assert_int_equal(page(table, "a2", got, 1), 1);
  assert_string_equal(got[0].account, "a9");
  assert_int_equal(page(table, "", got, 0), 0);
  table->ops->free(table);
  table = tgauth_table_sqlite("/nowhere/db");
  size_t count = 1;
  assert_int_equal(table->ops->list(table, "", got, 3, &count, &error), MTP_ERR_STORE);
  assert_int_equal(count, 0);
  table->ops->free(table);
}

static void a_list_says_who_has_what(void **state) {
  (void)state;
  mtp_error error;
  tgauth_listed got[4];
  tgauth_table *table = tgauth_table_sqlite(path);
  (void)claim(table, "held", "the first one", 60000);
  (void)claim(table, "over", "the first one", 1);
  int64_t fence = claim(table, "released", "the first one", 60000);
  assert_int_equal(table->ops->release(table, "released", fence, &error), MTP_OK);
  sleep_ms(20);
  assert_int_equal(page(table, "", got, 4), 3);
  assert_string_equal(got[0].owner, "the first one");
  assert_in_range(got[0].left_ms, 1, 60000);
  for (size_t i = 1; i < 3; i++) {
    assert_string_equal(got[i].owner, "");
    assert_int_equal(got[i].left_ms, 0);
  }
  table->ops->free(table);
}

static void many_are_renewed_at_once(void **state) {
  (void)state;
  mtp_error error;
  tgauth_listed got[4];
  tgauth_table *table = tgauth_table_sqlite(path);
  tgauth_renewal leases[] = {{.account = "a", .fence = claim(table, "a", "me", 60000)},
                             {.account = "b", .fence = claim(table, "b", "me", 1)},
                             {.account = "c", .fence = claim(table, "c", "me", 60000)},
                             {.account = "nobody's", .fence = 1}};
  sleep_ms(20);
  (void)claim(table, "b", "another", 60000);
  assert_int_equal(table->ops->renew_all(table, leases, 4, 600000, &error), MTP_OK);
  assert_true(leases[0].ours && leases[2].ours);
  assert_false(leases[1].ours || leases[3].ours);
  assert_int_equal(page(table, "", got, 4), 3);
  assert_in_range(got[0].left_ms, 60001, 600000);
  assert_in_range(got[1].left_ms, 1, 60000);
  assert_string_equal(got[1].owner, "another");
  assert_in_range(got[2].left_ms, 60001, 600000);
  table->ops->free(table);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(one_has_it_at_a_time),
      TEST(what_was_saved_comes_back),
      TEST(it_is_encrypted_with_a_key_that_can_be_changed),
      TEST(it_is_lengthened_while_its_owner_lives),
      TEST(one_that_was_stopped_has_it_no_longer),
      TEST(states_of_updates_are_rows_of_their_own),
      TEST(a_session_that_replaces_another_gets_none_of_its_states),
      TEST(rows_are_encrypted_and_written_under_the_lease),
      TEST(all_of_an_account_gets_another_key),
      TEST(what_makes_no_sense_is_told),
      TEST(one_that_leaves_saves_and_gives_back),
      TEST(many_share_a_database_and_a_thread),
      TEST(all_accounts_are_listed_by_pages),
      TEST(a_list_says_who_has_what),
      TEST(many_are_renewed_at_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
