/* Names to addresses without blocking: getaddrinfo() runs in a thread of its own, which nobody
 * waits for. Numeric addresses need no thread. */
#ifndef MTP_NET_RESOLVE_H
#define MTP_NET_RESOLVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define MTP_RESOLVE_MAX 8

typedef struct mtp_address {
  struct sockaddr_storage sockaddr;
  socklen_t size;
} mtp_address;

/* A numeric IPv4 or IPv6 address; false when it is a name. */
bool mtp_address_parse(const char *host, uint16_t port, mtp_address *out);

typedef struct mtp_resolver mtp_resolver;

/* Starts to look a name up. NULL when no thread or memory is to be had. */
mtp_resolver *mtp_resolver_start(const char *host, uint16_t port);
/* Becomes readable when the answer is there. */
int mtp_resolver_fd(const mtp_resolver *resolver);
/* Whether the answer is there. Then *count addresses (at most MTP_RESOLVE_MAX) are in out, or
 * *count is 0 and *error says why in words that live for ever. */
bool mtp_resolver_done(mtp_resolver *resolver, mtp_address *out, size_t *count, const char **error);
/* Lets go of it, finished or not: the thread frees what it still needs. NULL is fine. */
void mtp_resolver_free(mtp_resolver *resolver);

#endif
