/* The parts that the session engine is put together from, each on its own. */
#include "engine/clock.h"
#include "engine/gzip.h"
#include "engine/idmap.h"
#include "engine/ids.h"
#include "engine/salts.h"
#include "engine/seen.h"
#include "support.h"

#include "peer.h"

#define WALL 1700000000000ll

static mtp_clock clock_at(mtp_now now) {
  mtp_clock clock;
  mtp_clock_start(&clock, 0, true, now);
  return clock;
}

/* proves MS-1 */
static void test_ids_carry_the_time_and_grow(void **state) {
  (void)state;
  mtp_now now = {WALL + 500, 0};
  mtp_clock clock = clock_at(now);
  int64_t first = mtp_clock_next_id(&clock, now);
  assert_int_equal(first >> 32, 1700000000);
  assert_int_equal((first & 0xffffffff) >> 28, 8); /* half a second */
  int64_t last = first;
  for (int i = 0; i < 10000; i++) { /* the clock stands still */
    int64_t id = mtp_clock_next_id(&clock, now);
    assert_true(id > last && id % 4 == 0 && (id & 0xffffffff) != 0);
    last = id;
  }
}

/* proves MS-1 */
static void test_ids_are_divisible_by_four_at_any_time(void **state) {
  (void)state;
  mtp_now now = {WALL, 0};
  mtp_clock clock = clock_at(now);
  for (int i = 0; i < 1000; i++) {
    assert_int_equal(mtp_clock_next_id(&clock, now) % 4, 0);
    now.monotonic_ms++;
  }
}

/* proves MS-1 */
static void test_ids_follow_the_time_of_the_server(void **state) {
  (void)state;
  static const int64_t offsets[] = {86400000, -86400000};
  for (size_t i = 0; i < 2; i++) {
    mtp_now now = {WALL, 77};
    mtp_clock clock;
    mtp_clock_start(&clock, offsets[i], true, now);
    assert_int_equal(mtp_clock_next_id(&clock, now) >> 32, (WALL + offsets[i]) / 1000);
    assert_int_equal(mtp_clock_offset(&clock, now), offsets[i]);
  }
}

/* proves MS-1 */
static void test_ids_at_a_full_second_have_a_low_half(void **state) {
  (void)state;
  mtp_now now = {WALL, 0};
  mtp_clock clock = clock_at(now);
  int64_t id = mtp_clock_next_id(&clock, now);
  assert_true((id & 0xffffffff) != 0);
  assert_int_equal(id % 4, 0);
}

/* proves MS-1, MS-18 */
static void test_ids_grow_when_the_clock_goes_back(void **state) {
  (void)state;
  mtp_now now = {WALL, 100000};
  mtp_clock clock = clock_at(now);
  int64_t first = mtp_clock_next_id(&clock, now);
  mtp_clock_correct(&clock, (WALL / 1000 - 3600) << 32, now);
  int64_t second = mtp_clock_next_id(&clock, now);
  assert_int_equal(second, first + 4);
}

/* proves MS-18 */
static void test_a_day_on_the_wall_clock_changes_nothing(void **state) {
  (void)state;
  static const int64_t jumps[] = {86400000, -86400000};
  for (size_t i = 0; i < 2; i++) {
    mtp_now now = {WALL, 1000};
    mtp_clock clock = clock_at(now);
    now.wall_ms += jumps[i];
    now.monotonic_ms += 2000;
    assert_int_equal(mtp_clock_ms(&clock, now), WALL + 2000);
    mtp_clock_resume(&clock, now);
    assert_int_equal(mtp_clock_ms(&clock, now), WALL + 2000);
    assert_int_equal(mtp_clock_next_id(&clock, now) >> 32, WALL / 1000 + 2);
  }
}

