/* Key exchange, client against server: the ways that end with a key, and time. */
#include "kx_fixture.h"
#include "primes.h"
#include "sample.h"

static void assert_agreed(const kx_fixture *f) {
  const mtp_kx_result *result = mtp_kx_result_of(f->kx);
  assert_non_null(result);
  assert_true(f->grant.granted);
  assert_memory_equal(result->key.bytes, f->grant.key.bytes, MTP_AUTH_KEY_SIZE);
  assert_true(result->key.id == f->grant.key.id && result->salt == f->grant.salt);
}

/* proves KX-1, KX-4, KX-11, KX-12, KX-14 */
static void both_sides_end_with_the_same_key_salt_and_time(void **state) {
  kx_fixture *f = *state;
  assert_int_equal(kx_run(f), MTP_KX_DONE);
  assert_agreed(f);
  assert_int_equal(f->sent, 3);
  assert_true(mtp_kx_result_of(f->kx)->time_offset_ms == 100 * 1000);
  assert_true(mtp_kx_result_of(f->kx)->expires_at == 0);
  assert_false(f->grant.temporary || f->grant.old_padding);
}

/* proves KX-1, KX-15 */
static void every_exchange_has_other_numbers(void **state) {
  kx_fixture *f = *state;
  uint8_t first[64];
  mtp_auth_key key;
  assert_int_equal(kx_begin(f), MTP_KX_SEND);
  assert_int_equal(f->packet.size, 40);
  memcpy(first, f->packet.data, 40);
  assert_int_equal(kx_finish(f, MTP_KX_SEND), MTP_KX_DONE);
  key = mtp_kx_result_of(f->kx)->key;
  assert_int_equal(kx_begin(f), MTP_KX_SEND);
  assert_memory_not_equal(first + 24, f->packet.data + 24, 16);
  assert_int_equal(kx_finish(f, MTP_KX_SEND), MTP_KX_DONE);
  assert_memory_not_equal(key.bytes, mtp_kx_result_of(f->kx)->key.bytes, 256);
}

/* proves KX-3, PF-2 */
static void a_temporary_key_is_asked_for_as_such_and_expires(void **state) {
  kx_fixture *f = *state;
  f->config.expires_in = 86400;
  assert_int_equal(kx_run(f), MTP_KX_DONE);
  assert_agreed(f);
  assert_true(f->grant.temporary);
  assert_int_equal(f->grant.expires_in, 86400);
  assert_true(mtp_kx_result_of(f->kx)->expires_at == SERVER_TIME + 86400);
}

/* proves KX-3 */
static void the_data_centre_is_named_as_the_server_wants_it(void **state) {
  static const struct {
    int32_t dc, wanted;
    bool test, media;
  } rows[] = {
      {2, 2, false, false}, {5, 10005, true, false}, {4, -4, false, true}, {1, -10001, true, true}};
  kx_fixture *f = *state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    f->config.dc = rows[i].dc;
    f->config.test = rows[i].test;
    f->config.media = rows[i].media;
    f->config.expires_in = (int32_t)i; /* permanent and temporary */
    assert_int_equal(kx_run(f), MTP_KX_DONE);
    assert_int_equal(f->grant.dc, rows[i].wanted);
  }
}

/* proves TR-8 */
static void bytes_that_a_padded_transport_adds_are_ignored(void **state) {
  kx_fixture *f = *state;
  f->config.padded = true;
  mtp_kx_step step = kx_begin(f);
  while (step == MTP_KX_SEND) {
    assert_ok(kx_serve(f));
    assert_int_equal(tl_buffer_append(&f->reply, "some padding...", 15), TL_OK);
    step = kx_take(f);
  }
  assert_int_equal(step, MTP_KX_DONE);
  assert_agreed(f);
}

/* proves KX-2 */
static void the_key_is_found_among_several_on_both_sides(void **state) {
  kx_fixture *f = *state;
  mtp_rsa_key *other = NULL;
  assert_ok(mtp_rsa_key_from_pem(pem_production, strlen(pem_production), NULL, &other));
  const mtp_rsa_key *keys[] = {other, f->public_key};
  f->config.keys = keys;
  f->config.n_keys = 2;
  assert_int_equal(kx_run(f), MTP_KX_DONE);
  assert_agreed(f);
  mtp_rsa_key_free(other);
}

