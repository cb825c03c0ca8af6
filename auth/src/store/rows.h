/* Rows beside a session in a database: encrypted as the session is, each bound to its account and
 * key. The key itself is not encrypted. */
#ifndef TGAUTH_STORE_ROWS_H
#define TGAUTH_STORE_ROWS_H

#include "leases.h"

/* As tgauth_lease_read_rows(), with the plain data. STORE too: a row that cannot be decrypted. */
mtp_status tgauth_rows_load(tgauth_leases *leases, const tgauth_lease *lease, const char *prefix,
                            tgauth_table_row_each each, void *ctx, mtp_error *error);
/* Encrypts and writes them, all or none; data of size 0 deletes. ARGUMENT: a key that is too long
 * or has a line break. NOMEM, RANDOM, and as tgauth_lease_write(). */
mtp_status tgauth_rows_save(tgauth_leases *leases, tgauth_lease *lease,
                            const tgauth_table_row *rows, size_t count, mtp_error *error);
/* Encrypts anew what is not under the first key. */
mtp_status tgauth_rows_rekey(tgauth_leases *leases, tgauth_lease *lease, mtp_error *error);

#endif
