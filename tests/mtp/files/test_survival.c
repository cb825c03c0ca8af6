/* Transfers against everything that passes: errors inside the server, waits, references that are
 * worn out, sizes that nobody knows, streams. */
#include <stdio.h>

#include "file_rig.h"

static file_rig r;

static int set_up(void **state) {
  (void)state;
  file_open(&r);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  file_close(&r);
  return 0;
}

static void again(void) {
  tear_down(NULL);
  set_up(NULL);
}

/* ---- errors and waits ---- */

static const struct passing {
  int32_t code;
  const char *text;
} passing[] = {{500, "INTERNAL"},        {-500, "No workers running"},
               {-503, "Timeout"},        {-504, "TIMEOUT"},
               {420, "FLOOD_WAIT_3"},    {420, "FLOOD_PREMIUM_WAIT_70"},
               {420, "FLOOD_WAIT_3000"}, {500, "WORKER_BUSY_TOO_LONG_RETRY"}};

enum { PASSING = sizeof passing / sizeof *passing };

/* proves FI-1, ER-2 */
static void test_a_download_outlives_what_passes(void **state) {
  (void)state;
  file_end e;
  for (size_t i = 0; i < PASSING; i++) {
    again();
    file_start(&r, (2 << 20) + 5, NULL);
    r.trouble = (file_trouble){passing[i].code, passing[i].text, 2, passing[i].code == 420 ? 1 : 7};
    file_fetch(&r, &e, r.size, false, file_keep, NULL);
    fixture_run_until(&r.f, &e.ended);
    file_assert_fetched(&r, &e);
    assert_int_equal(r.trouble.times, 0);
  }
}

/* proves FI-1, ER-2 */
static void test_an_upload_outlives_what_passes(void **state) {
  (void)state;
  file_end e;
  for (size_t i = 0; i < PASSING; i++) {
    again();
    file_start(&r, 600000, NULL);
    r.trouble = (file_trouble){passing[i].code, passing[i].text, 1, passing[i].code == 420 ? 1 : 7};
    file_send(&r, &e, file_read);
    fixture_run_until(&r.f, &e.ended);
    assert_int_equal(e.error.status, MTP_OK);
    assert_int_equal(r.trouble.times, 0);
    assert_memory_equal(r.arrived, r.content, (size_t)r.size);
  }
}

/* proves FI-1 */
static void test_a_wait_is_told_and_may_be_too_long(void **state) {
  (void)state;
  file_end e;
  mtp_event event;
  file_start(&r, 1 << 20, NULL);
  r.trouble = (file_trouble){420, "FLOOD_PREMIUM_WAIT_70", 0, 1};
  file_fetch(&r, &e, r.size, false, file_keep, NULL);
  fixture_run_until(&r.f, &e.ended);
  file_assert_fetched(&r, &e);
  assert_true(fixture_event(&r.f, MTP_EVENT_WAIT, &event));
  assert_int_equal(event.seconds, 70);
  again();
  file_start(&r, 1 << 20, NULL);
  r.trouble = (file_trouble){420, "FLOOD_PREMIUM_WAIT_70", 0, 1};
  r.max_wait_s = 60;
  file_fetch(&r, &e, r.size, false, file_keep, NULL);
  fixture_run_until(&r.f, &e.ended);
  assert_int_equal(e.error.code, 420);
}

/* proves FI-1 */
static void test_a_server_that_is_away_is_waited_for(void **state) {
  (void)state;
  file_end e;
  file_start(&r, 4 << 20, NULL);
  file_fetch(&r, &e, r.size, false, file_keep, NULL);
  fixture_run_until(&r.f, &e.steps);
  fixture_dc(&r.f, 2)->refuse = true;
  fake_dc_hang_up(fixture_dc(&r.f, 2));
  fixture_run_for(&r.f, 200000);
  assert_int_equal(e.ended, 0);
  fixture_dc(&r.f, 2)->refuse = false;
  fixture_run_until(&r.f, &e.ended);
  file_assert_fetched(&r, &e);
}

/* ---- references ---- */

