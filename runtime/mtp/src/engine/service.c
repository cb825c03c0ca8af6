/* Service messages as bytes and as what they say. */
#include "service.h"

#include <mt/mt.h>
#include <tl/wire.h>

#define DECODE_LIMIT ((size_t)4 << 20) /* bytes that one service message may take decoded */

uint32_t mtp_service_id(tl_bytes body) {
  return body.size < 4 ? 0 : tl_load32(body.data);
}

bool mtp_service_known(uint32_t id) {
  return tl_find_id(&mt_schema, id) != TL_NONE;
}

mtp_cause mtp_service_decode(tl_bytes body, tl_arena *arena, const void **args) {
  tl_object object;
  const tl_decode_options options = {
      .strings = TL_STRINGS_ALIAS, .max_memory = DECODE_LIMIT, .allow_trailing = true};
  tl_status status =
      tl_decode_object(&mt_schema, body.data, body.size, &options, arena, &object, NULL, NULL);
  *args = status == TL_OK ? object.args : NULL;
  return mtp_cause_of_tl(status, MTP_OK);
}

bool mtp_service_encode(uint32_t id, const void *args, tl_buffer *out) {
  tl_object object = {&mt_schema, args, tl_find_id(&mt_schema, id)};
  return object.def != TL_NONE && tl_encode(&object, out, NULL) == TL_OK;
}
