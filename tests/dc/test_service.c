/* What the data centre does with service messages and with messages that break the rules. */
#include "fixture.h"

static int set_up(void **state) {
  *state = raw_new(fixture_dc(NULL, 1), 2);
  return 0;
}

typedef struct words {
  uint8_t bytes[256];
  size_t size;
} words;

static words put32(words at, uint32_t value) {
  tl_store32(at.bytes + at.size, value);
  at.size += 4;
  return at;
}

static words put64(words at, int64_t value) {
  tl_store64(at.bytes + at.size, (uint64_t)value);
  at.size += 8;
  return at;
}

static words ping(int64_t id) {
  return put64(put32((words){.size = 0}, 0x7abe77ecu), id);
}

static int64_t send_words(raw_client *client, bool content, words what) {
  return raw_send(client, content, what.bytes, what.size);
}

/* The error_code of the bad_msg_notification that came. */
static int32_t complaint(const raw_client *client, int64_t about) {
  const raw_message *bad = raw_find(client, 0xa7eff811u);
  if (bad == NULL || (int64_t)tl_load64(bad->body.data + 4) != about)
    return 0;
  return (int32_t)tl_load32(bad->body.data + 16);
}

static void a_new_session_is_announced_once_with_its_first_message_and_salt(void **state) {
  raw_client *client = *state;
  int64_t first = send_words(client, false, ping(1));
  const raw_message *created = raw_find(client, 0x9ec20908u);
  assert_non_null(created);
  assert_true((int64_t)tl_load64(created->body.data + 4) == first);
  assert_true((int64_t)tl_load64(created->body.data + 20) == client->salt);
  assert_int_equal(created->seqno & 1, 1);
  assert_int_equal(created->msg_id & 3, 3);
  raw_forget(client);
  send_words(client, false, ping(2));
  assert_null(raw_find(client, 0x9ec20908u));
}

static void a_ping_is_answered_with_its_number(void **state) {
  raw_client *client = *state;
  int64_t id = send_words(client, false, ping(4711));
  const raw_message *pong = raw_find(client, 0x347773c5u);
  assert_non_null(pong);
  assert_true((int64_t)tl_load64(pong->body.data + 4) == id);
  assert_true((int64_t)tl_load64(pong->body.data + 12) == 4711);
  assert_int_equal(pong->msg_id & 3, 1);
}

static void a_connection_ends_when_no_more_pings_come(void **state) {
  raw_client *client = *state;
  send_words(client, false, put32(put64(put32((words){.size = 0}, 0xf3427b8cu), 1), 75));
  assert_true(tgdc_deadline(client->dc) == client->now + 75 * DC_SECOND);
  raw_wait(client, 74 * DC_SECOND);
  assert_false(tgdc_conn_finished(client->conn));
  raw_wait(client, DC_SECOND);
  assert_true(tgdc_conn_finished(client->conn));
}

static void a_wrong_salt_is_answered_with_the_right_one(void **state) {
  raw_client *client = *state;
  client->salt = 78;
  int64_t id = send_words(client, false, ping(1));
  const raw_message *bad = raw_find(client, 0xedab447bu);
  assert_non_null(bad);
  assert_true((int64_t)tl_load64(bad->body.data + 4) == id);
  assert_int_equal(tl_load32(bad->body.data + 16), 48);
  assert_true((int64_t)tl_load64(bad->body.data + 20) == 77);
  assert_null(raw_find(client, 0x347773c5u));
}

static void salts_follow_one_another_and_overlap(void **state) {
  raw_client *client = *state;
  send_words(client, false, put32(put32((words){.size = 0}, 0xb921bd04u), 3));
  const raw_message *salts = raw_find(client, 0xae500895u);
  assert_non_null(salts);
  assert_int_equal(tl_load32(salts->body.data + 16), 3);
  assert_true((int64_t)tl_load64(salts->body.data + 20 + 8) == 77);
  int64_t second = (int64_t)tl_load64(salts->body.data + 20 + 16 + 8);
  uint32_t since = tl_load32(salts->body.data + 20 + 16);
  assert_int_equal(since, FIXTURE_START / DC_SECOND + DC_SALT_PERIOD);
  raw_wait(client, (int64_t)DC_SALT_PERIOD * DC_SECOND + 1);
  raw_forget(client);
  send_words(client, false, ping(1)); /* with the old one */
  assert_non_null(raw_find(client, 0x347773c5u));
  client->salt = second;
  raw_forget(client);
  send_words(client, false, ping(2));
  assert_non_null(raw_find(client, 0x347773c5u));
  client->salt = 77;
  raw_wait(client, (int64_t)DC_SALT_PERIOD * DC_SECOND);
  raw_forget(client);
  send_words(client, false, ping(3));
  assert_non_null(raw_find(client, 0xedab447bu));
}