/* proves KX-8, KX-9 */
static void another_group_is_taken_after_its_test(void **state) {
  kx_fixture *f = *state;
  mtp_dh_cache cache = {0};
  uint8_t prime[256];
  unhex(prime_rfc3526, prime, 256);
  f->server_config.prime = prime;
  f->config.cache = &cache;
  for (int32_t g = 2; g <= 7; g++) {
    f->server_config.g = g;
    assert_int_equal(kx_run(f), MTP_KX_DONE);
    assert_agreed(f);
  }
  assert_int_equal(cache.count, 1);
}

/* proves KX-1 */
static void any_pq_of_64_bits_is_factored(void **state) {
  static const uint64_t pqs[] = {15, 1009 * UINT64_C(1013), SAMPLE_PQ,
                                 4294967279 * UINT64_C(4294967291)};
  kx_fixture *f = *state;
  for (size_t i = 0; i < sizeof pqs / sizeof *pqs; i++) {
    f->server_config.pq = pqs[i];
    assert_int_equal(kx_run(f), MTP_KX_DONE);
  }
}

/* proves KX-12, KX-13 */
static void a_retry_makes_another_key_and_names_the_former(void **state) {
  kx_fixture *f = *state;
  f->exists = MTP_KX_MAX_RETRIES; /* the server checks retry_id each time */
  assert_int_equal(kx_run(f), MTP_KX_DONE);
  assert_int_equal(f->sent, 3 + MTP_KX_MAX_RETRIES);
  assert_agreed(f);
}

/* proves KX-13 */
static void retries_are_bounded(void **state) {
  kx_fixture *f = *state;
  f->exists = MTP_KX_MAX_RETRIES + 1;
  assert_int_equal(kx_run(f), MTP_KX_FAILED);
  assert_int_equal(mtp_kx_cause(f->kx), MTP_KX_FAIL_REFUSED);
  assert_null(mtp_kx_result_of(f->kx));
}

/* proves KX-13 */
static void a_fail_starts_over_with_new_nonces_a_few_times(void **state) {
  kx_fixture *f = *state;
  f->refusals = MTP_KX_MAX_RESTARTS;
  assert_int_equal(kx_run(f), MTP_KX_DONE);
  assert_int_equal(f->sent, 3 * (1 + MTP_KX_MAX_RESTARTS));
  assert_agreed(f);
  f->refusals = MTP_KX_MAX_RESTARTS + 1;
  assert_int_equal(kx_run(f), MTP_KX_FAILED);
  assert_int_equal(mtp_kx_cause(f->kx), MTP_KX_FAIL_REFUSED);
}

/* proves KX-15 */
static void it_ends_at_its_deadline_in_every_state(void **state) {
  kx_fixture *f = *state;
  f->config.timeout_ms = 1000;
  for (int replies = 1; replies <= 3; replies++) {
    f->now.monotonic_ms = 5000;
    kx_until_reply(f, replies);
    assert_true(mtp_kx_deadline(f->kx) == 6000);
    f->now.monotonic_ms = 5999;
    f->now.wall_ms -= 1000000; /* a clock that jumps changes nothing */
    assert_int_equal(mtp_kx_tick(f->kx, f->now), MTP_KX_SEND);
    f->now.monotonic_ms = 6000;
    assert_int_equal(replies % 2 ? mtp_kx_tick(f->kx, f->now) : kx_take(f), MTP_KX_FAILED);
    assert_int_equal(mtp_kx_cause(f->kx), MTP_ERR_TIMEOUT);
    assert_true(mtp_kx_deadline(f->kx) == INT64_MAX);
  }
}

/* proves MS-1 */
static void message_ids_grow_even_when_the_clock_stands_or_goes_back(void **state) {
  kx_fixture *f = *state;
  int64_t last = 0;
  mtp_kx_step step = kx_begin(f);
  while (step == MTP_KX_SEND) {
    int64_t id;
    tl_bytes body;
    assert_ok(mtp_plain_read(f->packet.data, f->packet.size, false, &id, &body));
    assert_true(id > last && id % 4 == 0 && (uint32_t)id != 0);
    if (last == 0)
      assert_true(id >> 32 == SERVER_TIME - 100);
    last = id;
    assert_ok(kx_serve(f));
    f->now.wall_ms -= 60000;
    step = kx_take(f);
  }
  assert_int_equal(step, MTP_KX_DONE);
}

