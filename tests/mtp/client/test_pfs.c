/* Perfect forward secrecy: temporary keys, bound to the permanent one, renewed, refused. */
#include <mt/mt.h>

#include "client_fixture.h"

static fixture f;

static int set_up(void **state) {
  (void)state;
  fixture_open(&f);
  f.options.pfs = true;
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  fixture_close(&f);
  return 0;
}

/* proves PF-1, PF-3, PF-5 */
static void test_temporary_key_is_bound_before_calls(void **state) {
  (void)state;
  outcome out;
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
  fake_dc *dc = fixture_dc(&f, 2);
  assert_int_equal(dc->exchanges, 2);
  assert_false(dc->keys[0].temporary);
  assert_true(dc->keys[1].temporary);
  assert_true(dc->keys[1].bound_to == dc->keys[0].key.id);
  assert_int_equal(dc->inits, 1);
  assert_memory_equal(mtp_client_session(f.client)->keys[0].key, dc->keys[0].key.bytes, 256);
}

/* proves PF-2, PF-5 */
static void test_temporary_key_is_renewed_ahead_of_its_end(void **state) {
  (void)state;
  outcome out;
  f.options.temp_key_s = 3600;
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
  fake_dc *dc = fixture_dc(&f, 2);
  fixture_run_for(&f, 3400000); /* a 24th of its life, and half a minute */
  assert_int_equal(dc->exchanges, 2);
  fixture_run_for(&f, 171000);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
  assert_int_equal(dc->exchanges, 3);
  assert_true(dc->keys[2].temporary);
  assert_true(dc->keys[2].bound_to == dc->keys[0].key.id);
  assert_int_equal(dc->inits, 2); /* after each bind */
}

static bool answer_all_but_one(void *ctx, fake_dc *dc, const fake_call *call) {
  if (strcmp(fake_name(call), "help.getCdnConfig") != 0)
    return answer_nearest(ctx, dc, call);
  mt_msgs_ack ack = {.msg_ids = {&call->msg_id, 1}};
  tl_object object = mt_msgs_ack_object(&ack);
  fake_push(dc, call, &object);
  return true;
}

/* proves PF-2 */
static void test_a_call_without_an_answer_does_not_put_off_another_key(void **state) {
  (void)state;
  static outcome endless, out[16];
  fake_rng random = fake_rng_of(NULL, 0);
  mtp_rng rng = fake_rng_view(&random);
  tg_help_getCdnConfig request = {0};
  tl_call call = tg_help_getCdnConfig_call(&request);
  mtp_call_options options = {.timeout_ms = -1};
  f.options.rng = &rng;
  f.options.temp_key_s = 24000; /* renewed up to a thousand seconds ahead of its end */
  f.options.ping_s = 3600;
  fixture_dc(&f, 2)->on_call = answer_all_but_one;
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out[0]);
  fixture_wait(&f, &out[0]);
  assert_answered(&out[0]);
  f.clock_ms += 22900000; /* at once */
  for (size_t i = 0; i < FIXTURE_DCS; i++)
    f.dcs[i].clock_ms = f.clock_ms;
  fixture_call_of(&f, &call, &options, &endless);
  for (int i = 0; i < 16; i++) {
    fixture_call(&f, NULL, &out[i]);
    fixture_run_for(&f, 61000);
    assert_answered(&out[i]);
  }
  assert_int_equal(fixture_dc(&f, 2)->exchanges, 3);
  assert_int_equal(endless.ended, 0);
}

/* proves PF-2 */
static void test_temporary_key_that_ended_in_sleep_is_not_used_again(void **state) {
  (void)state;
  outcome out;
  f.options.temp_key_s = 3600;
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
  fake_dc *dc = fixture_dc(&f, 2);
  f.wall_ms += 7200000;
  dc->skew_ms += 7200000;
  fake_dc_hang_up(dc);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
  assert_int_equal(dc->unknown_keys, 0);
  assert_int_equal(dc->exchanges, 3);
}

