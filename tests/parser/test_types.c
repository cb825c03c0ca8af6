/* test_types.c: types, built-in ones, several sources as one schema. */
#include "parse.h"

/* proves TL-12 */
static void common_types_need_no_declaration(void **state) {
  (void)state;
  tlp_schema *s = parse("a b:int c:long d:double e:string f:bytes g:int128 h:int256 i:Bool"
                        " j:Vector<int> k:Object flags:# l:flags.0?true = A;");
  static const tlp_builtin wanted[] = {TLP_INT,    TLP_LONG,   TLP_DOUBLE, TLP_STRING, TLP_BYTES,
                                       TLP_INT128, TLP_INT256, TLP_BOOL,   TLP_VECTOR, TLP_OBJECT};
  const tlp_combinator *a = find(s, "a");
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    assert_int_equal(a->fields[i].type->type->builtin, wanted[i]);
    assert_true(a->fields[i].type->type->predefined);
  }
  assert_int_equal(find(s, "boolTrue")->id, 0x997275b5);
  assert_int_equal(find(s, "boolFalse")->id, 0xbc799737);
  assert_int_equal(find(s, "true")->id, 0x3fedd339);
  assert_int_equal(find(s, "vector")->id, 0x1cb5c415);
  size_t count;
  (void)tlp_schema_combinators(s, &count);
  assert_int_equal(count, 1); /* those of the library are not among them */
  tlp_schema_free(s);
}

/* proves TL-12 */
static void sized_and_secure_types_need_none_either(void **state) {
  (void)state;
  tlp_schema *s = parse("a b:int32 c:int53 d:int64 e:secureString f:secureBytes g:Int64 = A;");
  static const tlp_builtin wanted[] = {TLP_INT,    TLP_LONG,  TLP_LONG,
                                       TLP_STRING, TLP_BYTES, TLP_LONG};
  const tlp_combinator *a = find(s, "a");
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    assert_int_equal(a->fields[i].type->type->builtin, wanted[i]);
    assert_true(a->fields[i].type->type->predefined);
    assert_int_equal(a->fields[i].type->bare, i < 5);
  }
  tlp_schema_free(s);
}

/* proves TL-12 */
static void predefined_types_appear_only_when_used(void **state) {
  (void)state;
  tlp_schema *s = parse("a string:int = A;");
  assert_null(tlp_schema_find_type(s, "String"));
  assert_non_null(tlp_schema_find_type(s, "Int"));
  size_t count;
  const tlp_type *const *types = tlp_schema_types(s, &count);
  assert_int_equal(count, 2);
  assert_string_equal(types[0]->name, "A");
  assert_int_equal(types[1]->index, 1);
  tlp_schema_free(s);
}

/* proves TL-12 */
static void declared_common_types_win(void **state) {
  (void)state;
  tlp_schema *s =
      parse("string ? = String; bytes data:string = Bytes;"
            "vector#1cb5c415 {t:Type} n:# [ t ] = Vector t; a b:bytes c:(vector int) = A;");
  assert_false(find(s, "bytes")->predefined);
  assert_int_equal(tlp_schema_find_type(s, "Bytes")->builtin, TLP_BYTES);
  assert_int_equal(find(s, "vector")->id, 0x1cb5c415);
  assert_int_equal(tlp_schema_find_type(s, "Vector")->builtin, TLP_VECTOR);
  tlp_schema_free(s);
}

/* The type of that name in a schema where something uses it. */
static tlp_builtin builtin_of(const char *text, const char *type) {
  tlp_schema *s = parse(text);
  tlp_builtin builtin = tlp_schema_find_type(s, type)->builtin;
  tlp_schema_free(s);
  return builtin;
}

