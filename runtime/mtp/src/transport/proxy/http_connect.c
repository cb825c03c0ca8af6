/* A tunnel through an HTTP proxy: CONNECT (RFC 9110, 9.3.6), Basic authorization (RFC 7617). */
#include <string.h>

#include "crypto/secret.h"
#include "transport/http/http_head.h"
#include "transport/layer.h"
#include "transport/text.h"

typedef struct connect_layer {
  mtp_layer base;
  const mtp_layer_config *config;
  tl_buffer head;
} connect_layer;

static bool init(mtp_layer *layer, const mtp_layer_config *config, const tl_allocator *allocator,
                 mtp_failure *failure) {
  connect_layer *self = (connect_layer *)layer;
  self->config = config;
  tl_buffer_init(&self->head, allocator, MTP_HTTP_HEAD_MAX + 1);
  if (!strchr(config->proxy->user, ':'))
    return true;
  return mtp_failure_set(failure, MTP_ERR_ARGUMENT, 0,
                         "an HTTP proxy takes no colon in the user name");
}

static void free_head(mtp_layer *layer) {
  tl_buffer_free(&((connect_layer *)layer)->head);
}

static tl_status append_credentials(tl_buffer *out, const mtp_proxy *proxy) {
  char pair[512];
  size_t user = strlen(proxy->user), password = strlen(proxy->password);
  if (user == 0 && password == 0)
    return TL_OK;
  memcpy(pair, proxy->user, user);
  pair[user] = ':';
  memcpy(pair + user + 1, proxy->password, password);
  tl_status status = mtp_append_text(out, "Proxy-Authorization: Basic ");
  if (status == TL_OK)
    status = mtp_base64_append(out, pair, user + 1 + password);
  mtp_wipe(pair, sizeof pair);
  return status == TL_OK ? mtp_append_text(out, "\r\n") : status;
}

static mtp_step start(mtp_layer *layer, mtp_flow *flow) {
  const mtp_layer_config *config = ((connect_layer *)layer)->config;
  tl_buffer *out = flow->down;
  if (mtp_append_text(out, "CONNECT ") == TL_OK &&
      mtp_append_authority(out, config->host, config->port, 0) == TL_OK &&
      mtp_append_text(out, " HTTP/1.1\r\nHost: ") == TL_OK &&
      mtp_append_authority(out, config->host, config->port, 0) == TL_OK &&
      mtp_append_text(out, "\r\n") == TL_OK && append_credentials(out, config->proxy) == TL_OK &&
      mtp_append_text(out, "\r\n") == TL_OK)
    return MTP_STEP_MORE;
  mtp_failure_memory(flow->failure);
  return MTP_STEP_FAIL;
}

/* What a refusal of the authorization means. A proxy that does not offer Basic has not looked at
 * the password. */
static const char *refusal(const mtp_http_head *head, const mtp_proxy *proxy) {
  static const char name[] = "proxy-authenticate";
  bool basic = mtp_http_field_begins(head, name, "basic");
  if (!basic && mtp_http_field_begins(head, name, "digest"))
    return "it wants Digest authentication; only Basic is supported";
  if (!basic && mtp_http_field(head, name).data)
    return "it wants an authentication that is not supported; only Basic is";
  return proxy->user[0] ? "wrong user or password" : "it wants a user and password";
}

static mtp_step on_head(connect_layer *self, mtp_flow *flow) {
  mtp_http_head head;
  if (!mtp_http_parse_response(self->head.data, self->head.size, &head)) {
    mtp_failure_set(flow->failure, MTP_FAIL_PROXY_PROTOCOL, 0,
                    "HTTP proxy: the answer is not HTTP");
    return MTP_STEP_FAIL;
  }
  if (head.status < 200) {
    tl_buffer_clear(&self->head);
    return MTP_STEP_MORE;
  }
  if (head.status < 300) {
    tl_buffer_free(&self->head);
    return MTP_STEP_DONE;
  }
  int code = (int)head.status;
  if (code == 407 || code == 401) /* tinyproxy says 401 to a wrong password */
    mtp_failure_set(flow->failure, MTP_FAIL_PROXY_AUTH, code, "HTTP proxy: status %d: %s", code,
                    refusal(&head, self->config->proxy));
  else
    mtp_failure_set(flow->failure, MTP_FAIL_PROXY_REFUSED, code,
                    "HTTP proxy: it does not connect, status %d", code);
  return MTP_STEP_FAIL;
}

/* Whatever answers must start as HTTP does: no need to wait for the end of something else. */
static bool can_be_http(const tl_buffer *head) {
  size_t n = head->size < 5 ? head->size : 5;
  return n == 0 || memcmp(head->data, "HTTP/", n) == 0;
}

static mtp_step shake(mtp_layer *layer, mtp_flow *flow, const uint8_t *data, size_t n,
                      size_t *used) {
  connect_layer *self = (connect_layer *)layer;
  mtp_step step = MTP_STEP_MORE;
  while (step == MTP_STEP_MORE && *used < n) {
    int got = mtp_http_gather_head(&self->head, data + *used, n - *used, used);
    if (got == -2) {
      mtp_failure_memory(flow->failure);
      return MTP_STEP_FAIL;
    }
    if (got < 0 || !can_be_http(&self->head)) {
      mtp_failure_set(flow->failure, MTP_FAIL_PROXY_PROTOCOL, 0, "HTTP proxy: %s",
                      got < 0 ? "the header of the answer is too long" : "the answer is not HTTP");
      return MTP_STEP_FAIL;
    }
    if (got == 1)
      step = on_head(self, flow);
  }
  return step;
}

const mtp_layer_class mtp_layer_http_connect = {
    .name = "HTTP proxy",
    .size = sizeof(connect_layer),
    .init = init,
    .start = start,
    .shake = shake,
    .free = free_head,
};
