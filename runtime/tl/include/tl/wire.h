/* The one place that knows the byte order: little-endian loads and stores for any address. */
#ifndef TL_WIRE_H
#define TL_WIRE_H

#include <string.h>
#include <tl/base.h>

#ifdef __cplusplus
extern "C" {
#endif

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

#ifdef __cplusplus
}
#endif
#endif
