/* The ClientHello of fake TLS, byte by byte. */
#include <openssl/bn.h>
#include <openssl/hmac.h>
#include <tl/wire.h>

#include "wire_fixture.h"

/* Both kinds, by turns. */
static mtp_hello_kind kind_of(uint64_t seed) {
  return seed % 2 ? MTP_HELLO_CLASSIC : MTP_HELLO_HYBRID;
}

static size_t load16(const uint8_t *p) {
  return (size_t)p[0] << 8 | p[1];
}

static bool is_grease(const uint8_t *p) {
  return p[0] == p[1] && (p[0] & 15) == 10;
}

/* One extension; the walk over them checks their lengths. */
typedef struct extension {
  size_t type, size;
  const uint8_t *body;
} extension;

static size_t list_extensions(const tl_buffer *hello, extension *list, size_t max) {
  const uint8_t *at = hello->data + 11 + 32 + 33 + 2 + 32 + 2;
  const uint8_t *end = at + 2 + load16(at);
  size_t count = 0;
  assert_ptr_equal(end, hello->data + hello->size);
  for (at += 2; at < end; count++) {
    assert_true(count < max && end - at >= 4);
    list[count] = (extension){load16(at), load16(at + 2), at + 4};
    at += 4 + list[count].size;
  }
  assert_ptr_equal(at, end);
  return count;
}

static const extension *find(const extension *list, size_t count, size_t type) {
  const extension *found = NULL;
  for (size_t i = 0; i < count; i++)
    if (list[i].type == type) {
      assert_null(found);
      found = &list[i];
    }
  return found;
}

/* proves TR-12 */
static void the_classic_hello_is_a_well_formed_tls_record_of_517_bytes(void **state) {
  uint8_t session[32] = {0}; /* of the one before */
  (void)state;
  for (uint64_t seed = 0; seed < 50; seed++) {
    tl_buffer hello = faketls_hello("www.example.com", MTP_HELLO_CLASSIC, seed, FAKETLS_NOW);
    const uint8_t *h = hello.data;
    assert_int_equal(hello.size, 517);
    assert_memory_equal(h, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
    assert_int_equal(h[43], 32);
    assert_memory_not_equal(h + 44, session, 32);
    memcpy(session, h + 44, 32);
    assert_int_equal(load16(h + 76), 32);
    assert_true(is_grease(h + 78));
    assert_memory_equal(h + 80, "\x13\x01\x13\x02\x13\x03", 6);
    assert_memory_equal(h + 110, "\x01\x00", 2);
    tl_buffer_free(&hello);
  }
}

/* proves TR-12 */
static void the_hello_carries_the_domain_and_what_browsers_send(void **state) {
  static const size_t wanted[] = {0x05, 0x0a, 0x0b, 0x0d, 0x10, 0x12,  0x17,
                                  0x1b, 0x23, 0x2b, 0x2d, 0x33, 0xff01};
  (void)state;
  for (uint64_t seed = 0; seed < 50; seed++) {
    extension list[32];
    tl_buffer hello = faketls_hello("www.example.com", kind_of(seed), seed, FAKETLS_NOW);
    size_t count = list_extensions(&hello, list, 32);
    const extension *name = find(list, count, 0);
    assert_non_null(name);
    assert_int_equal(name->size, 5 + 15);
    assert_memory_equal(name->body,
                        "\x00\x12\x00\x00\x0f"
                        "www.example.com",
                        20);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
      assert_non_null(find(list, count, wanted[i]));
    assert_true(is_grease((const uint8_t[]){(uint8_t)(list[0].type >> 8), (uint8_t)list[0].type}));
    bool classic = kind_of(seed) == MTP_HELLO_CLASSIC;
    assert_true((find(list, count, 0x15) == &list[count - 1]) == classic);
    assert_true((find(list, count, 0xfe0d) == NULL) == classic);
    assert_non_null(find(list, count, classic ? 0x4469 : 0x44cd));
    for (size_t i = 0; classic && i < list[count - 1].size; i++)
      assert_int_equal(list[count - 1].body[i], 0);
    tl_buffer_free(&hello);
  }
}

/* proves TR-12 */
static void grease_values_differ_from_their_neighbours(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 300; seed++) {
    extension list[32];
    tl_buffer hello = faketls_hello("a.b", kind_of(seed), seed, FAKETLS_NOW);
    size_t count = list_extensions(&hello, list, 32);
    const extension *groups = find(list, count, 0x0a), *share = find(list, count, 0x33);
    const extension *versions = find(list, count, 0x2b);
    assert_true(is_grease(groups->body + 2));
    assert_true(is_grease(versions->body + 1));
    assert_memory_equal(share->body + 2, groups->body + 2, 2);
    const extension *last = &list[count - 1 - (list[count - 1].type == 0x15)];
    assert_int_equal(last->size, 1);
    assert_int_equal(last->type & 0x0f0f, 0x0a0a);
    assert_int_not_equal(list[0].type, last->type);
    tl_buffer_free(&hello);
  }
}

