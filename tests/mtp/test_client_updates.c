/* Updates in order, old, ahead of their time and lost; the state that is kept, and how gaps are
 * closed (https://core.telegram.org/api/updates). */
#include "client_fixture.h"

static fixture f;

/* ---- a data centre with a history ---- */

typedef struct history {
  fake_call home; /* the last call: where updates are pushed to */
  unsigned states, differences, channel_differences;
  int32_t asked_pts; /* of the last getDifference */
  int32_t pts, seq;  /* what getState and getDifference say */
  enum { EMPTY, WHOLE, SLICES, TOO_LONG, INVALID } kind;
  unsigned left; /* answers of that kind; then EMPTY */
} history;

static history h;

static void answer_state(fake_dc *dc, const fake_call *call) {
  tg_updates_state state = {.pts = h.pts, .qts = 1, .date = 1000, .seq = h.seq};
  tl_object object = tg_updates_state_object(&state);
  fake_answer(dc, call, &object);
}

static tg_message message_of(int32_t id, const tg_Peer *peer) {
  return (tg_message){.id = id, .peer_id = *peer, .date = 1000, .message = TL_STR("hi")};
}

/* One message, up to pts. */
static void answer_whole(fake_dc *dc, const fake_call *call, bool slice) {
  tg_peerUser user = {.user_id = 7};
  tg_Peer peer = tg_peerUser_box(&user);
  tg_message message = message_of(100 + h.pts, &peer);
  tg_Message items[1] = {tg_message_box(&message)};
  tg_updates_state state = {.pts = h.pts, .qts = 1, .date = 1001, .seq = h.seq};
  tg_updates_difference whole = {.new_messages = {items, 1}, .state = &state};
  tg_updates_differenceSlice part = {.new_messages = {items, 1}, .intermediate_state = &state};
  static const tg_EncryptedMessage no_secret[1];
  static const tg_Update no_update[1];
  static const tg_Chat no_chat[1];
  static const tg_User no_user[1];
  whole.new_encrypted_messages.items = part.new_encrypted_messages.items = no_secret;
  whole.other_updates.items = part.other_updates.items = no_update;
  whole.chats.items = part.chats.items = no_chat;
  whole.users.items = part.users.items = no_user;
  tl_object object =
      slice ? tg_updates_differenceSlice_object(&part) : tg_updates_difference_object(&whole);
  fake_answer(dc, call, &object);
}

static void answer_difference(fake_dc *dc, const fake_call *call) {
  const tg_updates_getDifference *request = call->object.args;
  h.differences++;
  h.asked_pts = request->pts;
  if (h.kind == EMPTY || h.left == 0) {
    tg_updates_differenceEmpty empty = {.date = 1001, .seq = h.seq};
    tl_object object = tg_updates_differenceEmpty_object(&empty);
    fake_answer(dc, call, &object);
    return;
  }
  h.left--;
  if (h.kind == INVALID) {
    fake_error(dc, call, 400, "PERSISTENT_TIMESTAMP_INVALID");
  } else if (h.kind == TOO_LONG) {
    tg_updates_differenceTooLong too_long = {.pts = h.pts};
    tl_object object = tg_updates_differenceTooLong_object(&too_long);
    fake_answer(dc, call, &object);
  } else {
    answer_whole(dc, call, h.kind == SLICES && h.left > 0);
    h.pts++;
  }
}

static void answer_channel_difference(fake_dc *dc, const fake_call *call) {
  const tg_updates_getChannelDifference *request = call->object.args;
  tg_peerChannel channel = {.channel_id = request->channel.inputChannel->channel_id};
  tg_Peer peer = tg_peerChannel_box(&channel);
  tg_message message = message_of(500, &peer);
  tg_Message items[1] = {tg_message_box(&message)};
  static const tg_Update no_update[1];
  static const tg_Chat no_chat[1];
  static const tg_User no_user[1];
  tg_updates_channelDifference difference = {.final = true, .pts = 30, .new_messages = {items, 1}};
  difference.other_updates.items = no_update;
  difference.chats.items = no_chat;
  difference.users.items = no_user;
  tl_object object = tg_updates_channelDifference_object(&difference);
  h.channel_differences++;
  assert_int_equal(request->channel.inputChannel->access_hash, 99);
  fake_answer(dc, call, &object);
}

