/* A client, as the files of this folder see it. Nothing here calls the user but call/deliver.c,
 * updates (the watch), show.c and log.c. */
#ifndef MTP_CLIENT_CLIENT_H
#define MTP_CLIENT_CLIENT_H

#include <mtp/stats.h>
#include <tl/wiping.h>

#include "client/call/call.h"
#include "client/dc/dc.h"
#include "client/events.h"
#include "client/hooks.h"
#include "client/inbox.h"
#include "crypto/rsa.h"
#include "crypto/stock.h"
#include "engine/idmap.h"
#include "net/link.h"

typedef struct mtp_conn mtp_conn;
typedef struct mtp_keeper mtp_keeper;

struct mtp_client {
  const tl_allocator *allocator;
  tl_allocator wiping; /* over it: for what calls say */
  mtp_rng rng;         /* of the options, or from the stock */
  mtp_stock *stock;    /* where a fork leaves zeros; NULL: not needed, or no such memory */
  mtp_options options;
  void *kept; /* what options point to */
  size_t kept_size;
  const mtp_session session; /* changed in dc/trust.c alone */
  mtp_session lost;          /* what was given up; without keys: nothing */
  mtp_servers servers;       /* that the options name */
  mtp_dc *dcs;
  mtp_conn *conns;
  mtp_call_list ended;
  mtp_idmap calls; /* that have not ended, by their ids */
  mtp_call_id last_id;
  char notice[sizeof((mtp_error *)0)->notice]; /* what a person was told last */
  int64_t notice_at;
  mtp_events events;
  mtp_inbox inbox;
  mtp_hooks hooks;
  const struct pollfd *ready; /* those that process() was given; NULL: try all */
  size_t n_ready;
  mtp_dh_cache primes;
  mtp_rsa_key **keys; /* that a server may use */
  size_t n_keys;
  mtp_keeper *updates;   /* options.keep_updates */
  uint16_t updates_type; /* Updates, in tg_schema */
  bool closed;
  bool delivering;    /* a callback is running */
  int64_t turn_until; /* of this process(), by the monotonic clock (LV-5) */
  bool turn_over;     /* it has done its bounded piece of work; there is more to do */
  bool dirty; /* something was asked for since the last process: there may be packets to send */
  void (*watch)(void *ctx, const tl_value *updates);
  void *watch_ctx;
  void (*observe)(void *ctx, const tl_value *value);
  void *observe_ctx;
  mtp_rsa_key **cdn_keys; /* of CDNs, from help.getCdnConfig */
  size_t n_cdn_keys;
  bool cdn_asked;
  unsigned cdn_unanswered; /* in a row */
  bool clocks_known;
  int64_t clocks_apart; /* wall - monotonic, ms */
  int32_t import_from;  /* the former home, which exports to the one of now; 0: none */
  mtp_conn *destroying; /* mtp_client_destroy_key() waits for its answer */
  bool destroyed;
  bool taken_over; /* the lease is gone for good, and that was told */
  mtp_tls *tls;
  mtp_stats *stats; /* NULL: it does not count */
};

/* Whether a callback is running: nothing may wait then. */
bool mtp_client_in_callback(const mtp_client *client);
uint32_t mtp_client_file_connections(const mtp_client *client);

#endif
