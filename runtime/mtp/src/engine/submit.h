/* Queries given to an engine and taken back. */
#ifndef MTP_ENGINE_SUBMIT_H
#define MTP_ENGINE_SUBMIT_H

#include "config.h"

/* Makes the body of a query that has to know its own message id (auth.bindTempAuthKey, PF-3):
 * called whenever the query is (re)sent, from mtp_engine_poll_packet(); appends to out at most
 * `max_size` of the options. Anything but TL_OK ends the query with FAILED (MTP_ENGINE_BUILD).
 * It must not call the engine. */
typedef tl_status (*mtp_engine_build)(void *ctx, int64_t msg_id, int64_t session_id,
                                      tl_buffer *out);

typedef struct mtp_query_options {
  mtp_token after; /* wrapped in invokeAfterMsg of that query while it has not ended; not sent
                      before it. 0: no order */
  bool no_gzip;
  bool urgent;     /* before all that is queued and not urgent */
  bool unheld;     /* leaves even while the engine is held */
  bool alone;      /* never in a container with other queries */
  bool idempotent; /* after a reconnect send again at once, without asking for its state */
  bool once;       /* rather FAILED (MTP_ERR_UNCERTAIN) than sent again when the server cannot say
                      whether it has it, and once_ms after the connection broke without an answer.
                      Otherwise it is sent again then */
  bool quick_ack;  /* ask the transport for a quick ack of its packet (TR-5) */
  bool progress;   /* raise SENT, ACKED for it */
  mtp_engine_build build; /* instead of body and size */
  void *build_ctx;
  size_t max_size; /* of what build appends, bytes; 0: 4096 */
  void *user;      /* handed back in its events */
} mtp_query_options;

/* Queues a query: an API function serialized with whatever wrappers it needs, size a multiple of 4.
 * Copied (compressed if that is worth it). options may be NULL. *token may be NULL. NOMEM,
 * ARGUMENT, TOO_LARGE, CLOSED: nothing was queued, no event will come. */
TL_MUST_USE mtp_cause mtp_engine_submit(mtp_engine *engine, const void *body, size_t size,
                                        const mtp_query_options *options, mtp_token *token);

/* Takes a query back: FAILED (MTP_ERR_CANCELLED) is raised at once; if it had left, the
 * server is told (rpc_drop_answer) and a late answer is acknowledged and ignored (MS-15). An
 * unknown token is ignored. */
void mtp_engine_cancel(mtp_engine *engine, mtp_token token);

/* The message id under which the query is in flight; 0 if it is not. */
int64_t mtp_engine_msg_id(const mtp_engine *engine, mtp_token token);
/* Queries that have not ended. */
size_t mtp_engine_pending(const mtp_engine *engine);

#endif