static bool tell(void *ctx, fake_dc *dc, const fake_call *call) {
  (void)ctx;
  const char *name = fake_name(call);
  h.home = *call;
  if (strcmp(name, "updates.getState") == 0) {
    h.states++;
    answer_state(dc, call);
  } else if (strcmp(name, "updates.getDifference") == 0) {
    answer_difference(dc, call);
  } else if (strcmp(name, "updates.getChannelDifference") == 0) {
    answer_channel_difference(dc, call);
  } else {
    return answer_nearest(NULL, dc, call);
  }
  return true;
}

static int set_up(void **state) {
  (void)state;
  fixture_open(&f);
  memset(&h, 0, sizeof h);
  h.pts = 10;
  h.seq = 5;
  f.options.keep_updates = true;
  fixture_dc(&f, 2)->on_call = tell;
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  fixture_close(&f);
  return 0;
}

/* Signed in; pts 0: without a state. */
static void start(int32_t pts) {
  mtp_session session;
  fixture_signed_in(&f, &session);
  session.updates = (mtp_update_state){.pts = pts, .qts = 1, .date = 1000, .seq = pts ? 5 : 0};
  fixture_start(&f, &session);
  mtp_session_free(&session);
  fixture_settle(&f);
}

/* ---- pushing ---- */

static void push(const tl_object *object) {
  fake_push(fixture_dc(&f, 2), &h.home, object);
  fixture_settle(&f);
}

/* updateShort of updateNewMessage, which brings pts to this. */
static void push_message(int32_t pts, int32_t count) {
  tg_peerUser user = {.user_id = 7};
  tg_Peer peer = tg_peerUser_box(&user);
  tg_message message = message_of(pts, &peer);
  tg_updateNewMessage update = {
      .message = tg_message_box(&message), .pts = pts, .pts_count = count};
  tg_updateShort shorter = {.update = tg_updateNewMessage_box(&update), .date = 1000};
  tl_object object = tg_updateShort_object(&shorter);
  push(&object);
}

/* updates with one of updateNewChannelMessage, and the channel. */
static void push_channel(int32_t pts) {
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
  push(&object);
}

