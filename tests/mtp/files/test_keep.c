/* What a transfer leaves for a later one: names that nobody else can have prepared, and a record
 * that knows whether it is whole. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files/keep.h"
#include "support.h"

static char folder[] = "keep-XXXXXX", path[64], other[64];

static int set_up(void **state) {
  (void)state;
  strcpy(folder, "keep-XXXXXX");
  assert_non_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/x.part", folder);
  snprintf(other, sizeof other, "%s/other", folder);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  unlink(path);
  unlink(other);
  return rmdir(folder);
}

static void put(const char *name, const char *text) {
  FILE *file = fopen(name, "w");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

static void assert_holds(const char *name, const char *text) {
  char have[64] = "";
  FILE *file = fopen(name, "r");
  assert_non_null(file);
  size_t n = fread(have, 1, sizeof have - 1, file);
  have[n] = '\0';
  fclose(file);
  assert_string_equal(have, text);
}

static void assert_refused(bool keep, const char *why) {
  mtp_error error;
  assert_int_equal(mtp_keep_open(path, keep, &error), -1);
  assert_int_equal(error.status, MTP_ERR_STORE);
  if (!strstr(error.text, why))
    fail_msg("%s", error.text);
}

/* proves FI-3 */
static void test_nothing_is_written_through_a_link(void **state) {
  (void)state;
  put(other, "precious");
  assert_int_equal(symlink("other", path), 0);
  assert_refused(false, "is a link");
  assert_refused(true, "is a link");
  assert_holds(other, "precious");
  unlink(path);
  assert_int_equal(link(other, path), 0);
  assert_refused(false, "is not a file of this user alone");
  assert_refused(true, "is not a file of this user alone");
  assert_holds(other, "precious");
}

/* proves FI-3 */
static void test_a_dangling_link_makes_no_file(void **state) {
  (void)state;
  assert_int_equal(symlink("other", path), 0);
  assert_refused(false, "is a link");
  assert_int_equal(access(other, F_OK), -1);
}

/* proves FI-3 */
static void test_a_pipe_does_not_hold_it_up(void **state) {
  (void)state;
  assert_int_equal(mkfifo(path, 0600), 0);
  assert_refused(false, "is not a file of this user alone");
}

/* proves FI-3 */
static void test_what_is_there_is_kept_or_replaced(void **state) {
  (void)state;
  mtp_error error;
  char have[8] = "";
  put(path, "there");
  int fd = mtp_keep_open(path, true, &error);
  assert_true(fd >= 0);
  assert_int_equal(pread(fd, have, 5, 0), 5);
  assert_string_equal(have, "there");
  close(fd);
  fd = mtp_keep_open(path, false, &error);
  assert_true(fd >= 0);
  assert_int_equal(pread(fd, have, 5, 0), 0);
  close(fd);
}

/* proves FI-3 */
static void test_two_processes_do_not_write_one_file(void **state) {
  (void)state;
  mtp_error error;
  int fd = mtp_keep_open(path, false, &error), status = 0;
  assert_true(fd >= 0);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0)
    _exit(mtp_keep_open(path, true, &error) == -1 && mtp_keep_open(path, false, &error) == -1 &&
                  strstr(error.text, "another process")
              ? 0
              : 1);
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  assert_int_equal(access(path, F_OK), 0);
  close(fd);
}

/* proves FI-3 */
static void test_a_record_knows_whether_it_is_whole(void **state) {
  (void)state;
  mtp_error error;
  mtp_kept kept = {.what = 'd', .size = 1 << 20, .part_size = 4096, .done = 8192, .when = 5}, got;
  memset(kept.file, 7, sizeof kept.file);
  int fd = mtp_keep_open(path, false, &error);
  assert_false(mtp_kept_read(fd, &got));
  assert_true(mtp_kept_write(fd, &kept));
  assert_true(mtp_kept_read(fd, &got));
  assert_memory_equal(&got, &kept, sizeof got);
  for (off_t at = 0; at < 512; at++) { /* whatever is changed of what it says */
    char was, now;
    assert_int_equal(pread(fd, &was, 1, at), 1);
    now = was == '1' ? '2' : '1';
    assert_int_equal(pwrite(fd, &now, 1, at), 1);
    bool whole = mtp_kept_read(fd, &got);
    assert_true(!whole || memcmp(&got, &kept, sizeof got) == 0);
    assert_int_equal(pwrite(fd, &was, 1, at), 1);
  }
  for (off_t size = 511; size >= 0; size -= 73) {
    assert_int_equal(ftruncate(fd, size), 0);
    assert_false(mtp_kept_read(fd, &got));
  }
  close(fd);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_nothing_is_written_through_a_link),   TEST(test_a_dangling_link_makes_no_file),
      TEST(test_a_pipe_does_not_hold_it_up),          TEST(test_what_is_there_is_kept_or_replaced),
      TEST(test_two_processes_do_not_write_one_file), TEST(test_a_record_knows_whether_it_is_whole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
