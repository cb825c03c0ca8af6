/* What is learnt of users, groups and channels, and what can be made of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after those */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <tg/tg.h>
#include <tgkit/peers.h>
#include <unistd.h>

/* A client that never connects, of an account, and what it learns. */
typedef struct rig {
  mtp_client *client;
  tgkit_peers *peers;
} rig;

static rig start(int64_t account, const tgkit_peer_store *store) {
  mtp_options options;
  mtp_session session;
  rig r;
  mtp_options_init(&options);
  options.api_id = 1;
  mtp_session_init(&session, NULL);
  session.signed_in = account != 0;
  session.user_id = account;
  assert_int_equal(mtp_client_new(&options, &session, &r.client, NULL), MTP_OK);
  mtp_session_free(&session);
  assert_int_equal(tgkit_peers_open(r.client, store, &r.peers, NULL), MTP_OK);
  return r;
}

static void stop(rig *r) {
  tgkit_peers_close(r->peers);
  mtp_client_free(r->client);
}

/* As it would come in users.getUsers and the like. */
static void learn(rig *r, const char *type, const void *slot) {
  tl_value value = {&tg_schema, slot, tl_find_type(&tg_schema, type, strlen(type))};
  assert_int_not_equal(value.type, TL_NONE);
  tgkit_learn(r->peers, &value);
}

static void learn_user(rig *r, tg_user user) {
  tg_User boxed = tg_user_box(&user);
  tg_vector_User users = {&boxed, 1};
  learn(r, "Vector<User>", &users);
}

static void learn_chat(rig *r, tg_Chat chat) {
  learn(r, "Chat", &chat);
}

static void learn_channel(rig *r, tg_channel channel) {
  static const tg_chatPhotoEmpty none;
  channel.photo = tg_chatPhotoEmpty_box(&none);
  learn_chat(r, tg_channel_box(&channel));
}

static tg_user full_user(int64_t id, int64_t hash, const char *name) {
  tg_user user = {.id = id, .access_hash = hash, .has_access_hash = true};
  user.username = tl_string_of(name);
  return user;
}

static tg_user min_user(int64_t id, int64_t hash) {
  tg_user user = {.id = id, .access_hash = hash, .has_access_hash = true, .min = true};
  return user;
}

/* The hash that a user is called with; 0: he cannot be called by one. */
static int64_t hash_of(rig *r, int64_t id) {
  tgkit_input input;
  if (!tgkit_input_of(r->peers, TGKIT_USER, id, &input) || input.peer.kind != TG_inputPeerUser)
    return 0;
  assert_int_equal(input.peer.inputPeerUser->user_id, id);
  assert_int_equal(input.user.inputUser->access_hash, input.peer.inputPeerUser->access_hash);
  return input.peer.inputPeerUser->access_hash;
}

static int64_t owner(rig *r, const char *name) {
  const tgkit_peer *peer = tgkit_peer_by_name(r->peers, name);
  return peer ? tgkit_marked(peer->kind, peer->id) : 0;
}

/* proves PE-2 */
static void a_min_object_takes_no_hash_and_no_name_from_a_full_one(void **state) {
  rig r = start(5, NULL);
  (void)state;
  learn_user(&r, full_user(1, 111, "One"));
  learn_user(&r, min_user(1, 222));
  assert_int_equal(hash_of(&r, 1), 111);
  assert_int_equal(owner(&r, "one"), 1);
  learn_user(&r, min_user(2, 222));
  assert_int_equal(hash_of(&r, 2), 0);
  learn_user(&r, full_user(2, 333, NULL));
  assert_int_equal(hash_of(&r, 2), 333);
  learn_user(&r, full_user(2, 444, NULL));
  assert_int_equal(hash_of(&r, 2), 444);
  tg_user like_full = min_user(3, 555); /* an empty phone says that the hash is a real one */
  like_full.phone = TL_STR("");
  learn_user(&r, like_full);
  assert_int_equal(hash_of(&r, 3), 555);
  stop(&r);
}

