/* The tables that tlgen makes, of Telegram's schemas and of others: that they hold together, and
 * that the codec can work with them. */
#include "support.h"

#include <clashes/clashes.h>
#include <client/client.h>
#include <generic/generic.h>
#include <kept/kept.h>
#include <lib/lib.h>
#include <mt/mt.h>
#include <node/node.h>
#include <numbers/numbers.h>
#include <own/own.h>
#include <tg/tg.h>
#include <tl/wire.h>

#include "random_object.h"

static const tl_schema *const schemas[] = {
    &tg_schema,      &mt_schema,      &lib_schema,  &node_schema, &client_schema,
    &generic_schema, &clashes_schema, &kept_schema, &own_schema,  &numbers_schema};

enum { SCHEMAS = sizeof schemas / sizeof *schemas };

typedef void def_test(const tl_schema *schema, const tl_def *def);

static void for_all_defs(def_test *test) {
  for (size_t s = 0; s < SCHEMAS; s++)
    for (uint16_t i = 0; i < schemas[s]->n_defs; i++)
      test(schemas[s], &schemas[s]->defs[i]);
}

static const tl_field *field_of(const tl_schema *schema, const tl_def *def, size_t i) {
  return &schema->fields[def->field + i];
}

static size_t slot_of(const tl_schema *schema, const tl_field *field) {
  return schema->types[field->type].slot;
}

/* ---- every table ---- */

/* That of what the slot holds: numbers make no difference to it. */
static uint8_t op_of(const tl_schema *schema, uint16_t type) {
  const tl_type *t = schema->types + type;
  return t->op == TL_OP_WITH ? schema->types[t->arg].op : t->op;
}

static void check_op(const tl_schema *schema, const tl_def *def) {
  for (size_t i = 0; i < def->n_fields; i++) {
    const tl_field *field = field_of(schema, def, i);
    assert_true(field->type < schema->n_types);
    if (field->op == TL_OP_WORD)
      assert_int_equal(field->type, TL_OP_NAT);
    else
      assert_int_equal(field->op, op_of(schema, field->type));
  }
}

static void a_field_has_the_op_of_its_type(void **state) {
  (void)state;
  for_all_defs(check_op);
}

static void check_words(const tl_schema *schema, const tl_def *def) {
  unsigned words = def->wide ? def->n_options : 0; /* those that it is given */
  for (size_t i = 0; i < def->n_fields; i++) {
    const tl_field *field = field_of(schema, def, i);
    if (field->cond != TL_ALWAYS)
      assert_true(field->cond >> 5 < words);
    if (field->op == TL_OP_WORD && field->cond == TL_ALWAYS)
      assert_int_equal(field->aux & ~TL_WORD_WHOLE, words);
    words += field->op == TL_OP_WORD;
    if (field->op == TL_OP_REPEAT)
      assert_true(schema->numbers[schema->types[field->type].count].word < words);
  }
  assert_true(words <= TL_WORDS);
}

/* proves TL-8 */
static void words_are_counted_and_stand_before_what_depends_on_them(void **state) {
  (void)state;
  for_all_defs(check_words);
}

static bool has_scalar(const tl_field *field) {
  return field->cond != TL_ALWAYS && (field->op < TL_OP_STRING || field->op == TL_OP_BOOL ||
                                      field->op == TL_OP_NAT || field->op == TL_OP_FLOAT);
}

static void check_members(const tl_schema *schema, const tl_def *def) {
  uint8_t taken[4096] = {0};
  assert_true(def->size > 0 && def->size <= sizeof taken);
  for (size_t i = 0; i < def->n_fields; i++) {
    const tl_field *field = field_of(schema, def, i);
    if (field->offset == TL_NONE)
      continue;
    assert_true(field->offset + slot_of(schema, field) <= def->size);
    for (size_t k = 0; k < slot_of(schema, field); k++)
      assert_int_equal(taken[field->offset + k]++, 0);
    if (has_scalar(field))
      assert_int_equal(taken[field->aux]++, 0);
  }
}

static void members_do_not_overlap(void **state) {
  (void)state;
  for_all_defs(check_members);
}

static void check_runs(const tl_schema *schema, const tl_def *def) {
  for (size_t i = 0; i < def->n_fields; i++) {
    const tl_field *field = field_of(schema, def, i);
    if (has_scalar(field) || field->op == TL_OP_WORD)
      continue;
    assert_true(i + field->aux < def->n_fields);
    for (size_t k = 1; k <= field->aux; k++) {
      const tl_field *next = field + k;
      assert_int_equal(next->op, field->op);
      assert_int_equal(next->offset, field->offset + k * slot_of(schema, field));
      assert_true(field->op <= TL_OP_DOUBLE && next->cond == TL_ALWAYS);
    }
  }
}

