/* MTProxy secrets: from text or bytes to what they ask for (TR-11). */
#include <mtp/proxy.h>
#include <openssl/crypto.h>
#include <string.h>

#include "proxy_internal.h"
#include "transport/text.h"

#define SECRET_MAX (17 + MTP_DOMAIN_MAX)

mtp_status mtp_proxy_fail(mtp_error *error, tl_status fault, size_t offset, const char *text) {
  if (error) {
    mtp_error_set(error, MTP_ERR_ARGUMENT, text);
    error->tl.status = fault;
    error->tl.offset = offset;
  }
  return MTP_ERR_ARGUMENT;
}

static bool domain_ok(const uint8_t *domain, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (domain[i] <= ' ' || domain[i] >= 0x7f)
      return false;
  return n > 0;
}

static bool all_zero(const uint8_t *data, size_t n) {
  uint8_t any = 0;
  for (size_t i = 0; i < n; i++)
    any |= data[i];
  return any == 0;
}

/* What is wrong with the bytes of a secret; NULL when nothing is. */
static const char *secret_fault(const uint8_t *data, size_t n) {
  if (n < 16)
    return "a secret has at least 16 bytes";
  if (n == 16 || (n == 17 && data[0] == 0xdd))
    return NULL;
  if (data[0] != 0xee)
    return "a secret of more than 16 bytes starts with dd (17 bytes) or ee";
  if (n == 17)
    return "an ee secret ends with the domain to show, which is missing";
  if (n > SECRET_MAX)
    return "the domain in the secret is longer than 182 bytes";
  return domain_ok(data + 17, n - 17) ? NULL : "the domain in the secret is not a domain name";
}

mtp_status mtp_secret_from_bytes(const uint8_t *data, size_t size, mtp_secret *out,
                                 mtp_error *error) {
  memset(out, 0, sizeof *out);
  mtp_error_set(error, MTP_OK, NULL);
  const char *fault = secret_fault(data, size);
  if (fault)
    return mtp_proxy_fail(error, TL_ERR_TYPE, 0, fault);
  memcpy(out->key, data + (size > 16), 16);
  if (size == 16) {
    out->kind = all_zero(data, 16) ? MTP_SECRET_NONE : MTP_SECRET_PLAIN;
  } else if (data[0] == 0xdd) {
    out->kind = MTP_SECRET_PADDED;
  } else {
    out->kind = MTP_SECRET_TLS;
    memcpy(out->domain, data + 17, size - 17);
  }
  return MTP_OK;
}

mtp_status mtp_secret_parse(const char *text, size_t size, mtp_secret *out, mtp_error *error) {
  uint8_t hex[SECRET_MAX + 64], base64[SECRET_MAX + 64];
  size_t hex_size = 0, base64_size = 0;
  memset(out, 0, sizeof *out);
  mtp_error_set(error, MTP_OK, NULL);
  bool is_hex = mtp_hex_decode(text, size, hex, sizeof hex, &hex_size);
  bool is_base64 = mtp_base64_decode(text, size, base64, sizeof base64, &base64_size);
  mtp_status status;
  if (is_hex && (!is_base64 || !secret_fault(hex, hex_size) || secret_fault(base64, base64_size)))
    status = mtp_secret_from_bytes(hex, hex_size, out, error);
  else if (is_base64)
    status = mtp_secret_from_bytes(base64, base64_size, out, error);
  else
    status = mtp_proxy_fail(error, TL_ERR_SYNTAX, 0,
                            size > 2 * sizeof hex ? "the secret is too long"
                                                  : "the secret is neither hex nor base64");
  OPENSSL_cleanse(hex, sizeof hex);
  OPENSSL_cleanse(base64, sizeof base64);
  return status;
}
