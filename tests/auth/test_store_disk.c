/* What a session file owes to the disk, the memory and the generator under it: the program's calls
 * of the C library and of OpenSSL are led through here (--wrap). */
#include "session_folder.h"
#include "session_sample.h"
#include <errno.h>
#include <malloc.h>
#include <mtp/rng.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <tgauth/store.h>
#include <unistd.h>

#include <cmocka.h>

#define PASSWORD "correct horse battery staple"

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void __real_free(void *ptr);
void __wrap_free(void *ptr);
void *__wrap_realloc(void *ptr, size_t size);
int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int __real_RAND_bytes(unsigned char *out, int size);
int __wrap_RAND_bytes(unsigned char *out, int size);

/* ---- the disk ---- */

static struct {
  bool broken;
  bool replaced;      /* somebody puts a file of his in the place of the one that is written */
  int files, folders; /* synchronised */
  off_t size;         /* of the last file, then */
  int files_at_rename, folders_at_rename;
} disk;

static void put_another(void) {
  char temp[160];
  snprintf(temp, sizeof temp, "%s.tmp", session_path);
  assert_int_equal(unlink(temp), 0);
  FILE *file = fopen(temp, "w");
  assert_non_null(file);
  fputs("of somebody else", file);
  fclose(file);
}

int __wrap_fsync(int fd) {
  struct stat st;
  if (disk.broken) {
    errno = EIO;
    return -1;
  }
  assert_int_equal(fstat(fd, &st), 0);
  if (disk.replaced && S_ISREG(st.st_mode))
    put_another();
  disk.files += S_ISREG(st.st_mode) != 0;
  disk.folders += S_ISDIR(st.st_mode) != 0;
  disk.size = S_ISREG(st.st_mode) ? st.st_size : disk.size;
  return __real_fsync(fd);
}

int __wrap_rename(const char *from, const char *to) {
  disk.files_at_rename = disk.files;
  disk.folders_at_rename = disk.folders;
  return __real_rename(from, to);
}

/* ---- memory ---- */

/* Looks for secrets in whatever is given back. Blocks begin as zeros, so that what is found in one
 * was put there by its owner. */
static struct {
  bool on;
  const void *secrets[2]; /* 16 bytes of each */
  int leaks;
} watch;

static bool holds(const uint8_t *data, size_t size, const void *secret) {
  for (size_t i = 0; secret && i + 16 <= size; i++)
    if (memcmp(data + i, secret, 16) == 0)
      return true;
  return false;
}

void *__wrap_malloc(size_t size) {
  void *ptr = __real_malloc(size);
  if (ptr)
    memset(ptr, 0, malloc_usable_size(ptr));
  return ptr;
}

void __wrap_free(void *ptr) {
  for (size_t i = 0; ptr && watch.on && i < 2; i++)
    watch.leaks += holds(ptr, malloc_usable_size(ptr), watch.secrets[i]);
  __real_free(ptr);
}

/* Always to another place. */
void *__wrap_realloc(void *ptr, size_t size) {
  void *moved = __wrap_malloc(size);
  if (ptr && moved) {
    size_t old = malloc_usable_size(ptr);
    memcpy(moved, ptr, old < size ? old : size);
    __wrap_free(ptr);
  }
  return moved;
}

/* ---- the generator ---- */

static bool no_randomness;

int __wrap_RAND_bytes(unsigned char *out, int size) {
  return no_randomness ? 0 : __real_RAND_bytes(out, size);
}

/* ---- what is tested ---- */

