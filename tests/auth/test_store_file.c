/* The session file: private, locked, and whole whatever happens to the process that writes it. */
#include "session_folder.h"
#include "session_sample.h"
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <tgauth/store.h>
#include <unistd.h>

#include <cmocka.h>

enum { KILLS = 1000 };

static void save(const char *password, uint8_t seed) {
  mtp_session session;
  mtp_error error;
  mtp_session_init(&session, NULL);
  sample_session(&session, seed);
  tgauth_store *store = tgauth_store_file(session_path, password);
  assert_int_equal(store->ops->lock(store, &error), MTP_OK);
  assert_int_equal(store->ops->save(store, &session, &error), MTP_OK);
  store->ops->free(store);
  mtp_session_free(&session);
}

static mtp_status load(const char *password, mtp_session *session, mtp_error *error) {
  mtp_session_init(session, NULL);
  tgauth_store *store = tgauth_store_file(session_path, password);
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
  assert_int_equal(stat(session_path, &st), 0);
  assert_int_equal(st.st_mode & 0777, 0600);
  assert_int_equal(load(NULL, &got, &error), MTP_OK);
  assert_true(same_session(&want, &got));
  mtp_session_free(&got);
  save("pass", 9);
  assert_int_equal(load(NULL, &got, &error), MTP_ERR_STORE);
  assert_non_null(strstr(error.text, session_path));
  assert_int_equal(load("pass", &got, &error), MTP_OK);
  assert_true(same_session(&want, &got));
  mtp_session_free(&got);
  mtp_session_free(&want);
}

static void temp_name(char name[160]) {
  snprintf(name, 160, "%s.tmp", session_path);
}

static void elsewhere_name(char name[160]) {
  snprintf(name, 160, "%s/elsewhere", session_folder);
}

/* Something in the way of the temporary file: the save works, and what the thing led to is as it
 * was. */
static void save_past(bool (*put)(const char *temp, const char *elsewhere)) {
  char temp[160], elsewhere[160], text[8] = "";
  struct stat st;
  temp_name(temp);
  elsewhere_name(elsewhere);
  int fd = open(elsewhere, O_RDWR | O_CREAT | O_TRUNC, 0666);
  assert_true(fd >= 0 && write(fd, "mine", 4) == 4 && close(fd) == 0);
  assert_true(put(temp, elsewhere));
  alarm(20); /* a pipe would be waited for */
  save(NULL, 2);
  alarm(0);
  fd = open(elsewhere, O_RDONLY);
  assert_int_equal(read(fd, text, sizeof text - 1), 4);
  assert_string_equal(text, "mine");
  assert_int_equal(close(fd), 0);
  assert_int_equal(lstat(session_path, &st), 0);
  assert_true(S_ISREG(st.st_mode));
  assert_int_equal(st.st_mode & 0777, 0600);
  assert_int_equal(st.st_nlink, 1);
  assert_int_equal(access(temp, F_OK), -1);
  unlink(elsewhere);
}

static bool put_file(const char *temp, const char *elsewhere) {
  (void)elsewhere;
  int fd = open(temp, O_WRONLY | O_CREAT, 0600);
  return fd >= 0 && fchmod(fd, 0666) == 0 && close(fd) == 0;
}

static bool put_pipe(const char *temp, const char *elsewhere) {
  (void)elsewhere;
  return mkfifo(temp, 0666) == 0;
}

static bool put_symlink(const char *temp, const char *elsewhere) {
  return symlink(elsewhere, temp) == 0;
}

static bool put_link(const char *temp, const char *elsewhere) {
  return link(elsewhere, temp) == 0;
}

/* proves RB-2 */
static void what_is_in_the_way_of_the_temporary_file_gets_nothing(void **state) {
  (void)state;
  save_past(put_file);
  save_past(put_pipe);
  save_past(put_symlink);
  save_past(put_link);
}

