/* The one place where what is kept changes: keys, who is signed in, the home data centre, clocks,
 * addresses, tokens. Each function takes a proof of where the word for it comes from, and does
 * nothing where that does not cover it. What has been opened under no key proves nothing, and there
 * is no way to make a proof of it (TB-1). */
#ifndef MTP_CLIENT_DC_TRUST_H
#define MTP_CLIENT_DC_TRUST_H

#include "client/conn/exchange.h"
#include "client/dc/dc.h"
#include "engine/engine.h"

typedef enum mtp_proof_kind {
  MTP_PROOF_NONE,
  MTP_PROOF_MESSAGE,  /* opened under a key of this data centre */
  MTP_PROOF_EXCHANGE, /* a key exchange that one of its RSA keys has vouched for */
  MTP_PROOF_OWNER     /* the user of the client says so */
} mtp_proof_kind;

/* Made by the functions below and read by trust.c alone. */
typedef struct mtp_proof {
  mtp_proof_kind kind;
  mtp_dc *dc;     /* whose word it is */
  int64_t key_id; /* under which it came */
  bool home;      /* that is the home data centre, under the user's key or one bound to it */
} mtp_proof;

/* Of an event that the engine raises for what it has opened. */
mtp_proof mtp_proof_message(const struct mtp_conn *conn, const mtp_engine_event *event);
/* Of an answer to a call on that connection; NULL: of nothing. */
mtp_proof mtp_proof_answer(const struct mtp_conn *conn, const mtp_reply *reply);
mtp_proof mtp_proof_exchange(const struct mtp_conn *conn, const mtp_exchanged *result);
mtp_proof mtp_proof_owner(const mtp_client *client);

/* ---- one data centre: its own word is enough ---- */

/* NOMEM, ARGUMENT (too many keys). A key that was there is replaced. */
TL_MUST_USE mtp_status mtp_trust_key(mtp_dc *dc, mtp_proof proof, const mtp_exchanged *result);
void mtp_trust_salt(mtp_proof proof, int64_t salt);
/* Of message ids and temporary keys of that data centre (TB-5); of the home one kept as a hint. */
void mtp_trust_clock(mtp_proof proof, int64_t offset_ms);
/* Whether the user's authorization has been imported there. */
void mtp_trust_imported(mtp_proof proof, bool imported);
/* The permanent key of the data centre that proves that it is gone; of others nothing. */
void mtp_trust_forget(mtp_client *client, mtp_proof proof, mtp_dc *dc);

/* ---- the user: only the home data centre's word, or his own ---- */

/* user_id 0: signed out. The state of updates is the former user's: mtp_updates_forget(). */
void mtp_trust_user(mtp_client *client, mtp_proof proof, int64_t user_id, bool bot);
/* The authorization is gone: the user is, and every key. What is given up is kept. Returns whether
 * the proof covers that. */
bool mtp_trust_lost(mtp_client *client, mtp_proof proof);
/* Its own media-only addresses may say so too. */
TL_MUST_USE bool mtp_trust_home(mtp_client *client, mtp_proof proof, int32_t dc);
/* ARGUMENT: also one that is too large to be one. */
TL_MUST_USE mtp_status mtp_trust_token(mtp_client *client, mtp_proof proof, tl_bytes token);
/* Addresses of any data centre; a CDN has no say. NOMEM. */
TL_MUST_USE mtp_status mtp_trust_addresses(mtp_client *client, mtp_proof proof,
                                           const mtp_dc_option *options, size_t n);
/* As mtp_session_add_config(). */
TL_MUST_USE mtp_status mtp_trust_config(mtp_client *client, mtp_proof proof, const char *text,
                                        size_t size, const char *phone);
/* A session that does not say whose it is belongs to the servers that know its key (TB-3). */
void mtp_trust_servers(mtp_client *client, mtp_proof proof);

/* The session that a client begins with (NULL: a new one), and its end. NOMEM. */
TL_MUST_USE mtp_status mtp_session_load(mtp_client *client, const mtp_session *session);
void mtp_session_unload(mtp_client *client);
/* For the machine of updates, which keeps its own part there. */
mtp_session *mtp_session_of_updates(mtp_client *client);

#endif
