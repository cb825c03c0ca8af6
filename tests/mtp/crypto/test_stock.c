/* The stock of random bytes: what comes out of it, and that nothing comes out twice. */
#include <sys/wait.h>
#include <unistd.h>

#include "client/page.h"
#include "crypto/stock.h"
#include "support.h"

static unsigned asked;
static bool source_fails;

/* Counts up over all its bytes, so that each place of the stream is known. */
static int count_up(void *ctx, uint8_t *out, size_t n) {
  uint32_t *next = ctx;
  asked++;
  if (source_fails)
    return -1;
  for (size_t i = 0; i < n; i++)
    out[i] = (uint8_t)(*next)++;
  return 0;
}

static void stock_over(mtp_stock *stock, mtp_rng *source, uint32_t *next) {
  *next = asked = 0;
  source_fails = false;
  *source = (mtp_rng){count_up, next};
  *stock = (mtp_stock){.source = source};
}

static void small_amounts_cost_one_question_a_kib(void **state) {
  (void)state;
  mtp_stock stock;
  mtp_rng source, rng = mtp_stock_rng(&stock);
  uint32_t next;
  uint8_t out[16];
  stock_over(&stock, &source, &next);
  for (int i = 0; i < 64; i++)
    assert_int_equal(mtp_rng_fill(&rng, out, sizeof out), 0);
  assert_int_equal(asked, 1);
  assert_int_equal(mtp_rng_fill(&rng, out, sizeof out), 0);
  assert_int_equal(asked, 2);
  uint8_t large[MTP_STOCK_SMALL + 1];
  assert_int_equal(mtp_rng_fill(&rng, large, sizeof large), 0);
  assert_int_equal(next, 2 * MTP_STOCK_SIZE + sizeof large);
}

/* Each byte of a draw is given out at most once, and is nowhere any more. */
static void no_byte_is_given_out_twice_or_kept(void **state) {
  (void)state;
  mtp_stock stock;
  mtp_rng source, rng = mtp_stock_rng(&stock);
  uint32_t next;
  unsigned seen[256] = {0};
  stock_over(&stock, &source, &next);
  for (size_t n = 1, all = 0; all + n <= MTP_STOCK_SIZE; all += n, n = n % 100 + 1) {
    uint8_t out[100];
    size_t left = stock.left;
    assert_int_equal(mtp_rng_fill(&rng, out, n), 0);
    for (size_t i = 0; i < n; i++)
      seen[out[i]]++;
    for (size_t i = stock.left; asked == 1 && i < left; i++)
      assert_int_equal(stock.bytes[i], 0);
  }
  assert_int_equal(asked, 1);
  for (size_t i = 0; i < 256; i++)
    assert_in_range(seen[i], 0, MTP_STOCK_SIZE / 256);
}

/* Where it stands, a fork leaves zeros: the child has an empty stock, and the parent its own. */
static void what_a_fork_copies_is_not_given_out_twice(void **state) {
  (void)state;
  uint8_t first[16], own[64], its[64];
  int fds[2], status = -1;
  mtp_stock *stock = mtp_page_new(sizeof *stock);
  if (!stock)
    skip(); /* no such memory: clients draw each time */
  mtp_rng rng = mtp_stock_rng(stock);
  assert_int_equal(mtp_rng_fill(&rng, first, sizeof first), 0);
  assert_int_equal(stock->left, MTP_STOCK_SIZE - sizeof first);
  assert_int_equal(pipe(fds), 0);
  pid_t child = fork();
  if (child == 0) {
    bool empty = stock->left == 0;
    int failed = mtp_rng_fill(&rng, its, sizeof its);
    _exit(!empty || failed || write(fds[1], its, sizeof its) != (ssize_t)sizeof its);
  }
  assert_true(child > 0);
  assert_int_equal(read(fds[0], its, sizeof its), sizeof its);
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  assert_int_equal(stock->left, MTP_STOCK_SIZE - sizeof first);
  assert_int_equal(mtp_rng_fill(&rng, own, sizeof own), 0);
  for (size_t at = 0; at < sizeof own; at += 8)
    assert_memory_not_equal(own + at, its + at, 8);
  close(fds[0]);
  close(fds[1]);
  mtp_page_free(stock, sizeof *stock);
  mtp_page_free(NULL, sizeof *stock);
}

/* proves RB-3 */
static void a_source_that_fails_gives_zeros_and_an_error(void **state) {
  static const uint8_t zero[8];
  (void)state;
  mtp_stock stock;
  mtp_rng source, rng = mtp_stock_rng(&stock);
  uint32_t next;
  uint8_t out[8] = {1};
  stock_over(&stock, &source, &next);
  source_fails = true;
  assert_int_equal(mtp_rng_fill(&rng, out, sizeof out), -1);
  assert_memory_equal(out, zero, sizeof out);
  source_fails = false;
  assert_int_equal(mtp_rng_fill(&rng, out, sizeof out), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(small_amounts_cost_one_question_a_kib),
      cmocka_unit_test(no_byte_is_given_out_twice_or_kept),
      cmocka_unit_test(what_a_fork_copies_is_not_given_out_twice),
      cmocka_unit_test(a_source_that_fails_gives_zeros_and_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
