/* The channels of a session by their ids. */
#include "updates/channels.h"

#include <tg/core.h>

enum { MAX_CHANNELS = 100000 };

/* One to one, so that two ids never meet; from splitmix64. */
static uint64_t key_of(const mtp_channels *channels, int64_t channel_id) {
  uint64_t key = (uint64_t)channel_id ^ channels->seed;
  key = (key ^ (key >> 30)) * 0xbf58476d1ce4e5b9u;
  key = (key ^ (key >> 27)) * 0x94d049bb133111ebu;
  return key ^ (key >> 31);
}

static void set_place(mtp_channels *channels, int64_t channel_id, size_t place) {
  mtp_idmap_put(&channels->index, key_of(channels, channel_id), (void *)(uintptr_t)(place + 1));
}

static bool grow_feeds(mtp_channels *channels, size_t n) {
  size_t room = channels->room ? channels->room : 16;
  while (room < n)
    room *= 2;
  if (room == channels->room)
    return true;
  mtp_feed **grown = tl_realloc(channels->session->allocator, channels->feeds,
                                channels->room * sizeof(mtp_feed *), room * sizeof(mtp_feed *));
  if (!grown)
    return false;
  channels->feeds = grown;
  channels->room = room;
  return true;
}

bool mtp_channels_init(mtp_channels *channels, mtp_session *session, uint64_t seed) {
  size_t n = session->n_channels;
  *channels = (mtp_channels){.session = session, .seed = seed};
  channels->index.allocator = session->allocator;
  bool ok = n == 0 || (mtp_idmap_reserve(&channels->index, n) && grow_feeds(channels, n));
  if (session->channels_room < n)
    session->channels_room = n;
  if (!ok)
    session->n_channels = 0; /* the room that it has is known beside it */
  for (size_t i = 0; i < session->n_channels; i++) {
    channels->feeds[i] = NULL;
    set_place(channels, session->channels[i].channel_id, i);
  }
  return ok;
}

void mtp_channels_free(mtp_channels *channels) {
  tl_free(channels->session->allocator, channels->feeds, channels->room * sizeof(mtp_feed *));
  mtp_idmap_free(&channels->index);
  channels->feeds = NULL;
  channels->room = 0;
}

size_t mtp_channels_find(const mtp_channels *channels, int64_t channel_id) {
  const void *place = mtp_idmap_get(&channels->index, key_of(channels, channel_id));
  return place ? (uintptr_t)place - 1 : SIZE_MAX;
}

/* The session's list grows by doubling. */
static bool grow_list(mtp_session *session) {
  size_t have = session->channels_room, size = sizeof *session->channels;
  if (session->n_channels < have)
    return true;
  size_t room = have ? 2 * have : 16;
  mtp_channel_state *grown =
      tl_realloc(session->allocator, session->channels, have * size, room * size);
  if (!grown)
    return false;
  session->channels = grown;
  session->channels_room = room;
  return true;
}

size_t mtp_channels_add(mtp_channels *channels, int64_t channel_id) {
  mtp_session *session = channels->session;
  size_t place = mtp_channels_find(channels, channel_id), n = session->n_channels;
  if (place != SIZE_MAX)
    return place;
  if (n >= MAX_CHANNELS || !mtp_idmap_reserve(&channels->index, 1) ||
      !grow_feeds(channels, n + 1) || !grow_list(session))
    return SIZE_MAX;
  session->channels[n] = (mtp_channel_state){.channel_id = channel_id};
  session->n_channels++;
  channels->feeds[n] = NULL;
  set_place(channels, channel_id, n);
  return n;
}

void mtp_channels_forget(mtp_channels *channels, int64_t channel_id) {
  mtp_session *session = channels->session;
  size_t place = mtp_channels_find(channels, channel_id);
  if (place == SIZE_MAX)
    return;
  size_t last = session->n_channels - 1;
  mtp_idmap_remove(&channels->index, key_of(channels, channel_id));
  session->n_channels = last;
  if (place == last)
    return;
  session->channels[place] = session->channels[last];
  channels->feeds[place] = channels->feeds[last];
  set_place(channels, session->channels[place].channel_id, place);
}

void mtp_channels_learn(mtp_channels *channels, const tg_vector_Chat *chats) {
  for (size_t i = 0; chats && i < chats->count; i++) {
    const tg_Chat *chat = &chats->items[i];
    if (chat->kind != TG_channel || !chat->channel->has_access_hash || chat->channel->min)
      continue;
    size_t place = mtp_channels_add(channels, chat->channel->id);
    if (place != SIZE_MAX)
      channels->session->channels[place].access_hash = chat->channel->access_hash;
  }
}
