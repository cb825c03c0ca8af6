/* Every constructor and function of the generated schemas, with random contents: encoded, decoded,
 * compared, encoded again, skipped, cut off at every byte, and with every allocation failing. */
#include "support.h"

#include <mt/mt.h>
#include <tg/tg.h>

#include "random_object.h"
#include "toy_schema.h"

static const tl_schema *const schemas[] = {&tg_schema, &mt_schema, &toy_schema};

enum { SCHEMAS = sizeof schemas / sizeof *schemas };

typedef struct bench {
  random_source random;
  tl_buffer bytes, again;
  tl_arena arena;
} bench;

typedef void object_test(bench *b, const tl_object *object);

/* Runs a test on `rounds` random objects of every definition of every schema. */
static void for_all(object_test *test, unsigned rounds, unsigned budget) {
  static const unsigned fullness[] = {96, 0, 256, 40};
  for (unsigned s = 0; s < SCHEMAS; s++) {
    bench b;
    random_init(&b.random, schemas[s], 20240 + s);
    b.random.budget = budget;
    tl_buffer_init(&b.bytes, NULL, 0);
    tl_buffer_init(&b.again, NULL, 0);
    tl_arena_init(&b.arena, NULL, 0);
    for (uint16_t def = 0; def < schemas[s]->n_defs; def++)
      for (unsigned round = 0; round < rounds; round++) {
        b.random.fullness = fullness[round % 4];
        tl_object object = random_object(&b.random, def);
        tl_buffer_clear(&b.bytes);
        tl_buffer_clear(&b.again);
        tl_arena_reset(&b.arena);
        must_encode(&object, &b.bytes);
        test(&b, &object);
        random_forget(&b.random);
      }
    tl_arena_free(&b.arena);
    tl_buffer_free(&b.bytes);
    tl_buffer_free(&b.again);
    random_free(&b.random);
  }
}

static tl_object decode_as(bench *b, const void *data, tl_strings strings, bool strict) {
  tl_decode_options options = {.strings = strings, .strict = strict};
  tl_object object;
  tl_error error;
  size_t consumed = 0;
  tl_status status = tl_decode_object(b->random.schema, data, b->bytes.size, &options, &b->arena,
                                      &object, &consumed, &error);
  if (status != TL_OK)
    fail_msg("%s: %s", error.path, error.text);
  assert_int_equal(consumed, b->bytes.size);
  return object;
}

static void check_round_trip(bench *b, const tl_object *object) {
  for (int way = 0; way < 4; way++) {
    tl_strings strings = way % 2 ? TL_STRINGS_ALIAS : TL_STRINGS_COPY;
    tl_object back = decode_as(b, b->bytes.data, strings, way < 2);
    assert_true(objects_equal(object, &back));
    tl_buffer_clear(&b->again);
    must_encode(&back, &b->again);
    assert_int_equal(b->again.size, b->bytes.size);
    assert_memory_equal(b->again.data, b->bytes.data, b->bytes.size);
  }
}

/* proves TL-1, TL-2, TL-5, TL-6, TL-7, TL-8, TL-16 */
static void every_object_survives_a_round_trip(void **state) {
  (void)state;
  for_all(check_round_trip, 8, 60);
}

static void check_in_place(bench *b, const tl_object *object) {
  assert_int_equal(tl_buffer_append(&b->again, b->bytes.data, b->bytes.size), TL_OK);
  tl_object back = decode_as(b, b->again.data, TL_STRINGS_IN_PLACE, false);
  assert_true(objects_equal(object, &back));
}

/* proves TL-2, TL-16 */
static void every_object_can_be_decoded_in_place(void **state) {
  (void)state;
  for_all(check_in_place, 4, 40);
}

static void check_skip(bench *b, const tl_object *object) {
  size_t consumed = 0;
  tl_error error;
  (void)object;
  assert_int_equal(tl_buffer_append(&b->bytes, "abcd", 4), TL_OK); /* trailing bytes are let be */
  for (int strict = 0; strict < 2; strict++) {
    tl_decode_options options = {.strict = strict};
    assert_int_equal(tl_skip(b->random.schema, TL_OP_OBJECT, b->bytes.data, b->bytes.size, &options,
                             &consumed, &error),
                     TL_OK);
    assert_int_equal(consumed, b->bytes.size - 4);
  }
}

/* proves TL-16 */
static void skipping_consumes_what_decoding_consumes(void **state) {
  (void)state;
  for_all(check_skip, 4, 60);
}

/* Decodes and skips what is wrong: both say the same. */
static tl_status decode_wrong(bench *b, const uint8_t *data, size_t size, tl_error *error) {
  tl_object object;
  tl_error skipped;
  tl_decode_options options = {.strings = TL_STRINGS_ALIAS, .allow_trailing = true};
  tl_arena_reset(&b->arena);
  tl_status status =
      tl_decode_object(b->random.schema, data, size, &options, &b->arena, &object, NULL, error);
  tl_status skip = tl_skip(b->random.schema, TL_OP_OBJECT, data, size, &options, NULL, &skipped);
  assert_int_equal(status, skip);
  if (status != TL_OK) {
    assert_null(object.schema);
    assert_null(object.args);
    assert_int_equal(error->offset, skipped.offset);
    assert_string_equal(error->path, skipped.path);
    assert_string_equal(error->text, skipped.text);
  }
  return status;
}

static void check_truncation(bench *b, const tl_object *object) {
  (void)object;
  for (size_t size = 0; size < b->bytes.size; size++) {
    tl_error error;
    uint8_t *part = copy_exactly(b->bytes.data, size);
    tl_status status = decode_wrong(b, part, size, &error);
    assert_true(status == TL_ERR_TRUNCATED || status == TL_ERR_VECTOR);
    assert_true(error.offset <= size);
    free(part);
  }
}

