/* What is kept changes by a proof alone, and by one that covers it: the functions of trust.c by
 * themselves, each with every proof that is not enough. */
#include "client/client.h"
#include "client/conn/conn.h"
#include "client/conn/conns.h"
#include "client/dc/trust.h"
#include "client_fixture.h"

enum { USER = 42, HOME = 2, ELSEWHERE = 3 };

static fixture f;
static mtp_session before;
static uint8_t new_key[MTP_KEY_SIZE];
static mtp_exchanged made; /* what a key exchange would give */

static int set_up(void **state) {
  (void)state;
  mtp_session session;
  uint8_t key[MTP_KEY_SIZE] = {1, 2, 3};
  fixture_open(&f);
  fixture_signed_in(&f, &session);
  assert_int_equal(mtp_session_set_key(&session, HOME, false, key, 5), MTP_OK);
  assert_int_equal(mtp_session_set_key(&session, ELSEWHERE, false, key, 6), MTP_OK);
  fixture_start(&f, &session);
  mtp_session_free(&session);
  mtp_session_init(&before, NULL);
  assert_int_equal(mtp_session_copy(&before, mtp_client_session(f.client)), MTP_OK);
  memset(new_key, 9, sizeof new_key);
  made = (mtp_exchanged){.key = new_key, .salt = 7};
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  mtp_session_free(&before);
  fixture_close(&f);
  return 0;
}

static mtp_dc *dc_of(int32_t id, bool cdn) {
  mtp_dc *dc = mtp_dc_get(f.client, id, false, cdn);
  assert_non_null(dc);
  return dc;
}

static mtp_proof proof(mtp_proof_kind kind, mtp_dc *dc, bool home) {
  return (mtp_proof){.kind = kind, .dc = dc, .home = home};
}

/* Everything that is not the home data centre's own word under its key, nor the owner's. */
static size_t strangers(mtp_proof out[6]) {
  size_t n = 0;
  out[n++] = proof(MTP_PROOF_NONE, dc_of(HOME, false), true);
  out[n++] = proof(MTP_PROOF_NONE, NULL, false);
  out[n++] = proof(MTP_PROOF_EXCHANGE, dc_of(HOME, false), true);
  out[n++] = proof(MTP_PROOF_MESSAGE, dc_of(ELSEWHERE, false), false);
  out[n++] = proof(MTP_PROOF_MESSAGE, dc_of(ELSEWHERE, true), false);
  return n;
}

static void assert_user_unchanged(void) {
  const mtp_session *now = mtp_client_session(f.client);
  assert_true(now->signed_in);
  assert_true(now->user_id == before.user_id && now->home_dc == before.home_dc);
  assert_int_equal(now->n_keys, before.n_keys);
  assert_int_equal(now->n_tokens, before.n_tokens);
  assert_null(mtp_client_lost_session(f.client));
}

/* proves TB-1, TB-6 */
static void test_only_the_home_key_decides_about_the_user(void **state) {
  (void)state;
  mtp_proof wrong[6];
  size_t n = strangers(wrong);
  for (size_t i = 0; i < n; i++) {
    mtp_trust_user(f.client, wrong[i], 0, false);
    mtp_trust_user(f.client, wrong[i], USER + 1, true);
    assert_false(mtp_trust_lost(f.client, wrong[i]));
    assert_int_equal(mtp_trust_token(f.client, wrong[i], tl_bytes_of("token", 5)),
                     MTP_ERR_ARGUMENT);
    assert_user_unchanged();
  }
  mtp_trust_user(f.client, proof(MTP_PROOF_MESSAGE, dc_of(HOME, false), true), USER + 1, true);
  assert_true(mtp_client_session(f.client)->user_id == USER + 1);
  assert_true(mtp_trust_lost(f.client, proof(MTP_PROOF_MESSAGE, dc_of(HOME, false), true)));
  assert_int_equal(mtp_client_session(f.client)->n_keys, 0);
  assert_non_null(mtp_client_lost_session(f.client));
}

