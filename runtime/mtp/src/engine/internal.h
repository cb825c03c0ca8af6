/* The inside of the engine: what its files share is the one structure; each says in a header of its
 * own what it does. Nothing outside this folder includes it.
 *
 *   engine.c   life, key, connection        query.c    queries from submit to end, in lists
 * (queries.c) pack.c     what goes into a packet      errands.c  messages of ours that are no
 * queries packet.c   one message more in it       doubt.c    what the server has to be asked about
 *   send.c     packets out                  timers.c   what time alone brings about
 *   recv.c     packets in                   parse.c    a packet's messages
 *   resend.c   refused, lost, forgotten     told.c     what is told
 *   renew.c    another session of ours      end.c      of a connection, and of everything
 *   dispatch.c the handlers, of which handlers/ has one file for each service message
 *   result.c   the answers to queries       service.c  service messages as bytes
 */
#ifndef MTP_ENGINE_INTERNAL_H
#define MTP_ENGINE_INTERNAL_H

#include "../crypto/auth_key.h"
#include "clock.h"
#include "doubt.h"
#include "end.h"
#include "engine.h"
#include "errand.h"
#include "errands.h"
#include "idmap.h"
#include "ids.h"
#include "intake.h"
#include "pack.h"
#include "query.h"
#include "renew.h"
#include "resend.h"
#include "salts.h"
#include "seen.h"
#include "told.h"
#include <tl/wiping.h>

#define MTP_NEVER INT64_MAX

enum {
  MTP_IDS_MAX = 8192,             /* in one ack, state or resend request (MS-6) */
  MTP_ACKS_MAX = 4 * MTP_IDS_MAX, /* that wait to be sent (LV-4) */
  MTP_SENT_RECENT = 64,           /* packets of ours that a refusal may name */
  MTP_NOTES_MAX = 16,             /* answers to the server's own questions that wait to be sent */
  MTP_SALT_CHANGES = 5,           /* in a row, without anything else from the server (MS-10) */
  MTP_REFUSALS = 5,               /* of requests of our own, within a minute each (MS-9, MS-10) */
  MTP_KEPT_MS = 60000,      /* what was sent is forgotten when nothing was refused for so long */
  MTP_PING_MS = 60000,      /* between pings, where there are none of their own accord */
  MTP_POLL_EARLY_MS = 1000, /* a poll that is answered sooner and brings nothing is in vain; */
  MTP_EARLY_POLLS = 2,      /* after so many in a row the next one waits (LV-7) */
  MTP_POLL_PAUSE_MS = 1000, /* at first, twice as long each time, */
  MTP_POLL_PAUSE_MOST_MS = 60000,
  MTP_HELLO_MS = 250,        /* a new connection without a word of ours: a ping */
  MTP_LATE_MS = 30000,       /* a query without acknowledgement: its state is asked */
  MTP_STATE_GRACE_MS = 1000, /* for an answer after the pong that should have come behind it */
  MTP_STATE_TRIES = 3,       /* then the server does not know msgs_state_req */
  MTP_SALTS_MS = 60000,      /* between two get_future_salts */
  MTP_ERRAND_MS = 60000,     /* our own requests are forgotten when not answered */
  MTP_GZIP_LEAST = 256       /* queries below are not compressed (MS-5) */
};

struct mtp_engine {
  mtp_engine_config config;
  tl_allocator
      wiping; /* over config.allocator: for what holds queries, and never leaves the engine */
  mtp_auth_key key;
  bool has_key, connected, broken, held, closed;

  int64_t session_id;
  int64_t old_sessions[2]; /* whose late packets are no reason to worry */
  int64_t unique_id;       /* of the newest new_session_created */
  bool created;            /* one has come in this session */
  uint32_t content_count;  /* n of MS-2 */
  mtp_clock clock;
  mtp_salts salts;
  unsigned salt_changes; /* in a row */
  mtp_seen seen;

  mtp_query_list queue[2]; /* urgent, others */
  mtp_query_list flight;   /* by the time of sending, which is that of their ids */
  mtp_query *destroys;     /* of the kinds that destroy a session or a key */
  size_t quick;            /* in flight, and a quick acknowledgement was asked for */
  mtp_idmap by_id, by_token;
  mtp_token last_token;
  size_t pending; /* of kind USER, not ended */

  int64_t recent[MTP_SENT_RECENT]; /* ids of our newest packets: containers and lone messages */
  unsigned n_recent;

  mtp_ids acks;   /* to be sent, but for acks_kept */
  int64_t ack_at; /* when */
  mtp_ids wanted; /* answers to be asked for by msg_resend_req, but for wanted_kept */
  mtp_note *notes;
  size_t n_notes;
  mtp_kept acks_kept, wanted_kept, notes_kept;

  mtp_errand ping, salts_request, state, poll;
  unsigned early_polls;      /* http_wait in vain in a row */
  int64_t poll_at;           /* not before then */
  uint64_t news, poll_news;  /* messages that told something: so far, and when `poll` left */
  int64_t ping_value;        /* ping_id */
  int64_t ping_at, salts_at; /* next ones */
  int64_t hello_at;          /* a ping, so that the server learns what session this connection is
                                for; MTP_NEVER: something of ours told it */
  uint64_t pings;            /* sent so far */
  unsigned refusals;         /* of requests of our own, */
  int64_t refused_ms;        /* the newest of them then */
  int64_t heard_ms;          /* when the last packet was taken in */
  int64_t moved_ms;          /* when bytes last moved fast enough */
  size_t moved_bytes;        /* since then */
  bool heard;                /* one has been, in this session */
  int64_t waiting_ms;        /* since when something of ours is without any sign; MTP_NEVER: not */
  mtp_ids state_ids;         /* what `state` asks about */
  int64_t state_until;
  unsigned state_tries; /* unanswered in a row */
  int64_t late_at;      /* when to look for late queries */
  int64_t give_up_at;   /* the first give_up_at of a query in flight; MTP_NEVER */

  int64_t resend_at; /* the first not_before of a query in the queue; MTP_NEVER */

  bool renew;          /* a new session of ours is to come (MS-9) */
  bool renew_gently;   /* only if nothing is in flight by then (LV-6) */
  int64_t renew_until; /* at the latest */

  int64_t reported_offset_ms; /* of the last TIME event */
  mtp_told events;
  mtp_intake intake;
  tl_buffer scratch; /* a packet of ours, plain */
  tl_buffer part;    /* one message of ours in the making */
};

#endif
