/* The random generator's one rule: failure is a failure. */
#include "support.h"

#include <sys/wait.h>
#include <unistd.h>

/* proves RB-3 */
static void a_failing_generator_gives_zeros_and_an_error(void **state) {
  fake_rng fake = fake_rng_of(NULL, 0);
  mtp_rng rng = fake_rng_view(&fake);
  uint8_t out[32], zero[32] = {0};
  (void)state;
  fake.fail_after = 0;
  memset(out, 0x77, sizeof out);
  assert_int_equal(mtp_rng_fill(&rng, out, sizeof out), -1);
  assert_memory_equal(out, zero, sizeof out);
}

int __real_RAND_bytes(unsigned char *out, int size);
int __wrap_RAND_bytes(unsigned char *out, int size);

static bool system_fails; /* the program's calls are led through here (--wrap) */

int __wrap_RAND_bytes(unsigned char *out, int size) {
  return system_fails ? 0 : __real_RAND_bytes(out, size);
}

/* proves RB-3 */
static void a_failing_system_gives_zeros_and_an_error_too(void **state) {
  mtp_rng system = mtp_rng_system();
  const mtp_rng *rngs[] = {NULL, &system};
  uint8_t out[32], zero[32] = {0};
  (void)state;
  for (size_t i = 0; i < 2; i++) {
    memset(out, 0x77, sizeof out);
    system_fails = true;
    int status = mtp_rng_fill(rngs[i], out, sizeof out);
    system_fails = false;
    assert_int_equal(status, -1);
    assert_memory_equal(out, zero, sizeof out);
  }
}

/* proves EN-15 */
static void the_system_generator_fills_all_of_it_and_differs_each_time(void **state) {
  uint8_t a[32] = {0}, b[32] = {0};
  mtp_rng system = mtp_rng_system();
  (void)state;
  assert_int_equal(mtp_rng_fill(NULL, a, sizeof a), 0);
  assert_int_equal(mtp_rng_fill(&system, b, sizeof b), 0);
  assert_memory_not_equal(a, b, sizeof a);
  for (size_t at = 0; at < sizeof a; at += 8) /* eight zero bytes in a row: 2^-64 */
    assert_memory_not_equal(a + at, "\0\0\0\0\0\0\0\0", 8);
}

/* What a process has in stock when it forks is not given out twice. */
static void a_child_draws_other_bytes_than_its_parent(void **state) {
  uint8_t before[16], own[64], its[64];
  int fds[2], status = -1;
  (void)state;
  assert_int_equal(mtp_rng_fill(NULL, before, sizeof before), 0);
  assert_int_equal(pipe(fds), 0);
  pid_t child = fork();
  if (child == 0) {
    int failed = mtp_rng_fill(NULL, its, sizeof its);
    _exit(failed || write(fds[1], its, sizeof its) != (ssize_t)sizeof its);
  }
  assert_true(child > 0);
  assert_int_equal(read(fds[0], its, sizeof its), sizeof its);
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  assert_int_equal(mtp_rng_fill(NULL, own, sizeof own), 0);
  for (size_t at = 0; at < sizeof own; at += 8)
    assert_memory_not_equal(own + at, its + at, 8);
  close(fds[0]);
  close(fds[1]);
}

static void every_size_is_filled(void **state) {
  uint8_t out[3000];
  (void)state;
  for (size_t size = 16; size < sizeof out - 8; size += 61) {
    memset(out, 0, sizeof out);
    assert_int_equal(mtp_rng_fill(NULL, out, size), 0);
    assert_memory_not_equal(out + size - 8, "\0\0\0\0\0\0\0\0", 8);
    assert_memory_equal(out + size, "\0\0\0\0\0\0\0\0", 8);
  }
}

static void a_given_generator_is_used(void **state) {
  fake_rng fake = fake_rng_of("known", 5);
  mtp_rng rng = fake_rng_view(&fake);
  uint8_t out[5];
  (void)state;
  assert_int_equal(mtp_rng_fill(&rng, out, 5), 0);
  assert_memory_equal(out, "known", 5);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_failing_generator_gives_zeros_and_an_error),
      cmocka_unit_test(a_failing_system_gives_zeros_and_an_error_too),
      cmocka_unit_test(the_system_generator_fills_all_of_it_and_differs_each_time),
      cmocka_unit_test(a_child_draws_other_bytes_than_its_parent),
      cmocka_unit_test(every_size_is_filled),
      cmocka_unit_test(a_given_generator_is_used),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
