/* The inside of a reply, for those who make one or put another value into it. */
#ifndef MTP_REPLY_H
#define MTP_REPLY_H

#include <mtp/client.h>

/* A reply that takes these bytes, which leaves the buffer empty, and has no value yet. NULL when
 * out of memory: the bytes are still the caller's. Their allocator lives as long as the reply. */
mtp_reply *mtp_reply_new(const tl_allocator *allocator, tl_buffer *raw);
/* Decodes its bytes; the objects may take max_memory bytes (0: what libtl allows). */
tl_status mtp_reply_decode(mtp_reply *reply, const tl_schema *schema, uint16_t type,
                           size_t max_memory, tl_error *error);

/* The same reply once more: it is freed as often. */
mtp_reply *mtp_reply_share(mtp_reply *reply);
/* A reply with a value of its own that points into another one, which is no view: that lives as
 * long. NULL when out of memory. */
mtp_reply *mtp_reply_view(mtp_reply *base);

tl_arena *mtp_reply_arena(mtp_reply *reply);
void mtp_reply_set_value(mtp_reply *reply, const tl_value *value);
/* Bytes of memory that it keeps, those of the reply that it looks at included. */
size_t mtp_reply_cost(const mtp_reply *reply);

#endif
