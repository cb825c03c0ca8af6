/* The time and chance of a client: the system's, or what its options inject. */
#include "client/context.h"

#include <time.h>

#include "client/client.h"
#include "client/page.h"

static int64_t clock_ms(clockid_t which) {
  struct timespec at;
  if (clock_gettime(which, &at) != 0)
    return 0;
  return (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

static int64_t system_wall_ms(void *ctx) {
  (void)ctx;
  return clock_ms(CLOCK_REALTIME);
}

static int64_t system_monotonic_ms(void *ctx) {
  (void)ctx;
  return clock_ms(CLOCK_MONOTONIC);
}

void mtp_context_init(mtp_client *client) {
  mtp_options *o = &client->options;
  client->stock = o->rng ? NULL : mtp_page_new(sizeof *client->stock);
  client->rng = o->rng ? *o->rng : mtp_rng_system();
  if (client->stock)
    client->rng = mtp_stock_rng(client->stock);
  if (!o->wall_ms)
    o->wall_ms = system_wall_ms;
  if (!o->monotonic_ms)
    o->monotonic_ms = system_monotonic_ms;
}

mtp_now mtp_client_now(const mtp_client *client) {
  const mtp_options *o = &client->options;
  return (mtp_now){.wall_ms = o->wall_ms(o->clock_ctx),
                   .monotonic_ms = o->monotonic_ms(o->clock_ctx)};
}

bool mtp_client_random(const mtp_client *client, void *out, size_t size) {
  return mtp_rng_fill(&client->rng, out, size) == 0;
}

int64_t mtp_client_server_time(const mtp_client *client) {
  return mtp_client_now(client).wall_ms / 1000 + client->session.time_offset;
}

void mtp_turn_begin(mtp_client *client) {
  client->turn_over = false;
  client->turn_until = mtp_client_now(client).monotonic_ms + (int64_t)client->options.process_ms;
}

bool mtp_turn_over(mtp_client *client) {
  if (client->options.process_ms && mtp_client_now(client).monotonic_ms >= client->turn_until)
    client->turn_over = true;
  return client->turn_over;
}

void mtp_turn_end(mtp_client *client) {
  client->turn_over = true;
}
