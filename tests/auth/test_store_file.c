/* The session file: private, locked, and whole whatever happens to the process that writes it. */
#include "session_sample.h"
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <tgauth/store.h>
#include <unistd.h>

#include <cmocka.h>

enum { KILLS = 1000 };

static char folder[64], path[128];

static int make_folder(void **state) {
  (void)state;
  strcpy(folder, "/tmp/tgauth-store-XXXXXX");
  if (!mkdtemp(folder))
    return -1;
  snprintf(path, sizeof path, "%s/user.session", folder);
  return 0;
}

static int remove_folder(void **state) {
  (void)state;
  static const char *const suffixes[] = {"", ".lock", ".tmp"};
  for (size_t i = 0; i < 3; i++) {
    char name[160];
    snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
    unlink(name);
  }
  return rmdir(folder);
}

static void save(const char *password, uint8_t seed) {
  mtp_session session;
  mtp_error error;
  mtp_session_init(&session, NULL);
  sample_session(&session, seed);
  tgauth_store *store = tgauth_store_file(path, password);
  assert_int_equal(store->ops->lock(store, &error), MTP_OK);
  assert_int_equal(store->ops->save(store, &session, &error), MTP_OK);
  store->ops->free(store);
  mtp_session_free(&session);
}

static mtp_status load(const char *password, mtp_session *session, mtp_error *error) {
  mtp_session_init(session, NULL);
  tgauth_store *store = tgauth_store_file(path, password);
  mtp_status status = store->ops->lock(store, error);
  if (status == MTP_OK)
    status = store->ops->load(store, session, error);
  store->ops->free(store);
  return status;
}

/* proves RB-2 */
static void the_file_is_private_and_comes_back(void **state) {
  (void)state;
  mtp_session want, got;
  mtp_error error;
  struct stat st;
  mtp_session_init(&want, NULL);
  sample_session(&want, 9);
  umask(0);
  save(NULL, 9);
  assert_int_equal(stat(path, &st), 0);
  assert_int_equal(st.st_mode & 0777, 0600);
  assert_int_equal(load(NULL, &got, &error), MTP_OK);
  assert_true(same_session(&want, &got));
  mtp_session_free(&got);
  save("pass", 9);
  assert_int_equal(load(NULL, &got, &error), MTP_ERR_STORE);
  assert_non_null(strstr(error.text, path));
  assert_int_equal(load("pass", &got, &error), MTP_OK);
  assert_true(same_session(&want, &got));
  mtp_session_free(&got);
  mtp_session_free(&want);
}

static void a_missing_file_is_a_new_session(void **state) {
  (void)state;
  mtp_session got;
  mtp_error error;
  unlink(path);
  assert_int_equal(load(NULL, &got, &error), MTP_OK);
  assert_int_equal(got.n_keys, 0);
  mtp_session_free(&got);
}

/* proves RB-2 */
static void a_second_process_is_told_who_holds_it(void **state) {
  (void)state;
  mtp_error error;
  char holder[32];
  snprintf(holder, sizeof holder, "process %ld", (long)getpid());
  tgauth_store *store = tgauth_store_file(path, NULL);
  assert_int_equal(store->ops->lock(store, &error), MTP_OK);
  pid_t child = fork();
  if (child == 0) {
    tgauth_store *second = tgauth_store_file(path, NULL);
    mtp_status status = second->ops->lock(second, &error);
    second->ops->free(second);
    _exit(status == MTP_ERR_STORE && strstr(error.text, holder) ? 0 : 1);
  }
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  store->ops->free(store);
}

/* Saves as fast as it can until it is killed. */
static void save_for_ever(void) {
  mtp_session session;
  mtp_error error;
  mtp_session_init(&session, NULL);
  sample_session(&session, 0);
  tgauth_store *store = tgauth_store_file(path, NULL);
  if (store->ops->lock(store, &error) != MTP_OK)
    _exit(1);
  for (uint8_t i = 1;; i++) {
    session.keys[0].key[5] = i;
    if (store->ops->save(store, &session, &error) != MTP_OK)
      _exit(2);
  }
}

/* proves RB-2 */
static void killed_a_thousand_times_it_is_never_broken_or_lost(void **state) {
  (void)state;
  mtp_session got;
  mtp_error error;
  unsigned seed = 1;
  save(NULL, 1);
  for (int i = 0; i < KILLS; i++) {
    pid_t child = fork();
    if (child == 0)
      save_for_ever();
    seed = seed * 1103515245u + 12345u;
    usleep(200 + (seed >> 16) % 2500);
    kill(child, SIGKILL);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status)); /* it did not fail by itself */
    assert_int_equal(load(NULL, &got, &error), MTP_OK);
    assert_int_equal(got.n_keys, 2);
    assert_int_equal(got.user_id, INT64_C(7777777777));
    mtp_session_free(&got);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_file_is_private_and_comes_back),
      cmocka_unit_test(a_missing_file_is_a_new_session),
      cmocka_unit_test(a_second_process_is_told_who_holds_it),
      cmocka_unit_test(killed_a_thousand_times_it_is_never_broken_or_lost),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
