/* What servers.py tells by the environment. */
#include "table_control.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tgauth/lease_url.h>
#include <unistd.h>

#include <cmocka.h>

const char *table_url(void) {
  const char *url = getenv("TABLE_URL");
  assert_non_null(url);
  return url;
}

tgauth_table *table_new(void) {
  char account[TGAUTH_ACCOUNT_MAX + 1];
  mtp_error error;
  tgauth_table *table = NULL;
  if (tgauth_table_url(table_url(), &table, account, &error) != MTP_OK)
    fail_msg("%s", error.text);
  return table;
}

bool table_has_server(void) {
  return strncmp(table_url(), "sqlite:", 7) != 0;
}

void table_control(const char *word) {
  const char *text = getenv("TABLE_CONTROL");
  char line[32];
  assert_non_null(text);
  int in = atoi(text), out = atoi(strchr(text, ',') + 1);
  int n = snprintf(line, sizeof line, "%s\n", word);
  assert_int_equal(write(out, line, (size_t)n), n);
  assert_int_equal(read(in, line, 5), 5);
}
