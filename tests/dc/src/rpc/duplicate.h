/* Whether one key is used by two clients at a time. Nothing, unless the configuration says so. */
#ifndef TGDC_DUPLICATE_H
#define TGDC_DUPLICATE_H

#include "rpc.h"

/* A packet has come on the session. */
void dc_duplicate_packet(tgdc *dc, dc_key *key, const dc_session *session);
/* A call has come; true: it is answered. */
bool dc_duplicate_call(dc_call *call);

#endif
