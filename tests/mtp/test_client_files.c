/* Files sent and fetched in parts, against a data centre and a CDN that the test scripts. */
#include <mtp/files.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <unistd.h>

#include "client_fixture.h"
#include "rsa_pems.h"

enum { CDN_DC = 3, BLOCK = 128 << 10, MAX_FILE = 12 << 20 };

static fixture f;

/* The file that everything is about, and what arrived of it. */
static uint8_t content[MAX_FILE], arrived[MAX_FILE];
static int64_t size, written;
static uint8_t cdn_key[32], cdn_iv[16];

typedef struct server {
  unsigned parts, total, gets, cdn_gets, reuploads, hash_asks, cdn_configs;
  bool big;
  int64_t id;
  unsigned at_once, most_at_once; /* parts on their way */
  const char *error;              /* for the next part */
  int32_t migrate;                /* FILE_MIGRATE to there */
  bool redirect, tampered, needs_reupload, no_hashes;
} server;

static server s;

static int set_up(void **state) {
  (void)state;
  memset(&s, 0, sizeof s);
  memset(arrived, 0, sizeof arrived);
  written = 0;
  for (size_t i = 0; i < sizeof content; i++)
    content[i] = (uint8_t)(i * 2654435761u >> 13);
  memset(cdn_key, 7, sizeof cdn_key);
  memset(cdn_iv, 9, sizeof cdn_iv);
  fixture_open(&f);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  fixture_close(&f);
  return 0;
}

/* ---- the server ---- */

static void answer_true(fake_dc *dc, const fake_call *call) {
  static const uint8_t yes[4] = {0xb5, 0x75, 0x72, 0x99};
  fake_answer_raw(dc, call, yes, sizeof yes);
}

static void take_part(fake_dc *dc, const fake_call *call, int64_t id, int32_t part, tl_bytes bytes,
                      size_t part_size) {
  if (s.error) {
    fake_error(dc, call, 400, s.error);
    s.error = NULL;
    return;
  }
  s.parts++;
  s.id = id;
  memcpy(arrived + (size_t)part * part_size, bytes.data, bytes.size);
  answer_true(dc, call);
}

static void answer_file(fake_dc *dc, const fake_call *call, const tg_upload_getFile *request) {
  int64_t left = size - request->offset;
  size_t n = left <= 0 ? 0 : left < request->limit ? (size_t)left : (size_t)request->limit;
  tg_storage_fileUnknown unknown = {0};
  tg_upload_file file = {.type = tg_storage_fileUnknown_box(&unknown),
                         .bytes = tl_bytes_of(content + (n ? request->offset : 0), n)};
  tl_object object = tg_upload_file_object(&file);
  s.gets++;
  if (s.migrate && s.migrate != dc->id) {
    char text[40];
    snprintf(text, sizeof text, "FILE_MIGRATE_%d", (int)s.migrate);
    fake_error(dc, call, 303, text);
    return;
  }
  fake_answer(dc, call, &object);
}

/* Hashes of the blocks from this one on, at most eight. */
static size_t make_hashes(int64_t from, tg_fileHash *hashes, uint8_t digests[][32]) {
  size_t n = 0;
  for (int64_t at = from / BLOCK * BLOCK; at < size && n < 8; at += BLOCK, n++) {
    size_t left = (size_t)(size - at < BLOCK ? size - at : BLOCK);
    EVP_Digest(content + at, left, digests[n], NULL, EVP_sha256(), NULL);
    hashes[n] =
        (tg_fileHash){.offset = at, .limit = (int32_t)left, .hash = tl_bytes_of(digests[n], 32)};
  }
  return n;
}

static void answer_redirect(fake_dc *dc, const fake_call *call) {
  tg_fileHash hashes[8];
  const tg_fileHash *items[8];
  uint8_t digests[8][32];
  size_t n = s.no_hashes ? 0 : make_hashes(0, hashes, digests);
  for (size_t i = 0; i < 8; i++)
    items[i] = &hashes[i];
  tg_upload_fileCdnRedirect redirect = {.dc_id = CDN_DC,
                                        .file_token = tl_bytes_of("token", 5),
                                        .encryption_key = tl_bytes_of(cdn_key, 32),
                                        .encryption_iv = tl_bytes_of(cdn_iv, 16),
                                        .file_hashes = {items, n}};
  tl_object object = tg_upload_fileCdnRedirect_object(&redirect);
  fake_answer(dc, call, &object);
}

