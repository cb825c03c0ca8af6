/* Sealing and opening of messages: layout, padding, and every way in which a packet can be wrong.
 */
#include "packet_key.h"
#include "support.h"

#include <crypto/hash.h>
#include <crypto/ige.h>
#include <crypto/seal.h>
#include <tl/wire.h>

typedef struct fixture {
  mtp_auth_key key;
  tl_buffer packet;
  fake_rng fake;
  mtp_rng rng;
} fixture;

static int setup(void **state) {
  fixture *f = calloc(1, sizeof *f);
  uint8_t bytes[256];
  if (!f)
    return -1;
  f->fake = fake_rng_of(NULL, 0);
  f->rng = fake_rng_view(&f->fake);
  fake_rng_fill(&f->fake, bytes, sizeof bytes);
  tl_buffer_init(&f->packet, NULL, 0);
  *state = f;
  return mtp_auth_key_init(&f->key, bytes) == MTP_OK ? 0 : -1;
}

static int teardown(void **state) {
  fixture *f = *state;
  tl_buffer_free(&f->packet);
  free(f);
  return 0;
}

static const uint8_t text[3000] = "a body of text that is as long as a test wants it to be";

static mtp_message message_of(size_t size) {
  mtp_message m = {0x1122334455667788, -2, 0x60000000deadbeec, 7, {text, size}};
  return m;
}

static void seal(fixture *f, mtp_sender sender, size_t body, mtp_padding padding) {
  mtp_message m = message_of(body);
  tl_buffer_clear(&f->packet);
  assert_ok(mtp_seal(&f->key, sender, &m, padding, &f->rng, &f->packet, NULL));
}

/* Seals any plaintext at all, right msg_key and all: what a hostile but key-holding peer could. */
static void seal_raw(fixture *f, mtp_sender sender, const uint8_t *plain, size_t size) {
  uint8_t large[32], *packet;
  mtp_message_keys keys;
  tl_buffer_clear(&f->packet);
  packet = tl_buffer_extend(&f->packet, 24 + size);
  assert_non_null(packet);
  assert_ok(mtp_msg_key_large(&f->key, sender, tl_bytes_of(plain, size), large));
  assert_ok(mtp_message_keys_v2(&f->key, sender, large + 8, &keys));
  tl_store64(packet, (uint64_t)f->key.id);
  memcpy(packet + 8, large + 8, 16);
  assert_ok(mtp_ige_encrypt(keys.key, keys.iv, plain, size, packet + 24));
}

/* An inner part with any length field and any size. */
static void seal_length(fixture *f, uint32_t length, size_t size) {
  uint8_t plain[4096] = {0};
  assert_true(size <= sizeof plain && size >= 32);
  tl_store32(plain + 28, length);
  seal_raw(f, MTP_FROM_SERVER, plain, size);
}

static mtp_status open_copy(fixture *f, mtp_sender sender, bool padded, size_t size) {
  uint8_t copy[8192];
  mtp_message m;
  assert_true(size <= sizeof copy);
  memcpy(copy, f->packet.data, size < f->packet.size ? size : f->packet.size);
  if (size > f->packet.size)
    memset(copy + f->packet.size, 0xa5, size - f->packet.size);
  return mtp_open(&f->key, sender, padded, copy, size, &m, NULL);
}

/* proves EN-1, EN-4, EN-5 */
static void what_one_side_seals_the_other_opens(void **state) {
  fixture *f = *state;
  for (int side = 0; side < 2; side++)
    for (size_t size = 0; size <= 2600; size += 4) {
      mtp_sender sender = side ? MTP_FROM_SERVER : MTP_FROM_CLIENT;
      mtp_message m;
      seal(f, sender, size, size % 8 ? MTP_PADDING_RANDOM : MTP_PADDING_BUCKETS);
      assert_ok(mtp_open(&f->key, sender, false, f->packet.data, f->packet.size, &m, NULL));
      assert_true(m.salt == 0x1122334455667788 && m.session_id == -2);
      assert_true(m.msg_id == 0x60000000deadbeec && m.seq_no == 7);
      assert_int_equal(m.body.size, size);
      assert_memory_equal(m.body.data, text, size);
    }
}

