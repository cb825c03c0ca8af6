/* The simulation's judge: what was delivered, what was named lost, and whether that is all. */
#include <tg/tg.h>

#include "update_sim.h"

static void count(sim *s, const tg_Update *update) {
  int64_t i = -1;
  switch (update->kind) {
  case TG_updateNewMessage:
    i = update->updateNewMessage->message.message->id;
    break;
  case TG_updateNewChannelMessage:
    i = update->updateNewChannelMessage->message.message->id;
    break;
  case TG_updateBotStopped:
    i = update->updateBotStopped->user_id;
    break;
  case TG_updateUserPhone:
    i = update->updateUserPhone->user_id;
    break;
  case TG_updateUserTyping:
    i = update->updateUserTyping->user_id;
    break;
  default: /* how the dialog of a channel stands */
    break;
  }
  if (i < 0)
    return;
  s->log[i].delivered++;
  sim_say(s, "  update %d: kind %d, channel %d, value %d", (int)i, (int)s->log[i].kind,
          s->log[i].channel, (int)s->log[i].value);
}

void sim_delivered(sim *s, mtp_reply *reply) {
  const tl_value *value = mtp_reply_value(reply);
  const tg_Updates *u = tl_value_slot(value, &tg_schema, value->type);
  if (u->kind == TG_updateShort)
    count(s, &u->updateShort->update);
  for (size_t i = 0; u->kind == TG_updates && i < u->updates->updates.count; i++)
    count(s, &u->updates->updates.items[i]);
  mtp_reply_free(reply);
}

/* Whatever was made until now and did not come may be what was lost. */
void sim_lost(sim *s, int64_t channel_id) {
  s->losses++;
  sim_say(s, "lost: %d", (int)channel_id);
  for (size_t i = 0; i < s->n; i++) {
    sim_update *u = &s->log[i];
    bool of_channel = u->kind == SIM_CHANNEL;
    if (channel_id == MTP_ALL_CHANNELS)
      u->lost = true;
    else if (channel_id ? of_channel && SIM_CHANNEL_BASE + u->channel == channel_id : !of_channel)
      u->lost = true;
  }
}

const char *sim_fault(const sim *s, const mtp_update_state *state, size_t *i) {
  for (*i = 0; *i < s->n; (*i)++) {
    const sim_update *u = &s->log[*i];
    if (u->kind == SIM_CHANNEL && s->gone[u->channel])
      continue;
    if (u->delivered > 1)
      return "came twice";
    if (u->kind == SIM_FREE ? u->sent && !u->delivered : !u->own && !u->delivered && !u->lost)
      return "never came, and nothing said so";
  }
  if (!s->faults && s->losses)
    return "losses where nothing was lost";
  if (state->pts != s->pts || state->qts != s->qts || state->seq != s->seq)
    return "the state is not the server's";
  return NULL;
}
