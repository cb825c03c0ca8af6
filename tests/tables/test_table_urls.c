/* URLs of databases of sessions: what they name, what is wrong with them, and that a password is in
 * nothing that is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <tgauth/lease_url.h>

#include <cmocka.h>

static void schemes_are_known(void **state) {
  (void)state;
  const char *ours[] = {"sqlite:a",   "postgresql://h", "postgres://h",  "redis://h",
                        "valkey://h", "SQLite:a",       "POSTGRESQL://h"};
  for (int i = 0; i < 7; i++)
    assert_true(tgauth_url_is_table(ours[i]));
  const char *others[] = {"", "me.session", "./sqlite:a", "mysql://h/db#a", "postgresql:h"};
  for (int i = 0; i < 5; i++)
    assert_false(tgauth_url_is_table(others[i]));
}

static void names(const char *url, const char *account) {
  char got[TGAUTH_ACCOUNT_MAX + 1];
  mtp_error error;
  tgauth_table *table = NULL;
  mtp_status status = tgauth_table_url(url, &table, got, &error);
  if (status != MTP_OK) { /* a build without that library says which */
    assert_int_equal(status, MTP_ERR_STORE);
    assert_non_null(strstr(error.text, "this build has no "));
    return;
  }
  assert_string_equal(got, account);
  table->ops->free(table);
}

static void a_url_names_table_and_account(void **state) {
  (void)state;
  names("sqlite:accounts.db#bot-1", "bot-1");
  names("sqlite:with#mark#bot", "bot");
  names("sqlite:accounts.db", "");
  names("postgresql://user@host:5432/db?sslmode=require#bot 2", "bot 2");
  names("postgres:///db#x", "x");
  names("redis://:password@[::1]:6379/1#bot", "bot");
  names("valkey://host#bot", "bot");
}

static void refused(const char *url, mtp_status want, const char *why) {
  char account[TGAUTH_ACCOUNT_MAX + 1];
  mtp_error error;
  tgauth_table *table = NULL;
  assert_int_equal(tgauth_table_url(url, &table, account, &error), want);
  assert_null(table);
  assert_non_null(strstr(error.text, why));
}

static void what_is_no_such_url_is_told(void **state) {
  (void)state;
  char longer[TGAUTH_ACCOUNT_MAX + 32] = "sqlite:a#";
  memset(longer + strlen(longer), 'a', TGAUTH_ACCOUNT_MAX + 1);
  refused("me.session", MTP_ERR_ARGUMENT, "no URL of a database");
  refused("sqlite:", MTP_ERR_ARGUMENT, "says no place");
  refused("sqlite:#a", MTP_ERR_ARGUMENT, "says no place");
  refused("sqlite:x#../a", MTP_ERR_ARGUMENT, "ACCOUNT has no /");
  refused(longer, MTP_ERR_ARGUMENT, "an account's name");
}

static void says_no_secret(const char *url, const char *want) {
  char account[TGAUTH_ACCOUNT_MAX + 1];
  mtp_error error = {.text = ""};
  tgauth_table *table = NULL;
  tgauth_holder holder;
  char shown[128];
  assert_string_equal(tgauth_table_url_shown(url, shown, sizeof shown), want);
  mtp_status status = tgauth_table_url(url, &table, account, &error);
  if (status == MTP_OK) {
    assert_int_equal(table->ops->claim(table, "a", "me", 1000, true, &holder, &error),
                     MTP_ERR_STORE);
    table->ops->free(table);
  }
  if (strstr(error.text, "secret") || strstr(error.text, "s3cr"))
    fail_msg("it shows the password: %s", error.text);
}

static void no_password_is_shown(void **state) {
  (void)state;
  says_no_secret("postgresql://user:secret@127.0.0.1:9/db#a",
                 "postgresql://user:***@127.0.0.1:9/db#a");
  says_no_secret("postgresql://user:se@s3cr@127.0.0.1:9/db#a",
                 "postgresql://user:***@127.0.0.1:9/db#a");
  says_no_secret("postgresql://user:s3cr/et@127.0.0.1:9/db",
                 "postgresql://user:***@127.0.0.1:9/db");
  says_no_secret("postgresql://user:s3cr%zz@127.0.0.1:9/db",
                 "postgresql://user:***@127.0.0.1:9/db");
  says_no_secret("postgresql://127.0.0.1:9/db?password=secret&user=me#a",
                 "postgresql://127.0.0.1:9/db?password=***&user=me#a");
  says_no_secret("postgresql://127.0.0.1:9/db?nonsense=secret&sslpassword=s3cr",
                 "postgresql://127.0.0.1:9/db?nonsense=secret&sslpassword=***");
  says_no_secret("redis://:secret@127.0.0.1:9/0#a", "redis://:***@127.0.0.1:9/0#a");
  says_no_secret("redis://user:se@s3cr@127.0.0.1:9", "redis://user:***@127.0.0.1:9");
  says_no_secret("redis://user:secret@127.0.0.1:port", "redis://user:***@127.0.0.1:port");
  says_no_secret("mysql://user:secret@h/db#a", "mysql://user:***@h/db#a");
  says_no_secret("rediss://user:secret@127.0.0.1", "rediss://user:***@127.0.0.1");
  char small[8];
  assert_string_equal(tgauth_table_url_shown("me.session", small, sizeof small), "me.sess");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(schemes_are_known),
      cmocka_unit_test(a_url_names_table_and_account),
      cmocka_unit_test(what_is_no_such_url_is_told),
      cmocka_unit_test(no_password_is_shown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
