/* The course of a key exchange: packets in and out, time, and its two ends. */
#include "kx/kx.h"

#include "crypto/seal.h"
#include "crypto/secret.h"
#include "kx/internal.h"
#include <mtp/session.h>
#include <string.h>

#define DEFAULT_TIMEOUT_MS 30000
#define MAX_BODY           1024 /* of a request; set_client_DH_params has 376 bytes */

mtp_status mtp_kx_new(const mtp_kx_config *config, mtp_kx **out) {
  *out = NULL;
  if (config->n_keys == 0 || config->dc < 1 || config->dc > MTP_DC_MAX || config->expires_in < 0)
    return MTP_ERR_ARGUMENT;
  mtp_kx *kx = tl_alloc_zero(config->allocator, sizeof *kx);
  if (!kx)
    return MTP_ERR_NOMEM;
  kx->config = *config;
  if (kx->config.timeout_ms == 0)
    kx->config.timeout_ms = DEFAULT_TIMEOUT_MS;
  *out = kx;
  return MTP_OK;
}

void mtp_kx_free(mtp_kx *kx) {
  if (!kx)
    return;
  const tl_allocator *allocator = kx->config.allocator;
  mtp_wipe(kx, sizeof *kx);
  tl_free(allocator, kx, sizeof *kx);
}

/* Everything that is secret and no longer needed (KX-16). */
static void wipe_secrets(mtp_kx *kx) {
  mtp_wipe(&kx->nonces, sizeof kx->nonces);
  mtp_wipe(&kx->tmp, sizeof kx->tmp);
  mtp_wipe(kx->g_a, sizeof kx->g_a);
  if (kx->state != MTP_KX_STATE_DONE)
    mtp_wipe(&kx->result, sizeof kx->result);
}

static mtp_kx_step fail(mtp_kx *kx, mtp_cause failure) {
  kx->state = MTP_KX_STATE_FAILED;
  kx->failure = failure;
  wipe_secrets(kx);
  return MTP_KX_FAILED;
}

/* Unix time in units of 2^-32 s, divisible by 4, larger than the one before, and never a whole
 * second, which servers take for a client that does not keep time (MS-1). */
static int64_t next_msg_id(mtp_kx *kx, mtp_now now) {
  uint64_t ms = now.wall_ms > 0 ? (uint64_t)now.wall_ms : 0;
  uint64_t id = (ms / 1000 << 32) | ((ms % 1000 << 32) / 1000 & ~(uint64_t)3);
  if (id <= (uint64_t)kx->last_msg_id)
    id = (uint64_t)kx->last_msg_id + 4;
  if ((uint32_t)id == 0)
    id += 4;
  kx->last_msg_id = (int64_t)id;
  return (int64_t)id;
}

/* Wraps the body that a step made, unless the step failed or was the last. */
static mtp_kx_step finish(mtp_kx *kx, mtp_cause failure, const tl_buffer *body, mtp_now now,
                          tl_buffer *out) {
  if (!failure && kx->state != MTP_KX_STATE_DONE)
    failure = mtp_kx_failed(
        mtp_plain_write(next_msg_id(kx, now), tl_bytes_of(body->data, body->size), out),
        MTP_ERR_CRYPTO);
  if (failure)
    return fail(kx, failure);
  if (kx->state != MTP_KX_STATE_DONE)
    return MTP_KX_SEND;
  wipe_secrets(kx);
  return MTP_KX_DONE;
}

mtp_kx_step mtp_kx_start(mtp_kx *kx, mtp_now now, tl_buffer *out) {
  tl_buffer body;
  if (kx->state != MTP_KX_STATE_NEW)
    return fail(kx, MTP_ERR_ARGUMENT);
  kx->deadline = now.monotonic_ms + (int64_t)kx->config.timeout_ms;
  tl_buffer_init(&body, kx->config.allocator, MAX_BODY);
  mtp_kx_step step = finish(kx, mtp_kx_send_req_pq(kx, &body), &body, now, out);
  tl_buffer_free(&body);
  return step;
}

static mtp_cause take(mtp_kx *kx, tl_bytes body, mtp_now now, tl_buffer *out) {
  switch (kx->state) {
  case MTP_KX_STATE_PQ:
    return mtp_kx_on_res_pq(kx, body, out);
  case MTP_KX_STATE_PARAMS:
    return mtp_kx_on_params(kx, body, now, out);
  case MTP_KX_STATE_GEN:
    return mtp_kx_on_gen(kx, body, out);
  case MTP_KX_STATE_NEW:
  case MTP_KX_STATE_DONE:
  case MTP_KX_STATE_FAILED:
    break;
  }
  return MTP_ERR_ARGUMENT;
}

mtp_kx_step mtp_kx_recv(mtp_kx *kx, const uint8_t *packet, size_t size, mtp_now now,
                        tl_buffer *out) {
  int64_t msg_id;
  tl_bytes body;
  tl_buffer answer;
  if (kx->state == MTP_KX_STATE_DONE || kx->state == MTP_KX_STATE_FAILED)
    return kx->state == MTP_KX_STATE_DONE ? MTP_KX_DONE : MTP_KX_FAILED;
  if (mtp_kx_tick(kx, now) == MTP_KX_FAILED)
    return MTP_KX_FAILED;
  if (mtp_plain_read(packet, size, kx->config.padded, &msg_id, &body))
    return fail(kx, MTP_KX_FAIL_MALFORMED);
  tl_buffer_init(&answer, kx->config.allocator, MAX_BODY);
  mtp_kx_step step = finish(kx, take(kx, body, now, &answer), &answer, now, out);
  tl_buffer_free(&answer);
  return step;
}

static bool waiting(const mtp_kx *kx) {
  return kx->state == MTP_KX_STATE_PQ || kx->state == MTP_KX_STATE_PARAMS ||
         kx->state == MTP_KX_STATE_GEN;
}

int64_t mtp_kx_deadline(const mtp_kx *kx) {
  return waiting(kx) ? kx->deadline : INT64_MAX;
}

mtp_kx_step mtp_kx_tick(mtp_kx *kx, mtp_now now) {
  if (waiting(kx) && now.monotonic_ms >= kx->deadline)
    return fail(kx, MTP_ERR_TIMEOUT);
  if (kx->state == MTP_KX_STATE_DONE)
    return MTP_KX_DONE;
  return kx->state == MTP_KX_STATE_FAILED ? MTP_KX_FAILED : MTP_KX_SEND;
}

const mtp_kx_result *mtp_kx_result_of(const mtp_kx *kx) {
  return kx->state == MTP_KX_STATE_DONE ? &kx->result : NULL;
}

mtp_cause mtp_kx_cause(const mtp_kx *kx) {
  return kx->failure;
}
