/* mtcute, string session version 3: base64url without padding of
 *   u8 3, i32 flags, bytes main, [bytes media], [int53 user, Bool bot], bytes key
 * in TL, little-endian; flags: 1 a user, 2 test (older), 4 a media address. An address is
 *   u8 version (1, 2), u8 dc, u8 flags (1 IPv6, 2 media, 4 test in version 2), string, i32 port. */
#include "../bytes.h"
#include "../convert.h"
#include <openssl/crypto.h>
#include <string.h>

enum { VERSION = 3, ADDRESS_VERSION = 2 };
enum { HAS_USER = 1, OLD_TEST = 2, HAS_MEDIA = 4 };
enum { ADDRESS_IPV6 = 1, ADDRESS_MEDIA = 2, ADDRESS_TEST = 4 };
static const uint32_t bool_true = 0x997275b5, bool_false = 0xbc799737;

typedef struct centre {
  uint64_t version, dc, flags;
  tl_bytes host;
  int32_t port;
} centre;

typedef struct fields {
  centre main, media; /* media.dc 0: none */
  bool test;
  int64_t user;
  bool bot;
  tl_bytes key;
} fields;

static bool read_address(tgauth_reader *from, centre *out) {
  tl_bytes blob = tgauth_read_tl(from);
  tgauth_reader in = tgauth_reader_of(blob.data, blob.size);
  out->version = tgauth_read_be(&in, 1);
  out->dc = tgauth_read_be(&in, 1);
  out->flags = tgauth_read_be(&in, 1);
  out->host = tgauth_read_tl(&in);
  out->port = tgauth_read_int_le(&in);
  return !from->failed && tgauth_read_all(&in) && (out->version == 1 || out->version == 2);
}

static bool read_user(tgauth_reader *in, fields *out) {
  uint64_t user = tgauth_read_le(in, 8);
  uint32_t bot = (uint32_t)tgauth_read_le(in, 4);
  out->user = user > INT64_MAX ? -1 : (int64_t)user;
  out->bot = bot == bool_true;
  return bot == bool_true || bot == bool_false;
}

static bool read_fields(const tgauth_decoded *bytes, fields *out) {
  tgauth_reader in = tgauth_reader_of(bytes->data, bytes->size);
  memset(out, 0, sizeof *out);
  if (tgauth_read_be(&in, 1) != VERSION)
    return false;
  uint64_t flags = tgauth_read_le(&in, 4);
  if (!read_address(&in, &out->main) || (flags & HAS_MEDIA && !read_address(&in, &out->media)) ||
      (flags & HAS_USER && !read_user(&in, out)))
    return false;
  out->key = tgauth_read_tl(&in);
  out->test = (flags & OLD_TEST) ||
              (out->main.version >= ADDRESS_VERSION && (out->main.flags & ADDRESS_TEST));
  return tgauth_read_all(&in);
}

static bool looks(const tgauth_source *source) {
  tgauth_decoded bytes;
  fields f;
  bool fits = tgauth_decode_text(source, 0, &bytes) && read_fields(&bytes, &f);
  OPENSSL_cleanse(&bytes, sizeof bytes);
  return fits;
}

static mtp_status add(mtp_session *session, const centre *a, int flags, mtp_error *error) {
  tl_string host = {(const char *)a->host.data, a->host.size};
  return tgauth_add_address(session, (int64_t)a->dc, host, a->port, flags, error);
}

static bool same(const centre *a, const centre *b) {
  return a->port == b->port && a->host.size == b->host.size &&
         memcmp(a->host.data, b->host.data, a->host.size) == 0;
}

static mtp_status take(const fields *f, mtp_session *session, mtp_error *error) {
  mtp_status status =
      tgauth_set_home(session, (int64_t)f->main.dc, f->key.data, f->key.size, error);
  if (status == MTP_OK)
    status = tgauth_set_user(session, f->user, f->bot, error);
  if (status == MTP_OK)
    status = add(session, &f->main, 0, error);
  if (status == MTP_OK && f->media.dc && !same(&f->main, &f->media))
    status = add(session, &f->media, MTP_DC_MEDIA, error);
  session->test = session->test || f->test;
  return status;
}

