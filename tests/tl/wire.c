/* The fixture of the tests of decoding. */
#include "wire.h"

#include <tl/wire.h>

int set_up(void **state) {
  wire *w = calloc(1, sizeof *w);
  assert_non_null(w);
  tl_buffer_init(&w->bytes, NULL, 0);
  tl_arena_init(&w->arena, NULL, 0);
  *state = w;
  return 0;
}

int tear_down(void **state) {
  wire *w = *state;
  tl_buffer_free(&w->bytes);
  tl_arena_free(&w->arena);
  free(w);
  return 0;
}

void put32(wire *w, uint32_t v) {
  tl_store32(tl_buffer_extend(&w->bytes, 4), v);
}

void put64(wire *w, uint64_t v) {
  tl_store64(tl_buffer_extend(&w->bytes, 8), v);
}

void put(wire *w, const void *data, size_t size) {
  assert_int_equal(tl_buffer_append(&w->bytes, data, size), TL_OK);
}

void put_zeroes(wire *w, size_t size) {
  memset(tl_buffer_extend(&w->bytes, size), 0, size);
}

tl_status decode(wire *w, const tl_schema *schema, uint16_t type,
                 const tl_decode_options *options) {
  tl_error skipped;
  uint8_t *bytes = copy_exactly(w->bytes.data, w->bytes.size);
  tl_arena_reset(&w->arena);
  tl_status status = tl_decode(schema, type, bytes, w->bytes.size, options, &w->arena, &w->value,
                               &w->consumed, &w->error);
  tl_status skip = tl_skip(schema, type, bytes, w->bytes.size, options, NULL, &skipped);
  if (status != TL_ERR_TRAILING)
    assert_int_equal(skip, status);
  if (status != TL_OK) {
    assert_null(w->value.schema);
    assert_int_equal(w->error.status, status);
  }
  free(bytes);
  tl_buffer_clear(&w->bytes);
  return status;
}

tl_status decode_toy(wire *w, uint16_t type) {
  return decode(w, &toy_schema, type, NULL);
}

tl_string decoded(const wire *w) {
  tl_string view;
  memcpy(&view, w->value.slot, sizeof view);
  return view;
}
