/* The client: calls go in, answers come out, and everything between (connections, keys, data
 * centres, salts, acks, resends, waits) is taken care of as the options say.
 *
 *   mtp_options options;
 *   mtp_options_init(&options);
 *   options.api_id = 12345;
 *   mtp_client *client;
 *   if (mtp_client_new(&options, NULL, &client, &error) != MTP_OK) ...
 *   tg_help_getNearestDc request = {0};
 *   tl_call call = tg_help_getNearestDc_call(&request);
 *   mtp_reply *reply;
 *   if (mtp_call_sync(client, &call, NULL, &reply, &error) == MTP_OK) {
 *     const tg_nearestDc *dc = tg_help_getNearestDc_result(mtp_reply_value(reply));
 *     mtp_reply_free(reply);
 *   }
 *   mtp_client_free(client);
 *
 * Threads: one thread at a time owns a client and calls everything here but mtp_client_submit() and
 * mtp_client_wake(), which any thread may call. Nothing is called back except from
 * mtp_client_process(), mtp_client_poll(), mtp_client_close() and what blocks; from inside a
 * callback every function may be called but mtp_client_free(), mtp_client_process() and what
 * blocks.
 */
#ifndef MTP_CLIENT_H
#define MTP_CLIENT_H

#include <mtp/proxy.h>
#include <mtp/rng.h>
#include <mtp/session.h>
#include <poll.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mtp_client mtp_client;
typedef struct mtp_reply mtp_reply;
typedef uint64_t mtp_call_id; /* 0 is none */

/* The transports, for i from 0 up: "abridged", "intermediate", "padded", "full", "ws" (WebSocket,
 * obfuscated always), "wss", "http", "https" and whatever is added; NULL after the last. Constants
 * (https://core.telegram.org/mtproto/mtproto-transports). */
MTP_API const char *mtp_transport_name(size_t i);

typedef enum mtp_log_level {
  MTP_LOG_ERROR,
  MTP_LOG_WARNING,
  MTP_LOG_INFO,
  MTP_LOG_DEBUG,
  MTP_LOG_TRACE
} mtp_log_level;

/* Everything that can be chosen. mtp_options_init() gives the defaults named here. Strings and
 * arrays are copied by mtp_client_new(). */
