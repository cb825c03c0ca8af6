/* Several connections to one data centre: files on their own, with one key, one authorization and
 * a session each; what ends one of them, and what all. */
#include <stdio.h>

#include "file_rig.h"

enum { HOME = 2, ELSEWHERE = 1 };

static file_rig r;

/* What the data centres see beside files. */
typedef struct seen {
  const fake_conn *file_conns[FAKE_CONNS], *call_conn;
  size_t n_file_conns;
  int64_t file_key, call_key;
  unsigned imports, parts;
  bool with_updates;   /* a part came outside invokeWithoutUpdates */
  const char *refusal; /* of the next part */
  int32_t code;
} seen;

static seen s;
static bool (*serve_file)(void *ctx, fake_dc *dc, const fake_call *call);

static void note_part(const fake_call *call) {
  size_t i = 0;
  while (i < s.n_file_conns && s.file_conns[i] != call->conn)
    i++;
  if (i == s.n_file_conns)
    s.file_conns[s.n_file_conns++] = call->conn;
  s.parts++;
  s.file_key = call->key->key.id;
  s.with_updates = s.with_updates || !call->without_updates;
}

static void answer_export(fake_dc *dc, const fake_call *call) {
  tg_auth_exportedAuthorization exported = {.id = 42, .bytes = tl_bytes_of("grant", 5)};
  tl_object object = tg_auth_exportedAuthorization_object(&exported);
  fake_answer(dc, call, &object);
}

static void answer_import(fake_dc *dc, const fake_call *call) {
  tg_userEmpty user = {.id = 42};
  tg_auth_authorization answer = {.user = tg_userEmpty_box(&user)};
  tl_object object = tg_auth_authorization_object(&answer);
  s.imports++;
  fake_answer(dc, call, &object);
}

static bool serve(void *ctx, fake_dc *dc, const fake_call *call) {
  const char *name = fake_name(call);
  if (strncmp(name, "upload.", 7) == 0) {
    note_part(call);
    if (s.refusal) {
      fake_error(dc, call, s.code, s.refusal);
      s.refusal = NULL;
      return true;
    }
  } else if (strcmp(name, "help.getNearestDc") == 0) {
    s.call_conn = call->conn;
    s.call_key = call->key->key.id;
  } else if (strcmp(name, "auth.exportAuthorization") == 0) {
    answer_export(dc, call);
    return true;
  } else if (strcmp(name, "auth.importAuthorization") == 0) {
    answer_import(dc, call);
    return true;
  }
  return serve_file(ctx, dc, call);
}

static int set_up(void **state) {
  (void)state;
  memset(&s, 0, sizeof s);
  file_open(&r);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  file_close(&r);
  return 0;
}

static void start(int64_t size, const mtp_session *session) {
  file_start(&r, size, session);
  serve_file = fixture_dc(&r.f, HOME)->on_call;
  for (int32_t i = 1; i <= FIXTURE_DCS; i++)
    fixture_dc(&r.f, i)->on_call = serve;
}

static void call_and_wait(void) {
  outcome out;
  fixture_call(&r.f, NULL, &out);
  fixture_wait(&r.f, &out);
  assert_int_equal(out.error.status, MTP_OK);
  outcome_free(&out);
}

static void assert_sent(const file_end *e) {
  if (e->error.status != MTP_OK)
    fail_msg("%s: %s", mtp_status_name(e->error.status), e->error.text);
  assert_memory_equal(r.arrived, r.content, (size_t)r.size);
}

/* ---- where files go ---- */

static void test_files_have_a_connection_of_their_own(void **state) {
  (void)state;
  file_end e;
  start(3 << 20, NULL);
  call_and_wait();
  file_fetch(&r, &e, r.size, false, file_keep, NULL);
  fixture_run_until(&r.f, &e.ended);
  file_assert_fetched(&r, &e);
  assert_int_equal(s.n_file_conns, 1);
  assert_ptr_not_equal(s.file_conns[0], s.call_conn);
  assert_true(s.file_key == s.call_key); /* one key, made once */
  assert_int_equal(fixture_dc(&r.f, HOME)->exchanges, 1);
  assert_int_equal(fixture_dc(&r.f, HOME)->inits, 2); /* each session says who we are */
  assert_false(s.with_updates);
}

static void test_several_connections_share_one_key(void **state) {
  (void)state;
  file_end e;
  r.f.options.file_connections = 3;
  start(1 << 20, NULL); /* no key yet: all of them need one at once */
  file_send(&r, &e, file_read);
  fixture_run_until(&r.f, &e.ended);
  assert_sent(&e);
  assert_int_equal(s.n_file_conns, 3);
  assert_int_equal(fixture_dc(&r.f, HOME)->exchanges, 1);
  assert_int_equal(fixture_dc(&r.f, HOME)->accepted, 3);
  assert_int_equal(mtp_client_session(r.f.client)->n_keys, 1);
}

