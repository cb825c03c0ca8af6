/* Files sent and fetched in parts, against a data centre that the test scripts. */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* ---- uploads ---- */

static void test_a_small_file_is_sent_with_its_md5(void **state) {
  (void)state;
  file_end e;
  uint8_t digest[16];
  char hex[33];
  file_start(&r, 300000, NULL);
  file_send(&r, &e, file_read);
  fixture_run_until(&r.f, &e.ended);
  assert_int_equal(e.error.status, MTP_OK);
  assert_int_equal(r.parts, 3);
  assert_int_equal(e.file.parts, 3);
  assert_false(e.file.big);
  assert_true(e.file.id == r.id);
  assert_memory_equal(r.arrived, r.content, 300000);
  EVP_Digest(r.content, 300000, digest, NULL, EVP_md5(), NULL);
  for (int i = 0; i < 16; i++)
    snprintf(hex + 2 * i, 3, "%02x", digest[i]);
  assert_string_equal(e.file.md5, hex);
  assert_int_equal(e.progress, 300000);
  assert_int_equal(e.steps, 3);
  mtp_input_file storage;
  tg_InputFile input = mtp_uploaded_input(&e.file, &storage);
  assert_int_equal(input.kind, TG_inputFile);
  assert_string_equal(input.inputFile->name.data, "file.bin");
}

static void test_a_big_file_is_sent_as_one(void **state) {
  (void)state;
  file_end e;
  file_start(&r, (10 << 20) + 77, NULL);
  file_send(&r, &e, file_read);
  fixture_run_until(&r.f, &e.ended);
  assert_int_equal(e.error.status, MTP_OK);
  assert_true(r.big && e.file.big);
  assert_int_equal(r.parts, 21);
  assert_int_equal(r.total, 21);
  assert_memory_equal(r.arrived, r.content, (size_t)r.size);
  mtp_input_file storage;
  assert_int_equal(mtp_uploaded_input(&e.file, &storage).kind, TG_inputFileBig);
}

static void test_a_part_that_is_refused_ends_the_upload(void **state) {
  (void)state;
  file_end e;
  file_start(&r, 1000000, NULL);
  r.error = "FILE_PART_INVALID";
  file_send(&r, &e, file_read);
  fixture_run_until(&r.f, &e.ended);
  fixture_settle(&r.f);
  assert_int_equal(e.ended, 1);
  assert_int_equal(e.error.status, MTP_ERR_RPC);
  assert_string_equal(e.error.text, "FILE_PART_INVALID");
}

static void test_what_cannot_be_sent_is_refused_at_once(void **state) {
  (void)state;
  file_end e;
  mtp_error error;
  file_start(&r, 0, NULL);
  memset(&e, 0, sizeof e);
  mtp_source source = {.read = file_read, .size = 0};
  assert_int_equal(mtp_upload_start(r.f.client, &source, NULL, file_uploaded, &e, NULL, &error),
                   MTP_ERR_ARGUMENT);
  source.size = 1 << 20;
  mtp_transfer_options options = {.part_size = 1000};
  assert_int_equal(mtp_upload_start(r.f.client, &source, &options, file_uploaded, &e, NULL, &error),
                   MTP_ERR_ARGUMENT);
  source.size = (int64_t)8001 * 524288;
  assert_int_equal(mtp_upload_start(r.f.client, &source, NULL, file_uploaded, &e, NULL, &error),
                   MTP_ERR_ARGUMENT);
  source = (mtp_source){.read = file_read_nothing, .size = 100};
  assert_int_equal(mtp_upload_start(r.f.client, &source, NULL, file_uploaded, &e, NULL, &error),
                   MTP_ERR_STORE);
  fixture_settle(&r.f);
  assert_int_equal(e.ended, 0);
}

static void test_an_error_about_a_path_names_it(void **state) {
  (void)state;
  mtp_uploaded file;
  mtp_error error;
  char path[300] = "";
  file_start(&r, 0, NULL);
  assert_int_equal(mtp_upload_path(r.f.client, "nowhere/x.bin", NULL, &file, &error),
                   MTP_ERR_STORE);
  assert_string_equal(error.text, "nowhere/x.bin: cannot be opened: No such file or directory");
  assert_int_equal(mtp_upload_path(r.f.client, ".", NULL, &file, &error), MTP_ERR_ARGUMENT);
  assert_string_equal(error.text, ".: not a regular file");
  memset(path, 'x', sizeof path - 1); /* the end of a long one */
  memcpy(path + sizeof path - 6, "y.bin", 6);
  assert_int_equal(mtp_upload_path(r.f.client, path, NULL, &file, &error), MTP_ERR_STORE);
  assert_non_null(strstr(error.text, "xy.bin: cannot be opened: "));
  tg_inputDocumentFileLocation document = {.thumb_size = TL_STR("")};
  mtp_remote_file from = {.location = tg_inputDocumentFileLocation_box(&document)};
  assert_int_equal(mtp_download_path(r.f.client, &from, "nowhere/y", NULL, NULL, &error),
                   MTP_ERR_STORE);
  assert_string_equal(error.text, "nowhere/y.part: cannot be made: No such file or directory");
}

static void test_a_pipe_is_refused_not_waited_for(void **state) {
  (void)state;
  mtp_uploaded file;
  mtp_error error;
  char path[] = "pipe-XXXXXX";
  assert_int_equal(close(mkstemp(path)), 0);
  assert_int_equal(unlink(path), 0);
  assert_int_equal(mkfifo(path, 0600), 0);
  file_start(&r, 0, NULL);
  mtp_status status = mtp_upload_path(r.f.client, path, NULL, &file, &error);
  unlink(path);
  assert_int_equal(status, MTP_ERR_ARGUMENT);
}