static void runs_are_runs(void **state) {
  (void)state;
  for_all_defs(check_runs);
}

static tl_set set_of(size_t field) {
  return (tl_set)1 << field;
}

/* What tl_def.always and tl_schema.bits must be, from the fields alone. */
static void check_sets(const tl_schema *schema, const tl_def *def) {
  tl_set always = 0, fields[64] = {0};
  uint64_t known = 0;
  bool shared = false;
  size_t last = 0;
  for (size_t i = 0; i < def->n_fields && !def->wide; i++) {
    const tl_field *field = field_of(schema, def, i);
    if (field->cond == TL_ALWAYS) {
      always |= set_of(i);
      i += field->op <= TL_OP_DOUBLE ? field->aux : 0;
      continue;
    }
    shared |= fields[field->cond] != 0;
    fields[field->cond] |= set_of(i);
    known |= UINT64_C(1) << field->cond;
    last = field->cond > last ? field->cond : last;
  }
  if (def->wide)
    return;
  assert_true(def->always == always);
  assert_int_equal(def->shared, shared);
  for (size_t bit = 0; known && bit <= last; bit++)
    assert_true(schema->bits[def->bits + 1 + bit] == fields[bit]);
  if (known)
    assert_true(schema->bits[def->bits] == known);
}

static void sets_say_what_the_fields_say(void **state) {
  (void)state;
  for_all_defs(check_sets);
}

static void check_options(const tl_schema *schema, const tl_def *def) {
  const tl_option *head = schema->options + def->option;
  size_t conditional = 0;
  tl_set seen = 0;
  for (size_t i = 0; i < def->n_fields; i++)
    conditional += field_of(schema, def, i)->cond != TL_ALWAYS;
  if (def->wide)
    return;
  assert_int_equal(def->n_options, conditional);
  for (size_t i = 0; i < def->n_options; i++) {
    const tl_option *option = head + 1 + i;
    const tl_field *field = field_of(schema, def, option->field);
    bool byte = has_scalar(field) || field->op == TL_OP_TRUE;
    assert_int_equal(option->cond, field->cond);
    assert_int_equal(option->offset, has_scalar(field) ? field->aux : field->offset);
    assert_int_equal(byte, i < head->field);
    assert_int_equal(field->op == TL_OP_SUM, !byte && i < (size_t)head->field + head->cond);
    if (byte)
      assert_int_equal(option->offset, head->offset + i);
    seen |= set_of(option->field);
  }
  for (; seen; seen &= seen - 1)
    conditional--;
  assert_int_equal(conditional, def->wide ? conditional : 0);
}

static void options_are_the_conditional_fields(void **state) {
  (void)state;
  for_all_defs(check_options);
}

static void constructors_stand_together_and_before_functions(void **state) {
  (void)state;
  for (size_t s = 0; s < SCHEMAS; s++) {
    const tl_schema *schema = schemas[s];
    for (uint16_t i = 0; i < schema->n_defs; i++)
      assert_int_equal(schema->defs[i].function, i >= schema->n_constructors);
    for (uint16_t t = TL_OP_PRIMITIVES; t < schema->n_types; t++) {
      const tl_type *type = &schema->types[t];
      if (type->op != TL_OP_SUM && type->op != TL_OP_PTR)
        continue;
      assert_int_equal(type->op == TL_OP_PTR, type->count == 1);
      for (uint16_t k = 0; k < type->count; k++)
        assert_int_equal(schema->defs[type->arg + k].type, t);
    }
  }
}

static void check_lookup(const tl_schema *schema, const tl_def *def) {
  const char *name = schema->names + def->name;
  assert_ptr_equal(&schema->defs[tl_find_name(schema, name, strlen(name))], def);
  if (def->id && !(def->wide && def->n_options)) /* without its numbers it is of no use */
    assert_int_equal(schema->defs[tl_find_id(schema, def->id)].id, def->id);
}

static void every_definition_is_found(void **state) {
  (void)state;
  for_all_defs(check_lookup);
  assert_int_equal(tl_find_id(&generic_schema, 0), TL_NONE);
}

static void layers_are_told(void **state) {
  (void)state;
  assert_int_equal(LIB_LAYER, 7);
  assert_int_equal(lib_layer(), 7);
  assert_int_equal(lib_schema.layer, 7);
  assert_int_equal(node_layer(), 0);
  assert_int_equal(tg_layer(), TG_LAYER);
}

/* ---- random objects of other projects' schemas ---- */

typedef struct round_trip {
  random_source random;
  tl_buffer bytes, again;
  tl_arena arena;
} round_trip;

