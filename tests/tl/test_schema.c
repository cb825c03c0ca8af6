/* Looking things up in the tables; values taken apart; the table of errors. */
#include "support.h"

#include <stdio.h>

#include <mt/mt.h>
#include <tg/tg.h>
#include <tl/errors.h>

#include "toy_schema.h"

static uint16_t type_named(const tl_schema *schema, const char *name) {
  return tl_find_type(schema, name, strlen(name));
}

static uint16_t def_named(const tl_schema *schema, const char *name) {
  return tl_find_name(schema, name, strlen(name));
}

static void every_definition_is_found_by_id_and_name(void **state) {
  static const tl_schema *const schemas[] = {&tg_schema, &mt_schema, &toy_schema};
  (void)state;
  for (size_t s = 0; s < 3; s++)
    for (uint16_t i = 0; i < schemas[s]->n_defs; i++) {
      assert_int_equal(tl_find_id(schemas[s], schemas[s]->defs[i].id), i);
      assert_int_equal(def_named(schemas[s], tl_def_name(schemas[s], i)), i);
    }
}

static void what_is_not_there_is_not_found(void **state) {
  (void)state;
  assert_int_equal(tl_find_id(&tg_schema, 0xdeadbeef), TL_NONE);
  assert_int_equal(tl_find_id(&toy_schema, 0), TL_NONE);
  assert_int_equal(def_named(&tg_schema, "auth.sendCod"), TL_NONE);
  assert_int_equal(def_named(&tg_schema, "auth.sendCode2"), TL_NONE);
  assert_int_equal(def_named(&tg_schema, ""), TL_NONE);
  assert_int_equal(tl_find_name(&tg_schema, "auth.sendCode\0", 14), TL_NONE);
  assert_int_not_equal(tl_find_name(&tg_schema, "auth.sendCodeXYZ", 13), TL_NONE);
}

/* proves TL-6, TL-10 */
static void types_are_found_as_a_schema_spells_them(void **state) {
  (void)state;
  assert_int_equal(type_named(&toy_schema, "int"), TL_OP_INT);
  assert_int_equal(type_named(&toy_schema, "#"), TL_OP_NAT);
  assert_int_equal(type_named(&toy_schema, "Bool"), TL_OP_BOOL);
  assert_int_equal(type_named(&toy_schema, "Object"), TL_OP_OBJECT);
  assert_int_equal(type_named(&toy_schema, "Tree"), TOY_TYPE_Tree);
  assert_int_equal(type_named(&toy_schema, "%Pair"), TOY_TYPE_bare_pair);
  assert_int_equal(type_named(&toy_schema, "%pair"), TOY_TYPE_bare_pair);
  assert_int_equal(type_named(&toy_schema, "pair"), TOY_TYPE_bare_pair);
  assert_int_equal(type_named(&toy_schema, "vector<%Pair>"), TOY_TYPE_vector_bare_pair);
  assert_int_equal(type_named(&toy_schema, "Vector<Vector<long>>"), TOY_TYPE_Vector_Vector_long);
  assert_int_equal(type_named(&toy_schema, "Vector<Tree>"), TOY_TYPE_Vector_Tree);
  assert_int_not_equal(type_named(&tg_schema, "Vector<User>"), TL_NONE);
  assert_int_not_equal(type_named(&tg_schema, "Vector<int>"), TL_NONE);
  assert_int_not_equal(type_named(&tg_schema, "auth.SentCode"), TL_NONE);
}

static void types_that_are_not_there_are_not_found(void **state) {
  static const char deep[] = "Vector<Vector<Vector<Vector<Vector<Vector<Vector<int>>>>>>>";
  static const char *const names[] = {
      "",  "Tre",   "Treee", "Vector<",     "Vector<>", "Vector<Tree", "Vector<Tree>>",
      "%", "%Tree", "%leaf", "vector<int>", deep,       "Vector",      "vector<Tree>"};
  (void)state;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    assert_int_equal(type_named(&toy_schema, names[i]), TL_NONE);
  assert_int_equal(tl_find_type(&toy_schema, "Tree\0x", 6), TL_NONE);
  char deepest[4096] = "";
  for (int i = 0; i < 100; i++)
    memcpy(deepest + i * 7, "Vector<", 7);
  memset(deepest + 700, '>', 100);
  assert_int_equal(type_named(&toy_schema, deepest), TL_NONE);
}