/* proves RB-2 */
static void a_lock_that_is_a_link_is_not_written_to(void **state) {
  (void)state;
  char lock[160], elsewhere[160];
  mtp_session got;
  mtp_error error;
  struct stat st;
  snprintf(lock, sizeof lock, "%s.lock", session_path);
  elsewhere_name(elsewhere);
  for (int hard = 0; hard < 2; hard++) {
    int fd = open(elsewhere, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0 && write(fd, "mine and long", 13) == 13 && close(fd) == 0);
    unlink(lock);
    assert_int_equal(hard ? link(elsewhere, lock) : symlink(elsewhere, lock), 0);
    assert_int_equal(load(NULL, &got, &error), MTP_ERR_STORE);
    assert_non_null(strstr(error.text, ".lock"));
    assert_int_equal(stat(elsewhere, &st), 0);
    assert_int_equal(st.st_size, 13);
    mtp_session_free(&got);
  }
  unlink(lock);
  unlink(elsewhere);
}

/* proves RB-2 */
static void a_save_that_cannot_take_its_place_leaves_nothing(void **state) {
  (void)state;
  char temp[160], inside[192];
  mtp_session session;
  mtp_error error;
  unlink(session_path);
  assert_int_equal(mkdir(session_path, 0700), 0);
  snprintf(inside, sizeof inside, "%s/full", session_path);
  assert_int_equal(mkdir(inside, 0700), 0);
  mtp_session_init(&session, NULL);
  sample_session(&session, 2);
  tgauth_store *store = tgauth_store_file(session_path, NULL);
  assert_int_equal(store->ops->lock(store, &error), MTP_OK);
  assert_int_equal(store->ops->save(store, &session, &error), MTP_ERR_STORE);
  store->ops->free(store);
  mtp_session_free(&session);
  temp_name(temp);
  assert_int_equal(access(temp, F_OK), -1);
  rmdir(inside);
  rmdir(session_path);
}

static void a_plain_file_stays_plain_under_a_password(void **state) {
  (void)state;
  mtp_session got;
  mtp_error error;
  save(NULL, 3);
  tgauth_store *store = tgauth_store_file(session_path, "pass");
  mtp_session_init(&got, NULL);
  assert_int_equal(store->ops->lock(store, &error), MTP_OK);
  assert_int_equal(store->ops->load(store, &got, &error), MTP_OK);
  assert_int_equal(store->ops->save(store, &got, &error), MTP_OK);
  store->ops->free(store);
  mtp_session_free(&got);
  assert_int_equal(load(NULL, &got, &error), MTP_OK);
  mtp_session_free(&got);
  unlink(session_path);
}

static void a_missing_file_is_a_new_session(void **state) {
  (void)state;
  mtp_session got;
  mtp_error error;
  unlink(session_path);
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
  tgauth_store *store = tgauth_store_file(session_path, NULL);
  assert_int_equal(store->ops->lock(store, &error), MTP_OK);
  pid_t child = fork();
  if (child == 0) {
    tgauth_store *second = tgauth_store_file(session_path, NULL);
    mtp_status status = second->ops->lock(second, &error);
    second->ops->free(second);
    _exit(status == MTP_ERR_STORE && strstr(error.text, holder) ? 0 : 1);
  }
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  store->ops->free(store);
}

/* proves RB-2 */
static void a_link_leads_to_the_same_lock_and_stays_a_link(void **state) {
  (void)state;
  char link[160], name[32];
  struct stat st;
  mtp_error error;
  mtp_session session;
  snprintf(link, sizeof link, "%s/link", session_folder);
  snprintf(name, sizeof name, "process %ld", (long)getpid());
  save(NULL, 3);
  assert_int_equal(symlink(session_path, link), 0);
  tgauth_store *direct = tgauth_store_file(session_path, NULL),
               *linked = tgauth_store_file(link, NULL);
  assert_int_equal(direct->ops->lock(direct, &error), MTP_OK);
  assert_int_equal(linked->ops->lock(linked, &error), MTP_ERR_STORE);
  assert_non_null(strstr(error.text, name));
  direct->ops->free(direct);
  assert_int_equal(linked->ops->lock(linked, &error), MTP_OK);
  mtp_session_init(&session, NULL);
  sample_session(&session, 4);
  assert_int_equal(linked->ops->save(linked, &session, &error), MTP_OK);
  linked->ops->free(linked);
  mtp_session got;
  assert_int_equal(lstat(link, &st), 0);
  assert_true(S_ISLNK(st.st_mode));
  assert_int_equal(load(NULL, &got, &error), MTP_OK);
  assert_true(same_session(&session, &got));
  mtp_session_free(&got);
  mtp_session_free(&session);
  /* to nothing */
  unlink(link);
  assert_int_equal(symlink("nowhere", link), 0);
  linked = tgauth_store_file(link, NULL);
  assert_int_equal(linked->ops->lock(linked, &error), MTP_ERR_STORE);
  assert_non_null(strstr(error.text, link));
  linked->ops->free(linked);
  unlink(link);
}

