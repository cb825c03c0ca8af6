/* What the leases on accounts of one database share: the database, the keys, and the thread that
 * lengthens them all. */
#ifndef TGAUTH_STORE_LEASES_H
#define TGAUTH_STORE_LEASES_H

#include "key_ring.h"
#include "outage.h"
#include <pthread.h>
#include <stdatomic.h>
#include <tgauth/lease.h>

enum { TGAUTH_LEASE_GONE = -1 };

/* One of them. Its owner has it among those of the leases from lease_take() to lease_give_back().
 */
typedef struct tgauth_lease {
  struct tgauth_lease *next;
  char account[TGAUTH_ACCOUNT_MAX + 1];
  int64_t fence;           /* 0: not taken */
  uint64_t round;          /* in which it was lengthened last */
  _Atomic int64_t ends;    /* by our clock; GONE: another process has it */
  _Atomic bool is_leaving; /* nothing is to be sent under it any more */
} tgauth_lease;

struct tgauth_leases {
  tgauth_table *table;
  char owner[TGAUTH_OWNER_MAX + 1];
  int64_t ttl_ms;
  bool existing; /* no account is made */
  tgauth_ring ring;
  tgauth_outage outage;
  mtp_error trouble;     /* with the options; told when a lease is taken */
  pthread_mutex_t mutex; /* around table, the list and what follows */
  pthread_cond_t wake;
  pthread_t thread;
  bool threaded, stop;
  bool hurry;    /* the thread has something to do at once */
  size_t owners; /* stores, and who has made it */
  uint64_t round;
  tgauth_lease *first;
  _Atomic size_t held; /* so many are in that list */
  _Atomic uint64_t renewed, failed;
};

/* lease_options.c */
void tgauth_leases_options(tgauth_leases *leases, const tgauth_lease_options *options);
void tgauth_leases_hold(tgauth_leases *leases);
mtp_status tgauth_lease_take(tgauth_leases *leases, tgauth_lease *lease, mtp_error *error);
/* For how long it is sure to be ours: as mtp_options.lease_ms. */
int64_t tgauth_lease_left(const tgauth_lease *lease);
/* Writes under it; STORE too when it is not ours any more, and nothing is written then. */
mtp_status tgauth_lease_write(tgauth_leases *leases, tgauth_lease *lease, tgauth_slot slot,
                              tl_bytes data, mtp_error *error);
mtp_status tgauth_lease_read(tgauth_leases *leases, const tgauth_lease *lease, tgauth_slot slot,
                             tl_buffer *out, mtp_error *error);
/* Rows of its account, as they are in the database: the functions of tgauth_table_ops, and STORE if
 * it has none. `each` must not use the leases. */
mtp_status tgauth_lease_read_rows(tgauth_leases *leases, const tgauth_lease *lease,
                                  const char *prefix, tgauth_table_row_each each, void *ctx,
                                  mtp_error *error);
mtp_status tgauth_lease_write_rows(tgauth_leases *leases, tgauth_lease *lease,
                                   const tgauth_table_row *rows, size_t count, mtp_error *error);
/* Deletes its account; the lease is gone then. */
mtp_status tgauth_lease_remove(tgauth_leases *leases, tgauth_lease *lease, mtp_error *error);
/* From any thread, and as often as one likes. Returns for how long others may find it taken still,
 * because the database could not be told; 0: it was given back, or was not ours. */
int64_t tgauth_lease_give_back(tgauth_leases *leases, tgauth_lease *lease);

#endif
