/* A new session of ours: its id, and what is left of the one before (MS-9). */
#ifndef MTP_ENGINE_RENEW_H
#define MTP_ENGINE_RENEW_H

#include "engine.h"

/* A new session id, and everything of the former session forgotten; what is in flight goes back
 * into the queue, or fails if it is `once`. RANDOM: nothing has changed. */
TL_MUST_USE mtp_cause mtp_engine_begin(mtp_engine *engine);
/* A new session of ours follows, once what is in flight has been answered or refused. */
void mtp_renew_soon(mtp_engine *engine, mtp_now now);
/* Starts it if it is time. */
void mtp_renew_due(mtp_engine *engine, mtp_now now);

#endif
