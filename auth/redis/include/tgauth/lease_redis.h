/* Accounts in a Redis or Valkey server, for processes on any number of machines (libtgauth-redis,
 * by hiredis). */
#ifndef TGAUTH_LEASE_REDIS_H
#define TGAUTH_LEASE_REDIS_H

#include <tgauth/lease.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Hashes tlgen:session:ACCOUNT and tlgen:rows:ACCOUNT, and the sorted set tlgen:accounts. The URL
 * is redis://[[user]:password@]host[:port][/database]
 * (https://www.iana.org/assignments/uri-schemes/prov/redis), or valkey:// and the same; it is
 * copied. A password that it does not have is taken from REDISCLI_AUTH; it is in no error.
 * rediss:// (TLS) is refused. The server is version 5 or later and no cluster.
 *
 * There is one connection, made at the first call, and again at the next call after it was lost. To
 * connect takes at most 5 seconds, anything else 5 or, under a lease, a third of its time (1 at the
 * least); then the connection is given up. After the server has been started, which is when it may
 * have forgotten claims of its last second, an account is free one ttl after somebody has asked for
 * it; who has it goes on. NULL when out of memory; what is wrong with the URL is told by the first
 * call. */
MTP_API tgauth_table *tgauth_table_redis(const char *url);

#ifdef __cplusplus
}
#endif
#endif
