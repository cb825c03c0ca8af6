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
  size_t inflated; /* 1 + the index of the buffer that is this body and nothing else; 0: none */
} mtp_inbound;

typedef struct mtp_parsed {
  const tl_allocator *allocator;
  mtp_inbound *messages;
  size_t count, capacity;
  tl_buffer *inflated; /* what bodies may point into */
  size_t n_inflated, cap_inflated;
  size_t budget; /* bytes that may still be inflated */
  size_t work;   /* bytes gone through so far, inflated ones and those in vain among them */
  bool open;     /* the container is being taken apart: there is one at most */
  tl_bytes left; /* of it, */
  uint32_t left_count;
  unsigned nesting;
} mtp_parsed;

/* Begins to take a packet's body apart: a container and gzip_packed, nested at most twice (MS-4).
 * OK, REJECTED, NOMEM; free it in any case. */
TL_MUST_USE mtp_cause mtp_packet_parse(mtp_parsed *parsed, const mtp_engine *engine,
                                       const mtp_message *message);
/* Goes on until all is done (*done) or `work` has reached that much. The same. */
TL_MUST_USE mtp_cause mtp_packet_continue(mtp_parsed *parsed, size_t work, bool *done);
void mtp_packet_free(mtp_parsed *parsed);

#endif