/* proves FI-2 */
static void test_a_worn_reference_is_fetched_where_the_file_was_seen(void **state) {
  (void)state;
  file_end e;
  static const char *const names[] = {"FILE_REFERENCE_EXPIRED", "FILE_REFERENCE_INVALID",
                                      "FILE_REFERENCE_0_EXPIRED"};
  for (size_t i = 0; i < 3; i++) {
    again();
    file_start(&r, 4 << 20, NULL);
    r.worn = names[i];
    r.wears_out = 6; /* after so many parts, and again */
    r.origin = (mtp_origin){.kind = MTP_ORIGIN_MESSAGE, .message_id = 77};
    file_fetch(&r, &e, r.size, false, file_keep, NULL);
    fixture_run_until(&r.f, &e.ended);
    file_assert_fetched(&r, &e);
    assert_true(r.seen_again >= 1 && r.seen_again <= 3);
  }
}

/* proves FI-2 */
static void test_a_worn_reference_is_fetched_wherever_that_was(void **state) {
  (void)state;
  file_end e;
  static const mtp_origin origins[] = {
      {MTP_ORIGIN_MESSAGE, 77, FILE_OWNER, FILE_HASH}, /* of a channel */
      {MTP_ORIGIN_USER_PHOTO, 0, FILE_OWNER, FILE_HASH},
      {MTP_ORIGIN_CHAT_PHOTO, 0, FILE_OWNER, FILE_HASH}, /* of a channel */
      {MTP_ORIGIN_CHAT_PHOTO, 0, FILE_OWNER, 0}};
  for (size_t i = 0; i < 4; i++) {
    again();
    file_start(&r, 4 << 20, NULL);
    r.worn = "FILE_REFERENCE_EXPIRED";
    r.wears_out = 6;
    r.photo = i > 0;
    r.origin = origins[i];
    file_fetch(&r, &e, r.size, false, file_keep, NULL);
    fixture_run_until(&r.f, &e.ended);
    file_assert_fetched(&r, &e);
    assert_in_range(r.seen_again, 1, 3);
  }
}

/* proves FI-2 */
static void test_another_photo_in_its_place_is_no_reference(void **state) {
  (void)state;
  file_end e;
  file_start(&r, 4 << 20, NULL);
  r.worn = "FILE_REFERENCE_EXPIRED";
  r.origin = (mtp_origin){MTP_ORIGIN_CHAT_PHOTO, 0, FILE_OWNER, 0}; /* of the document: in vain */
  file_fetch(&r, &e, r.size, false, file_keep, NULL);
  fixture_run_until(&r.f, &e.ended);
  assert_string_equal(e.error.text, "FILE_REFERENCE_EXPIRED");
  assert_int_equal(r.seen_again, 1);
}

/* proves FI-2 */
static void test_a_reference_is_fetched_three_times_at_most(void **state) {
  (void)state;
  file_end e;
  file_start(&r, 4 << 20, NULL);
  r.worn = "FILE_REFERENCE_EXPIRED";
  r.origin = (mtp_origin){.kind = MTP_ORIGIN_MESSAGE, .message_id = 77};
  file_fetch(&r, &e, r.size, false, file_keep, NULL);
  fixture_run_until(&r.f, &e.ended);
  assert_string_equal(e.error.text, "FILE_REFERENCE_EXPIRED");
  assert_int_equal(r.seen_again, 3);
}

static unsigned hooked;
static mtp_transfer *later;

static void give(mtp_transfer *transfer) {
  tg_inputDocumentFileLocation document = {.file_reference = tl_bytes_of(&r.reference, 1),
                                           .thumb_size = TL_STR("")};
  tg_InputFileLocation location = tg_inputDocumentFileLocation_box(&document);
  mtp_transfer_refreshed(transfer, &location);
}

static void hook_at_once(void *ctx, mtp_transfer *transfer) {
  (void)ctx;
  hooked++;
  give(transfer);
}

static void hook_later(void *ctx, mtp_transfer *transfer) {
  (void)ctx;
  hooked++;
  later = transfer;
}

static void hook_in_vain(void *ctx, mtp_transfer *transfer) {
  (void)ctx;
  hooked++;
  mtp_transfer_refreshed(transfer, NULL);
}