/* proves EN-5 */
static void the_two_directions_have_different_keys(void **state) {
  fixture *f = *state;
  seal(f, MTP_FROM_CLIENT, 40, MTP_PADDING_BUCKETS);
  assert_status(MTP_ERR_REJECTED, open_copy(f, MTP_FROM_SERVER, false, f->packet.size));
  assert_ok(open_copy(f, MTP_FROM_CLIENT, false, f->packet.size));
}

/* proves EN-6 */
static void padded_sizes_come_from_a_short_list(void **state) {
  static const struct {
    size_t body, packet;
  } rows[] = {{0, 64},      {20, 64},     {24, 128},    {84, 128},   {88, 192},
              {212, 256},   {216, 384},   {468, 512},   {980, 1024}, {984, 1280},
              {1236, 1280}, {1240, 1728}, {1684, 1728}, {1688, 2176}};
  fixture *f = *state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    seal(f, MTP_FROM_CLIENT, rows[i].body, MTP_PADDING_BUCKETS);
    assert_int_equal(f->packet.size, 24 + rows[i].packet);
  }
}

/* proves EN-6 */
static void random_padding_spreads_over_its_range(void **state) {
  fixture *f = *state;
  size_t least = SIZE_MAX, most = 0;
  for (int i = 0; i < 2000; i++) {
    seal(f, MTP_FROM_CLIENT, 100, MTP_PADDING_RANDOM);
    least = f->packet.size < least ? f->packet.size : least;
    most = f->packet.size > most ? f->packet.size : most;
    assert_int_equal((f->packet.size - 24) % 16, 0);
  }
  assert_int_equal(least, 24 + 144);
  assert_int_equal(most, 24 + 400); /* 32 + 100 + 12 + 255, rounded up to 16 */
}

/* proves EN-6, EN-8 */
static void padding_of_12_and_of_1024_is_taken_and_one_step_beyond_is_not(void **state) {
  fixture *f = *state;
  seal_length(f, 4, 32 + 4 + 12);
  assert_ok(open_copy(f, MTP_FROM_SERVER, false, f->packet.size));
  seal_length(f, 8, 32 + 8 + 8);
  assert_status(MTP_ERR_REJECTED, open_copy(f, MTP_FROM_SERVER, false, f->packet.size));
  seal_length(f, 16, 32 + 16 + 1024);
  assert_ok(open_copy(f, MTP_FROM_SERVER, false, f->packet.size));
  seal_length(f, 12, 32 + 16 + 1024);
  assert_status(MTP_ERR_REJECTED, open_copy(f, MTP_FROM_SERVER, false, f->packet.size));
}

/* proves EN-8 */
static void a_length_that_lies_is_rejected(void **state) {
  static const uint32_t lengths[] = {1, 2, 3, 5, 20, 52, 64, 0x7ffffffc, 0x80000000, 0xfffffffc};
  fixture *f = *state;
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    seal_length(f, lengths[i], 32 + 16);
    assert_status(MTP_ERR_REJECTED, open_copy(f, MTP_FROM_SERVER, false, f->packet.size));
  }
}

/* proves EN-7, EN-13, RB-1 */
static void one_changed_bit_anywhere_is_rejected_and_nothing_is_given_out(void **state) {
  fixture *f = *state;
  uint8_t copy[24 + 128], zero[24 + 128] = {0};
  mtp_message m;
  seal(f, MTP_FROM_SERVER, 64, MTP_PADDING_BUCKETS);
  assert_int_equal(f->packet.size, sizeof copy);
  for (size_t bit = 0; bit < 8 * sizeof copy; bit++) {
    uint32_t token = 0;
    memcpy(copy, f->packet.data, sizeof copy);
    copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
    m = message_of(4);
    assert_status(MTP_ERR_REJECTED,
                  mtp_open(&f->key, MTP_FROM_SERVER, false, copy, sizeof copy, &m, &token));
    assert_memory_equal(copy, zero, sizeof copy);
    assert_true(m.salt == 0 && m.session_id == 0 && m.msg_id == 0 && !m.body.data && !token);
  }
}

/* proves EN-2, EN-7 */
static void another_key_id_is_rejected_also_with_a_right_msg_key(void **state) {
  fixture *f = *state;
  const uint64_t ids[] = {0, (uint64_t)f->key.id ^ 1, UINT64_MAX};
  seal(f, MTP_FROM_SERVER, 64, MTP_PADDING_BUCKETS);
  assert_ok(open_copy(f, MTP_FROM_SERVER, false, f->packet.size));
  for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
    tl_store64(f->packet.data, ids[i]);
    assert_status(MTP_ERR_REJECTED, open_copy(f, MTP_FROM_SERVER, false, f->packet.size));
  }
}