/* proves LV-4 */
static void test_no_token_makes_a_session_too_large_to_be_kept(void **state) {
  static const uint8_t token[16385];
  (void)state;
  mtp_proof right = proof(MTP_PROOF_MESSAGE, dc_of(HOME, false), true);
  size_t had = before.n_tokens;
  assert_int_equal(mtp_trust_token(f.client, right, tl_bytes_of(token, sizeof token)),
                   MTP_ERR_ARGUMENT);
  assert_int_equal(mtp_client_session(f.client)->n_tokens, had);
  assert_int_equal(mtp_trust_token(f.client, right, tl_bytes_of(token, sizeof token - 1)), MTP_OK);
  assert_int_equal(mtp_client_session(f.client)->n_tokens, had + 1);
}

/* proves TB-1, TB-4 */
static void test_home_moves_on_the_word_of_home_alone(void **state) {
  (void)state;
  mtp_proof wrong[6];
  size_t n = strangers(wrong);
  for (size_t i = 0; i < n; i++)
    assert_false(mtp_trust_home(f.client, wrong[i], ELSEWHERE));
  mtp_proof right = proof(MTP_PROOF_MESSAGE, dc_of(HOME, false), true);
  assert_false(mtp_trust_home(f.client, right, 0));
  assert_false(mtp_trust_home(f.client, right, MTP_DC_MAX + 1));
  assert_user_unchanged();
  assert_true(mtp_trust_home(f.client, right, ELSEWHERE));
  assert_int_equal(mtp_client_session(f.client)->home_dc, ELSEWHERE);
}

/* proves TB-1 */
static void test_keys_are_made_by_exchanges_of_their_own_centre(void **state) {
  (void)state;
  mtp_dc *home = dc_of(HOME, false), *other = dc_of(ELSEWHERE, false);
  const mtp_proof wrong[] = {
      proof(MTP_PROOF_NONE, home, true), proof(MTP_PROOF_MESSAGE, home, true),
      proof(MTP_PROOF_OWNER, NULL, false), proof(MTP_PROOF_EXCHANGE, other, false)};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    assert_int_equal(mtp_trust_key(home, wrong[i], &made), MTP_ERR_ARGUMENT);
  const mtp_dc_key *key = &mtp_client_session(f.client)->keys[0];
  assert_memory_equal(key->key, before.keys[0].key, sizeof key->key);
  assert_int_equal(mtp_trust_key(home, proof(MTP_PROOF_EXCHANGE, home, true), &made), MTP_OK);
  assert_memory_equal(key->key, new_key, sizeof key->key);
}

/* proves TB-1, TB-2 */
static void test_keys_are_forgotten_on_the_word_of_their_own_centre(void **state) {
  (void)state;
  mtp_dc *home = dc_of(HOME, false), *other = dc_of(ELSEWHERE, false);
  const mtp_proof wrong[] = {proof(MTP_PROOF_NONE, home, true),
                             proof(MTP_PROOF_EXCHANGE, home, true),
                             proof(MTP_PROOF_MESSAGE, other, false)};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    mtp_trust_forget(f.client, wrong[i], home);
  assert_int_equal(mtp_client_session(f.client)->n_keys, before.n_keys);
  mtp_trust_forget(f.client, proof(MTP_PROOF_MESSAGE, home, true), home);
  assert_int_equal(mtp_client_session(f.client)->n_keys, before.n_keys - 1);
}

/* proves TB-1, TB-4 */
static void test_addresses_are_named_under_a_key_and_by_no_cdn(void **state) {
  (void)state;
  const mtp_dc_option option = {.dc = 4, .port = 443, .host = "192.0.2.1"};
  const mtp_proof wrong[] = {proof(MTP_PROOF_NONE, dc_of(HOME, false), true),
                             proof(MTP_PROOF_EXCHANGE, dc_of(HOME, false), true),
                             proof(MTP_PROOF_MESSAGE, dc_of(ELSEWHERE, true), false),
                             proof(MTP_PROOF_MESSAGE, NULL, false)};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    assert_int_equal(mtp_trust_addresses(f.client, wrong[i], &option, 1), MTP_OK);
    assert_int_equal(mtp_client_session(f.client)->n_options, before.n_options);
  }
  mtp_proof right = proof(MTP_PROOF_MESSAGE, dc_of(ELSEWHERE, false), false);
  assert_int_equal(mtp_trust_addresses(f.client, right, &option, 1), MTP_OK);
  assert_int_equal(mtp_client_session(f.client)->n_options, 1);
}