/* proves MS-18, EN-12 */
static void test_a_machine_that_slept_synchronises_again(void **state) {
  (void)state;
  mtp_now now = {WALL, 1000};
  mtp_clock clock = clock_at(now);
  now.wall_ms += 8 * 3600 * 1000; /* the monotonic clock stood still meanwhile */
  int64_t server_id = (now.wall_ms / 1000) << 32 | 1;
  assert_false(mtp_clock_fits(&clock, server_id, now));
  mtp_clock_resume(&clock, now);
  assert_true(mtp_clock_fits(&clock, server_id, now));
  mtp_clock_learn(&clock, server_id, 0, now);
  assert_int_equal(mtp_clock_ms(&clock, now), now.wall_ms);
}

/* proves MS-18, EN-12 */
static void test_what_waited_through_a_sleep_synchronises_nothing(void **state) {
  (void)state;
  mtp_now now = {WALL, 1000};
  mtp_clock clock = clock_at(now);
  int64_t before = mtp_clock_next_id(&clock, now), stale = (now.wall_ms / 1000 + 40) << 32 | 1;
  now.wall_ms += 8 * 3600 * 1000;
  int64_t server_id = (now.wall_ms / 1000) << 32 | 1;
  mtp_clock_slept(&clock);
  mtp_clock_learn(&clock, stale, before, now);
  assert_true(mtp_clock_fits(&clock, server_id, now));
  int64_t after = mtp_clock_next_id(&clock, now);
  mtp_clock_learn(&clock, server_id, after, now);
  assert_int_equal(mtp_clock_ms(&clock, now), now.wall_ms);
  assert_false(mtp_clock_fits(&clock, server_id + ((int64_t)31 << 32), now));
}

/* proves EN-12 */
static void test_window_is_300_back_and_30_ahead(void **state) {
  (void)state;
  mtp_now now = {WALL, 0};
  mtp_clock clock = clock_at(now);
  int64_t second = WALL / 1000;
  assert_true(mtp_clock_fits(&clock, (second - 300) << 32 | 1, now));
  assert_false(mtp_clock_fits(&clock, (second - 301) << 32 | 1, now));
  assert_true(mtp_clock_fits(&clock, (second + 30) << 32 | 1, now));
  assert_false(mtp_clock_fits(&clock, (second + 31) << 32 | 1, now));
  clock.synchronised = false;
  assert_true(mtp_clock_fits(&clock, 1, now));
}

/* proves EN-11 */
static void test_seen_remembers_a_thousand_in_any_order(void **state) {
  (void)state;
  mtp_seen seen = {0};
  assert_int_equal(mtp_seen_check(&seen, 5), MTP_SEEN_NEW);
  assert_true(mtp_seen_reserve(&seen, 2000));
  for (int64_t i = 1; i <= 1000; i++)
    mtp_seen_add(&seen, (i * 7919 % 1009) * 4 + 1);
  for (int64_t i = 1; i <= 1000; i++)
    assert_int_equal(mtp_seen_check(&seen, (i * 7919 % 1009) * 4 + 1), MTP_SEEN_DUPLICATE);
  assert_int_equal(mtp_seen_check(&seen, 3), MTP_SEEN_NEW); /* small, but never seen */
  assert_int_equal(seen.count, 1000);
  mtp_seen_free(&seen);
}

/* proves EN-11 */
static void test_seen_forgets_the_smallest_and_says_so(void **state) {
  (void)state;
  mtp_seen seen = {0};
  assert_true(mtp_seen_reserve(&seen, 3000));
  for (int64_t i = 1; i <= MTP_SEEN_MAX + 10; i++)
    mtp_seen_add(&seen, i * 4 + 1);
  assert_int_equal(seen.count, MTP_SEEN_MAX);
  assert_int_equal(mtp_seen_check(&seen, 5), MTP_SEEN_OLD);
  assert_int_equal(mtp_seen_check(&seen, 10 * 4 + 1), MTP_SEEN_OLD);
  assert_int_equal(mtp_seen_check(&seen, 11 * 4 + 1), MTP_SEEN_DUPLICATE);
  assert_int_equal(mtp_seen_check(&seen, 11 * 4 + 3), MTP_SEEN_NEW);
  mtp_seen_add(&seen, 11 * 4 + 3); /* in the middle of a full window */
  assert_int_equal(mtp_seen_check(&seen, 11 * 4 + 3), MTP_SEEN_DUPLICATE);
  assert_int_equal(mtp_seen_check(&seen, 11 * 4 + 1), MTP_SEEN_OLD);
  assert_int_equal(mtp_seen_newest(&seen), (MTP_SEEN_MAX + 10) * 4 + 1);
  mtp_seen_free(&seen);
}

