/* The slots of generated structs: read and written by memcpy only, because a generated struct is
 * none of the library's types. */
#ifndef TL_SRC_SLOTS_H
#define TL_SRC_SLOTS_H

#include <string.h>
#include <tl/schema.h>

static inline tl_sum tl_read_sum(const void *slot) {
  tl_sum sum;
  memcpy(&sum.kind, slot, sizeof sum.kind);
  memcpy(&sum.ptr, (const uint8_t *)slot + offsetof(tl_sum, ptr), sizeof sum.ptr);
  return sum;
}

static inline void tl_write_sum(void *slot, unsigned kind, const void *ptr) {
  memcpy(slot, &kind, sizeof kind);
  memcpy((uint8_t *)slot + offsetof(tl_sum, ptr), &ptr, sizeof ptr);
}

static inline const void *tl_read_ptr(const void *slot) {
  const void *ptr;
  memcpy(&ptr, slot, sizeof ptr);
  return ptr;
}

static inline void tl_write_ptr(void *slot, const void *ptr) {
  memcpy(slot, &ptr, sizeof ptr);
}

static inline tl_vector tl_read_vector(const void *slot) {
  tl_vector vector;
  memcpy(&vector, slot, sizeof vector);
  return vector;
}

static inline void tl_write_vector(void *slot, const void *items, size_t count) {
  tl_vector vector = {items, count};
  memcpy(slot, &vector, sizeof vector);
}

static inline tl_bytes tl_read_bytes(const void *slot) {
  tl_bytes bytes;
  memcpy(&bytes, slot, sizeof bytes);
  return bytes;
}

static inline void tl_write_bytes(void *slot, const void *data, size_t size) {
  memcpy(slot, &data, sizeof data);
  memcpy((uint8_t *)slot + offsetof(tl_bytes, size), &size, sizeof size);
}

#endif
