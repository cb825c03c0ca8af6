/* The records of fake TLS. */
#include "tls_record.h"

#include <string.h>

enum { CHANGE_CIPHER_SPEC = 0x14, ALERT = 0x15, APPLICATION_DATA = 0x17 };

static bool check_head(mtp_record_reader *reader, mtp_failure *failure) {
  const uint8_t *head = reader->head;
  size_t size = (size_t)head[3] << 8 | head[4];
  bool known = head[0] == APPLICATION_DATA || head[0] == ALERT ||
               (head[0] == CHANGE_CIPHER_SPEC && size == 1);
  if (!known || head[1] != 3 || head[2] != 3)
    return mtp_failure_set(failure, MTP_FAIL_GARBAGE, 0, "fake TLS: not a TLS record");
  if (size > MTP_TLS_RECORD_MAX)
    return mtp_failure_set(failure, MTP_FAIL_OVERSIZED, 0, "fake TLS: a record beyond 16640 bytes");
  if (head[0] == ALERT)
    return mtp_failure_set(failure, MTP_FAIL_CLOSED, 0, "fake TLS: the other side sent an alert");
  reader->left = size;
  return true;
}

bool mtp_record_read(mtp_record_reader *reader, const uint8_t *data, size_t n, tl_buffer *up,
                     mtp_failure *failure) {
  while (n > 0) {
    if (reader->have < 5) {
      reader->head[reader->have++] = *data++;
      n--;
      if (reader->have == 5 && !check_head(reader, failure))
        return false;
    } else {
      size_t take = reader->left < n ? reader->left : n;
      if (reader->head[0] == APPLICATION_DATA && tl_buffer_append(up, data, take) != TL_OK)
        return mtp_failure_memory(failure);
      reader->left -= take;
      data += take;
      n -= take;
    }
    if (reader->have == 5 && reader->left == 0)
      reader->have = 0;
  }
  return true;
}

tl_status mtp_record_write(tl_buffer *out, const uint8_t *data, size_t n, size_t max) {
  while (n > 0) {
    size_t size = n < max ? n : max;
    uint8_t head[5] = {APPLICATION_DATA, 3, 3, (uint8_t)(size >> 8), (uint8_t)size};
    if (tl_buffer_append(out, head, 5) != TL_OK || tl_buffer_append(out, data, size) != TL_OK)
      return TL_ERR_NOMEM;
    data += size;
    n -= size;
  }
  return TL_OK;
}
