/* What a fuzz target has, and what fuzz_main.c runs. */
#ifndef TEST_FUZZ_H
#define TEST_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* One input; must come back whatever it is. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A good input for a seed, into `room` bytes: what mutations start from. Returns its size. */
size_t fuzz_example(uint64_t seed, uint8_t *out, size_t room);

/* Ends the program where a sanitizer and libFuzzer see it. */
#define FUZZ_CHECK(condition)                                                                      \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                              \
      abort();                                                                                     \
    }                                                                                              \
  } while (0)

#endif
