/* Ids that stand for a kind too, and errors. */
#include "peers/ids.h"

#include <stdio.h>
#include <string.h>
#include <tgkit/peers.h>

/* Of each kind there are ids up to here (https://core.telegram.org/api/bots/ids). */
#define MOST_USERS    ((INT64_C(1) << 40) - 1)
#define MOST_CHATS    INT64_C(999999999999)
#define CHANNELS_FROM INT64_C(1000000000000)
#define MOST_CHANNELS INT64_C(997852516352)
/* What lies between are secret chats; from there on channels for direct messages. */
#define MONOFORUMS_FROM INT64_C(1002147483649)
#define MOST_MONOFORUMS INT64_C(3000000000000)

int64_t tgkit_marked(tgkit_kind kind, int64_t id) {
  switch (kind) {
  case TGKIT_USER:
    return id;
  case TGKIT_CHAT:
    return -id;
  case TGKIT_CHANNEL:
    return -(CHANNELS_FROM + id);
  default:
    return 0;
  }
}

tgkit_kind tgkit_unmark(int64_t marked, int64_t *id) {
  *id = 0;
  if (marked > 0 && marked <= MOST_USERS) {
    *id = marked;
    return TGKIT_USER;
  }
  if (marked < 0 && marked >= -MOST_CHATS) {
    *id = -marked;
    return TGKIT_CHAT;
  }
  int64_t channel = marked < -CHANNELS_FROM && marked >= -(CHANNELS_FROM + MOST_MONOFORUMS)
                        ? -(marked + CHANNELS_FROM)
                        : 0;
  if (!channel || (channel > MOST_CHANNELS && channel < MONOFORUMS_FROM))
    return TGKIT_NOBODY;
  *id = channel;
  return TGKIT_CHANNEL;
}

int64_t tgkit_marked_peer(const tg_Peer *peer) {
  switch (peer->kind) {
  case TG_peerUser:
    return tgkit_marked(TGKIT_USER, peer->peerUser->user_id);
  case TG_peerChat:
    return tgkit_marked(TGKIT_CHAT, peer->peerChat->chat_id);
  case TG_peerChannel:
    return tgkit_marked(TGKIT_CHANNEL, peer->peerChannel->channel_id);
  default:
    return 0;
  }
}

mtp_status tgkit_fail(mtp_error *error, mtp_status status, const char *text) {
  if (error) {
    memset(error, 0, sizeof *error);
    error->status = status;
    error->method = TL_NONE;
    snprintf(error->text, sizeof error->text, "%s", text);
  }
  return status;
}
