/* The copy of a location that a download keeps. */
#include <string.h>

#include "error_set.h"
#include "files/download.h"

mtp_status mtp_download_locate(mtp_download_state *down, const tg_InputFileLocation *from,
                               mtp_error *error) {
  uint16_t type = tl_find_type(&tg_schema, "InputFileLocation", 17);
  tl_value value = {&tg_schema, from, type}, copy;
  tl_buffer bytes;
  tl_error tl;
  memset(&tl, 0, sizeof tl);
  tl_buffer_init(&bytes, down->base.allocator, 0);
  tl_status status = tl_encode_value(&value, &bytes, &tl);
  if (status == TL_OK)
    status =
        tl_decode(&tg_schema, type, bytes.data, bytes.size, NULL, &down->arena, &copy, NULL, &tl);
  tl_buffer_free(&bytes);
  if (status == TL_OK) {
    memcpy(&down->location, copy.slot, sizeof down->location);
    return MTP_OK;
  }
  return mtp_error_of_tl(error, &tl, MTP_ERR_ENCODE);
}
