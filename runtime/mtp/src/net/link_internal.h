/* The inside of a link, for link.c (talking), link_open.c (from addresses to a socket) and
 * link_base.c (what both need). */
#ifndef MTP_NET_LINK_INTERNAL_H
#define MTP_NET_LINK_INTERNAL_H

#include <netinet/in.h>

#include "net/dial.h"
#include "net/link.h"
#include "transport/wire.h"

#define MTP_LINK_ADDRESSES (MTP_TARGETS_MAX + MTP_RESOLVE_MAX)

typedef enum mtp_link_phase {
  MTP_LINK_RESOLVING,
  MTP_LINK_DIALING,
  MTP_LINK_TALKING,
  MTP_LINK_BROKEN,     /* MTP_LINK_FAILED is still to be told */
  MTP_LINK_BROKEN_TOLD /* nothing more */
} mtp_link_phase;

/* What is only needed until a socket is open. */
typedef struct mtp_link_search {
  mtp_target targets[MTP_TARGETS_MAX];
  mtp_address addresses[MTP_LINK_ADDRESSES];
  size_t target_of[MTP_LINK_ADDRESSES];
  size_t n_addresses;
} mtp_link_search;

struct mtp_link {
  mtp_link_config config;  /* targets is not used: they are copied to the search */
  mtp_link_search *search; /* NULL once MTP_LINK_TALKING */
  size_t name_target;      /* the target whose name is being looked up */
  bool naming_target;      /* MTP_LINK_RESOLVING: targets[0], for a proxy that takes addresses */
  char address[INET6_ADDRSTRLEN]; /* what that came to; "": not looked up */
  mtp_link_phase phase;
  mtp_resolver *resolver;
  mtp_dial dial;
  mtp_wire *wire;
  int fd;
  int write_error;
  unsigned reads; /* since the last MTP_LINK_NONE */
  bool busy;
  size_t moved; /* as mtp_link_moved() */
  bool dry;     /* the last read found less than there was room for */
  bool stuck;   /* the socket takes no more bytes until the other side has taken some */
  bool hopeless;
  bool heard; /* something was read */
  mtp_error error;
};

/* As link.h's config says: neither a byte nor a new connection leaves without it. */
bool mtp_link_may_write(const mtp_link *link);
/* For who counts. */
void mtp_link_count(const mtp_link *link, size_t in, size_t out);
/* The first failure counts. */
void mtp_link_fail(mtp_link *link, mtp_status status, int code, const char *text);
void mtp_link_fail_errno(mtp_link *link, int error);
void mtp_link_fail_wire(mtp_link *link, const mtp_failure *failure);

/* RESOLVING and DIALING: looks how far things are. */
void mtp_link_step_resolve(mtp_link *link, int64_t now);
void mtp_link_step_dial(mtp_link *link, int64_t now);
void mtp_link_end_search(mtp_link *link);

#endif
