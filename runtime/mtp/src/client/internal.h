/* The inside of a client, shared by the files of this folder.
 *
 *   client.c   making, closing, freeing; the session
 *   call.c     one call from its start to its end; answer.c what the engine says about it
 *   centre.c   one data centre: its engine, connection and keys; gate.c what has to be done before
 *              calls may pass (bind, initConnection, importAuthorization)
 *   loop.c     descriptors, time, process
 *
 * Nothing here calls the user but call.c (done callbacks), updates.c (the watch) and log.c. */
#ifndef MTP_CLIENT_INTERNAL_H
#define MTP_CLIENT_INTERNAL_H

#include <mtp/client.h>
#include <pthread.h>

#include "client/policy.h"
#include "crypto/rsa.h"
#include "engine/engine.h"
#include "net/link.h"
#include "net/wake.h"

typedef struct mtp_call mtp_call;
typedef struct mtp_centre mtp_centre;
typedef struct mtp_updates mtp_updates;

#define MTP_NEVER INT64_MAX

/* ---- calls ---- */

typedef enum mtp_call_state {
  MTP_CALL_BLOCKED,  /* waits for the call that it is to come after to be sent */
  MTP_CALL_ENGINE,   /* submitted to the engine of its centre */
  MTP_CALL_SLEEPING, /* until wake_at */
  MTP_CALL_ENDED     /* in client->ended: done is still to run */
} mtp_call_state;

struct mtp_call {
  mtp_call *prev, *next; /* in centre->calls or client->ended */
  mtp_client *client;
  mtp_centre *centre; /* NULL once ended */
  mtp_call_id id;
  mtp_call_state state;
  mtp_token token; /* MTP_CALL_ENGINE */
  mtp_call_options options;
  tl_buffer body; /* the request with the wrappers that its options ask for */
  const tl_schema *schema;
  uint16_t method, result_type;
  bool step; /* one of ours that opens the gate of its centre: passes while that is shut */
  bool urgent;
  bool send_code; /* auth.sendCode */
  bool once;      /* rather an error than run twice */
  bool own_time;  /* the time limit was given for this call: sleeping does not extend it */
  mtp_attempts attempts;
  int64_t deadline, wake_at; /* monotonic ms */
  mtp_call_done done;
  void *ctx;
  mtp_error error; /* ended: status MTP_OK and reply, or what went wrong */
  mtp_reply *reply;
};

typedef struct mtp_call_list {
  mtp_call *first, *last;
} mtp_call_list;

void mtp_list_add(mtp_call_list *list, mtp_call *call);
void mtp_list_remove(mtp_call_list *list, mtp_call *call);

/* What a call needs beside what the user says; for those of our own. */
typedef struct mtp_call_start {
  const mtp_call_options *options; /* may be NULL */
  mtp_call_done done;
  void *ctx;
  mtp_centre *centre; /* for mtp_call_begin() */
  bool step, urgent;
  bool init; /* wrapped in invokeWithLayer(initConnection()) */
} mtp_call_start;

/* Encodes a call into an object that no centre has yet. ENCODE, ARGUMENT, NOMEM. Touches nothing of
 * the client but options and allocator, which never change: mtp_client_submit() relies on it. */
TL_MUST_USE mtp_status mtp_call_make(mtp_client *client, const tl_call *what,
                                     const mtp_call_start *start, mtp_call **out, mtp_error *error);
void mtp_call_destroy(mtp_call *call);
/* Gives it an id and a centre and sends it on its way. From here on it ends by done. */
void mtp_call_admit(mtp_call *call, mtp_centre *centre);
/* An end before it had a centre. */
void mtp_call_end_unadmitted(mtp_call *call, mtp_status status);
/* Both in one, for calls of our own. */
TL_MUST_USE mtp_status mtp_call_begin(mtp_client *client, const tl_call *what,
                                      const mtp_call_start *start, mtp_call **out);

/* Hands it (again) to its centre's engine, or waits for the call that it comes after. */
void mtp_call_dispatch(mtp_call *call);
/* Puts it to another centre, not yet dispatched. */
void mtp_call_move(mtp_call *call, mtp_centre *centre);
void mtp_call_sleep(mtp_call *call, uint32_t delay_ms);
/* The end: status and text, a whole error, or a reply (its own from then on). */
void mtp_call_fail(mtp_call *call, mtp_status status, const char *text);
void mtp_call_fail_uncertain(mtp_call *call);
/* Whether nobody can say now if the server has run it, and it must not be run twice. */
bool mtp_call_is_uncertain(const mtp_call *call);
void mtp_call_end(mtp_call *call, const mtp_error *error, mtp_reply *reply);
mtp_call *mtp_call_find(mtp_client *client, mtp_call_id id);
/* Timers: ends what has run out of time, wakes sleepers and those BLOCKED. */
void mtp_calls_tick(mtp_centre *centre, int64_t now);
int64_t mtp_calls_deadline(const mtp_centre *centre);
/* Whether any is in the engine or asleep. */
bool mtp_calls_waiting(const mtp_centre *centre);