/* A message of a group, with its sender, as the difference has it. */
static void learn_message(rig *r, tg_Peer chat, int32_t id, tg_Peer from) {
  tg_message message = {.id = id, .peer_id = chat, .from_id = from};
  tg_Message boxed = tg_message_box(&message);
  tg_vector_Message messages = {&boxed, 1};
  learn(r, "Vector<Message>", &messages);
}

/* proves PE-2 */
static void who_is_known_from_a_min_object_is_called_by_the_message(void **state) {
  rig r = start(5, NULL);
  tg_peerChannel chat = {.channel_id = 70};
  tg_peerUser from = {.user_id = 2};
  tgkit_input input;
  (void)state;
  learn_user(&r, min_user(2, 222));
  learn_message(&r, tg_peerChannel_box(&chat), 9, tg_peerUser_box(&from));
  assert_false(tgkit_input_of(r.peers, TGKIT_USER, 2, &input)); /* the channel is not known */
  tg_channel channel = {.id = 70, .access_hash = 700, .has_access_hash = true};
  learn_channel(&r, channel);
  assert_true(tgkit_input_of(r.peers, TGKIT_USER, 2, &input));
  assert_int_equal(input.peer.kind, TG_inputPeerUserFromMessage);
  assert_int_equal(input.user.kind, TG_inputUserFromMessage);
  const tg_inputPeerUserFromMessage *seen = input.peer.inputPeerUserFromMessage;
  assert_int_equal(seen->msg_id, 9);
  assert_int_equal(seen->user_id, 2);
  assert_int_equal(seen->peer.kind, TG_inputPeerChannel);
  assert_int_equal(seen->peer.inputPeerChannel->access_hash, 700);
  learn_user(&r, full_user(2, 333, NULL));
  assert_int_equal(hash_of(&r, 2), 333);
  stop(&r);
}

static void learn_names(rig *r, int64_t id, const char *active, const char *inactive) {
  tg_username first = {.username = tl_string_of(active), .active = true};
  tg_username second = {.username = tl_string_of(inactive)};
  const tg_username *list[] = {&first, &second};
  tg_user user = full_user(id, 1, NULL);
  user.usernames.items = list;
  user.usernames.count = 2;
  learn_user(r, user);
}

/* proves PE-5 */
static void a_name_belongs_to_whom_it_was_seen_with_last(void **state) {
  rig r = start(5, NULL);
  (void)state;
  learn_user(&r, full_user(1, 111, "Moved"));
  learn_user(&r, full_user(2, 222, "moved"));
  assert_int_equal(owner(&r, "MOVED"), 2);
  learn_user(&r, full_user(1, 111, NULL));
  assert_int_equal(owner(&r, "moved"), 2);
  learn_user(&r, full_user(2, 222, "Fresh"));
  assert_int_equal(owner(&r, "moved"), 0);
  assert_int_equal(owner(&r, "fresh"), 2);
  learn_names(&r, 3, "Main", "Off");
  assert_int_equal(owner(&r, "main"), 3);
  assert_int_equal(owner(&r, "off"), 0);
  tg_channel channel = {.id = 4, .username = TL_STR("fresh"), .min = true};
  learn_channel(&r, channel); /* a channel's names are good in a min object, too */
  assert_int_equal(owner(&r, "fresh"), tgkit_marked(TGKIT_CHANNEL, 4));
  stop(&r);
}

/* proves PE-1 */
static void one_number_of_three_kinds_is_three_peers(void **state) {
  rig r = start(5, NULL);
  static const tg_chatPhotoEmpty none;
  tg_chat chat = {.id = 7, .photo = tg_chatPhotoEmpty_box(&none)};
  tg_channel channel = {.id = 7, .access_hash = 70, .has_access_hash = true};
  tgkit_input input;
  (void)state;
  learn_user(&r, full_user(7, 77, NULL));
  learn_chat(&r, tg_chat_box(&chat));
  learn_channel(&r, channel);
  assert_int_equal(hash_of(&r, 7), 77);
  assert_true(tgkit_input_of(r.peers, TGKIT_CHAT, 7, &input));
  assert_int_equal(input.peer.inputPeerChat->chat_id, 7);
  assert_true(tgkit_input_of(r.peers, TGKIT_CHANNEL, 7, &input));
  assert_int_equal(input.peer.inputPeerChannel->access_hash, 70);
  assert_int_equal(input.channel.inputChannel->access_hash, 70);
  assert_false(tgkit_input_of(r.peers, TGKIT_CHANNEL, 8, &input));
  assert_true(tgkit_input_of(r.peers, TGKIT_USER, 5, &input));
  assert_int_equal(input.peer.kind, TG_inputPeerSelf);
  stop(&r);
}

