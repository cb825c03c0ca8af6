/* Packet framings by themselves, both sides: known bytes, every boundary of size, quick acks,
 * transport errors, and what may not come. */
#include <tl/wire.h>
#include <zlib.h>

#include "transport/framing.h"
#include "wire_fixture.h"

static const mtp_framing_class *const all[] = {&mtp_framing_abridged, &mtp_framing_intermediate,
                                               &mtp_framing_padded, &mtp_framing_full};

static mtp_framing framing_of(const mtp_framing_class *cls, mtp_side side) {
  return (mtp_framing){.cls = cls, .side = side, .max_packet = 1 << 20};
}

static mtp_frame decode(mtp_framing *framing, const void *in, size_t n) {
  mtp_frame frame = {.kind = MTP_FRAME_MORE};
  framing->cls->decode(framing, in, n, &frame);
  return frame;
}

#define decode_literal(framing, literal) decode((framing), (literal), sizeof(literal) - 1)

static tl_buffer encode(const mtp_framing_class *cls, mtp_side side, tl_bytes packet, bool ack) {
  mtp_framing framing = framing_of(cls, side);
  tl_buffer out;
  tl_buffer_init(&out, NULL, 0);
  assert_true(cls->encode(&framing, packet, ack, &out));
  return out;
}

static void assert_encodes(const mtp_framing_class *cls, bool ack, const char *head, size_t n,
                           size_t packet_size) {
  uint8_t *packet = packet_new(packet_size, 3);
  tl_buffer out = encode(cls, MTP_CLIENT_SIDE, tl_bytes_of(packet, packet_size), ack);
  assert_true(out.size >= n + packet_size);
  assert_memory_equal(out.data, head, n);
  assert_memory_equal(out.data + n, packet, packet_size);
  tl_buffer_free(&out);
  free(packet);
}

/* proves TR-1 */
static void abridged_lengths_take_one_byte_below_127_words_and_four_above(void **state) {
  (void)state;
  assert_encodes(&mtp_framing_abridged, false, "\x06", 1, 24);
  assert_encodes(&mtp_framing_abridged, false, "\x7e", 1, 126 * 4);
  assert_encodes(&mtp_framing_abridged, false, "\x7f\x7f\x00\x00", 4, 127 * 4);
  assert_encodes(&mtp_framing_abridged, false, "\x7f\x80\x00\x00", 4, 128 * 4);
  assert_encodes(&mtp_framing_abridged, false, "\x7f\x00\x01\x00", 4, 256 * 4);
  assert_encodes(&mtp_framing_abridged, false, "\x7f\x01\x00\x01", 4, 65537 * 4);
}

/* proves TR-5 */
static void a_wish_for_a_quick_ack_is_the_top_bit_of_the_length(void **state) {
  (void)state;
  assert_encodes(&mtp_framing_abridged, true, "\x86", 1, 24);
  assert_encodes(&mtp_framing_abridged, true, "\xff\x7f\x00\x00", 4, 127 * 4);
  assert_encodes(&mtp_framing_intermediate, true, "\x18\x00\x00\x80", 4, 24);
}

/* proves TR-2 */
static void intermediate_lengths_are_four_bytes_little_endian(void **state) {
  (void)state;
  assert_encodes(&mtp_framing_intermediate, false, "\x18\x00\x00\x00", 4, 24);
  assert_encodes(&mtp_framing_intermediate, false, "\x04\x00\x01\x00", 4, 65540);
}

/* proves TR-3 */
static void full_wraps_length_sequence_and_crc_around_a_packet(void **state) {
  (void)state;
  mtp_framing framing = framing_of(&mtp_framing_full, MTP_CLIENT_SIDE);
  tl_buffer out;
  tl_buffer_init(&out, NULL, 0);
  for (uint32_t i = 0; i < 3; i++) {
    tl_buffer_clear(&out);
    assert_true(framing.cls->encode(&framing, tl_bytes_of("abcdefgh", 8), false, &out));
    assert_int_equal(out.size, 20);
    assert_int_equal(tl_load32(out.data), 20);
    assert_int_equal(tl_load32(out.data + 4), i);
    assert_memory_equal(out.data + 8, "abcdefgh", 8);
    assert_int_equal(tl_load32(out.data + 16), crc32(0, out.data, 16));
  }
  tl_buffer_free(&out);
}

