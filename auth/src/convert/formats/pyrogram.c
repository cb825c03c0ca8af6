/* Pyrogram and Kurigram, session strings: base64url without padding, in three lengths.
 *   351 characters  u8 dc, u8 test, key, u32 user, u8 bot
 *   356             u8 dc, u8 test, key, u64 user, u8 bot
 *   362             u8 dc, u32 api_id, u8 test, key, u64 user, u8 bot
 * Numbers are big-endian. There is no address in them. */
#include "../bytes.h"
#include "../convert.h"
#include <openssl/crypto.h>

typedef struct layout {
  size_t size;
  bool api_id;
  size_t user_size;
} layout;

static const layout old32 = {263, false, 4}, old64 = {267, false, 8}, current = {271, true, 8};

static const layout *layout_of(size_t size) {
  return size == old32.size     ? &old32
         : size == old64.size   ? &old64
         : size == current.size ? &current
                                : NULL;
}

typedef struct fields {
  int64_t dc, user;
  int32_t api_id;
  uint64_t test, bot; /* 0 or 1, or it is no such string */
  const uint8_t *key;
} fields;

static bool read_fields(const tgauth_decoded *bytes, fields *out) {
  const layout *as = layout_of(bytes->size);
  if (!as)
    return false;
  tgauth_reader in = tgauth_reader_of(bytes->data, bytes->size);
  out->dc = (int64_t)tgauth_read_be(&in, 1);
  out->api_id = as->api_id ? tgauth_read_int_be(&in) : 0;
  out->test = tgauth_read_be(&in, 1);
  out->key = tgauth_read_raw(&in, MTP_KEY_SIZE);
  uint64_t user = tgauth_read_be(&in, as->user_size);
  out->user = user > INT64_MAX ? -1 : (int64_t)user;
  out->bot = tgauth_read_be(&in, 1);
  return tgauth_read_all(&in) && out->test <= 1 && out->bot <= 1;
}

static bool looks_like(const tgauth_source *source, const layout *as) {
  tgauth_decoded bytes;
  fields f;
  bool fits = tgauth_decode_text(source, 0, &bytes) && bytes.size == as->size &&
              read_fields(&bytes, &f) && f.dc > 0;
  OPENSSL_cleanse(&bytes, sizeof bytes);
  return fits;
}

static bool looks_current(const tgauth_source *source) {
  return looks_like(source, &current);
}

static bool looks_old64(const tgauth_source *source) {
  return looks_like(source, &old64);
}

static bool looks_old32(const tgauth_source *source) {
  return looks_like(source, &old32);
}

static mtp_status import(const tgauth_source *source, mtp_session *session, mtp_error *error) {
  tgauth_decoded bytes;
  fields f;
  mtp_status status;
  if (!tgauth_decode_text(source, 0, &bytes)) {
    status = tgauth_fail(error, MTP_ERR_STORE, "a Pyrogram string is base64url");
  } else if (!layout_of(bytes.size)) {
    status =
        tgauth_fail(error, MTP_ERR_STORE, "a Pyrogram string holds %zu, %zu or %zu bytes, not %zu",
                    current.size, old64.size, old32.size, bytes.size);
  } else if (!read_fields(&bytes, &f)) {
    status = tgauth_fail(error, MTP_ERR_STORE, "its test or bot flag is neither 0 nor 1");
  } else {
    session->test = f.test;
    session->api_id = f.api_id > 0 ? f.api_id : 0;
    status = tgauth_set_home(session, f.dc, f.key, MTP_KEY_SIZE, error);
    if (status == MTP_OK)
      status = tgauth_set_user(session, f.user, f.bot, error);
  }
  OPENSSL_cleanse(&bytes, sizeof bytes);
  return status;
}

static mtp_status export_as(const layout *as, const mtp_session *session,
                            const tgauth_target *target, mtp_error *error) {
  tl_buffer bytes;
  if (session->home_dc > 255)
    return tgauth_fail(error, MTP_ERR_STORE, "a Pyrogram string cannot hold data centre %d",
                       (int)session->home_dc);
  if (as->user_size == 4 && session->user_id > UINT32_MAX)
    return tgauth_fail(error, MTP_ERR_STORE,
                       "the old form has 32 bits for the user's id, %lld needs more",
                       (long long)session->user_id);
  tl_buffer_init(&bytes, session->allocator, 0);
  tgauth_writer out = {&bytes, false};
  tgauth_write_be(&out, (uint64_t)session->home_dc, 1);
  if (as->api_id)
    tgauth_write_be(&out, (uint32_t)session->api_id, 4);
  tgauth_write_be(&out, session->test, 1);
  tgauth_write_raw(&out, tgauth_home_key(session)->key, MTP_KEY_SIZE);
  tgauth_write_be(&out, (uint64_t)session->user_id, as->user_size);
  tgauth_write_be(&out, session->bot, 1);
  return tgauth_encode_text(&bytes, !out.failed, "", TGAUTH_BASE64URL, target->out, error);
}

static mtp_status export_current(const mtp_session *session, const tgauth_target *target,
                                 mtp_error *error) {
  return export_as(&current, session, target, error);
}

static mtp_status export_old64(const mtp_session *session, const tgauth_target *target,
                               mtp_error *error) {
  return export_as(&old64, session, target, error);
}

static mtp_status export_old32(const mtp_session *session, const tgauth_target *target,
                               mtp_error *error) {
  return export_as(&old32, session, target, error);
}

const tgauth_row tgauth_row_pyrogram = {
    .head = {.name = "pyrogram",
             .what = "Pyrogram and Kurigram, session string",
             .form = TGAUTH_FORM_TEXT,
             .imports = true,
             .exports = true},
    .user = true,
    .no_address = true,
    .looks = looks_current,
    .import = import,
    .export = export_current,
};

const tgauth_row tgauth_row_pyrogram_old64 = {
    .head = {.name = "pyrogram-old64",
             .what = "Pyrogram, session string without api_id",
             .form = TGAUTH_FORM_TEXT,
             .imports = true,
             .exports = true},
    .user = true,
    .no_address = true,
    .looks = looks_old64,
    .import = import,
    .export = export_old64,
};

const tgauth_row tgauth_row_pyrogram_old32 = {
    .head = {.name = "pyrogram-old32",
             .what = "Pyrogram, the oldest session string",
             .form = TGAUTH_FORM_TEXT,
             .imports = true,
             .exports = true},
    .user = true,
    .no_address = true,
    .looks = looks_old32,
    .import = import,
    .export = export_old32,
};
