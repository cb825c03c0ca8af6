/* What the tests of libtl share: cmocka, an allocator that fails, shorthands. */
#ifndef TEST_SUPPORT_H
#define TEST_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <tl/codec.h>

/* Allocates `left` times, then fails. Counts the bytes that are out. */
typedef struct failing_allocator {
  int left;
  size_t live;
} failing_allocator;

void *failing_realloc(void *ctx, void *ptr, size_t old_size, size_t new_size);

/* A copy in a block of exactly that size, so that a sanitizer sees every byte read too much. */
uint8_t *copy_exactly(const void *data, size_t size);

/* Appends the object, or fails the test with the reason. */
void must_encode(const tl_object *object, tl_buffer *out);

#endif
