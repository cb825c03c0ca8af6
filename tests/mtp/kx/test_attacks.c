/* Key exchange against a server that lies: every field of every answer changed in turn. */
#include "kx_fixture.h"
#include "primes.h"

static void flip_nonce(kx_server_message message, void *object, kx_server_message target,
                       bool server_side) {
  tl_int128 *nonces[2] = {NULL, NULL};
  if (message != target)
    return;
  switch (message) {
  case KX_SERVER_RES_PQ:
    nonces[0] = &((mt_resPQ *)object)->nonce;
    nonces[1] = &((mt_resPQ *)object)->server_nonce;
    break;
  case KX_SERVER_DH_INNER:
    nonces[0] = &((mt_server_DH_inner_data *)object)->nonce;
    nonces[1] = &((mt_server_DH_inner_data *)object)->server_nonce;
    break;
  case KX_SERVER_DH_PARAMS:
    nonces[0] = &((mt_server_DH_params_ok *)object)->nonce;
    nonces[1] = &((mt_server_DH_params_ok *)object)->server_nonce;
    break;
  case KX_SERVER_DH_GEN_OK:
    nonces[0] = &((mt_dh_gen_ok *)object)->nonce;
    nonces[1] = &((mt_dh_gen_ok *)object)->server_nonce;
    break;
  case KX_SERVER_DH_GEN_RETRY:
    nonces[0] = &((mt_dh_gen_retry *)object)->nonce;
    nonces[1] = &((mt_dh_gen_retry *)object)->server_nonce;
    break;
  case KX_SERVER_DH_GEN_FAIL:
    nonces[0] = &((mt_dh_gen_fail *)object)->nonce;
    nonces[1] = &((mt_dh_gen_fail *)object)->server_nonce;
    break;
  }
  nonces[server_side]->bytes[15] ^= 1;
}

#define FLIPS(name, target)                                                                        \
  static void name##_nonce(kx_server_message message, void *object) {                              \
    flip_nonce(message, object, target, false);                                                    \
  }                                                                                                \
  static void name##_server_nonce(kx_server_message message, void *object) {                       \
    flip_nonce(message, object, target, true);                                                     \
  }

FLIPS(res_pq, KX_SERVER_RES_PQ)
FLIPS(inner, KX_SERVER_DH_INNER)
FLIPS(params, KX_SERVER_DH_PARAMS)
FLIPS(gen_ok, KX_SERVER_DH_GEN_OK)
FLIPS(gen_retry, KX_SERVER_DH_GEN_RETRY)
FLIPS(gen_fail, KX_SERVER_DH_GEN_FAIL)

static void assert_fails(kx_fixture *f, mtp_cause failure) {
  assert_int_equal(kx_run(f), MTP_KX_FAILED);
  assert_int_equal(mtp_kx_cause(f->kx), failure);
  assert_null(mtp_kx_result_of(f->kx));
}

/* proves KX-1, KX-5 */
static void a_wrong_nonce_in_any_answer_ends_the_exchange(void **state) {
  static void (*const edits[])(kx_server_message, void *) = {
      res_pq_nonce,           params_nonce,   params_server_nonce,  inner_nonce,
      inner_server_nonce,     gen_ok_nonce,   gen_ok_server_nonce,  gen_retry_nonce,
      gen_retry_server_nonce, gen_fail_nonce, gen_fail_server_nonce};
  kx_fixture *f = *state;
  for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
    f->edit = edits[i];
    f->exists = edits[i] == gen_retry_nonce || edits[i] == gen_retry_server_nonce;
    f->refusals = edits[i] == gen_fail_nonce || edits[i] == gen_fail_server_nonce;
    assert_fails(f, MTP_KX_FAIL_WRONG_NONCE);
  }
}

/* The client cannot know server_nonce yet: the server does not know the exchange that it names. */
/* proves KX-5 */
static void a_wrong_server_nonce_in_res_pq_leads_nowhere(void **state) {
  kx_fixture *f = *state;
  f->edit = res_pq_server_nonce;
  kx_until_reply(f, 1);
  assert_int_equal(kx_take(f), MTP_KX_SEND);
  assert_status(MTP_ERR_REJECTED, kx_serve(f));
}

/* Whether this byte of an answer says nothing that the client could check: the message id, the
 * server_nonce of the first answer, which is new to it, and there pq, of which another product of
 * two primes is as good, with the padding behind it. */
static bool says_nothing(int reply, size_t i) {
  return (i >= 8 && i < 16) || (reply == 1 && i >= 40 && i < 68 && i != 56);
}