/* x^3 + 486662 x^2 + x must be a square modulo p = 2^255 - 19: Euler's criterion. */
static bool on_curve(const uint8_t share[32]) {
  BN_CTX *ctx = BN_CTX_new();
  BIGNUM *p = NULL, *x = BN_lebin2bn(share, 32, NULL), *y = BN_new(), *a = BN_new();
  BN_hex2bn(&p, "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed");
  bool below = BN_cmp(x, p) < 0;
  BN_set_word(a, 486662);
  BN_mod_add(y, x, a, p, ctx);
  BN_mod_mul(y, y, x, p, ctx);
  BN_add_word(y, 1);
  BN_mod_mul(y, y, x, p, ctx);
  BN_copy(a, p);
  BN_sub_word(a, 1);
  BN_rshift1(a, a);
  BN_mod_exp(y, y, a, p, ctx);
  bool square = BN_is_one(y);
  BN_free(p);
  BN_free(x);
  BN_free(y);
  BN_free(a);
  BN_CTX_free(ctx);
  return below && square;
}

/* FIPS 203, 7.2: every number of twelve bits is below q. */
static bool passes_modulus_check(const uint8_t key[1184]) {
  bool ok = true;
  for (size_t i = 0; i < 1152; i += 3)
    ok = ok && (key[i] | (key[i + 1] & 15) << 8) < 3329 &&
         (key[i + 1] >> 4 | key[i + 2] << 4) < 3329;
  return ok;
}

/* proves TR-12 */
static void the_key_shares_are_valid(void **state) {
  (void)state;
  static const uint8_t off[32] = {2}, high[1184] = {[600] = 0xff, [601] = 0x0f};
  assert_false(on_curve(off)); /* the checks themselves can fail */
  assert_false(passes_modulus_check(high));
  for (uint64_t seed = 0; seed < 40; seed++) {
    extension list[32];
    bool hybrid = kind_of(seed) == MTP_HELLO_HYBRID;
    tl_buffer hello = faketls_hello("a.b", kind_of(seed), seed, FAKETLS_NOW);
    size_t count = list_extensions(&hello, list, 32);
    const extension *share = find(list, count, 0x33), *groups = find(list, count, 0x0a);
    const uint8_t *at = share->body + 4;
    assert_int_equal(share->size, hybrid ? 43 + 1220 : 43);
    assert_int_equal(load16(share->body), share->size - 2);
    assert_memory_equal(at, "\x00\x01\x00", 3);
    at += 3;
    if (hybrid) {
      assert_memory_equal(at, "\x11\xec\x04\xc0", 4);
      assert_memory_equal(groups->body + 4, "\x11\xec\x00\x1d", 4);
      assert_true(passes_modulus_check(at + 4));
      assert_true(on_curve(at + 4 + 1184));
      at += 4 + 1216;
    }
    assert_memory_equal(at, "\x00\x1d\x00\x20", 4);
    assert_true(on_curve(at + 4));
    tl_buffer_free(&hello);
  }
}

/* proves TR-12 */
static void the_encrypted_hello_has_one_of_the_sizes_of_a_browser(void **state) {
  unsigned sizes = 0;
  (void)state;
  for (uint64_t seed = 0; seed < 40; seed++) {
    extension list[32];
    tl_buffer hello = faketls_hello("a.b", MTP_HELLO_HYBRID, seed, FAKETLS_NOW);
    const extension *ech = find(list, list_extensions(&hello, list, 32), 0xfe0d);
    assert_memory_equal(ech->body, "\x00\x00\x01\x00\x01", 5);
    assert_memory_equal(ech->body + 6, "\x00\x20", 2);
    assert_true(on_curve(ech->body + 8));
    size_t payload = load16(ech->body + 40);
    assert_int_equal(ech->size, 42 + payload);
    assert_true(payload >= 144 && payload <= 240 && (payload - 144) % 32 == 0);
    sizes |= 1u << (payload - 144) / 32;
    tl_buffer_free(&hello);
  }
  assert_int_equal(sizes, 15); /* each of the four turns up */
}

