/* Several data centres: moving home, calls that belong elsewhere, keys that are gone. */
#include "client_fixture.h"

static fixture f;

static int set_up(void **state) {
  (void)state;
  fixture_open(&f);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  fixture_close(&f);
  return 0;
}

/* ---- a scripted answer to help.getNearestDc, so many times; export and import beside it ---- */

typedef struct script {
  const char *text;
  int32_t code;
  unsigned times;
  unsigned exports, imports, import_failures;
} script;

static bool play(void *ctx, fake_dc *dc, const fake_call *call) {
  script *s = ctx;
  const char *name = fake_name(call);
  if (strcmp(name, "auth.exportAuthorization") == 0) {
    const tg_auth_exportAuthorization *request = call->object.args;
    tg_auth_exportedAuthorization exported = {.id = 42, .bytes = tl_bytes_of("proof", 5)};
    tl_object object = tg_auth_exportedAuthorization_object(&exported);
    s->exports++;
    assert_true(request->dc_id != dc->id);
    fake_answer(dc, call, &object);
    return true;
  }
  if (strcmp(name, "auth.importAuthorization") == 0) {
    const tg_auth_importAuthorization *request = call->object.args;
    s->imports++;
    assert_int_equal(request->id, 42);
    assert_memory_equal(request->bytes.data, "proof", 5);
    if (s->import_failures) {
      s->import_failures--;
      fake_error(dc, call, 400, "AUTH_BYTES_INVALID");
      return true;
    }
    tg_userEmpty nobody = {.id = 42};
    tg_auth_authorization authorization = {.user = tg_userEmpty_box(&nobody)};
    tl_object object = tg_auth_authorization_object(&authorization);
    fake_answer(dc, call, &object);
    return true;
  }
  if (s->times && strcmp(name, "help.getNearestDc") == 0) {
    s->times--;
    fake_error(dc, call, s->code, s->text);
    return true;
  }
  return answer_nearest(NULL, dc, call);
}

/* All data centres play it, with answers of their own; `first` the failures. */
static void play_all(script *s, script *first, int32_t dc) {
  for (int32_t i = 1; i <= FIXTURE_DCS; i++) {
    fixture_dc(&f, i)->on_call = play;
    fixture_dc(&f, i)->ctx = s;
  }
  fixture_dc(&f, dc)->ctx = first;
}

/* A client whose session says that user 42 is signed in at data centre 2. */
static void start_signed_in(void) {
  mtp_session session;
  fixture_signed_in(&f, &session);
  fixture_start(&f, &session);
  mtp_session_free(&session);
}

/* ---- moving ---- */

/* proves AP-4, AP-2 */
static void test_user_migrate_moves_home_and_repeats_the_call(void **state) {
  (void)state;
  outcome out;
  script good = {0}, bad = {"USER_MIGRATE_3", 303, 1, 0, 0, 0};
  play_all(&good, &bad, 2);
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered_by(&out, 3);
  assert_int_equal(mtp_client_session(f.client)->home_dc, 3);
  assert_int_equal(fixture_dc(&f, 3)->exchanges, 1);
  assert_int_equal(good.exports + bad.exports, 0); /* nobody is signed in */
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered_by(&out, 3);
}

/* proves AP-4 */
static void test_migration_can_be_switched_off(void **state) {
  (void)state;
  outcome out;
  script good = {0}, bad = {"PHONE_MIGRATE_3", 303, 2, 0, 0, 0};
  mtp_call_options options = {.no_migrate = true};
  play_all(&good, &bad, 2);
  fixture_start(&f, NULL);
  fixture_call(&f, &options, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_RPC);
  assert_string_equal(out.error.text, "PHONE_MIGRATE_3");
  assert_int_equal(out.error.arg, 3);
  assert_int_equal(mtp_client_session(f.client)->home_dc, 2);
  outcome_free(&out);
}

/* proves AP-4 */
static void test_migration_in_circles_ends(void **state) {
  (void)state;
  outcome out;
  script back = {"PHONE_MIGRATE_2", 303, 100, 0, 0, 0},
         there = {"PHONE_MIGRATE_3", 303, 100, 0, 0, 0};
  play_all(&back, &there, 2);
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.ended, 1);
  assert_int_equal(out.error.status, MTP_ERR_RPC);
  assert_int_equal(out.error.code, 303);
  outcome_free(&out);
}

