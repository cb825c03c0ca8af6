/* The home data centre. */
#ifndef MTP_CLIENT_DC_HOME_H
#define MTP_CLIENT_DC_HOME_H

#include "client/dc/trust.h"

/* A new one; calls for the home one that are not in flight go there. NOMEM; ARGUMENT: the proof
 * does not cover it. */
TL_MUST_USE mtp_status mtp_client_move_home(mtp_client *client, mtp_proof proof, int32_t dc);

#endif