static void answer_hashes(fake_dc *dc, const fake_call *call, int64_t from) {
  tg_fileHash hashes[8];
  const tg_fileHash *items[8];
  uint8_t digests[8][32];
  size_t n = make_hashes(from, hashes, digests);
  for (size_t i = 0; i < 8; i++)
    items[i] = &hashes[i];
  tg_vector_FileHash vector = {items, n};
  tl_value value = {&tg_schema, &vector, tl_find_type(&tg_schema, "Vector<FileHash>", 16)};
  tl_buffer bytes;
  tl_buffer_init(&bytes, NULL, 0);
  assert_int_equal(tl_encode_value(&value, &bytes, NULL), TL_OK);
  fake_answer_raw(dc, call, bytes.data, bytes.size);
  tl_buffer_free(&bytes);
}

static void answer_cdn_file(fake_dc *dc, const fake_call *call,
                            const tg_upload_getCdnFile *request) {
  static uint8_t sealed[1 << 20];
  assert_memory_equal(request->file_token.data, "token", 5);
  s.cdn_gets++;
  if (s.needs_reupload) {
    s.needs_reupload = false;
    tg_upload_cdnFileReuploadNeeded needed = {.request_token = tl_bytes_of("again", 5)};
    tl_object object = tg_upload_cdnFileReuploadNeeded_object(&needed);
    fake_answer(dc, call, &object);
    return;
  }
  int64_t left = size - request->offset;
  int n = left <= 0 ? 0 : left < request->limit ? (int)left : request->limit;
  uint8_t iv[16];
  uint32_t block = (uint32_t)(request->offset / 16);
  memcpy(iv, cdn_iv, 12);
  for (int i = 0; i < 4; i++)
    iv[15 - i] = (uint8_t)(block >> 8 * i);
  EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
  EVP_EncryptInit_ex(cipher, EVP_aes_256_ctr(), NULL, cdn_key, iv);
  EVP_EncryptUpdate(cipher, sealed, &n, content + (n ? request->offset : 0), n);
  EVP_CIPHER_CTX_free(cipher);
  if (s.tampered && n)
    sealed[n / 2] ^= 1;
  tg_upload_cdnFile file = {.bytes = tl_bytes_of(sealed, (size_t)n)};
  tl_object object = tg_upload_cdnFile_object(&file);
  fake_answer(dc, call, &object);
}

static void answer_cdn_config(fake_dc *dc, const fake_call *call) {
  tg_cdnPublicKey key = {.dc_id = CDN_DC, .public_key = tl_string_of(pem_public)};
  const tg_cdnPublicKey *items[1] = {&key};
  tg_cdnConfig config = {.public_keys = {items, 1}};
  tl_object object = tg_cdnConfig_object(&config);
  s.cdn_configs++;
  fake_answer(dc, call, &object);
}

static bool serve(void *ctx, fake_dc *dc, const fake_call *call) {
  (void)ctx;
  const char *name = fake_name(call);
  const void *args = call->object.args;
  if (strcmp(name, "upload.saveFilePart") == 0) {
    const tg_upload_saveFilePart *r = args;
    take_part(dc, call, r->file_id, r->file_part, r->bytes, BLOCK);
  } else if (strcmp(name, "upload.saveBigFilePart") == 0) {
    const tg_upload_saveBigFilePart *r = args;
    s.big = true;
    s.total = (unsigned)r->file_total_parts;
    take_part(dc, call, r->file_id, r->file_part, r->bytes, 512 << 10);
  } else if (strcmp(name, "upload.getFile") == 0) {
    if (s.redirect && ((const tg_upload_getFile *)args)->cdn_supported)
      answer_redirect(dc, call);
    else
      answer_file(dc, call, args);
  } else if (strcmp(name, "upload.getCdnFile") == 0) {
    assert_int_equal(dc->id, CDN_DC);
    assert_false(call->inited);
    answer_cdn_file(dc, call, args);
  } else if (strcmp(name, "upload.getCdnFileHashes") == 0) {
    s.hash_asks++;
    answer_hashes(dc, call, ((const tg_upload_getCdnFileHashes *)args)->offset);
  } else if (strcmp(name, "upload.reuploadCdnFile") == 0) {
    s.reuploads++;
    assert_memory_equal(((const tg_upload_reuploadCdnFile *)args)->request_token.data, "again", 5);
    answer_hashes(dc, call, 0);
  } else if (strcmp(name, "help.getCdnConfig") == 0) {
    answer_cdn_config(dc, call);
  } else {
    return answer_nearest(NULL, dc, call);
  }
  return true;
}