/* proves PF-2, TR-6 */
static void test_temporary_key_that_vanished_is_made_anew(void **state) {
  (void)state;
  outcome out;
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
  mtp_client_set_user(f.client, 42, false);
  fake_dc *dc = fixture_dc(&f, 2);
  dc->n_keys = 1; /* the permanent one */
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
  assert_int_equal(dc->exchanges, 3);
  assert_true(mtp_client_session(f.client)->signed_in);
}

/* proves PF-2, RB-5 */
static void test_a_key_that_vanished_while_the_server_was_away_ends_no_calls(void **state) {
  (void)state;
  outcome out;
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
  fake_dc *dc = fixture_dc(&f, 2);
  dc->refuse = true;
  fake_dc_hang_up(dc);
  fixture_run_for(&f, 100000); /* more tries than a call would wait for */
  assert_true(dc->accepted > 5);
  dc->refuse = false;
  dc->n_keys = 1;
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
  assert_int_equal(dc->exchanges, 3);
}

/* ---- binds that are refused ---- */

typedef struct refusing {
  const char *method, *text;
  int32_t code;
  unsigned times, seen;
} refusing;

static bool refuse(void *ctx, fake_dc *dc, const fake_call *call) {
  refusing *r = ctx;
  if (strcmp(fake_name(call), r->method) != 0 || r->times == 0)
    return answer_nearest(NULL, dc, call);
  r->times--;
  r->seen++;
  fake_error(dc, call, r->code, r->text);
  return true;
}

static void refuse_with(refusing *r) {
  fixture_dc(&f, 2)->on_call = refuse;
  fixture_dc(&f, 2)->ctx = r;
}

/* proves PF-5 */
static void test_bind_of_a_young_key_is_tried_again(void **state) {
  (void)state;
  outcome out;
  refusing r = {"auth.bindTempAuthKey", "ENCRYPTED_MESSAGE_INVALID", 400, 1, 0};
  refuse_with(&r);
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
  assert_int_equal(r.seen, 1);
  fake_dc *dc = fixture_dc(&f, 2);
  assert_int_equal(dc->exchanges, 3); /* one permanent key, two temporary ones */
  assert_true(dc->keys[2].bound_to == dc->keys[0].key.id);
}

/* A client whose permanent key is from long ago, and a server that does not know it any more. */
static void restart_with_an_old_key(bool signed_in) {
  outcome out;
  mtp_session session;
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
  fixture_signed_in(&f, &session);
  session.signed_in = signed_in;
  session.keys[0].created -= 3600;
  mtp_client_free(f.client);
  fixture_start(&f, &session);
  mtp_session_free(&session);
}

/* proves PF-5 */
static void test_bind_of_an_old_key_of_a_user_is_terminal(void **state) {
  (void)state;
  outcome out;
  mtp_event event;
  refusing r = {"auth.bindTempAuthKey", "ENCRYPTED_MESSAGE_INVALID", 400, 0, 0};
  refuse_with(&r);
  restart_with_an_old_key(true);
  r.times = 1;
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_KEY_LOST);
  assert_true(fixture_event(&f, MTP_EVENT_KEY_LOST, &event));
  assert_false(mtp_client_session(f.client)->signed_in);
  assert_int_equal(mtp_client_session(f.client)->n_keys, 0);
  outcome_free(&out);
}

/* proves TB-2 */
static void test_any_other_refusal_of_a_bind_leaves_an_old_key(void **state) {
  (void)state;
  outcome out;
  refusing r = {"auth.bindTempAuthKey", "EXPIRES_AT_INVALID", 400, 0, 0};
  refuse_with(&r);
  restart_with_an_old_key(true);
  r.times = 1;
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
  assert_int_equal(r.seen, 1);
  assert_true(mtp_client_session(f.client)->signed_in);
  assert_int_equal(mtp_client_session(f.client)->n_keys, 1);
}

