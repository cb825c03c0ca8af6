/* A packet's messages. */
#ifndef MTP_ENGINE_PARSE_H
#define MTP_ENGINE_PARSE_H

#include "../crypto/seal.h"
#include "cause.h"
#include "engine.h"
#include "gzip.h"

#define MTP_RESULT_HEAD 12 /* bytes of an rpc_result before what it holds */

typedef struct mtp_inbound {
  int64_t msg_id;
  int32_t seq_no;
  bool wrapper;    /* a container: its content follows as messages of their own */
  bool unreadable; /* gzip that cannot be inflated */
  tl_bytes body;
  tl_bytes result;       /* of an rpc_result that a call waits for: what it holds, inflated */
  mtp_cause result_fail; /* or why it could not be */
  size_t inflated;       /* 1 + the index of the buffer that is the result, otherwise the body, and
                          * nothing else; 0: none */
} mtp_inbound;

/* A message that is being looked at. */
typedef struct mtp_opening {
  bool busy;
  bool done;      /* nothing is left to be taken off it */
  bool contained; /* in a container, where another may stand only inside gzip_packed */
  mtp_inbound message;
  bool is_result;         /* what is looked at is the message's result */
  unsigned nesting;       /* containers and gzip_packed around it */
  mtp_inflater *inflater; /* what comes out of it next; NULL: nothing is inflated */
} mtp_opening;

typedef struct mtp_parsed {
  const tl_allocator *allocator;
  mtp_inbound *messages;
  size_t count, capacity;
  tl_buffer *inflated; /* what bodies may point into */
  size_t n_inflated, cap_inflated;
  size_t budget; /* bytes that may still be inflated */
  size_t work;   /* bytes gone through so far, inflated ones and those in vain among them */
  tl_bytes left; /* of the container that is being taken apart: there is one at most, */
  uint32_t left_count;
  unsigned nesting;
  mtp_opening opening;
} mtp_parsed;

/* Begins to take a packet's body apart: a container and gzip_packed, nested at most twice (MS-4).
 * OK, REJECTED; free it in any case. */
TL_MUST_USE mtp_cause mtp_packet_parse(mtp_parsed *parsed, const mtp_engine *engine,
                                       const mtp_message *message);
/* Goes on until all is done (*done) or `work` has reached that much. OK, REJECTED, NOMEM. */
TL_MUST_USE mtp_cause mtp_packet_continue(mtp_parsed *parsed, const mtp_engine *engine, size_t work,
                                          bool *done);
void mtp_packet_free(mtp_parsed *parsed);

#endif
