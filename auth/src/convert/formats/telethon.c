/* Telethon 1, StringSession: "1" and base64url with padding of
 *   u8 dc, 4 bytes IPv4 or 16 bytes IPv6, u16 big-endian port, 256 bytes key. */
#include "telethon.h"
#include "../bytes.h"
#include <arpa/inet.h>
#include <openssl/crypto.h>
#include <string.h>

enum { SIZE_V4 = 1 + 4 + 2 + MTP_KEY_SIZE, SIZE_V6 = 1 + 16 + 2 + MTP_KEY_SIZE };
/* What a GramJS string holds beside its host. */
enum { GRAMJS_FIXED = 1 + 2 + 2 + MTP_KEY_SIZE, GRAMJS_HOST = 100 };

static bool is_printable(const uint8_t *text, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (text[i] <= ' ' || text[i] > '~')
      return false;
  return true;
}

bool tgauth_gramjs_fits(const tgauth_decoded *bytes) {
  if (bytes->size <= GRAMJS_FIXED || bytes->size == SIZE_V4)
    return false;
  size_t size = (size_t)bytes->data[1] << 8 | bytes->data[2];
  return size <= GRAMJS_HOST && bytes->size == GRAMJS_FIXED + size &&
         is_printable(bytes->data + 3, size);
}

bool tgauth_telethon_fits(const tgauth_decoded *bytes) {
  return bytes->size == SIZE_V4 || (bytes->size == SIZE_V6 && !tgauth_gramjs_fits(bytes));
}

mtp_status tgauth_telethon_read(const tgauth_decoded *bytes, mtp_session *session,
                                mtp_error *error) {
  char host[64];
  bool v6 = bytes->size == SIZE_V6;
  tgauth_reader in = tgauth_reader_of(bytes->data, bytes->size);
  int64_t dc = (int64_t)tgauth_read_be(&in, 1);
  const uint8_t *address = tgauth_read_raw(&in, v6 ? 16 : 4);
  int64_t port = (int64_t)tgauth_read_be(&in, 2);
  const uint8_t *key = tgauth_read_raw(&in, MTP_KEY_SIZE);
  if (!tgauth_read_all(&in) || !inet_ntop(v6 ? AF_INET6 : AF_INET, address, host, sizeof host))
    return tgauth_fail(error, MTP_ERR_STORE, "a Telethon string holds %d or %d bytes, not %zu",
                       SIZE_V4, SIZE_V6, bytes->size);
  mtp_status status = tgauth_set_home(session, dc, key, MTP_KEY_SIZE, error);
  if (status == MTP_OK)
    status = tgauth_add_address(session, dc, tl_string_of(host), port, 0, error);
  return status;
}

/* 263 bytes that begin as a GramJS string with a longer host: its end was cut off. */
static bool is_cut(const tgauth_decoded *bytes) {
  size_t size = (size_t)bytes->data[1] << 8 | bytes->data[2];
  return bytes->size == SIZE_V4 && size > SIZE_V4 - GRAMJS_FIXED && size <= GRAMJS_HOST &&
         is_printable(bytes->data + 3, size);
}

bool tgauth_telethon_decode(const tgauth_source *source, tgauth_decoded *bytes) {
  bytes->size = 0;
  if (source->size == 0 || source->data[0] != '1' || !tgauth_decode_text(source, 1, bytes))
    return false;
  bool padded = (source->size - 1) % 4 == 0;
  return padded || !is_cut(bytes);
}

static bool looks(const tgauth_source *source) {
  tgauth_decoded bytes;
  bool fits = tgauth_telethon_decode(source, &bytes) && tgauth_telethon_fits(&bytes);
  OPENSSL_cleanse(&bytes, sizeof bytes);
  return fits;
}

static mtp_status import(const tgauth_source *source, mtp_session *session, mtp_error *error) {
  tgauth_decoded bytes;
  mtp_status status;
  if (!tgauth_telethon_decode(source, &bytes))
    status = tgauth_fail(error, MTP_ERR_STORE, "a Telethon string is \"1\" and base64url");
  else if (!tgauth_telethon_fits(&bytes) && tgauth_gramjs_fits(&bytes))
    status = tgauth_fail(error, MTP_ERR_STORE, "it is a GramJS string, not one of Telethon");
  else
    status = tgauth_telethon_read(&bytes, session, error);
  OPENSSL_cleanse(&bytes, sizeof bytes);
  return status;
}

static mtp_status export(const mtp_session *session, const tgauth_target *target,
                         mtp_error *error) {
  uint8_t packed[16];
  tl_buffer bytes;
  const mtp_dc_option *address = tgauth_home_address(session, TGAUTH_ADDRESS_NUMERIC, error);
  if (!address)
    return MTP_ERR_STORE;
  if (session->home_dc > 255)
    return tgauth_fail(error, MTP_ERR_STORE, "a Telethon string cannot hold data centre %d",
                       (int)session->home_dc);
  bool v6 = tgauth_is_ipv6(address->host);
  if (inet_pton(v6 ? AF_INET6 : AF_INET, address->host, packed) != 1)
    return tgauth_fail(error, MTP_ERR_STORE, "%s is no address", address->host);
  tl_buffer_init(&bytes, session->allocator, 0);
  tgauth_writer out = {&bytes, false};
  tgauth_write_be(&out, (uint64_t)session->home_dc, 1);
  tgauth_write_raw(&out, packed, v6 ? 16 : 4);
  tgauth_write_be(&out, address->port, 2);
  tgauth_write_raw(&out, tgauth_home_key(session)->key, MTP_KEY_SIZE);
  return tgauth_encode_text(&bytes, !out.failed, "1", TGAUTH_BASE64URL_PADDED, target->out, error);
}

const tgauth_row tgauth_row_telethon = {
    .head = {.name = "telethon",
             .what = "Telethon 1, StringSession",
             .form = TGAUTH_FORM_TEXT,
             .imports = true,
             .exports = true},
    .looks = looks,
    .import = import,
    .export = export,
};
