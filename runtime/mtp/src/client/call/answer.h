/* Answers to calls. */
#ifndef MTP_CLIENT_CALL_ANSWER_H
#define MTP_CLIENT_CALL_ANSWER_H

#include "client/conn/conn.h"

/* What the engine says about the calls of a connection. Takes over what it needs of the event. */
void mtp_answer(mtp_conn *conn, mtp_engine_event *event);

#endif
