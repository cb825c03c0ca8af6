/* Whom a text means, and when the server is asked: against tgdc. */
#include <flow_fixture.h>
#include <tgkit/peers.h>

static const char accounts[] =
    "{\"users\": [{\"phone\": \"15550001111\", \"code\": \"12345\", \"first_name\": \"Ann\"},"
    " {\"phone\": \"15550002222\", \"code\": \"12345\", \"first_name\": \"Bob\","
    " \"username\": \"bob_the_second\"}]}";

typedef struct rig {
  flow *dc;
  tgauth *auth;
  tgkit_peers *peers;
} rig;

static rig start(void) {
  rig r = {.dc = flow_start(accounts, 0)};
  mtp_error error;
  r.auth = flow_signed_in(r.dc, "15550001111");
  flow_ok(tgkit_peers_open(tgauth_client(r.auth), NULL, &r.peers, &error), &error);
  return r;
}

static void stop(rig *r) {
  tgkit_peers_close(r->peers);
  tgauth_close(r->auth);
  flow_stop(r->dc);
}

static int64_t resolve(rig *r, const char *who) {
  mtp_error error;
  tgkit_input input;
  flow_ok(tgkit_resolve(r->peers, who, &input, &error), &error);
  assert_true(input.peer.kind != TG_InputPeer_none && input.user.kind != TG_InputUser_none);
  return input.id;
}

/* proves PE-4 */
static void the_server_is_asked_once(void **state) {
  rig r = start();
  (void)state;
  assert_true(resolve(&r, "me") > 0);
  int64_t bob = resolve(&r, "@Bob_The_Second");
  assert_int_equal(flow_calls(r.dc, "contacts.resolveUsername"), 1);
  static const char *const same[] = {"bob_the_second",
                                     "https://t.me/bob_the_second",
                                     "T.ME/BOB_THE_SECOND?start=1",
                                     "bob_the_second.t.me",
                                     "http://www.telegram.me/s/bob_the_second/5",
                                     "tg://resolve?x=1&domain=bob_the_second#2",
                                     "tg:resolve?domain=bob_the_second"};
  for (size_t i = 0; i < sizeof same / sizeof *same; i++)
    assert_int_equal(resolve(&r, same[i]), bob);
  char id[32];
  snprintf(id, sizeof id, "%lld", (long long)bob);
  assert_int_equal(resolve(&r, id), bob);
  snprintf(id, sizeof id, "tg://user?id=%lld", (long long)bob);
  assert_int_equal(resolve(&r, id), bob);
  assert_int_equal(flow_calls(r.dc, "contacts.resolveUsername"), 1);
  stop(&r);
}

/* proves PE-4 */
static void numbers_are_asked_for_too(void **state) {
  rig r = start();
  (void)state;
  int64_t bob = resolve(&r, "+1 (555) 000-2222");
  assert_int_equal(flow_calls(r.dc, "contacts.resolvePhone"), 1);
  assert_int_equal(resolve(&r, "@bob_the_second"), bob); /* came with that answer */
  assert_int_equal(flow_calls(r.dc, "contacts.resolveUsername"), 0);
  assert_int_equal(resolve(&r, "https://t.me/+15550002222"), bob);
  assert_int_equal(resolve(&r, "tg://resolve?phone=15550002222"), bob);
  stop(&r);
}

static void messages_are_named_by_links(void **state) {
  static const char *const same[] = {"@bob_the_second/7",
                                     "bob_the_second/7",
                                     "https://t.me/bob_the_second/7?single",
                                     "https://t.me/s/bob_the_second/7/",
                                     "t.me/bob_the_second/3/7#x",
                                     "bob_the_second.t.me/7",
                                     "tg://resolve?domain=bob_the_second&post=7&single",
                                     "+15550002222/7"};
  static const char *const none[] = {"",
                                     "7",
                                     "/7",
                                     "bob_the_second",
                                     "bob_the_second/",
                                     "bob_the_second/0",
                                     "bob_the_second/-7",
                                     "bob_the_second/7x",
                                     "bob_the_second/4294967303",
                                     "t.me/c/7",
                                     "t.me/joinchat/7",
                                     "https://t.me/bob_the_second/7?comment=8",
                                     "tg://resolve?domain=bob_the_second",
                                     "tg://resolve?domain=bob_the_second&post="};
  rig r = start();
  mtp_error error;
  tgkit_input chat;
  int32_t id;
  (void)state;
  int64_t bob = resolve(&r, "@bob_the_second");
  for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
    flow_ok(tgkit_resolve_message(r.peers, same[i], &chat, &id, &error), &error);
    assert_int_equal(id, 7);
    assert_int_equal(chat.id, bob);
  }
  for (size_t i = 0; i < sizeof none / sizeof *none; i++)
    assert_int_equal(tgkit_resolve_message(r.peers, none[i], &chat, &id, &error), MTP_ERR_ARGUMENT);
  stop(&r);
}

