/* Types that take numbers: what depends on a # that stands elsewhere goes there and back, and
 * nothing of it has to be said twice. */
#include <numbers/numbers.h>
#include <tl/wire.h>

#include "support.h"

typedef struct state {
  tl_buffer out, again;
  tl_arena arena;
} state;

static int start(void **slot) {
  static state s;
  tl_buffer_init(&s.out, NULL, 0);
  tl_buffer_init(&s.again, NULL, 0);
  tl_arena_init(&s.arena, NULL, 0);
  *slot = &s;
  return 0;
}

static int stop(void **slot) {
  state *s = *slot;
  tl_buffer_free(&s->out);
  tl_buffer_free(&s->again);
  tl_arena_free(&s->arena);
  return 0;
}

static void decode(state *s, tl_object *object) {
  tl_error error;
  size_t skipped = 0;
  tl_status status = tl_decode_object(&numbers_schema, s->out.data, s->out.size, NULL, &s->arena,
                                      object, NULL, &error);
  if (status != TL_OK)
    fail_msg("%s: %s", error.path, error.text);
  assert_int_equal(
      tl_skip(&numbers_schema, TL_OP_OBJECT, s->out.data, s->out.size, NULL, &skipped, NULL),
      TL_OK);
  assert_int_equal(skipped, s->out.size);
}

/* Encodes, compares with these words, decodes, and encodes that again. */
static tl_object there_and_back(state *s, tl_object object, const uint32_t *words, size_t count) {
  tl_object back;
  must_encode(&object, &s->out);
  assert_int_equal(s->out.size, count * 4);
  for (size_t i = 0; i < count; i++)
    assert_int_equal(tl_load32(s->out.data + 4 * i), words[i]);
  decode(s, &back);
  must_encode(&back, &s->again);
  assert_int_equal(s->again.size, s->out.size);
  assert_memory_equal(s->again.data, s->out.data, s->out.size);
  return back;
}

#define BOTH_WAYS(s, object, ...)                                                                  \
  there_and_back(s, object, (const uint32_t[]){__VA_ARGS__},                                       \
                 sizeof(const uint32_t[]){__VA_ARGS__} / sizeof(uint32_t))

static void a_tuple_has_as_many_elements_as_the_schema_says(void **slot) {
  const double xs[] = {1, 2, 3, 4};
  numbers_tuple_double tuple = {.arg1 = {xs, 3}};
  numbers_point point = {.x = &tuple};
  BOTH_WAYS(*slot, numbers_point_object(&point), NUMBERS_ID_point, NUMBERS_ID_tuple_double, 0,
            0x3ff00000, 0, 0x40000000, 0, 0x40080000);
  tuple.arg1.count = 4;
  tl_object object = numbers_point_object(&point);
  assert_int_equal(tl_encode(&object, &((state *)*slot)->out, NULL), TL_ERR_FLAGS);
}

static void a_mask_follows_from_what_is_there(void **slot) {
  numbers_user boss = {.id = 1, .age = 44, .has_age = true, .bot = true};
  numbers_team team = {.boss = &boss};
  BOTH_WAYS(*slot, numbers_team_object(&team), NUMBERS_ID_team, 6, 1, 44, 0);
}

static void fields_that_disagree_about_a_mask_are_refused(void **slot) {
  numbers_user boss = {.id = 1, .bot = true}, other = {.id = 2};
  const numbers_user *others[] = {&other};
  numbers_team team = {.boss = &boss, .others = {others, 1}};
  tl_object object = numbers_team_object(&team);
  assert_int_equal(tl_encode(&object, &((state *)*slot)->out, NULL), TL_ERR_FLAGS);
  other.bot = true;
  BOTH_WAYS(*slot, object, NUMBERS_ID_team, 4, 1, 1, 2);
}

static void what_nothing_tells_is_kept(void **slot) {
  numbers_matrix matrix = {.n = 5};
  BOTH_WAYS(*slot, numbers_matrix_object(&matrix), NUMBERS_ID_matrix, 0, 5);
}

static void a_number_that_a_repetition_in_one_needs_goes_back(void **slot) {
  const int32_t a[] = {1, 2}, b[] = {3, 4};
  const tl_vector_int rows[] = {{a, 2}, {b, 2}};
  numbers_matrix matrix = {.rows = {rows, 2}};
  BOTH_WAYS(*slot, numbers_matrix_object(&matrix), NUMBERS_ID_matrix, 2, 2, 1, 2, 3, 4);
}