static void start(int64_t file_size) {
  static mtp_dc_option addresses[FIXTURE_DCS];
  size = file_size;
  for (int32_t i = 1; i <= FIXTURE_DCS; i++)
    fixture_dc(&f, i)->on_call = serve;
  memcpy(addresses, f.addresses, sizeof addresses);
  addresses[CDN_DC - 1].flags = MTP_DC_CDN;
  f.options.dcs = addresses;
  fixture_start(&f, NULL);
}

/* ---- both ends ---- */

typedef struct end {
  unsigned ended;
  mtp_error error;
  mtp_uploaded file;
  int64_t size;
  int64_t progress;
  unsigned steps;
} end;

static void uploaded(void *ctx, const mtp_error *error, const mtp_uploaded *file) {
  end *e = ctx;
  e->ended++;
  if (error)
    e->error = *error;
  else
    e->file = *file;
}

static void downloaded(void *ctx, const mtp_error *error, int64_t n) {
  end *e = ctx;
  e->ended++;
  e->size = n;
  if (error)
    e->error = *error;
}

static void progress(void *ctx, int64_t done, int64_t total) {
  end *e = ctx;
  assert_true(done > e->progress || done == 0);
  assert_true(total == -1 || done <= total);
  e->progress = done;
  e->steps++;
}

static int read_content(void *ctx, int64_t offset, void *out, size_t n) {
  (void)ctx;
  assert_true(offset + (int64_t)n <= size);
  memcpy(out, content + offset, n);
  return 0;
}

static int read_nothing(void *ctx, int64_t offset, void *out, size_t n) {
  (void)ctx;
  (void)offset;
  memset(out, 0, n);
  return -1;
}

static int keep(void *ctx, int64_t offset, const void *data, size_t n) {
  (void)ctx;
  assert_true(offset == written); /* in order, nothing twice */
  memcpy(arrived + offset, data, n);
  written += (int64_t)n;
  return 0;
}

static int keep_nothing(void *ctx, int64_t offset, const void *data, size_t n) {
  (void)ctx;
  (void)offset;
  (void)data;
  (void)n;
  return -1;
}

static void send_file(end *e, int (*read)(void *, int64_t, void *, size_t)) {
  mtp_error error;
  mtp_source source = {.read = read, .size = size, .name = "file.bin"};
  mtp_transfer_options options = {.progress = progress, .progress_ctx = e};
  memset(e, 0, sizeof *e);
  if (mtp_upload_start(f.client, &source, &options, uploaded, e, NULL, &error) != MTP_OK)
    fail_msg("%s", error.text);
}

static void fetch_file(end *e, int64_t known, bool no_cdn,
                       int (*write)(void *, int64_t, const void *, size_t), mtp_transfer **out) {
  mtp_error error;
  tg_inputDocumentFileLocation document = {.file_reference = tl_bytes_of("r", 1),
                                           .thumb_size = TL_STR("")};
  mtp_remote_file file = {.location = tg_inputDocumentFileLocation_box(&document), .size = known};
  mtp_sink sink = {.write = write};
  mtp_transfer_options options = {.progress = progress, .progress_ctx = e, .no_cdn = no_cdn};
  memset(e, 0, sizeof *e);
  mtp_status status =
      mtp_download_start(f.client, &file, &sink, &options, downloaded, e, out, &error);
  if (status != MTP_OK)
    fail_msg("%s", error.text);
}

static void assert_fetched(const end *e) {
  assert_int_equal(e->ended, 1);
  if (e->error.status != MTP_OK)
    fail_msg("%s: %s", mtp_status_name(e->error.status), e->error.text);
  assert_true(e->size == size);
  assert_memory_equal(arrived, content, (size_t)size);
}

/* ---- uploads ---- */

