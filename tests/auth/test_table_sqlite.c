/* Accounts in a table of an SQLite database: which there are, who has them, and for how long. */
#include "leased_fixture.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

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
  tgauth_table *table = tgauth_table_sqlite(leased_path());
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
  tgauth_table *table = tgauth_table_sqlite(leased_path());
  (void)claim(table, "held", "the first one", 60000);
  (void)claim(table, "over", "the first one", 1);
  int64_t fence = claim(table, "released", "the first one", 60000);
  assert_int_equal(table->ops->release(table, "released", fence, &error), MTP_OK);
  leased_sleep(20);
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
  tgauth_table *table = tgauth_table_sqlite(leased_path());
  tgauth_renewal leases[] = {{.account = "a", .fence = claim(table, "a", "me", 60000)},
                             {.account = "b", .fence = claim(table, "b", "me", 1)},
                             {.account = "c", .fence = claim(table, "c", "me", 60000)},
                             {.account = "nobody's", .fence = 1}};
  leased_sleep(20);
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

int main(void) {
  const struct CMUnitTest tests[] = {
      LEASED_TEST(all_accounts_are_listed_by_pages),
      LEASED_TEST(a_list_says_who_has_what),
      LEASED_TEST(many_are_renewed_at_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
