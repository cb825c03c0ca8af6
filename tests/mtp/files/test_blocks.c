/* The blocks of a file on a CDN by themselves: what is checked of a part, and what of the hashes
 * that a data centre tells. */
#include "files/blocks.h"

#include <openssl/evp.h>

#include "support.h"

enum { BLOCK = 256, BLOCKS = 4, SIZE = BLOCK * BLOCKS };

static uint8_t file[SIZE];
static mtp_blocks blocks;

/* Adds one hash: that of the file's bytes there. */
static bool tell(int64_t offset, int32_t size) {
  uint8_t digest[EVP_MAX_MD_SIZE];
  assert_int_equal(EVP_Digest(file + offset, (size_t)size, digest, NULL, EVP_sha256(), NULL), 1);
  tg_fileHash hash = {.offset = offset, .limit = size, .hash = tl_bytes_of(digest, 32)};
  const tg_fileHash *items[1] = {&hash};
  return mtp_blocks_add(&blocks, NULL, &(tg_vector_FileHash){items, 1}) == MTP_OK;
}

static mtp_checked check(int64_t offset, size_t size, size_t asked) {
  return mtp_blocks_check(&blocks, offset, tl_bytes_of(file + offset, size), asked);
}

static int set_up(void **state) {
  (void)state;
  for (size_t i = 0; i < SIZE; i++)
    file[i] = (uint8_t)(i * 31 >> 3);
  blocks = (mtp_blocks){0};
  for (int i = 0; i < BLOCKS; i++)
    assert_true(tell(i * BLOCK, BLOCK));
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  mtp_blocks_free(&blocks, NULL);
  return 0;
}

/* proves AP-6 */
static void test_parts_of_whole_blocks_are_good(void **state) {
  (void)state;
  for (int first = 0; first < BLOCKS; first++)
    for (int n = 1; first + n <= BLOCKS; n++) {
      size_t size = (size_t)(n * BLOCK);
      assert_int_equal(check(first * BLOCK, size, size), MTP_CHECKED_GOOD);
    }
}

/* proves AP-6 */
static void test_a_block_that_ends_in_another_part_is_refused(void **state) {
  (void)state;
  for (size_t size = 16; size < SIZE; size += 16)
    assert_int_equal(check(0, size, size), size % BLOCK ? MTP_CHECKED_BAD : MTP_CHECKED_GOOD);
}

/* proves AP-6 */
static void test_a_block_that_begins_in_another_part_is_refused(void **state) {
  (void)state;
  for (int64_t offset = 16; offset < BLOCK; offset += 16) {
    assert_int_equal(check(offset, 16, 16), MTP_CHECKED_BAD);
    assert_int_equal(check(offset, (size_t)(BLOCK - offset), (size_t)(BLOCK - offset)),
                     MTP_CHECKED_BAD);
    assert_int_equal(check(offset, BLOCK, BLOCK), MTP_CHECKED_BAD);
  }
}

/* proves AP-6 */
static void test_one_wrong_byte_is_noticed_wherever_it_is(void **state) {
  (void)state;
  for (size_t at = 0; at < SIZE; at += 37) {
    file[at] ^= 4;
    assert_int_equal(check(0, SIZE, SIZE), MTP_CHECKED_BAD);
    file[at] ^= 4;
  }
  assert_int_equal(check(0, SIZE, SIZE), MTP_CHECKED_GOOD);
}

/* proves AP-6 */
static void test_a_file_ends_where_its_blocks_do(void **state) {
  (void)state;
  assert_int_equal(check(0, SIZE, 2 * SIZE), MTP_CHECKED_GOOD);
  for (size_t size = 0; size < SIZE; size += 16) /* less than was asked for, and than there is */
    assert_int_equal(check(0, size, SIZE), MTP_CHECKED_BAD);
}

