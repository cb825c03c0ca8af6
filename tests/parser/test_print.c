/* test_print.c: what is printed is canonical, and parsing it again gives the same tree. */
#include "parse.h"

static char *print(const tlp_schema *schema) {
  size_t length = tlp_schema_print(schema, NULL, 0);
  char *text = malloc(length + 1);
  assert_non_null(text);
  assert_int_equal(tlp_schema_print(schema, text, length + 1), length);
  assert_int_equal(strlen(text), length);
  return text;
}

/* Parse, print, parse: the same tree, and printing that gives the same text. */
static void assert_round_trip(const tlp_schema *schema) {
  char *text = print(schema);
  tlp_schema *again = parse(text);
  char *second = print(again);
  assert_true(tlp_schema_equal(schema, again));
  assert_string_equal(text, second);
  free(text);
  free(second);
  tlp_schema_free(again);
}

static void assert_file_round_trips(const char *path) {
  tlp_schema *s = tlp_schema_new(NULL);
  assert_non_null(s);
  assert_int_equal(tlp_schema_add_file(s, path), TLP_OK);
  assert_int_equal(tlp_schema_finish(s), TLP_OK);
  assert_round_trip(s);
  tlp_schema_free(s);
}

/* proves TL-12 */
static void telegrams_schema_round_trips(void **state) {
  (void)state;
  assert_file_round_trips(SCHEMA_DIR "/api.tl");
  assert_file_round_trips(SCHEMA_DIR "/mtproto.tl");
  assert_file_round_trips(SCHEMA_DIR "/mtproto-extra.tl");
}

/* proves TL-12 */
static void schemas_of_others_round_trip(void **state) {
  (void)state;
  assert_file_round_trips(SAMPLES_DIR "/lite.tl");
  assert_file_round_trips(SAMPLES_DIR "/typed.tl");
}

/* proves TL-12 */
static void every_form_round_trips(void **state) {
  (void)state;
  static const char *const texts[] = {
      "New T; a = T; Final T; Empty E; e x:E = X; Vector int; tuple int 3+1; Tuple<int>;"
      "tuple {t:Type} {n:#} [ t ] = Tuple t n;",
      "a {X Y:Type} {n:#} x:%X y:Y z:n*[ (p q:int) # [ %Y ] ] = A X Y n;",
      "n {t:Type} = L t 0; c {t:Type} {n:#} _:t tail:%(L t n) = L t (n+1);",
      "_ {t:Type} x:t = Box t; b x:%(Box int) y:(Box %(Box long)) = B;",
      "a f:# g:f?int h:f.31?# i:h.0?true j:(f+7)*[ ] [ int ] 0*[ int ] = A;",
      "a T:Type x:T = A; b = !A; ---functions--- @x @y_z g {X:Type} q:!X r:X = X;"
      "h = Vector<Vector<%A>>; ---types--- c = C; ---functions--- i = C;",
      "// LAYER 9\na#1 = A;",
      "a x:(Vector #) y:Vector<#> = A;",
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    tlp_schema *s = parse(texts[i]);
    assert_round_trip(s);
    tlp_schema_free(s);
  }
}

/* proves TL-12 */
static void combinators_print_in_canonical_spelling(void **state) {
  (void)state;
  tlp_schema *s = parse("int ? = Int; tuple {t:Type}{n:#}[t]=Tuple t n;"
                        "a.b#c x:int f:# y:f . 3 ? (Vector (Tuple %Int (2+f))) (p q:string)"
                        " (f+1)*[_:int] z:%(Tuple int 3) = a.B;"
                        "---functions---\n@read g {X Y:Type} q:!X = Vector (Vector int);");
  assert_line(s, "int", "int ? = Int;");
  assert_line(s, "tuple", "tuple {t:Type} {n:#} [ t ] = Tuple t n;");
  assert_line(s, "a.b",
              "a.b#0000000c x:int f:# y:f.3?Vector<Tuple<%Int,f+2>> p:string q:string"
              " (f+1)*[ _:int ] z:%Tuple<int,3> = a.B;");
  assert_line(s, "g", "@read g {X:Type} {Y:Type} q:!X = Vector<Vector<int>>;");
  tlp_schema_free(s);
}

