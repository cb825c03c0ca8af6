/* Base64 of a few hundred secret bytes, in and out. */
#include "convert.h"
#include <openssl/crypto.h>
#include <string.h>

bool tgauth_decode_text(const tgauth_source *source, size_t skip, tgauth_decoded *out) {
  out->size = 0;
  if (!source->data || source->size <= skip || source->size - skip > TGAUTH_MAX_TEXT)
    return false;
  return tgauth_base64_decode((const char *)source->data + skip, source->size - skip, out->data,
                              &out->size);
}

mtp_status tgauth_encode_text(tl_buffer *bytes, bool complete, const char *prefix,
                              tgauth_base64 form, tl_buffer *out, mtp_error *error) {
  size_t room = tgauth_base64_room(bytes->size);
  bool ok = complete && tl_buffer_append(out, prefix, strlen(prefix)) == TL_OK;
  char *at = ok ? (char *)tl_buffer_extend(out, room) : NULL;
  if (at) {
    tgauth_base64_encode(bytes->data, bytes->size, form, at);
    out->size -= room - strlen(at);
  }
  tl_buffer_wipe(bytes);
  tl_buffer_free(bytes);
  return at ? MTP_OK : tgauth_fail(error, MTP_ERR_NOMEM, "out of memory");
}