/* Runs the done callbacks of what has ended. Returns whether there were any. */
bool mtp_calls_deliver(mtp_client *client);

/* Serialized wrappers (AP-1, AP-2): append everything that stands before the query. */
TL_MUST_USE tl_status mtp_wrap_options(const mtp_options *options, const mtp_call_options *call,
                                       tl_buffer *out);
TL_MUST_USE tl_status mtp_wrap_init(const mtp_client *client, tl_buffer *out);

/* What the engine says about the calls of a centre. Takes over what it needs of the event. */
void mtp_answer(mtp_centre *centre, mtp_engine_event *event);

/* ---- replies ---- */

mtp_reply *mtp_reply_new(const tl_allocator *allocator, tl_bytes raw);
tl_status mtp_reply_decode(mtp_reply *reply, const tl_schema *schema, uint16_t type,
                           tl_error *error);

/* ---- data centres ---- */

typedef struct mtp_exchange mtp_exchange;

/* A temporary key (PF-1 to PF-5); lives in memory only. */
typedef struct mtp_temp_key {
  uint8_t key[MTP_KEY_SIZE];
  int64_t salt;
  int32_t expires_at; /* unix time of the server */
  int64_t renew_at;   /* monotonic ms */
  bool valid;
} mtp_temp_key;

/* One connection. */
typedef struct mtp_lane {
  mtp_link *link; /* NULL: none */
  bool open;      /* it carries packets */
  bool polling;   /* HTTP: the request on its way waits for news */
} mtp_lane;

enum { MTP_LANES = 2 };

struct mtp_centre {
  mtp_centre *next;
  mtp_client *client;
  int32_t dc;
  bool media, cdn;
  unsigned connection; /* 0: that of calls; others are beside it, under the same key */
  mtp_engine *engine;
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
  bool keyed;        /* the engine has the key that it should have */
  bool synchronised; /* the clock of the server is known from a key exchange of this run */
  mtp_temp_key temp;
  unsigned unknown_key; /* -404 in a row on the permanent key (TR-6) */

  /* gate: what has to be done before calls may pass */
  bool bound, inited, imported;
  bool step_busy; /* a step is on its way */
  mtp_call *step; /* its call here, if it has one */
  bool import_retried;
  mtp_token bind; /* auth.bindTempAuthKey in the engine */
  int64_t bind_nonce;
  unsigned bind_tries;

  /* reconnecting */
  bool wanted;        /* someone has use for it */
  bool stopped;       /* a hopeless failure: not before the next call */
  unsigned failures;  /* in a row without anything genuine */
  unsigned penalty;   /* exponent of the back-off */
  unsigned turn;      /* which address comes first */
  int64_t retry_at;   /* no attempt before */
  int64_t idle_since; /* nothing waits since; MTP_NEVER */
};

/* The centre, made if it does not exist yet; NULL when out of memory or randomness. */
mtp_centre *mtp_centre_get(mtp_client *client, int32_t dc, const mtp_call_options *options);
mtp_centre *mtp_centre_home(mtp_client *client);
/* Where a call with these options goes. */
mtp_centre *mtp_centre_for(mtp_client *client, const mtp_call_options *options);
/* Whether it is the connection of calls to the home data centre. */
bool mtp_centre_is_home(const mtp_centre *centre);
/* Whether it is under the key that the user signed in with. */
bool mtp_centre_has_home_key(const mtp_centre *centre);
void mtp_centre_free(mtp_centre *centre);

/* Does all that can be done now. Returns whether it did anything. */
bool mtp_centre_process(mtp_centre *centre, mtp_now now);
int64_t mtp_centre_deadline(const mtp_centre *centre, mtp_now now);
size_t mtp_centre_fds(const mtp_centre *centre, struct pollfd *fds, size_t n);
TL_MUST_USE bool mtp_centre_make_engine(mtp_centre *centre);
/* Whether there is a reason to be connected. */
bool mtp_centre_needed(const mtp_centre *centre);

