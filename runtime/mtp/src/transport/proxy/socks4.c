/* SOCKS4 and its extension 4a, which lets the proxy resolve a name. */
#include <string.h>

#include "transport/layer.h"
#include "transport/text.h"

#define GRANTED 90

typedef struct socks4_layer {
  mtp_layer base;
  const mtp_layer_config *config;
  uint8_t address[4];
  bool named;
  uint8_t have[8];
  size_t size;
} socks4_layer;

static bool init(mtp_layer *layer, const mtp_layer_config *config, const tl_allocator *allocator,
                 mtp_failure *failure) {
  socks4_layer *self = (socks4_layer *)layer;
  uint8_t address[16];
  (void)allocator;
  self->config = config;
  size_t size = mtp_parse_address(config->host, address);
  self->named = size == 0;
  if (size == 16)
    return mtp_failure_set(failure, MTP_ERR_ARGUMENT, 0,
                           "SOCKS4 cannot reach an IPv6 address: use socks5");
  if (self->named && !config->proxy->resolve_remotely)
    return mtp_failure_set(failure, MTP_ERR_ARGUMENT, 0,
                           "SOCKS4 takes no names: use socks4a, or resolve the name first");
  if (size == 4 && address[0] == 0 && address[1] == 0 && address[2] == 0)
    return mtp_failure_set(failure, MTP_ERR_ARGUMENT, 0, "SOCKS4 cannot reach 0.0.0.x");
  memcpy(self->address, address, size);
  return true;
}

static mtp_step start(mtp_layer *layer, mtp_flow *flow) {
  socks4_layer *self = (socks4_layer *)layer;
  const mtp_layer_config *config = self->config;
  uint8_t request[8] = {4, 1, (uint8_t)(config->port >> 8), (uint8_t)config->port, 0, 0, 0, 1};
  if (!self->named)
    memcpy(request + 4, self->address, 4);
  if (tl_buffer_append(flow->down, request, 8) == TL_OK &&
      tl_buffer_append(flow->down, config->proxy->user, strlen(config->proxy->user) + 1) == TL_OK &&
      (!self->named ||
       tl_buffer_append(flow->down, config->host, strlen(config->host) + 1) == TL_OK))
    return MTP_STEP_MORE;
  mtp_failure_memory(flow->failure);
  return MTP_STEP_FAIL;
}

static mtp_step refused(mtp_flow *flow, uint8_t code) {
  if (code == 92 || code == 93)
    mtp_failure_set(flow->failure, MTP_FAIL_PROXY_AUTH, code, "SOCKS4 proxy: %s",
                    code == 92 ? "it wants identd here to confirm the user, and reaches none"
                               : "identd here reports another user");
  else if (code == 91)
    mtp_failure_set(flow->failure, MTP_FAIL_PROXY_REFUSED, code,
                    "SOCKS4 proxy: rejected or failed");
  else
    mtp_failure_set(flow->failure, MTP_FAIL_PROXY_PROTOCOL, code,
                    "SOCKS4 proxy: a reply code that does not exist");
  return MTP_STEP_FAIL;
}

static mtp_step shake(mtp_layer *layer, mtp_flow *flow, const uint8_t *data, size_t n,
                      size_t *used) {
  socks4_layer *self = (socks4_layer *)layer;
  bool whole = mtp_gather(self->have, &self->size, 8, data, n, used);
  if (self->size && self->have[0] != 0) {
    mtp_failure_set(flow->failure, MTP_FAIL_PROXY_PROTOCOL, 0,
                    "SOCKS4 proxy: the answer is not SOCKS4");
    return MTP_STEP_FAIL;
  }
  if (self->size >= 2 && self->have[1] != GRANTED)
    return refused(flow, self->have[1]);
  return whole ? MTP_STEP_DONE : MTP_STEP_MORE;
}

const mtp_layer_class mtp_layer_socks4 = {
    .name = "SOCKS4 proxy",
    .size = sizeof(socks4_layer),
    .init = init,
    .start = start,
    .shake = shake,
};