static void test_a_small_file_is_sent_with_its_md5(void **state) {
  (void)state;
  end e;
  uint8_t digest[16];
  char hex[33];
  start(300000);
  send_file(&e, read_content);
  fixture_run_until(&f, &e.ended);
  assert_int_equal(e.error.status, MTP_OK);
  assert_int_equal(s.parts, 3);
  assert_int_equal(e.file.parts, 3);
  assert_false(e.file.big);
  assert_true(e.file.id == s.id);
  assert_memory_equal(arrived, content, 300000);
  EVP_Digest(content, 300000, digest, NULL, EVP_md5(), NULL);
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
  end e;
  start((10 << 20) + 77);
  send_file(&e, read_content);
  fixture_run_until(&f, &e.ended);
  assert_int_equal(e.error.status, MTP_OK);
  assert_true(s.big && e.file.big);
  assert_int_equal(s.parts, 21);
  assert_int_equal(s.total, 21);
  assert_memory_equal(arrived, content, (size_t)size);
  mtp_input_file storage;
  assert_int_equal(mtp_uploaded_input(&e.file, &storage).kind, TG_inputFileBig);
}

static void test_a_part_that_is_refused_ends_the_upload(void **state) {
  (void)state;
  end e;
  start(1000000);
  s.error = "FILE_PART_INVALID";
  send_file(&e, read_content);
  fixture_run_until(&f, &e.ended);
  fixture_settle(&f);
  assert_int_equal(e.ended, 1);
  assert_int_equal(e.error.status, MTP_ERR_RPC);
  assert_string_equal(e.error.text, "FILE_PART_INVALID");
}

static void test_what_cannot_be_sent_is_refused_at_once(void **state) {
  (void)state;
  end e;
  mtp_error error;
  start(0);
  memset(&e, 0, sizeof e);
  mtp_source source = {.read = read_content, .size = 0};
  assert_int_equal(mtp_upload_start(f.client, &source, NULL, uploaded, &e, NULL, &error),
                   MTP_ERR_ARGUMENT);
  source.size = 1 << 20;
  mtp_transfer_options options = {.part_size = 1000};
  assert_int_equal(mtp_upload_start(f.client, &source, &options, uploaded, &e, NULL, &error),
                   MTP_ERR_ARGUMENT);
  source.size = (int64_t)8001 * 524288;
  assert_int_equal(mtp_upload_start(f.client, &source, NULL, uploaded, &e, NULL, &error),
                   MTP_ERR_ARGUMENT);
  source = (mtp_source){.read = read_nothing, .size = 100};
  assert_int_equal(mtp_upload_start(f.client, &source, NULL, uploaded, &e, NULL, &error),
                   MTP_ERR_ARGUMENT);
  fixture_settle(&f);
  assert_int_equal(e.ended, 0);
}

/* ---- downloads ---- */

static void test_a_file_of_known_size_is_fetched(void **state) {
  (void)state;
  end e;
  start((3 << 20) + 5);
  fetch_file(&e, size, false, keep, NULL);
  fixture_run_until(&f, &e.ended);
  assert_fetched(&e);
  assert_int_equal(s.gets, 7);
  assert_true(e.progress == size);
}

static void test_the_end_of_a_file_is_found_out(void **state) {
  (void)state;
  end e;
  static const int64_t sizes[] = {1, 524288, 524289, 2 << 20};
  for (size_t i = 0; i < 4; i++) {
    tear_down(NULL);
    set_up(NULL);
    start(sizes[i]);
    fetch_file(&e, 0, false, keep, NULL);
    fixture_run_until(&f, &e.ended);
    assert_fetched(&e);
  }
}

static void test_a_file_that_is_too_short_is_told(void **state) {
  (void)state;
  end e;
  start(1000);
  fetch_file(&e, 2000, false, keep, NULL);
  fixture_run_until(&f, &e.ended);
  assert_int_equal(e.error.status, MTP_ERR_PROTOCOL);
  assert_int_equal(e.size, 1000);
}

/* proves AP-4 */
static void test_a_file_elsewhere_is_fetched_from_there(void **state) {
  (void)state;
  end e;
  start(2 << 20);
  s.migrate = 1;
  fetch_file(&e, size, false, keep, NULL);
  fixture_run_until(&f, &e.ended);
  assert_fetched(&e);
  assert_int_equal(s.gets, 5); /* one for nothing */
}