/* The ids of the messages in all update events so far, in order; 0 for other updates. */
static size_t take_ids(int32_t *ids, size_t max) {
  mtp_event event;
  size_t n = 0;
  while (fixture_event(&f, MTP_EVENT_UPDATES, &event)) {
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

static void assert_ids(const int32_t *want, size_t n) {
  int32_t ids[32];
  assert_int_equal(take_ids(ids, 32), n);
  for (size_t i = 0; i < n; i++)
    assert_int_equal(ids[i], want[i]);
}

static int32_t kept_pts(void) {
  return mtp_client_session(f.client)->updates.pts;
}

/* ---- the tests ---- */

static void test_state_is_asked_for_when_there_is_none(void **state) {
  (void)state;
  start(0);
  assert_int_equal(h.states, 1);
  assert_int_equal(h.differences, 0);
  assert_int_equal(kept_pts(), 10);
  assert_int_equal(mtp_client_session(f.client)->updates.seq, 5);
}

static void test_what_was_missed_is_fetched_at_the_start(void **state) {
  (void)state;
  h.kind = SLICES;
  h.left = 3;
  h.pts = 11;
  start(10);
  assert_int_equal(h.states, 0);
  assert_int_equal(h.differences, 3);
  assert_ids((const int32_t[]){111, 112, 113}, 3);
  assert_int_equal(kept_pts(), 13);
}

static void test_updates_in_order_are_delivered(void **state) {
  (void)state;
  start(10);
  push_message(11, 1);
  push_message(13, 2);
  assert_ids((const int32_t[]){11, 13}, 2);
  assert_int_equal(kept_pts(), 13);
  assert_int_equal(h.differences, 1);
}

static void test_old_updates_are_dropped(void **state) {
  (void)state;
  start(10);
  push_message(11, 1);
  push_message(11, 1);
  push_message(9, 1);
  assert_ids((const int32_t[]){11}, 1);
  assert_int_equal(kept_pts(), 11);
}

static void test_updates_that_come_in_the_wrong_order_are_put_right(void **state) {
  (void)state;
  start(10);
  push_message(13, 1);
  push_message(12, 1);
  assert_ids(NULL, 0);
  push_message(11, 1);
  assert_ids((const int32_t[]){11, 12, 13}, 3);
  fixture_run_for(&f, 5000);
  assert_int_equal(h.differences, 1); /* that of the start */
}

static void test_a_gap_is_closed_by_a_difference(void **state) {
  (void)state;
  start(10);
  push_message(13, 1);
  h.kind = WHOLE;
  h.left = 1;
  h.pts = 12;
  fixture_run_for(&f, 1000);
  assert_int_equal(h.differences, 2);
  assert_int_equal(h.asked_pts, 10);
  assert_ids((const int32_t[]){112, 13}, 2);
  assert_int_equal(kept_pts(), 13);
}

static void test_a_gap_that_the_server_does_not_see_is_accepted(void **state) {
  (void)state;
  start(10);
  push_message(20, 1);
  fixture_run_for(&f, 1000);
  assert_int_equal(h.differences, 2);
  assert_ids((const int32_t[]){20}, 1);
  assert_int_equal(kept_pts(), 20);
  fixture_run_for(&f, 60000);
  assert_int_equal(h.differences, 2); /* and not asked for again and again */
}

static void test_too_much_was_missed(void **state) {
  (void)state;
  mtp_event event;
  h.kind = TOO_LONG;
  h.left = 1;
  h.pts = 5000;
  start(10);
  assert_int_equal(h.differences, 2);
  assert_int_equal(kept_pts(), 5000);
  assert_true(fixture_event(&f, MTP_EVENT_UPDATES_LOST, &event));
}

static void test_a_state_that_the_server_refuses_is_replaced(void **state) {
  (void)state;
  mtp_event event;
  h.kind = INVALID;
  h.left = 1;
  start(7);
  assert_int_equal(h.states, 1);
  assert_int_equal(kept_pts(), 10);
  assert_true(fixture_event(&f, MTP_EVENT_UPDATES_LOST, &event));
}

static void test_updates_too_long_asks_for_the_difference(void **state) {
  (void)state;
  start(10);
  tg_updatesTooLong too_long = {0};
  tl_object object = tg_updatesTooLong_object(&too_long);
  push(&object);
  assert_int_equal(h.differences, 2);
}

/* proves TL-17 */
static void test_an_update_that_cannot_be_read_is_a_gap(void **state) {
  (void)state;
  static const uint8_t strange[8] = {0xde, 0xc0, 0xad, 0x0b};
  start(10);
  fake_push_raw(fixture_dc(&f, 2), &h.home, strange, sizeof strange);
  fixture_settle(&f);
  assert_int_equal(h.differences, 2);
  assert_int_equal(fixture_dc(&f, 2)->accepted, 1);
}

static void test_a_long_silence_is_looked_into(void **state) {
  (void)state;
  start(10);
  fixture_run_for(&f, 890000);
  assert_int_equal(h.differences, 1);
  fixture_run_for(&f, 20000);
  assert_int_equal(h.differences, 2);
}

/* proves MS-11 */
static void test_a_new_session_of_the_server_is_a_gap(void **state) {
  (void)state;
  start(10);
  static const uint8_t created[28] = {0x08, 0x09, 0xc2, 0x9e, 0, 0, 0, 0, 0, 0, 0, 1, 77};
  fake_push_raw(fixture_dc(&f, 2), &h.home, created, sizeof created);
  fixture_settle(&f);
  unsigned before = h.differences;
  uint8_t again[28];
  memcpy(again, created, sizeof again);
  again[12] = 78;
  fake_push_raw(fixture_dc(&f, 2), &h.home, again, sizeof again);
  fixture_settle(&f);
  assert_int_equal(h.differences, before + 1);
}

/* ---- channels ---- */

static void test_channels_have_an_order_of_their_own(void **state) {
  (void)state;
  start(10);
  push_channel(20);
  push_channel(21);
  push_channel(21);
  assert_ids((const int32_t[]){20, 21}, 2);
  assert_int_equal(kept_pts(), 10);
  assert_int_equal(mtp_client_session(f.client)->n_channels, 1);
  assert_int_equal(mtp_client_session(f.client)->channels[0].pts, 21);
  assert_int_equal(h.channel_differences, 0);
}

static void test_a_gap_in_a_channel_is_closed(void **state) {
  (void)state;
  start(10);
  push_channel(20);
  push_channel(25);
  assert_int_equal(h.channel_differences, 1);
  assert_ids((const int32_t[]){20, 500}, 2);
  assert_int_equal(mtp_client_session(f.client)->channels[0].pts, 30);
}

/* ---- without keeping ---- */

static void test_without_keeping_updates_come_as_they_are(void **state) {
  (void)state;
  outcome out;
  f.options.keep_updates = false;
  start(10);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  push_message(20, 1);
  push_message(20, 1);
  assert_ids((const int32_t[]){20, 20}, 2);
  assert_int_equal(h.differences, 0);
  outcome_free(&out);
}

static unsigned watched;

static void watch(void *ctx, const tl_value *updates) {
  (void)ctx;
  assert_true(updates->schema == &tg_schema);
  watched++;
}

static void test_a_watcher_sees_them_first(void **state) {
  (void)state;
  watched = 0;
  start(10);
  mtp_client_watch(f.client, watch, NULL);
  push_message(11, 1);
  assert_int_equal(watched, 1);
  mtp_client_watch(f.client, NULL, NULL);
  push_message(12, 1);
  assert_int_equal(watched, 1);
  assert_ids((const int32_t[]){11, 12}, 2);
}

static void test_events_that_nobody_takes_are_bounded(void **state) {
  (void)state;
  mtp_event event;
  f.options.keep_updates = false;
  outcome out;
  start(10);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  outcome_free(&out);
  for (int32_t i = 0; i < 5000; i++) {
    tg_updateShort shorter = {.date = i};
    tg_updateConfig config = {0};
    shorter.update = tg_updateConfig_box(&config);
    tl_object object = tg_updateShort_object(&shorter);
    fake_push(fixture_dc(&f, 2), &h.home, &object);
    if (i % 50 == 0) {
      fake_dc_step(fixture_dc(&f, 2));
      mtp_client_process(f.client, NULL, 0);
    }
  }
  fixture_settle(&f);
  assert_true(mtp_client_next_event(f.client, &event));
  assert_int_equal(event.type, MTP_EVENT_UPDATES_LOST);
  size_t n = 0;
  while (fixture_event(&f, MTP_EVENT_UPDATES, &event)) {
    mtp_reply_free(event.updates);
    n++;
  }
  assert_int_equal(n, 4096);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_state_is_asked_for_when_there_is_none),
      TEST(test_what_was_missed_is_fetched_at_the_start),
      TEST(test_updates_in_order_are_delivered),
      TEST(test_old_updates_are_dropped),
      TEST(test_updates_that_come_in_the_wrong_order_are_put_right),
      TEST(test_a_gap_is_closed_by_a_difference),
      TEST(test_a_gap_that_the_server_does_not_see_is_accepted),
      TEST(test_too_much_was_missed),
      TEST(test_a_state_that_the_server_refuses_is_replaced),
      TEST(test_updates_too_long_asks_for_the_difference),
      TEST(test_an_update_that_cannot_be_read_is_a_gap),
      TEST(test_a_long_silence_is_looked_into),
      TEST(test_a_new_session_of_the_server_is_a_gap),
      TEST(test_channels_have_an_order_of_their_own),
      TEST(test_a_gap_in_a_channel_is_closed),
      TEST(test_without_keeping_updates_come_as_they_are),
      TEST(test_a_watcher_sees_them_first),
      TEST(test_events_that_nobody_takes_are_bounded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
