/* The one place that knows the byte order: little-endian loads and stores for any address. */
#ifndef TL_WIRE_H
#define TL_WIRE_H

#include <string.h>
#include <tl/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Numbers of 4 and 8 bytes; a double is IEEE 754 in 8. */
static inline uint32_t tl_load32(const uint8_t *p) {
  return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t tl_load64(const uint8_t *p) {
  return (uint64_t)tl_load32(p) | (uint64_t)tl_load32(p + 4) << 32;
}

static inline void tl_store32(uint8_t *p, uint32_t v) {
  p[0] = (uint8_t)v;
  p[1] = (uint8_t)(v >> 8);
  p[2] = (uint8_t)(v >> 16);
  p[3] = (uint8_t)(v >> 24);
}

static inline void tl_store64(uint8_t *p, uint64_t v) {
  tl_store32(p, (uint32_t)v);
  tl_store32(p + 4, (uint32_t)(v >> 32));
}

static inline double tl_load_double(const uint8_t *p) {
  uint64_t bits = tl_load64(p);
  double v;
  memcpy(&v, &bits, sizeof v);
  return v;
}

static inline void tl_store_double(uint8_t *p, double v) {
  uint64_t bits;
  memcpy(&bits, &v, sizeof bits);
  tl_store64(p, bits);
}

/* `count` numbers of 4 or 8 bytes each between the wire and an array of them in memory. */
static inline void tl_load32_many(void *to, const uint8_t *from, size_t count) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  memcpy(to, from, count * 4);
#else
  for (size_t i = 0; i < count; i++) {
    uint32_t v = tl_load32(from + i * 4);
    memcpy((uint8_t *)to + i * 4, &v, sizeof v);
  }
#endif
}

static inline void tl_load64_many(void *to, const uint8_t *from, size_t count) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  memcpy(to, from, count * 8);
#else
  for (size_t i = 0; i < count; i++) {
    uint64_t v = tl_load64(from + i * 8);
    memcpy((uint8_t *)to + i * 8, &v, sizeof v);
  }
#endif
}

static inline void tl_store32_many(uint8_t *to, const void *from, size_t count) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  memcpy(to, from, count * 4);
#else
  for (size_t i = 0; i < count; i++) {
    uint32_t v;
    memcpy(&v, (const uint8_t *)from + i * 4, sizeof v);
    tl_store32(to + i * 4, v);
  }
#endif
}

static inline void tl_store64_many(uint8_t *to, const void *from, size_t count) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  memcpy(to, from, count * 8);
#else
  for (size_t i = 0; i < count; i++) {
    uint64_t v;
    memcpy(&v, (const uint8_t *)from + i * 8, sizeof v);
    tl_store64(to + i * 8, v);
  }
#endif
}

#ifdef __cplusplus
}
#endif
#endif