static void there_and_back(round_trip *r, uint16_t def) {
  const tl_schema *schema = r->random.schema;
  tl_object object = random_object(&r->random, def);
  uint16_t type = schema->defs[def].function ? (uint16_t)TL_OP_OBJECT : schema->defs[def].type;
  tl_value value;
  tl_error error;
  tl_buffer_clear(&r->bytes);
  must_encode(&object, &r->bytes);
  tl_status status =
      tl_decode(schema, type, r->bytes.data, r->bytes.size, NULL, &r->arena, &value, NULL, &error);
  if (status != TL_OK)
    fail_msg("%s: %s: %s", tl_def_name(schema, def), error.path, error.text);
  tl_object back = tl_value_object(&value);
  assert_int_equal(back.def, def);
  if (!objects_equal(&object, &back))
    fail_msg("%s of %s is another one", tl_def_name(schema, def), schema->prefix);
  tl_buffer_clear(&r->again);
  must_encode(&back, &r->again);
  assert_int_equal(r->again.size, r->bytes.size);
  assert_memory_equal(r->again.data, r->bytes.data, r->bytes.size);
}

/* A function whose id stands for another one comes back as that. */
static bool is_shadowed(const tl_schema *schema, const tl_def *def) {
  return def->function && schema->defs + tl_find_id(schema, def->id) != def;
}

static bool is_value(const tl_schema *schema, const tl_def *def) {
  if (is_shadowed(schema, def) || (def->wide && def->n_options)) /* or it needs numbers */
    return false;
  return def->function || (def->type < schema->n_types && def->type != TL_OP_BOOL);
}

/* Where any object is expected, the instances of one polymorphic constructor cannot be told apart.
 */
static bool is_ambiguous(const tl_schema *schema, const tl_def *def) {
  for (size_t i = 0; i < def->n_fields; i++)
    if ((schema == &generic_schema || schema == &own_schema || schema == &numbers_schema) &&
        field_of(schema, def, i)->op == TL_OP_OBJECT)
      return true;
  return false;
}

static void many_there_and_back(round_trip *r, uint16_t index) {
  const tl_schema *schema = r->random.schema;
  const tl_def *def = &schema->defs[index];
  if (!is_value(schema, def) || is_ambiguous(schema, def))
    return;
  for (int round = 0; round < 40; round++) {
    there_and_back(r, index);
    random_forget(&r->random);
    tl_arena_reset(&r->arena);
  }
}

/* proves TL-16 */
static void objects_of_any_schema_go_there_and_back(void **state) {
  (void)state;
  for (size_t s = 2; s < SCHEMAS; s++) {
    round_trip r;
    random_init(&r.random, schemas[s], s);
    tl_buffer_init(&r.bytes, NULL, 0);
    tl_buffer_init(&r.again, NULL, 0);
    tl_arena_init(&r.arena, NULL, 0);
    for (uint16_t def = 0; def < schemas[s]->n_defs; def++)
      many_there_and_back(&r, def);
    tl_arena_free(&r.arena);
    tl_buffer_free(&r.bytes);
    tl_buffer_free(&r.again);
    random_free(&r.random);
  }
}

/* ---- what a person writes ---- */

/* proves TL-7 */
static void a_request_is_a_plain_struct(void **state) {
  (void)state;
  int64_t ids[] = {1, 2};
  lib_user_self self = {.name = TL_STR("me")};
  lib_user_lend request = {.to = lib_user_self_box(&self), .books = {ids, 2}};
  tl_call call = lib_user_lend_call(&request);
  tl_buffer out;
  tl_buffer_init(&out, NULL, 0);
  must_encode(&call, &out);
  assert_int_equal(out.size, 4 + 4 + 4 + 4 + 4 + 16);
  assert_int_equal(out.data[0] | out.data[1] << 8, LIB_ID_user_lend & 0xffff);
  tl_buffer_free(&out);
}

static void a_result_of_another_type_is_none(void **state) {
  (void)state;
  bool yes = true;
  tl_value reply = {&lib_schema, &yes, TL_OP_BOOL};
  assert_true(lib_user_lend_result(&reply));
  assert_null(lib_getShelf_result(&reply));
  assert_int_equal(lib_user_find_result(&reply).count, 0);
}

static void instances_of_one_constructor_are_told_apart_by_type(void **state) {
  (void)state;
  assert_int_equal(GENERIC_ID_pair_string_int, GENERIC_ID_pair_int_int);
  generic_pair_int_User *none = NULL;
  generic_Maybe_Pair_int_User maybe = {.kind = GENERIC_Maybe_Pair_int_User_none};
  assert_null(none);
  assert_int_equal(maybe.kind, 0);
  assert_int_not_equal(tl_find_name(&generic_schema, "pair<string,int>", 16), TL_NONE);
  assert_int_equal(tl_find_name(&generic_schema, "pair", 4), TL_NONE);
}