static void what_names_nobody_is_an_error(void **state) {
  static const char *const nobody[] = {"",
                                       "@",
                                       "@a b",
                                       "-",
                                       "+12",
                                       "t.me/",
                                       "1.5",
                                       "https://e.org/bob",
                                       "t.me/proxy",
                                       "77777",
                                       "-1000000000077",
                                       "t.me/+abcdefghij",
                                       "tg://resolve?domain="};
  rig r = start();
  (void)state;
  for (size_t i = 0; i < sizeof nobody / sizeof *nobody; i++) {
    mtp_error error;
    tgkit_input input;
    if (tgkit_resolve(r.peers, nobody[i], &input, &error) != MTP_ERR_ARGUMENT)
      fail_msg("%s", nobody[i]);
    assert_true(error.text[0] != 0);
  }
  assert_int_equal(flow_calls(r.dc, "contacts.resolveUsername"), 0);
  mtp_error error;
  tgkit_input input;
  mtp_status status = tgkit_resolve(r.peers, "@nobody_has_it", &input, &error);
  flow_rpc(status, &error, TG_ERR_USERNAME_NOT_OCCUPIED);
  stop(&r);
}

/* proves PE-4 */
static void a_hash_that_is_refused_is_asked_for_once_more(void **state) {
  rig r = start();
  mtp_error error = {.status = MTP_ERR_RPC, .rpc = TG_ERR_PEER_ID_INVALID};
  tgkit_input input;
  (void)state;
  int64_t bob = resolve(&r, "@bob_the_second");
  const tgkit_peer *known = tgkit_peer_by_id(r.peers, TGKIT_USER, bob);
  int64_t real = known->access_hash;
  tgkit_peer stale = *known;
  stale.access_hash = 12345;
  assert_int_equal(tgkit_peers_put(r.peers, &stale), MTP_OK);
  assert_true(tgkit_input_of(r.peers, TGKIT_USER, bob, &input));
  assert_true(tgkit_refresh(r.peers, &input, &error));
  assert_int_equal(input.peer.inputPeerUser->access_hash, real);
  assert_false(tgkit_refresh(r.peers, &input, &error)); /* the same again: nothing to be gained */
  error.rpc = TG_ERR_MESSAGE_EMPTY;
  assert_false(tgkit_refresh(r.peers, &input, &error));
  stop(&r);
}

/* A number is what one has of a contact without a name. */
static void a_refused_hash_is_asked_for_by_number(void **state) {
  rig r = start();
  mtp_error error = {.status = MTP_ERR_RPC, .rpc = TG_ERR_USER_ID_INVALID};
  tgkit_input input;
  (void)state;
  int64_t bob = resolve(&r, "+15550002222");
  tgkit_peer stale = *tgkit_peer_by_id(r.peers, TGKIT_USER, bob);
  int64_t real = stale.access_hash;
  stale.access_hash = 12345;
  stale.phone = "15550002222"; /* as of a contact */
  stale.n_names = 0;
  assert_int_equal(tgkit_peers_put(r.peers, &stale), MTP_OK);
  assert_true(tgkit_input_of(r.peers, TGKIT_USER, bob, &input));
  assert_true(tgkit_refresh(r.peers, &input, &error));
  assert_int_equal(input.peer.inputPeerUser->access_hash, real);
  assert_int_equal(flow_calls(r.dc, "contacts.resolvePhone"), 2);
  stop(&r);
}

/* proves PE-4 */
static void a_bot_asks_by_id_alone(void **state) {
  static const char token[] = "42:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  rig r = {
      .dc = flow_start("{\"bots\": [{\"token\": \"42:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]}", 0)};
  tgauth_start_callbacks nobody = {0};
  mtp_error error;
  tgkit_input input;
  (void)state;
  r.auth = flow_client(r.dc, NULL);
  flow_ok(tgauth_start(r.auth, token, &nobody, &error), &error);
  flow_ok(tgkit_peers_open(tgauth_client(r.auth), NULL, &r.peers, &error), &error);
  flow_command(r.dc,
               "{\"do\": \"rule\", \"method\": \"users.getUsers\", \"answer\": [{\"_\": \"user\", "
               "\"id\": \"77\", \"access_hash\": \"7\", \"first_name\": \"Cy\"}]}");
  flow_command(r.dc,
               "{\"do\": \"rule\", \"method\": \"channels.getChannels\", \"answer\": {\"_\": "
               "\"messages.chats\", \"chats\": [{\"_\": \"channel\", \"id\": \"8\", "
               "\"access_hash\": \"80\", \"title\": \"News\", \"date\": 1, \"photo\": {\"_\": "
               "\"chatPhotoEmpty\"}}]}}");
  flow_ok(tgkit_resolve(r.peers, "77", &input, &error), &error);
  assert_int_equal(input.user.inputUser->access_hash, 7);
  flow_ok(tgkit_resolve(r.peers, "-1000000000008", &input, &error), &error);
  assert_int_equal(input.channel.inputChannel->access_hash, 80);
  assert_int_equal(tgkit_resolve(r.peers, "78", &input, &error), MTP_ERR_ARGUMENT);
  flow_command(r.dc, "{\"do\": \"clear\"}");
  flow_command(r.dc, "{\"do\": \"rule\", \"method\": \"users.getUsers\", \"error\": "
                     "\"USER_ID_INVALID\"}");
  flow_rpc(tgkit_resolve(r.peers, "78", &input, &error), &error, TG_ERR_USER_ID_INVALID);
  stop(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_server_is_asked_once),
      cmocka_unit_test(numbers_are_asked_for_too),
      cmocka_unit_test(messages_are_named_by_links),
      cmocka_unit_test(what_names_nobody_is_an_error),
      cmocka_unit_test(a_hash_that_is_refused_is_asked_for_once_more),
      cmocka_unit_test(a_refused_hash_is_asked_for_by_number),
      cmocka_unit_test(a_bot_asks_by_id_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
