/* SOCKS5 (RFC 1928) with user and password (RFC 1929). Each message waits for the answer to the one
 * before, so that a proxy never sees a password that it did not ask for. */
#include <string.h>

#include "crypto/secret.h"
#include "transport/layer.h"
#include "transport/text.h"

enum { NO_AUTH = 0x00, USER_PASSWORD = 0x02, NO_METHOD = 0xff };

typedef enum socks5_state { METHOD, AUTH, REPLY_CODE, REPLY_TYPE, REPLY_ADDRESS } socks5_state;

typedef struct socks5_layer {
  mtp_layer base;
  const mtp_layer_config *config;
  socks5_state state;
  uint8_t have[262]; /* the longest answer: 4 bytes, a name with its length, a port */
  size_t size, need;
} socks5_layer;

static bool init(mtp_layer *layer, const mtp_layer_config *config, const tl_allocator *allocator,
                 mtp_failure *failure) {
  socks5_layer *self = (socks5_layer *)layer;
  (void)allocator;
  self->config = config;
  if (config->proxy->user[0] || !config->proxy->password[0])
    return true;
  return mtp_failure_set(failure, MTP_ERR_ARGUMENT, 0, "a SOCKS5 password without a user");
}

static mtp_step expect(socks5_layer *self, socks5_state state, size_t need) {
  self->state = state;
  self->size = 0;
  self->need = need;
  return MTP_STEP_MORE;
}

static mtp_step fail(mtp_flow *flow, mtp_cause kind, int code, const char *text) {
  mtp_failure_set(flow->failure, kind, code, "SOCKS5 proxy: %s", text);
  return MTP_STEP_FAIL;
}

static mtp_step write_down(mtp_flow *flow, const uint8_t *data, size_t n) {
  if (tl_buffer_append(flow->down, data, n) == TL_OK)
    return MTP_STEP_MORE;
  mtp_failure_memory(flow->failure);
  return MTP_STEP_FAIL;
}

static mtp_step start(mtp_layer *layer, mtp_flow *flow) {
  socks5_layer *self = (socks5_layer *)layer;
  bool auth = self->config->proxy->user[0] != 0;
  uint8_t hello[4] = {5, auth ? 2 : 1, NO_AUTH, USER_PASSWORD};
  expect(self, METHOD, 2);
  return write_down(flow, hello, auth ? 4 : 3);
}

static mtp_step send_request(socks5_layer *self, mtp_flow *flow) {
  uint8_t request[4 + 1 + 255 + 2] = {5, 1, 0, 0}, address[16];
  const char *host = self->config->host;
  size_t size = mtp_parse_address(host, address), at = 4;
  request[3] = size == 4 ? 1 : size == 16 ? 4 : 3;
  if (size) {
    memcpy(request + at, address, size);
  } else {
    size = strlen(host);
    request[at++] = (uint8_t)size;
    memcpy(request + at, host, size);
  }
  at += size;
  request[at++] = (uint8_t)(self->config->port >> 8);
  request[at++] = (uint8_t)self->config->port;
  expect(self, REPLY_CODE, 2);
  return write_down(flow, request, at);
}

static mtp_step send_password(socks5_layer *self, mtp_flow *flow) {
  const mtp_proxy *proxy = self->config->proxy;
  size_t user = strlen(proxy->user), password = strlen(proxy->password);
  uint8_t message[3 + 255 + 255] = {1, (uint8_t)user};
  memcpy(message + 2, proxy->user, user);
  message[2 + user] = (uint8_t)password;
  memcpy(message + 3 + user, proxy->password, password);
  expect(self, AUTH, 2);
  mtp_step step = write_down(flow, message, 3 + user + password);
  mtp_wipe(message, sizeof message);
  return step;
}

static mtp_step on_method(socks5_layer *self, mtp_flow *flow) {
  bool auth = self->config->proxy->user[0] != 0;
  if (self->have[0] != 5)
    return fail(flow, MTP_FAIL_PROXY_PROTOCOL, 0, "the answer is not SOCKS5");
  if (self->have[1] == NO_AUTH)
    return send_request(self, flow);
  if (self->have[1] == USER_PASSWORD && auth)
    return send_password(self, flow);
  if (self->have[1] == NO_METHOD)
    return fail(flow, MTP_FAIL_PROXY_AUTH, NO_METHOD,
                auth ? "it takes no user and password" : "it wants a user and password");
  return fail(flow, MTP_FAIL_PROXY_PROTOCOL, self->have[1], "it chose what was not offered");
}

static mtp_step on_auth(socks5_layer *self, mtp_flow *flow) {
  if (self->have[1] != 0)
    return fail(flow, MTP_FAIL_PROXY_AUTH, self->have[1], "wrong user or password");
  if (self->have[0] != 1 && self->have[0] != 5) /* some proxies put the version of SOCKS here */
    return fail(flow, MTP_FAIL_PROXY_PROTOCOL, 0, "a broken answer to the password");
  return send_request(self, flow);
}

static const char *reply_text(uint8_t reply) {
  static const char *const texts[] = {
      "it succeeded",
      "general failure",
      "its rules forbid this",
      "network unreachable",
      "host unreachable",
      "connection refused",
      "time to live expired, or the target does not answer",
      "it cannot connect",
      "it does not know this kind of address",
  };
  return reply < sizeof texts / sizeof *texts ? texts[reply] : "an unknown error";
}

static mtp_step on_reply_code(socks5_layer *self, mtp_flow *flow) {
  const uint8_t *have = self->have;
  if (have[0] != 5)
    return fail(flow, MTP_FAIL_PROXY_PROTOCOL, 0, "the reply is not SOCKS5");
  if (have[1] != 0)
    return fail(flow, MTP_FAIL_PROXY_REFUSED, have[1], reply_text(have[1]));
  self->state = REPLY_TYPE;
  self->need = 5;
  return MTP_STEP_MORE;
}

/* The kind of address and the first byte of it tell how long the reply is. */
static mtp_step on_reply_type(socks5_layer *self, mtp_flow *flow) {
  uint8_t type = self->have[3];
  if (type != 1 && type != 3 && type != 4)
    return fail(flow, MTP_FAIL_PROXY_PROTOCOL, 0, "the reply has an unknown kind of address");
  self->state = REPLY_ADDRESS;
  self->need = type == 1 ? 10 : type == 4 ? 22 : 7U + self->have[4];
  return MTP_STEP_MORE;
}

static mtp_step on_answer(socks5_layer *self, mtp_flow *flow) {
  switch (self->state) {
  case METHOD:
    return on_method(self, flow);
  case AUTH:
    return on_auth(self, flow);
  case REPLY_CODE:
    return on_reply_code(self, flow);
  case REPLY_TYPE:
    return on_reply_type(self, flow);
  case REPLY_ADDRESS:
    break;
  }
  return MTP_STEP_DONE;
}

static mtp_step shake(mtp_layer *layer, mtp_flow *flow, const uint8_t *data, size_t n,
                      size_t *used) {
  socks5_layer *self = (socks5_layer *)layer;
  mtp_step step = MTP_STEP_MORE;
  while (step == MTP_STEP_MORE && mtp_gather(self->have, &self->size, self->need, data, n, used))
    step = on_answer(self, flow);
  return step;
}

const mtp_layer_class mtp_layer_socks5 = {
    .name = "SOCKS5 proxy",
    .size = sizeof(socks5_layer),
    .init = init,
    .start = start,
    .shake = shake,
};