/* proves AP-4 */
static void test_file_migrate_takes_the_authorization_along(void **state) {
  (void)state;
  outcome out;
  script good = {0}, bad = {"FILE_MIGRATE_1", 303, 1, 0, 0, 0};
  play_all(&good, &bad, 2);
  start_signed_in();
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered_by(&out, 1);
  assert_int_equal(mtp_client_session(f.client)->home_dc, 2);
  assert_int_equal(bad.exports, 1);
  assert_int_equal(good.imports, 1);
  assert_true(mtp_session_key((mtp_session *)mtp_client_session(f.client), 1, false)->imported);
  mtp_call_options there = {.dc = 1};
  fixture_call(&f, &there, &out); /* again: nothing is exported twice */
  fixture_wait(&f, &out);
  assert_answered_by(&out, 1);
  assert_int_equal(bad.exports, 1);
}

/* proves AP-4 */
static void test_import_is_tried_twice(void **state) {
  (void)state;
  outcome out;
  script good = {.import_failures = 1}, home = {0};
  mtp_call_options there = {.dc = 1};
  play_all(&good, &home, 2);
  start_signed_in();
  fixture_call(&f, &there, &out);
  fixture_wait(&f, &out);
  assert_answered_by(&out, 1);
  assert_int_equal(home.exports, 2);
  assert_int_equal(good.imports, 2);
}

/* proves AP-4 */
static void test_import_that_fails_ends_the_calls_that_need_it(void **state) {
  (void)state;
  outcome out;
  script good = {.import_failures = 100}, home = {0};
  mtp_call_options there = {.dc = 1};
  play_all(&good, &home, 2);
  start_signed_in();
  fixture_call(&f, &there, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_RPC);
  assert_string_equal(out.error.text, "AUTH_BYTES_INVALID");
  fixture_ask(&f);
  outcome_free(&out);
}

/* proves AP-4 */
static void test_lost_import_is_done_again(void **state) {
  (void)state;
  outcome out;
  script away = {"AUTH_KEY_UNREGISTERED", 401, 0, 0, 0, 0}, home = {0};
  mtp_call_options there = {.dc = 1};
  play_all(&away, &home, 2);
  start_signed_in();
  fixture_call(&f, &there, &out);
  fixture_wait(&f, &out);
  assert_answered_by(&out, 1);
  away.times = 1;
  fixture_call(&f, &there, &out);
  fixture_wait(&f, &out);
  assert_answered_by(&out, 1);
  assert_int_equal(home.exports, 2);
  assert_int_equal(away.imports, 2);
  assert_true(mtp_client_session(f.client)->signed_in);
}

static void test_several_centres_at_once(void **state) {
  (void)state;
  outcome out[FIXTURE_DCS];
  fixture_start(&f, NULL);
  for (int32_t i = 1; i <= FIXTURE_DCS; i++) {
    mtp_call_options options = {.dc = i};
    fixture_call(&f, &options, &out[i - 1]);
  }
  for (int32_t i = 1; i <= FIXTURE_DCS; i++) {
    fixture_wait(&f, &out[i - 1]);
    assert_answered_by(&out[i - 1], i);
  }
  assert_int_equal(mtp_client_session(f.client)->n_keys, FIXTURE_DCS);
}

/* proves KX-3 */
static void test_media_has_a_key_of_its_own(void **state) {
  (void)state;
  outcome out;
  mtp_call_options options = {.media = true};
  fixture_start(&f, NULL);
  fixture_call(&f, &options, &out);
  fixture_wait(&f, &out);
  assert_answered_by(&out, 2);
  assert_int_equal(fixture_dc(&f, 2)->keys[0].dc, -2);
  assert_non_null(mtp_session_key((mtp_session *)mtp_client_session(f.client), 2, true));
  assert_null(mtp_session_key((mtp_session *)mtp_client_session(f.client), 2, false));
}

static void test_media_addresses_take_the_key_that_is_there(void **state) {
  (void)state;
  outcome out;
  mtp_call_options options = {.media = true};
  script home = {0};
  play_all(&home, &home, 2);
  start_signed_in();
  fixture_ask(&f);
  fixture_call(&f, &options, &out);
  fixture_wait(&f, &out);
  assert_answered_by(&out, 2);
  assert_int_equal(fixture_dc(&f, 2)->exchanges, 1);
  assert_int_equal(fixture_dc(&f, 2)->accepted, 2);
  assert_int_equal(home.exports, 0);
}

