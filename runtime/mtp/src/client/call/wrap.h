/* The wrappers around a query, serialized (AP-1, AP-2). */
#ifndef MTP_CLIENT_CALL_WRAP_H
#define MTP_CLIENT_CALL_WRAP_H

#include <mtp/client.h>

/* Append everything that stands before the query. */
TL_MUST_USE tl_status mtp_wrap_options(const mtp_options *options, const mtp_call_options *call,
                                       tl_buffer *out);
TL_MUST_USE tl_status mtp_wrap_init(const mtp_client *client, tl_buffer *out);

#endif