/* proves TL-9, TL-10 */
static void the_result_type_is_that_of_the_inner_query(void **state) {
  (void)state;
  const tl_schema *schema = NULL;
  tg_users_getUsers users = {0};
  tg_initConnection connection = {.query = tg_users_getUsers_call(&users)};
  tg_invokeWithLayer layer = {.query = tg_initConnection_call(&connection)};
  tl_call call = tg_invokeWithLayer_call(&layer);
  assert_int_equal(tl_call_result_type(&call, &schema), type_named(&tg_schema, "Vector<User>"));
  assert_ptr_equal(schema, &tg_schema);
  assert_int_equal(tl_call_result_type(&call, NULL), type_named(&tg_schema, "Vector<User>"));
}

static void what_is_no_call_has_no_result_type(void **state) {
  (void)state;
  toy_invoke self;
  tl_object call = {&toy_schema, &self, TOY_DEF_invoke};
  self.query = call;
  assert_int_equal(tl_call_result_type(&call, NULL), TL_NONE); /* contains itself */
  self.query = (tl_object){0};
  assert_int_equal(tl_call_result_type(&call, NULL), TL_NONE);
  call.args = NULL;
  assert_int_equal(tl_call_result_type(&call, NULL), TL_NONE);
  call.def = TOY_DEF_pair;
  assert_int_equal(tl_call_result_type(&call, NULL), TL_NONE);
  call.def = 99;
  assert_int_equal(tl_call_result_type(&call, NULL), TL_NONE);
}

static void a_value_gives_its_object(void **state) {
  (void)state;
  toy_pair pair = {1, 2};
  const toy_pair *ptr = &pair;
  toy_Tree tree = {TOY_leaf, {tl_empty}};
  tl_value value = {&toy_schema, &ptr, TOY_TYPE_Pair};
  assert_ptr_equal(tl_value_object(&value).args, &pair);
  assert_int_equal(tl_value_object(&value).def, TOY_DEF_pair);
  value.type = TOY_TYPE_bare_pair;
  assert_ptr_equal(tl_value_object(&value).args, &pair);
  value = (tl_value){&toy_schema, &tree, TOY_TYPE_Tree};
  assert_int_equal(tl_value_object(&value).def, TOY_DEF_leaf);
  tl_object object = {&toy_schema, &pair, TOY_DEF_pair};
  value = (tl_value){&toy_schema, &object, TL_OP_OBJECT};
  assert_ptr_equal(tl_value_object(&value).args, &pair);
}

static void a_value_without_an_object_gives_none(void **state) {
  (void)state;
  const void *null = NULL;
  toy_Tree tree = {TOY_Tree_none, {NULL}};
  int32_t number = 1;
  tl_value values[] = {{&toy_schema, &null, TOY_TYPE_Pair}, {&toy_schema, &tree, TOY_TYPE_Tree},
                       {&toy_schema, &number, TL_OP_INT},   {&toy_schema, NULL, TOY_TYPE_Pair},
                       {&toy_schema, &number, TOY_TYPES},   {NULL, &number, TL_OP_INT}};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++)
    assert_null(tl_value_object(&values[i]).schema);
  unsigned kind = 3;
  memcpy(&tree, &kind, sizeof kind);
  assert_null(tl_value_object(&values[1]).schema);
}

static void a_slot_is_given_for_its_own_type_only(void **state) {
  (void)state;
  int32_t number = 1;
  tl_value value = {&toy_schema, &number, TL_OP_INT};
  assert_ptr_equal(tl_value_slot(&value, &toy_schema, TL_OP_INT), &number);
  static const uint8_t zero[sizeof(tl_int256)];
  tl_value nothing = {&toy_schema, NULL, TL_OP_INT};
  assert_memory_equal(tl_value_slot(&value, &toy_schema, TL_OP_INT256), zero, sizeof zero);
  assert_memory_equal(tl_value_slot(&value, &tg_schema, TL_OP_INT), zero, sizeof zero);
  assert_memory_equal(tl_value_slot(&nothing, &toy_schema, TL_OP_INT), zero, sizeof zero);
}

static uint16_t find(const char *text, int64_t *arg) {
  return tl_error_find(&tg_errors, text, strlen(text), arg);
}