static void test_set_home_moves_what_waits(void **state) {
  (void)state;
  outcome out;
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  assert_int_equal(mtp_client_set_home(f.client, 3), MTP_OK);
  fixture_wait(&f, &out);
  assert_answered_by(&out, 3);
  assert_int_equal(mtp_client_set_home(f.client, 0), MTP_ERR_ARGUMENT);
}

/* ---- what is terminal ---- */

static void sign_in_and_fail(int32_t code, const char *text) {
  static script s; /* the data centres play it to the end of the test */
  outcome out, other;
  mtp_event event;
  s = (script){text, code, 1, 0, 0, 0};
  play_all(&s, &s, 2);
  start_signed_in();
  fixture_call(&f, NULL, &out);
  fixture_call(&f, NULL, &other);
  fixture_wait(&f, &out);
  fixture_wait(&f, &other);
  assert_int_equal(out.error.status, MTP_ERR_RPC);
  assert_string_equal(out.error.text, text);
  assert_true(fixture_event(&f, MTP_EVENT_KEY_LOST, &event));
  assert_int_equal(event.error.status, MTP_ERR_KEY_LOST);
  assert_string_equal(event.error.text, text);
  outcome_free(&out);
  outcome_free(&other);
}

/* proves ER-2 */
static void test_duplicated_key_is_terminal_without_a_reconnect_loop(void **state) {
  (void)state;
  sign_in_and_fail(406, "AUTH_KEY_DUPLICATED");
  const mtp_session *session = mtp_client_session(f.client);
  assert_false(session->signed_in);
  assert_int_equal(session->user_id, 0);
  assert_int_equal(session->n_keys, 0);
  unsigned before = fixture_dc(&f, 2)->accepted;
  fixture_run_for(&f, 600000);
  assert_int_equal(fixture_dc(&f, 2)->accepted, before);
}

/* proves ER-2 */
static void test_revoked_session_is_terminal_and_a_new_call_starts_anew(void **state) {
  (void)state;
  sign_in_and_fail(401, "SESSION_REVOKED");
  unsigned before = fixture_dc(&f, 2)->exchanges;
  fixture_ask(&f);
  assert_int_equal(fixture_dc(&f, 2)->exchanges, before + 1);
}

/* proves ER-2 */
static void test_unregistered_is_only_an_error_when_not_signed_in(void **state) {
  (void)state;
  outcome out;
  script s = {"AUTH_KEY_UNREGISTERED", 401, 1, 0, 0, 0};
  mtp_event event;
  play_all(&s, &s, 2);
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_RPC);
  assert_false(fixture_event(&f, MTP_EVENT_KEY_LOST, &event));
  assert_int_equal(mtp_client_session(f.client)->n_keys, 1);
  outcome_free(&out);
}

/* ---- transport errors ---- */

/* proves TR-6 */
static void test_unknown_key_is_not_believed(void **state) {
  (void)state;
  outcome out;
  fixture_start(&f, NULL);
  fixture_ask(&f);
  mtp_client_set_user(f.client, 42, false);
  uint8_t key[MTP_KEY_SIZE];
  memcpy(key, mtp_client_session(f.client)->keys[0].key, sizeof key);
  fake_dc *dc = fixture_dc(&f, 2);
  for (int i = 0; i < 4; i++) { /* nor several times, with answers between them */
    dc->transport_error = -404;
    fixture_call(&f, NULL, &out);
    fixture_settle(&f);
    dc->transport_error = 0;
    fixture_wait(&f, &out);
    assert_answered_by(&out, 2);
  }
  assert_memory_equal(mtp_client_session(f.client)->keys[0].key, key, sizeof key);
  assert_true(mtp_client_session(f.client)->signed_in);
}

/* proves TR-6 */
static void test_unknown_key_of_nobody_is_made_anew(void **state) {
  (void)state;
  fixture_start(&f, NULL);
  fixture_ask(&f);
  fake_dc *dc = fixture_dc(&f, 2);
  dc->n_keys = 0;
  fixture_ask(&f);
  assert_int_equal(dc->exchanges, 3); /* one of them to find out that the first key is gone */
}