static void test_files_may_share_the_connection_of_calls(void **state) {
  (void)state;
  file_end e;
  r.f.options.file_connections = 0;
  start(1 << 20, NULL);
  call_and_wait();
  file_send(&r, &e, file_read);
  fixture_run_until(&r.f, &e.ended);
  assert_sent(&e);
  assert_int_equal(fixture_dc(&r.f, HOME)->accepted, 1);
}

static void test_temporary_keys_are_of_one_connection(void **state) {
  (void)state;
  file_end e;
  r.f.options.pfs = true;
  r.f.options.file_connections = 2;
  start(1 << 20, NULL);
  file_send(&r, &e, file_read);
  fixture_run_until(&r.f, &e.ended);
  assert_sent(&e);
  assert_int_equal(fixture_dc(&r.f, HOME)->exchanges, 3); /* one permanent, two bound to it */
}

/* ---- one does not hold up another ---- */

static void test_a_slow_transfer_does_not_hold_up_calls(void **state) {
  (void)state;
  file_end e;
  start(8 << 20, NULL);
  call_and_wait();
  file_send(&r, &e, file_read);
  fixture_run_until(&r.f, &s.parts);
  fake_conn *slow = (fake_conn *)s.file_conns[0];
  slow->deaf = true; /* what is under way fills the socket */
  call_and_wait();
  call_and_wait();
  assert_int_equal(e.ended, 0);
  slow->deaf = false;
  fixture_run_until(&r.f, &e.ended);
  assert_sent(&e);
}

/* proves MS-13 */
static void test_a_slow_line_is_not_a_dead_one(void **state) {
  (void)state;
  file_end e;
  start(1 << 20, NULL);
  call_and_wait();
  fixture_dc(&r.f, HOME)->rate = 3000; /* bytes a second: six minutes, three for one packet */
  file_fetch(&r, &e, r.size, false, file_keep, NULL);
  fixture_run_until(&r.f, &e.ended);
  file_assert_fetched(&r, &e);
  assert_int_equal(fixture_dc(&r.f, HOME)->accepted, 2);
}

static void test_a_broken_connection_of_files_leaves_calls_alone(void **state) {
  (void)state;
  file_end e;
  mtp_event event;
  start(4 << 20, NULL);
  call_and_wait();
  while (mtp_client_next_event(r.f.client, &event))
    mtp_reply_free(event.updates);
  file_send(&r, &e, file_read);
  fixture_run_until(&r.f, &s.parts);
  ((fake_conn *)s.file_conns[0])->closing = true;
  call_and_wait();
  fixture_run_until(&r.f, &e.ended);
  assert_sent(&e);
  assert_false(fixture_event(&r.f, MTP_EVENT_CONNECTION, &event)); /* that of calls is as it was */
  assert_int_equal(fixture_dc(&r.f, HOME)->exchanges, 1);
}

static void test_connections_of_files_are_let_go_when_idle(void **state) {
  (void)state;
  file_end e;
  r.f.options.file_connections = 2;
  start(1 << 20, NULL);
  call_and_wait();
  file_send(&r, &e, file_read);
  fixture_run_until(&r.f, &e.ended);
  fixture_run_for(&r.f, 200000);
  unsigned open = 0;
  for (size_t i = 0; i < FAKE_CONNS; i++)
    open += fixture_dc(&r.f, HOME)->conns[i].fd >= 0;
  assert_int_equal(open, 1);
}

/* ---- keys and authorization ---- */

/* proves AP-4 */
static void test_the_authorization_is_taken_along_once(void **state) {
  (void)state;
  file_end e;
  mtp_session session;
  r.migrate = ELSEWHERE;
  r.f.options.file_connections = 3;
  fixture_signed_in(&r.f, &session);
  start(4 << 20, &session);
  mtp_session_free(&session);
  file_fetch(&r, &e, r.size, false, file_keep, NULL);
  fixture_run_until(&r.f, &e.ended);
  file_assert_fetched(&r, &e);
  assert_int_equal(s.imports, 1);
  assert_int_equal(fixture_dc(&r.f, ELSEWHERE)->exchanges, 1);
  assert_int_equal(fixture_dc(&r.f, ELSEWHERE)->accepted, 3);
}

/* proves TR-6 */
static void test_a_key_that_is_gone_is_replaced_for_all(void **state) {
  (void)state;
  file_end e;
  r.f.options.file_connections = 3;
  start(8 << 20, NULL);
  file_send(&r, &e, file_read);
  fixture_run_until(&r.f, &s.parts);
  fixture_dc(&r.f, HOME)->n_keys = 0;
  fake_dc_hang_up(fixture_dc(&r.f, HOME));
  fixture_run_until(&r.f, &e.ended);
  assert_sent(&e);
  /* One at first, one anew, and at most one on each connection to find out that the key is gone. */
  assert_in_range(fixture_dc(&r.f, HOME)->exchanges, 3, 2 + 4);
  call_and_wait();
  assert_true(s.file_key == s.call_key);
}

