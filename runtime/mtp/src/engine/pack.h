/* A packet in the making: what goes into it (pack.c), and one message more (packet.c). */
#ifndef MTP_ENGINE_PACK_H
#define MTP_ENGINE_PACK_H

#include "../crypto/seal.h"
#include "queries.h"

#define MTP_MESSAGE_HEAD 16 /* id, seqno, size */

/* A packet in the making. Until mtp_pack_commit() mtp_pack_rollback() puts everything back. */
typedef struct mtp_pack {
  mtp_engine *engine;
  mtp_now now;
  uint32_t count; /* messages so far; they lie in engine->scratch behind 8 bytes for the head */
  bool full;
  int64_t last_id; /* counters as they were */
  uint32_t content_count;
  mtp_query_list queries;
  size_t n_acks, n_wanted, n_notes;
  int64_t ping_id, salts_id, state_id, poll_id; /* message ids of errands in it; 0: not */
  bool quick_ack;
  mtp_message message; /* to be sealed */
  int64_t container;   /* its id; 0: a lone message */
} mtp_pack;

/* NOTHING, NOMEM; then nothing is to be rolled back. */
TL_MUST_USE mtp_cause mtp_pack_make(mtp_pack *pack, mtp_engine *engine, mtp_now now);
void mtp_pack_commit(mtp_pack *pack, uint32_t quick_token);
void mtp_pack_rollback(mtp_pack *pack);
/* Appends a message whose body is head and tail; *msg_id is made if it is 0. TOO_LARGE (full is
 * then set), NOMEM. */
TL_MUST_USE mtp_cause mtp_pack_add(mtp_pack *pack, bool content, tl_bytes head, tl_bytes tail,
                                   int64_t *msg_id);
/* The same with a service message, which is never content-related. */
TL_MUST_USE mtp_cause mtp_pack_object(mtp_pack *pack, uint32_t id, const void *args,
                                      int64_t *msg_id);
/* The number of the next message (MS-2). */
uint32_t mtp_pack_seq_no(mtp_engine *engine, bool content);

#endif