/* proves KX-5, KX-7, KX-13, RB-1 */
static void no_changed_bit_in_an_answer_passes(void **state) {
  kx_fixture *f = *state;
  for (int reply = 1; reply <= 3; reply++) {
    uint8_t copy[1024];
    kx_until_reply(f, reply);
    assert_true(f->reply.size <= sizeof copy);
    for (size_t i = 0; i < f->reply.size; i++) {
      memcpy(copy, f->reply.data, f->reply.size);
      copy[i] ^= (uint8_t)(1u << i % 8);
      if (!says_nothing(reply, i))
        assert_int_not_equal(kx_probe(f, copy, f->reply.size), MTP_OK);
    }
  }
}

/* proves KX-15 */
static void a_cut_or_lengthened_answer_is_malformed(void **state) {
  kx_fixture *f = *state;
  for (int reply = 1; reply <= 3; reply++) {
    uint8_t copy[1024] = {0};
    kx_until_reply(f, reply);
    memcpy(copy, f->reply.data, f->reply.size);
    for (size_t size = 0; size < f->reply.size; size++)
      assert_int_equal(kx_probe(f, copy, size), MTP_KX_FAIL_MALFORMED);
    assert_int_equal(kx_probe(f, copy, f->reply.size + 4), MTP_KX_FAIL_MALFORMED);
    tl_store32(copy + 16, (uint32_t)f->reply.size - 20 + 4); /* and its own length says so */
    assert_int_equal(kx_probe(f, copy, f->reply.size + 4), MTP_KX_FAIL_MALFORMED);
    tl_store32(copy + 16, (uint32_t)f->reply.size - 20);
    assert_int_equal(kx_probe(f, copy, f->reply.size), MTP_OK);
  }
}

/* proves EN-2, KX-15 */
static void an_answer_to_another_question_is_malformed(void **state) {
  kx_fixture *f = *state;
  uint8_t replies[3][1024];
  size_t sizes[3];
  for (int i = 0; i < 3; i++) {
    kx_until_reply(f, i + 1);
    sizes[i] = f->reply.size;
    memcpy(replies[i], f->reply.data, sizes[i]);
  }
  for (int due = 0; due < 3; due++) {
    kx_until_reply(f, due + 1);
    for (int given = 0; given < 3; given++)
      if (given != due)
        assert_int_equal(kx_probe(f, replies[given], sizes[given]), MTP_KX_FAIL_MALFORMED);
    replies[due][3] = 1; /* as if encrypted */
    assert_int_equal(kx_probe(f, replies[due], sizes[due]), MTP_KX_FAIL_MALFORMED);
  }
}

static int64_t foreign_fingerprint = 0x1122334455667788;

static void foreign_key(kx_server_message message, void *object) {
  mt_resPQ *answer = object;
  if (message == KX_SERVER_RES_PQ)
    answer->server_public_key_fingerprints = (tl_vector_long){&foreign_fingerprint, 1};
}

static void no_keys(kx_server_message message, void *object) {
  mt_resPQ *answer = object;
  if (message == KX_SERVER_RES_PQ)
    answer->server_public_key_fingerprints = (tl_vector_long){&foreign_fingerprint, 0};
}

/* proves KX-2 */
static void without_a_common_key_there_is_no_fallback(void **state) {
  kx_fixture *f = *state;
  f->edit = foreign_key;
  assert_fails(f, MTP_KX_FAIL_NO_KEY);
  f->edit = no_keys;
  assert_fails(f, MTP_KX_FAIL_NO_KEY);
}

static void long_pq(kx_server_message message, void *object) {
  static const uint8_t nine[9] = {1, 0, 0, 0, 0, 0, 0, 0, 15};
  if (message == KX_SERVER_RES_PQ)
    ((mt_resPQ *)object)->pq = tl_bytes_of(nine, sizeof nine);
}

static void empty_pq(kx_server_message message, void *object) {
  if (message == KX_SERVER_RES_PQ)
    ((mt_resPQ *)object)->pq = tl_bytes_of("", 0);
}