typedef struct mtp_options {
  /* Who we are, for initConnection (AP-1). api_id is needed for everything but the key exchange. */
  int32_t api_id;
  const char *device_model, *system_version;            /* "tlgen", uname (NULL) */
  const char *app_version;                              /* the library's version */
  const char *system_lang_code, *lang_pack, *lang_code; /* "en", "", "en" */

  /* Where to. */
  bool test;                /* Telegram's test data centres instead of production */
  int32_t home_dc;          /* for a new session: 2 */
  const mtp_dc_option *dcs; /* instead of the built-in table; NULL: built-in */
  size_t n_dcs;
  /* PEM texts instead of Telegram's own keys (of `test`); NULL: built-in */
  const char *const *public_keys;
  size_t n_public_keys;
  /* Use a session with servers that it was not made with (mtp_session.servers); false: refused */
  bool any_servers;
  const char *config_key; /* PEM: who signs what mtp_client_add_config() takes; NULL: Telegram */
  const char *transport;  /* "intermediate"; mtp_transport_name() has them all */
  bool obfuscated; /* obfuscated2 around a TCP transport; false (forced by MTProxy and WebSocket).
                      Full cannot be obfuscated and becomes padded then */
  bool ipv6;       /* prefer IPv6 addresses; false */
  const mtp_proxy *proxy;  /* NULL: direct */
  const char *tls_ca_file; /* PEM file for wss and https; NULL: the system's */
  bool tls_insecure;       /* do not verify certificates; for tests */
  const char *ws_path;     /* "/apiws" */
  const char *http_path;   /* "/api" */

  /* How to. */
  bool pfs;            /* temporary keys (PF-*); false */
  uint32_t temp_key_s; /* lifetime of a temporary key; 86400 */
  bool no_updates;     /* wrap calls in invokeWithoutUpdates; false */
  bool keep_updates;   /* keep pts/qts/seq/date and close gaps with getDifference, connecting for
                          that without a call when the session is signed in; false: updates as they
                          come */
  uint32_t connect_timeout_ms; /* one address: TCP, proxy, TLS and key exchange together; 15000 */
  uint32_t call_timeout_ms;    /* default of a call; 60000, 0: none. Waits that are slept through
                                  come on top of it, not of a time given for one call */
  uint32_t reconnect_min_ms, reconnect_max_ms; /* back-off with jitter; 1000, 60000 */
  uint32_t reconnect_tries; /* calls waiting fail with NETWORK after so many failures in a row; 0:
                               never; 5 */
  bool no_reconnect; /* a connection that is lost, or does not come about, ends its calls at once,
                        and nothing connects before the next call; false */
  /* AUTH_KEY_DUPLICATED, SESSION_REVOKED and the like are errors of their calls and nothing more:
   * key and user stay in the session; false: KEY_LOST */
  bool keep_lost_keys;
  /* That files are sent and fetched on, beside that of calls, to each data centre; 1, at most
   * MTP_MAX_CONNECTIONS, 0: on that of calls (for proxies that give each connection another
   * address: one key seen at two is AUTH_KEY_DUPLICATED) */
  uint32_t file_connections;
  uint32_t ping_s; /* ping_delay_disconnect period; 60 */

  /* Bounds, whatever a server does. */
  uint32_t process_ms; /* one mtp_client_process() works for so long, then returns with a timeout of
                          0 to be called again; 10, 0: as long as there is something to do */
  size_t process_bytes; /* the same by the bytes of one packet gone through, inflated ones among
                           them; 1 MiB */
  size_t inflate_bytes; /* gzip in one packet inflates to so much at most; 16 MiB */
  uint32_t call_sends;  /* one call leaves so often on one session, whatever the server asks; then
                           another session is tried, then it ends with PROTOCOL; 8 */
  uint32_t http_answer_ms; /* http and https: for the answer to a request, beside what it is to
                              wait; 15000 */
  uint32_t notice_ms; /* a call that the server does not accept (406) waits so long for the words
                         that follow (mtp_error.notice); 1000, 0: it does not */
  uint32_t flood_sleep_s;       /* sleep for waits (ER-4) up to this; 60, 0: never */
  uint32_t flood_sleep_total_s; /* and up to this for one call in all; 120 */
  uint32_t retries;             /* of a call that failed with a 500 (ER-2); 3 */
  size_t queue_bytes;  /* of memory that events which nobody takes may keep, and beside it updates
                          that wait for their turn a quarter of it; 16 MiB. Past it the oldest
                          updates go, and UPDATES_LOST says so */
  bool follow_migrate; /* PHONE/NETWORK/USER/FILE/STATS_MIGRATE; true */

  /* For how many milliseconds the session is sure to be ours, when another process may take it over
   * (a lease). Asked before every connection, every write to a socket and every wait; it must not
   * block. At 0 what is open is closed without another byte, and calls wait as without a network;
   * below 0 another process has it for good, and calls end with STORE. NULL: it is ours. */
  int64_t (*lease_ms)(void *ctx);
  void *lease_ctx;

  /* Injected. NULL: malloc, the CSPRNG of OpenSSL, the system's clocks. An allocator is called from
   * every thread that submits. */
  const tl_allocator *allocator;
  const mtp_rng *rng;
  int64_t (*wall_ms)(void *ctx); /* unix time, milliseconds */
  int64_t (*monotonic_ms)(void *ctx);
  void *clock_ctx;
  /* Never a secret in it (LG-9); NULL: none. */
  void (*log)(void *ctx, mtp_log_level level, const char *text);
  void *log_ctx;
  mtp_log_level log_level; /* MTP_LOG_INFO */
} mtp_options;

/* All the defaults. api_id is still to be set. */
MTP_API void mtp_options_init(mtp_options *options);

/* Makes a client; connects when the first call needs it. session (may be NULL: a new one) is
 * copied. ARGUMENT (text says what: options that make no sense, or a session of other servers than
 * they name), NOMEM. On failure *out is NULL. */