static mtp_status import(const tgauth_source *source, mtp_session *session, mtp_error *error) {
  tgauth_decoded bytes;
  fields f;
  mtp_status status;
  if (!tgauth_decode_text(source, 0, &bytes))
    status = tgauth_fail(error, MTP_ERR_STORE, "an mtcute string is base64url");
  else if (bytes.size == 0 || bytes.data[0] != VERSION)
    status = tgauth_fail(error, MTP_ERR_STORE, "it is not version %d of mtcute's string", VERSION);
  else if (!read_fields(&bytes, &f))
    status = tgauth_fail(error, MTP_ERR_STORE, "the mtcute string is cut off or damaged");
  else
    status = take(&f, session, error);
  OPENSSL_cleanse(&bytes, sizeof bytes);
  return status;
}

static void write_address(tgauth_writer *out, const mtp_session *session, const mtp_dc_option *a) {
  tl_buffer blob;
  tl_buffer_init(&blob, session->allocator, 0);
  tgauth_writer w = {&blob, false};
  unsigned flags = (strchr(a->host, ':') ? ADDRESS_IPV6 : 0u) |
                   (a->flags & MTP_DC_MEDIA ? ADDRESS_MEDIA : 0u) |
                   (session->test ? ADDRESS_TEST : 0u);
  tgauth_write_le(&w, ADDRESS_VERSION, 1);
  tgauth_write_le(&w, (uint64_t)session->home_dc, 1);
  tgauth_write_le(&w, flags, 1);
  tgauth_write_tl(&w, a->host, strlen(a->host));
  tgauth_write_le(&w, a->port, 4);
  tgauth_write_tl(out, blob.data, blob.size);
  out->failed = out->failed || w.failed;
  tl_buffer_free(&blob);
}

/* An address of the home data centre for files alone; NULL when the session has none. */
static const mtp_dc_option *media_address(const mtp_session *session) {
  for (size_t i = 0; i < session->n_options; i++) {
    const mtp_dc_option *o = &session->options[i];
    if (o->dc == session->home_dc && (o->flags & MTP_DC_MEDIA) && o->secret_size == 0 &&
        !(o->flags & (MTP_DC_CDN | MTP_DC_TCPO)) && tgauth_is_host(o->host))
      return o;
  }
  return NULL;
}

static mtp_status export(const mtp_session *session, const tgauth_target *target,
                         mtp_error *error) {
  tl_buffer bytes;
  const mtp_dc_option *address = tgauth_home_address(session, TGAUTH_ADDRESS_ANY, error);
  if (!address)
    return MTP_ERR_STORE;
  if (session->home_dc > 255)
    return tgauth_fail(error, MTP_ERR_STORE, "an mtcute string cannot hold data centre %d",
                       (int)session->home_dc);
  const mtp_dc_option *media = media_address(session);
  tl_buffer_init(&bytes, session->allocator, 0);
  tgauth_writer out = {&bytes, false};
  tgauth_write_le(&out, VERSION, 1);
  tgauth_write_le(&out, (session->user_id ? HAS_USER : 0) | (media ? HAS_MEDIA : 0), 4);
  write_address(&out, session, address);
  if (media)
    write_address(&out, session, media);
  if (session->user_id) {
    tgauth_write_le(&out, (uint64_t)session->user_id, 8);
    tgauth_write_le(&out, session->bot ? bool_true : bool_false, 4);
  }
  tgauth_write_tl(&out, tgauth_home_key(session)->key, MTP_KEY_SIZE);
  return tgauth_encode_text(&bytes, !out.failed, "", TGAUTH_BASE64URL, target->out, error);
}

const tgauth_row tgauth_row_mtcute = {
    .head = {.name = "mtcute",
             .what = "mtcute, string session",
             .form = TGAUTH_FORM_TEXT,
             .imports = true,
             .exports = true},
    .looks = looks,
    .import = import,
    .export = export,
};