/* proves TR-2 */
static void padding_is_0_to_15_random_bytes_and_all_lengths_occur(void **state) {
  (void)state;
  fake_rng fake = fake_rng_of(NULL, 0);
  mtp_rng rng = fake_rng_view(&fake);
  mtp_framing framing = framing_of(&mtp_framing_padded, MTP_CLIENT_SIDE);
  uint8_t *packet = packet_new(40, 1);
  bool seen[16] = {false}, drawn[256] = {false};
  framing.rng = &rng;
  tl_buffer out;
  tl_buffer_init(&out, NULL, 0);
  for (int i = 0; i < 1000; i++) {
    tl_buffer_clear(&out);
    assert_true(framing.cls->encode(&framing, tl_bytes_of(packet, 40), false, &out));
    size_t padding = tl_load32(out.data) - 40;
    assert_true(padding < 16);
    assert_int_equal(out.size, 4 + 40 + padding);
    seen[padding] = true;
    drawn[padding > 0 ? out.data[out.size - 1] : 0] = true;
  }
  int values = 0;
  for (int i = 0; i < 256; i++)
    values += drawn[i];
  assert_true(values > 200); /* of 256 that a random byte has */
  for (int i = 0; i < 16; i++)
    assert_true(seen[i]);
  tl_buffer_free(&out);
  free(packet);
}

/* A packet there and back, whole and byte by byte. */
static void round_trip(const mtp_framing_class *cls, mtp_side from, size_t size, bool ack) {
  uint8_t *packet = packet_new(size, (uint8_t)size);
  mtp_side to = from == MTP_CLIENT_SIDE ? MTP_SERVER_SIDE : MTP_CLIENT_SIDE;
  tl_buffer out = encode(cls, from, tl_bytes_of(packet, size), ack);
  mtp_framing reader = framing_of(cls, to);
  reader.max_packet = MTP_MAX_PACKET;
  size_t step = out.size > 4096 ? 997 : 1;
  for (size_t n = 0; n < out.size; n += step) {
    mtp_frame frame = decode(&reader, out.data, n);
    assert_int_equal(frame.kind, MTP_FRAME_MORE);
    assert_int_equal(frame.used, 0);
  }
  mtp_frame frame = decode(&reader, out.data, out.size);
  assert_int_equal(frame.kind, MTP_FRAME_PACKET);
  assert_int_equal(frame.used, out.size);
  assert_int_equal(frame.packet.size, size);
  assert_memory_equal(frame.packet.data, packet, size);
  assert_int_equal(frame.quick_ack, ack && to == MTP_SERVER_SIDE && cls->quick_ack);
  tl_buffer_free(&out);
  free(packet);
}

/* proves TR-1, TR-2, TR-3, TR-4 */
static void every_framing_returns_what_was_sent_at_every_boundary(void **state) {
  static const size_t words[] = {6,     7,     8,     10,    62,      63,     64,  125,
                                 126,   127,   128,   129,   255,     256,    257, 16383,
                                 16384, 65535, 65536, 65537, 1 << 18, 1 << 22};
  (void)state;
  for (size_t f = 0; f < sizeof all / sizeof *all; f++)
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
      for (int ack = 0; ack < 2; ack++) {
        round_trip(all[f], MTP_CLIENT_SIDE, words[i] * 4, ack);
        round_trip(all[f], MTP_SERVER_SIDE, words[i] * 4, ack);
      }
}

/* proves TR-4 */
static void a_packet_beyond_the_cap_is_refused_from_its_header(void **state) {
  (void)state;
  static const struct {
    const mtp_framing_class *cls;
    const char *head;
    size_t size;
  } cases[] = {
      {&mtp_framing_abridged, "\x7f\x01\x00\x04", 4},
      {&mtp_framing_intermediate, "\x04\x00\x10\x00", 4},
      {&mtp_framing_padded, "\x10\x00\x10\x00", 4},
      {&mtp_framing_full, "\x10\x00\x10\x00", 4},
      {&mtp_framing_intermediate, "\xff\xff\xff\x7f", 4},
      {&mtp_framing_full, "\xfc\xff\xff\xff", 4},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    mtp_framing framing = framing_of(cases[i].cls, MTP_CLIENT_SIDE);
    assert_int_equal(decode(&framing, cases[i].head, cases[i].size).kind, MTP_FRAME_BAD);
    assert_int_equal(framing.failure.kind, MTP_FAIL_OVERSIZED);
  }
  mtp_framing fits = framing_of(&mtp_framing_abridged, MTP_CLIENT_SIDE);
  assert_int_equal(decode_literal(&fits, "\x7f\x00\x00\x04").kind, MTP_FRAME_MORE);
}

