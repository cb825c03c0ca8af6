/* Messages of ours that are no queries: acknowledgements, pings, requests for salts, states and
 * lost answers, http_wait, and answers to the server's own questions. */
#include "internal.h"
#include "service.h"

#include <mt/mt.h>
#include <string.h>

/* ---- acknowledgements ---- */

size_t mtp_acks_waiting(const mtp_engine *engine) {
  return engine->acks.count - engine->acks_kept.count;
}

static bool acks_due(const mtp_engine *engine, mtp_now now) {
  size_t waiting = mtp_acks_waiting(engine);
  return waiting > engine->config.ack_count || (waiting && now.monotonic_ms >= engine->ack_at);
}

void mtp_ack_add(mtp_engine *engine, int64_t msg_id, mtp_now now) {
  size_t waiting = mtp_acks_waiting(engine);
  if (waiting >= MTP_ACKS_MAX)
    return; /* of a server that takes none: it says it again, and is answered then */
  if (waiting == 0)
    engine->ack_at = now.monotonic_ms + engine->config.ack_ms;
  mtp_ids_push(&engine->acks, msg_id);
}

/* ---- notes ---- */

bool mtp_note_add(mtp_engine *engine, uint32_t id, const void *args) {
  if (engine->n_notes - engine->notes_kept.count == MTP_NOTES_MAX)
    return true;
  tl_buffer_clear(&engine->part);
  if (!mtp_service_encode(id, args, &engine->part))
    return false;
  mtp_note *note = tl_alloc(engine->config.allocator, sizeof *note + engine->part.size);
  if (!note)
    return false;
  note->next = NULL;
  note->size = engine->part.size;
  memcpy(note->body, engine->part.data, note->size);
  mtp_note **end = &engine->notes;
  while (*end)
    end = &(*end)->next;
  *end = note;
  engine->n_notes++;
  return true;
}

void mtp_notes_free(mtp_engine *engine, size_t n) {
  for (; n > 0 && engine->notes; n--) {
    mtp_note *note = engine->notes;
    engine->notes = note->next;
    tl_free(engine->config.allocator, note, sizeof *note + note->size);
    engine->n_notes--;
  }
}

/* ---- packing ---- */

static size_t at_most(size_t count) {
  return count < MTP_IDS_MAX ? count : MTP_IDS_MAX;
}

mtp_cause mtp_pack_acks(mtp_pack *pack) {
  const mtp_engine *engine = pack->engine;
  size_t count = at_most(mtp_acks_waiting(engine));
  if (count == 0 || pack->n_acks || pack->full)
    return MTP_OK;
  mt_msgs_ack args = {.msg_ids = {engine->acks.items + engine->acks_kept.count, count}};
  int64_t id = 0;
  mtp_cause status = mtp_pack_object(pack, MT_ID_msgs_ack, &args, &id);
  if (!status)
    pack->n_acks = count;
  return status;
}

static mtp_cause pack_notes(mtp_pack *pack) {
  mtp_cause status = MTP_OK;
  const mtp_note *note = pack->engine->notes;
  for (size_t i = 0; i < pack->engine->notes_kept.count; i++)
    note = note->next;
  for (; note && !status; note = note->next) {
    int64_t id = 0;
    status =
        mtp_pack_add(pack, false, tl_bytes_of(NULL, 0), tl_bytes_of(note->body, note->size), &id);
    if (!status)
      pack->n_notes++;
  }
  return status;
}

static mtp_cause pack_wanted(mtp_pack *pack) {
  const mtp_engine *engine = pack->engine;
  size_t kept = engine->wanted_kept.count, count = at_most(engine->wanted.count - kept);
  if (count == 0)
    return MTP_OK;
  mt_msg_resend_req args = {.msg_ids = {engine->wanted.items + kept, count}};
  int64_t id = 0;
  mtp_cause status = mtp_pack_object(pack, MT_ID_msg_resend_req, &args, &id);
  if (!status)
    pack->n_wanted = count;
  return status;
}

/* With a request for states goes a ping: its pong shows when the server has passed over it. Over
 * HTTP there is one only to ask for the time. */
static mtp_cause pack_ping(mtp_pack *pack) {
  mtp_engine *engine = pack->engine;
  const mtp_engine_config *config = &engine->config;
  if (engine->ping.msg_id || (!engine->ping.due && (!pack->state_id || config->http)))
    return MTP_OK;
  int64_t ping_id = (int64_t)(engine->pings + 1);
  if (!config->ping_ms || config->http) {
    mt_ping args = {.ping_id = ping_id};
    return mtp_pack_object(pack, MT_ID_ping, &args, &pack->ping_id);
  }
  mt_ping_delay_disconnect args = {.ping_id = ping_id,
                                   .disconnect_delay = (int32_t)config->ping_delay_s};
  return mtp_pack_object(pack, MT_ID_ping_delay_disconnect, &args, &pack->ping_id);
}

static mtp_cause pack_salts(mtp_pack *pack) {
  if (!pack->engine->salts_request.due)
    return MTP_OK;
  mt_get_future_salts args = {.num = MTP_SALTS_ASKED};
  return mtp_pack_object(pack, MT_ID_get_future_salts, &args, &pack->salts_id);
}

static mtp_cause pack_poll(mtp_pack *pack) {
  const mtp_engine_config *config = &pack->engine->config;
  if (!pack->engine->poll.due || pack->now.monotonic_ms < pack->engine->poll_at)
    return MTP_OK;
  mt_http_wait args = {.max_delay = (int32_t)config->http_max_delay,
                       .wait_after = (int32_t)config->http_wait_after,
                       .max_wait = (int32_t)config->http_max_wait};
  return mtp_pack_object(pack, MT_ID_http_wait, &args, &pack->poll_id);
}