/* proves PE-6 */
static void a_group_that_moved_leads_to_its_channel(void **state) {
  rig r = start(5, NULL);
  static const tg_chatPhotoEmpty none;
  tg_inputChannel to = {.channel_id = 9, .access_hash = 90};
  tg_chat chat = {.id = 7, .photo = tg_chatPhotoEmpty_box(&none)};
  tgkit_input input;
  (void)state;
  chat.migrated_to = tg_inputChannel_box(&to);
  learn_chat(&r, tg_chat_box(&chat));
  assert_true(tgkit_input_of(r.peers, TGKIT_CHAT, 7, &input));
  assert_int_equal(input.kind, TGKIT_CHANNEL);
  assert_int_equal(input.peer.inputPeerChannel->channel_id, 9);
  assert_int_equal(input.peer.inputPeerChannel->access_hash, 90);
  stop(&r);
}

/* proves PE-3 */
static void another_account_knows_nobody(void **state) {
  rig r = start(5, NULL);
  (void)state;
  learn_user(&r, full_user(1, 111, "one"));
  mtp_client_set_user(r.client, 6, false);
  assert_null(tgkit_peer_by_id(r.peers, TGKIT_USER, 1));
  assert_int_equal(owner(&r, "one"), 0);
  stop(&r);
}

static void ids_are_marked_by_kind(void **state) {
  static const struct {
    int64_t marked, id;
    tgkit_kind kind;
  } rows[] = {{-INT64_C(1001234567890), 1234567890, TGKIT_CHANNEL},
              {-100123, 100123, TGKIT_CHAT},
              {-INT64_C(1000000000999), 999, TGKIT_CHANNEL},
              {-INT64_C(999999999999), INT64_C(999999999999), TGKIT_CHAT},
              {-INT64_C(3000000000000), INT64_C(2000000000000), TGKIT_CHANNEL},
              {INT64_C(1099511627775), INT64_C(1099511627775), TGKIT_USER},
              {123, 123, TGKIT_USER}};
  static const int64_t wrong[] = {
      0,        -INT64_C(1000000000000), -INT64_C(2000000000005), INT64_C(1099511627776), INT64_MIN,
      INT64_MAX};
  int64_t id;
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    assert_int_equal(tgkit_marked(rows[i].kind, rows[i].id), rows[i].marked);
    assert_int_equal(tgkit_unmark(rows[i].marked, &id), rows[i].kind);
    assert_int_equal(id, rows[i].id);
  }
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    assert_int_equal(tgkit_unmark(wrong[i], &id), TGKIT_NOBODY);
}

/* A store that is opened again knows what it knew. */
static void check_store(mtp_status (*make)(const char *, tgkit_peer_store *, mtp_error *),
                        const char *path, int64_t times) {
  tgkit_peer_store store;
  assert_int_equal(make(path, &store, NULL), MTP_OK);
  rig r = start(5, &store);
  learn_user(&r, full_user(1, 111, "One"));
  for (int64_t hash = 1; hash <= times; hash++) /* grows, and shrinks when it is opened again */
    learn_user(&r, full_user(2, hash, "moved"));
  learn_user(&r, full_user(3, 333, "moved"));
  stop(&r);
  assert_int_equal(make(path, &store, NULL), MTP_OK);
  r = start(6, &store); /* somebody else */
  assert_null(tgkit_peer_by_id(r.peers, TGKIT_USER, 1));
  stop(&r);
  for (int again = 0; again < 2; again++) {
    assert_int_equal(make(path, &store, NULL), MTP_OK);
    r = start(5, &store);
    assert_int_equal(hash_of(&r, 1), 111);
    assert_int_equal(hash_of(&r, 2), times);
    assert_int_equal(owner(&r, "one"), 1);
    assert_int_equal(owner(&r, "moved"), 3);
    stop(&r);
  }
  assert_int_equal(make(path, &store, NULL), MTP_OK);
  r = start(5, &store);
  mtp_client_set_user(r.client, 0, false); /* signed out: given up */
  assert_null(tgkit_peer_by_id(r.peers, TGKIT_USER, 1));
  stop(&r);
  assert_int_equal(make(path, &store, NULL), MTP_OK);
  r = start(5, &store);
  assert_null(tgkit_peer_by_id(r.peers, TGKIT_USER, 1));
  stop(&r);
}