/* proves EN-7 */
static void a_cut_packet_is_rejected_at_every_size(void **state) {
  fixture *f = *state;
  seal(f, MTP_FROM_SERVER, 64, MTP_PADDING_BUCKETS);
  for (size_t size = 0; size < f->packet.size; size++) {
    assert_status(MTP_ERR_REJECTED, open_copy(f, MTP_FROM_SERVER, false, size));
    assert_status(MTP_ERR_REJECTED, open_copy(f, MTP_FROM_SERVER, true, size));
  }
}

/* proves TR-8 */
static void the_tail_of_a_padded_transport_is_trimmed(void **state) {
  fixture *f = *state;
  seal(f, MTP_FROM_SERVER, 64, MTP_PADDING_RANDOM);
  for (size_t tail = 0; tail < 16; tail++)
    assert_ok(open_copy(f, MTP_FROM_SERVER, true, f->packet.size + tail));
  assert_status(MTP_ERR_REJECTED, open_copy(f, MTP_FROM_SERVER, true, f->packet.size + 16));
  assert_status(MTP_ERR_REJECTED, open_copy(f, MTP_FROM_SERVER, false, f->packet.size + 4));
}

/* proves TR-5 */
static void both_sides_compute_the_same_quick_ack_token(void **state) {
  fixture *f = *state;
  mtp_message m = message_of(40);
  uint32_t sent = 0, received = 1;
  assert_ok(
      mtp_seal(&f->key, MTP_FROM_CLIENT, &m, MTP_PADDING_BUCKETS, &f->rng, &f->packet, &sent));
  assert_ok(
      mtp_open(&f->key, MTP_FROM_CLIENT, false, f->packet.data, f->packet.size, &m, &received));
  assert_int_equal(sent, received);
  uint8_t large[32]; /* of what now lies there decrypted */
  tl_bytes plain = tl_bytes_of(f->packet.data + 24, f->packet.size - 24);
  assert_ok(mtp_msg_key_large(&f->key, MTP_FROM_CLIENT, plain, large));
  assert_int_equal(sent, tl_load32(large) | 0x80000000u);
}

/* proves RB-3, EN-15 */
static void without_randomness_nothing_is_sealed(void **state) {
  fixture *f = *state;
  mtp_message m = message_of(40);
  for (int call = 0; call < 2; call++) {
    f->fake.calls = 0;
    f->fake.fail_after = call;
    assert_status(MTP_ERR_RANDOM, mtp_seal(&f->key, MTP_FROM_CLIENT, &m, MTP_PADDING_RANDOM,
                                           &f->rng, &f->packet, NULL));
    assert_int_equal(f->packet.size, 0);
  }
}

static void a_body_that_is_no_multiple_of_4_is_refused(void **state) {
  fixture *f = *state;
  mtp_message m = message_of(41);
  assert_status(MTP_ERR_ARGUMENT, mtp_seal(&f->key, MTP_FROM_CLIENT, &m, MTP_PADDING_BUCKETS,
                                           &f->rng, &f->packet, NULL));
}

/* proves RB-4 */
static void a_full_buffer_is_out_of_memory_and_unchanged(void **state) {
  fixture *f = *state;
  mtp_message m = message_of(400);
  tl_buffer small;
  tl_buffer_init(&small, NULL, 100);
  assert_int_equal(tl_buffer_append(&small, "kept", 4), TL_OK);
  assert_status(MTP_ERR_NOMEM,
                mtp_seal(&f->key, MTP_FROM_CLIENT, &m, MTP_PADDING_BUCKETS, &f->rng, &small, NULL));
  assert_status(MTP_ERR_NOMEM, mtp_plain_write(1, m.body, &small));
  assert_int_equal(small.size, 4);
  tl_buffer_free(&small);
}