MTP_API TL_MUST_USE mtp_status mtp_client_new(const mtp_options *options,
                                              const mtp_session *session, mtp_client **out,
                                              mtp_error *error);
/* Ends every pending call with CLOSED (callbacks run), closes sockets, wipes secrets, frees. NULL
 * is fine. */
MTP_API void mtp_client_free(mtp_client *client);
/* The first half of mtp_client_free(): afterwards new calls return CLOSED. */
MTP_API void mtp_client_close(mtp_client *client);

/* The session as it is now: valid until the next function that may process. Changes are told by
 * MTP_EVENT_SESSION. */
MTP_API const mtp_session *mtp_client_session(const mtp_client *client);
/* What was given up when the server took the authorization away (MTP_EVENT_KEY_LOST), as the
 * session was before; NULL: nothing since somebody signed in. A store keeps it beside the session,
 * so that a person can go back. Valid as mtp_client_session(). */
MTP_API const mtp_session *mtp_client_lost_session(const mtp_client *client);
/* For sign-in helpers: says who the session is now (user_id 0: signed out). Raises
 * MTP_EVENT_SESSION. */
MTP_API void mtp_client_set_user(mtp_client *client, int64_t user_id, bool bot);
/* Makes another data centre the home one, with a new key if it has none there (AP-4).
 * ARGUMENT: not a number of a data centre, or no address of it is known: it stays as it was;
 * CLOSED; NOMEM. */
MTP_API TL_MUST_USE mtp_status mtp_client_set_home(mtp_client *client, int32_t dc);
/* Destroys the authorization key on the server (destroy_auth_key, MS-16) and forgets it. Blocks up
 * to timeout_ms. TIMEOUT, CLOSED, NOMEM, or how the connection failed. */
MTP_API TL_MUST_USE mtp_status mtp_client_destroy_key(mtp_client *client, uint32_t timeout_ms,
                                                      mtp_error *error);
/* The server's time as the client knows it, unix seconds. */
MTP_API int64_t mtp_client_server_time(const mtp_client *client);

/* Takes addresses from the signed configuration that Telegram publishes where its own servers are
 * out of reach, as mtp_session_add_config() does, and tries them at once. Getting hold of text is
 * up to the program, since it asks third parties: it stands in the DNS TXT records of apv3.stel.com
 * (to be had over HTTPS from public resolvers too), in pieces that are to be put together, the
 * longest first. phone (digits, or NULL) picks what is meant for that number. NOMEM; CLOSED;
 * ARGUMENT: text is not signed, out of date, without an address, or options.dcs leaves no room for
 * others. */
MTP_API TL_MUST_USE mtp_status mtp_client_add_config(mtp_client *client, const char *text,
                                                     size_t size, const char *phone,
                                                     mtp_error *error);
/* The network is another one, or there again: connects at once where a wait was under way, and asks
 * on every connection whether it still lives. The client does so by itself when it sees that the
 * machine has slept (the wall clock ran on, the monotonic one did not). */
MTP_API void mtp_client_network_changed(mtp_client *client);

/* ---- calls ---- */

#define MTP_MAX_CONNECTIONS 16

/* Choices for one call; all zero is the default. */
typedef struct mtp_call_options {
  int32_t timeout_ms; /* for all of it; 0: the client's default; -1: none */
  int32_t dc; /* 0: the home data centre; else that one, with exported authorization if signed in */
  bool media; /* over a media-only connection */
  bool cdn;   /* that data centre is a CDN: no authorization, no initConnection */
  uint32_t connection;  /* 0: that of calls; 1 .. MTP_MAX_CONNECTIONS: others to the same data
                           centre, with the same key and a session of their own, so that what is
                           large holds nothing up. Without updates */
  mtp_call_id after;    /* run after that call on the server (invokeAfterMsg); 0: no order */
  bool without_updates; /* invokeWithoutUpdates */
  int64_t takeout_id;   /* invokeWithTakeout; 0: none */
  const char *business_connection; /* a bot for a business (invokeWithBusinessConnection): the
                           connection_id of botBusinessConnection, whose dc_id goes into dc. Read
                           when the call starts; NULL: none. A layer without it: ENCODE */
  bool no_sleep;                   /* give waits (ER-4) back as errors */
  bool no_retry;                   /* give 500s back as errors (patient: after options.retries) */
  bool once;           /* when the connection breaks, rather UNCERTAIN, after ten seconds at most,
                          than a call that may be run twice. Those that send a code or a mail
                          always are so; others are sent again when the server cannot say whether
                          it has them */
  bool no_migrate;     /* give MIGRATE errors back */
  bool patient;        /* for what may take long: what passes never ends it, but its time alone:
                          errors inside the server, connections that do not come about, and waits,
                          which come on top of its time */
  uint32_t max_wait_s; /* patient: of waits, those up to this; 0: all */
  bool no_gzip;        /* the request is not worth compressing */
  uint32_t delay_ms;   /* leaves then at the earliest; its time begins then, too */
} mtp_call_options;