static void a_repetition_of_a_group_is_a_vector_of_structs(void **state) {
  (void)state;
  generic_groups_items a = {.id = 1, .name = TL_STR("a")};
  generic_groups_items b = {.id = 2, .name = TL_STR("b"), .x = 3, .has_x = true};
  const generic_groups_items *items[] = {&a, &b};
  int32_t ids[] = {7};
  generic_user user = {.id = 9, .name = TL_STR("u")};
  const generic_user *more[] = {&user};
  generic_groups groups = {.items = {items, 2}, .ids = {ids, 1}, .more = {more, 1}, .tail = 5};
  tl_object object = generic_groups_object(&groups);
  tl_buffer out;
  tl_buffer_init(&out, NULL, 0);
  must_encode(&object, &out);
  assert_int_equal(out.size, 4 + 4 + 12 + 16 + 4 + 4 + 12 + 4);
  assert_int_equal(out.data[4], 2);
  tl_buffer_free(&out);
}

static void a_repetition_with_a_number_has_that_many_elements(void **state) {
  (void)state;
  int32_t numbers[16] = {1, 2, 3};
  tl_vector_int board[] = {{numbers, 3}, {numbers + 3, 3}, {numbers + 6, 3}};
  generic_int512 key = {.arg1 = {numbers, 16}};
  generic_arrays_pairs a = {.a = 1, .b = TL_STR("a")}, b = {.a = 2, .b = TL_STR("b")};
  const generic_arrays_pairs *pairs[] = {&a, &b};
  generic_arrays arrays = {.key = &key, .board = {board, 3}, .pairs = {pairs, 2}};
  tl_object object = generic_arrays_object(&arrays);
  tl_error error;
  tl_buffer out;
  tl_buffer_init(&out, NULL, 0);
  must_encode(&object, &out);
  assert_int_equal(out.size, 4 + 4 + 64 + 36 + 16 + 0 + 4 + 0 + 4);
  assert_int_equal(tl_load32(out.data + 12), 2);
  board[1].count = 2;
  assert_int_equal(tl_encode(&object, &out, &error), TL_ERR_VECTOR);
  assert_string_equal(error.path, "arrays.board[1]");
  assert_string_equal(error.text, "2 elements where 3 must be (board of arrays)");
  board[1].count = 3;
  arrays.pairs.count = 0;
  assert_int_equal(tl_encode(&object, &out, &error), TL_ERR_VECTOR);
  tl_buffer_free(&out);
}

/* proves TL-7 */
static void kept_words_carry_bits_that_no_field_has(void **state) {
  (void)state;
  kept_chain_id id = {.seqno = 1};
  kept_chain_find find = {.mode = 0x80000101, .id = &id, .lt = 5, .has_lt = true, .quick = true};
  tl_object object = kept_chain_find_object(&find), back;
  tl_decode_options strict = {.strict = true};
  tl_buffer out;
  tl_arena arena;
  tl_buffer_init(&out, NULL, 0);
  tl_arena_init(&arena, NULL, 0);
  must_encode(&object, &out);
  assert_int_equal(tl_load32(out.data + 4), 0x80000123);
  assert_int_equal(
      tl_decode_object(&kept_schema, out.data, out.size, &strict, &arena, &back, NULL, NULL),
      TL_OK);
  const kept_chain_find *found = back.args;
  assert_int_equal(found->mode, 0x80000123);
  assert_true(found->has_lt && found->quick && !found->has_time);
  kept_chain_find less = *found;
  less.lt = 0;
  less.has_lt = false; /* the word that came in does not bring the field back */
  object = kept_chain_find_object(&less);
  tl_buffer_clear(&out);
  must_encode(&object, &out);
  assert_int_equal(tl_load32(out.data + 4), 0x80000121);
  tl_arena_free(&arena);
  tl_buffer_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_field_has_the_op_of_its_type),
      cmocka_unit_test(words_are_counted_and_stand_before_what_depends_on_them),
      cmocka_unit_test(members_do_not_overlap),
      cmocka_unit_test(runs_are_runs),
      cmocka_unit_test(sets_say_what_the_fields_say),
      cmocka_unit_test(options_are_the_conditional_fields),
      cmocka_unit_test(constructors_stand_together_and_before_functions),
      cmocka_unit_test(every_definition_is_found),
      cmocka_unit_test(layers_are_told),
      cmocka_unit_test(objects_of_any_schema_go_there_and_back),
      cmocka_unit_test(a_request_is_a_plain_struct),
      cmocka_unit_test(a_result_of_another_type_is_none),
      cmocka_unit_test(instances_of_one_constructor_are_told_apart_by_type),
      cmocka_unit_test(a_repetition_of_a_group_is_a_vector_of_structs),
      cmocka_unit_test(a_repetition_with_a_number_has_that_many_elements),
      cmocka_unit_test(kept_words_carry_bits_that_no_field_has),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
