/* The obfuscated layer. Its 64 opening bytes go out together with the first packet: a segment of
 * exactly 64 bytes would be easy to spot. */
#include <string.h>

#include "../crypto/secret.h"
#include "layer.h"
#include "obfuscation.h"

typedef struct obfuscated_layer {
  mtp_layer base;
  const mtp_layer_config *config;
  mtp_obfuscation streams;
  uint8_t init[MTP_OBFUSCATION_INIT];
  bool begun; /* init is out */
} obfuscated_layer;

static bool init(mtp_layer *layer, const mtp_layer_config *config, const tl_allocator *allocator,
                 mtp_failure *failure) {
  (void)allocator;
  (void)failure;
  ((obfuscated_layer *)layer)->config = config;
  return true;
}

static void free_streams(mtp_layer *layer) {
  mtp_obfuscation_free(&((obfuscated_layer *)layer)->streams);
}

static mtp_step start(mtp_layer *layer, mtp_flow *flow) {
  obfuscated_layer *self = (obfuscated_layer *)layer;
  const mtp_layer_config *config = self->config;
  const mtp_secret *secret = config->secret;
  bool hashed = secret && (secret->kind != MTP_SECRET_NONE || !config->raw_zero_secret);
  mtp_obfuscation_info info = {.tag = config->tag,
                               .dc = config->dc,
                               .has_dc = secret != NULL,
                               .secret = hashed ? secret->key : NULL};
  return mtp_obfuscation_client(&self->streams, flow->rng, &info, self->init, flow->failure)
             ? MTP_STEP_DONE
             : MTP_STEP_FAIL;
}

static bool apply(mtp_ctr *stream, const uint8_t *data, size_t n, tl_buffer *out,
                  mtp_failure *failure) {
  uint8_t *to = tl_buffer_extend(out, n);
  if (!to || mtp_ctr_apply(stream, data, n, to) != MTP_OK)
    return mtp_failure_memory(failure);
  return true;
}

static bool decrypt(mtp_layer *layer, mtp_flow *flow, const uint8_t *data, size_t n) {
  return apply(&((obfuscated_layer *)layer)->streams.recv, data, n, flow->up, flow->failure);
}

static bool encrypt(mtp_layer *layer, mtp_flow *flow, const uint8_t *data, size_t n) {
  obfuscated_layer *self = (obfuscated_layer *)layer;
  if (!self->begun && tl_buffer_append(flow->down, self->init, sizeof self->init) != TL_OK)
    return mtp_failure_memory(flow->failure);
  self->begun = true;
  return apply(&self->streams.send, data, n, flow->down, flow->failure);
}

const mtp_layer_class mtp_layer_obfuscated = {
    .name = "obfuscation",
    .size = sizeof(obfuscated_layer),
    .init = init,
    .start = start,
    .recv = decrypt,
    .send = encrypt,
    .free = free_streams,
};
