/* Whose servers a session is of (TB-3). */
#ifndef MTP_CLIENT_DC_SERVERS_H
#define MTP_CLIENT_DC_SERVERS_H

#include <mtp/client.h>

/* Those that the options of a client name, whose keys are loaded. */
void mtp_servers_of(const mtp_client *client, const mtp_options *options, mtp_servers *out);
/* ARGUMENT: the session is of others than client->servers; the text names both. */
TL_MUST_USE mtp_status mtp_servers_check(const mtp_client *client, const mtp_options *options,
                                         mtp_error *error);
/* Whether those that the options name can say of the session's key that it is none: they made it,
 * or are Telegram's. Others may have been let in by options.any_servers. */
bool mtp_servers_may_judge(const mtp_client *client);

#endif
