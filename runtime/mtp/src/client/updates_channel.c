/* Channels and supergroups have a pts each; gaps are closed by updates.getChannelDifference. */
#include <string.h>

#include "client/updates.h"

enum { DIFFERENCE_LIMIT = 100, MAX_CHANNELS = 100000 };

typedef struct mtp_channel_job {
  struct mtp_channel_job *next;
  mtp_updates *updates; /* NULL: nobody wants the answer any more */
  const tl_allocator *allocator;
  int64_t channel_id;
} channel_job;

mtp_channel_state *mtp_channel_find(mtp_updates *updates, int64_t channel_id) {
  mtp_session *session = &updates->client->session;
  for (size_t i = 0; i < session->n_channels; i++)
    if (session->channels[i].channel_id == channel_id)
      return &session->channels[i];
  return NULL;
}

static mtp_channel_state *add(mtp_updates *updates, int64_t channel_id) {
  mtp_session *session = &updates->client->session;
  size_t n = session->n_channels, size = n * sizeof *session->channels;
  if (n >= MAX_CHANNELS)
    return NULL;
  mtp_channel_state *grown =
      tl_realloc(session->allocator, session->channels, size, size + sizeof *session->channels);
  if (!grown)
    return NULL;
  session->channels = grown;
  session->n_channels++;
  grown[n] = (mtp_channel_state){.channel_id = channel_id};
  return &grown[n];
}

static void forget(mtp_updates *updates, int64_t channel_id) {
  mtp_session *session = &updates->client->session;
  mtp_channel_state *channel = mtp_channel_find(updates, channel_id);
  if (!channel)
    return;
  size_t size = session->n_channels * sizeof *channel;
  *channel = session->channels[--session->n_channels];
  mtp_channel_state *shrunk =
      tl_realloc(session->allocator, session->channels, size, size - sizeof *channel);
  if (shrunk || session->n_channels == 0)
    session->channels = shrunk;
  else
    session->n_channels++; /* it could not shrink: keep the last one twice */
}

void mtp_updates_learn_chats(mtp_updates *updates, const tg_vector_Chat *chats) {
  for (size_t i = 0; i < chats->count; i++) {
    const tg_Chat *chat = &chats->items[i];
    if (chat->kind != TG_channel || !chat->channel->has_access_hash || chat->channel->min)
      continue;
    mtp_channel_state *channel = mtp_channel_find(updates, chat->channel->id);
    if (!channel)
      channel = add(updates, chat->channel->id);
    if (channel)
      channel->access_hash = chat->channel->access_hash;
  }
}

/* Whether an update of a channel is to be delivered. */
static bool is_next(mtp_updates *updates, const mtp_update_info *info) {
  mtp_channel_state *channel = mtp_channel_find(updates, info->channel_id);
  if (!channel)
    channel = add(updates, info->channel_id);
  if (!channel)
    return true;
  int64_t next = (int64_t)channel->pts + info->pts_count;
  if (channel->pts && next > info->pts)
    return false; /* seen */
  if (channel->pts && next < info->pts && channel->access_hash) {
    mtp_channel_fetch(updates, info->channel_id); /* which brings this one too */
    return false;
  }
  if (channel->pts && next < info->pts)
    mtp_updates_lost(updates->client); /* it cannot be asked for */
  channel->pts = info->pts;
  return true;
}

size_t mtp_updates_filter_channels(mtp_updates *updates, tg_Update *items, size_t n) {
  size_t kept = 0;
  for (size_t i = 0; i < n; i++) {
    mtp_update_info info = mtp_update_info_of(&items[i]);
    if (info.kind == MTP_UPDATE_CHANNEL_TOO_LONG)
      mtp_channel_fetch(updates, info.channel_id);
    if (info.kind == MTP_UPDATE_CHANNEL && !is_next(updates, &info))
      continue;
    items[kept++] = items[i];
  }
  return kept;
}

/* ---- getChannelDifference ---- */

static void end_job(channel_job *job) {
  mtp_updates *updates = job->updates;
  if (updates) {
    channel_job **at = &updates->jobs;
    while (*at != job)
      at = &(*at)->next;
    *at = job->next;
  }
  tl_free(job->allocator, job, sizeof *job);
}

/* Whether that is another than before. */
static bool set_pts(mtp_updates *updates, int64_t channel_id, int32_t pts) {
  mtp_channel_state *channel = mtp_channel_find(updates, channel_id);
  bool moves = channel && pts && channel->pts != pts;
  if (moves)
    channel->pts = pts;
  mtp_updates_touch(updates);
  return moves;
}