static void assert_bad(const mtp_framing_class *cls, mtp_cause kind, const void *in, size_t n) {
  mtp_framing framing = framing_of(cls, MTP_CLIENT_SIDE);
  assert_int_equal(decode(&framing, in, n).kind, MTP_FRAME_BAD);
  assert_int_equal(framing.failure.kind, kind);
}

#define assert_garbage(cls, literal)                                                               \
  assert_bad((cls), MTP_FAIL_GARBAGE, (literal), sizeof(literal) - 1)

/* proves TR-3, TR-4 */
static void lengths_that_no_packet_has_are_refused(void **state) {
  (void)state;
  assert_garbage(&mtp_framing_abridged, "\x00");
  assert_garbage(&mtp_framing_intermediate, "\x00\x00\x00\x00");
  assert_garbage(&mtp_framing_intermediate, "\x05\x00\x00\x00zzzzz");
  assert_garbage(&mtp_framing_padded, "\x03\x00\x00\x00zzz");
  assert_garbage(&mtp_framing_full, "\x0b\x00\x00\x00");
  assert_garbage(&mtp_framing_full, "\x00\x00\x00\x00");
  assert_garbage(&mtp_framing_full, "\x0e\x00\x00\x00");
}

/* proves TR-2 */
static void only_padding_makes_a_length_that_is_no_multiple_of_four(void **state) {
  (void)state;
  for (uint8_t size = 25; size < 60; size++) {
    uint8_t in[64] = {size};
    mtp_framing framing = framing_of(&mtp_framing_padded, MTP_CLIENT_SIDE);
    if (size % 4)
      assert_bad(&mtp_framing_intermediate, MTP_FAIL_GARBAGE, in, 4 + (size_t)size);
    assert_int_equal(decode(&framing, in, 4 + (size_t)size).kind, MTP_FRAME_PACKET);
  }
}

/* proves TR-3 */
static void full_refuses_a_wrong_crc_and_a_wrong_sequence_number(void **state) {
  (void)state;
  uint8_t *packet = packet_new(24, 9);
  tl_buffer out = encode(&mtp_framing_full, MTP_SERVER_SIDE, tl_bytes_of(packet, 24), false);
  mtp_framing once = framing_of(&mtp_framing_full, MTP_CLIENT_SIDE);
  assert_int_equal(decode(&once, out.data, out.size).kind, MTP_FRAME_PACKET);
  assert_int_equal(decode(&once, out.data, out.size).kind, MTP_FRAME_BAD);
  assert_int_equal(once.failure.kind, MTP_FAIL_CHECKSUM);
  for (size_t bit = 32; bit < out.size * 8; bit++) {
    out.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    assert_bad(&mtp_framing_full, MTP_FAIL_CHECKSUM, out.data, out.size);
    out.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
  }
  tl_buffer_free(&out);
  free(packet);
}

static void assert_error(const mtp_framing_class *cls, const void *in, size_t n, int32_t code) {
  mtp_framing framing = framing_of(cls, MTP_CLIENT_SIDE);
  mtp_frame frame = decode(&framing, in, n);
  assert_int_equal(frame.kind, MTP_FRAME_ERROR);
  assert_int_equal(frame.code, code);
  assert_int_equal(frame.used, n);
}

#define assert_error_literal(cls, literal, code)                                                   \
  assert_error((cls), (literal), sizeof(literal) - 1, (code))

/* proves TR-6 */
static void four_negative_bytes_are_a_transport_error(void **state) {
  (void)state;
  assert_error_literal(&mtp_framing_abridged, "\x01\x6c\xfe\xff\xff", -404);
  assert_error_literal(&mtp_framing_intermediate, "\x04\x00\x00\x00\x53\xfe\xff\xff", -429);
  assert_error_literal(&mtp_framing_intermediate, "\x04\x00\x00\x00\x00\x00\x00\x80", INT32_MIN);
  assert_error_literal(&mtp_framing_intermediate, "\x04\x00\x00\x00\xff\xff\xff\xff", -1);
  assert_error_literal(&mtp_framing_padded, "\x04\x00\x00\x00\x6c\xfe\xff\xff", -404);
  assert_error_literal(&mtp_framing_padded, "\x07\x00\x00\x00\x44\xfe\xff\xffxyz", -444);
  assert_error_literal(&mtp_framing_padded,
                       "\x0f\x00\x00\x00\x6c\xfe\xff\xff"
                       "abcdefghijk",
                       -404);
}

