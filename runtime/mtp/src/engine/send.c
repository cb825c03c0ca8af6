/* Packets out: packed, sealed, and only then taken as sent. */
#include "internal.h"

#define KEEP_SIZE 4096 /* larger buffers are given back between packets */

/* Plain text does not stay. */
static void trim(tl_buffer *buffer) {
  tl_buffer_wipe(buffer);
  if (buffer->capacity > KEEP_SIZE)
    tl_buffer_free(buffer);
}

static mtp_cause seal_failed(mtp_engine *engine, mtp_status status) {
  if (status != MTP_ERR_RANDOM)
    return MTP_ERR_NOMEM;
  mtp_engine_fatal(engine);
  return MTP_ERR_RANDOM;
}

static void fill_info(const mtp_pack *pack, uint32_t token, mtp_packet_info *info) {
  *info = (mtp_packet_info){
      .quick_ack = pack->quick_ack,
      .token = token,
      .long_poll = pack->poll_id != 0,
      .max_wait_ms = pack->poll_id ? pack->engine->config.http_max_wait : 0,
      .messages = pack->count,
  };
}

static mtp_cause send_one(mtp_engine *engine, mtp_now now, tl_buffer *out, mtp_packet_info *info) {
  mtp_pack pack;
  uint32_t token = 0;
  mtp_cause status = mtp_pack_make(&pack, engine, now);
  if (status)
    return status;
  mtp_padding padding = engine->config.padded ? MTP_PADDING_RANDOM : MTP_PADDING_BUCKETS;
  mtp_status sealed = mtp_seal(&engine->key, MTP_FROM_CLIENT, &pack.message, padding,
                               engine->config.rng, out, &token);
  if (sealed) {
    mtp_pack_rollback(&pack);
    return seal_failed(engine, sealed);
  }
  mtp_pack_commit(&pack, token);
  fill_info(&pack, token, info);
  return MTP_OK;
}

mtp_cause mtp_engine_poll_packet(mtp_engine *engine, mtp_now now, tl_buffer *out,
                                 mtp_packet_info *info) {
  mtp_packet_info ignored;
  if (!info)
    info = &ignored;
  *info = (mtp_packet_info){0};
  if (engine->closed)
    return MTP_ERR_CLOSED;
  if (!engine->has_key)
    return MTP_ENGINE_NOTHING;
  mtp_engine_tick(engine, now);
  if (engine->closed)
    return MTP_ERR_RANDOM; /* a new session had no id */
  if (!engine->connected || engine->broken || engine->renew)
    return MTP_ENGINE_NOTHING;
  mtp_cause status = send_one(engine, now, out, info);
  trim(&engine->scratch);
  trim(&engine->part);
  return status;
}