/* Delivers what was missed; returns whether there is more to fetch. Takes the reply. */
static bool take_whole(mtp_updates *updates, int64_t channel_id, mtp_reply *reply,
                       const tg_updates_channelDifference *d) {
  mtp_difference from = {.messages = &d->new_messages,
                         .others = &d->other_updates,
                         .chats = &d->chats,
                         .users = &d->users,
                         .pts = d->pts,
                         .channel = true};
  bool nothing = d->new_messages.count == 0 && d->other_updates.count == 0;
  bool more = set_pts(updates, channel_id, d->pts) && !d->final;
  if (nothing || !mtp_updates_compose(updates, reply, &from))
    mtp_reply_free(reply);
  else
    mtp_updates_deliver(updates->client, reply);
  return more;
}

static bool take(mtp_updates *updates, int64_t channel_id, mtp_reply *reply) {
  tg_updates_ChannelDifference d = tg_updates_getChannelDifference_result(mtp_reply_value(reply));
  bool more = false;
  switch (d.kind) {
  case TG_updates_channelDifference:
    return take_whole(updates, channel_id, reply, d.updates_channelDifference);
  case TG_updates_channelDifferenceTooLong: {
    const tg_Dialog *dialog = &d.updates_channelDifferenceTooLong->dialog;
    if (dialog->kind == TG_dialog && dialog->dialog->has_pts)
      set_pts(updates, channel_id, dialog->dialog->pts);
    mtp_updates_lost(updates->client);
    break;
  }
  case TG_updates_channelDifferenceEmpty:
    more = set_pts(updates, channel_id, d.updates_channelDifferenceEmpty->pts) &&
           !d.updates_channelDifferenceEmpty->final;
    break;
  default:
    break;
  }
  mtp_reply_free(reply);
  return more;
}

static void channel_done(void *ctx, const mtp_error *error, mtp_reply *reply) {
  channel_job *job = ctx;
  mtp_updates *updates = job->updates;
  int64_t channel_id = job->channel_id;
  bool more = false;
  end_job(job);
  if (!updates || error)
    mtp_reply_free(reply);
  else
    more = take(updates, channel_id, reply);
  if (updates && error && (error->code == 400 || error->code == 403))
    forget(updates, channel_id); /* no access any more: it starts anew if it comes back */
  if (updates && error && error->status != MTP_ERR_CLOSED && error->status != MTP_ERR_KEY_LOST)
    mtp_updates_lost(updates->client);
  if (more)
    mtp_channel_fetch(updates, channel_id);
}

static bool is_fetching(const mtp_updates *updates, int64_t channel_id) {
  for (const channel_job *job = updates->jobs; job; job = job->next)
    if (job->channel_id == channel_id)
      return true;
  return false;
}

static mtp_status begin(mtp_updates *updates, const mtp_channel_state *channel, channel_job *job) {
  tg_inputChannel input = {.channel_id = channel->channel_id, .access_hash = channel->access_hash};
  tg_channelMessagesFilterEmpty everything = {0};
  tg_updates_getChannelDifference request = {
      .channel = tg_inputChannel_box(&input),
      .filter = tg_channelMessagesFilterEmpty_box(&everything),
      .pts = channel->pts,
      .limit = DIFFERENCE_LIMIT,
  };
  tl_call what = tg_updates_getChannelDifference_call(&request);
  static const mtp_call_options options = {.timeout_ms = -1};
  mtp_call_start start = {.options = &options,
                          .done = channel_done,
                          .ctx = job,
                          .conn = mtp_conn_home(updates->client)};
  mtp_call *call;
  return start.conn ? mtp_call_begin(updates->client, &what, &start, &call) : MTP_ERR_NOMEM;
}

void mtp_channel_fetch(mtp_updates *updates, int64_t channel_id) {
  const mtp_channel_state *channel = mtp_channel_find(updates, channel_id);
  if (is_fetching(updates, channel_id))
    return;
  if (!channel || !channel->access_hash || !channel->pts) {
    mtp_updates_lost(updates->client);
    return;
  }
  const tl_allocator *allocator = updates->client->allocator;
  channel_job *job = tl_alloc(allocator, sizeof *job);
  if (!job) {
    mtp_updates_lost(updates->client);
    return;
  }
  *job = (channel_job){
      .next = updates->jobs, .updates = updates, .allocator = allocator, .channel_id = channel_id};
  updates->jobs = job;
  if (begin(updates, channel, job) == MTP_OK)
    return;
  end_job(job);
  mtp_updates_lost(updates->client);
}

void mtp_channels_forget_jobs(mtp_updates *updates) {
  for (channel_job *job = updates->jobs; job; job = job->next)
    job->updates = NULL;
  updates->jobs = NULL;
}
