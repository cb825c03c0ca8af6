/* MTKruto, auth string: base64url without padding of
 *   string "2" or "2-test", bytes key
 * in TL, to which newer versions add i32 api_id, u8 bot, i64 user. Then every run of zero bytes is
 * replaced by 0 and its length, at most 255. */
#include "../bytes.h"
#include "../convert.h"
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

enum { ROOM = 1024 }; /* what is written fits without the buffers moving */

typedef struct fields {
  tl_bytes dc, key;
  bool newer;
  int32_t api_id;
  uint64_t bot;
  int64_t user;
} fields;

/* Undoes the runs; false when they make too much. */
static bool unpack(const tgauth_decoded *packed, tgauth_decoded *out) {
  out->size = 0;
  for (size_t i = 0; i < packed->size; i++) {
    size_t n = 1;
    if (packed->data[i] == 0 && i + 1 == packed->size)
      return false;
    if (packed->data[i] == 0)
      n = packed->data[i + 1];
    if (n > sizeof out->data - out->size)
      return false;
    memset(out->data + out->size, packed->data[i], n);
    out->size += n;
    i += packed->data[i] == 0;
  }
  return true;
}

static bool read_fields(const tgauth_decoded *bytes, fields *out) {
  tgauth_reader in = tgauth_reader_of(bytes->data, bytes->size);
  memset(out, 0, sizeof *out);
  out->dc = tgauth_read_tl(&in);
  out->key = tgauth_read_tl(&in);
  out->newer = !in.failed && in.left > 0;
  if (out->newer) {
    out->api_id = tgauth_read_int_le(&in);
    out->bot = tgauth_read_le(&in, 1);
    uint64_t user = tgauth_read_le(&in, 8);
    out->user = user > INT64_MAX ? -1 : (int64_t)user;
  }
  return tgauth_read_all(&in) && out->bot <= 1;
}

/* "2", "2-test"; 0 when it is neither. */
static int64_t dc_of(tl_bytes text, bool *test) {
  static const char suffix[] = "-test";
  size_t n = text.size, m = sizeof suffix - 1;
  int64_t dc = 0;
  *test = n > m && memcmp(text.data + n - m, suffix, m) == 0;
  n -= *test ? m : 0;
  if (n == 0 || n > 4)
    return 0;
  for (size_t i = 0; i < n; i++) {
    if (text.data[i] < '0' || text.data[i] > '9')
      return 0;
    dc = dc * 10 + (text.data[i] - '0');
  }
  return dc;
}

static bool decode(const tgauth_source *source, tgauth_decoded *packed, tgauth_decoded *bytes,
                   fields *out) {
  return tgauth_decode_text(source, 0, packed) && unpack(packed, bytes) && read_fields(bytes, out);
}

static bool looks_as(const tgauth_source *source, bool newer) {
  tgauth_decoded packed, bytes;
  fields f;
  bool test;
  bool fits = decode(source, &packed, &bytes, &f) && dc_of(f.dc, &test) && f.newer == newer;
  OPENSSL_cleanse(&packed, sizeof packed);
  OPENSSL_cleanse(&bytes, sizeof bytes);
  return fits;
}

static bool looks(const tgauth_source *source) {
  return looks_as(source, false);
}

static bool looks_newer(const tgauth_source *source) {
  return looks_as(source, true);
}

static mtp_status import_as(const tgauth_source *source, bool newer, mtp_session *session,
                            mtp_error *error) {
  tgauth_decoded packed, bytes;
  fields f;
  mtp_status status;
  if (decode(source, &packed, &bytes, &f) && f.newer >= newer) {
    int64_t dc = dc_of(f.dc, &session->test);
    session->api_id = f.api_id > 0 ? f.api_id : 0;
    status = tgauth_set_home(session, dc, f.key.data, f.key.size, error);
    if (status == MTP_OK)
      status = tgauth_set_user(session, f.user, f.bot, error);
  } else {
    status = tgauth_fail(error, MTP_ERR_STORE, "it is no MTKruto string, or it is cut off");
  }
  OPENSSL_cleanse(&packed, sizeof packed);
  OPENSSL_cleanse(&bytes, sizeof bytes);
  return status;
}

static mtp_status import(const tgauth_source *source, mtp_session *session, mtp_error *error) {
  return import_as(source, false, session, error);
}

static mtp_status import_newer(const tgauth_source *source, mtp_session *session,
                               mtp_error *error) {
  return import_as(source, true, session, error);
}

/* Writes the runs. */
static void pack(const tl_buffer *bytes, tgauth_writer *out) {
  for (size_t i = 0; i < bytes->size;) {
    size_t run = 0;
    while (i + run < bytes->size && run < 255 && bytes->data[i + run] == 0)
      run++;
    tgauth_write_raw(out, bytes->data + i, 1);
    if (run)
      tgauth_write_le(out, run, 1);
    i += run ? run : 1;
  }
}

static mtp_status export_as(const mtp_session *session, bool newer, const tgauth_target *target,
                            mtp_error *error) {
  char dc[24];
  tl_buffer bytes, packed;
  tl_buffer_init(&bytes, session->allocator, 0);
  tl_buffer_init(&packed, session->allocator, 0);
  tgauth_writer out = {&bytes, tl_buffer_reserve(&bytes, ROOM) != TL_OK};
  tgauth_writer runs = {&packed, tl_buffer_reserve(&packed, ROOM) != TL_OK};
  int n = snprintf(dc, sizeof dc, "%d%s", (int)session->home_dc, session->test ? "-test" : "");
  tgauth_write_tl(&out, dc, (size_t)n);
  tgauth_write_tl(&out, tgauth_home_key(session)->key, MTP_KEY_SIZE);
  if (newer) {
    tgauth_write_le(&out, (uint32_t)session->api_id, 4);
    tgauth_write_le(&out, session->bot, 1);
    tgauth_write_le(&out, (uint64_t)session->user_id, 8);
  }
  pack(&bytes, &runs);
  tl_buffer_wipe(&bytes);
  tl_buffer_free(&bytes);
  return tgauth_encode_text(&packed, !out.failed && !runs.failed, "", TGAUTH_BASE64URL, target->out,
                            error);
}

static mtp_status export(const mtp_session *session, const tgauth_target *target,
                         mtp_error *error) {
  return export_as(session, false, target, error);
}

static mtp_status export_newer(const mtp_session *session, const tgauth_target *target,
                               mtp_error *error) {
  return export_as(session, true, target, error);
}

const tgauth_row tgauth_row_mtkruto = {
    .head = {.name = "mtkruto",
             .what = "MTKruto, auth string: data centre and key",
             .form = TGAUTH_FORM_TEXT,
             .imports = true,
             .exports = true},
    .no_address = true,
    .looks = looks,
    .import = import,
    .export = export,
};

const tgauth_row tgauth_row_mtkruto_newer = {
    .head = {.name = "mtkruto-user",
             .what = "MTKruto, auth string that also has api_id and user",
             .form = TGAUTH_FORM_TEXT,
             .imports = true,
             .exports = true},
    .no_address = true,
    .user = true,
    .looks = looks_newer,
    .import = import_newer,
    .export = export_newer,
};
