/* Where a data centre can be reached, best first (AP-5). */
#ifndef MTP_CLIENT_ADDRESS_H
#define MTP_CLIENT_ADDRESS_H

#include <mtp/client.h>

#include "net/link.h"

/* What the transport that these options choose is like. They have passed mtp_options_complaint().
 */
mtp_link_traits mtp_options_traits(const mtp_options *options);

/* Addresses of a data centre for the transport of the options: the user's own (options.dcs) if any
 * fit, else those that the server told (session.options) and the built-in ones. Standard ports come
 * first, then 80 and 5222 in place of 443. Returns how many, at most MTP_TARGETS_MAX. */
size_t mtp_targets_find(const mtp_options *options, const mtp_session *session, int32_t dc,
                        bool media, bool cdn, mtp_target out[MTP_TARGETS_MAX]);

#endif
