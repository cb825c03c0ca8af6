/* What a client counts when it is asked to: bytes, connections, calls, waits, and how long answers
 * take, by data centre and by method (https://core.telegram.org/mtproto,
 * https://core.telegram.org/methods). Its memory is bounded, and taken when counting begins; a
 * client that does not count has none of it. */
#ifndef MTP_STATS_H
#define MTP_STATS_H

#include <mtp/client.h>
#include <tl/buffer.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MTP_STATS_BOUNDS  11
#define MTP_STATS_CENTERS 16
#define MTP_STATS_METHODS 64

/* Round trips, in milliseconds: from when a call is handed to its connection until it is answered,
 * with a result or an error. Where the connection has to be made first, that is part of it;
 * sleeping for a wait is not. */
typedef struct mtp_stats_times {
  uint64_t count, total_ms, max_ms;
  uint64_t within[MTP_STATS_BOUNDS]; /* how many took at most mtp_stats_bound(i) */
} mtp_stats_times;
/* The i-th bound in milliseconds, rising from 5 to 10000; 0 from MTP_STATS_BOUNDS on. */
MTP_API uint32_t mtp_stats_bound(size_t i);

/* One data centre. */
typedef struct mtp_stats_center {
  int32_t dc; /* 0: all that came after the others had taken the room */
  bool media, cdn;
  uint64_t bytes_in,
      bytes_out;          /* of sockets: with transport and key exchange; TLS and proxies, too */
  uint64_t connections;   /* that came about */
  uint64_t reconnections; /* those among them that are not the first of theirs */
  uint64_t failures;      /* connections that were lost, and those that did not come about */
  mtp_stats_times times;
} mtp_stats_center;

/* One method, the client's own calls (help.getConfig, updates.getDifference ...) among them. */
typedef struct mtp_stats_method {
  uint16_t method;          /* in tg_schema, for mtp_stats_method_name() */
  uint64_t calls, failed;   /* that have ended; those that ended with an error */
  uint64_t waits, waited_s; /* that it slept for (ER-4), and for how many seconds in all */
  mtp_stats_times times;
} mtp_stats_method;

typedef struct mtp_stats {
  mtp_stats_center centers[MTP_STATS_CENTERS];
  size_t n_centers;
  mtp_stats_method methods[MTP_STATS_METHODS]; /* the last one: TL_NONE, for all that has no row */
  size_t n_methods;
} mtp_stats;

/* Counts from now on, from zero; where it counts already, that goes on. NOMEM. */
MTP_API TL_MUST_USE mtp_status mtp_client_stats_begin(mtp_client *client);
/* What has been counted; NULL: it does not count. It belongs to the client and lives as long as
 * that; the numbers are right until the next function that may process. */
MTP_API const mtp_stats *mtp_client_stats(const mtp_client *client);

/* "help.getConfig"; "other" for TL_NONE. A constant. */
MTP_API const char *mtp_stats_method_name(uint16_t method);

/* Appends the stats to out as Prometheus text
 * (https://prometheus.io/docs/instrumenting/exposition_formats/): counters and histograms whose
 * names begin with "mtp_", times in seconds. labels (may be NULL; borrowed) are put beside each
 * number as they are, such as account="work". Stats of several clients are written one after the
 * other into a buffer of each: a format in which a metric stands once has room for one. NOMEM. */
MTP_API TL_MUST_USE mtp_status mtp_stats_write(const mtp_stats *stats, const char *labels,
                                               tl_buffer *out);

#ifdef __cplusplus
}
#endif
#endif