/* proves KX-1 */
static void a_pq_that_is_no_product_of_two_primes_is_refused(void **state) {
  static const uint64_t pqs[] = {
      1, 2, 3, 1000003, 2 * UINT64_C(1000003), 1000003 * UINT64_C(1000003), 105, UINT64_MAX};
  kx_fixture *f = *state;
  for (size_t i = 0; i < sizeof pqs / sizeof *pqs; i++) {
    f->server_config.pq = pqs[i];
    assert_fails(f, MTP_KX_FAIL_PQ);
  }
  f->server_config.pq = 0;
  f->edit = long_pq;
  assert_fails(f, MTP_KX_FAIL_PQ);
  f->edit = empty_pq;
  assert_fails(f, MTP_KX_FAIL_PQ);
}

/* What the next server_DH_inner_data says instead. */
static struct {
  tl_bytes dh_prime, g_a; /* data NULL: as it is */
  int32_t g;              /* 0: as it is */
} lie;

static void lying(kx_server_message message, void *object) {
  mt_server_DH_inner_data *inner = object;
  if (message != KX_SERVER_DH_INNER)
    return;
  if (lie.dh_prime.data)
    inner->dh_prime = lie.dh_prime;
  if (lie.g_a.data)
    inner->g_a = lie.g_a;
  if (lie.g)
    inner->g = lie.g;
}

static void assert_group_fails(kx_fixture *f, tl_bytes prime, int32_t g) {
  f->edit = lying;
  lie.dh_prime = prime;
  lie.g_a = tl_bytes_of(NULL, 0);
  lie.g = g;
  assert_fails(f, MTP_KX_FAIL_GROUP);
}

/* proves KX-8, KX-9 */
static void a_group_that_fails_its_checks_is_refused(void **state) {
  kx_fixture *f = *state;
  uint8_t prime[257] = {0}, known[256];
  tl_bytes as_it_is = tl_bytes_of(NULL, 0);
  memcpy(known, mtp_dh_known_prime(), 256);
  assert_group_fails(f, as_it_is, 2); /* no residue of the known prime */
  assert_group_fails(f, as_it_is, 8);
  assert_group_fails(f, as_it_is, 1);
  assert_group_fails(f, as_it_is, -3);
  unhex(prime_unsafe, prime, 256);
  assert_group_fails(f, tl_bytes_of(prime, 256), 4);
  memcpy(prime, known, 256);
  prime[255] ^= 6; /* composite */
  assert_group_fails(f, tl_bytes_of(prime, 256), 4);
  assert_group_fails(f, tl_bytes_of(known + 1, 255), 4);
  assert_group_fails(f, tl_bytes_of("", 0), 4);
  memset(prime, 0, sizeof prime);
  memcpy(prime + 1, known, 256); /* a zero in front: 257 bytes */
  assert_group_fails(f, tl_bytes_of(prime, 257), 3);
}

static void assert_public_fails(kx_fixture *f, const void *g_a, size_t size) {
  f->edit = lying;
  lie.dh_prime = tl_bytes_of(NULL, 0);
  lie.g_a = tl_bytes_of(g_a, size);
  lie.g = 0;
  assert_fails(f, MTP_KX_FAIL_PUBLIC);
}

/* proves KX-10 */
static void a_g_a_out_of_range_is_refused(void **state) {
  kx_fixture *f = *state;
  uint8_t value[257] = {0};
  assert_public_fails(f, "", 0);
  assert_public_fails(f, "\1", 1);
  assert_public_fails(f, mtp_dh_known_prime(), 256);
  memcpy(value, mtp_dh_known_prime(), 256);
  value[255]--;
  assert_public_fails(f, value, 256);
  memset(value, 0xff, 248); /* 2^1984 - 1 */
  assert_public_fails(f, value, 248);
  memset(value, 1, 257);
  assert_public_fails(f, value, 257);
}

static void break_hash(kx_server_message message, void *object) {
  if (message == KX_SERVER_DH_GEN_OK)
    ((mt_dh_gen_ok *)object)->new_nonce_hash1.bytes[0] ^= 0x80;
  if (message == KX_SERVER_DH_GEN_RETRY)
    ((mt_dh_gen_retry *)object)->new_nonce_hash2.bytes[0] ^= 0x80;
  if (message == KX_SERVER_DH_GEN_FAIL)
    ((mt_dh_gen_fail *)object)->new_nonce_hash3.bytes[0] ^= 0x80;
}

/* proves KX-13 */
static void a_wrong_hash_in_the_last_answer_is_refused(void **state) {
  kx_fixture *f = *state;
  f->edit = break_hash;
  assert_fails(f, MTP_KX_FAIL_HASH);
  f->exists = 1;
  assert_fails(f, MTP_KX_FAIL_HASH);
  f->refusals = 1;
  assert_fails(f, MTP_KX_FAIL_HASH);
}

