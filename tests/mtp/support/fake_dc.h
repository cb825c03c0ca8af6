/* A data centre that a test scripts: real sockets on loopback, real key exchange and encryption,
 * every transport, and answers that the test decides. It runs in the test's own thread:
 * fake_dc_step() does what can be done without waiting. */
#ifndef TESTS_MTP_FAKE_DC_H
#define TESTS_MTP_FAKE_DC_H

#include <mtp/client.h>

#include "crypto/auth_key.h"
#include "kx_server.h"
#include "rsa_private.h"
#include "transport_server.h"

enum { FAKE_CONNS = 16, FAKE_KEYS = 32 };

typedef struct fake_dc fake_dc;

typedef struct fake_key {
  mtp_auth_key key;
  int64_t salt;
  int32_t dc;
  bool temporary;
  int64_t expires_at; /* temporary: unix seconds */
  int64_t bound_to;   /* id of a permanent key; 0: not bound */
} fake_key;

typedef struct fake_conn {
  int fd;          /* -1: free */
  unsigned serial; /* of the connections that were accepted */
  dc_wire *wire;
  tl_buffer waiting[8]; /* HTTP: packets that wait for a request to answer */
  size_t n_waiting;
  bool long_poll;             /* HTTP: the request in hand waits for news */
  size_t bytes_in, bytes_out; /* of the connection's life */
  bool closing;               /* once all is written */
  size_t credit;              /* bytes that may go out now, with dc->rate */
  int64_t credit_at;
  bool deaf;             /* nothing is read or written for now */
  const char *transport; /* as dc_wire_transport() */
} fake_conn;

/* One API call, taken out of its wrappers. */
typedef struct fake_call {
  fake_conn *conn;
  fake_key *key;
  int64_t session_id, msg_id;
  int64_t after;        /* invokeAfterMsg, 0 none */
  bool inited;          /* it came in initConnection */
  int32_t layer;        /* invokeWithLayer, 0 none */
  bool without_updates; /* it came in invokeWithoutUpdates */
  int64_t takeout;
  tl_object object; /* the innermost query */
} fake_call;

struct fake_dc {
  int32_t id;
  uint16_t port;
  int listen_fd;
  fake_conn conns[FAKE_CONNS];
  rsa_private *rsa;
  kx_server *kx;
  kx_server_config kx_config;
  fake_key keys[FAKE_KEYS];
  size_t n_keys;
  int64_t last_msg_id;
  int64_t started_ms; /* by the system's clock, which then stands still but in real_time */
  int64_t clock_ms;   /* since then, beside real_time */
  bool real_time;

  /* What has happened. */
  unsigned accepted, exchanges, calls, inits, drops, unknown_keys, destroyed;
  bool destroyed_temporary; /* the last one was */

  /* What is to happen. on_call answers with the functions below, or not; it returns false to leave
   * the call to the defaults (help.getConfig is answered, everything else with 400 METHOD_INVALID).
   */
  bool (*on_call)(void *ctx, fake_dc *dc, const fake_call *call);
  void *ctx;
  unsigned spoil_every;         /* flip a bit in every such packet; 0: none */
  unsigned sent;                /* sealed packets */
  bool twice;                   /* send each sealed packet twice */
  bool garbage;                 /* answer with bytes that are no packet of anything */
  int64_t skew_ms;              /* the server's clock is so much ahead */
  size_t cut_in, cut_out;       /* close the next connection that passes so many bytes; 0: never */
  bool refuse;                  /* close what is accepted at once */
  bool one_answer;              /* HTTP: close each connection after an answer */
  bool empty;                   /* HTTP: answer each request with nothing, and close */
  size_t rate;                  /* bytes that go out in a second; 0: at once */
  bool silent;                  /* take bytes, answer nothing */
  int32_t transport_error;      /* answer every packet with it; 0: do not */
  bool forget_keys;             /* -404 for every key */
  const uint8_t (*secrets)[16]; /* that obfuscated clients may use */
  size_t n_secrets;
  const mtp_dc_option *options; /* for help.getConfig; NULL: itself */
  size_t n_options;
  struct fake_sessions *sessions; /* fake_sessions.h; NULL: nothing is remembered of sessions */
};

/* Listens on a port of its own. Asserts on failure. */
void fake_dc_open(fake_dc *dc, int32_t id);
void fake_dc_close(fake_dc *dc);
void fake_dc_step(fake_dc *dc);
/* Whether bytes wait that may go out now. */
bool fake_dc_may_write(const fake_dc *dc, const fake_conn *conn);
/* Time as the world has it, unix milliseconds, and its own, which may be off. */
int64_t fake_dc_wall_ms(const fake_dc *dc);
int64_t fake_dc_now_ms(const fake_dc *dc);
/* Closes one connection, or every one. */
void fake_dc_drop(fake_conn *conn);
void fake_dc_hang_up(fake_dc *dc);

/* Answers: a value of the call's result type (the boxed object), an error, raw bytes. */
void fake_answer(fake_dc *dc, const fake_call *call, const tl_object *object);
void fake_error(fake_dc *dc, const fake_call *call, int32_t code, const char *text);
void fake_answer_raw(fake_dc *dc, const fake_call *call, const void *data, size_t size);
/* A message that answers nothing, on every connection with a session: updates. */
void fake_push(fake_dc *dc, const fake_call *like, const tl_object *object);
void fake_push_raw(fake_dc *dc, const fake_call *like, const void *data, size_t size);

const char *fake_name(const fake_call *call); /* "auth.sendCode" */

/* The address and key, for mtp_options. */
mtp_dc_option fake_dc_address(const fake_dc *dc);
extern const char *const fake_public_keys[1];

#endif