/* The last block may be told longer than the file is: its hash is that of what there is. */
/* proves AP-6 */
static void test_a_block_may_be_short_at_the_end_of_the_file_only(void **state) {
  (void)state;
  uint8_t digest[EVP_MAX_MD_SIZE], rest[100] = {1, 2, 3};
  assert_int_equal(EVP_Digest(rest, sizeof rest, digest, NULL, EVP_sha256(), NULL), 1);
  tg_fileHash hash = {.offset = SIZE, .limit = BLOCK, .hash = tl_bytes_of(digest, 32)};
  const tg_fileHash *items[1] = {&hash};
  assert_int_equal(mtp_blocks_add(&blocks, NULL, &(tg_vector_FileHash){items, 1}), MTP_OK);
  tl_bytes part = tl_bytes_of(rest, sizeof rest);
  assert_int_equal(mtp_blocks_check(&blocks, SIZE, part, BLOCK), MTP_CHECKED_GOOD);
  assert_int_equal(mtp_blocks_check(&blocks, SIZE, part, sizeof rest), MTP_CHECKED_BAD);
}

/* proves AP-6 */
static void test_what_has_no_hash_is_not_known(void **state) {
  (void)state;
  uint8_t more[BLOCK] = {0};
  assert_int_equal(mtp_blocks_check(&blocks, SIZE, tl_bytes_of(more, BLOCK), BLOCK),
                   MTP_CHECKED_UNKNOWN);
  assert_int_equal(mtp_blocks_check(&blocks, SIZE + 16, tl_bytes_of(more, 16), 16),
                   MTP_CHECKED_UNKNOWN);
}

/* proves AP-6 */
static void test_hashes_that_contradict_what_is_known_are_refused(void **state) {
  (void)state;
  assert_true(tell(0, BLOCK)); /* said again */
  assert_false(tell(0, BLOCK / 2));
  assert_false(tell(16, 16));
  assert_false(tell(BLOCK - 16, 32));
  file[0] ^= 1;
  assert_false(tell(0, BLOCK));
  assert_int_equal(blocks.n, BLOCKS);
}

/* proves AP-6 */
static void test_hashes_that_make_no_sense_are_refused(void **state) {
  (void)state;
  static const uint8_t digest[64];
  static const struct {
    int64_t offset;
    int32_t limit;
    size_t hash;
  } wrong[] = {{-1, 16, 32},
               {SIZE, 0, 32},
               {SIZE, -16, 32},
               {SIZE, 1 << 21, 32},
               {INT64_MAX - 10, 16, 32},
               {SIZE, 16, 31},
               {SIZE, 16, 64},
               {SIZE, INT32_MIN, 32},
               {INT64_MIN, 16, 32}};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    tg_fileHash hash = {.offset = wrong[i].offset,
                        .limit = wrong[i].limit,
                        .hash = tl_bytes_of(digest, wrong[i].hash)};
    const tg_fileHash *items[1] = {&hash};
    assert_int_equal(mtp_blocks_add(&blocks, NULL, &(tg_vector_FileHash){items, 1}),
                     MTP_ERR_REJECTED);
  }
  assert_int_equal(blocks.n, BLOCKS);
}

static void *refuse(void *ctx, void *ptr, size_t old_size, size_t size) {
  (void)ctx;
  (void)old_size;
  if (!size)
    free(ptr);
  return NULL;
}

/* proves RB-4 */
static void test_lack_of_memory_is_not_the_fault_of_a_hash(void **state) {
  (void)state;
  static const uint8_t digest[32];
  static const tl_allocator none = {refuse, NULL};
  tg_fileHash hash = {.limit = 16, .hash = tl_bytes_of(digest, 32)};
  const tg_fileHash *items[1] = {&hash};
  mtp_blocks empty = {0};
  assert_int_equal(mtp_blocks_add(&empty, &none, &(tg_vector_FileHash){items, 1}), MTP_ERR_NOMEM);
  assert_int_equal(empty.n, 0);
  hash.limit = 0;
  assert_int_equal(mtp_blocks_add(&empty, &none, &(tg_vector_FileHash){items, 1}),
                   MTP_ERR_REJECTED);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_parts_of_whole_blocks_are_good),
      TEST(test_a_block_that_ends_in_another_part_is_refused),
      TEST(test_a_block_that_begins_in_another_part_is_refused),
      TEST(test_one_wrong_byte_is_noticed_wherever_it_is),
      TEST(test_a_file_ends_where_its_blocks_do),
      TEST(test_a_block_may_be_short_at_the_end_of_the_file_only),
      TEST(test_what_has_no_hash_is_not_known),
      TEST(test_hashes_that_contradict_what_is_known_are_refused),
      TEST(test_hashes_that_make_no_sense_are_refused),
      TEST(test_lack_of_memory_is_not_the_fault_of_a_hash),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
