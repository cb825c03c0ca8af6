/* The full product of two 64-bit numbers. */
#ifndef MTP_CRYPTO_MUL64_H
#define MTP_CRYPTO_MUL64_H

#include <stdint.h>

/* Everywhere: from four products of 32-bit halves. */
static inline uint64_t mtp_mul64_portable(uint64_t a, uint64_t b, uint64_t *high) {
  uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
  uint64_t low = a0 * b0;
  uint64_t middle = a1 * b0 + (low >> 32);
  uint64_t other = a0 * b1 + (uint32_t)middle;
  *high = a1 * b1 + (middle >> 32) + (other >> 32);
  return other << 32 | (uint32_t)low;
}

/* Returns the low half and stores the high one. */
static inline uint64_t mtp_mul64(uint64_t a, uint64_t b, uint64_t *high) {
#ifdef __SIZEOF_INT128__
  __extension__ typedef unsigned __int128 uint128;
  uint128 product = (uint128)a * b;
  *high = (uint64_t)(product >> 64);
  return (uint64_t)product;
#else
  return mtp_mul64_portable(a, b, high);
#endif
}

#endif