/* proves EN-11 */
static void test_seen_takes_no_room_for_one_below_all_but_never_takes_it_twice(void **state) {
  (void)state;
  mtp_seen seen = {0};
  assert_true(mtp_seen_reserve(&seen, 3000));
  for (int64_t i = 1; i <= MTP_SEEN_MAX; i++)
    mtp_seen_add(&seen, 1000 + i * 4 + 1);
  assert_int_equal(mtp_seen_check(&seen, 501), MTP_SEEN_NEW);
  mtp_seen_add(&seen, 501);
  assert_int_equal(seen.count, MTP_SEEN_MAX);
  assert_int_equal(mtp_seen_check(&seen, 501), MTP_SEEN_OLD);
  assert_int_equal(mtp_seen_check(&seen, 1005), MTP_SEEN_DUPLICATE);
  mtp_seen_free(&seen);
}

static void test_idmap_gives_memory_back_after_a_burst(void **state) {
  (void)state;
  enum { COUNT = 5000 };
  static int values[COUNT];
  mtp_idmap map = {0};
  assert_true(mtp_idmap_reserve(&map, COUNT));
  for (uint64_t i = 0; i < COUNT; i++)
    mtp_idmap_put(&map, i * 4, &values[i]);
  unsigned bits = map.bits;
  for (uint64_t i = 1; i < COUNT; i++) {
    mtp_idmap_remove(&map, i * 4);
    mtp_idmap_trim(&map);
  }
  assert_true(map.bits <= 5 && bits > 12);
  assert_ptr_equal(mtp_idmap_get(&map, 0), &values[0]);
  assert_null(mtp_idmap_get(&map, 4));
  mtp_idmap_free(&map);
}

static void test_idmap_keeps_what_is_put_in(void **state) {
  (void)state;
  enum { COUNT = 5000 };
  static int values[COUNT];
  mtp_idmap map = {0};
  for (uint64_t i = 0; i < COUNT; i++) {
    assert_true(mtp_idmap_reserve(&map, 1));
    mtp_idmap_put(&map, i * 4, &values[i]);
  }
  for (uint64_t i = 0; i < COUNT; i += 2)
    mtp_idmap_remove(&map, i * 4);
  for (uint64_t i = 0; i < COUNT; i++)
    assert_ptr_equal(mtp_idmap_get(&map, i * 4), i % 2 ? &values[i] : NULL);
  for (uint64_t i = 1; i < COUNT; i += 2)
    mtp_idmap_remove(&map, i * 4);
  assert_int_equal(map.count, 0);
  assert_null(map.slots); /* an empty one holds no memory */
}

static void test_ids_drop_from_the_front(void **state) {
  (void)state;
  mtp_ids ids = {0};
  assert_true(mtp_ids_reserve(&ids, 100));
  for (int64_t i = 0; i < 100; i++)
    mtp_ids_push(&ids, i);
  mtp_ids_drop(&ids, 40);
  assert_int_equal(ids.count, 60);
  assert_int_equal(ids.items[0], 40);
  assert_int_equal(ids.items[59], 99);
  mtp_ids_drop(&ids, 60);
  assert_null(ids.items);
  assert_false(mtp_ids_reserve(&ids, SIZE_MAX / 8));
}

