/* A data centre with a history of updates. */
#include "update_rig.h"

static void answer_state(history *h, fake_dc *dc, const fake_call *call) {
  tg_updates_state state = {.pts = h->pts, .qts = 1, .date = 1000, .seq = h->seq};
  tl_object object = tg_updates_state_object(&state);
  fake_answer(dc, call, &object);
}

static tg_message message_of(int32_t id, const tg_Peer *peer) {
  return (tg_message){.id = id, .peer_id = *peer, .date = 1000, .message = TL_STR("hi")};
}

/* One message, up to pts. */
static void answer_whole(history *h, fake_dc *dc, const fake_call *call, bool slice) {
  tg_peerUser user = {.user_id = 7};
  tg_Peer peer = tg_peerUser_box(&user);
  tg_message message = message_of(100 + h->pts, &peer);
  tg_Message items[1] = {tg_message_box(&message)};
  tg_updates_state state = {.pts = h->pts, .qts = 1, .date = 1001, .seq = h->seq};
  tg_updates_difference whole = {.new_messages = {items, 1}, .state = &state};
  tg_updates_differenceSlice part = {.new_messages = {items, 1}, .intermediate_state = &state};
  tg_encryptedMessageService services[] = {{.chat_id = 1}, {.chat_id = 2}};
  tg_EncryptedMessage secrets[] = {tg_encryptedMessageService_box(&services[0]),
                                   tg_encryptedMessageService_box(&services[1])};
  static const tg_Update no_update[1];
  static const tg_Chat no_chat[1];
  static const tg_User no_user[1];
  whole.new_encrypted_messages = (tg_vector_EncryptedMessage){secrets, h->secrets};
  part.new_encrypted_messages = whole.new_encrypted_messages;
  whole.other_updates.items = part.other_updates.items = no_update;
  whole.chats.items = part.chats.items = no_chat;
  whole.users.items = part.users.items = no_user;
  tl_object object =
      slice ? tg_updates_differenceSlice_object(&part) : tg_updates_difference_object(&whole);
  fake_answer(dc, call, &object);
}

static void answer_difference(history *h, fake_dc *dc, const fake_call *call) {
  const tg_updates_getDifference *request = call->object.args;
  h->differences++;
  h->asked_pts = request->pts;
  if (h->kind == HISTORY_EMPTY || h->left == 0) {
    tg_updates_differenceEmpty empty = {.date = 1001, .seq = h->seq};
    tl_object object = tg_updates_differenceEmpty_object(&empty);
    fake_answer(dc, call, &object);
    return;
  }
  h->left--;
  if (h->kind == HISTORY_INVALID) {
    fake_error(dc, call, 400, "PERSISTENT_TIMESTAMP_INVALID");
  } else if (h->kind == HISTORY_TOO_LONG) {
    h->pts += h->grows;
    tg_updates_differenceTooLong too_long = {.pts = h->pts};
    tl_object object = tg_updates_differenceTooLong_object(&too_long);
    fake_answer(dc, call, &object);
  } else {
    answer_whole(h, dc, call, h->kind == HISTORY_SLICES && h->left > 0);
    h->pts += !h->stuck;
  }
}

static void answer_channel_too_long(fake_dc *dc, const fake_call *call) {
  tg_peerChannel channel = {.channel_id = 8};
  tg_Peer peer = tg_peerChannel_box(&channel);
  tg_message message = message_of(600, &peer);
  tg_Message items[1] = {tg_message_box(&message)};
  tg_peerNotifySettings notify = {0};
  tg_dialog dialog = {
      .peer = peer, .unread_count = 5, .notify_settings = &notify, .has_pts = true, .pts = 90};
  static const tg_Chat no_chat[1];
  static const tg_User no_user[1];
  tg_updates_channelDifferenceTooLong answer = {
      .final = true, .dialog = tg_dialog_box(&dialog), .messages = {items, 1}};
  answer.chats.items = no_chat;
  answer.users.items = no_user;
  tl_object object = tg_updates_channelDifferenceTooLong_object(&answer);
  fake_answer(dc, call, &object);
}

static void answer_channel_difference(history *h, fake_dc *dc, const fake_call *call) {
  const tg_updates_getChannelDifference *request = call->object.args;
  tg_peerChannel channel = {.channel_id = request->channel.inputChannel->channel_id};
  tg_Peer peer = tg_peerChannel_box(&channel);
  tg_message message = message_of(500, &peer);
  tg_Message items[1] = {tg_message_box(&message)};
  static const tg_Update no_update[1];
  static const tg_Chat no_chat[1];
  static const tg_User no_user[1];
  tg_updates_channelDifference difference = {
      .final = !h->stuck, .pts = 30, .new_messages = {items, 1}};
  difference.other_updates.items = no_update;
  difference.chats.items = no_chat;
  difference.users.items = no_user;
  tl_object object = tg_updates_channelDifference_object(&difference);
  h->channel_differences++;
  assert_int_equal(request->channel.inputChannel->access_hash, 99);
  fake_answer(dc, call, &object);
}

