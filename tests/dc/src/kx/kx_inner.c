/* Reading p_q_inner_data. Its four forms begin alike, and under the older padding one has to know
 * where it ends: so it is read by hand. */
#include "kx_inner.h"

#include "crypto/hash.h"
#include "crypto/secret.h"
#include "reader.h"
#include <string.h>

#define OLD_DATA_AT 21 /* a zero byte, SHA1(data), data, random bytes */

enum form { FORM_PLAIN, FORM_DC, FORM_TEMP, FORM_TEMP_DC, FORM_NONE };

static enum form form_of(uint32_t id) {
  switch (id) {
  case 0x83c95aecu:
    return FORM_PLAIN;
  case 0xa9f55f95u:
    return FORM_DC;
  case 0x3c6a84d4u:
    return FORM_TEMP;
  case 0x56fddf88u:
    return FORM_TEMP_DC;
  default:
    return FORM_NONE;
  }
}

static void take_array(dc_reader *reader, uint8_t *out, size_t size) {
  const uint8_t *at = dc_take(reader, size);
  if (at)
    memcpy(out, at, size);
}

/* Reads one from the start of the storage behind `skip`; *size is what it takes. */
static bool parse(kx_inner *inner, size_t skip, size_t limit, size_t *size) {
  dc_reader reader = {inner->storage + skip, limit - skip, false};
  enum form form = form_of(dc_take32(&reader));
  inner->pq = dc_take_bytes(&reader);
  inner->p = dc_take_bytes(&reader);
  inner->q = dc_take_bytes(&reader);
  take_array(&reader, inner->nonce, 16);
  take_array(&reader, inner->server_nonce, 16);
  take_array(&reader, inner->new_nonce, 32);
  inner->dc = form == FORM_DC || form == FORM_TEMP_DC ? (int32_t)dc_take32(&reader) : 0;
  inner->temporary = form == FORM_TEMP || form == FORM_TEMP_DC;
  inner->expires_in = inner->temporary ? (int32_t)dc_take32(&reader) : 0;
  *size = (size_t)(reader.at - inner->storage) - skip;
  return form != FORM_NONE && !reader.bad && (!inner->temporary || inner->expires_in > 0);
}

static mtp_status open_old(const uint8_t raw[MTP_RSA_SIZE], kx_inner *out) {
  uint8_t hash[MTP_SHA1_SIZE];
  size_t size;
  memcpy(out->storage, raw, MTP_RSA_SIZE);
  if (raw[0] != 0 || !parse(out, OLD_DATA_AT, MTP_RSA_SIZE, &size))
    return MTP_ERR_REJECTED;
  tl_bytes data = tl_bytes_of(out->storage + OLD_DATA_AT, size);
  mtp_status status = mtp_sha1(&data, 1, hash);
  if (!status && !mtp_equal(hash, raw + 1, sizeof hash))
    status = MTP_ERR_REJECTED;
  out->old_padding = true;
  return status;
}

mtp_status kx_inner_open(const rsa_private *key, tl_bytes encrypted, kx_inner *out) {
  uint8_t raw[MTP_RSA_SIZE];
  size_t size;
  memset(out, 0, sizeof *out);
  if (encrypted.size != MTP_RSA_SIZE)
    return MTP_ERR_REJECTED;
  mtp_status status = rsa_private_power(key, encrypted.data, raw);
  if (!status)
    status = rsa_pad_open(raw, out->storage);
  if (!status && !parse(out, 0, MTP_RSA_PAD_DATA_SIZE, &size))
    status = MTP_ERR_REJECTED;
  else if (status == MTP_ERR_REJECTED)
    status = open_old(raw, out);
  mtp_wipe(raw, sizeof raw);
  return status;
}