/* proves FI-2 */
static void test_a_hook_gives_the_location_anew(void **state) {
  (void)state;
  file_end e;
  mtp_refresh hooks[] = {hook_at_once, hook_later, hook_in_vain};
  for (size_t i = 0; i < 3; i++) {
    again();
    hooked = 0;
    file_start(&r, 3 << 20, NULL);
    r.trouble = (file_trouble){400, "FILE_REFERENCE_EXPIRED", 2, 1};
    r.refresh = hooks[i];
    file_fetch(&r, &e, r.size, false, file_keep, NULL);
    if (i == 1) {
      fixture_run_until(&r.f, &hooked);
      fixture_run_for(&r.f, 5000);
      assert_int_equal(e.ended, 0);
      give(later);
    }
    if (i < 2) {
      fixture_run_until(&r.f, &e.ended);
      file_assert_fetched(&r, &e);
    } else {
      fixture_run_until(&r.f, &e.ended);
      assert_string_equal(e.error.text, "FILE_REFERENCE_EXPIRED");
    }
    assert_int_equal(hooked, 1);
  }
}

/* proves FI-2 */
static void test_without_an_origin_a_worn_reference_is_the_end(void **state) {
  (void)state;
  file_end e;
  file_start(&r, 3 << 20, NULL);
  r.worn = "FILE_REFERENCE_EXPIRED";
  file_fetch(&r, &e, r.size, false, file_keep, NULL);
  fixture_run_until(&r.f, &e.ended);
  assert_string_equal(e.error.text, "FILE_REFERENCE_EXPIRED");
}

/* ---- sizes that nobody knows ---- */

/* proves FI-4 */
static void test_what_is_refused_past_the_end_is_the_end(void **state) {
  (void)state;
  file_end e;
  static const struct passing past[] = {
      {400, "OFFSET_INVALID"}, {400, "LIMIT_INVALID"}, {-503, "Timeout"}};
  static const int64_t sizes[] = {524288, 2 << 20, (2 << 20) + 1};
  for (size_t i = 0; i < 9; i++) {
    again();
    file_start(&r, sizes[i / 3], NULL);
    r.past_code = past[i % 3].code;
    r.past_text = past[i % 3].text;
    file_fetch(&r, &e, 0, false, file_keep, NULL);
    fixture_run_until(&r.f, &e.ended);
    file_assert_fetched(&r, &e);
  }
}

/* proves FI-4 */
static void test_a_failure_that_passes_is_not_the_end(void **state) {
  (void)state;
  file_end e;
  for (unsigned times = 1; times < 12; times++) {
    again();
    file_start(&r, (4 << 20) + 5, NULL);
    r.trouble = (file_trouble){-503, "Timeout", 2, times};
    file_fetch(&r, &e, 0, false, file_keep, NULL);
    fixture_run_until(&r.f, &e.ended);
    file_assert_fetched(&r, &e);
  }
}

static bool endless(void *ctx, fake_dc *dc, const fake_call *call) {
  static const tg_storage_filePng png = {0};
  (void)ctx;
  if (strcmp(fake_name(call), "upload.getFile") != 0)
    return answer_nearest(NULL, dc, call);
  const tg_upload_getFile *asked = call->object.args;
  tg_upload_file file = {.type = tg_storage_filePng_box(&png),
                         .bytes = tl_bytes_of(r.content, (size_t)asked->limit)};
  tl_object object = tg_upload_file_object(&file);
  r.gets++;
  fake_answer(dc, call, &object);
  return true;
}

static int count_bytes(void *ctx, int64_t offset, const void *data, size_t n) {
  (void)offset, (void)data;
  *(int64_t *)ctx += (int64_t)n;
  return 0;
}

static void count_end(void *ctx, const mtp_error *error, int64_t size) {
  file_end *e = ctx;
  e->ended++;
  e->size = size;
  if (error)
    e->error = *error;
}

/* proves FI-4, LV-7 */
static void test_a_file_that_never_ends_is_given_up(void **state) {
  (void)state;
  enum { PART = 4096, LEFT = 5 };
  int64_t written = 0;
  mtp_error error;
  file_end e = {.ended = 0};
  file_start(&r, 1 << 20, NULL);
  for (int32_t i = 1; i <= FIXTURE_DCS; i++)
    fixture_dc(&r.f, i)->on_call = endless;
  tg_inputDocumentFileLocation document = {.file_reference = tl_bytes_of("r", 1),
                                           .thumb_size = TL_STR("")};
  mtp_remote_file file = {.location = tg_inputDocumentFileLocation_box(&document),
                          .offset = ((int64_t)8000 << 19) - LEFT * PART};
  mtp_sink sink = {.write = count_bytes, .ctx = &written};
  mtp_transfer_options options = {.part_size = PART};
  assert_int_equal(
      mtp_download_start(r.f.client, &file, &sink, &options, count_end, &e, NULL, &error), MTP_OK);
  fixture_run_until(&r.f, &e.ended);
  assert_int_equal(e.error.status, MTP_ERR_PROTOCOL);
  assert_string_equal(e.error.text, "the file has no end");
  assert_int_equal(written,
                   (LEFT + 1) * PART); /* the largest file is taken, and what is behind it */
}

