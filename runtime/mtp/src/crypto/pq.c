/* Factoring 64-bit numbers by Pollard's rho as Brent improved it (BIT 20, 1980), on numbers in
 * Montgomery form: a product modulo n is three multiplications and no division. Differences are
 * multiplied up and share one gcd per batch.
 *
 * Nothing here is secret: pq travels in the clear. */
#include "pq.h"

#include "mul64.h"

#define SMALL_LIMIT 1000 /* divisors below are tried one by one */
#define BATCH       512
#define MAX_STEPS   (1u << 21) /* of one walk: some 20 times what two 32-bit primes need */
#define MAX_WALKS   32

/* Arithmetic modulo an odd n, numbers x held as x * 2^64 mod n. */
typedef struct modulus {
  uint64_t n;
  uint64_t inverse; /* n * inverse == 1 mod 2^64 */
  uint64_t one;     /* 2^64 mod n */
} modulus;

static modulus modulus_of(uint64_t n) {
  uint64_t inverse = n; /* right to 3 bits; every step doubles that */
  for (int i = 0; i < 5; i++)
    inverse *= 2 - n * inverse;
  modulus m = {n, inverse, (0 - n) % n};
  return m;
}

static uint64_t multiply(const modulus *m, uint64_t a, uint64_t b) {
  uint64_t high, reduced;
  uint64_t low = mtp_mul64(a, b, &high);
  (void)mtp_mul64(low * m->inverse, m->n, &reduced);
  return high - reduced + (high < reduced ? m->n : 0);
}

static uint64_t add(const modulus *m, uint64_t a, uint64_t b) {
  uint64_t room = m->n - b;
  return a >= room ? a - room : a + b;
}

static uint64_t difference(uint64_t a, uint64_t b) {
  return a > b ? a - b : b - a;
}

static uint64_t gcd(uint64_t a, uint64_t b) {
  while (b) {
    uint64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

static uint64_t to_form(const modulus *m, uint64_t x) {
  uint64_t result = 0, term = m->one; /* by doubling: x is small */
  for (; x; x >>= 1) {
    if (x & 1)
      result = add(m, result, term);
    term = add(m, term, term);
  }
  return result;
}

/* One round of Miller-Rabin: whether n, with n - 1 = odd * 2^twos, looks prime to this base. */
static bool passes(const modulus *m, uint64_t base, uint64_t odd, unsigned twos) {
  uint64_t minus_one = m->n - m->one, x = m->one;
  base = to_form(m, base);
  for (uint64_t e = odd; e; e >>= 1) {
    if (e & 1)
      x = multiply(m, x, base);
    base = multiply(m, base, base);
  }
  if (x == m->one || x == minus_one)
    return true;
  while (--twos) {
    x = multiply(m, x, x);
    if (x == minus_one)
      return true;
  }
  return false;
}

bool mtp_is_prime64(uint64_t n) {
  /* These bases leave no composite below 2^64 (Sorenson and Webster, 2015). */
  static const uint8_t bases[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};
  if (n < 2)
    return false;
  for (size_t i = 0; i < sizeof bases; i++)
    if (n % bases[i] == 0)
      return n == bases[i];
  modulus m = modulus_of(n);
  uint64_t odd = n - 1;
  unsigned twos = 0;
  for (; odd % 2 == 0; odd /= 2)
    twos++;
  for (size_t i = 0; i < sizeof bases; i++)
    if (!passes(&m, bases[i], odd, twos))
      return false;
  return true;
}

static uint64_t small_factor(uint64_t n) {
  for (uint64_t d = 3; d < SMALL_LIMIT && d * d <= n; d += 2)
    if (n % d == 0)
      return d;
  return 0;
}

/* The walk x -> x * x + c. */
static uint64_t step(const modulus *m, uint64_t x, uint64_t c) {
  return add(m, multiply(m, x, x), c);
}

/* A batch found n itself: its steps again, one gcd each. */
static uint64_t retrace(const modulus *m, uint64_t c, uint64_t fixed, uint64_t x) {
  uint64_t found = 1;
  for (unsigned i = 0; found == 1 && i < BATCH; i++) {
    x = step(m, x, c);
    found = gcd(m->n, difference(fixed, x));
  }
  return found;
}

/* One walk: a proper factor of the composite n, or 0 when this c finds none. */
static uint64_t walk(const modulus *m, uint64_t c) {
  uint64_t x = c, found = 1;
  for (unsigned length = 1; length <= MAX_STEPS; length *= 2) {
    uint64_t fixed = x;
    for (unsigned i = 0; i < length; i++)
      x = step(m, x, c);
    for (unsigned done = 0; done < length; done += BATCH) {
      uint64_t before = x, product = m->one;
      for (unsigned i = 0; i < BATCH && i < length - done; i++) {
        x = step(m, x, c);
        product = multiply(m, product, difference(fixed, x));
      }
      found = gcd(m->n, product);
      if (found == m->n)
        found = retrace(m, c, fixed, before);
      if (found != 1)
        return found == m->n ? 0 : found;
    }
  }
  return 0;
}

static uint64_t find_factor(uint64_t n) {
  uint64_t factor = small_factor(n);
  modulus m = modulus_of(n);
  for (uint64_t i = 1; !factor && i <= MAX_WALKS; i++)
    factor = walk(&m, to_form(&m, i));
  return factor;
}

mtp_status mtp_pq_factor(uint64_t pq, uint64_t *p, uint64_t *q) {
  *p = *q = 0;
  if (pq < 15 || pq % 2 == 0 || mtp_is_prime64(pq))
    return MTP_ERR_REJECTED;
  uint64_t factor = find_factor(pq);
  if (!factor || !mtp_is_prime64(factor) || !mtp_is_prime64(pq / factor) || factor == pq / factor)
    return MTP_ERR_REJECTED;
  *p = factor < pq / factor ? factor : pq / factor;
  *q = pq / *p;
  return MTP_OK;
}