/* A database of rows that is opened again and again, and must be given each key once. */
static struct {
  char key[64];
  char data[512];
} rows[64];
static size_t n_rows;

static mtp_status load_rows(void *ctx, const char *prefix,
                            void (*each)(void *to, const char *key, tl_bytes data), void *to) {
  assert_ptr_equal(ctx, rows);
  for (size_t i = n_rows; i-- > 0;) /* in any order */
    if (strncmp(rows[i].key, prefix, strlen(prefix)) == 0)
      each(to, rows[i].key, tl_bytes_of(rows[i].data, strlen(rows[i].data)));
  return MTP_OK;
}

static size_t row_at(const char *key) {
  size_t at = 0;
  while (at < n_rows && strcmp(rows[at].key, key) != 0)
    at++;
  return at;
}

static mtp_status save_rows(void *ctx, const char *const *keys, const tl_bytes *data,
                            size_t count) {
  assert_ptr_equal(ctx, rows);
  for (size_t i = 0; i < count; i++) {
    for (size_t j = 0; j < i; j++)
      assert_string_not_equal(keys[i], keys[j]);
    size_t at = row_at(keys[i]);
    if (data[i].size == 0) {
      if (at < n_rows)
        rows[at] = rows[--n_rows];
      continue;
    }
    assert_true(at < 64 && data[i].size < sizeof rows[at].data);
    snprintf(rows[at].key, sizeof rows[at].key, "%s", keys[i]);
    snprintf(rows[at].data, sizeof rows[at].data, "%.*s", (int)data[i].size,
             (const char *)data[i].data);
    n_rows += at == n_rows;
  }
  return MTP_OK;
}

static mtp_status rows_store(const char *path, tgkit_peer_store *out, mtp_error *error) {
  (void)path;
  return tgkit_peer_rows(&(tgkit_rows){.ctx = rows, .load = load_rows, .save = save_rows}, out,
                         error);
}

/* proves PE-3 */
static void rows_of_a_database_keep_them_by_account(void **state) {
  (void)state;
  n_rows = 1;
  snprintf(rows[0].key, sizeof rows[0].key, "peer/5/9");
  snprintf(rows[0].data, sizeof rows[0].data, "rubbish");
  check_store(rows_store, "", 5);
  assert_int_equal(n_rows, 0); /* given up with the account */
}

/* proves PE-3 */
static void stores_keep_them_by_account(void **state) {
  char dir[] = "/tmp/tgkit.XXXXXX", path[64];
  (void)state;
  assert_non_null(mkdtemp(dir));
  snprintf(path, sizeof path, "%s/peers", dir);
  check_store(tgkit_peer_file, path, 300);
  FILE *file = fopen(path, "a"); /* what somebody else wrote there is skipped */
  assert_true(
      fputs("5 1 9\nrubbish\n5 1 8 80 5 0 0 0 0 - -\n5 9 1 1 1 1 1 1 1 - -\n5 1 7 7", file) >= 0);
  assert_int_equal(fclose(file), 0);
  tgkit_peer_store store;
  assert_int_equal(tgkit_peer_file(path, &store, NULL), MTP_OK);
  rig r = start(5, &store);
  assert_int_equal(hash_of(&r, 8), 80);
  assert_null(tgkit_peer_by_id(r.peers, TGKIT_USER, 9));
  assert_null(tgkit_peer_by_id(r.peers, TGKIT_USER, 7));
  stop(&r);
  assert_int_equal(unlink(path), 0);
  mtp_error error;
  if (tgkit_peer_sqlite(path, &store, &error) == MTP_OK) {
    store.free(store.ctx);
    check_store(tgkit_peer_sqlite, path, 5);
  } else {
    assert_int_equal(error.status, MTP_ERR_ARGUMENT); /* built without it */
  }
  unlink(path);
  rmdir(dir);
  assert_int_equal(tgkit_peer_file("/nowhere/at/all", &store, &error), MTP_ERR_STORE);
  assert_non_null(strstr(error.text, "No such file"));
}