static void what_is_no_file_is_told_and_not_waited_for(void **state) {
  (void)state;
  mtp_session got;
  mtp_error error;
  unlink(session_path);
  assert_int_equal(mkfifo(session_path, 0600), 0);
  assert_int_equal(load(NULL, &got, &error), MTP_ERR_STORE);
  assert_non_null(strstr(error.text, "is not a file"));
  unlink(session_path);
  assert_int_equal(mkdir(session_path, 0700), 0);
  assert_int_equal(load(NULL, &got, &error), MTP_ERR_STORE);
  assert_int_equal(rmdir(session_path), 0);
}

static void a_file_without_a_name_is_refused(void **state) {
  (void)state;
  mtp_error error;
  tgauth_store *store = tgauth_store_file("", NULL);
  assert_int_equal(store->ops->lock(store, &error), MTP_ERR_STORE);
  store->ops->free(store);
  assert_int_equal(access(".lock", F_OK), -1);
}

/* Whoever may write nothing more: a limit of zero bytes fails as a full disk does. */
static int save_without_room(void) {
  const struct rlimit none = {0, 0};
  mtp_session session;
  mtp_error error;
  signal(SIGXFSZ, SIG_IGN);
  mtp_session_init(&session, NULL);
  tgauth_store *store = tgauth_store_file(session_path, NULL);
  bool right = setrlimit(RLIMIT_FSIZE, &none) == 0 && store->ops->lock(store, &error) == MTP_OK &&
               store->ops->load(store, &session, &error) == MTP_OK && session.n_keys == 2;
  session.keys[0].key[0] ^= 1;
  right = right && store->ops->save(store, &session, &error) == MTP_ERR_STORE &&
          strstr(error.text, session_path) != NULL;
  store->ops->free(store);
  mtp_session_free(&session);
  return right ? 0 : 1;
}

/* proves RB-2 */
static void without_room_the_old_file_stays(void **state) {
  (void)state;
  mtp_session want, got;
  mtp_error error;
  char temp[160];
  int status;
  save(NULL, 6);
  pid_t child = fork();
  if (child == 0)
    _exit(save_without_room());
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  mtp_session_init(&want, NULL);
  sample_session(&want, 6);
  assert_int_equal(load(NULL, &got, &error), MTP_OK);
  assert_true(same_session(&want, &got));
  temp_name(temp);
  assert_int_equal(access(temp, F_OK), -1);
  mtp_session_free(&got);
  mtp_session_free(&want);
}

/* Each byte of the file is damaged in turn, and the file cut after each. */
static void damage(const char *password) {
  static uint8_t good[8192], bad[8192];
  mtp_session got;
  mtp_error error;
  save(password, 8);
  FILE *file = fopen(session_path, "rb");
  size_t size = fread(good, 1, sizeof good, file);
  fclose(file);
  assert_true(size > 100 && size < sizeof good);
  size_t step = password ? 499 : 1; /* deriving a key takes its time */
  for (size_t i = 0; i < 2 * size; i += i < 44 ? 1 : step) {
    memcpy(bad, good, size);
    bad[i % size] ^= 0x20;
    file = fopen(session_path, "wb");
    fwrite(bad, 1, i < size ? size : i - size, file);
    fclose(file);
    assert_int_equal(load(password, &got, &error), MTP_ERR_STORE);
    assert_non_null(strstr(error.text, session_path));
    assert_int_equal(got.n_keys, 0);
    mtp_session_free(&got);
  }
}

/* proves RB-2 */
static void damage_anywhere_is_told_and_nothing_of_it_used(void **state) {
  (void)state;
  damage(NULL);
  damage("pass");
  unlink(session_path);
}

