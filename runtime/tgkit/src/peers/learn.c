/* Learning: users, groups and channels of whatever the client gets, by the rules for min objects
 * (https://core.telegram.org/api/min). */
#include <stdlib.h>
#include <string.h>
#include <tg/schema.h>

#include "peers/peers.h"

/* What is learnt from one value. */
typedef struct lesson {
  tgkit_peers *peers;
  int64_t chat;    /* the message that is looked at: its chat, marked, */
  int32_t message; /* and id */
} lesson;

static const tgkit_peer nobody = {.phone = ""};

/* What is stored is the row in the book: what it was made of may have had strings of the former
 * row, which are gone. */
static mtp_status store_row(tgkit_peers *peers, tgkit_kind kind, int64_t id) {
  const row *r = tgkit_book_find(&peers->book, kind, id);
  return r ? peers->store.put(peers->store.ctx, peers->account, &r->peer) : MTP_OK;
}

/* Keeps a row, in memory and in the store. Without memory it is as if it had not been seen. */
static void keep(tgkit_peers *peers, const tgkit_peer *peer) {
  bool changed;
  if (tgkit_book_put(&peers->book, peer, &changed) && changed && peers->store.put && peers->account)
    (void)store_row(peers, peer->kind, peer->id);
}

/* What is known so far, or a row that says nothing yet. */
static tgkit_peer known(const tgkit_peers *peers, tgkit_kind kind, int64_t id) {
  row *r = tgkit_book_find(&peers->book, kind, id);
  tgkit_peer peer = r ? r->peer : nobody;
  peer.kind = kind;
  peer.id = id;
  return peer;
}

/* ---- names ---- */

/* Names in lower case, with room for all that a peer can have. */
typedef struct names {
  char text[TGKIT_MAX_NAMES][36];
  char phone[32];
} names;

static void add_name(tgkit_peer *peer, names *room, tl_string name) {
  if (!name.size || name.size >= sizeof room->text[0] || peer->n_names == TGKIT_MAX_NAMES ||
      memchr(name.data, 0, name.size))
    return;
  char *out = room->text[peer->n_names];
  for (size_t i = 0; i < name.size; i++)
    out[i] = name.data[i] >= 'A' && name.data[i] <= 'Z' ? (char)(name.data[i] + 32) : name.data[i];
  out[name.size] = 0;
  peer->names[peer->n_names++] = out;
}

#ifdef TG_ID_username
static void add_names(tgkit_peer *peer, names *room, tg_vector_Username many) {
  for (size_t i = 0; i < many.count; i++)
    if (many.items[i]->active)
      add_name(peer, room, many.items[i]->username);
}
#define ADD_NAMES(peer, room, from) add_names(peer, room, (from)->usernames)
#else /* older layers have one name each */
#define ADD_NAMES(peer, room, from) (void)(from)
#endif

static void set_name(tgkit_peer *peer, names *room, tl_string one) {
  peer->n_names = 0;
  add_name(peer, room, one);
}

static void set_phone(tgkit_peer *peer, names *room, tl_string phone) {
  if (!phone.size || phone.size >= sizeof room->phone || memchr(phone.data, 0, phone.size))
    return;
  memcpy(room->phone, phone.data, phone.size);
  room->phone[phone.size] = 0;
  peer->phone = room->phone;
}

/* ---- hashes ---- */

/* The hash of a min object counts only where none, or another of those, is known. */
static void set_hash(tgkit_peer *peer, int64_t hash, bool of_min) {
  if (of_min && peer->has_hash && !peer->min_hash)
    return;
  peer->has_hash = true;
  peer->access_hash = hash;
  peer->min_hash = of_min;
}

/* ---- what is found ---- */

static void learn_user(tgkit_peers *peers, const tg_user *user) {
  tgkit_peer peer = known(peers, TGKIT_USER, user->id);
  names room;
  bool like_full = !user->min || (user->phone.data && !user->phone.size); /* its hash is real */
  if (user->has_access_hash)
    set_hash(&peer, user->access_hash, !like_full);
  if (!user->min || !peer.full) {
    set_name(&peer, &room, user->username);
    ADD_NAMES(&peer, &room, user);
  }
  if (!user->min)
    set_phone(&peer, &room, user->phone);
  if (user->photo.kind == TG_userProfilePhoto && (!user->min || user->apply_min_photo))
    peer.photo_dc = user->photo.userProfilePhoto->dc_id;
  peer.full = peer.full || !user->min;
  peer.self = peer.self || user->self;
  keep(peers, &peer);
}

static void learn_channel(tgkit_peers *peers, const tg_channel *channel) {
  tgkit_peer peer = known(peers, TGKIT_CHANNEL, channel->id);
  names room;
  if (channel->has_access_hash)
    set_hash(&peer, channel->access_hash, channel->min);
  set_name(&peer, &room, channel->username); /* good in min ones as well */
  ADD_NAMES(&peer, &room, channel);
  if (channel->photo.kind == TG_chatPhoto)
    peer.photo_dc = channel->photo.chatPhoto->dc_id;
  peer.full = peer.full || !channel->min;
  keep(peers, &peer);
}

