/* The making of a reply. */
#ifndef MTP_CLIENT_REPLY_H
#define MTP_CLIENT_REPLY_H

#include <mtp/client.h>

/* Copies raw. NULL: out of memory. */
mtp_reply *mtp_reply_new(const tl_allocator *allocator, tl_bytes raw);
tl_status mtp_reply_decode(mtp_reply *reply, const tl_schema *schema, uint16_t type,
                           tl_error *error);
/* Its inside, for those who put another value into it. */
tl_arena *mtp_reply_arena(mtp_reply *reply);
void mtp_reply_set_value(mtp_reply *reply, const tl_value *value);

#endif
