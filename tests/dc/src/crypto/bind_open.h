/* The server's side of auth.bindTempAuthKey (PF-4). */
#ifndef TGDC_BIND_OPEN_H
#define TGDC_BIND_OPEN_H

#include "crypto/bind.h"

/* Opens encrypted_message and gives the message id inside, which has to equal the request's.
 * REJECTED for everything that can be wrong with it; CRYPTO. */
TL_MUST_USE mtp_status bind_open(const mtp_auth_key *permanent, const uint8_t *message, size_t size,
                                 mtp_bind *bind, int64_t *msg_id);

#endif