static void learn_known_channel(tgkit_peers *peers, int64_t id, int64_t hash) {
  tgkit_peer peer = known(peers, TGKIT_CHANNEL, id);
  set_hash(&peer, hash, false);
  peer.full = true;
  keep(peers, &peer);
}

static void learn_chat(tgkit_peers *peers, const tg_chat *chat) {
  tgkit_peer peer = known(peers, TGKIT_CHAT, chat->id);
  peer.full = true;
  if (chat->photo.kind == TG_chatPhoto)
    peer.photo_dc = chat->photo.chatPhoto->dc_id;
  if (chat->migrated_to.kind == TG_inputChannel) {
    const tg_inputChannel *to = chat->migrated_to.inputChannel;
    peer.migrated_to = to->channel_id;
    learn_known_channel(peers, to->channel_id, to->access_hash);
  }
  keep(peers, &peer);
}

/* The definition of a constructor by its name. */
static bool is(uint16_t def, const char *constructor) {
  return strcmp(tl_def_name(&tg_schema, def), constructor) == 0;
}

static void found_object(void *ctx, uint16_t def, const void *args) {
  lesson *l = ctx;
  tgkit_peer peer;
  if (is(def, "user")) {
    learn_user(l->peers, args);
  } else if (is(def, "channel")) {
    learn_channel(l->peers, args);
  } else if (is(def, "chat")) {
    learn_chat(l->peers, args);
  } else if (is(def, "channelForbidden")) {
    const tg_channelForbidden *channel = args;
    learn_known_channel(l->peers, channel->id, channel->access_hash);
  } else if (is(def, "chatForbidden")) {
    const tg_chatForbidden *chat = args;
    peer = known(l->peers, TGKIT_CHAT, chat->id);
    keep(l->peers, &peer);
  }
}

/* ---- where those are that only a min object is known of ---- */

static void seen(lesson *l, tgkit_kind kind, int64_t id) {
  row *r = tgkit_book_find(&l->peers->book, kind, id);
  if (!r || !l->message || (r->peer.has_hash && !r->peer.min_hash) ||
      tgkit_marked(kind, id) == l->chat)
    return;
  tgkit_peer peer = r->peer;
  peer.seen_in = l->chat;
  peer.seen_message = l->message;
  keep(l->peers, &peer);
}

/* A peer, or a mention, inside of a message. */
static void found_in_message(void *ctx, uint16_t def, const void *args) {
  if (is(def, "peerUser"))
    seen(ctx, TGKIT_USER, ((const tg_peerUser *)args)->user_id);
  else if (is(def, "peerChannel"))
    seen(ctx, TGKIT_CHANNEL, ((const tg_peerChannel *)args)->channel_id);
  else if (is(def, "messageEntityMentionName"))
    seen(ctx, TGKIT_USER, ((const tg_messageEntityMentionName *)args)->user_id);
}

static void look_into(lesson *l, const tg_Peer *chat, int32_t id, uint16_t def, const void *args) {
  l->chat = tgkit_marked_peer(chat);
  l->message = id;
  tgkit_find_in(l->peers->finder, def, args, found_in_message, l);
}

static void found_message(void *ctx, uint16_t def, const void *args) {
  lesson *l = ctx;
  if (is(def, "message")) {
    const tg_message *message = args;
    look_into(l, &message->peer_id, message->id, def, args);
    if (message->has_via_bot_id)
      seen(l, TGKIT_USER, message->via_bot_id);
  } else if (is(def, "messageService")) {
    const tg_messageService *message = args;
    look_into(l, &message->peer_id, message->id, def, args);
  } else if (is(def, "updateShortChatMessage")) {
    const tg_updateShortChatMessage *message = args;
    l->chat = tgkit_marked(TGKIT_CHAT, message->chat_id);
    l->message = message->id;
    seen(l, TGKIT_USER, message->from_id);
  }
}

void tgkit_learn(tgkit_peers *peers, const tl_value *value) {
  lesson l = {.peers = peers};
  tgkit_peers_follow(peers);
  tgkit_find(peers->finder, value, found_object, &l);
  tgkit_find(peers->finder, value, found_message, &l);
  if (peers->store.flush && peers->account)
    (void)peers->store.flush(peers->store.ctx);
}

mtp_status tgkit_peers_put(tgkit_peers *peers, const tgkit_peer *peer) {
  bool changed;
  tgkit_peers_follow(peers);
  if (!tgkit_book_put(&peers->book, peer, &changed))
    return MTP_ERR_NOMEM;
  if (!changed || !peers->store.put || !peers->account)
    return MTP_OK;
  mtp_status status = store_row(peers, peer->kind, peer->id);
  return status == MTP_OK ? peers->store.flush(peers->store.ctx) : status;
}