static bool tell(void *ctx, fake_dc *dc, const fake_call *call) {
  history *h = ctx;
  const char *name = fake_name(call);
  h->home = *call;
  if (strcmp(name, "updates.getState") == 0) {
    h->states++;
    answer_state(h, dc, call);
  } else if (strcmp(name, "updates.getDifference") == 0 && h->silent) {
    h->differences++;
  } else if (strcmp(name, "updates.getDifference") == 0) {
    answer_difference(h, dc, call);
  } else if (strcmp(name, "updates.getChannelDifference") == 0 && h->silent) {
    h->channel_differences++;
  } else if (strcmp(name, "updates.getChannelDifference") == 0 && h->channel_error) {
    fake_error(dc, call, 400, h->channel_error);
  } else if (strcmp(name, "updates.getChannelDifference") == 0 && h->channel_too_long) {
    answer_channel_too_long(dc, call);
  } else if (strcmp(name, "updates.getChannelDifference") == 0) {
    answer_channel_difference(h, dc, call);
  } else {
    return answer_nearest(NULL, dc, call);
  }
  return true;
}

void history_open(history *h) {
  memset(h, 0, sizeof *h);
  fixture_open(&h->f);
  h->pts = 10;
  h->seq = 5;
  h->f.options.keep_updates = true;
  fixture_dc(&h->f, 2)->on_call = tell;
  fixture_dc(&h->f, 2)->ctx = h;
}

void history_close(history *h) {
  fixture_close(&h->f);
}

void history_start(history *h, int32_t pts) {
  mtp_session session;
  fixture_signed_in(&h->f, &session);
  session.updates = (mtp_update_state){.pts = pts, .qts = 1, .date = 1000, .seq = pts ? 5 : 0};
  fixture_start(&h->f, &session);
  mtp_session_free(&session);
  fixture_settle(&h->f);
}

/* ---- pushing ---- */

void history_push(history *h, const tl_object *object) {
  fake_push(fixture_dc(&h->f, 2), &h->home, object);
  fixture_settle(&h->f);
}

void history_push_message(history *h, int32_t pts, int32_t count) {
  tg_peerUser user = {.user_id = 7};
  tg_Peer peer = tg_peerUser_box(&user);
  tg_message message = message_of(pts, &peer);
  tg_updateNewMessage update = {
      .message = tg_message_box(&message), .pts = pts, .pts_count = count};
  tg_updateShort shorter = {.update = tg_updateNewMessage_box(&update), .date = 1000};
  tl_object object = tg_updateShort_object(&shorter);
  history_push(h, &object);
}

void history_push_channel(history *h, int32_t pts) {
  tg_peerChannel id = {.channel_id = 8};
  tg_Peer peer = tg_peerChannel_box(&id);
  tg_message message = message_of(pts, &peer);
  tg_updateNewChannelMessage update = {
      .message = tg_message_box(&message), .pts = pts, .pts_count = 1};
  tg_Update items[1] = {tg_updateNewChannelMessage_box(&update)};
  tg_chatPhotoEmpty no_photo = {0};
  tg_channel channel = {.id = 8,
                        .has_access_hash = true,
                        .access_hash = 99,
                        .title = TL_STR("c"),
                        .photo = tg_chatPhotoEmpty_box(&no_photo)};
  tg_Chat chats[1] = {tg_channel_box(&channel)};
  static const tg_User no_user[1];
  tg_updates updates = {.updates = {items, 1}, .chats = {chats, 1}, .date = 1000};
  updates.users.items = no_user;
  tl_object object = tg_updates_object(&updates);
  history_push(h, &object);
}

size_t history_take_ids(history *h, int32_t *ids, size_t max) {
  mtp_event event;
  size_t n = 0;
  while (fixture_event(&h->f, MTP_EVENT_UPDATES, &event)) {
    const tg_Updates *u = tl_value_slot(mtp_reply_value(event.updates), &tg_schema,
                                        tl_find_type(&tg_schema, "Updates", 7));
    const tg_Update *items =
        u->kind == TG_updates ? u->updates->updates.items : &u->updateShort->update;
    size_t count = u->kind == TG_updates ? u->updates->updates.count : 1;
    for (size_t i = 0; i < count && n < max; i++)
      ids[n++] = items[i].kind == TG_updateNewMessage
                     ? items[i].updateNewMessage->message.message->id
                 : items[i].kind == TG_updateNewChannelMessage
                     ? items[i].updateNewChannelMessage->message.message->id
                     : 0;
    mtp_reply_free(event.updates);
  }
  return n;
}

void history_assert_ids(history *h, const int32_t *want, size_t n) {
  int32_t ids[32];
  assert_int_equal(history_take_ids(h, ids, 32), n);
  for (size_t i = 0; i < n; i++)
    assert_int_equal(ids[i], want[i]);
}

int32_t history_pts(const history *h) {
  return mtp_client_session(h->f.client)->updates.pts;
}
