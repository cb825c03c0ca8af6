/* What is counted. */
#include "client/stats/stats.h"

#include "client/client.h"
#include "client/conn/conn.h"
#include "client/context.h"

static const uint32_t BOUNDS[MTP_STATS_BOUNDS] = {5,   10,   25,   50,   100,  250,
                                                  500, 1000, 2500, 5000, 10000};

uint32_t mtp_stats_bound(size_t i) {
  return i < MTP_STATS_BOUNDS ? BOUNDS[i] : 0;
}

/* ---- rows ---- */

static mtp_stats_center *center_of(mtp_stats *stats, const mtp_dc *dc) {
  size_t i = 0;
  for (; i < stats->n_centers; i++) {
    mtp_stats_center *row = &stats->centers[i];
    if (row->dc == dc->id && row->media == dc->media && row->cdn == dc->cdn)
      return row;
  }
  if (i == MTP_STATS_CENTERS)
    return &stats->centers[i - 1];
  stats->n_centers++;
  if (i < MTP_STATS_CENTERS - 1) /* the last one is for all others, and named so */
    stats->centers[i] = (mtp_stats_center){.dc = dc->id, .media = dc->media, .cdn = dc->cdn};
  return &stats->centers[i];
}

static mtp_stats_method *method_of(mtp_stats *stats, uint16_t method) {
  size_t i = 0;
  while (i < stats->n_methods && stats->methods[i].method != method)
    i++;
  if (i < stats->n_methods)
    return &stats->methods[i];
  if (i >= MTP_STATS_METHODS - 1 && method != TL_NONE)
    return method_of(stats, TL_NONE); /* one row for all others, whichever came first */
  stats->n_methods++;
  stats->methods[i].method = method;
  return &stats->methods[i];
}

static void note(mtp_stats_times *times, uint64_t ms) {
  times->count++;
  times->total_ms += ms;
  if (ms > times->max_ms)
    times->max_ms = ms;
  for (size_t i = 0; i < MTP_STATS_BOUNDS; i++)
    times->within[i] += ms <= BOUNDS[i];
}

/* ---- counting ---- */

void mtp_stats_bytes(void *ctx, size_t in, size_t out) {
  const mtp_dc *dc = ctx;
  if (!dc->client->stats)
    return;
  mtp_stats_center *row = center_of(dc->client->stats, dc);
  row->bytes_in += in;
  row->bytes_out += out;
}

void mtp_stats_connected(mtp_conn *conn) {
  mtp_stats *stats = conn->client->stats;
  if (stats) {
    mtp_stats_center *row = center_of(stats, conn->dc);
    row->connections++;
    row->reconnections += conn->came_about;
  }
  conn->came_about = true;
}

void mtp_stats_failed(const mtp_conn *conn) {
  mtp_stats *stats = conn->client->stats;
  if (stats)
    center_of(stats, conn->dc)->failures++;
}

void mtp_stats_sent(mtp_call *call) {
  call->timed = call->client->stats != NULL;
  if (call->timed)
    call->sent_at = mtp_client_now(call->client).monotonic_ms;
}

void mtp_stats_answered(mtp_call *call) {
  mtp_stats *stats = call->client->stats;
  if (!stats || !call->timed)
    return;
  int64_t took = mtp_client_now(call->client).monotonic_ms - call->sent_at;
  uint64_t ms = took > 0 ? (uint64_t)took : 0;
  call->timed = false;
  note(&center_of(stats, call->conn->dc)->times, ms);
  note(&method_of(stats, call->method)->times, ms);
}

void mtp_stats_waits(const mtp_call *call, uint32_t seconds) {
  mtp_stats *stats = call->client->stats;
  if (!stats)
    return;
  mtp_stats_method *row = method_of(stats, call->method);
  row->waits++;
  row->waited_s += seconds;
}

void mtp_stats_ended(const mtp_call *call, bool failed) {
  mtp_stats *stats = call->client->stats;
  if (!stats)
    return;
  mtp_stats_method *row = method_of(stats, call->method);
  row->calls++;
  row->failed += failed;
}

/* ---- its life ---- */

mtp_status mtp_client_stats_begin(mtp_client *client) {
  if (!client->stats)
    client->stats = tl_alloc_zero(client->allocator, sizeof *client->stats);
  return client->stats ? MTP_OK : MTP_ERR_NOMEM;
}

const mtp_stats *mtp_client_stats(const mtp_client *client) {
  return client->stats;
}

void mtp_stats_free(mtp_client *client) {
  tl_free(client->allocator, client->stats, sizeof *client->stats);
  client->stats = NULL;
}