static void messages_from_another_time_are_refused(void **state) {
  raw_client *client = *state;
  words body = ping(1);
  int64_t now = client->now / DC_SECOND;
  int64_t old = (now - 301) << 32, early = (now + 31) << 32;
  raw_send_as(client, old, 0, body.bytes, body.size);
  assert_int_equal(complaint(client, old), 16);
  raw_send_as(client, early, 0, body.bytes, body.size);
  assert_int_equal(complaint(client, early), 17);
}

static void an_id_must_be_divisible_by_four(void **state) {
  raw_client *client = *state;
  words body = ping(1);
  int64_t id = raw_next_id(client) + 1;
  raw_send_as(client, id, 0, body.bytes, body.size);
  assert_int_equal(complaint(client, id), 18);
}

static void numbers_must_go_with_the_ids(void **state) {
  raw_client *client = *state;
  words body = ping(1);
  int64_t first = raw_next_id(client), second = raw_next_id(client), third = raw_next_id(client);
  raw_send_as(client, second, 5, body.bytes, body.size);
  raw_send_as(client, third, 3, body.bytes, body.size);
  assert_int_equal(complaint(client, third), 32);
  raw_send_as(client, first, 7, body.bytes, body.size);
  assert_int_equal(complaint(client, first), 33);
}

static void a_request_needs_an_odd_number_and_a_container_an_even_one(void **state) {
  raw_client *client = *state;
  words request = put32((words){.size = 0}, 0xc4f9186bu);
  int64_t id = send_words(client, false, request);
  assert_int_equal(complaint(client, id), 35);
  words empty = put32(put32((words){.size = 0}, 0x73f1f8dcu), 0);
  id = send_words(client, true, empty);
  assert_int_equal(complaint(client, id), 34);
}

static words boxed_ping(words at, int64_t msg_id, int64_t number) {
  at = put32(put32(put64(at, msg_id), 0), 12);
  return put64(put32(at, 0x7abe77ecu), number);
}

static void every_message_of_a_container_is_answered(void **state) {
  raw_client *client = *state;
  int64_t first = raw_next_id(client), second = raw_next_id(client);
  words both = put32(put32((words){.size = 0}, 0x73f1f8dcu), 2);
  both = boxed_ping(boxed_ping(both, first, 1), second, 2);
  send_words(client, false, both);
  size_t pongs = 0;
  for (size_t i = 0; i < client->n_in; i++)
    pongs += tl_load32(client->in[i].body.data) == 0x347773c5u;
  assert_int_equal(pongs, 2);
}

static void a_container_in_a_container_is_refused(void **state) {
  raw_client *client = *state;
  words outer = put32(put32((words){.size = 0}, 0x73f1f8dcu), 1);
  int64_t inner_id = raw_next_id(client);
  outer = put32(put32(put64(outer, inner_id), 0), 8);
  outer = put32(put32(outer, 0x73f1f8dcu), 0);
  send_words(client, false, outer);
  assert_int_equal(complaint(client, inner_id), 64);
}

static void a_container_that_lies_about_its_sizes_is_refused(void **state) {
  raw_client *client = *state;
  words outer = put32(put32((words){.size = 0}, 0x73f1f8dcu), 1);
  outer = put32(put32(put64(outer, raw_next_id(client)), 0), 1000);
  int64_t id = send_words(client, false, outer);
  assert_int_equal(complaint(client, id), 64);
}

static void an_unknown_key_ends_the_connection_with_404(void **state) {
  raw_client *client = *state;
  dc_key *key = dc_key_find(client->dc, client->key.id, 2);
  dc_key_destroy(client->dc, key);
  send_words(client, false, ping(1));
  assert_int_equal(client->code, -404);
  assert_true(tgdc_conn_finished(client->conn));
}