/* proves RB-2 */
static void a_file_that_others_put_there_is_not_written_to(void **state) {
  char dir[] = "/tmp/tgkit.XXXXXX", path[64], anew[72], other[64];
  tgkit_peer_store store;
  mtp_error error;
  struct stat found;
  (void)state;
  assert_non_null(mkdtemp(dir));
  snprintf(path, sizeof path, "%s/peers", dir);
  snprintf(anew, sizeof anew, "%s.new", path);
  snprintf(other, sizeof other, "%s/precious", dir);
  FILE *file = fopen(other, "w");
  assert_true(file && fputs("precious\n", file) >= 0 && fclose(file) == 0);
  for (int kind = 0; kind < 4;
       kind++) { /* links of both kinds, and what nobody writes to or reads */
    if (kind == 0)
      assert_int_equal(symlink(other, path), 0);
    else if (kind == 1)
      assert_int_equal(link(other, path), 0);
    else if (kind == 2)
      assert_int_equal(mkfifo(path, 0600), 0);
    else
      assert_int_equal(symlink("/dev/zero", path), 0);
    assert_int_equal(tgkit_peer_file(path, &store, &error), MTP_ERR_STORE);
    assert_non_null(strstr(error.text, "this user alone"));
    assert_int_equal(unlink(path), 0);
  }
  assert_int_equal(symlink(other, anew), 0); /* where it is written anew */
  file = fopen(path, "w");
  assert_non_null(file);
  for (int i = 0; i < 1000; i++)
    assert_true(fputs("5 1 8 80 5 0 0 0 0 - -\n", file) >= 0);
  assert_int_equal(fclose(file), 0);
  assert_int_equal(tgkit_peer_file(path, &store, NULL), MTP_OK);
  rig r = start(5, &store);
  stop(&r);
  assert_true(stat(path, &found) == 0 && found.st_size < 100);
  assert_true(stat(other, &found) == 0 && found.st_size == 9); /* as it was */
  assert_int_equal(unlink(path), 0);
  assert_int_equal(unlink(other), 0);
  unlink(anew);
  assert_int_equal(rmdir(dir), 0);
}

/* Many, so that the tables grow. */
static void thousands_are_found_again(void **state) {
  rig r = start(5, NULL);
  char name[16];
  (void)state;
  for (int64_t id = 10; id < 5000; id++) {
    snprintf(name, sizeof name, "user%d", (int)id);
    learn_user(&r, full_user(id, id * 3, name));
  }
  for (int64_t id = 10; id < 5000; id++) {
    snprintf(name, sizeof name, "USER%d", (int)id);
    assert_int_equal(hash_of(&r, id), id * 3);
    assert_int_equal(owner(&r, name), id);
  }
  stop(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_min_object_takes_no_hash_and_no_name_from_a_full_one),
      cmocka_unit_test(who_is_known_from_a_min_object_is_called_by_the_message),
      cmocka_unit_test(a_name_belongs_to_whom_it_was_seen_with_last),
      cmocka_unit_test(one_number_of_three_kinds_is_three_peers),
      cmocka_unit_test(a_group_that_moved_leads_to_its_channel),
      cmocka_unit_test(another_account_knows_nobody),
      cmocka_unit_test(ids_are_marked_by_kind),
      cmocka_unit_test(stores_keep_them_by_account),
      cmocka_unit_test(a_file_that_others_put_there_is_not_written_to),
      cmocka_unit_test(rows_of_a_database_keep_them_by_account),
      cmocka_unit_test(thousands_are_found_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