/* proves MS-12 */
static void test_salts_hold_in_their_window_only(void **state) {
  (void)state;
  mtp_salts salts = {.current = 1};
  const mtp_salt list[] = {{3000, 5000, 30}, {1000, 3200, 20}, {500, 600, 10}, {7000, 6000, 40}};
  mtp_salts_learn(&salts, list, 4, 900);
  assert_int_equal(salts.count, 2); /* one is over, one is never */
  assert_false(mtp_salts_advance(&salts, 900));
  assert_int_equal(salts.current, 1);
  assert_true(mtp_salts_advance(&salts, 1000));
  assert_int_equal(salts.current, 20);
  assert_false(mtp_salts_advance(&salts, 2999));
  assert_true(mtp_salts_advance(&salts, 3000)); /* the newer of two that hold */
  assert_int_equal(salts.current, 30);
  assert_int_equal(salts.until, 5000);
}

/* proves MS-12 */
static void test_a_salt_that_has_ended_is_passed_over(void **state) {
  (void)state;
  mtp_salts salts = {.current = 1};
  const mtp_salt list[] = {{100, 200, 2}, {900, 1000, 3}};
  mtp_salts_learn(&salts, list, 2, 50);
  assert_false(mtp_salts_advance(&salts, 500)); /* asleep meanwhile */
  assert_int_equal(salts.current, 1);
  assert_true(mtp_salts_advance(&salts, 999));
  assert_int_equal(salts.current, 3);
}

/* proves MS-12 */
static void test_salts_run_short_a_minute_before_the_end(void **state) {
  (void)state;
  mtp_salts salts = {.current = 1};
  assert_true(mtp_salts_short(&salts, 100)); /* nothing is known */
  const mtp_salt list[] = {{100, 1900, 2}};
  mtp_salts_learn(&salts, list, 1, 100);
  mtp_salts_advance(&salts, 100);
  assert_false(mtp_salts_short(&salts, 1840));
  assert_int_equal(mtp_salts_next_s(&salts), 1841);
  assert_true(mtp_salts_short(&salts, 1841));
  mtp_salts_set(&salts, 9);
  assert_true(mtp_salts_short(&salts, 100));
  assert_int_equal(salts.current, 9);
}

static void test_salts_keep_the_nearest_of_many(void **state) {
  (void)state;
  mtp_salts salts = {0};
  mtp_salt list[64];
  for (int i = 0; i < 64; i++)
    list[63 - i] = (mtp_salt){i * 10 + 10, i * 10 + 30, i};
  mtp_salts_learn(&salts, list, 64, 0);
  assert_int_equal(salts.count, MTP_SALTS_ASKED);
  assert_int_equal(salts.list[0].salt, 0);
  assert_int_equal(salts.list[MTP_SALTS_ASKED - 1].salt, MTP_SALTS_ASKED - 1);
}

static void gzip_of(const void *data, size_t size, int format, tl_buffer *object,
                    tl_bytes *packed) {
  tl_buffer_init(object, NULL, 0);
  put_gzip(object, data, size, format);
  assert_true(mtp_gzip_data(tl_bytes_of(object->data, object->size), packed));
}

/* In pieces of that size. */
static mtp_cause inflate_by(tl_bytes packed, size_t cap, size_t piece, tl_buffer *out) {
  mtp_inflater *inflater;
  size_t work;
  bool done = false;
  tl_buffer_init(out, NULL, 0);
  mtp_cause status = mtp_inflate_begin(NULL, packed, cap, &inflater);
  while (!status && !done) {
    status = mtp_inflate_step(inflater, piece, &work, &done);
    assert_in_range(work, 1, 2 * piece + (done ? 16384 : 1)); /* the trailer, at the cap */
    assert_true(mtp_inflate_made(inflater) <= cap);
  }
  if (!status)
    *out = mtp_inflate_take(inflater);
  mtp_inflate_free(inflater);
  return status;
}