/* connect.c */
void mtp_connect_when_due(mtp_centre *centre, mtp_now now);
void mtp_connect_check_time(mtp_centre *centre, mtp_now now);
/* Gives a connection up that has not come about in time. */
void mtp_connect_timed_out(mtp_centre *centre, mtp_now now);
int64_t mtp_connect_deadline(const mtp_centre *centre);
TL_MUST_USE mtp_status mtp_connect_open(mtp_centre *centre, mtp_now now, mtp_link **out,
                                        mtp_error *error);
/* traffic.c, engine_events.c: return whether there was anything. */
bool mtp_traffic_receive(mtp_centre *centre, mtp_now now);
bool mtp_traffic_send(mtp_centre *centre, mtp_now now);
int64_t mtp_traffic_deadline(const mtp_centre *centre);
bool mtp_engine_events(mtp_centre *centre, mtp_now now);

/* Ends every call that has not ended; one that must not be run twice and has left with UNCERTAIN.
 */
void mtp_centre_fail_calls(mtp_centre *centre, const mtp_error *error);
void mtp_centre_disconnect(mtp_centre *centre, mtp_now now, const mtp_error *why);
void mtp_centre_tell(mtp_centre *centre, mtp_connection_state state, const mtp_error *error);

/* Keys (keys.c). */
mtp_dc_key *mtp_centre_key(const mtp_centre *centre); /* the permanent one, NULL if there is none */
/* Whether another connection to the same place is making the key that is missing. */
bool mtp_centre_key_is_made(const mtp_centre *centre);
/* The link is connected, or an exchange is done: the next exchange, or the engine takes over. */
void mtp_centre_key_step(mtp_centre *centre, mtp_now now);
void mtp_centre_forget_key(mtp_centre *centre, mtp_now now);
/* Whether the server does not take it any more, as far as the clock can tell. */
bool mtp_temp_key_expired(const mtp_centre *centre, mtp_now now);
/* A new temporary key, on a new connection. */
void mtp_centre_renew(mtp_centre *centre, mtp_now now);
/* The same with the connection that comes next anyway. */
void mtp_centre_renew_later(mtp_centre *centre);
void mtp_centre_unauthorize(mtp_centre *centre);
/* Terminal: key wiped, user gone, pending calls end, KEY_LOST raised (ER-2). */
void mtp_key_lost(mtp_centre *centre, const mtp_error *error);

/* Key exchange (exchange.c): what it says goes to mtp_exchange_done() in keys.c, or
 * mtp_centre_failed(). */
void mtp_exchange_begin(mtp_centre *centre, bool temporary, mtp_now now);
void mtp_exchange_packet(mtp_centre *centre, tl_bytes packet, mtp_now now);
/* Over HTTP: on another connection, asks what was not answered on the one before. */
void mtp_exchange_resume(mtp_centre *centre, mtp_now now);
void mtp_exchange_free(mtp_centre *centre);
int64_t mtp_exchange_deadline(const mtp_centre *centre);
void mtp_exchange_tick(mtp_centre *centre, mtp_now now);
typedef struct mtp_exchanged {
  bool temporary;
  const uint8_t *key;
  int64_t salt, time_offset_ms;
  int32_t expires_at;
} mtp_exchanged;
void mtp_exchange_done(mtp_centre *centre, const mtp_exchanged *result, mtp_now now);

/* Failures and back-off (reconnect.c). hopeless: trying again cannot help. */
void mtp_centre_failed(mtp_centre *centre, const mtp_error *error, bool hopeless, mtp_now now);
void mtp_centre_transport_error(mtp_centre *centre, int32_t code, mtp_now now);
/* Something that only the right server can send has come. */
void mtp_centre_alive(mtp_centre *centre, mtp_now now);
/* Looks at the clocks, for whether time has passed in which nothing ran. */
void mtp_client_notice_sleep(mtp_client *client, mtp_now now);
/* Someone has use for it again. */
void mtp_centre_want(mtp_centre *centre);

/* The gate (gate.c): starts the next step, or opens. */
void mtp_gate_advance(mtp_centre *centre, mtp_now now);
void mtp_gate_shut(mtp_centre *centre);
/* The steps under the former key mean nothing any more. */
void mtp_gate_reset(mtp_centre *centre);
/* Binding a temporary key (bind.c). */
void mtp_bind_start(mtp_centre *centre, mtp_now now);
void mtp_bind_answer(mtp_centre *centre, const mtp_engine_event *event, mtp_now now);

/* ---- events, log, options ---- */

typedef struct mtp_event_node mtp_event_node;

