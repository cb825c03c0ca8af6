/* Who is signed in. */
#ifndef MTP_CLIENT_DC_USER_H
#define MTP_CLIENT_DC_USER_H

#include "client/dc/trust.h"

/* Another user, or none (0): other data centres have to be told again who it is. */
void mtp_user_changed(mtp_client *client, mtp_proof proof, int64_t user_id, bool bot);
/* Looks at the answer to whatever call, for whether it says that somebody has signed in or out. */
void mtp_user_note(mtp_client *client, mtp_proof proof, const tl_value *answer);

#endif