static void states_say_what_arrived(void **state) {
  raw_client *client = *state;
  int64_t known = send_words(client, false, ping(1));
  words ask = put32(put32(put32((words){.size = 0}, 0xda69fb52u), 0x1cb5c415u), 3);
  ask = put64(put64(put64(ask, known), known - 4), known + 400);
  send_words(client, false, ask);
  const raw_message *info = raw_find(client, 0x04deb57du);
  assert_non_null(info);
  assert_int_equal(info->body.data[12], 3);
  assert_int_equal(info->body.data[13], 4 + 8);
  assert_int_equal(info->body.data[14], 1);
  assert_int_equal(info->body.data[15], 2);
}

/* Of an id that is older than all that are remembered nothing is known: saying that it never came
 * would have a request run twice. */
static void what_was_forgotten_is_not_said_to_be_missing(void **state) {
  raw_client *client = *state;
  words first = ping(1);
  int64_t known = send_words(client, false, first);
  for (int64_t i = 0; i < DC_RECEIVED + 1; i++) {
    send_words(client, false, ping(i));
    raw_forget(client);
  }
  words ask = put32(put32(put32((words){.size = 0}, 0xda69fb52u), 0x1cb5c415u), 1);
  send_words(client, false, put64(ask, known));
  const raw_message *info = raw_find(client, 0x04deb57du);
  assert_non_null(info);
  assert_int_equal(info->body.data[13], 1);
  raw_forget(client);
  raw_send_as(client, known, 0, first.bytes, first.size);
  const raw_message *bad = raw_find(client, 0xa7eff811u);
  assert_non_null(bad);
  assert_int_equal(tl_load32(bad->body.data + 16), 20);
}

static int64_t get_config(raw_client *client) {
  tg_help_getConfig request = {0};
  tl_call call = tg_help_getConfig_call(&request);
  return raw_call(client, TG_LAYER, &call);
}

static void an_answer_that_was_not_acknowledged_comes_again_after_a_reconnect(void **state) {
  raw_client *client = *state;
  int64_t id = get_config(client);
  size_t size = raw_result(client, id).size;
  assert_true(size > 0);
  raw_reconnect(client);
  send_words(client, false, ping(1));
  assert_int_equal(raw_result(client, id).size, size);
}

static void an_acknowledged_answer_does_not_come_again(void **state) {
  raw_client *client = *state;
  int64_t id = get_config(client);
  words ack = put32(put32((words){.size = 0}, 0x62d6b459u), 0x1cb5c415u);
  ack = put32(ack, (uint32_t)client->n_in);
  for (size_t i = 0; i < client->n_in; i++)
    ack = put64(ack, client->in[i].msg_id);
  send_words(client, false, ack);
  raw_reconnect(client);
  send_words(client, false, ping(1));
  assert_int_equal(raw_result(client, id).size, 0);
}

static void a_message_that_comes_twice_is_executed_once(void **state) {
  raw_client *client = *state;
  raw_sign_in(client, "15550001111", "12345");
  tg_inputPeerSelf self = {0};
  tg_messages_sendMessage send = {
      .peer = tg_inputPeerSelf_box(&self), .message = TL_STR("once"), .random_id = 0};
  tl_call call = tg_messages_sendMessage_call(&send);
  tl_buffer body;
  tl_buffer_init(&body, NULL, 0);
  assert_int_equal(tl_encode(&call, &body, NULL), TL_OK);
  int64_t id = raw_send(client, true, body.data, body.size);
  assert_true(raw_result(client, id).size > 0);
  raw_forget(client);
  raw_send_as(client, id, client->sent * 2 - 1, body.data, body.size);
  assert_true(raw_result(client, id).size > 0); /* the same answer */
  assert_int_equal(client->dc->users->n_messages, 1);
  tl_buffer_free(&body);
}

static void an_answer_can_be_dropped(void **state) {
  raw_client *client = *state;
  int64_t id = get_config(client);
  words drop = put64(put32((words){.size = 0}, 0x58e4a740u), id);
  int64_t first = send_words(client, true, drop), second = send_words(client, true, drop);
  assert_int_equal(tl_load32(raw_result(client, first).data), 0xa43ad8b7u);
  assert_int_equal(tl_load32(raw_result(client, second).data), 0x5e2ad36eu);
}

