/* The straight-line functions of tg_hot.c against the interpreter, which has two ways of its own:
 * all three accept the same bytes, make the same objects, write the same bytes and report the same
 * errors. */
#include <stdio.h>
#include <tg/tg.h>
#include <tl/hot.h>

#include "random_object.h"
#include "support.h"

enum { HOT, SETS, WIDE, WAYS, ROUNDS = 6 };

typedef struct fixture {
  tl_schema schemas[WAYS]; /* by way: with functions; by sets of fields; field by field */
  tl_def *defs[WAYS];
  random_source random;
  tl_arena arena;
  tl_buffer bytes[WAYS];
} fixture;

static tl_def *copy_defs(const tl_schema *schema, bool wide) {
  tl_def *defs = malloc(schema->n_defs * sizeof *defs);
  assert_non_null(defs);
  memcpy(defs, schema->defs, schema->n_defs * sizeof *defs);
  for (uint16_t i = 0; i < schema->n_defs; i++) {
    defs[i].hot = 0;
    if (wide && !defs[i].wide)
      defs[i].n_options = 0; /* of a wide one: the words that it is given */
    defs[i].wide |= wide;
  }
  return defs;
}

static void set_up(fixture *f, uint64_t seed) {
  for (int way = 0; way < WAYS; way++) {
    f->schemas[way] = tg_schema;
    f->defs[way] = way == HOT ? NULL : copy_defs(&tg_schema, way == WIDE);
    if (f->defs[way])
      f->schemas[way].defs = f->defs[way];
    tl_buffer_init(&f->bytes[way], NULL, 0);
  }
  random_init(&f->random, &f->schemas[HOT], seed);
  tl_arena_init(&f->arena, NULL, 0);
}

static void tear_down(fixture *f) {
  for (int way = 0; way < WAYS; way++) {
    free(f->defs[way]);
    tl_buffer_free(&f->bytes[way]);
  }
  random_free(&f->random);
  tl_arena_free(&f->arena);
}

/* Every definition that has functions, several times. */
static void for_all_hot(void (*test)(fixture *f, tl_object object)) {
  fixture f;
  size_t seen = 0;
  set_up(&f, 20);
  for (uint16_t def = 0; def < tg_schema.n_defs; def++)
    for (int round = 0; tg_schema.defs[def].hot && round < ROUNDS; round++) {
      f.random.fullness = round == 0 ? 0 : round == 1 ? 256 : 96;
      f.random.depth = 3;
      f.random.budget = 30;
      test(&f, random_object(&f.random, def));
      random_forget(&f.random);
      tl_arena_reset(&f.arena);
      seen++;
    }
  assert_true(seen > 50 * ROUNDS); /* there is something to test */
  tear_down(&f);
}

static void same_error(const tl_error *a, const tl_error *b) {
  assert_int_equal(a->status, b->status);
  assert_int_equal(a->id, b->id);
  assert_int_equal(a->offset, b->offset);
  assert_string_equal(a->path, b->path);
  assert_string_equal(a->text, b->text);
}

/* Writes the object every way into a buffer of at most `limit` bytes. */
static tl_status encode_all(fixture *f, tl_object object, size_t limit) {
  tl_status status[WAYS];
  tl_error errors[WAYS];
  for (int way = 0; way < WAYS; way++) {
    tl_buffer_free(&f->bytes[way]);
    tl_buffer_init(&f->bytes[way], NULL, limit);
    object.schema = &f->schemas[way];
    status[way] = tl_encode(&object, &f->bytes[way], &errors[way]);
    assert_int_equal(status[way], status[HOT]);
    assert_int_equal(f->bytes[way].size, f->bytes[HOT].size);
    if (status[HOT] == TL_OK)
      assert_memory_equal(f->bytes[way].data, f->bytes[HOT].data, f->bytes[HOT].size);
  }
  if (status[HOT] != TL_OK)
    same_error(&errors[HOT], &errors[SETS]);
  return status[HOT];
}

/* Reads bytes every way. In place they are read last: that changes them. */
static tl_status decode_all(fixture *f, const void *data, size_t size, tl_decode_options options) {
  tl_object objects[WAYS];
  tl_error errors[WAYS];
  tl_status status[WAYS];
  size_t consumed[WAYS] = {0};
  for (int way = 0; way < WAYS; way++) {
    uint8_t *copy = tl_arena_alloc(&f->random.arena, size + 1);
    assert_non_null(copy);
    memcpy(copy, data, size);
    status[way] = tl_decode_object(&f->schemas[way], copy, size, &options, &f->arena, &objects[way],
                                   &consumed[way], &errors[way]);
    assert_int_equal(status[way], status[HOT]);
    if (status[HOT] != TL_OK) {
      same_error(&errors[way], &errors[HOT]);
      continue;
    }
    assert_int_equal(consumed[way], consumed[HOT]);
    objects[way].schema = &f->schemas[HOT];
    assert_true(objects_equal(&objects[way], &objects[HOT]));
  }
  return status[HOT];
}

