/* An input read as a script: numbers and bytes off its front, zeros and nothing behind its end. */
#ifndef TEST_FUZZ_INPUT_H
#define TEST_FUZZ_INPUT_H

#include <string.h>
#include <tl/base.h>
#include <tl/wire.h>

typedef struct fuzz_input {
  const uint8_t *data;
  size_t left;
} fuzz_input;

static inline tl_bytes input_bytes(fuzz_input *in, size_t n) {
  tl_bytes taken = tl_bytes_of(in->data, n < in->left ? n : in->left);
  in->data += taken.size;
  in->left -= taken.size;
  return taken;
}

static inline uint8_t input_u8(fuzz_input *in) {
  tl_bytes byte = input_bytes(in, 1);
  return byte.size ? byte.data[0] : 0;
}

static inline uint16_t input_u16(fuzz_input *in) {
  uint8_t low = input_u8(in);
  return (uint16_t)(input_u8(in) << 8 | low);
}

/* As many bytes as a number of 16 bits before them says. */
static inline tl_bytes input_piece(fuzz_input *in) {
  size_t n = input_u16(in);
  return input_bytes(in, n);
}

/* An input in the making. */
typedef struct fuzz_output {
  uint8_t *data;
  size_t size, room;
} fuzz_output;

static inline void output_bytes(fuzz_output *out, const void *data, size_t n) {
  if (n > out->room - out->size)
    return;
  memcpy(out->data + out->size, data, n);
  out->size += n;
}

static inline void output_u8(fuzz_output *out, unsigned value) {
  output_bytes(out, &(uint8_t){(uint8_t)value}, 1);
}

static inline void output_piece(fuzz_output *out, const void *data, size_t n) {
  output_u8(out, (unsigned)n & 255);
  output_u8(out, (unsigned)n >> 8);
  output_bytes(out, data, n);
}

#endif