static void test_a_sink_that_is_full_ends_the_download(void **state) {
  (void)state;
  end e;
  start(2 << 20);
  fetch_file(&e, size, false, keep_nothing, NULL);
  fixture_run_until(&f, &e.ended);
  fixture_settle(&f);
  assert_int_equal(e.ended, 1);
  assert_int_equal(e.error.status, MTP_ERR_ARGUMENT);
}

static void test_a_download_can_be_cancelled(void **state) {
  (void)state;
  end e;
  mtp_transfer *transfer;
  start(8 << 20);
  fetch_file(&e, size, false, keep, &transfer);
  fixture_run_until(&f, &e.steps);
  assert_int_equal(e.ended, 0);
  mtp_transfer_cancel(transfer);
  fixture_settle(&f);
  assert_int_equal(e.ended, 1);
  assert_int_equal(e.error.status, MTP_ERR_CANCELLED);
}

static void test_closing_the_client_ends_transfers(void **state) {
  (void)state;
  end up, down;
  start(8 << 20);
  send_file(&up, read_content);
  fetch_file(&down, size, false, keep, NULL);
  fixture_run_until(&f, &up.steps);
  mtp_client_close(f.client);
  assert_int_equal(up.ended, 1);
  assert_int_equal(down.ended, 1);
  assert_int_equal(up.error.status, MTP_ERR_CLOSED);
  assert_int_equal(down.error.status, MTP_ERR_CLOSED);
}

/* ---- CDN ---- */

/* proves AP-6 */
static void test_a_cdn_is_followed_and_checked(void **state) {
  (void)state;
  end e;
  start((3 << 20) + 5);
  s.redirect = true;
  fetch_file(&e, size, false, keep, NULL);
  fixture_run_until(&f, &e.ended);
  assert_fetched(&e);
  assert_int_equal(s.gets, 0);
  assert_int_equal(s.cdn_configs, 1);
  assert_true(s.cdn_gets >= 7);
  assert_true(s.hash_asks >= 1); /* the redirect had eight of twenty-five */
  assert_int_equal(fixture_dc(&f, CDN_DC)->inits, 0);
}

/* proves AP-6 */
static void test_a_block_with_another_hash_ends_the_download(void **state) {
  (void)state;
  end e;
  start(1 << 20);
  s.redirect = s.tampered = true;
  fetch_file(&e, size, false, keep, NULL);
  fixture_run_until(&f, &e.ended);
  assert_int_equal(e.error.status, MTP_ERR_PROTOCOL);
  assert_int_equal(written, 0);
}

/* proves AP-6 */
static void test_what_the_cdn_lacks_is_uploaded_again(void **state) {
  (void)state;
  end e;
  start(1 << 20);
  s.redirect = s.needs_reupload = s.no_hashes = true;
  fetch_file(&e, size, false, keep, NULL);
  fixture_run_until(&f, &e.ended);
  assert_fetched(&e);
  assert_int_equal(s.reuploads, 1);
}

/* proves AP-6 */
static void test_a_cdn_can_be_declined(void **state) {
  (void)state;
  end e;
  start(1 << 20);
  s.redirect = true;
  fetch_file(&e, size, true, keep, NULL);
  fixture_run_until(&f, &e.ended);
  assert_fetched(&e);
  assert_int_equal(s.cdn_gets, 0);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_a_small_file_is_sent_with_its_md5),
      TEST(test_a_big_file_is_sent_as_one),
      TEST(test_a_part_that_is_refused_ends_the_upload),
      TEST(test_what_cannot_be_sent_is_refused_at_once),
      TEST(test_a_file_of_known_size_is_fetched),
      TEST(test_the_end_of_a_file_is_found_out),
      TEST(test_a_file_that_is_too_short_is_told),
      TEST(test_a_file_elsewhere_is_fetched_from_there),
      TEST(test_a_sink_that_is_full_ends_the_download),
      TEST(test_a_download_can_be_cancelled),
      TEST(test_closing_the_client_ends_transfers),
      TEST(test_a_cdn_is_followed_and_checked),
      TEST(test_a_block_with_another_hash_ends_the_download),
      TEST(test_what_the_cdn_lacks_is_uploaded_again),
      TEST(test_a_cdn_can_be_declined),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