/* proves EN-2 */
static void plain_messages_go_there_and_back(void **state) {
  fixture *f = *state;
  int64_t id = 0, key_id = 1;
  tl_bytes body;
  assert_ok(mtp_plain_write(0x51e57ac42770964a, tl_bytes_of(text, 20), &f->packet));
  assert_int_equal(f->packet.size, 40);
  assert_hex(f->packet.data, 20, "00000000000000004a967027c47ae55114000000");
  assert_true(packet_key_id(f->packet.data, f->packet.size, &key_id) && key_id == 0);
  assert_ok(mtp_plain_read(f->packet.data, f->packet.size, false, &id, &body));
  assert_true(id == 0x51e57ac42770964a && body.size == 20);
  assert_memory_equal(body.data, text, 20);
}

/* proves EN-2, TR-8 */
static void malformed_plain_messages_are_rejected(void **state) {
  fixture *f = *state;
  int64_t id;
  tl_bytes body;
  assert_ok(mtp_plain_write(4, tl_bytes_of(text, 20), &f->packet));
  uint8_t *p = f->packet.data;
  for (size_t size = 0; size < 40; size++)
    assert_status(MTP_ERR_REJECTED, mtp_plain_read(p, size, true, &id, &body));
  tl_store32(p + 16, 16);
  assert_ok(mtp_plain_read(p, 40, true, &id, &body));
  assert_int_equal(body.size, 16);
  assert_status(MTP_ERR_REJECTED, mtp_plain_read(p, 40, false, &id, &body));
  static const uint32_t lengths[] = {0, 19, 24, 0x80000014, 0xffffffff};
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    tl_store32(p + 16, lengths[i]);
    assert_status(MTP_ERR_REJECTED, mtp_plain_read(p, 40, true, &id, &body));
  }
  tl_store32(p + 16, 20);
  p[3] = 1;
  assert_status(MTP_ERR_REJECTED, mtp_plain_read(p, 40, false, &id, &body));
}

static void the_key_id_is_read_only_from_packets_that_can_have_one(void **state) {
  fixture *f = *state;
  int64_t id;
  seal(f, MTP_FROM_SERVER, 4, MTP_PADDING_BUCKETS);
  assert_true(packet_key_id(f->packet.data, f->packet.size, &id) && id == f->key.id);
  assert_false(packet_key_id(f->packet.data, 23, &id));
  assert_false(packet_key_id(f->packet.data, 4, &id));
}

#define row(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

/* proves EN-7, RB-1 */
static void every_byte_of_the_message_key_is_compared(void **state) {
  fixture *f = *state;
  uint8_t plain[64] = {0}, large[32];
  tl_store32(plain + 28, 4);
  for (size_t at = 0; at < 16; at++) { /* all but one byte right, and the keys made of that */
    mtp_message_keys keys;
    seal_raw(f, MTP_FROM_SERVER, plain, sizeof plain);
    assert_ok(mtp_msg_key_large(&f->key, MTP_FROM_SERVER, tl_bytes_of(plain, sizeof plain), large));
    assert_ok(open_copy(f, MTP_FROM_SERVER, false, f->packet.size));
    large[8 + at] ^= 1;
    assert_ok(mtp_message_keys_v2(&f->key, MTP_FROM_SERVER, large + 8, &keys));
    memcpy(f->packet.data + 8, large + 8, 16);
    assert_ok(mtp_ige_encrypt(keys.key, keys.iv, plain, sizeof plain, f->packet.data + 24));
    assert_status(MTP_ERR_REJECTED, open_copy(f, MTP_FROM_SERVER, false, f->packet.size));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      row(what_one_side_seals_the_other_opens),
      row(the_two_directions_have_different_keys),
      row(padded_sizes_come_from_a_short_list),
      row(random_padding_spreads_over_its_range),
      row(padding_of_12_and_of_1024_is_taken_and_one_step_beyond_is_not),
      row(a_length_that_lies_is_rejected),
      row(one_changed_bit_anywhere_is_rejected_and_nothing_is_given_out),
      row(every_byte_of_the_message_key_is_compared),
      row(another_key_id_is_rejected_also_with_a_right_msg_key),
      row(a_cut_packet_is_rejected_at_every_size),
      row(the_tail_of_a_padded_transport_is_trimmed),
      row(both_sides_compute_the_same_quick_ack_token),
      row(without_randomness_nothing_is_sealed),
      row(a_body_that_is_no_multiple_of_4_is_refused),
      row(a_full_buffer_is_out_of_memory_and_unchanged),
      row(plain_messages_go_there_and_back),
      row(malformed_plain_messages_are_rejected),
      row(the_key_id_is_read_only_from_packets_that_can_have_one),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