/* proves TL-12 */
static void printing_works_as_snprintf(void **state) {
  (void)state;
  static const char line[] = "a x:Vector<int> = A;";
  tlp_schema *s = parse(line);
  const tlp_combinator *a = find(s, "a");
  for (size_t size = 0; size < sizeof line + 2; size++) {
    char buffer[64];
    memset(buffer, 'x', sizeof buffer);
    assert_int_equal(tlp_combinator_print(a, buffer, size), sizeof line - 1);
    size_t kept = size == 0 ? 0 : size < sizeof line ? size - 1 : sizeof line - 1;
    assert_memory_equal(buffer, line, kept);
    assert_int_equal(buffer[size == 0 ? 0 : kept], size == 0 ? 'x' : '\0');
    assert_int_equal(buffer[size], 'x');
  }
  char buffer[64];
  assert_int_equal(tlp_expr_print(a->fields[0].type, buffer, sizeof buffer), 11);
  assert_string_equal(buffer, "Vector<int>");
  tlp_schema_free(s);
}

static void assert_differ(const char *left, const char *right) {
  tlp_schema *a = parse(left), *b = parse(right), *c = parse(left);
  if (tlp_schema_equal(a, b) || !tlp_schema_equal(a, c))
    fail_msg("wrongly compared: %s | %s", left, right);
  tlp_schema_free(a);
  tlp_schema_free(b);
  tlp_schema_free(c);
}

/* proves TL-12 */
static void different_schemas_are_not_equal(void **state) {
  (void)state;
  assert_differ("a = A;", "b = A;");
  assert_differ("a = A;", "a = B;");
  assert_differ("a = A;", "a = A; b = B;");
  assert_differ("a#1 = A;", "a#2 = A;");
  assert_differ("a#7aae25b9 = A;", "a = A;");
  assert_differ("a = A;", "// LAYER 1\na = A;");
  assert_differ("a x:int = A;", "a y:int = A;");
  assert_differ("a x:int = A;", "a x:long = A;");
  assert_differ("a x:int = A;", "a x:Int = A;");
  assert_differ("a _:int = A;", "a int = A;");
  assert_differ("a f:# x:f.1?int = A;", "a f:# x:f.2?int = A;");
  assert_differ("a f:# g:# x:f.1?int = A;", "a f:# g:# x:g.1?int = A;");
  assert_differ("a f:# x:f.0?int = A;", "a f:# x:f?int = A;");
  assert_differ("a x:Vector<int> = A;", "a x:vector<int> = A;");
  assert_differ("a x:Vector<int> = A;", "a x:%Vector<int> = A;");
  assert_differ("a n:# x:n*[ int ] = A;", "a n:# x:[ int ] = A;");
  assert_differ("a x:2*[ int ] = A;", "a x:3*[ int ] = A;");
  assert_differ("a x:2*[ int ] = A;", "a x:2*[ int int ] = A;");
  assert_differ("a {X:Type} x:X = A X;", "a {Y:Type} x:Y = A Y;");
  assert_differ("b = B; ---functions--- a {X:Type} x:X y:!X = X;",
                "b = B; ---functions--- a {X:Type} x:!X y:X = X;");
  assert_differ("b = B; ---functions--- f = B;", "b = B; f = B;");
  assert_differ("a = A; Final A;", "New A; a = A;");
  assert_differ("Vector int; a = A;", "Vector long; a = A;");
  assert_differ("Vector int; a = A;", "vector int; a = A;");
  assert_differ("a = A; ---functions--- @x f = A;", "a = A; ---functions--- @y f = A;");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(telegrams_schema_round_trips),
      cmocka_unit_test(schemas_of_others_round_trip),
      cmocka_unit_test(every_form_round_trips),
      cmocka_unit_test(combinators_print_in_canonical_spelling),
      cmocka_unit_test(printing_works_as_snprintf),
      cmocka_unit_test(different_schemas_are_not_equal),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