static void must_agree(fixture *f, tl_object object) {
  static const tl_strings kinds[] = {TL_STRINGS_COPY, TL_STRINGS_ALIAS, TL_STRINGS_IN_PLACE};
  assert_int_equal(encode_all(f, object, 0), TL_OK);
  for (size_t i = 0; i < 6; i++) {
    tl_decode_options options = {.strings = kinds[i % 3], .strict = i < 3};
    assert_int_equal(decode_all(f, f->bytes[HOT].data, f->bytes[HOT].size, options), TL_OK);
  }
}

/* proves TL-1, TL-2, TL-5, TL-6, TL-7, TL-16 */
static void what_is_read_and_written_is_the_same(void **state) {
  (void)state;
  for_all_hot(must_agree);
}

static void cut_everywhere(fixture *f, tl_object object) {
  assert_int_equal(encode_all(f, object, 0), TL_OK);
  size_t whole = f->bytes[HOT].size, step = whole > 400 ? whole / 200 : 1;
  for (size_t size = 0; size < whole; size += step) {
    tl_decode_options options = {.strings = (tl_strings)(size / 4 % 3), .strict = size & 1};
    assert_int_not_equal(decode_all(f, f->bytes[HOT].data, size, options), TL_OK);
  }
}

/* proves TL-4 */
static void truncated_bytes_are_refused_in_the_same_words(void **state) {
  (void)state;
  for_all_hot(cut_everywhere);
}

static void spoil(fixture *f, tl_object object) {
  assert_int_equal(encode_all(f, object, 0), TL_OK);
  size_t size = f->bytes[HOT].size;
  for (int i = 0; i < 100; i++) {
    uint8_t *copy = copy_exactly(f->bytes[HOT].data, size);
    for (size_t n = 1 + random_below(&f->random, 2); n; n--)
      copy[random_below(&f->random, size)] ^= (uint8_t)(1u << random_below(&f->random, 8));
    tl_decode_options options = {.strings = (tl_strings)(i % 3),
                                 .strict = random_below(&f->random, 2) != 0,
                                 .allow_trailing = i % 5 == 0,
                                 .max_depth = (uint32_t)random_below(&f->random, 5),
                                 .max_memory = random_below(&f->random, 4000)};
    (void)decode_all(f, copy, size, options);
    free(copy);
  }
}

/* proves TL-14, TL-15, TL-17 */
static void spoilt_bytes_are_treated_the_same_way(void **state) {
  (void)state;
  for_all_hot(spoil);
}

static bool is_number(const tl_field *field) {
  return field->op < TL_OP_STRING || field->op == TL_OP_BOOL || field->op == TL_OP_NAT;
}

/* Where a struct says that a field is there, and in how many bytes; 0 for a number that always is.
 */
static size_t presence_of(const tl_field *field, uint16_t *at) {
  *at = is_number(field) && field->cond != TL_ALWAYS ? field->aux : field->offset;
  if (is_number(field))
    return field->cond != TL_ALWAYS;
  return field->op == TL_OP_TRUE ? 1 : field->op == TL_OP_SUM ? sizeof(tl_sum) : sizeof(void *);
}

/* Makes one field after the other absent, or present, whatever else has its bit. */
static void tear_apart(fixture *f, tl_object object) {
  const tl_def *def = &tg_schema.defs[object.def];
  uint8_t *args = (uint8_t *)(uintptr_t)object.args, before[sizeof(tl_sum)];
  for (uint16_t i = 0; i < def->n_fields; i++) {
    const tl_field *field = &tg_schema.fields[def->field + i];
    uint16_t at;
    size_t size = field->op == TL_OP_WORD ? 0 : presence_of(field, &at);
    if (!size)
      continue;
    memcpy(before, args + at, size);
    if (size == 1)
      args[at] ^= 1;
    else
      memset(args + at, 0, size);
    (void)encode_all(f, object, 0);
    memcpy(args + at, before, size);
  }
  assert_int_equal(encode_all(f, object, 0), TL_OK);
}

/* proves TL-7 */
static void what_is_missing_or_torn_is_refused_in_the_same_words(void **state) {
  (void)state;
  for_all_hot(tear_apart);
}

static void run_out_of_room(fixture *f, tl_object object) {
  assert_int_equal(encode_all(f, object, 0), TL_OK);
  size_t whole = f->bytes[HOT].size, step = whole > 200 ? whole / 60 : 4;
  for (size_t limit = 1; limit < whole; limit += step)
    assert_int_equal(encode_all(f, object, limit), TL_ERR_NOMEM);
}

static void a_buffer_that_may_not_grow_ends_it(void **state) {
  (void)state;
  for_all_hot(run_out_of_room);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_read_and_written_is_the_same),
      cmocka_unit_test(truncated_bytes_are_refused_in_the_same_words),
      cmocka_unit_test(spoilt_bytes_are_treated_the_same_way),
      cmocka_unit_test(what_is_missing_or_torn_is_refused_in_the_same_words),
      cmocka_unit_test(a_buffer_that_may_not_grow_ends_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