/* proves PF-5 */
static void test_bind_of_an_old_key_of_nobody_makes_another(void **state) {
  (void)state;
  outcome out;
  refusing r = {"auth.bindTempAuthKey", "ENCRYPTED_MESSAGE_INVALID", 400, 0, 0};
  refuse_with(&r);
  restart_with_an_old_key(false);
  r.times = 1;
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
  fake_dc *dc = fixture_dc(&f, 2);
  assert_int_equal(dc->exchanges, 5);
  assert_true(dc->keys[4].bound_to == dc->keys[3].key.id);
}

/* proves PF-5 */
static void test_perm_empty_makes_and_binds_another_temporary_key(void **state) {
  (void)state;
  outcome out;
  refusing r = {"help.getNearestDc", "AUTH_KEY_PERM_EMPTY", 401, 1, 0};
  refuse_with(&r);
  fixture_start(&f, NULL);
  mtp_client_set_user(f.client, 42, false);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
  assert_int_equal(fixture_dc(&f, 2)->exchanges, 3);
  assert_true(mtp_client_session(f.client)->signed_in);
}

/* proves PF-5 */
static void test_a_bind_that_is_always_refused_ends_the_calls(void **state) {
  (void)state;
  outcome out;
  refusing r = {"auth.bindTempAuthKey", "TEMP_AUTH_KEY_EMPTY", 400, 1000, 0};
  refuse_with(&r);
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_int_equal(out.error.status, MTP_ERR_RPC);
  assert_string_equal(out.error.text, "TEMP_AUTH_KEY_EMPTY");
  assert_int_equal(r.seen, 3);
  unsigned before = fixture_dc(&f, 2)->accepted;
  fixture_run_for(&f, 300000);
  assert_int_equal(fixture_dc(&f, 2)->accepted, before);
  outcome_free(&out);
}

/* A call at a server that has heard of no key until the connection ended. */
static void call_at_a_forgetful_server(void) {
  outcome out;
  fake_dc *dc = fixture_dc(&f, 2);
  dc->forget_keys = true;
  fixture_call(&f, NULL, &out);
  fixture_settle(&f);
  dc->forget_keys = false;
  fixture_wait(&f, &out);
  assert_answered(&out);
}

/* The permanent key, after a temporary one that found out whether it is known, on a connection
 * whose key exchange was long ago, by another time of the client's clock. */
static void set_clock_between_keys(int64_t ms) {
  outcome out;
  f.options.pfs = false;
  fixture_start(&f, NULL);
  fixture_call(&f, NULL, &out);
  fixture_wait(&f, &out);
  assert_answered(&out);
  call_at_a_forgetful_server();
  assert_int_equal(fixture_dc(&f, 2)->exchanges, 2);
  f.wall_ms += ms;
  call_at_a_forgetful_server();
  assert_int_equal(fixture_dc(&f, 2)->exchanges, 2);
}

/* proves EN-12 */
static void test_a_clock_set_ahead_between_keys_refuses_no_packets(void **state) {
  (void)state;
  set_clock_between_keys(7200000);
}

/* proves EN-12 */
static void test_a_clock_set_back_between_keys_refuses_no_packets(void **state) {
  (void)state;
  set_clock_between_keys(-7200000);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_temporary_key_is_bound_before_calls),
      TEST(test_temporary_key_is_renewed_ahead_of_its_end),
      TEST(test_a_call_without_an_answer_does_not_put_off_another_key),
      TEST(test_temporary_key_that_ended_in_sleep_is_not_used_again),
      TEST(test_temporary_key_that_vanished_is_made_anew),
      TEST(test_a_key_that_vanished_while_the_server_was_away_ends_no_calls),
      TEST(test_bind_of_a_young_key_is_tried_again),
      TEST(test_bind_of_an_old_key_of_a_user_is_terminal),
      TEST(test_any_other_refusal_of_a_bind_leaves_an_old_key),
      TEST(test_bind_of_an_old_key_of_nobody_makes_another),
      TEST(test_perm_empty_makes_and_binds_another_temporary_key),
      TEST(test_a_bind_that_is_always_refused_ends_the_calls),
      TEST(test_a_clock_set_ahead_between_keys_refuses_no_packets),
      TEST(test_a_clock_set_back_between_keys_refuses_no_packets),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