/* proves TL-12 */
static void a_builtin_is_known_by_shape_and_id(void **state) {
  (void)state;
  assert_int_equal(builtin_of("vector#1 {t:Type} # [ t ] = Vector t;", "Vector"), TLP_NOT_BUILTIN);
  assert_int_equal(builtin_of("vector {t:Type} n:# [ t ] = Vector t;", "Vector"), TLP_NOT_BUILTIN);
  assert_int_equal(builtin_of("vector {t:Type} # [ t ] = Vector t;", "Vector"), TLP_VECTOR);
  assert_int_equal(builtin_of("boolTrue = Bool; boolFalse = Bool;", "Bool"), TLP_BOOL);
  assert_int_equal(builtin_of("boolTrue#1 = Bool; boolFalse = Bool;", "Bool"), TLP_NOT_BUILTIN);
  assert_int_equal(builtin_of("boolTrue x:int = Bool; boolFalse = Bool;", "Bool"), TLP_NOT_BUILTIN);
  assert_int_equal(builtin_of("bytes x:int = Bytes;", "Bytes"), TLP_NOT_BUILTIN);
  assert_int_equal(builtin_of("bytes data:string = Bytes;", "Bytes"), TLP_BYTES);
  assert_int_equal(builtin_of("int128 a:long b:long = Int128;", "Int128"), TLP_NOT_BUILTIN);
  assert_int_equal(builtin_of("int128 4*[ int ] = Int128;", "Int128"), TLP_INT128);
  assert_int_equal(builtin_of("int256 4*[ int ] = Int256;", "Int256"), TLP_NOT_BUILTIN);
  assert_int_equal(builtin_of("object id:long = Object;", "Object"), TLP_NOT_BUILTIN);
  assert_int_equal(builtin_of("object ? = Object;", "Object"), TLP_OBJECT);
  assert_int_equal(builtin_of("gzip_packed#3072cfa1 x:bytes = Object;", "Object"), TLP_OBJECT);
  assert_int_equal(builtin_of("a x:float = A;", "Float"), TLP_FLOAT);
  assert_int_equal(builtin_of("mine ? = Int;", "Int"), TLP_NOT_BUILTIN);
}

/* proves TL-12 */
static void a_name_alone_does_not_make_a_builtin(void **state) {
  (void)state;
  tlp_schema *s = parse("int x:double = Int; yes = Bool; no = Bool; vector = Vector;"
                        "true a:double = True; int53 = Int53; secureString = SecureString;");
  assert_int_equal(tlp_schema_find_type(s, "Int")->builtin, TLP_NOT_BUILTIN);
  assert_int_equal(tlp_schema_find_type(s, "Bool")->builtin, TLP_NOT_BUILTIN);
  assert_int_equal(tlp_schema_find_type(s, "Vector")->builtin, TLP_NOT_BUILTIN);
  assert_int_equal(tlp_schema_find_type(s, "True")->builtin, TLP_NOT_BUILTIN);
  assert_int_equal(tlp_schema_find_type(s, "Int53")->builtin, TLP_LONG);
  assert_int_equal(tlp_schema_find_type(s, "SecureString")->builtin, TLP_STRING);
  tlp_schema_free(s);
}

/* proves TL-12 */
static void overlapping_constructors_are_known(void **state) {
  (void)state;
  tlp_schema *s = parse("a = A; b = A; c = C; d {n:#} = D n; e = D 0; f = F 0; g = F 1;"
                        "h {t:Type} = H t; i = H int; j = J int; k = J A;");
  assert_true(tlp_schema_find_type(s, "A")->overlapping);
  assert_false(tlp_schema_find_type(s, "C")->overlapping);
  assert_true(tlp_schema_find_type(s, "D")->overlapping);
  assert_false(tlp_schema_find_type(s, "F")->overlapping);
  assert_true(tlp_schema_find_type(s, "H")->overlapping);
  assert_false(tlp_schema_find_type(s, "J")->overlapping);
  tlp_schema_free(s);
}

/* proves TL-12 */
static void sources_accumulate(void **state) {
  (void)state;
  static const char one[] = "int ? = Int;\n// LAYER 5\na x:B = A;", two[] = "int ? = Int;\nb = B;";
  tlp_schema *s = tlp_schema_new(NULL);
  assert_non_null(s);
  assert_int_equal(tlp_schema_add(s, "one.tl", one, sizeof one - 1), TLP_OK);
  assert_int_equal(tlp_schema_add(s, "two.tl", two, sizeof two - 1), TLP_OK);
  assert_int_equal(tlp_schema_finish(s), TLP_OK);
  assert_int_equal(tlp_schema_diag_count(s), 0);
  assert_int_equal(tlp_schema_file_count(s), 2);
  assert_string_equal(tlp_schema_file(s, 1)->name, "two.tl");
  assert_string_equal(tlp_schema_file(s, 1)->text, two);
  assert_null(tlp_schema_file(s, 2));
  assert_int_equal(find(s, "b")->pos.file, 1);
  assert_ptr_equal(find(s, "a")->fields[0].type->type, find(s, "b")->type);
  assert_int_equal(tlp_schema_layer(s), 5);
  tlp_schema_free(s);
}

