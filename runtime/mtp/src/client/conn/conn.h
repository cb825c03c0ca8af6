/* One connection to a data centre: its engine, the links that carry it, and how far it has come. */
#ifndef MTP_CLIENT_CONN_CONN_H
#define MTP_CLIENT_CONN_CONN_H

#include <mtp/client.h>

#include "client/call/call.h"
#include "client/dc/dc.h"
#include "engine/engine.h"
#include "net/link.h"

typedef struct mtp_conn mtp_conn;
typedef struct mtp_exchange mtp_exchange;

/* A temporary key (PF-1 to PF-5); lives in memory only. */
typedef struct mtp_temp_key {
  uint8_t key[MTP_KEY_SIZE];
  int64_t salt;
  int64_t expires_at; /* unix time of the server */
  int64_t renew_at;   /* monotonic ms */
  bool valid;
} mtp_temp_key;

/* One link. */
typedef struct mtp_lane {
  mtp_link *link;    /* NULL: none */
  bool open;         /* it carries packets */
  bool polling;      /* HTTP: the request on its way waits for news */
  bool useful;       /* a packet has come over it that was good for something */
  bool unread;       /* the turn ended before all that the link has was taken */
  bool lost;         /* a packet did not get onto its way, for want of memory */
  int64_t opened_ms; /* since when it is open */
  int64_t answer_by; /* HTTP: for the request on its way (LV-2) */
} mtp_lane;

enum { MTP_LANES = 2 };

/* How a connection ends: noted where it shows (conn/outcome.c), carried out where nobody stands on
 * it any more (conn/failed.c). */
typedef enum mtp_end {
  MTP_END_NONE,
  MTP_END_DROPPED, /* it is closed, and another opened at once if there is use for it */
  MTP_END_FAILED
} mtp_end;

typedef struct mtp_outcome {
  mtp_end end;
  bool hopeless;    /* trying again cannot help */
  bool unknown_key; /* the server says that it does not know the key */
  mtp_error error;
} mtp_outcome;

struct mtp_conn {
  mtp_conn *next;
  mtp_client *client;
  mtp_dc *dc;
  unsigned connection; /* 0: that of calls; others are beside it, under the same key */
  mtp_engine *engine;
  bool came_about;     /* once at least */
  bool had_session;    /* the server has made a session for it in this run */
  bool spent;          /* the engine is closed: another one is needed */
  mtp_call_list calls; /* all that have not ended */

  /* connection */
  mtp_lane lanes[MTP_LANES]; /* the second one over HTTP only */
  bool http;
  bool connected;            /* the first lane has carried packets */
  mtp_exchange *exchange;    /* not NULL: those of a key exchange */
  int64_t connect_deadline;  /* until READY */
  int64_t alive_since;       /* this connection has brought something genuine; 0 not yet */
  mtp_connection_state told; /* last state that an event told */

  /* keys */
  bool keyed; /* the engine has the key that it should have */
  bool
      synchronised; /* the clock of the server is known from a key exchange on it, while it lasts */
  mtp_temp_key temp;

  /* gate: what has to be done before calls may pass */
  bool bound, inited;
  bool step_busy; /* a step is on its way */
  mtp_call *step; /* its call here, if it has one */
  bool import_retried;
  mtp_token bind; /* auth.bindTempAuthKey in the engine */
  int64_t bind_nonce;
  int64_t bind_until; /* it is answered by then */
  unsigned bind_tries;
  unsigned unanswered; /* steps in a row that the server did not answer in time */

  /* its end, and reconnecting */
  mtp_outcome outcome;
  bool wanted;        /* someone has use for it */
  bool stopped;       /* a hopeless failure: not before the next call */
  unsigned failures;  /* in a row without anything genuine */
  unsigned penalty;   /* exponent of the back-off */
  unsigned turn;      /* which address comes first */
  int64_t retry_at;   /* no attempt before */
  int64_t failed_at;  /* the last time */
  bool flooded;       /* -429: that often is too often */
  int64_t idle_since; /* nothing waits since; MTP_NEVER */
};

#endif