static void every_error_is_found_by_its_name(void **state) {
  (void)state;
  for (uint16_t i = 1; i <= tg_errors.count; i++) {
    const char *name = tl_error_name(&tg_errors, i);
    int64_t arg = -1;
    char text[128];
    const char *hole = strstr(name, "%d"), *end = strstr(name, "%s");
    if (hole)
      snprintf(text, sizeof text, "%.*s%d%s", (int)(hole - name), name, 4321, hole + 2);
    else if (end)
      snprintf(text, sizeof text, "%.*sany__text", (int)(end - name), name);
    else
      snprintf(text, sizeof text, "%s", name);
    assert_int_equal(find(text, &arg), i);
    assert_int_equal(arg, hole ? 4321 : 0);
  }
}

/* proves ER-1 */
static void a_number_in_an_error_is_captured_wherever_it_stands(void **state) {
  (void)state;
  int64_t arg = 0;
  assert_string_equal(tl_error_name(&tg_errors, find("FLOOD_WAIT_42", &arg)), "FLOOD_WAIT_%d");
  assert_int_equal(arg, 42);
  assert_string_equal(tl_error_name(&tg_errors, find("FILE_PART_7_MISSING", &arg)),
                      "FILE_PART_%d_MISSING");
  assert_int_equal(arg, 7);
  assert_string_equal(
      tl_error_name(&tg_errors, find("PREVIOUS_CHAT_IMPORT_ACTIVE_WAIT_5MIN", &arg)),
      "PREVIOUS_CHAT_IMPORT_ACTIVE_WAIT_%dMIN");
  assert_int_equal(arg, 5);
  assert_string_equal(tl_error_name(&tg_errors, find("2FA_CONFIRM_WAIT_86400", &arg)),
                      "2FA_CONFIRM_WAIT_%d");
  assert_int_equal(arg, 86400);
  assert_string_equal(tl_error_name(&tg_errors, find("FLOOD_WAIT_9223372036854775807", NULL)),
                      "FLOOD_WAIT_%d");
}

/* proves ER-2 */
static void a_text_at_the_end_of_an_error_is_told(void **state) {
  static const char *const texts[] = {"RECAPTCHA_CHECK_signup__6Lc_key-1", "APNS_VERIFY_CHECK_a1",
                                      "INTEGRITY_CHECK_CLASSIC_0011"};
  static const char *const tails[] = {"signup__6Lc_key-1", "a1", "0011"};
  (void)state;
  for (size_t i = 0; i < 3; i++) {
    uint16_t error = find(texts[i], NULL);
    assert_true(error != 0);
    tl_string tail = tl_error_tail(&tg_errors, error, texts[i], strlen(texts[i]));
    assert_string_equal(tail.data, tails[i]);
    assert_int_equal(tail.size, strlen(tails[i]));
    assert_int_equal(tg_errors.entries[error - 1].code, 403);
  }
  assert_int_equal(find("RECAPTCHA_CHECK_", NULL), 0);
  assert_int_equal(find("RECAPTCHA_CHECK", NULL), 0);
  char longest[1000] = "APNS_VERIFY_CHECK_";
  memset(longest + 18, 'n', sizeof longest - 19);
  longest[sizeof longest - 1] = '\0';
  uint16_t error = find(longest, NULL);
  assert_int_equal(tl_error_tail(&tg_errors, error, longest, 999).size, 999 - 18);
  assert_int_equal(tl_error_tail(&tg_errors, error, "APNS", 4).size, 0);
  assert_int_equal(tl_error_tail(&tg_errors, 0, longest, 999).size, 0);
}

/* proves ER-1, ER-2 */
static void the_nearest_template_wins(void **state) {
  static const tl_error_entry entries[] = {{0, 1, 0}, {5, 2, 0}, {10, 3, 0}};
  static const tl_error_table table = {
      .names = "A_%d\0A_%s\0A_B_%s", .entries = entries, .count = 3};
  int64_t arg = 9;
  (void)state;
  assert_int_equal(tl_error_find(&table, "A_12", 4, &arg), 1);
  assert_int_equal(tl_error_find(&table, "A_C", 3, &arg), 2);
  assert_int_equal(arg, 0);
  assert_int_equal(tl_error_find(&table, "A_B_C", 5, &arg), 3);
  assert_int_equal(tl_error_find(&table, "A_B", 3, &arg), 2);
  assert_int_equal(tl_error_find(&table, "A_", 2, &arg), 0);
}

