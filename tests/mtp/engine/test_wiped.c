/* What an engine held is not left in memory (TB-9). */
#include "rig.h"

#include <tl/wire.h>

static const uint8_t secret[16] = "a bot's token!!";

static bool holds_secret(const uint8_t *block, size_t size) {
  for (size_t i = 0; i + sizeof secret <= size; i++)
    if (memcmp(block + i, secret, sizeof secret) == 0)
      return true;
  return false;
}

/* Gives no block back in which the token still stands. */
static void *watch_realloc(void *ctx, void *ptr, size_t old_size, size_t new_size) {
  unsigned *left = ctx;
  void *moved = new_size ? malloc(new_size) : NULL;
  if (!ptr || (new_size && !moved))
    return moved;
  if (moved)
    memcpy(moved, ptr, old_size < new_size ? old_size : new_size);
  *left += holds_secret(ptr, old_size);
  free(ptr);
  return moved;
}

/* proves TB-9 */
static void test_no_block_that_is_given_back_holds_what_a_query_said(void **state) {
  (void)state;
  static uint8_t body[30000];
  unsigned left = 0;
  const tl_allocator allocator = {watch_realloc, &left};
  rig r;
  rig_init(&r);
  r.config.allocator = &allocator;
  rig_open(&r);
  for (size_t i = 0; i < sizeof body; i++)
    body[i] = (uint8_t)(i * i >> 7 ^ i);
  tl_store32(body, ID_QUERY);
  memcpy(body + 20000, secret, sizeof secret);
  for (int gzip = 0; gzip < 2; gzip++) {
    mtp_query_options options = {.no_gzip = !gzip};
    for (int i = 0; i < 3; i++) /* together they make the packet grow */
      assert_int_equal(mtp_engine_submit(r.engine, body, sizeof body, &options, NULL), MTP_OK);
    rig_flush(&r);
    assert_int_equal(left, 0);
  }
  rig_end(&r);
  assert_int_equal(left, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_no_block_that_is_given_back_holds_what_a_query_said),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
