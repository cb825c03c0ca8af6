/* Counting, where a client has been asked to: each does nothing otherwise. */
#ifndef MTP_CLIENT_STATS_STATS_H
#define MTP_CLIENT_STATS_STATS_H

#include <mtp/stats.h>

struct mtp_call;
struct mtp_conn;

/* For mtp_link_meter: ctx is the mtp_dc. */
void mtp_stats_bytes(void *ctx, size_t in, size_t out);
/* The connection has come about, or has ended otherwise than at its user's wish. */
void mtp_stats_connected(struct mtp_conn *conn);
void mtp_stats_failed(const struct mtp_conn *conn);
/* The call was handed to its connection; it was answered; sleeps for a wait; has ended. */
void mtp_stats_sent(struct mtp_call *call);
void mtp_stats_answered(struct mtp_call *call);
void mtp_stats_waits(const struct mtp_call *call, uint32_t seconds);
void mtp_stats_ended(const struct mtp_call *call, bool failed);
void mtp_stats_free(mtp_client *client);

#endif