/* proves ER-1 */
static void a_full_name_wins_over_a_template(void **state) {
  static const tl_error_entry entries[] = {{0, 1, 0}, {5, 2, 0}};
  static const tl_error_table table = {.names = "A_%d\0A_1", .entries = entries, .count = 2};
  int64_t arg = 9;
  (void)state;
  assert_int_equal(tl_error_find(&table, "A_1", 3, &arg), 2);
  assert_int_equal(arg, 0);
  assert_int_equal(tl_error_find(&table, "A_2", 3, &arg), 1);
  assert_int_equal(arg, 2);
}

/* proves ER-1 */
static void what_the_table_does_not_have_is_unknown(void **state) {
  static const char *const texts[] = {"",
                                      "NO_SUCH_ERROR",
                                      "FLOOD_WAIT_",
                                      "FLOOD_WAIT_X",
                                      "FLOOD_WAIT_%d",
                                      "FLOOD_WAIT_1_2",
                                      "FLOOD_WAIT_9223372036854775808",
                                      "FLOOD_WAIT_-3",
                                      "flood_wait_3"};
  char longest[4096];
  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    int64_t arg = 5;
    assert_int_equal(find(texts[i], &arg), 0);
    assert_int_equal(arg, 0);
  }
  assert_int_equal(tl_error_find(&tg_errors, "FLOOD_WAIT_3\0", 13, NULL), 0);
  for (size_t size = 1; size < sizeof longest; size++) {
    longest[size - 1] = '1';
    assert_int_equal(tl_error_find(&tg_errors, longest, size, NULL), 0);
  }
  assert_string_equal(tl_error_name(&tg_errors, 0), "UNKNOWN");
  assert_string_equal(tl_error_name(&tg_errors, (uint16_t)(tg_errors.count + 1)), "UNKNOWN");
}

/* proves ER-7 */
static void errors_are_listed_for_their_methods(void **state) {
  (void)state;
  uint16_t sign_in = def_named(&tg_schema, "auth.signIn");
  assert_true(tl_error_listed(&tg_errors, sign_in, find("PHONE_CODE_INVALID", NULL)));
  assert_false(tl_error_listed(&tg_errors, sign_in, find("STICKERSET_INVALID", NULL)));
  assert_false(tl_error_listed(&tg_errors, sign_in, 0));
  assert_false(tl_error_listed(&tg_errors, 0, find("PHONE_CODE_INVALID", NULL)));
  assert_false(tl_error_listed(&tg_errors, TL_NONE, find("PHONE_CODE_INVALID", NULL)));
}

/* proves ER-7 */
static void global_errors_are_listed_for_every_method(void **state) {
  static const tl_error_entry entries[] = {{0, 1, 0}, {2, 2, 0}};
  static const uint16_t first[] = {1, 1, 1, 1}, errors[] = {2};
  static const tl_error_table table = {.schema = &toy_schema,
                                       .names = "A\0B",
                                       .entries = entries,
                                       .method_first = first,
                                       .method_errors = errors,
                                       .count = 2,
                                       .n_globals = 1};
  (void)state;
  assert_true(tl_error_listed(&table, TOY_DEF_getInts, 2));
  assert_false(tl_error_listed(&table, TOY_DEF_getInts, 1));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_definition_is_found_by_id_and_name),
      cmocka_unit_test(what_is_not_there_is_not_found),
      cmocka_unit_test(types_are_found_as_a_schema_spells_them),
      cmocka_unit_test(types_that_are_not_there_are_not_found),
      cmocka_unit_test(the_result_type_is_that_of_the_inner_query),
      cmocka_unit_test(what_is_no_call_has_no_result_type),
      cmocka_unit_test(a_value_gives_its_object),
      cmocka_unit_test(a_value_without_an_object_gives_none),
      cmocka_unit_test(a_slot_is_given_for_its_own_type_only),
      cmocka_unit_test(every_error_is_found_by_its_name),
      cmocka_unit_test(a_number_in_an_error_is_captured_wherever_it_stands),
      cmocka_unit_test(a_text_at_the_end_of_an_error_is_told),
      cmocka_unit_test(the_nearest_template_wins),
      cmocka_unit_test(a_full_name_wins_over_a_template),
      cmocka_unit_test(what_the_table_does_not_have_is_unknown),
      cmocka_unit_test(errors_are_listed_for_their_methods),
      cmocka_unit_test(global_errors_are_listed_for_every_method),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