static void a_request_that_still_runs_can_be_dropped(void **state) {
  raw_client *client = *state;
  static const char rule[] = "{\"rules\":[{\"method\":\"help.getConfig\",\"delay_ms\":1000}]}";
  char error[100] = "";
  assert_true(tgdc_configure(client->dc, rule, sizeof rule - 1, error, sizeof error));
  int64_t id = get_config(client);
  assert_int_equal(raw_result(client, id).size, 0);
  assert_non_null(raw_find(client, 0x62d6b459u)); /* acknowledged meanwhile */
  int64_t drop = send_words(client, true, put64(put32((words){.size = 0}, 0x58e4a740u), id));
  assert_int_equal(tl_load32(raw_result(client, drop).data), 0xcd78e586u);
  assert_int_equal(tl_load32(raw_result(client, id).data), 0xcd78e586u);
  raw_forget(client);
  raw_wait(client, 2 * DC_SECOND);
  assert_int_equal(raw_result(client, id).size, 0);
}

static void a_delayed_answer_comes_when_its_time_has_come(void **state) {
  raw_client *client = *state;
  static const char rule[] = "{\"rules\":[{\"method\":\"help.getConfig\",\"delay_ms\":1000}]}";
  assert_true(tgdc_configure(client->dc, rule, sizeof rule - 1, NULL, 0));
  int64_t id = get_config(client);
  assert_true(tgdc_deadline(client->dc) == client->now + DC_SECOND);
  raw_wait(client, DC_SECOND - 1);
  assert_int_equal(raw_result(client, id).size, 0);
  raw_wait(client, 1);
  assert_true(raw_result(client, id).size > 0);
}

static void another_session_can_be_destroyed_but_not_ones_own(void **state) {
  raw_client *client = *state;
  int64_t other = client->session;
  send_words(client, false, ping(1));
  client->session = other + 1;
  send_words(client, false, ping(2));
  send_words(client, false, put64(put32((words){.size = 0}, 0xe7512126u), other));
  assert_non_null(raw_find(client, 0xe22045fcu));
  send_words(client, false, put64(put32((words){.size = 0}, 0xe7512126u), other));
  assert_non_null(raw_find(client, 0x62d350c9u));
  assert_int_equal(client->dc->n_sessions, 1);
}

static void a_destroyed_key_is_gone(void **state) {
  raw_client *client = *state;
  send_words(client, false, put32((words){.size = 0}, 0xd1435160u));
  assert_non_null(raw_find(client, 0xf660e1d4u));
  assert_int_equal(client->dc->n_keys, 0);
  assert_int_equal(client->dc->n_sessions, 0);
  send_words(client, false, ping(1));
  assert_int_equal(client->code, -404);
}

int main(void) {
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, raw_tear_down)
  const struct CMUnitTest tests[] = {
      T(a_new_session_is_announced_once_with_its_first_message_and_salt),
      T(a_ping_is_answered_with_its_number),
      T(a_connection_ends_when_no_more_pings_come),
      T(a_wrong_salt_is_answered_with_the_right_one),
      T(salts_follow_one_another_and_overlap),
      T(messages_from_another_time_are_refused),
      T(an_id_must_be_divisible_by_four),
      T(numbers_must_go_with_the_ids),
      T(a_request_needs_an_odd_number_and_a_container_an_even_one),
      T(every_message_of_a_container_is_answered),
      T(a_container_in_a_container_is_refused),
      T(a_container_that_lies_about_its_sizes_is_refused),
      T(an_unknown_key_ends_the_connection_with_404),
      T(states_say_what_arrived),
      T(what_was_forgotten_is_not_said_to_be_missing),
      T(an_answer_that_was_not_acknowledged_comes_again_after_a_reconnect),
      T(an_acknowledged_answer_does_not_come_again),
      T(a_message_that_comes_twice_is_executed_once),
      T(an_answer_can_be_dropped),
      T(a_request_that_still_runs_can_be_dropped),
      T(a_delayed_answer_comes_when_its_time_has_come),
      T(another_session_can_be_destroyed_but_not_ones_own),
      T(a_destroyed_key_is_gone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
