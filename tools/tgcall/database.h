/* What sessions in databases have that others have not. */
#ifndef TGCALL_DATABASE_H
#define TGCALL_DATABASE_H

#include "tgcall.h"
#include <tgauth/lease.h>
#include <tgkit/peers.h>

/* Who was seen with a session, in rows beside it. What tgkit_peer_rows() returns. */
mtp_status peers_in_database(tgauth *auth, tgkit_peer_store *out, mtp_error *error);

/* The table of a URL, and the account in it, which must be there if `whole` is false; an exit
 * status with a message, and *out is NULL, otherwise. store.c */
int session_table(const char *url, bool whole, tgauth_table **out,
                  char account[TGAUTH_ACCOUNT_MAX + 1]);
/* The leases on a database, and the account of the URL, which may have none: "". NULL with a
 * message and the exit status that is returned. store.c */
int session_leases(const connection_args *args, const char *url, tgauth_leases **out,
                   char account[TGAUTH_ACCOUNT_MAX + 1]);

/* tgcall session rekey: encrypts all accounts of a database, or the one that the URL names, with
 * the first key, and reports how many. Returns the exit status. */
int rekey_sessions(const connection_args *args, const char *url);

/* Prints the accounts of a database, which needs no key: a line each, or JSON. accounts.c */
int list_accounts(const char *url, bool json);
/* Deletes the account that the URL names with all that is kept of it; asks before, unless `sure`.
 */
int remove_account(const connection_args *args, const char *url, bool sure);
/* Puts the session that the server has given up back. */
int restore_account(const connection_args *args, const char *url);

#endif