static mtp_cause inflate(tl_bytes packed, size_t cap, tl_buffer *out) {
  return inflate_by(packed, cap, (size_t)1 << 20, out);
}

/* proves MS-5 */
static void test_gzip_and_zlib_inflate(void **state) {
  (void)state;
  static uint8_t text[100000];
  for (size_t i = 0; i < sizeof text; i++)
    text[i] = (uint8_t)(i / 100);
  static const int formats[] = {31, 15};
  for (size_t i = 0; i < 2; i++) {
    tl_buffer object, out;
    tl_bytes packed;
    gzip_of(text, sizeof text, formats[i], &object, &packed);
    assert_int_equal(inflate(packed, sizeof text, &out), MTP_OK);
    assert_int_equal(out.size, sizeof text);
    assert_memory_equal(out.data, text, sizeof text);
    tl_buffer_free(&out);
    assert_int_equal(inflate(packed, sizeof text - 1, &out), MTP_GZIP_LARGE);
    assert_null(out.data);
    tl_buffer_free(&object);
  }
}

/* proves LV-5 */
static void test_gzip_inflates_in_pieces_of_any_size(void **state) {
  (void)state;
  static const size_t pieces[] = {1, 2, 7, 100, 4096};
  uint8_t text[5000];
  for (size_t i = 0; i < sizeof text; i++)
    text[i] = (uint8_t)(i * i / 1000);
  for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
    tl_buffer object, out;
    tl_bytes packed;
    gzip_of(text, sizeof text, i % 2 ? 31 : 15, &object, &packed);
    assert_int_equal(inflate_by(packed, sizeof text, pieces[i], &out), MTP_OK); /* just as large */
    assert_int_equal(out.size, sizeof text);
    assert_memory_equal(out.data, text, sizeof text);
    tl_buffer_free(&out);
    assert_int_equal(inflate_by(packed, sizeof text - 1, pieces[i], &out), MTP_GZIP_LARGE);
    packed.size--;
    assert_int_equal(inflate_by(packed, 100000, pieces[i], &out), MTP_GZIP_BAD);
    tl_buffer_free(&object);
  }
}

/* proves MS-5 */
static void test_gzip_cut_anywhere_is_bad(void **state) {
  (void)state;
  static const int formats[] = {31, 15};
  const char text[] = "a text that is worth a few bytes, a text that is worth a few bytes";
  for (size_t i = 0; i < 2; i++) {
    tl_buffer object, out;
    tl_bytes packed;
    gzip_of(text, sizeof text, formats[i], &object, &packed);
    for (size_t size = 0; size < packed.size; size++)
      assert_int_equal(inflate(tl_bytes_of(packed.data, size), 100000, &out), MTP_GZIP_BAD);
    tl_buffer_free(&object);
  }
}

/* proves MS-5 */
static void test_gzip_with_something_behind_is_bad(void **state) {
  (void)state;
  tl_buffer object, out, longer;
  tl_bytes packed;
  gzip_of("text", 4, 31, &object, &packed);
  tl_buffer_init(&longer, NULL, 0);
  assert_int_equal(tl_buffer_append(&longer, packed.data, packed.size), TL_OK);
  put32(&longer, 7);
  assert_int_equal(inflate(tl_bytes_of(longer.data, longer.size), 1000, &out), MTP_GZIP_BAD);
  tl_buffer_free(&longer);
  tl_buffer_free(&object);
}

/* proves MS-5 */
static void test_gzip_bomb_stops_at_the_cap(void **state) {
  (void)state;
  size_t size = (size_t)64 << 20;
  uint8_t *zeros = calloc(1, size);
  assert_non_null(zeros);
  tl_buffer object, out;
  tl_bytes packed;
  gzip_of(zeros, size, 31, &object, &packed);
  free(zeros);
  assert_true(packed.size < 70000);
  assert_int_equal(inflate(packed, (size_t)1 << 20, &out), MTP_GZIP_LARGE);
  assert_null(out.data);
  tl_buffer_free(&object);
}

