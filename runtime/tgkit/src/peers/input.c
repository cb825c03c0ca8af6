/* InputPeer, InputUser and InputChannel of what is known. */
#include <string.h>

#include "peers/peers.h"

void tgkit_input_self(tgkit_peers *peers, tgkit_input *out) {
  memset(out, 0, sizeof *out);
  out->kind = TGKIT_USER;
  out->id = mtp_client_session(peers->client)->user_id;
  out->peer = tg_inputPeerSelf_box(&out->of.self);
  out->user = tg_inputUserSelf_box(&out->of.input_self);
}

static void make_user(tgkit_input *out, int64_t id, int64_t hash) {
  out->of.user = (tg_inputPeerUser){.user_id = id, .access_hash = hash};
  out->of.input_user = (tg_inputUser){.user_id = id, .access_hash = hash};
  out->peer = tg_inputPeerUser_box(&out->of.user);
  out->user = tg_inputUser_box(&out->of.input_user);
}

static void make_channel(tgkit_input *out, int64_t id, int64_t hash) {
  out->of.channel = (tg_inputPeerChannel){.channel_id = id, .access_hash = hash};
  out->of.input_channel = (tg_inputChannel){.channel_id = id, .access_hash = hash};
  out->peer = tg_inputPeerChannel_box(&out->of.channel);
  out->channel = tg_inputChannel_box(&out->of.input_channel);
}

static bool is_good(const row *r) {
  return r && r->peer.has_hash && !r->peer.min_hash;
}

/* The chat where a min object was seen. */
static bool make_place(tgkit_peers *peers, int64_t marked, tgkit_input *out, tg_InputPeer *place) {
  int64_t id;
  tgkit_kind kind = tgkit_unmark(marked, &id);
  row *r = tgkit_book_find(&peers->book, kind, id);
  if (kind == TGKIT_CHAT) {
    out->of.in_chat.chat_id = id;
    *place = tg_inputPeerChat_box(&out->of.in_chat);
  } else if (kind == TGKIT_CHANNEL && is_good(r)) {
    out->of.in_channel =
        (tg_inputPeerChannel){.channel_id = id, .access_hash = r->peer.access_hash};
    *place = tg_inputPeerChannel_box(&out->of.in_channel);
  } else if (kind == TGKIT_USER && is_good(r)) {
    out->of.in_user = (tg_inputPeerUser){.user_id = id, .access_hash = r->peer.access_hash};
    *place = tg_inputPeerUser_box(&out->of.in_user);
  } else {
    return false;
  }
  return true;
}

static bool make_seen_user(tgkit_peers *peers, const tgkit_peer *peer, tgkit_input *out) {
  tg_InputPeer place;
  if (!peer->seen_message || !make_place(peers, peer->seen_in, out, &place))
    return false;
  out->of.seen_user = (tg_inputPeerUserFromMessage){
      .peer = place, .msg_id = peer->seen_message, .user_id = peer->id};
  out->of.input_seen_user =
      (tg_inputUserFromMessage){.peer = place, .msg_id = peer->seen_message, .user_id = peer->id};
  out->peer = tg_inputPeerUserFromMessage_box(&out->of.seen_user);
  out->user = tg_inputUserFromMessage_box(&out->of.input_seen_user);
  return true;
}

static bool make_seen_channel(tgkit_peers *peers, const tgkit_peer *peer, tgkit_input *out) {
  tg_InputPeer place;
  if (!peer->seen_message || !make_place(peers, peer->seen_in, out, &place))
    return false;
  out->of.seen_channel = (tg_inputPeerChannelFromMessage){
      .peer = place, .msg_id = peer->seen_message, .channel_id = peer->id};
  out->of.input_seen_channel = (tg_inputChannelFromMessage){
      .peer = place, .msg_id = peer->seen_message, .channel_id = peer->id};
  out->peer = tg_inputPeerChannelFromMessage_box(&out->of.seen_channel);
  out->channel = tg_inputChannelFromMessage_box(&out->of.input_seen_channel);
  return true;
}

bool tgkit_input_of(tgkit_peers *peers, tgkit_kind kind, int64_t id, tgkit_input *out) {
  tgkit_peers_follow(peers);
  row *r = tgkit_book_find(&peers->book, kind, id);
  if (kind == TGKIT_CHAT && r && r->peer.migrated_to)
    return tgkit_input_of(peers, TGKIT_CHANNEL, r->peer.migrated_to, out);
  if (kind == TGKIT_USER && id && peers->account == id) {
    tgkit_input_self(peers, out);
    return true;
  }
  memset(out, 0, sizeof *out);
  out->kind = kind;
  out->id = id;
  if (kind == TGKIT_CHAT) {
    out->of.chat.chat_id = id;
    out->peer = tg_inputPeerChat_box(&out->of.chat);
    return true;
  }
  if (is_good(r)) {
    (kind == TGKIT_USER ? make_user : make_channel)(out, id, r->peer.access_hash);
    return true;
  }
  return r && (kind == TGKIT_USER ? make_seen_user : make_seen_channel)(peers, &r->peer, out);
}
