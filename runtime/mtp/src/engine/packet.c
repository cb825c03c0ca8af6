/* A message of ours at the end of the packet in the making (MS-2). */
#include "internal.h"
#include "service.h"

#include <string.h>
#include <tl/wire.h>

/* MS-2: content-related messages count. */
uint32_t mtp_pack_seq_no(mtp_engine *engine, bool content) {
  uint32_t seq_no = engine->content_count * 2;
  if (!content)
    return seq_no;
  engine->content_count++;
  return seq_no + 1;
}

mtp_cause mtp_pack_add(mtp_pack *pack, bool content, tl_bytes head, tl_bytes tail,
                       int64_t *msg_id) {
  mtp_engine *engine = pack->engine;
  tl_buffer *out = &engine->scratch;
  size_t size = MTP_MESSAGE_HEAD + head.size + tail.size;
  if (pack->full || pack->count == engine->config.max_messages ||
      out->size + size > engine->config.max_container) {
    pack->full = true;
    return MTP_ENGINE_TOO_LARGE;
  }
  uint8_t *at = tl_buffer_extend(out, size);
  if (!at)
    return MTP_ERR_NOMEM;
  if (*msg_id == 0)
    *msg_id = mtp_clock_next_id(&engine->clock, pack->now);
  tl_store64(at, (uint64_t)*msg_id);
  tl_store32(at + 8, mtp_pack_seq_no(engine, content));
  tl_store32(at + 12, (uint32_t)(size - MTP_MESSAGE_HEAD));
  if (head.size)
    memcpy(at + MTP_MESSAGE_HEAD, head.data, head.size);
  if (tail.size)
    memcpy(at + MTP_MESSAGE_HEAD + head.size, tail.data, tail.size);
  pack->count++;
  return MTP_OK;
}

mtp_cause mtp_pack_object(mtp_pack *pack, uint32_t id, const void *args, int64_t *msg_id) {
  tl_buffer *part = &pack->engine->part;
  tl_buffer_clear(part);
  if (!mtp_service_encode(id, args, part))
    return MTP_ERR_NOMEM;
  return mtp_pack_add(pack, false, tl_bytes_of(NULL, 0), tl_bytes_of(part->data, part->size),
                      msg_id);
}