/* proves TR-6 */
static void the_server_writes_errors_that_the_client_reads_in_every_framing(void **state) {
  (void)state;
  for (size_t f = 0; f < sizeof all / sizeof *all; f++)
    for (int i = 0; i < 100; i++) {
      tl_buffer out = encode(all[f], MTP_SERVER_SIDE, tl_bytes_of("\x6c\xfe\xff\xff", 4), false);
      assert_error(all[f], out.data, out.size, -404);
      tl_buffer_free(&out);
    }
}

/* proves TR-6 */
static void zero_is_nothing_and_a_positive_code_is_garbage(void **state) {
  (void)state;
  mtp_framing framing = framing_of(&mtp_framing_intermediate, MTP_CLIENT_SIDE);
  mtp_frame frame = decode_literal(&framing, "\x04\x00\x00\x00\x00\x00\x00\x00");
  assert_int_equal(frame.kind, MTP_FRAME_SKIP);
  assert_int_equal(frame.used, 8);
  assert_garbage(&mtp_framing_intermediate, "\x04\x00\x00\x00\x01\x00\x00\x00");
}

static void assert_quick_ack(const mtp_framing_class *cls, const void *in, size_t n) {
  mtp_framing framing = framing_of(cls, MTP_CLIENT_SIDE);
  for (size_t i = 0; i < n; i++)
    assert_int_equal(decode(&framing, in, i).kind, MTP_FRAME_MORE);
  mtp_frame frame = decode(&framing, in, n);
  assert_int_equal(frame.kind, MTP_FRAME_QUICK_ACK);
  assert_int_equal(frame.token, 0x84030201u);
  assert_int_equal(frame.used, n);
}

/* proves TR-5 */
static void quick_acks_are_never_taken_for_a_length(void **state) {
  (void)state;
  assert_quick_ack(&mtp_framing_abridged, "\x84\x03\x02\x01", 4);
  assert_quick_ack(&mtp_framing_intermediate, "\x01\x02\x03\x84", 4);
  assert_quick_ack(&mtp_framing_padded, "\x08\x00\x00\x00\xff\xff\xff\xff\x01\x02\x03\x84", 12);
  assert_quick_ack(&mtp_framing_padded,
                   "\x10\x00\x00\x00\xff\xff\xff\xff\x01\x02\x03\x84"
                   "abcdefgh",
                   20);
  assert_quick_ack(&mtp_framing_padded, /* the top bit is ours to set */
                   "\x08\x00\x00\x00\xff\xff\xff\xff\x01\x02\x03\x04", 12);
}

/* proves TR-5 */
static void the_server_writes_the_quick_acks_that_the_client_reads(void **state) {
  (void)state;
  for (size_t f = 0; f < 3; f++)
    for (int i = 0; i < 200; i++) {
      mtp_framing server = framing_of(all[f], MTP_SERVER_SIDE);
      tl_buffer out;
      tl_buffer_init(&out, NULL, 0);
      assert_true(server.cls->quick_ack(&server, 0x84030201u, &out));
      assert_quick_ack(all[f], out.data, out.size);
      tl_buffer_free(&out);
    }
}

/* proves TR-8 */
static void padding_behind_a_message_is_cut_off(void **state) {
  (void)state;
  for (size_t size = 24; size < 200; size += 4)
    for (size_t padding = 0; padding < 16; padding++) {
      uint8_t frame_bytes[256];
      uint8_t *packet = packet_new(size, (uint8_t)padding);
      tl_store32(frame_bytes, (uint32_t)(size + padding));
      memcpy(frame_bytes + 4, packet, size);
      memset(frame_bytes + 4 + size, 0xa5, padding);
      mtp_framing framing = framing_of(&mtp_framing_padded, MTP_CLIENT_SIDE);
      mtp_frame frame = decode(&framing, frame_bytes, 4 + size + padding);
      assert_int_equal(frame.kind, MTP_FRAME_PACKET);
      assert_int_equal(frame.packet.size, size);
      assert_int_equal(frame.used, 4 + size + padding);
      free(packet);
    }
}