static mtp_status save(const char *password, uint8_t seed, mtp_error *error) {
  mtp_session session;
  mtp_session_init(&session, NULL);
  sample_session(&session, seed);
  tgauth_store *store = tgauth_store_file(session_path, password);
  mtp_status status = store->ops->lock(store, error);
  if (status == MTP_OK)
    status = store->ops->save(store, &session, error);
  store->ops->free(store);
  mtp_session_free(&session);
  return status;
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

static void assert_saved(const char *password, uint8_t seed) {
  mtp_session want, got;
  mtp_error error;
  mtp_session_init(&want, NULL);
  sample_session(&want, seed);
  assert_int_equal(load(password, &got, &error), MTP_OK);
  assert_true(same_session(&want, &got));
  mtp_session_free(&got);
  mtp_session_free(&want);
}

static void assert_no_temporary_file(void) {
  char temp[160];
  snprintf(temp, sizeof temp, "%s.tmp", session_path);
  assert_int_equal(access(temp, F_OK), -1);
}

/* proves RB-2 */
static void the_new_file_is_on_the_disk_before_it_replaces_the_old_one(void **state) {
  (void)state;
  mtp_error error;
  struct stat st;
  memset(&disk, 0, sizeof disk);
  assert_int_equal(save(NULL, 1, &error), MTP_OK);
  assert_int_equal(stat(session_path, &st), 0);
  assert_int_equal(disk.files_at_rename, 1);
  assert_int_equal(disk.size, st.st_size); /* all of it */
  assert_int_equal(disk.folders_at_rename, 0);
  assert_int_equal(disk.folders, 1); /* the new name as well */
}

/* proves RB-2 */
static void a_disk_that_fails_leaves_the_old_file(void **state) {
  (void)state;
  mtp_error error;
  assert_int_equal(save(NULL, 2, &error), MTP_OK);
  disk.broken = true;
  assert_int_equal(save(NULL, 3, &error), MTP_ERR_STORE);
  disk.broken = false;
  assert_int_equal(error.code, EIO);
  assert_no_temporary_file();
  assert_saved(NULL, 2);
}

/* proves RB-2 */
static void a_file_of_somebody_else_does_not_become_the_session(void **state) {
  (void)state;
  mtp_error error;
  assert_int_equal(save(NULL, 2, &error), MTP_OK);
  disk.replaced = true;
  assert_int_equal(save(NULL, 3, &error), MTP_ERR_STORE);
  disk.replaced = false;
  assert_saved(NULL, 2);
}

/* proves RB-2 */
static void no_key_and_no_password_is_in_memory_that_is_given_back(void **state) {
  (void)state;
  static const char *const passwords[] = {NULL, PASSWORD};
  mtp_session sample, got;
  mtp_error error;
  uint8_t key[16];
  mtp_session_init(&sample, NULL);
  sample_session(&sample, 5);
  memcpy(key, sample.keys[0].key + 100, sizeof key);
  watch.secrets[0] = key;
  watch.secrets[1] = PASSWORD;
  watch.leaks = 0;
  watch.on = true;
  for (size_t i = 0; i < 2; i++) {
    assert_int_equal(save(passwords[i], 5, &error), MTP_OK);
    assert_int_equal(load(passwords[i], &got, &error), MTP_OK);
    assert_memory_equal(got.keys[0].key, sample.keys[0].key, MTP_KEY_SIZE);
    mtp_session_free(&got);
  }
  mtp_session_free(&sample);
  watch.on = false;
  assert_int_equal(watch.leaks, 0);
}

/* proves RB-3 */
static void without_randomness_nothing_is_sealed_and_the_old_file_stays(void **state) {
  (void)state;
  mtp_error error;
  assert_int_equal(save(PASSWORD, 6, &error), MTP_OK);
  no_randomness = true;
  uint8_t drawn[256]; /* what the process has in store is used up first */
  while (mtp_rng_fill(NULL, drawn, sizeof drawn) == 0)
    continue;
  assert_int_equal(save(PASSWORD, 7, &error), MTP_ERR_RANDOM);
  no_randomness = false;
  assert_no_temporary_file();
  assert_saved(PASSWORD, 6);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_new_file_is_on_the_disk_before_it_replaces_the_old_one),
      cmocka_unit_test(a_disk_that_fails_leaves_the_old_file),
      cmocka_unit_test(a_file_of_somebody_else_does_not_become_the_session),
      cmocka_unit_test(no_key_and_no_password_is_in_memory_that_is_given_back),
      cmocka_unit_test(without_randomness_nothing_is_sealed_and_the_old_file_stays),
  };
  return cmocka_run_group_tests(tests, make_session_folder, remove_session_folder);
}