/* ---- streams ---- */

typedef struct stream {
  int64_t at, size;
  size_t step;
} stream;

static int64_t pour(void *ctx, void *out, size_t size) {
  stream *s = ctx;
  size_t n = size < s->step ? size : s->step;
  if ((int64_t)n > s->size - s->at)
    n = (size_t)(s->size - s->at);
  memcpy(out, r.content + s->at, n);
  s->at += (int64_t)n;
  return (int64_t)n;
}

static void send_stream(int64_t size, file_end *e) {
  stream s = {.size = size, .step = 100003};
  mtp_source source = {.next = pour, .ctx = &s, .size = -1, .name = "s"};
  mtp_error error;
  memset(e, 0, sizeof *e);
  file_start(&r, size, NULL);
  if (mtp_upload_start(r.f.client, &source, NULL, file_uploaded, e, NULL, &error) != MTP_OK)
    fail_msg("%s", error.text);
  fixture_run_until(&r.f, &e->ended);
  assert_int_equal(e->error.status, MTP_OK);
  assert_memory_equal(r.arrived, r.content, (size_t)size);
}

/* proves FI-5 */
static void test_a_stream_of_unknown_size_is_sent(void **state) {
  (void)state;
  file_end e;
  static const int64_t sizes[] = {524288, 524289, 3 << 20, (11 << 20) + 3};
  for (size_t i = 0; i < 4; i++) {
    again();
    send_stream(sizes[i], &e);
    unsigned parts = (unsigned)((sizes[i] - 1) / 524288 + 1);
    assert_true(e.file.big);
    assert_int_equal(e.file.parts, parts);
    assert_int_equal(r.parts, parts);
    assert_int_equal(r.total, parts); /* told with the last one; -1 before */
    assert_int_equal(r.unknown_totals, parts - 1);
  }
}

/* proves FI-5 */
static void test_a_short_stream_is_a_small_file(void **state) {
  (void)state;
  file_end e;
  send_stream(100000, &e);
  assert_false(e.file.big);
  assert_int_equal(e.file.parts, 1);
  assert_int_equal(strlen(e.file.md5), 32);
}

/* proves FI-5 */
static void test_an_empty_stream_is_refused(void **state) {
  (void)state;
  stream s = {.size = 0, .step = 10};
  mtp_source source = {.next = pour, .ctx = &s, .size = -1};
  mtp_error error;
  file_start(&r, 0, NULL);
  assert_int_equal(mtp_upload_start(r.f.client, &source, NULL, file_uploaded, NULL, NULL, &error),
                   MTP_ERR_ARGUMENT);
  assert_string_equal(error.text, "an empty file cannot be sent");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_a_download_outlives_what_passes),
      TEST(test_an_upload_outlives_what_passes),
      TEST(test_a_wait_is_told_and_may_be_too_long),
      TEST(test_a_server_that_is_away_is_waited_for),
      TEST(test_a_worn_reference_is_fetched_where_the_file_was_seen),
      TEST(test_a_worn_reference_is_fetched_wherever_that_was),
      TEST(test_another_photo_in_its_place_is_no_reference),
      TEST(test_a_reference_is_fetched_three_times_at_most),
      TEST(test_a_hook_gives_the_location_anew),
      TEST(test_without_an_origin_a_worn_reference_is_the_end),
      TEST(test_what_is_refused_past_the_end_is_the_end),
      TEST(test_a_failure_that_passes_is_not_the_end),
      TEST(test_a_file_that_never_ends_is_given_up),
      TEST(test_a_stream_of_unknown_size_is_sent),
      TEST(test_a_short_stream_is_a_small_file),
      TEST(test_an_empty_stream_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
