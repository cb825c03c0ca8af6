/* A database of sessions in a file of its own, and stores of its accounts. */
#include "leased_fixture.h"
#include "session_sample.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static char path[64];

int leased_set_up(void **state) {
  (void)state;
  snprintf(path, sizeof path, "/tmp/leased.XXXXXX");
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  return close(fd);
}

const char *leased_path(void) {
  return path;
}

int leased_tear_down(void **state) {
  (void)state;
  return unlink(path);
}

tgauth_store *leased_open_with(const tgauth_lease_options *options) {
  tgauth_store *store = tgauth_store_leased(tgauth_table_sqlite(path), options);
  assert_non_null(store);
  return store;
}

tgauth_store *leased_open(const char *account, const char *owner, int64_t ttl_ms) {
  return leased_open_with(
      &(tgauth_lease_options){.account = account, .owner = owner, .ttl_ms = ttl_ms, .keys = KEY_1});
}

void leased_lock(tgauth_store *store) {
  mtp_error error;
  assert_int_equal(store->ops->lock(store, &error), MTP_OK);
}

void leased_refused(tgauth_store *store, mtp_status status, const char *why) {
  mtp_error error;
  assert_int_equal(store->ops->lock(store, &error), status);
  if (!strstr(error.text, why))
    fail_msg("\"%s\" does not say \"%s\"", error.text, why);
  store->ops->free(store);
}

mtp_status leased_save(tgauth_store *store, uint8_t seed, mtp_error *error) {
  mtp_session session;
  mtp_session_init(&session, NULL);
  sample_session(&session, seed);
  mtp_status status = store->ops->save(store, &session, error);
  mtp_session_free(&session);
  return status;
}

mtp_status leased_loads(tgauth_store *store, uint8_t seed, mtp_error *error) {
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

void leased_sleep(long ms) {
  nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

bool leased_has(const void *bytes, size_t size) {
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

mtp_status leased_count_row(void *ctx, const tgauth_table_row *row, mtp_error *error) {
  (void)row;
  (void)error;
  ++*(int *)ctx;
  return MTP_OK;
}

int leased_rows(tgauth_store *store, const char *prefix) {
  mtp_error error;
  int count = 0;
  mtp_status status = tgauth_store_load_rows(store, prefix, leased_count_row, &count, &error);
  return status == MTP_OK ? count : -1;
}
