/* What sessions in databases have that others have not. */
#ifndef TGCALL_DATABASE_H
#define TGCALL_DATABASE_H

#include "tgcall.h"
#include <tgauth/lease.h>
#include <tgkit/peers.h>

/* Who was seen with a session, in rows beside it. What tgkit_peer_rows() returns. */
mtp_status peers_in_database(tgauth *auth, tgkit_peer_store *out, mtp_error *error);

/* The leases on a database, and the account of the URL, which may have none: "". NULL with a
 * message and the exit status that is returned. store.c */
int session_leases(const connection_args *args, const char *url, tgauth_leases **out,
                   char account[TGAUTH_ACCOUNT_MAX + 1]);

/* tgcall session rekey: encrypts all accounts of a database, or the one that the URL names, with
 * the first key, and reports how many. Returns the exit status. */
int rekey_sessions(const connection_args *args, const char *url);

#endif
