/* GramJS, StringSession: "1" and base64 with padding of
 *   u8 dc, i16 big-endian length, so many bytes of host, i16 big-endian port, 256 bytes key.
 * Its reader takes Telethon's strings too, and so does this one. Its ports are signed: it cannot
 * use one above 32767. */
#include "../bytes.h"
#include "telethon.h"
#include <arpa/inet.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

enum { LEAST_HOST = 4 };

static bool looks(const tgauth_source *source) {
  tgauth_decoded bytes;
  bool fits = tgauth_telethon_decode(source, &bytes) && tgauth_gramjs_fits(&bytes);
  OPENSSL_cleanse(&bytes, sizeof bytes);
  return fits;
}

static mtp_status read_own(const tgauth_decoded *bytes, mtp_session *session, mtp_error *error) {
  tgauth_reader in = tgauth_reader_of(bytes->data, bytes->size);
  int64_t dc = (int64_t)tgauth_read_be(&in, 1);
  size_t size = (size_t)tgauth_read_be(&in, 2);
  const char *host = (const char *)tgauth_read_raw(&in, size);
  int64_t port = (int64_t)tgauth_read_be(&in, 2);
  const uint8_t *key = tgauth_read_raw(&in, MTP_KEY_SIZE);
  if (!tgauth_read_all(&in))
    return tgauth_fail(error, MTP_ERR_STORE, "a GramJS string does not hold %zu bytes",
                       bytes->size);
  mtp_status status = tgauth_set_home(session, dc, key, MTP_KEY_SIZE, error);
  if (status == MTP_OK)
    status = tgauth_add_address(session, dc, (tl_string){host, size}, port, 0, error);
  return status;
}

static mtp_status import(const tgauth_source *source, mtp_session *session, mtp_error *error) {
  tgauth_decoded bytes;
  mtp_status status;
  if (!tgauth_telethon_decode(source, &bytes))
    status = tgauth_fail(error, MTP_ERR_STORE, "a GramJS string is \"1\" and base64");
  else if (tgauth_telethon_fits(&bytes))
    status = tgauth_telethon_read(&bytes, session, error);
  else if (tgauth_gramjs_fits(&bytes))
    status = read_own(&bytes, session, error);
  else
    status = tgauth_fail(error, MTP_ERR_STORE,
                         "its %zu bytes are laid out neither as GramJS does it nor as Telethon",
                         bytes.size);
  OPENSSL_cleanse(&bytes, sizeof bytes);
  return status;
}

/* GramJS takes a string with a host of up to three characters for one of Telethon: an IPv6 address
 * is written at length then. False when it is none, or too long. */
static bool long_host(const char *host, char *out, size_t size) {
  uint8_t a[16];
  size_t n = strlen(host);
  if (n < LEAST_HOST && inet_pton(AF_INET6, host, a) != 1)
    return false;
  if (n >= LEAST_HOST)
    return (size_t)snprintf(out, size, "%s", host) < size;
  size_t used = 0;
  for (size_t i = 0; i < 16; i += 2)
    used += (size_t)snprintf(out + used, size - used, i ? ":%x" : "%x",
                             (unsigned)(a[i] << 8 | a[i + 1]));
  return true;
}

static mtp_status export(const mtp_session *session, const tgauth_target *target,
                         mtp_error *error) {
  tl_buffer bytes;
  const mtp_dc_option *address = tgauth_home_address(session, TGAUTH_ADDRESS_ANY, error);
  if (!address)
    return MTP_ERR_STORE;
  if (session->home_dc > 255 || address->port > INT16_MAX)
    return tgauth_fail(error, MTP_ERR_STORE, "a GramJS string cannot hold data centre %d, port %d",
                       (int)session->home_dc, (int)address->port);
  char host[64];
  if (!long_host(address->host, host, sizeof host))
    return tgauth_fail(error, MTP_ERR_STORE, "a GramJS string cannot hold the host %s",
                       address->host);
  size_t size = strlen(host);
  tl_buffer_init(&bytes, session->allocator, 0);
  tgauth_writer out = {&bytes, false};
  tgauth_write_be(&out, (uint64_t)session->home_dc, 1);
  tgauth_write_be(&out, size, 2);
  tgauth_write_raw(&out, host, size);
  tgauth_write_be(&out, address->port, 2);
  tgauth_write_raw(&out, tgauth_home_key(session)->key, MTP_KEY_SIZE);
  return tgauth_encode_text(&bytes, !out.failed, "1", TGAUTH_BASE64, target->out, error);
}

const tgauth_row tgauth_row_gramjs = {
    .head = {.name = "gramjs",
             .what = "GramJS, StringSession",
             .form = TGAUTH_FORM_TEXT,
             .imports = true,
             .exports = true},
    .looks = looks,
    .import = import,
    .export = export,
};