typedef struct mtp_events {
  mtp_event_node *first, *last;
  size_t count;
  bool lost; /* updates were dropped because nobody asked for events */
} mtp_events;

void mtp_event_push(mtp_client *client, const mtp_event *event);
void mtp_event_session(mtp_client *client);
void mtp_event_connection(mtp_client *client, int32_t dc, mtp_connection_state state,
                          const mtp_error *error);
void mtp_events_free(mtp_client *client);

void mtp_log(const mtp_client *client, mtp_log_level level, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 3, 4)))
#endif
    ;

const char *mtp_options_complaint(const mtp_options *options);
/* A copy that points into *kept, *size bytes of the allocator; without public_keys. NOMEM. */
TL_MUST_USE mtp_status mtp_options_keep(const mtp_options *from, mtp_options *to, void **kept,
                                        size_t *size);

/* Fills an error. text may be NULL. Returns status. */
mtp_status mtp_error_set(mtp_error *error, mtp_status status, const char *text);

/* ---- the queue for other threads (queue.c) ---- */

typedef struct mtp_inbox {
  pthread_mutex_t lock;
  bool ready, closed;
  mtp_call_list calls;
  mtp_wake wake;
} mtp_inbox;

TL_MUST_USE mtp_status mtp_inbox_init(mtp_client *client);
void mtp_inbox_close(mtp_client *client); /* what is in it ends with CLOSED */
void mtp_inbox_free(mtp_client *client);
bool mtp_inbox_drain(mtp_client *client); /* admits what is in it */

/* ---- the client ---- */

struct mtp_client {
  const tl_allocator *allocator;
  mtp_rng rng;
  mtp_options options;
  void *kept; /* what options point to */
  size_t kept_size;
  mtp_session session;
  mtp_centre *centres;
  mtp_call_list ended;
  mtp_call_id last_id;
  mtp_events events;
  mtp_inbox inbox;
  mtp_dh_cache primes;
  mtp_rsa_key **keys; /* that a server may use */
  size_t n_keys;
  mtp_updates *updates;  /* options.keep_updates */
  uint16_t updates_type; /* Updates, in tg_schema */
  bool closed;
  bool delivering; /* a callback is running */
  bool dirty; /* something was asked for since the last process: there may be packets to send */
  void (*watch)(void *ctx, const tl_value *updates);
  void *watch_ctx;
  mtp_rsa_key **cdn_keys; /* of CDNs, from help.getCdnConfig */
  size_t n_cdn_keys;
  bool cdn_asked;
  bool clocks_known;
  int64_t clocks_apart;   /* wall - monotonic, ms */
  int32_t import_from;    /* the former home, which exports to the one of now; 0: none */
  mtp_centre *destroying; /* mtp_client_destroy_key() waits for its answer */
  bool destroyed;
  mtp_tls *tls;
};

mtp_now mtp_client_now(const mtp_client *client);
/* Random bytes for jitter and nonces; false when there are none. */
bool mtp_client_random(const mtp_client *client, void *out, size_t size);
/* Whether a callback is running: nothing may wait then. */
bool mtp_client_in_callback(const mtp_client *client);
uint32_t mtp_client_file_connections(const mtp_client *client);
/* A new home data centre; calls for the home one that are not in flight go there. */
TL_MUST_USE mtp_status mtp_client_move_home(mtp_client *client, int32_t dc);

/* ---- configuration (config.c) ---- */

/* Takes data centre addresses from an answer to help.getConfig. */
void mtp_config_take(mtp_client *client, const tl_value *config);

/* ---- keys of CDNs (cdn_keys.c) ---- */

/* Whether there are any; otherwise asks for them, and the answer wakes or ends what waits. */
bool mtp_cdn_keys_ready(mtp_client *client);
void mtp_cdn_keys_free(mtp_client *client);

/* ---- updates (updates.c) ---- */

/* A message of the server that answers no call. */
void mtp_updates_take(mtp_centre *centre, const tl_buffer *body);
/* Updates may have been lost on the way. */
void mtp_updates_gap(mtp_centre *centre);
/* An answer to a call, which may move the state too. */
void mtp_updates_account(mtp_client *client, const tl_value *value, uint16_t method);
bool mtp_updates_tick(mtp_client *client, mtp_now now);
int64_t mtp_updates_deadline(const mtp_client *client);
TL_MUST_USE mtp_status mtp_updates_new(mtp_client *client);
/* Another user, or none. */
void mtp_updates_reset(mtp_client *client);
void mtp_updates_free(mtp_client *client);

#endif