/* proves KX-13 */
static void one_answer_cannot_be_turned_into_another(void **state) {
  static const uint32_t ids[] = {MTP_KX_ID_GEN_OK, MTP_KX_ID_GEN_RETRY, MTP_KX_ID_GEN_FAIL};
  kx_fixture *f = *state;
  for (int said = 0; said < 3; said++) {
    f->exists = said == 1;
    f->refusals = said == 2;
    kx_until_reply(f, 3);
    for (int shown = 0; shown < 3; shown++) {
      tl_store32(f->reply.data + 20, ids[shown]);
      assert_int_equal(kx_probe(f, f->reply.data, f->reply.size),
                       said == shown ? MTP_OK : MTP_KX_FAIL_HASH);
    }
  }
}

/* server_DH_params_fail as the server would say it. */
static void put_params_fail(kx_fixture *f) {
  uint8_t body[52];
  tl_store32(body, MTP_KX_ID_PARAMS_FAIL);
  memcpy(body + 4, f->kx->nonces.nonce, 16);
  memcpy(body + 20, f->kx->nonces.server_nonce, 16);
  assert_ok(mtp_kx_fail_hash(&f->kx->nonces, body + 36));
  tl_buffer_clear(&f->reply);
  assert_ok(mtp_plain_write(5, tl_bytes_of(body, sizeof body), &f->reply));
}

/* proves KX-5 */
static void a_refusal_of_the_parameters_is_believed_only_with_its_hash(void **state) {
  kx_fixture *f = *state;
  kx_until_reply(f, 2);
  put_params_fail(f);
  assert_int_equal(kx_probe(f, f->reply.data, f->reply.size), MTP_KX_FAIL_REFUSED);
  for (size_t i = 24; i < f->reply.size; i++) {
    f->reply.data[i] ^= 4;
    assert_int_equal(kx_probe(f, f->reply.data, f->reply.size),
                     i < 56 ? MTP_KX_FAIL_WRONG_NONCE : MTP_KX_FAIL_HASH);
    f->reply.data[i] ^= 4;
  }
  assert_int_equal(kx_probe(f, f->reply.data, f->reply.size - 4), MTP_KX_FAIL_MALFORMED);
}

static uint8_t resealed[1024];

static void odd_size(kx_server_message message, void *object) {
  mt_server_DH_params_ok *answer = object;
  if (message == KX_SERVER_DH_PARAMS)
    answer->encrypted_answer.size -= 8;
}

static void too_short(kx_server_message message, void *object) {
  mt_server_DH_params_ok *answer = object;
  if (message == KX_SERVER_DH_PARAMS)
    answer->encrypted_answer.size = 32;
}

static void another_block(kx_server_message message, void *object) {
  mt_server_DH_params_ok *answer = object;
  if (message != KX_SERVER_DH_PARAMS)
    return;
  memcpy(resealed, answer->encrypted_answer.data, answer->encrypted_answer.size);
  answer->encrypted_answer = tl_bytes_of(resealed, answer->encrypted_answer.size + 16);
}

/* proves KX-6, KX-7 */
static void an_encrypted_answer_of_a_wrong_size_is_refused(void **state) {
  kx_fixture *f = *state;
  f->edit = odd_size;
  assert_fails(f, MTP_KX_FAIL_MALFORMED);
  f->edit = too_short;
  assert_fails(f, MTP_KX_FAIL_MALFORMED);
  f->edit = another_block; /* more than 15 bytes of padding */
  assert_fails(f, MTP_KX_FAIL_HASH);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      kx_row(a_wrong_nonce_in_any_answer_ends_the_exchange),
      kx_row(a_wrong_server_nonce_in_res_pq_leads_nowhere),
      kx_row(no_changed_bit_in_an_answer_passes),
      kx_row(a_cut_or_lengthened_answer_is_malformed),
      kx_row(an_answer_to_another_question_is_malformed),
      kx_row(without_a_common_key_there_is_no_fallback),
      kx_row(a_pq_that_is_no_product_of_two_primes_is_refused),
      kx_row(a_group_that_fails_its_checks_is_refused),
      kx_row(a_g_a_out_of_range_is_refused),
      kx_row(a_wrong_hash_in_the_last_answer_is_refused),
      kx_row(one_answer_cannot_be_turned_into_another),
      kx_row(a_refusal_of_the_parameters_is_believed_only_with_its_hash),
      kx_row(an_encrypted_answer_of_a_wrong_size_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