static void ask_to_wait(void *ctx, const mtp_error *error, mtp_reply *reply) {
  outcome *out = ctx;
  mtp_uploaded file;
  (void)error;
  mtp_reply_free(reply);
  mtp_source source = {.read = file_read, .ctx = &r, .size = 1};
  assert_int_equal(mtp_upload(r.f.client, &source, NULL, &file, &out->error), MTP_ERR_ARGUMENT);
  out->ended++;
}

static void test_nothing_blocks_inside_a_callback(void **state) {
  (void)state;
  outcome out = {.ended = 0};
  tg_help_getNearestDc request = {0};
  tl_call call = tg_help_getNearestDc_call(&request);
  file_start(&r, 1, NULL);
  assert_int_equal(mtp_client_call(r.f.client, &call, NULL, ask_to_wait, &out, NULL, NULL), MTP_OK);
  fixture_wait(&r.f, &out);
  assert_string_equal(out.error.text, "not from inside a callback");
}

/* ---- downloads ---- */

static void test_a_file_of_known_size_is_fetched(void **state) {
  (void)state;
  file_end e;
  file_start(&r, (3 << 20) + 5, NULL);
  file_fetch(&r, &e, r.size, false, file_keep, NULL);
  fixture_run_until(&r.f, &e.ended);
  file_assert_fetched(&r, &e);
  assert_int_equal(r.gets, 7);
  assert_true(e.progress == r.size);
}

static void test_the_end_of_a_file_is_found_out(void **state) {
  (void)state;
  file_end e;
  static const int64_t sizes[] = {1, 524288, 524289, 2 << 20};
  for (size_t i = 0; i < 4; i++) {
    tear_down(NULL);
    set_up(NULL);
    file_start(&r, sizes[i], NULL);
    file_fetch(&r, &e, 0, false, file_keep, NULL);
    fixture_run_until(&r.f, &e.ended);
    file_assert_fetched(&r, &e);
  }
}

static void test_a_file_that_is_too_short_is_told(void **state) {
  (void)state;
  file_end e;
  file_start(&r, 1000, NULL);
  file_fetch(&r, &e, 2000, false, file_keep, NULL);
  fixture_run_until(&r.f, &e.ended);
  assert_int_equal(e.error.status, MTP_ERR_PROTOCOL);
  assert_int_equal(e.size, 1000);
}

/* proves AP-4 */
static void test_a_file_elsewhere_is_fetched_from_there(void **state) {
  (void)state;
  file_end e;
  file_start(&r, 2 << 20, NULL);
  r.migrate = 1;
  file_fetch(&r, &e, r.size, false, file_keep, NULL);
  fixture_run_until(&r.f, &e.ended);
  file_assert_fetched(&r, &e);
  assert_int_equal(r.gets, 5); /* one for nothing */
}

static void test_a_sink_that_is_full_ends_the_download(void **state) {
  (void)state;
  file_end e;
  file_start(&r, 2 << 20, NULL);
  file_fetch(&r, &e, r.size, false, file_keep_nothing, NULL);
  fixture_run_until(&r.f, &e.ended);
  fixture_settle(&r.f);
  assert_int_equal(e.ended, 1);
  assert_int_equal(e.error.status, MTP_ERR_STORE);
}

static void test_a_download_can_be_cancelled(void **state) {
  (void)state;
  file_end e;
  mtp_transfer *transfer;
  file_start(&r, 8 << 20, NULL);
  file_fetch(&r, &e, r.size, false, file_keep, &transfer);
  fixture_run_until(&r.f, &e.steps);
  assert_int_equal(e.ended, 0);
  mtp_transfer_cancel(transfer);
  fixture_settle(&r.f);
  assert_int_equal(e.ended, 1);
  assert_int_equal(e.error.status, MTP_ERR_CANCELLED);
}

static void test_closing_the_client_ends_transfers(void **state) {
  (void)state;
  file_end up, down;
  file_start(&r, 8 << 20, NULL);
  file_send(&r, &up, file_read);
  file_fetch(&r, &down, r.size, false, file_keep, NULL);
  fixture_run_until(&r.f, &up.steps);
  mtp_client_close(r.f.client);
  assert_int_equal(up.ended, 1);
  assert_int_equal(down.ended, 1);
  assert_int_equal(up.error.status, MTP_ERR_CLOSED);
  assert_int_equal(down.error.status, MTP_ERR_CLOSED);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_a_small_file_is_sent_with_its_md5),
      TEST(test_a_big_file_is_sent_as_one),
      TEST(test_a_part_that_is_refused_ends_the_upload),
      TEST(test_what_cannot_be_sent_is_refused_at_once),
      TEST(test_an_error_about_a_path_names_it),
      TEST(test_a_pipe_is_refused_not_waited_for),
      TEST(test_nothing_blocks_inside_a_callback),
      TEST(test_a_file_of_known_size_is_fetched),
      TEST(test_the_end_of_a_file_is_found_out),
      TEST(test_a_file_that_is_too_short_is_told),
      TEST(test_a_file_elsewhere_is_fetched_from_there),
      TEST(test_a_sink_that_is_full_ends_the_download),
      TEST(test_a_download_can_be_cancelled),
      TEST(test_closing_the_client_ends_transfers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
