/* Sending messages, to oneself above all. */
#include "sending.h"

#include "session.h"
#include "store.h"

static void push(tgdc *dc, dc_session *session, void *ctx) {
  const tg_updates *updates = ctx;
  tg_Updates box = tg_updates_box(updates);
  dc_push(dc, session, &box);
  dc_session_flush(dc, session);
}

/* The copy in the other person's box, told to all of their clients. */
static bool deliver(dc_call *call, dc_user *to, const dc_message_text *sent, tl_string text) {
  dc_message_text copy = {
      .from = sent->from, .peer = sent->from, .file = sent->file, .album = sent->album};
  const dc_message_text *added = dc_box_add(call->dc, to, &copy, text);
  tg_updates updates;
  if (added == NULL || !dc_box_update(call, to, added, NULL, &updates))
    return false;
  dc_sessions_of_user(call->dc, to->id, call->session, push, &updates);
  dc_store_user(call->dc, to);
  return true;
}

static bool sent_before(const dc_user *user, int64_t random_id) {
  for (size_t i = 0; i < user->n_messages; i++)
    if (random_id != 0 && user->messages[i].random_id == random_id)
      return true;
  return false;
}

/* Adds what is to be answered to *answer. False: no memory. */
static bool send_one(dc_call *call, dc_user *peer, const dc_outgoing *one, tg_updates *answer,
                     tg_Update *list) {
  dc_message_text message = {.from = call->user->id,
                             .peer = peer->id,
                             .out = peer != call->user,
                             .random_id = one->random_id,
                             .file = one->file,
                             .album = one->album};
  const dc_message_text *added = dc_box_add(call->dc, call->user, &message, one->text);
  tg_updateMessageID *named = dc_new(call, sizeof *named);
  if (added == NULL || named == NULL)
    return false;
  *named = (tg_updateMessageID){.id = added->id, .random_id = one->random_id};
  tg_Update before = tg_updateMessageID_box(named);
  tg_updates full, others;
  if (!dc_box_update(call, call->user, added, &before, &full) ||
      !dc_box_update(call, call->user, added, NULL, &others))
    return false;
  size_t had = answer->updates.count;
  memcpy(list + had, full.updates.items, full.updates.count * sizeof *list);
  *answer = full;
  answer->updates.items = list;
  answer->updates.count += had;
  dc_sessions_of_user(call->dc, call->user->id, call->session, push, &others);
  if (peer != call->user && !deliver(call, peer, &message, one->text))
    dc_log(call->dc, "a message was not delivered: out of memory");
  return true;
}

void dc_send(dc_call *call, const tg_InputPeer *to, const dc_outgoing *list, size_t count) {
  dc_user *peer = dc_peer(call, to);
  tg_updates answer = {0};
  tg_Update updates[2 * DC_ALBUM];
  for (size_t i = 0; peer != NULL && i < count; i++) {
    if (sent_before(call->user, list[i].random_id)) {
      dc_error(call, 500, "RANDOM_ID_DUPLICATE");
      return;
    }
  }
  for (size_t i = 0; peer != NULL && i < count; i++)
    if (!send_one(call, peer, &list[i], &answer, updates))
      return;
  if (peer == NULL)
    return;
  tg_Updates box = tg_updates_box(&answer);
  dc_answer(call, &box);
  dc_store_user(call->dc, call->user);
}
