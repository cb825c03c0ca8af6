/* Small things that more than one file needs. */
#ifndef TGKIT_PEERS_IDS_H
#define TGKIT_PEERS_IDS_H

#include <mtp/error.h>

/* Fills error, which may be NULL, and returns status. */
mtp_status tgkit_fail(mtp_error *error, mtp_status status, const char *text);

#endif