/* proves TR-8 */
static void a_message_length_beyond_its_packet_is_left_for_the_session_to_refuse(void **state) {
  (void)state;
  static const uint32_t lengths[] = {21, 24, 40, 0xffffffffu};
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    uint8_t bytes_in[4 + 40] = {40};
    tl_store32(bytes_in + 4 + 16, lengths[i]);
    mtp_framing framing = framing_of(&mtp_framing_padded, MTP_CLIENT_SIDE);
    mtp_frame frame = decode(&framing, bytes_in, sizeof bytes_in);
    assert_int_equal(frame.kind, MTP_FRAME_PACKET);
    assert_int_equal(frame.packet.size, 40);
  }
}

/* proves TR-4 */
static void random_bytes_never_break_a_framing(void **state) {
  (void)state;
  fake_rng fake = fake_rng_of(NULL, 0);
  for (int round = 0; round < 20000; round++) {
    uint8_t in[96];
    fake_rng_fill(&fake, in, sizeof in);
    const mtp_framing_class *cls = all[round % 4];
    mtp_framing framing = framing_of(cls, round & 4 ? MTP_CLIENT_SIDE : MTP_SERVER_SIDE);
    framing.max_packet = 1024;
    in[1] &= round & 8 ? 0 : 0xff;
    in[2] &= round & 8 ? 0 : 0xff;
    in[3] &= round & 8 ? 0 : 0xff;
    mtp_frame frame = decode(&framing, in, sizeof in);
    assert_true(frame.used <= sizeof in);
    if (frame.kind == MTP_FRAME_PACKET) {
      assert_true(frame.packet.data >= in);
      assert_true(frame.packet.data + frame.packet.size <= in + sizeof in);
    }
  }
}

/* proves RB-3 */
static void no_randomness_for_padding_is_a_failure(void **state) {
  (void)state;
  fake_rng fake = fake_rng_of(NULL, 0);
  fake.fail_after = 0;
  mtp_rng rng = fake_rng_view(&fake);
  mtp_framing framing = framing_of(&mtp_framing_padded, MTP_CLIENT_SIDE);
  framing.rng = &rng;
  tl_buffer out;
  tl_buffer_init(&out, NULL, 0);
  assert_false(framing.cls->encode(&framing, tl_bytes_of("abcd", 4), false, &out));
  assert_int_equal(framing.failure.kind, MTP_ERR_RANDOM);
  assert_int_equal(out.size, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(abridged_lengths_take_one_byte_below_127_words_and_four_above),
      cmocka_unit_test(a_wish_for_a_quick_ack_is_the_top_bit_of_the_length),
      cmocka_unit_test(intermediate_lengths_are_four_bytes_little_endian),
      cmocka_unit_test(full_wraps_length_sequence_and_crc_around_a_packet),
      cmocka_unit_test(padding_is_0_to_15_random_bytes_and_all_lengths_occur),
      cmocka_unit_test(every_framing_returns_what_was_sent_at_every_boundary),
      cmocka_unit_test(a_packet_beyond_the_cap_is_refused_from_its_header),
      cmocka_unit_test(lengths_that_no_packet_has_are_refused),
      cmocka_unit_test(only_padding_makes_a_length_that_is_no_multiple_of_four),
      cmocka_unit_test(full_refuses_a_wrong_crc_and_a_wrong_sequence_number),
      cmocka_unit_test(four_negative_bytes_are_a_transport_error),
      cmocka_unit_test(the_server_writes_errors_that_the_client_reads_in_every_framing),
      cmocka_unit_test(zero_is_nothing_and_a_positive_code_is_garbage),
      cmocka_unit_test(quick_acks_are_never_taken_for_a_length),
      cmocka_unit_test(the_server_writes_the_quick_acks_that_the_client_reads),
      cmocka_unit_test(padding_behind_a_message_is_cut_off),
      cmocka_unit_test(a_message_length_beyond_its_packet_is_left_for_the_session_to_refuse),
      cmocka_unit_test(random_bytes_never_break_a_framing),
      cmocka_unit_test(no_randomness_for_padding_is_a_failure),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
