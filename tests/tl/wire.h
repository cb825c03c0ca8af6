/* Bytes put together by hand and decoded: the fixture of the tests of decoding. */
#ifndef TEST_WIRE_H
#define TEST_WIRE_H

#include "support.h"
#include "toy_schema.h"

typedef struct wire {
  tl_buffer bytes;
  tl_arena arena;
  tl_value value;
  tl_error error;
  size_t consumed;
} wire;

int set_up(void **state);
int tear_down(void **state);

void put32(wire *w, uint32_t v);
void put64(wire *w, uint64_t v);
void put(wire *w, const void *data, size_t size);
void put_zeroes(wire *w, size_t size);

/* Decodes what was put, from a block of exactly that size, and skips it: both must agree. The bytes
 * are then forgotten. */
tl_status decode(wire *w, const tl_schema *schema, uint16_t type, const tl_decode_options *options);
tl_status decode_toy(wire *w, uint16_t type);

/* The string or bytes value that was decoded. */
tl_string decoded(const wire *w);

#endif
