/* Errors made: of a status, of a cause, of a failure of libtl. */
#ifndef MTP_ERROR_SET_H
#define MTP_ERROR_SET_H

#include <mtp/error.h>

#include "cause.h"

/* Fills an error unless it is NULL. text may be NULL. Returns status. */
mtp_status mtp_error_set(mtp_error *error, mtp_status status, const char *text);
/* The same from a cause: its status, and the text of its detail if it has one. */
mtp_status mtp_error_of(mtp_error *error, mtp_cause cause);
/* The same from what libtl says: MTP_ERR_NOMEM, or `otherwise`, with a copy of it. */
mtp_status mtp_error_of_tl(mtp_error *error, const tl_error *tl, mtp_status otherwise);

#endif
