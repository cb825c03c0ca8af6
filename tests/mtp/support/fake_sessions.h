/* What a data centre remembers between packets, for tests that want it to: the session of its one
 * client with the messages that it has not acknowledged, salts that change with time, and what is
 * wrong with a message id. A fake_dc without it takes everything and remembers nothing. */
#ifndef TESTS_MTP_FAKE_SESSIONS_H
#define TESTS_MTP_FAKE_SESSIONS_H

#include "crypto/seal.h"
#include "fake_dc.h"

enum { FAKE_SALT_S = 1800, FAKE_UNACKED = 128 };

typedef struct fake_unacked {
  int64_t msg_id;
  tl_buffer body;
} fake_unacked;

typedef struct fake_sessions {
  fake_dc *dc;
  bool known; /* there is a session */
  int64_t id, unique_id;
  fake_key *key;
  fake_conn *conn; /* where its newest packet came from; NULL: nowhere now */
  unsigned serial; /* of that connection */
  fake_unacked unacked[FAKE_UNACKED];
  size_t n_unacked;
  int64_t era; /* of the salts: another one makes all former ones bad */
  /* What has happened. */
  unsigned packets, created, bad_salts, bad_times, salts_asked, repeated, destroyed;
} fake_sessions;

/* The data centre remembers from now on. */
void fake_sessions_init(fake_sessions *s, fake_dc *dc);
/* The session and all that waited in it are gone, as after a restart. */
void fake_sessions_forget(fake_sessions *s);
/* A message of the server's own. Goes to the client now if there is a connection and `now`; again
 * on each new one, until it is acknowledged. False: there is no session to put it in. */
bool fake_sessions_push(fake_sessions *s, const tl_object *object, bool now);
/* Whether a connection of the session is open. */
bool fake_sessions_connected(const fake_sessions *s);

/* For fake_dc_rpc.c. False: the packet was refused. */
bool fake_sessions_admit(fake_sessions *s, const fake_call *from, const mtp_message *message);
void fake_sessions_acked(fake_sessions *s, int64_t msg_id);
void fake_sessions_send_salts(fake_sessions *s, const fake_call *call, int32_t num);

#endif