/* The end of a call, exactly once: error NULL and a reply that is now yours (mtp_reply_free), or an
 * error; with MTP_ERR_DECODE also a reply that has mtp_reply_raw(), and, when it is a vector with
 * an element of no known kind, the elements before that one and mtp_reply_rest(). */
typedef void (*mtp_call_done)(void *ctx, const mtp_error *error, mtp_reply *reply);

/* Starts a call: encodes it at once (call and its arguments are borrowed for this function only).
 * done runs later, once. *id may be NULL. ENCODE, ARGUMENT, CLOSED, NOMEM: then done never runs. */
MTP_API TL_MUST_USE mtp_status mtp_client_call(mtp_client *client, const tl_call *call,
                                               const mtp_call_options *options, mtp_call_done done,
                                               void *ctx, mtp_call_id *id, mtp_error *error);
/* Takes a call back: done runs with CANCELLED before the next process ends, and the server is told
 * (rpc_drop_answer). */
MTP_API void mtp_client_cancel(mtp_client *client, mtp_call_id id);

/* A call that waits for its end, processing everything else meanwhile. With MTP_OK *reply is yours;
 * otherwise it is NULL, also with MTP_ERR_DECODE: whoever wants those bytes calls the function
 * above. */
MTP_API TL_MUST_USE mtp_status mtp_call_sync(mtp_client *client, const tl_call *call,
                                             const mtp_call_options *options, mtp_reply **reply,
                                             mtp_error *error);

/* Processes everything until *done, which a callback sets. timeout_ms: -1: no limit. TIMEOUT;
 * ARGUMENT: not from inside a callback. */
MTP_API TL_MUST_USE mtp_status mtp_client_wait(mtp_client *client, const bool *done, int timeout_ms,
                                               mtp_error *error);

/* From any thread: queues a call (encoded at once) for the owner thread, which runs done. As
 * mtp_client_call() otherwise. */
MTP_API TL_MUST_USE mtp_status mtp_client_submit(mtp_client *client, const tl_call *call,
                                                 const mtp_call_options *options,
                                                 mtp_call_done done, void *ctx, mtp_error *error);
/* From any thread: makes a waiting poll return. */
MTP_API void mtp_client_wake(mtp_client *client);

/* The decoded answer, never NULL; lives as long as the reply. tg_x_result() takes it apart. */
MTP_API const tl_value *mtp_reply_value(const mtp_reply *reply);
MTP_API tl_bytes mtp_reply_raw(const mtp_reply *reply); /* the answer as it came (unzipped) */
/* What of it was not decoded: after MTP_ERR_DECODE, from the element of a vector on that is of no
 * known kind, or all. Lives as long as the reply. */
MTP_API tl_bytes mtp_reply_rest(const mtp_reply *reply);
MTP_API void mtp_reply_free(mtp_reply *reply);

/* ---- events ---- */

