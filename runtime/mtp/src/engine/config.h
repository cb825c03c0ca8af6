/* Choices for one engine, and how its functions can fail. */
#ifndef MTP_ENGINE_CONFIG_H
#define MTP_ENGINE_CONFIG_H

#include <mtp/rng.h>
#include <tl/buffer.h>

#include "cause.h"
#include "now.h"

typedef struct mtp_engine mtp_engine;
typedef uint64_t mtp_token; /* a submitted query, never used twice by one engine; 0 is none */

/* What the functions of an engine return, beside MTP_OK: MTP_ENGINE_NOTHING; MTP_ERR_REJECTED (the
 * packet failed a check; nothing of it was used, RECONNECT is raised), NOMEM (nothing was done),
 * RANDOM (nothing was sent, FATAL is raised; RB-3), MTP_ENGINE_TOO_LARGE, ARGUMENT (no key yet, a
 * size that is no multiple of 4, ...), CLOSED (after mtp_engine_close() or FATAL). */

/* Choices for one engine; mtp_engine_config_init() gives the defaults named here. Times are
 * milliseconds. allocator and rng are borrowed and must outlive the engine. */
typedef struct mtp_engine_config {
  const tl_allocator *allocator; /* NULL: malloc */
  const mtp_rng *rng;            /* NULL: the system's */
  bool padded;           /* a transport that pads packets: incoming ones are trimmed (TR-8) */
  bool http;             /* HTTP transport: http_wait instead of pings (MS-17) */
  bool no_gzip;          /* never compress queries; false */
  bool no_future_salts;  /* do not ask for salts ahead of time; false */
  uint32_t ping_ms;      /* ping_delay_disconnect every so often; 60000, 0: never */
  uint32_t ping_delay_s; /* the server is to disconnect after this silence; 75 */
  uint32_t pong_ms;      /* no pong within: RECONNECT; 15000 */
  uint32_t probe_ms;     /* a query without any sign from the server for so long: ping; 10000 */
  uint32_t ack_ms;       /* acknowledgements wait at most; 15000 */
  uint32_t ack_count;    /* more than so many pending are sent at once; 16 */
  uint32_t state_ms;     /* msgs_state_req is sent three times, so far apart, then given up; 8000 */
  uint32_t once_ms;      /* a query `once` in flight on a lost connection: known by then, or
                            FAILED; 10000 */
  uint32_t drain_ms;     /* before a new session of ours: wait for answers at most; 5000 */
  uint32_t http_max_delay, http_wait_after, http_max_wait; /* 0, 0, 25000 */
  uint32_t max_tries;  /* of one query that the server refuses (MS-9, MS-10); 6 */
  uint32_t max_sends;  /* of one query on one session, whatever asks for it; then another session,
                          then FAILED; 8 (LV-6) */
  uint32_t resend_ms;  /* before it leaves for the fourth time, twice as long each time more; 500 */
  size_t max_inflated; /* one packet's gzip content at most, bytes, tries in vain among it;
                          16 MiB (MS-5) */
  size_t max_queued;   /* bytes of updates that wait to be taken; 16 MiB (LV-4) */
  size_t max_work;     /* bytes gone through in one call, those inflated among them; then the
                          engine is busy until mtp_engine_resume(); 1 MiB (LV-5) */
  size_t max_container;  /* bytes of one outgoing container; 1044448 (MS-3) */
  uint32_t max_messages; /* in one outgoing container; 1000 (MS-3) */
} mtp_engine_config;

void mtp_engine_config_init(mtp_engine_config *config);

#endif
