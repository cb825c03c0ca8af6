/* The options of a client, checked and kept. */
#ifndef MTP_CLIENT_OPTIONS_H
#define MTP_CLIENT_OPTIONS_H

#include <mtp/client.h>

/* The reason why these make no sense, NULL when they do. */
const char *mtp_options_complaint(const mtp_options *options);
/* A copy that points into *kept, *size bytes of the allocator; without public_keys. NOMEM. */
TL_MUST_USE mtp_status mtp_options_keep(const mtp_options *from, mtp_options *to, void **kept,
                                        size_t *size);

#endif
