/* A database that goes away: it is asked once and then after pauses that grow, whoever wants
 * something of it; and at the end of the program for a limited time. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tgauth/lease.h>
#include <time.h>

#include <cmocka.h>

#define KEY "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF\n"

/* Pauses are up to a sixth of it: whatever the machine has else to do, nobody gets impatient. */
enum { TTL = 600000, MANY = 20, LIST = 64 };

/* A database that answers or does not, and notes when it was asked while it did not, and whether by
 * the test's own thread. */
typedef struct fake {
  tgauth_table head;
  atomic_bool down;
  atomic_int changes, asked, asked_here;
  int64_t at[LIST];
  pthread_t here;
} fake;

static fake database;

static int64_t now_ms(void) {
  struct timespec at = {0, 0};
  (void)clock_gettime(CLOCK_MONOTONIC, &at);
  return (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

static mtp_status ask(mtp_error *error) {
  if (!database.down)
    return MTP_OK;
  if (database.asked < LIST)
    database.at[database.asked] = now_ms();
  database.asked++;
  database.asked_here += pthread_equal(pthread_self(), database.here) != 0;
  return tgauth_table_fail(error, MTP_ERR_STORE, "it says nothing");
}

static mtp_status claim(tgauth_table *table, const char *account, const char *owner, int64_t ttl_ms,
                        bool make, tgauth_holder *out, mtp_error *error) {
  (void)table;
  (void)owner;
  (void)ttl_ms;
  *out = (tgauth_holder){.fence = make || strcmp(account, "missing") != 0 ? 1 : 0};
  return ask(error);
}

static mtp_status renew(tgauth_table *table, const char *account, int64_t fence, int64_t ttl_ms,
                        bool *ours, mtp_error *error) {
  (void)table;
  (void)account;
  (void)fence;
  (void)ttl_ms;
  *ours = true;
  return ask(error);
}

static mtp_status release(tgauth_table *table, const char *account, int64_t fence,
                          mtp_error *error) {
  (void)table;
  (void)account;
  (void)fence;
  return ask(error);
}

static mtp_status load_rows(tgauth_table *table, const char *account, const char *prefix,
                            tgauth_table_row_each each, void *ctx, mtp_error *error) {
  const tgauth_table_row row = {prefix, tl_bytes_of("of no key", 9)};
  (void)table;
  (void)account;
  mtp_status status = ask(error);
  return status == MTP_OK ? each(ctx, &row, error) : status;
}

static mtp_status list(tgauth_table *table, const char *after, tgauth_listed *out, size_t room,
                       size_t *count, mtp_error *error) {
  (void)table;
  (void)after;
  (void)out;
  (void)room;
  *count = 0;
  return ask(error);
}

static void keep(tgauth_table *table) {
  (void)table;
}

static const tgauth_table_ops ops = {.claim = claim,
                                     .renew = renew,
                                     .release = release,
                                     .load_rows = load_rows,
                                     .list = list,
                                     .free = keep};

static void changed(void *ctx) {
  ++((fake *)ctx)->changes;
}

static tgauth_leases *begin(bool existing) {
  database = (fake){.head = {&ops}, .here = pthread_self()};
  tgauth_leases *leases = tgauth_leases_new(
      &database.head, &(tgauth_lease_options){.ttl_ms = TTL, .keys = KEY, .existing = existing});
  assert_non_null(leases);
  tgauth_leases_on_change(leases, changed, &database);
  return leases;
}

static tgauth_store *open_one(tgauth_leases *leases, const char *account) {
  mtp_error error;
  tgauth_store *store = tgauth_leases_store(leases, account);
  assert_non_null(store);
  assert_int_equal(store->ops->lock(store, &error), MTP_OK);
  return store;
}

static void fails_as_away(mtp_status status, const mtp_error *error) {
  assert_int_equal(status, MTP_ERR_STORE);
  assert_int_equal(error->code, TGAUTH_DATABASE_AWAY);
  assert_string_equal(error->text, "it says nothing");
}

static void until(const atomic_int *what, int least) {
  for (int i = 0; i < 6000 && *what < least; i++)
    nanosleep(&(struct timespec){0, 20000000}, NULL);
  assert_true(*what >= least);
}

static mtp_status none(void *ctx, const tgauth_table_row *row, mtp_error *error) {
  (void)ctx;
  (void)row;
  (void)error;
  return MTP_OK;
}

static mtp_status list_all(tgauth_leases *leases, mtp_error *error) {
  tgauth_listed got[1];
  size_t count;
  return tgauth_leases_list(leases, "", got, 1, &count, error);
}

static void all_together_ask_once_and_their_thread_after_growing_pauses(void **state) {
  (void)state;
  mtp_error error;
  tgauth_store *stores[MANY];
  tgauth_leases *leases = begin(false);
  for (int i = 0; i < MANY; i++) {
    char name[16];
    snprintf(name, sizeof name, "bot-%d", i);
    stores[i] = open_one(leases, name);
  }
  assert_int_equal(tgauth_leases_away(leases, NULL), -1);
  database.down = true;
  for (int times = 0; times < 50; times++)
    for (int i = 0; i < MANY; i++)
      fails_as_away(tgauth_store_load_rows(stores[i], "", none, NULL, &error), &error);
  fails_as_away(list_all(leases, &error), &error);
  assert_int_equal(database.asked_here, 1);
  assert_int_equal(database.changes, 1);
  assert_true(tgauth_leases_away(leases, &error) >= 0);
  assert_string_equal(error.text, "it says nothing");
  until(&database.asked, 5); /* the thread asks, once after each pause */
  for (int i = 1; i < 5; i++)
    assert_true(database.at[i] - database.at[i - 1] >= 100 << (i - 1));
  database.down = false;
  until(&database.changes, 2); /* it is back */
  assert_int_equal(tgauth_leases_away(leases, NULL), -1);
  assert_int_equal(list_all(leases, &error), MTP_OK);
  assert_int_equal(database.asked_here, 1);
  for (int i = 0; i < MANY; i++)
    stores[i]->ops->free(stores[i]);
  tgauth_leases_free(leases);
}

static void who_holds_nothing_asks_too_but_not_without_a_pause(void **state) {
  (void)state;
  mtp_error error;
  tgauth_leases *leases = begin(false);
  database.down = true;
  int64_t before = now_ms();
  while (database.asked < 4)
    fails_as_away(list_all(leases, &error), &error);
  assert_true(now_ms() - before >= 100 + 200 + 400);
  assert_int_equal(database.changes, 1);
  tgauth_leases_free(leases);
}

static void what_fails_elsewhere_is_not_the_databases(void **state) {
  (void)state;
  mtp_error error;
  tgauth_leases *leases = begin(false);
  tgauth_store *store = open_one(leases, "bot");
  assert_int_equal(tgauth_store_load_rows(store, "x", none, NULL, &error), MTP_ERR_STORE);
  assert_int_not_equal(error.code, TGAUTH_DATABASE_AWAY); /* under a key that nobody has */
  assert_int_equal(tgauth_leases_away(leases, NULL), -1);
  store->ops->free(store);
  tgauth_leases_free(leases);
}

static void who_ends_asks_once_more_and_knows_what_was_not_given_back(void **state) {
  (void)state;
  tgauth_leases *leases = begin(false);
  tgauth_store *stores[] = {open_one(leases, "one"), open_one(leases, "two"),
                            open_one(leases, "three")};
  assert_int_equal(tgauth_store_give_back(stores[0]), 0);
  database.down = true;
  tgauth_leases_limit(leases, TTL);
  for (int i = 1; i < 3; i++)
    assert_in_range(tgauth_store_give_back(stores[i]), 1, TTL);
  assert_int_equal(database.asked, 1);
  assert_int_equal(tgauth_store_give_back(stores[1]), 0); /* that was it */
  for (int i = 0; i < 3; i++)
    stores[i]->ops->free(stores[i]);
  tgauth_leases_free(leases);
}

static void after_the_limit_nothing_is_asked(void **state) {
  (void)state;
  mtp_error error;
  tgauth_leases *leases = begin(false);
  tgauth_store *store = open_one(leases, "one");
  tgauth_leases_limit(leases, 0);
  database.down = true;
  assert_int_equal(list_all(leases, &error), MTP_ERR_STORE);
  assert_int_equal(error.code, TGAUTH_DATABASE_AWAY);
  assert_non_null(strstr(error.text, "took too long"));
  assert_in_range(tgauth_store_give_back(store), 1, TTL);
  assert_int_equal(database.asked, 0);
  store->ops->free(store);
  tgauth_leases_free(leases);
}

static void one_that_is_not_there_is_not_made_unless_that_is_wanted(void **state) {
  (void)state;
  mtp_error error;
  tgauth_leases *leases = begin(true);
  tgauth_store *store = tgauth_leases_store(leases, "missing");
  assert_int_equal(store->ops->lock(store, &error), MTP_ERR_STORE);
  assert_int_equal(error.code, TGAUTH_NO_ACCOUNT);
  assert_string_equal(error.text, "there is no account missing in the database");
  assert_int_equal(tgauth_leases_away(leases, NULL), -1);
  store->ops->free(store);
  tgauth_leases_free(leases);
  leases = begin(false);
  store = open_one(leases, "missing");
  store->ops->free(store);
  tgauth_leases_free(leases);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_together_ask_once_and_their_thread_after_growing_pauses),
      cmocka_unit_test(who_holds_nothing_asks_too_but_not_without_a_pause),
      cmocka_unit_test(what_fails_elsewhere_is_not_the_databases),
      cmocka_unit_test(who_ends_asks_once_more_and_knows_what_was_not_given_back),
      cmocka_unit_test(after_the_limit_nothing_is_asked),
      cmocka_unit_test(one_that_is_not_there_is_not_made_unless_that_is_wanted),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
