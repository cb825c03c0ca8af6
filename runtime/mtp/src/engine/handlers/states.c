/* msgs_state_info#04deb57d req_msg_id:long info:string = MsgsStateInfo, from us. */
#include "states.h"

#include "engine/internal.h"

#include <mt/mt.h>
#include <tl/arena.h>

enum { UNKNOWN = 1, NOT_RECEIVED = 2, NOT_YET = 3, RECEIVED = 4 };

static uint8_t state_of(const mtp_engine *engine, int64_t id) {
  if (id % 2 == 0 || engine->seen.count == 0) /* ours, or there is nothing to know it from */
    return UNKNOWN;
  if (mtp_id_before(mtp_seen_newest(&engine->seen), id))
    return NOT_YET;
  switch (mtp_seen_check(&engine->seen, id)) {
  case MTP_SEEN_DUPLICATE:
    return RECEIVED;
  case MTP_SEEN_NEW:
    return NOT_RECEIVED;
  default:
    return UNKNOWN;
  }
}

mtp_cause mtp_note_states(mtp_rx *rx, int64_t req_id, const tl_vector_long *ids) {
  mtp_engine *engine = rx->engine;
  if (ids->count > MTP_IDS_MAX)
    return MTP_OK;
  uint8_t *info = tl_arena_alloc(rx->arena, ids->count + 1);
  if (!info)
    return MTP_ERR_NOMEM;
  for (size_t i = 0; i < ids->count; i++)
    info[i] = state_of(engine, ids->items[i]);
  mt_msgs_state_info args = {.req_msg_id = req_id, .info = {info, ids->count}};
  return mtp_note_add(engine, MT_ID_msgs_state_info, &args) ? MTP_OK : MTP_ERR_NOMEM;
}