/* proves TR-6 */
static void test_wrong_dc_is_not_tried_again(void **state) {
  (void)state;
  outcome out;
  fixture_start(&f, NULL);
  fixture_dc(&f, 2)->transport_error = -444;
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_TRANSPORT);
  assert_int_equal(out.error.code, -444);
  unsigned before = fixture_dc(&f, 2)->accepted;
  assert_int_equal(before, 1);
  fixture_run_for(&f, 300000);
  assert_int_equal(fixture_dc(&f, 2)->accepted, before);
  outcome_free(&out);
}

/* proves TR-6 */
static void test_transport_flood_backs_off(void **state) {
  (void)state;
  outcome out;
  mtp_call_options options = {.timeout_ms = -1};
  fixture_start(&f, NULL);
  fixture_dc(&f, 2)->transport_error = -429;
  fixture_call(&f, &options, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_TRANSPORT);
  assert_int_equal(out.error.code, -429);
  assert_int_equal(fixture_dc(&f, 2)->accepted, f.options.reconnect_tries);
  assert_true(f.clock_ms >= 100000); /* another failure has 15 to 22.5 s between its five tries */
  outcome_free(&out);
}

/* proves MS-16 */
static void test_key_can_be_destroyed(void **state) {
  (void)state;
  fixture_start(&f, NULL);
  assert_int_equal(mtp_client_destroy_key(f.client, 1000, NULL), MTP_OK); /* there is none */
  fixture_ask(&f);
  assert_int_equal(mtp_client_session(f.client)->n_keys, 1);
}

/* ---- updates ---- */

enum { PTS = 10 };

/* Each data centre says that deleting messages moved pts by one; home knows where it was. */
static bool delete_messages(void *ctx, fake_dc *dc, const fake_call *call) {
  tg_updates_state at = {.pts = PTS, .qts = 1, .date = 1, .seq = 1};
  tg_messages_affectedMessages affected = {.pts = PTS + 1, .pts_count = 1};
  tl_object object;
  if (strcmp(fake_name(call), "updates.getState") == 0)
    object = tg_updates_state_object(&at);
  else if (strcmp(fake_name(call), "messages.deleteMessages") == 0)
    object = tg_messages_affectedMessages_object(&affected);
  else
    return play(ctx, dc, call);
  fake_answer(dc, call, &object);
  return true;
}

static void delete_at(int32_t dc) {
  tg_messages_deleteMessages request = {0};
  tl_call call = tg_messages_deleteMessages_call(&request);
  mtp_call_options there = {.dc = dc};
  outcome out = {0};
  assert_int_equal(mtp_client_call(f.client, &call, &there, outcome_done, &out, NULL, NULL),
                   MTP_OK);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_OK);
  outcome_free(&out);
}

/* proves TB-6 */
static void test_only_answers_of_home_move_the_state_of_updates(void **state) {
  (void)state;
  script s = {0};
  for (int32_t i = 1; i <= FIXTURE_DCS; i++) {
    fixture_dc(&f, i)->on_call = delete_messages;
    fixture_dc(&f, i)->ctx = &s;
  }
  f.options.keep_updates = true;
  start_signed_in();
  fixture_run_for(&f, 5000);
  assert_int_equal(mtp_client_session(f.client)->updates.pts, PTS);
  delete_at(1);
  assert_int_equal(mtp_client_session(f.client)->updates.pts, PTS);
  delete_at(2);
  assert_int_equal(mtp_client_session(f.client)->updates.pts, PTS + 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_user_migrate_moves_home_and_repeats_the_call, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(test_migration_can_be_switched_off, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_migration_in_circles_ends, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_file_migrate_takes_the_authorization_along, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(test_import_is_tried_twice, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_import_that_fails_ends_the_calls_that_need_it, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(test_lost_import_is_done_again, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_several_centres_at_once, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_media_has_a_key_of_its_own, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_media_addresses_take_the_key_that_is_there, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(test_set_home_moves_what_waits, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_duplicated_key_is_terminal_without_a_reconnect_loop,
                                      set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_revoked_session_is_terminal_and_a_new_call_starts_anew,
                                      set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_unregistered_is_only_an_error_when_not_signed_in, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(test_unknown_key_is_not_believed, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_unknown_key_of_nobody_is_made_anew, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_wrong_dc_is_not_tried_again, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_transport_flood_backs_off, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_key_can_be_destroyed, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_only_answers_of_home_move_the_state_of_updates, set_up,
                                      tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
