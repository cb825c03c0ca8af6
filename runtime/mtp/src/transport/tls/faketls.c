/* Fake TLS, the client's side (TR-12, TR-13): a ClientHello signed with the proxy's secret, a reply
 * that must be signed too, then the stream inside records of application data. Until the reply is
 * verified nothing but the hello leaves. */
#include <string.h>

#include "crypto/hash.h"
#include "crypto/secret.h"
#include "faketls_hello.h"
#include "tls_record.h"
#include "transport/layer.h"

typedef struct faketls_layer {
  mtp_layer base;
  const mtp_secret *secret;
  mtp_hello_kind kind;
  uint8_t random[32]; /* of our hello */
  tl_buffer reply;
  bool begun; /* the first record of ours is out */
  mtp_record_reader reader;
} faketls_layer;

/* The reply is three records: ServerHello, change cipher spec, application data. */
#define REPLY_MAX (3 * (size_t)MTP_TLS_RECORD_MAX)

static bool init(mtp_layer *layer, const mtp_layer_config *config, const tl_allocator *allocator,
                 mtp_failure *failure) {
  faketls_layer *self = (faketls_layer *)layer;
  (void)failure;
  self->secret = config->secret;
  self->kind = config->classic_hello ? MTP_HELLO_CLASSIC : MTP_HELLO_HYBRID;
  tl_buffer_init(&self->reply, allocator, REPLY_MAX);
  return true;
}

static void free_reply(mtp_layer *layer) {
  tl_buffer_free(&((faketls_layer *)layer)->reply);
}

static mtp_step start(mtp_layer *layer, mtp_flow *flow) {
  faketls_layer *self = (faketls_layer *)layer;
  size_t at = flow->down->size;
  if (!mtp_faketls_hello(flow->rng, self->secret, self->kind, flow->unix_time, flow->down,
                         flow->failure))
    return MTP_STEP_FAIL;
  memcpy(self->random, flow->down->data + at + MTP_TLS_RANDOM_AT, sizeof self->random);
  return MTP_STEP_MORE;
}

static mtp_step fail(mtp_flow *flow, mtp_cause kind, const char *text) {
  mtp_failure_set(flow->failure, kind, 0, "fake TLS: %s", text);
  return MTP_STEP_FAIL;
}

/* What must stand at `at` of the reply: up to the length of the first record, then from its end to
 * the length of the last. */
static bool prefix_agrees(const uint8_t *have, size_t size, const char *want, size_t want_size) {
  return memcmp(have, want, size < want_size ? size : want_size) == 0;
}

/* How many bytes the reply needs, as far as it can be told from what is there: 0 when it is wrong.
 */
static size_t reply_need(const tl_buffer *reply) {
  static const char second[] = MTP_TLS_CHANGE_CIPHER_SPEC "\x17\x03\x03";
  const uint8_t *data = reply->data;
  if (reply->size == 0)
    return 5;
  if (!prefix_agrees(data, reply->size, "\x16\x03\x03", 3))
    return 0;
  if (reply->size < 5)
    return 5;
  size_t hello = ((size_t)data[3] << 8 | data[4]) + 5;
  if (hello < MTP_TLS_RANDOM_AT + 32 || hello > MTP_TLS_RECORD_MAX)
    return 0;
  if (reply->size < hello + 11) {
    size_t have = reply->size > hello ? reply->size - hello : 0;
    return have == 0 || prefix_agrees(data + hello, have, second, 9) ? hello + 11 : 0;
  }
  size_t body = (size_t)data[hello + 9] << 8 | data[hello + 10];
  if (!prefix_agrees(data + hello, 9, second, 9) || body > MTP_TLS_RECORD_MAX)
    return 0;
  return hello + 11 + body;
}

static mtp_step verify(faketls_layer *self, mtp_flow *flow) {
  uint8_t got[32], want[32];
  memcpy(got, self->reply.data + MTP_TLS_RANDOM_AT, 32);
  memset(self->reply.data + MTP_TLS_RANDOM_AT, 0, 32);
  tl_bytes parts[2] = {tl_bytes_of(self->random, 32),
                       tl_bytes_of(self->reply.data, self->reply.size)};
  if (mtp_hmac_sha256(tl_bytes_of(self->secret->key, 16), parts, 2, want) != MTP_OK)
    return fail(flow, MTP_ERR_NOMEM, "HMAC failed");
  if (!mtp_equal(got, want, 32))
    return fail(flow, MTP_FAIL_SECRET, "whoever answered does not know the secret of this proxy");
  tl_buffer_free(&self->reply);
  return MTP_STEP_DONE;
}

static mtp_step shake(mtp_layer *layer, mtp_flow *flow, const uint8_t *data, size_t n,
                      size_t *used) {
  faketls_layer *self = (faketls_layer *)layer;
  for (;;) {
    size_t need = reply_need(&self->reply);
    if (need == 0)
      return fail(flow, MTP_FAIL_SECRET, "the answer is not that of a proxy with this secret");
    if (self->reply.size == need)
      return verify(self, flow);
    if (*used == n)
      return MTP_STEP_MORE;
    size_t want = need - self->reply.size, take = n - *used < want ? n - *used : want;
    if (tl_buffer_append(&self->reply, data + *used, take) != TL_OK)
      return fail(flow, MTP_ERR_NOMEM, "out of memory");
    *used += take;
  }
}

static bool recv_records(mtp_layer *layer, mtp_flow *flow, const uint8_t *data, size_t n) {
  return mtp_record_read(&((faketls_layer *)layer)->reader, data, n, flow->up, flow->failure);
}

static bool send_records(mtp_layer *layer, mtp_flow *flow, const uint8_t *data, size_t n) {
  faketls_layer *self = (faketls_layer *)layer;
  if (n == 0)
    return true;
  if ((!self->begun && tl_buffer_append(flow->down, MTP_TLS_CHANGE_CIPHER_SPEC, 6) != TL_OK) ||
      mtp_record_write(flow->down, data, n, MTP_TLS_WRITE_MAX) != TL_OK)
    return mtp_failure_memory(flow->failure);
  self->begun = true;
  return true;
}

const mtp_layer_class mtp_layer_faketls = {
    .name = "fake TLS",
    .size = sizeof(faketls_layer),
    .init = init,
    .start = start,
    .shake = shake,
    .recv = recv_records,
    .send = send_records,
    .free = free_reply,
};