/* proves TR-12 */
static void the_hello_is_signed_with_secret_and_time(void **state) {
  (void)state;
  for (int64_t now = FAKETLS_NOW; now < FAKETLS_NOW + 5; now++) {
    tl_buffer hello = faketls_hello("www.example.com", kind_of((uint64_t)now), 1, now);
    mtp_secret secret = faketls_secret("");
    uint8_t random[32], want[32];
    memcpy(random, hello.data + 11, 32);
    memset(hello.data + 11, 0, 32);
    HMAC(EVP_sha256(), secret.key, 16, hello.data, hello.size, want, NULL);
    assert_memory_equal(random, want, 28);
    assert_int_equal(tl_load32(random + 28) ^ tl_load32(want + 28), now);
    tl_buffer_free(&hello);
  }
}

/* proves TR-12 */
static void no_two_hellos_are_alike_and_the_order_of_extensions_varies(void **state) {
  uint8_t randoms[50][32];
  size_t first_types[50], different = 0;
  (void)state;
  for (uint64_t seed = 0; seed < 50; seed++) {
    extension list[32];
    tl_buffer hello = faketls_hello("a.b", kind_of(seed), seed, FAKETLS_NOW);
    list_extensions(&hello, list, 32);
    memcpy(randoms[seed], hello.data + 11, 32);
    first_types[seed] = list[1].type;
    for (uint64_t i = 0; i < seed; i++)
      assert_memory_not_equal(randoms[i], randoms[seed], 32);
    different += seed && first_types[seed] != first_types[0];
    tl_buffer_free(&hello);
  }
  assert_true(different > 10);
}

static void check_lengths(const char *domain, mtp_hello_kind kind) {
  extension list[32];
  tl_buffer hello = faketls_hello(domain, kind, strlen(domain), FAKETLS_NOW);
  assert_int_equal(load16(hello.data + 3), hello.size - 5);
  assert_int_equal(load16(hello.data + 7), hello.size - 9);
  size_t count = list_extensions(&hello, list, 32);
  assert_int_equal(find(list, count, 0)->size, 5 + strlen(domain));
  assert_true(hello.size >= 513 && hello.size < 2500);
  assert_true(hello.size == 517 || find(list, count, 0x15) == NULL);
  tl_buffer_free(&hello);
}

/* proves TR-11, TR-12 */
static void every_length_of_domain_makes_a_well_formed_hello(void **state) {
  (void)state;
  for (size_t n = 1; n <= MTP_DOMAIN_MAX; n++) {
    char domain[MTP_DOMAIN_MAX + 1] = "";
    memset(domain, 'd', n);
    check_lengths(domain, MTP_HELLO_CLASSIC);
    check_lengths(domain, MTP_HELLO_HYBRID);
  }
}

/* proves RB-3 */
static void without_randomness_there_is_no_hello(void **state) {
  static const mtp_hello_kind kinds[] = {MTP_HELLO_CLASSIC, MTP_HELLO_HYBRID};
  mtp_secret secret = faketls_secret("a.b");
  (void)state;
  for (size_t i = 0; i < 2; i++) {
    int n = 0;
    for (bool through = false; !through; n++) {
      fake_rng fake = fake_rng_of(NULL, 0);
      mtp_rng rng = fake_rng_view(&fake);
      mtp_failure failure = {.kind = MTP_OK};
      tl_buffer out;
      tl_buffer_init(&out, NULL, 0);
      fake.fail_after = n;
      through = mtp_faketls_hello(&rng, &secret, kinds[i], FAKETLS_NOW, &out, &failure);
      assert_int_equal(through, fake.calls <= n);
      if (!through)
        assert_int_equal(failure.kind, MTP_ERR_RANDOM);
      assert_int_equal(out.size > 0, through);
      tl_buffer_free(&out);
    }
    assert_true(n > (kinds[i] == MTP_HELLO_HYBRID ? 5 : 2));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_classic_hello_is_a_well_formed_tls_record_of_517_bytes),
      cmocka_unit_test(the_hello_carries_the_domain_and_what_browsers_send),
      cmocka_unit_test(grease_values_differ_from_their_neighbours),
      cmocka_unit_test(the_key_shares_are_valid),
      cmocka_unit_test(the_encrypted_hello_has_one_of_the_sizes_of_a_browser),
      cmocka_unit_test(the_hello_is_signed_with_secret_and_time),
      cmocka_unit_test(no_two_hellos_are_alike_and_the_order_of_extensions_varies),
      cmocka_unit_test(every_length_of_domain_makes_a_well_formed_hello),
      cmocka_unit_test(without_randomness_there_is_no_hello),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