/* Saves as fast as it can until it is killed. */
static void save_for_ever(void) {
  mtp_session session;
  mtp_error error;
  mtp_session_init(&session, NULL);
  sample_session(&session, 0);
  tgauth_store *store = tgauth_store_file(session_path, NULL);
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

static void assert_there(const char *path, bool is) {
  char lock[160];
  snprintf(lock, sizeof lock, "%s.lock", path);
  assert_int_equal(access(path, F_OK) == 0, is);
  assert_int_equal(access(lock, F_OK) == 0, is);
}

/* Locks, saves a session with or without keys, and frees. */
static void keep(const char *path, bool save_it, bool keys) {
  mtp_session session;
  mtp_error error;
  mtp_session_init(&session, NULL);
  if (keys)
    sample_session(&session, 3);
  tgauth_store *store = tgauth_store_file(path, NULL);
  assert_int_equal(store->ops->lock(store, &error), MTP_OK);
  if (save_it)
    assert_int_equal(store->ops->save(store, &session, &error), MTP_OK);
  store->ops->free(store);
  mtp_session_free(&session);
}

static void where_there_was_nothing_only_a_key_leaves_something(void **state) {
  (void)state;
  char path[160];
  snprintf(path, sizeof path, "%s/fresh", session_folder);
  keep(path, false, false);
  assert_there(path, false);
  keep(path, true, false);
  assert_there(path, false);
  keep(path, true, true);
  assert_there(path, true);
  keep(path, true, false); /* what was there is the owner's to remove */
  assert_there(path, true);
  keep(path, false, false);
  assert_there(path, true);
}

/* 0: nobody else had it while we had it. */
static int take_turns(const char *path, const char *mark) {
  mtp_error error;
  for (int i = 0; i < 300; i++) {
    tgauth_store *store = tgauth_store_file(path, NULL);
    if (store->ops->lock(store, &error) == MTP_OK) {
      int fd = open(mark, O_CREAT | O_EXCL | O_WRONLY, 0600);
      if (fd < 0)
        return 1;
      close(fd);
      unlink(mark);
    }
    store->ops->free(store);
  }
  return 0;
}

static void a_lock_that_goes_with_nothing_is_never_two(void **state) {
  (void)state;
  enum { CHILDREN = 4 };
  char path[160], mark[160];
  pid_t children[CHILDREN];
  snprintf(path, sizeof path, "%s/turns", session_folder);
  snprintf(mark, sizeof mark, "%s/mark", session_folder);
  for (int i = 0; i < CHILDREN; i++)
    if ((children[i] = fork()) == 0)
      _exit(take_turns(path, mark));
  for (int i = 0; i < CHILDREN; i++) {
    int status;
    assert_int_equal(waitpid(children[i], &status, 0), children[i]);
    assert_int_equal(status, 0);
  }
  assert_there(path, false);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_file_is_private_and_comes_back),
      cmocka_unit_test(what_is_in_the_way_of_the_temporary_file_gets_nothing),
      cmocka_unit_test(a_lock_that_is_a_link_is_not_written_to),
      cmocka_unit_test(a_save_that_cannot_take_its_place_leaves_nothing),
      cmocka_unit_test(a_plain_file_stays_plain_under_a_password),
      cmocka_unit_test(a_missing_file_is_a_new_session),
      cmocka_unit_test(a_second_process_is_told_who_holds_it),
      cmocka_unit_test(where_there_was_nothing_only_a_key_leaves_something),
      cmocka_unit_test(a_lock_that_goes_with_nothing_is_never_two),
      cmocka_unit_test(a_link_leads_to_the_same_lock_and_stays_a_link),
      cmocka_unit_test(what_is_no_file_is_told_and_not_waited_for),
      cmocka_unit_test(a_file_without_a_name_is_refused),
      cmocka_unit_test(without_room_the_old_file_stays),
      cmocka_unit_test(damage_anywhere_is_told_and_nothing_of_it_used),
      cmocka_unit_test(killed_a_thousand_times_it_is_never_broken_or_lost),
  };
  return cmocka_run_group_tests(tests, make_session_folder, remove_session_folder);
}