static void a_count_of_what_is_absent_is_kept(void **slot) {
  numbers_late late = {.n = 3};
  BOTH_WAYS(*slot, numbers_late_object(&late), NUMBERS_ID_late, 3, 0);
}

static void a_conditional_word_that_is_zero_is_there(void **slot) {
  const int64_t more[] = {9};
  numbers_given given = {.more = {more, 1}};
  numbers_holder holder = {.k = 0, .g = &given};
  BOTH_WAYS(*slot, numbers_holder_object(&holder), NUMBERS_ID_holder, 0, 9, 0);
}

static void a_sum_of_several_constructors_takes_a_mask(void **slot) {
  numbers_shape_circle circle = {.r = 2, .has_r = true};
  numbers_board board = {.shape = numbers_shape_circle_box(&circle), .d = NULL};
  numbers_dictionary_Pair_int_user empty = {0};
  board.d = &empty;
  (void)slot;
  BOTH_WAYS(*slot, numbers_board_object(&board), NUMBERS_ID_board, 1, NUMBERS_ID_shape_circle, 0,
            0x40000000, NUMBERS_ID_dictionary_Pair_int_user, 0);
}

static void a_mask_goes_through_a_type_that_knows_nothing_of_it(void **slot) {
  numbers_user u = {.id = 4, .age = 6, .has_age = true};
  numbers_maybeYes_user yes = {.value = &u};
  numbers_inside inside = {.a = numbers_maybeYes_user_box(&yes),
                           .b = numbers_maybeYes_user_box(&yes)};
  BOTH_WAYS(*slot, numbers_inside_object(&inside), NUMBERS_ID_inside, 0, 2,
            NUMBERS_ID_maybeYes_user, 4, 6, NUMBERS_ID_maybeYes_user, 4, 6);
}

static void the_answer_to_a_call_depends_on_its_mask(void **slot) {
  state *s = *slot;
  numbers_getUser request = {.fields_mask = 3, .id = 7};
  numbers_wrap wrap = {.query = numbers_getUser_object(&request)};
  tl_call call = numbers_wrap_call(&wrap);
  numbers_user user = {.id = 7, .name = TL_STR("abc"), .age = 5, .has_age = true};
  const numbers_user *answer = &user;
  uint32_t numbers[TL_WORDS];
  tl_value value;
  assert_int_equal(tl_encode_result(&call, &answer, &s->out, NULL), TL_OK);
  assert_int_equal(s->out.size, 4 * 4);
  assert_int_equal(tl_call_numbers(&call, numbers, NULL), TL_OK);
  assert_int_equal(numbers[0], 3);
  uint16_t type = tl_call_result_type(&call, NULL);
  tl_decode_options options = {.numbers = numbers, .n_numbers = TL_WORDS};
  assert_int_equal(tl_decode(&numbers_schema, type, s->out.data, s->out.size, &options, &s->arena,
                             &value, NULL, NULL),
                   TL_OK);
  assert_int_equal(numbers_getUser_result(&value)->age, 5);
  assert_int_equal(tl_decode(&numbers_schema, type, s->out.data, s->out.size, NULL, &s->arena,
                             &value, NULL, NULL),
                   TL_ERR_ARGUMENT);
  user.age = 0;
  user.has_age = false;
  assert_int_equal(tl_encode_result(&call, &answer, &s->again, NULL), TL_ERR_FLAGS);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
  const struct CMUnitTest tests[] = {
      TEST(a_tuple_has_as_many_elements_as_the_schema_says),
      TEST(a_mask_follows_from_what_is_there),
      TEST(fields_that_disagree_about_a_mask_are_refused),
      TEST(what_nothing_tells_is_kept),
      TEST(a_number_that_a_repetition_in_one_needs_goes_back),
      TEST(a_count_of_what_is_absent_is_kept),
      TEST(a_conditional_word_that_is_zero_is_there),
      TEST(a_sum_of_several_constructors_takes_a_mask),
      TEST(a_mask_goes_through_a_type_that_knows_nothing_of_it),
      TEST(the_answer_to_a_call_depends_on_its_mask),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