/* proves MS-1 */
static void message_ids_are_divisible_by_four_and_never_at_a_full_second(void **state) {
  kx_fixture *f = *state;
  for (int ms = 0; ms < 1000; ms += 7) {
    int64_t id;
    tl_bytes body;
    f->now.wall_ms = (SERVER_TIME - 100) * INT64_C(1000) + ms;
    assert_int_equal(kx_begin(f), MTP_KX_SEND);
    assert_ok(mtp_plain_read(f->packet.data, f->packet.size, false, &id, &body));
    assert_true(id % 4 == 0 && (id & 0xffffffff) != 0);
    assert_true(id >> 32 == SERVER_TIME - 100);
    assert_true((id & 0xffffffff) >> 22 == ((int64_t)ms << 10) / 1000 || ms == 0);
  }
}

static bool all_vary(const uint8_t *a, const uint8_t *b, size_t size) {
  for (size_t i = 0; i + 4 <= size; i += 4)
    if (memcmp(a + i, b + i, 4) == 0)
      return false;
  return true;
}

/* proves KX-1, KX-3, EN-15 */
static void every_part_of_a_nonce_is_random(void **state) {
  kx_fixture *f = *state;
  mtp_kx_nonces first;
  assert_int_equal(kx_begin(f), MTP_KX_SEND);
  assert_ok(kx_serve(f));
  assert_int_equal(kx_take(f), MTP_KX_SEND);
  first = f->kx->nonces;
  assert_int_equal(kx_begin(f), MTP_KX_SEND);
  assert_ok(kx_serve(f));
  assert_int_equal(kx_take(f), MTP_KX_SEND);
  assert_true(all_vary(first.nonce, f->kx->nonces.nonce, 16));
  assert_true(all_vary(first.new_nonce, f->kx->nonces.new_nonce, 32));
}

/* proves KX-12, KX-13 */
static void a_fail_after_a_retry_begins_without_a_retry_id(void **state) {
  kx_fixture *f = *state;
  f->exists = 1;
  assert_int_equal(kx_begin(f), MTP_KX_SEND);
  for (int i = 0; i < 3; i++) {
    assert_ok(kx_serve(f));
    assert_int_equal(kx_take(f), MTP_KX_SEND);
  }
  assert_true(f->kx->retry_id != 0); /* the retry is out */
  f->refusals = 1;
  assert_int_equal(kx_finish(f, MTP_KX_SEND), MTP_KX_DONE);
  assert_int_equal(f->sent, 3 + 1 + 3);
  assert_true(f->kx->retry_id == 0);
  assert_agreed(f);
}

/* proves KX-16 */
static void secrets_do_not_outlive_the_exchange(void **state) {
  kx_fixture *f = *state;
  const mtp_kx_nonces no_nonces = {0};
  const mtp_message_keys no_keys = {0};
  const mtp_kx_result no_result = {0};
  assert_int_equal(kx_run(f), MTP_KX_DONE);
  assert_memory_equal(&f->kx->nonces, &no_nonces, sizeof no_nonces);
  assert_memory_equal(&f->kx->tmp, &no_keys, sizeof no_keys);
  kx_until_reply(f, 3);
  assert_memory_not_equal(&f->kx->nonces, &no_nonces, sizeof no_nonces);
  f->reply.data[f->reply.size - 1] ^= 1;
  assert_int_equal(kx_take(f), MTP_KX_FAILED);
  assert_memory_equal(&f->kx->nonces, &no_nonces, sizeof no_nonces);
  assert_memory_equal(&f->kx->tmp, &no_keys, sizeof no_keys);
  assert_memory_equal(&f->kx->result, &no_result, sizeof no_result);
}

