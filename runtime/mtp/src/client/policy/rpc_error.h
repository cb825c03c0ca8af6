/* Errors that a server sent, and questions about their text. */
#ifndef MTP_CLIENT_POLICY_RPC_ERROR_H
#define MTP_CLIENT_POLICY_RPC_ERROR_H

#include <mtp/error.h>

#include "error_set.h"

/* Fills *out from an rpc_error: looks it up, cleans the text to printable ASCII or UTF-8, and reads
 * a code that is none as 500 (ER-1). */
void mtp_error_from_rpc(mtp_error *out, int32_t code, tl_string text, uint16_t method);
/* Whether the server's text is this name. */
bool mtp_error_is(const mtp_error *error, const char *name);
/* Whether the server may answer otherwise in a while: a wait, or a failure inside it (ER-2). */
bool mtp_error_passes(const mtp_error *error);
/* Whether it is this prefix and then a decimal number, which goes to *number. */
bool mtp_error_number(const mtp_error *error, const char *prefix, int64_t *number);

#endif
