/* What waits to be told: the ends of queries and updates in their order, the rest as it stands when
 * asked. */
#ifndef MTP_ENGINE_TOLD_H
#define MTP_ENGINE_TOLD_H

#include "queries.h"

typedef struct mtp_update {
  struct mtp_update *next;
  tl_buffer body;
} mtp_update;

typedef struct mtp_told {
  uint32_t raised; /* 1 << type: those that are told once, with their newest values below */
  mtp_query *first_told, *last_told;
  mtp_query *first_end, *last_end;
  mtp_update *first_update, *last_update;
  size_t updates_size; /* bytes of all of them */
  mtp_reconnect_reason reason;
  int64_t unique_id, time_ms, rtt_ms;
  bool first_session, key_destroyed;
} mtp_told;

enum { MTP_TOLD_SENT = 1, MTP_TOLD_ACKED = 2, MTP_TOLD_QUICK = 4 };

/* Tells something once, with its newest value (set in engine->events beforehand). */
void mtp_tell(mtp_engine *engine, mtp_engine_event_type type);
void mtp_tell_ended(mtp_engine *engine, mtp_query *query); /* freed when it has been told */
void mtp_tell_progress(mtp_engine *engine, mtp_query *query, unsigned what);
/* Copies body, or takes over `whole`, unless NULL, which holds just that and is then empty. Out of
 * memory, or with more than max_queued bytes waiting, raises UPDATES_GAP instead. */
void mtp_tell_update(mtp_engine *engine, tl_bytes body, tl_buffer *whole);
void mtp_told_free(mtp_engine *engine);

#endif