typedef enum mtp_event_type {
  MTP_EVENT_UPDATES,      /* updates: a reply whose value is of type Updates (mtp_reply_value) */
  MTP_EVENT_CONNECTION,   /* state of the connection of calls to dc changed */
  MTP_EVENT_SESSION,      /* the session changed: save it */
  MTP_EVENT_WAIT,         /* a call is about to sleep for seconds, because of error */
  MTP_EVENT_KEY_LOST,     /* terminal: the authorization is gone; error says why. All calls end with
                             KEY_LOST, nothing reconnects; a call after it starts with a new key */
  MTP_EVENT_TAKEN_OVER,   /* terminal: another process has the session (options.lease_ms); error
                             says so. All calls end with it, and nothing is sent any more */
  MTP_EVENT_UPDATES_LOST, /* a gap that could not be closed in the updates of channel_id; fetch what
                             matters anew */
  MTP_EVENT_UNREACHABLE   /* several tries in a row did not get through to the home data centre, and
                             more follow; error says why. The time for mtp_client_add_config(),
                             another proxy or another transport; told once until one gets through */
} mtp_event_type;

#define MTP_ALL_CHANNELS (-1)

typedef enum mtp_connection_state {
  MTP_CONNECTION_CLOSED,
  MTP_CONNECTION_CONNECTING,
  MTP_CONNECTION_HANDSHAKE,
  MTP_CONNECTION_READY
} mtp_connection_state;

typedef struct mtp_event {
  mtp_event_type type;
  int32_t dc;
  mtp_connection_state state;
  mtp_call_id call;
  uint32_t seconds;
  mtp_error error;
  mtp_reply *updates; /* yours: mtp_reply_free() */
  int64_t channel_id; /* UPDATES_LOST: of that channel; 0: of the account; MTP_ALL_CHANNELS: of the
                         account and of any channel */
} mtp_event;

/* Takes the oldest event; false when there is none. */
MTP_API bool mtp_client_next_event(mtp_client *client, mtp_event *out);

/* Lets a helper look at every update as it comes, before it becomes an event: watch is called while
 * processing, with a value that lives as long as that call, or with NULL when some may have been
 * missed. One watcher at a time; NULL ends it. */
MTP_API void mtp_client_watch(mtp_client *client, void (*watch)(void *ctx, const tl_value *updates),
                              void *ctx);

/* Lets a helper look at everything that is decoded: every answer of the home data centre, those of
 * the client's own calls included, and every container of updates when it comes, before anybody
 * else has it. observe is called while processing, with a value that lives as long as that call.
 * One at a time, beside the one that watches; NULL ends it. */
MTP_API void mtp_client_observe(mtp_client *client,
                                void (*observe)(void *ctx, const tl_value *value), void *ctx);

/* ---- the loop ---- */

/* Fills at most n entries and returns how many there are (call again with more room if larger).
 * Valid until the next call of another function here. */
MTP_API size_t mtp_client_fds(const mtp_client *client, struct pollfd *fds, size_t n);
/* Milliseconds until mtp_client_process() is due; -1 when only a descriptor can wake it. */
MTP_API int mtp_client_timeout(const mtp_client *client);
/* Does what can be done without waiting. fds with revents from poll(): connections of which none is
 * ready and nothing is due are left alone; NULL to try every socket. */
MTP_API void mtp_client_process(mtp_client *client, const struct pollfd *fds, size_t n);
/* For loops that keep descriptors registered, in the place of the two functions above. They are
 * called from within functions of the client and must not call any. */
typedef struct mtp_loop_hooks {
  /* Watch fd for events (POLLIN, POLLOUT); 0: no longer, before it is closed. A descriptor of the
   * same number may come again. */
  void (*watch)(void *ctx, int fd, short events);
  /* Call mtp_client_process() in timeout_ms, or when a descriptor is ready if that is before; -1:
   * only then. Replaces what was said before. */
  void (*wake)(void *ctx, int timeout_ms);
  void *ctx;
} mtp_loop_hooks;

/* Tells the hooks what is wanted now and from now on; NULL ends that: all is unwatched. At the end
 * of the client too. NOMEM: there are no hooks. */
MTP_API TL_MUST_USE mtp_status mtp_client_set_hooks(mtp_client *client,
                                                    const mtp_loop_hooks *hooks);

/* poll() and process, once, waiting at most timeout_ms (-1: for ever). */
MTP_API void mtp_client_poll(mtp_client *client, int timeout_ms);

#ifdef __cplusplus
}
#endif
#endif