/* proves TL-12 */
static void each_source_starts_among_the_types(void **state) {
  (void)state;
  static const char one[] = "---functions---\nf = B;", two[] = "b = B;";
  tlp_schema *s = tlp_schema_new(NULL);
  assert_non_null(s);
  assert_int_equal(tlp_schema_add(s, "one.tl", one, sizeof one - 1), TLP_OK);
  assert_int_equal(tlp_schema_add(s, "two.tl", two, sizeof two - 1), TLP_OK);
  assert_int_equal(tlp_schema_finish(s), TLP_OK);
  assert_int_equal(find(s, "b")->section, TLP_SECTION_TYPES);
  tlp_schema_free(s);
}

/* proves TL-12 */
static void lookups_find_by_name_and_id(void **state) {
  (void)state;
  tlp_schema *s =
      parse("a#00000001 = A; auth.b#00000002 = auth.B;\n---functions---\nf#00000003 = A;");
  assert_ptr_equal(tlp_schema_find_id(s, 2), find(s, "auth.b"));
  assert_ptr_equal(tlp_schema_find_id(s, 3), find(s, "f"));
  assert_null(tlp_schema_find_id(s, 4));
  assert_null(tlp_schema_find(s, "B"));
  assert_null(tlp_schema_find(s, ""));
  assert_null(tlp_schema_find_type(s, "auth.b"));
  assert_string_equal(tlp_schema_find_type(s, "auth.B")->short_name, "B");
  tlp_schema_free(s);
}

/* proves TL-12 */
static void names_are_interned(void **state) {
  (void)state;
  tlp_schema *s = parse("a x:int y:A = A; b x:int = B;");
  assert_ptr_equal(find(s, "a")->fields[0].name, find(s, "b")->fields[0].name);
  tlp_schema_free(s);
}

/* proves TL-12 */
static void calls_in_the_wrong_order_are_refused(void **state) {
  (void)state;
  tlp_schema *s = parse("a = A;");
  assert_int_equal(tlp_schema_add(s, "x", "b = B;", 6), TLP_ERR_STATE);
  assert_int_equal(tlp_schema_finish(s), TLP_ERR_STATE);
  assert_int_equal(tlp_schema_add_file(s, "x"), TLP_ERR_STATE);
  tlp_schema_free(s);
  tlp_schema_free(NULL);
}

/* proves TL-12 */
static void files_are_read(void **state) {
  (void)state;
  tlp_schema *s = tlp_schema_new(NULL);
  assert_non_null(s);
  assert_int_equal(tlp_schema_add_file(s, SAMPLES_DIR "/no such file.tl"), TLP_ERR_IO);
  assert_int_equal(tlp_schema_add_file(s, SCHEMA_DIR "/mtproto.tl"), TLP_OK);
  assert_int_equal(tlp_schema_finish(s), TLP_OK);
  assert_non_null(tlp_schema_find(s, "resPQ"));
  tlp_schema_free(s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(common_types_need_no_declaration),
      cmocka_unit_test(sized_and_secure_types_need_none_either),
      cmocka_unit_test(predefined_types_appear_only_when_used),
      cmocka_unit_test(declared_common_types_win),
      cmocka_unit_test(a_name_alone_does_not_make_a_builtin),
      cmocka_unit_test(a_builtin_is_known_by_shape_and_id),
      cmocka_unit_test(overlapping_constructors_are_known),
      cmocka_unit_test(sources_accumulate),
      cmocka_unit_test(each_source_starts_among_the_types),
      cmocka_unit_test(lookups_find_by_name_and_id),
      cmocka_unit_test(names_are_interned),
      cmocka_unit_test(calls_in_the_wrong_order_are_refused),
      cmocka_unit_test(files_are_read),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
