/* A session as the server has it: what came in, what goes out, what awaits acknowledgement
 * (https://core.telegram.org/mtproto/service_messages). It outlives its connections. */
#ifndef TGDC_SESSION_H
#define TGDC_SESSION_H

#include "dc.h"

enum {
  DC_CONTENT = 1, /* has to be acknowledged: odd seqno */
  DC_RESPONSE = 2 /* to a message of the client: the id ends in 1, else in 3 */
};

/* The session of that id under that key or another one of the same owner; NULL if there is none. */
dc_session *dc_session_find(tgdc *dc, dc_key *key, int64_t id);
/* A new one, with its new_session_created on the way. NULL: out of memory, or too many. */
dc_session *dc_session_add(tgdc *dc, dc_key *key, int64_t id, int64_t first_msg_id);
void dc_session_remove(tgdc *dc, dc_session *session);
/* All that run under a key, or over a connection that ends. */
void dc_sessions_drop_key(tgdc *dc, int64_t key_id);
void dc_sessions_drop_conn(tgdc *dc, const tgdc_conn *conn);
void dc_sessions_free(tgdc *dc);

/* From now on its messages leave over conn; what the client has not acknowledged goes again. */
void dc_session_attach(tgdc *dc, dc_session *session, tgdc_conn *conn);

/* Queues a message of `size` bytes, copied. answers: the request that it is the result of, or 0.
 * False when memory ends. */
bool dc_session_send(tgdc *dc, dc_session *session, const void *body, size_t size, int flags,
                     int64_t answers);
/* Queues an acknowledgement of the client's message. */
bool dc_session_send_ack(dc_session *session, int64_t msg_id);
/* Sends what is queued, if the client is there. */
void dc_session_flush(tgdc *dc, dc_session *session);

/* The client acknowledged our message / wants it again (true: it is there). */
void dc_session_acked(dc_session *session, int64_t msg_id);
bool dc_session_resend(dc_session *session, int64_t msg_id);
/* Takes back the answer to a request that was not acknowledged yet. Its id, seqno and size; false:
 * there is none. */
bool dc_session_drop_answer(dc_session *session, int64_t request, dc_message *out);
/* Sends the answer to a request once more. False: there is none any more. */
bool dc_session_repeat_answer(dc_session *session, int64_t request);

/* What is remembered of a message from the client, NULL: nothing. */
dc_received *dc_session_received(dc_session *session, int64_t msg_id);
/* Whether a message of that id may have come and been forgotten. */
bool dc_session_forgot(const dc_session *session, int64_t msg_id);
/* Remembers it; the oldest goes. */
dc_received *dc_session_remember(dc_session *session, int64_t msg_id, int32_t seqno);

/* A message id for a message to the client. */
int64_t dc_next_msg_id(tgdc *dc, bool response);

/* Every session with updates of that user under permanent keys signed in as such, except one. */
typedef void dc_session_fn(tgdc *dc, dc_session *session, void *ctx);
void dc_sessions_of_user(tgdc *dc, int64_t user_id, const dc_session *except, dc_session_fn *fn,
                         void *ctx);

#endif