static void lose(const char *why, int32_t code, bool signed_in) {
  file_end e;
  mtp_event event;
  mtp_session session;
  fixture_signed_in(&r.f, &session);
  session.signed_in = signed_in;
  r.f.options.file_connections = 2;
  start(4 << 20, &session);
  mtp_session_free(&session);
  s.refusal = why;
  s.code = code;
  file_send(&r, &e, file_read);
  fixture_run_until(&r.f, &e.ended);
  fixture_run_for(&r.f, 100000);
  assert_true(fixture_event(&r.f, MTP_EVENT_KEY_LOST, &event));
  assert_false(fixture_event(&r.f, MTP_EVENT_KEY_LOST, &event)); /* said once */
  assert_int_equal(mtp_client_session(r.f.client)->n_keys, 0);
  assert_int_equal(fixture_dc(&r.f, HOME)->accepted, 2); /* and nothing connects again */
}

/* proves ER-2 */
static void test_a_revoked_session_is_terminal_for_files_too(void **state) {
  (void)state;
  lose("SESSION_REVOKED", 401, true);
}

/* proves ER-2 */
static void test_a_duplicated_key_is_terminal_for_files_too(void **state) {
  (void)state;
  lose("AUTH_KEY_DUPLICATED", 406, true);
}

/* ---- migration ---- */

static void migrate(const mtp_call_options *options) {
  outcome out;
  s.refusal = "USER_MIGRATE_1";
  s.code = 303;
  tg_upload_saveFilePart request = {.bytes = tl_bytes_of("1234", 4)};
  tl_call call = tg_upload_saveFilePart_call(&request);
  fixture_call_of(&r.f, &call, options, &out);
  fixture_wait(&r.f, &out);
  if (out.error.status != MTP_OK)
    fail_msg("%s: %s", mtp_status_name(out.error.status), out.error.text);
  assert_true(r.f.clock_ms < 30000); /* followed at once, not found out by its time-out */
  assert_int_equal(mtp_client_session(r.f.client)->home_dc, ELSEWHERE);
  outcome_free(&out);
}

/* proves AP-4 */
static void test_a_call_beside_the_main_connection_follows_the_home(void **state) {
  (void)state;
  static const mtp_call_options options[] = {
      {.connection = 2}, {.media = true}, {.dc = HOME}, {.dc = HOME, .connection = 1}};
  for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
    tear_down(NULL);
    set_up(NULL);
    start(100, NULL);
    migrate(&options[i]);
  }
}

/* proves AP-4 */
static void test_a_new_home_imports_before_any_connection_calls(void **state) {
  (void)state;
  file_end e;
  mtp_session session;
  fixture_signed_in(&r.f, &session);
  start(1 << 20, &session);
  mtp_session_free(&session);
  call_and_wait();
  s.refusal = "USER_MIGRATE_1";
  s.code = 303;
  file_send(&r, &e, file_read);
  fixture_run_until(&r.f, &e.ended);
  assert_sent(&e);
  assert_int_equal(s.imports, 1);
}

static void test_connections_have_a_limit(void **state) {
  (void)state;
  outcome out;
  mtp_error error;
  mtp_call_options options = {.connection = MTP_MAX_CONNECTIONS + 1};
  tg_help_getNearestDc request = {0};
  tl_call call = tg_help_getNearestDc_call(&request);
  start(100, NULL);
  assert_int_equal(mtp_client_call(r.f.client, &call, &options, outcome_done, &out, NULL, &error),
                   MTP_ERR_ARGUMENT);
  assert_string_equal(error.text, "call.connection is too large");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_files_have_a_connection_of_their_own),
      TEST(test_several_connections_share_one_key),
      TEST(test_files_may_share_the_connection_of_calls),
      TEST(test_temporary_keys_are_of_one_connection),
      TEST(test_a_slow_transfer_does_not_hold_up_calls),
      TEST(test_a_slow_line_is_not_a_dead_one),
      TEST(test_a_broken_connection_of_files_leaves_calls_alone),
      TEST(test_connections_of_files_are_let_go_when_idle),
      TEST(test_the_authorization_is_taken_along_once),
      TEST(test_a_key_that_is_gone_is_replaced_for_all),
      TEST(test_a_revoked_session_is_terminal_for_files_too),
      TEST(test_a_duplicated_key_is_terminal_for_files_too),
      TEST(test_a_call_beside_the_main_connection_follows_the_home),
      TEST(test_a_new_home_imports_before_any_connection_calls),
      TEST(test_connections_have_a_limit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
