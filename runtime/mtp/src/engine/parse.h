/* A packet's messages. */
#ifndef MTP_ENGINE_PARSE_H
#define MTP_ENGINE_PARSE_H

#include "../crypto/seal.h"
#include "engine.h"

typedef struct mtp_inbound {
  int64_t msg_id;
  int32_t seq_no;
  bool wrapper;    /* a container: its content follows as messages of their own */
  bool unreadable; /* gzip that cannot be inflated */
  tl_bytes body;
} mtp_inbound;

typedef struct mtp_parsed {
  const tl_allocator *allocator;
  mtp_inbound *messages;
  size_t count, capacity;
  tl_buffer *inflated; /* what bodies may point into */
  size_t n_inflated, cap_inflated;
  size_t budget; /* bytes that may still be inflated */
} mtp_parsed;

/* Takes a packet's body apart: containers and gzip_packed, nested at most twice (MS-4). OK,
 * REJECTED, NOMEM; free it in any case. */
TL_MUST_USE mtp_engine_status mtp_packet_parse(mtp_parsed *parsed, const mtp_engine *engine,
                                               const mtp_message *message);
void mtp_packet_free(mtp_parsed *parsed);

#endif
