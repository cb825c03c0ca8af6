/* Bytes as JSON of any constructor or function. What is read must be written in a form that reads
 * back as the same. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tg/tg.h>
#include <tl/json.h>

#include "random_object.h"
#include "toy_schema.h"

static const tl_schema *const schemas[] = {&tg_schema, &toy_schema};

static void check_again(const tl_object *object, int flags, tl_arena *arena) {
  tl_buffer text;
  tl_object back;
  tl_buffer_init(&text, NULL, 0);
  FUZZ_CHECK(tl_json_write_object(object, flags, &text, NULL) == TL_OK);
  FUZZ_CHECK(tl_json_read_object(object->schema, NULL, (const char *)text.data, text.size, arena,
                                 &back, NULL) == TL_OK);
  FUZZ_CHECK(objects_equal(object, &back));
  tl_buffer_clear(&text);
  tl_error error;
  tl_status status = tl_encode(object, &text, &error);
  FUZZ_CHECK(status == TL_OK || status == TL_ERR_FLAGS);
  tl_buffer_free(&text);
}

/* proves RB-7 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1)
    return 0;
  const tl_schema *schema = schemas[data[0] & 1];
  tl_arena arena;
  tl_object object;
  tl_error error;
  tl_arena_init(&arena, NULL, 1 << 22);
  tl_status status =
      tl_json_read_object(schema, NULL, (const char *)data + 1, size - 1, &arena, &object, &error);
  if (status == TL_OK)
    check_again(&object, data[0] & 2 ? TL_JSON_INDENT : 0, &arena);
  else
    FUZZ_CHECK(object.schema == NULL && error.status == status && error.text[0]);
  tl_arena_free(&arena);
  return 0;
}

size_t fuzz_example(uint64_t seed, uint8_t *out, size_t room) {
  const tl_schema *schema = schemas[seed & 1];
  random_source random;
  tl_buffer text;
  random_init(&random, schema, seed);
  random.budget = 10;
  tl_object object = random_object(&random, (uint16_t)random_below(&random, schema->n_defs));
  tl_buffer_init(&text, NULL, room - 1);
  *out = (uint8_t)(seed & 1);
  size_t size = tl_json_write_object(&object, 0, &text, NULL) == TL_OK ? text.size : 0;
  if (size)
    memcpy(out + 1, text.data, size);
  tl_buffer_free(&text);
  random_free(&random);
  return 1 + size;
}
