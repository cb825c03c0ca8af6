/* Bytes as a value of any type. The first byte chooses schema and options, the next two the type.
 * What decodes must encode to something that decodes to the same, print, and survive JSON; what
 * does not must fail the same way when it is skipped. */
#include "fuzz.h"

#include <mt/mt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tg/tg.h>
#include <tl/json.h>

#include "random_object.h"
#include "toy_schema.h"

enum { HEAD = 3 };

static const tl_schema *const schemas[] = {&tg_schema, &mt_schema, &toy_schema, &tg_schema};

static void check_again(const tl_value *value, tl_arena *arena) {
  tl_buffer bytes, text;
  tl_value back;
  tl_buffer_init(&bytes, NULL, 0);
  tl_buffer_init(&text, NULL, 0);
  FUZZ_CHECK(tl_encode_value(value, &bytes, NULL) == TL_OK);
  FUZZ_CHECK(tl_decode(value->schema, value->type, bytes.data, bytes.size, NULL, arena, &back, NULL,
                       NULL) == TL_OK);
  FUZZ_CHECK(values_equal(value, &back));
  FUZZ_CHECK(tl_print(value, &text, NULL) == TL_OK);
  tl_buffer_clear(&text);
  FUZZ_CHECK(tl_json_write(value, 0, &text, NULL) == TL_OK);
  FUZZ_CHECK(tl_json_read(value->schema, value->type, (const char *)text.data, text.size, arena,
                          &back, NULL) == TL_OK);
  FUZZ_CHECK(values_equal(value, &back));
  tl_buffer_free(&bytes);
  tl_buffer_free(&text);
}

/* What strict decoding accepts is what the other makes, and it accepts nothing more. */
static void check_strictly(const tl_schema *schema, uint16_t type, const uint8_t *data, size_t size,
                           tl_decode_options options, tl_arena *arena, const tl_value *loose) {
  tl_value value;
  options.strict = true;
  if (tl_decode(schema, type, data, size, &options, arena, &value, NULL, NULL) == TL_OK)
    FUZZ_CHECK(loose && values_equal(&value, loose));
}

/* proves RB-7 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < HEAD)
    return 0;
  const tl_schema *schema = schemas[data[0] & 3];
  uint16_t type = (uint16_t)((data[1] | data[2] << 8) % schema->n_types);
  tl_decode_options options = {.max_memory = 1 << 20,
                               .strings = data[0] & 4 ? TL_STRINGS_ALIAS : TL_STRINGS_COPY,
                               .strict = data[0] & 8,
                               .allow_trailing = data[0] & 16};
  tl_arena arena;
  tl_value value;
  tl_error error, skipped;
  size_t consumed = 0, measured = 0;
  tl_arena_init(&arena, NULL, 0);
  data += HEAD;
  size -= HEAD;
  tl_status status =
      tl_decode(schema, type, data, size, &options, &arena, &value, &consumed, &error);
  tl_status skip = tl_skip(schema, type, data, size, &options, &measured, &skipped);
  check_strictly(schema, type, data, size, options, &arena, status == TL_OK ? &value : NULL);
  if (status == TL_OK) {
    FUZZ_CHECK(skip == TL_OK && measured == consumed && consumed <= size);
    check_again(&value, &arena);
  } else {
    FUZZ_CHECK(value.schema == NULL && error.status == status && error.offset <= size);
    /* Copied strings count for memory only when they are made. */
    FUZZ_CHECK(skip == status || status == TL_ERR_TRAILING || status == TL_ERR_NOMEM);
  }
  tl_arena_free(&arena);
  return 0;
}

size_t fuzz_example(uint64_t seed, uint8_t *out, size_t room) {
  const tl_schema *schema = schemas[seed & 3];
  random_source random;
  tl_buffer bytes;
  random_init(&random, schema, seed);
  random.budget = 10;
  uint16_t type = (uint16_t)random_below(&random, schema->n_types);
  if (schema->types[type].op == TL_OP_REPEAT || random_below(&random, 2))
    type = TL_OP_OBJECT;
  tl_value value = random_value(&random, type);
  tl_buffer_init(&bytes, NULL, room - HEAD);
  out[0] = (uint8_t)(random_next(&random) << 2 | (seed & 3));
  out[1] = (uint8_t)type;
  out[2] = (uint8_t)(type >> 8);
  size_t size = tl_encode_value(&value, &bytes, NULL) == TL_OK ? bytes.size : 0;
  if (size)
    memcpy(out + HEAD, bytes.data, size);
  tl_buffer_free(&bytes);
  random_free(&random);
  return HEAD + size;
}