/* proves TL-4, TL-16 */
static void every_object_cut_off_anywhere_is_an_error(void **state) {
  (void)state;
  for_all(check_truncation, 3, 6);
}

static void check_flips(bench *b, const tl_object *object) {
  (void)object;
  uint8_t *bytes = copy_exactly(b->bytes.data, b->bytes.size);
  for (size_t bit = 0; bit < b->bytes.size * 8; bit++) {
    tl_error error;
    bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    decode_wrong(b, bytes, b->bytes.size, &error);
    bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
  }
  free(bytes);
}

/* proves TL-4, TL-6, TL-16 */
static void flipping_any_bit_is_harmless(void **state) {
  (void)state;
  for_all(check_flips, 1, 2);
}

/* What a flipped bit leaves decodable can be encoded and decoded again. */
static void check_flipped_round_trip(bench *b, const tl_object *object) {
  tl_decode_options options = {.strings = TL_STRINGS_COPY, .allow_trailing = true};
  (void)object;
  for (int i = 0; i < 40; i++) {
    size_t bit = random_below(&b->random, b->bytes.size * 8);
    tl_object back, twice;
    b->bytes.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    tl_arena_reset(&b->arena);
    tl_buffer_clear(&b->again);
    if (tl_decode_object(b->random.schema, b->bytes.data, b->bytes.size, &options, &b->arena, &back,
                         NULL, NULL) == TL_OK) {
      must_encode(&back, &b->again);
      assert_int_equal(tl_decode_object(b->random.schema, b->again.data, b->again.size, NULL,
                                        &b->arena, &twice, NULL, NULL),
                       TL_OK);
      assert_true(objects_equal(&back, &twice));
    }
    b->bytes.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
  }
}

/* proves TL-7, TL-16 */
static void what_is_decoded_can_be_encoded(void **state) {
  (void)state;
  for_all(check_flipped_round_trip, 1, 20);
}

static void check_failing_memory(bench *b, const tl_object *object) {
  tl_object back;
  tl_error error;
  tl_status status = TL_ERR_NOMEM;
  for (int after = 0; status != TL_OK; after++) {
    failing_allocator failing = {.left = after};
    tl_allocator allocator = {failing_realloc, &failing};
    tl_arena arena;
    tl_arena_init(&arena, &allocator, 0);
    status = tl_decode_object(b->random.schema, b->bytes.data, b->bytes.size, NULL, &arena, &back,
                              NULL, &error);
    assert_true(status == TL_OK || status == TL_ERR_NOMEM);
    tl_arena_free(&arena);
    assert_int_equal(failing.live, 0);
  }
  status = TL_ERR_NOMEM;
  for (int after = 0; status != TL_OK; after++) {
    failing_allocator failing = {.left = after};
    tl_allocator allocator = {failing_realloc, &failing};
    tl_buffer out;
    tl_buffer_init(&out, &allocator, 0);
    status = tl_encode(object, &out, &error);
    assert_true(status == TL_OK || status == TL_ERR_NOMEM);
    assert_int_equal(out.size, status == TL_OK ? b->bytes.size : 0);
    tl_buffer_free(&out);
    assert_int_equal(failing.live, 0);
  }
}

/* proves TL-4 */
static void a_failing_allocator_is_an_error_without_leaks(void **state) {
  (void)state;
  for_all(check_failing_memory, 1, 60);
}

/* Every type of the tables as a top-level value: vectors, bare types and primitives included. */
static void check_value(bench *b, uint16_t type) {
  tl_value value = random_value(&b->random, type), back;
  tl_error error;
  size_t consumed = 0;
  tl_arena_reset(&b->arena);
  tl_buffer_clear(&b->bytes);
  if (tl_encode_value(&value, &b->bytes, &error) != TL_OK)
    fail_msg("%s: %s", error.path, error.text);
  if (tl_decode(b->random.schema, type, b->bytes.data, b->bytes.size, NULL, &b->arena, &back,
                &consumed, &error) != TL_OK)
    fail_msg("%s: %s", error.path, error.text);
  assert_true(values_equal(&value, &back));
  assert_int_equal(
      tl_skip(b->random.schema, type, b->bytes.data, b->bytes.size, NULL, &consumed, &error),
      TL_OK);
  assert_int_equal(consumed, b->bytes.size);
}

/* proves TL-6, TL-8, TL-10, TL-16, TL-18 */
static void every_type_survives_a_round_trip(void **state) {
  (void)state;
  for (unsigned s = 0; s < SCHEMAS; s++) {
    bench b;
    random_init(&b.random, schemas[s], 77 + s);
    tl_buffer_init(&b.bytes, NULL, 0);
    tl_arena_init(&b.arena, NULL, 0);
    for (uint16_t type = 0; type < schemas[s]->n_types; type++)
      for (int round = 0; round < 8 && schemas[s]->types[type].op != TL_OP_REPEAT; round++) {
        check_value(&b, type);
        random_forget(&b.random);
      }
    tl_arena_free(&b.arena);
    tl_buffer_free(&b.bytes);
    random_free(&b.random);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_object_survives_a_round_trip),
      cmocka_unit_test(every_object_can_be_decoded_in_place),
      cmocka_unit_test(skipping_consumes_what_decoding_consumes),
      cmocka_unit_test(every_object_cut_off_anywhere_is_an_error),
      cmocka_unit_test(flipping_any_bit_is_harmless),
      cmocka_unit_test(what_is_decoded_can_be_encoded),
      cmocka_unit_test(a_failing_allocator_is_an_error_without_leaks),
      cmocka_unit_test(every_type_survives_a_round_trip),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