/* proves KX-1, KX-2 */
static void the_worked_example_is_followed_as_far_as_it_is_public(void **state) {
  kx_fixture *f = *state;
  mtp_rsa_key *production = NULL;
  uint8_t nonce[16], answer[80], wanted[68];
  unhex(sample_nonce, nonce, 16);
  unhex(sample_res_pq, answer, 80);
  assert_ok(mtp_rsa_key_from_pem(pem_production, strlen(pem_production), NULL, &production));
  f->keys[0] = production;
  f->client_fake = fake_rng_of(nonce, sizeof nonce);
  assert_int_equal(kx_begin(f), MTP_KX_SEND);
  assert_hex(f->packet.data + 16, 8, "14000000f18e7ebe");
  assert_memory_equal(f->packet.data + 24, nonce, 16);
  assert_ok(mtp_plain_write(1, tl_bytes_of(answer, sizeof answer), &f->reply));
  assert_int_equal(kx_take(f), MTP_KX_SEND);
  assert_int_equal(f->packet.size, 20 + 320);
  unhex("40010000bee412d7406709f612fadfbec3f0289d0aa67eefe11dbc3bc97d91a26154f932af019943"
        "045a300d4b000000046a26db6500000085fd64de851d9dd0fe000100",
        wanted, 68);
  assert_memory_equal(f->packet.data + 16, wanted, 68);
  mtp_rsa_key_free(production);
}

static void configurations_that_make_no_sense_are_refused(void **state) {
  kx_fixture *f = *state;
  mtp_kx_config config = f->config;
  mtp_kx *kx;
  config.n_keys = 0;
  assert_status(MTP_ERR_ARGUMENT, mtp_kx_new(&config, &kx));
  config = f->config;
  config.dc = 0;
  assert_status(MTP_ERR_ARGUMENT, mtp_kx_new(&config, &kx));
  config.dc = 10000;
  assert_status(MTP_ERR_ARGUMENT, mtp_kx_new(&config, &kx));
  config = f->config;
  config.expires_in = -1;
  assert_status(MTP_ERR_ARGUMENT, mtp_kx_new(&config, &kx));
  assert_null(kx);
}

static void calls_out_of_turn_fail_or_repeat_the_end(void **state) {
  kx_fixture *f = *state;
  tl_buffer out;
  tl_buffer_init(&out, NULL, 0);
  assert_int_equal(kx_run(f), MTP_KX_DONE);
  assert_int_equal(mtp_kx_recv(f->kx, f->reply.data, f->reply.size, f->now, &out), MTP_KX_DONE);
  assert_int_equal(mtp_kx_tick(f->kx, f->now), MTP_KX_DONE);
  assert_agreed(f);
  assert_int_equal(kx_begin(f), MTP_KX_SEND);
  assert_int_equal(mtp_kx_start(f->kx, f->now, &out), MTP_KX_FAILED);
  assert_int_equal(mtp_kx_cause(f->kx), MTP_ERR_ARGUMENT);
  assert_int_equal(out.size, 0);
  tl_buffer_free(&out);
}

static void every_failure_has_a_name(void **state) {
  (void)state;
  for (mtp_cause i = MTP_KX_FAIL_MALFORMED; i <= MTP_KX_FAIL_REFUSED; i += 256) {
    assert_string_not_equal(mtp_cause_text(i), "unknown");
    assert_int_equal(mtp_cause_status(i), MTP_ERR_HANDSHAKE);
    for (mtp_cause j = MTP_KX_FAIL_MALFORMED; j < i; j += 256)
      assert_string_not_equal(mtp_cause_text(i), mtp_cause_text(j));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      kx_row(both_sides_end_with_the_same_key_salt_and_time),
      kx_row(every_exchange_has_other_numbers),
      kx_row(a_temporary_key_is_asked_for_as_such_and_expires),
      kx_row(the_data_centre_is_named_as_the_server_wants_it),
      kx_row(bytes_that_a_padded_transport_adds_are_ignored),
      kx_row(the_key_is_found_among_several_on_both_sides),
      kx_row(another_group_is_taken_after_its_test),
      kx_row(any_pq_of_64_bits_is_factored),
      kx_row(a_retry_makes_another_key_and_names_the_former),
      kx_row(retries_are_bounded),
      kx_row(a_fail_starts_over_with_new_nonces_a_few_times),
      kx_row(it_ends_at_its_deadline_in_every_state),
      kx_row(message_ids_grow_even_when_the_clock_stands_or_goes_back),
      kx_row(message_ids_are_divisible_by_four_and_never_at_a_full_second),
      kx_row(every_part_of_a_nonce_is_random),
      kx_row(a_fail_after_a_retry_begins_without_a_retry_id),
      kx_row(secrets_do_not_outlive_the_exchange),
      kx_row(the_worked_example_is_followed_as_far_as_it_is_public),
      kx_row(configurations_that_make_no_sense_are_refused),
      kx_row(calls_out_of_turn_fail_or_repeat_the_end),
      kx_row(every_failure_has_a_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