/* proves MS-5 */
static void test_gzip_packs_only_what_gets_smaller(void **state) {
  (void)state;
  uint8_t text[1000] = {0}, noise[1000];
  fake_rng random = fake_rng_of(NULL, 0);
  fake_rng_fill(&random, noise, sizeof noise);
  tl_buffer out, back;
  tl_bytes data;
  assert_int_equal(mtp_gzip_pack(NULL, tl_bytes_of(noise, sizeof noise), &out), MTP_GZIP_LARGE);
  assert_null(out.data);
  assert_int_equal(mtp_gzip_pack(NULL, tl_bytes_of(text, sizeof text), &out), MTP_OK);
  assert_true(out.size < sizeof text && out.size % 4 == 0);
  assert_true(mtp_gzip_data(tl_bytes_of(out.data, out.size), &data));
  assert_int_equal(inflate(data, sizeof text, &back), MTP_OK);
  assert_int_equal(back.size, sizeof text);
  assert_memory_equal(back.data, text, sizeof text);
  tl_buffer_free(&back);
  tl_buffer_free(&out);
}

static void test_gzip_object_must_be_whole(void **state) {
  (void)state;
  tl_buffer object;
  tl_bytes data;
  gzip_of("text", 4, 31, &object, &data);
  for (size_t size = 0; size < object.size; size++)
    assert_false(mtp_gzip_data(tl_bytes_of(object.data, size), &data));
  put32(&object, 0);
  assert_false(mtp_gzip_data(tl_bytes_of(object.data, object.size), &data));
  object.data[4] = 255;
  assert_false(mtp_gzip_data(tl_bytes_of(object.data, object.size), &data));
  tl_buffer_free(&object);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ids_carry_the_time_and_grow),
      cmocka_unit_test(test_ids_are_divisible_by_four_at_any_time),
      cmocka_unit_test(test_ids_follow_the_time_of_the_server),
      cmocka_unit_test(test_ids_at_a_full_second_have_a_low_half),
      cmocka_unit_test(test_ids_grow_when_the_clock_goes_back),
      cmocka_unit_test(test_a_day_on_the_wall_clock_changes_nothing),
      cmocka_unit_test(test_a_machine_that_slept_synchronises_again),
      cmocka_unit_test(test_what_waited_through_a_sleep_synchronises_nothing),
      cmocka_unit_test(test_window_is_300_back_and_30_ahead),
      cmocka_unit_test(test_seen_remembers_a_thousand_in_any_order),
      cmocka_unit_test(test_seen_forgets_the_smallest_and_says_so),
      cmocka_unit_test(test_seen_takes_no_room_for_one_below_all_but_never_takes_it_twice),
      cmocka_unit_test(test_idmap_gives_memory_back_after_a_burst),
      cmocka_unit_test(test_idmap_keeps_what_is_put_in),
      cmocka_unit_test(test_ids_drop_from_the_front),
      cmocka_unit_test(test_salts_hold_in_their_window_only),
      cmocka_unit_test(test_a_salt_that_has_ended_is_passed_over),
      cmocka_unit_test(test_salts_run_short_a_minute_before_the_end),
      cmocka_unit_test(test_salts_keep_the_nearest_of_many),
      cmocka_unit_test(test_gzip_and_zlib_inflate),
      cmocka_unit_test(test_gzip_inflates_in_pieces_of_any_size),
      cmocka_unit_test(test_gzip_cut_anywhere_is_bad),
      cmocka_unit_test(test_gzip_with_something_behind_is_bad),
      cmocka_unit_test(test_gzip_bomb_stops_at_the_cap),
      cmocka_unit_test(test_gzip_packs_only_what_gets_smaller),
      cmocka_unit_test(test_gzip_object_must_be_whole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
