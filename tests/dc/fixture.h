/* A data centre in the test's own process with a clock of the test's, and a client that is nothing
 * but a key, a session id and counters: it says exactly what the test wants it to. */
#ifndef TGDC_FIXTURE_H
#define TGDC_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "keys.h"
#include "rpc.h"
#include "session.h"

#define FIXTURE_START ((int64_t)1800000000 * DC_SECOND)

/* One message from the server, taken out of its container. */
typedef struct raw_message {
  int64_t msg_id;
  int32_t seqno;
  tl_bytes body; /* owned by the client; not packed any more if it was an rpc_result with gzip */
  bool packed;   /* it was */
} raw_message;

typedef struct raw_client {
  tgdc *dc;
  tgdc_conn *conn;
  int dc_id;
  mtp_auth_key key;
  int64_t session, salt, last_id;
  int32_t sent; /* content messages: seqno */
  int32_t code; /* transport error that came; 0: none */
  raw_message in[256];
  size_t n_in;
  int64_t now;
  tl_buffer bytes; /* undecoded */
  /* ask.h */
  int64_t asked;
  uint16_t asked_def;
  struct json_t *answer; /* owned */
  char hash[64];         /* of the code that was sent last */
} raw_client;

/* A data centre with a user (15550001111, code 12345), one with a password ("secret",
 * 15550002222, code 22222) and a bot (42:token). dir may be NULL. */
tgdc *fixture_dc(const char *dir, int dcs);

/* A client with a key of its own at that data centre; connected over intermediate. */
raw_client *raw_new(tgdc *dc, int dc_id);
/* The same client after a restart of the data centre, which has read its key from its folder. The
 * old dc is freed already. */
void raw_move(raw_client *client, tgdc *dc);
void raw_free(raw_client *client);
/* Ends the client that is the state of a test, and its data centre. */
int raw_tear_down(void **state);
/* Hangs up (if connected) and connects again; what was received is forgotten. */
void raw_reconnect(raw_client *client);
void raw_hang_up(raw_client *client);
/* Lets time go by, for the data centre too. */
void raw_wait(raw_client *client, int64_t microseconds);

int64_t raw_next_id(raw_client *client);
/* Sends one message just so, under the client's session and salt; answers are in in[]. */
void raw_send_as(raw_client *client, int64_t msg_id, int32_t seqno, const void *body, size_t size);
/* The same with the next id and number. Returns the id. */
int64_t raw_send(raw_client *client, bool content, const void *body, size_t size);
/* Sends a request of the newest layer, wrapped in invokeWithLayer(layer, initConnection(...)) when
 * layer is not 0. Returns the id. */
int64_t raw_call(raw_client *client, int32_t layer, const tl_call *call);

/* The last message received that begins with that id; NULL: none did. */
const raw_message *raw_find(const raw_client *client, uint32_t id);
/* The result of a request: what stands in rpc_result. size 0: there is none. */
tl_bytes raw_result(const raw_client *client, int64_t request);
/* The error_message of a result that is one, "" otherwise; lives until the next call. */
const char *raw_error(const raw_client *client, int64_t request);
void raw_forget(raw_client *client);

/* Signs in as the first user / the bot of fixture_dc(), in the newest layer. */
void raw_sign_in(raw_client *client, const char *phone, const char *code);

#endif
