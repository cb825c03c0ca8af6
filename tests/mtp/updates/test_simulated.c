/* Thousands of histories: a server whose updates are swapped, delayed, doubled and lost on the way,
 * and whose answers come late, twice, in slices, as errors, or not at all. Each update is delivered
 * exactly once, or a loss names what it belongs to.
 *
 *     test_mtp_updates_simulated [SEED [COUNT]]
 *
 * One seed alone is told step by step. */
#include <stdlib.h>

#include "update_sim.h"

enum { COUNT = 3000, STEPS = 60 };

static uint64_t first = 1, how_many = COUNT;
static sim s;

/* proves UP-1, UP-2, UP-4, UP-8 */
static void test_each_update_comes_once_or_is_named_lost(void **state) {
  (void)state;
  unsigned long fetches = 0, losses = 0, updates = 0;
  for (uint64_t seed = first; seed < first + how_many; seed++) {
    sim_run(&s, seed, STEPS);
    fetches += s.fetches;
    losses += s.losses;
    updates += s.n;
  }
  print_message("%lu updates, %lu differences, %lu losses\n", updates, fetches, losses);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_each_update_comes_once_or_is_named_lost)};
  if (argc > 1) {
    first = strtoull(argv[1], NULL, 10);
    s.talks = argc == 2;
    how_many = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
  }
  return cmocka_run_group_tests(tests, NULL, NULL);
}
