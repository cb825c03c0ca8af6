/* AES-256-IGE with the AES instructions of x86.
 *
 * Both directions are one recurrence, y[i] = F(x[i] ^ y[i-1]) ^ x[i-1], with F the cipher for
 * encryption (x plain, y cipher) and its inverse for decryption (x cipher, y plain). A message is
 * one dependent chain, so its speed is the latency of that chain. Instead of y[i] the last round
 * gives the next block's input: everything that is xored to it (x[i-1], x[i+1], the first round
 * key) is known beforehand and goes into the last round key. The chain is then the 14 rounds and
 * nothing else; y[i] itself falls out beside it. */
#include "ige.h"

#include "secret.h"

#if defined(__GNUC__) && (defined(__x86_64__) || defined(__i386__))

#include <wmmintrin.h>

#define ROUNDS 14
#define TARGET __attribute__((target("aes,sse2")))

/* The compiler's runtime asks the processor once, at load: CPUID itself is slow in a virtual
 * machine.
 */
bool mtp_ige_x86_available(void) {
  return __builtin_cpu_supports("aes") && __builtin_cpu_supports("sse2");
}

static TARGET __m128i load(const uint8_t *p) {
  return _mm_loadu_si128((const __m128i *)(const void *)p);
}

static TARGET void store(uint8_t *p, __m128i v) {
  _mm_storeu_si128((__m128i *)(void *)p, v);
}

/* a, a^b, a^b^c, a^b^c^d over the four words of a round key. */
static TARGET __m128i spread(__m128i key) {
  key = _mm_xor_si128(key, _mm_slli_si128(key, 4));
  return _mm_xor_si128(key, _mm_slli_si128(key, 8));
}

static TARGET void expand(const uint8_t *key, __m128i round[ROUNDS + 1]) {
  int constant = 1;
  round[0] = load(key);
  round[1] = load(key + 16);
  for (int i = 2; i <= ROUNDS; i += 2) {
    __m128i word = _mm_shuffle_epi32(_mm_aeskeygenassist_si128(round[i - 1], 0), 0xff);
    word = _mm_xor_si128(word, _mm_set1_epi32(constant));
    constant <<= 1;
    round[i] = _mm_xor_si128(spread(round[i - 2]), word);
    if (i == ROUNDS)
      break;
    word = _mm_shuffle_epi32(_mm_aeskeygenassist_si128(round[i], 0), 0xaa);
    round[i + 1] = _mm_xor_si128(spread(round[i - 1]), word);
  }
}

static TARGET void invert(__m128i round[ROUNDS + 1]) {
  for (int i = 0, j = ROUNDS; i < j; i++, j--) {
    __m128i swap = round[i];
    round[i] = round[j];
    round[j] = swap;
  }
  for (int i = 1; i < ROUNDS; i++)
    round[i] = _mm_aesimc_si128(round[i]);
}

/* The recurrence, from x[-1] and y[-1]. round and last are the instructions of the direction. */
#define IGE_CHAIN(round_op, last_op)                                                               \
  __m128i x = load(in), state = _mm_xor_si128(_mm_xor_si128(x, y_before), key[0]);                 \
  for (size_t at = 0; at < size; at += 16) {                                                       \
    bool more = size - at > 16;                                                                    \
    __m128i next = more ? load(in + at + 16) : x;                                                  \
    __m128i fold = _mm_xor_si128(next, key[0]);                                                    \
    __m128i last = _mm_xor_si128(_mm_xor_si128(key[ROUNDS], x_before), fold);                      \
    for (int r = 1; r < ROUNDS; r++)                                                               \
      state = round_op(state, key[r]);                                                             \
    state = last_op(state, last);                                                                  \
    store(out + at, _mm_xor_si128(state, fold));                                                   \
    x_before = x;                                                                                  \
    x = next;                                                                                      \
  }

static TARGET void chain_encrypt(const __m128i key[ROUNDS + 1], __m128i x_before, __m128i y_before,
                                 const uint8_t *in, size_t size, uint8_t *out) {
  IGE_CHAIN(_mm_aesenc_si128, _mm_aesenclast_si128)
}

static TARGET void chain_decrypt(const __m128i key[ROUNDS + 1], __m128i x_before, __m128i y_before,
                                 const uint8_t *in, size_t size,
                                 uint8_t *out){IGE_CHAIN(_mm_aesdec_si128, _mm_aesdeclast_si128)}

TARGET void mtp_ige_x86_encrypt(const uint8_t *key, const uint8_t *iv, const uint8_t *in,
                                size_t size, uint8_t *out) {
  __m128i round[ROUNDS + 1];
  if (size == 0)
    return;
  expand(key, round);
  chain_encrypt(round, load(iv + 16), load(iv), in, size, out);
  mtp_wipe(round, sizeof round);
}

TARGET void mtp_ige_x86_decrypt(const uint8_t *key, const uint8_t *iv, const uint8_t *in,
                                size_t size, uint8_t *out) {
  __m128i round[ROUNDS + 1];
  if (size == 0)
    return;
  expand(key, round);
  invert(round);
  chain_decrypt(round, load(iv), load(iv + 16), in, size, out);
  mtp_wipe(round, sizeof round);
}

#else /* no such instructions: mtp_ige_encrypt() never calls these */

bool mtp_ige_x86_available(void) {
  return false;
}

void mtp_ige_x86_encrypt(const uint8_t *key, const uint8_t *iv, const uint8_t *in, size_t size,
                         uint8_t *out) {
  (void)key, (void)iv, (void)in, (void)size, (void)out;
}

void mtp_ige_x86_decrypt(const uint8_t *key, const uint8_t *iv, const uint8_t *in, size_t size,
                         uint8_t *out) {
  (void)key, (void)iv, (void)in, (void)size, (void)out;
}

#endif