mtp_cause mtp_pack_errands(mtp_pack *pack) {
  static mtp_cause (*const steps[])(mtp_pack *) = {pack_poll,      pack_notes, pack_wanted,
                                                   mtp_pack_state, pack_ping,  pack_salts};
  mtp_cause status = MTP_OK;
  if (acks_due(pack->engine, pack->now))
    status = mtp_pack_acks(pack);
  for (size_t i = 0; i < sizeof steps / sizeof *steps && !status; i++)
    status = steps[i](pack);
  return status == MTP_ENGINE_TOO_LARGE ? MTP_OK : status;
}

/* ---- afterwards ---- */

static void sent(mtp_errand *errand, int64_t msg_id, const mtp_pack *pack) {
  errand->due = false;
  errand->msg_id = msg_id;
  errand->container = pack->container;
  errand->sent_ms = pack->now.monotonic_ms;
}

/* Whether what was kept of a list goes: n more of it have left, or it is too long ago. If so they
 * are kept from now on. */
static bool keep(mtp_kept *kept, size_t n, const mtp_pack *pack) {
  int64_t now = pack->now.monotonic_ms;
  if (n == 0 && (kept->count == 0 || now - kept->sent_ms < MTP_KEPT_MS))
    return false;
  *kept = (mtp_kept){.count = n, .packet = pack->message.msg_id, .sent_ms = now};
  return true;
}

static void commit_lists(mtp_pack *pack) {
  mtp_engine *engine = pack->engine;
  size_t acks = engine->acks_kept.count, wanted = engine->wanted_kept.count;
  size_t notes = engine->notes_kept.count;
  if (keep(&engine->acks_kept, pack->n_acks, pack))
    mtp_ids_drop(&engine->acks, acks);
  if (keep(&engine->wanted_kept, pack->n_wanted, pack))
    mtp_ids_drop(&engine->wanted, wanted);
  if (keep(&engine->notes_kept, pack->n_notes, pack))
    mtp_notes_free(engine, notes);
  if (pack->n_acks)
    engine->ack_at = pack->now.monotonic_ms;
}

void mtp_errands_commit(mtp_pack *pack) {
  mtp_engine *engine = pack->engine;
  int64_t now = pack->now.monotonic_ms;
  commit_lists(pack);
  if (pack->state_id) {
    sent(&engine->state, pack->state_id, pack);
    engine->state_until = now + engine->config.state_ms;
  }
  if (pack->ping_id) {
    sent(&engine->ping, pack->ping_id, pack);
    engine->ping_value = (int64_t)++engine->pings;
    engine->ping_at = engine->config.ping_ms ? now + engine->config.ping_ms : MTP_NEVER;
  }
  if (pack->salts_id)
    sent(&engine->salts_request, pack->salts_id, pack);
  if (pack->poll_id) {
    sent(&engine->poll, pack->poll_id, pack);
    engine->poll_news = engine->news;
  }
}

void mtp_errands_rollback(mtp_pack *pack) {
  if (!pack->engine->state.msg_id)
    mtp_doubt_unask(pack->engine);
}

static bool is_in(const mtp_errand *errand, int64_t msg_id) {
  return errand->msg_id && (errand->msg_id == msg_id || errand->container == msg_id);
}

static bool refuse(mtp_errand *errand, int64_t msg_id) {
  if (!is_in(errand, msg_id))
    return false;
  *errand = (mtp_errand){.due = true};
  return true;
}

static bool unkeep(mtp_kept *kept, int64_t packet) {
  if (kept->count == 0 || kept->packet != packet)
    return false;
  *kept = (mtp_kept){0};
  return true;
}

/* Nothing is sent again for ever: requests of our own have no number of tries. */
static void count_refusal(mtp_engine *engine) {
  if (engine->heard_ms - engine->refused_ms > MTP_KEPT_MS)
    engine->refusals = 0;
  engine->refused_ms = engine->heard_ms;
  if (++engine->refusals > MTP_REFUSALS)
    mtp_engine_break(engine, MTP_RECONNECT_REFUSED);
}

void mtp_errands_refused(mtp_engine *engine, int64_t msg_id) {
  bool state = is_in(&engine->state, msg_id), again = state;
  if (state)
    mtp_state_overdue(engine);
  again = refuse(&engine->ping, msg_id) || again;
  again = refuse(&engine->salts_request, msg_id) || again;
  again = unkeep(&engine->acks_kept, msg_id) || again;
  again = unkeep(&engine->wanted_kept, msg_id) || again;
  again = unkeep(&engine->notes_kept, msg_id) || again;
  /* http_wait is left alone: the request that carried it is being answered. */
  if (again)
    count_refusal(engine);
}

void mtp_errands_reset(mtp_engine *engine) {
  const mtp_errand none = {0};
  engine->state = engine->ping = engine->salts_request = engine->poll = none;
  engine->poll.due = engine->config.http && engine->connected;
  engine->waiting_ms = MTP_NEVER;
  engine->state_tries = 0;
  mtp_doubt_unask(engine);
}

bool mtp_errands_have(const mtp_engine *engine, int64_t msg_id) {
  const mtp_errand *errands[] = {&engine->state, &engine->ping, &engine->salts_request,
                                 &engine->poll};
  for (size_t i = 0; i < sizeof errands / sizeof *errands; i++)
    if (is_in(errands[i], msg_id))
      return true;
  return false;
}