/* proves TB-1, TB-5 */
static void test_a_clock_is_set_by_its_own_centre(void **state) {
  (void)state;
  mtp_dc *home = dc_of(HOME, false), *other = dc_of(ELSEWHERE, false);
  mtp_trust_clock(proof(MTP_PROOF_NONE, home, true), 5000000);
  assert_int_equal(home->time_offset, before.time_offset);
  mtp_trust_clock(proof(MTP_PROOF_MESSAGE, other, false), 5000000);
  assert_int_equal(other->time_offset, 5000);
  assert_int_equal(home->time_offset, before.time_offset);
  assert_int_equal(mtp_client_session(f.client)->time_offset, before.time_offset);
  mtp_trust_clock(proof(MTP_PROOF_MESSAGE, home, true), INT64_MAX);
  assert_int_equal(home->time_offset, before.time_offset);
}

/* proves TB-1 */
static void test_salts_and_imports_are_told_under_a_key(void **state) {
  (void)state;
  mtp_dc *other = dc_of(ELSEWHERE, false);
  const mtp_proof wrong[] = {proof(MTP_PROOF_NONE, other, false),
                             proof(MTP_PROOF_EXCHANGE, other, false),
                             proof(MTP_PROOF_OWNER, other, false)};
  const mtp_dc_key *key = &mtp_client_session(f.client)->keys[1];
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    mtp_trust_salt(wrong[i], 99);
    mtp_trust_imported(wrong[i], true);
    assert_true(key->salt == 6 && !key->imported);
  }
  mtp_trust_salt(proof(MTP_PROOF_MESSAGE, other, false), 99);
  assert_true(key->salt == 99);
}

/* proves TB-1 */
static void test_what_the_engine_did_not_open_is_no_proof(void **state) {
  (void)state;
  static const mtp_engine_event_type opened[] = {
      MTP_ENGINE_EVENT_RESULT,      MTP_ENGINE_EVENT_RPC_ERROR,    MTP_ENGINE_EVENT_UPDATE,
      MTP_ENGINE_EVENT_NEW_SESSION, MTP_ENGINE_EVENT_SALT,         MTP_ENGINE_EVENT_TIME,
      MTP_ENGINE_EVENT_PONG,        MTP_ENGINE_EVENT_KEY_DESTROYED};
  const mtp_call_options options = {.dc = HOME};
  const mtp_conn *conn = mtp_conn_for(f.client, &options);
  assert_non_null(conn);
  for (int type = 0; type <= MTP_ENGINE_EVENT_FATAL; type++) {
    mtp_engine_event event = {.type = (mtp_engine_event_type)type};
    bool proves = false;
    for (size_t i = 0; i < sizeof opened / sizeof *opened; i++)
      proves = proves || (int)opened[i] == type;
    assert_int_equal(mtp_proof_message(conn, &event).kind,
                     proves ? MTP_PROOF_MESSAGE : MTP_PROOF_NONE);
  }
  assert_int_equal(mtp_proof_answer(conn, NULL).kind, MTP_PROOF_NONE);
  assert_int_equal(mtp_proof_exchange(conn, NULL).kind, MTP_PROOF_NONE);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_only_the_home_key_decides_about_the_user),
      TEST(test_no_token_makes_a_session_too_large_to_be_kept),
      TEST(test_home_moves_on_the_word_of_home_alone),
      TEST(test_keys_are_made_by_exchanges_of_their_own_centre),
      TEST(test_keys_are_forgotten_on_the_word_of_their_own_centre),
      TEST(test_addresses_are_named_under_a_key_and_by_no_cdn),
      TEST(test_a_clock_is_set_by_its_own_centre),
      TEST(test_salts_and_imports_are_told_under_a_key),
      TEST(test_what_the_engine_did_not_open_is_no_proof),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
