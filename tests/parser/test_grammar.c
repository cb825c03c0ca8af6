/* test_grammar.c: every production of the grammar, and the tree that it gives. */
#include "parse.h"

/* proves TL-12 */
static void namespaces_are_told_from_names(void **state) {
  (void)state;
  tlp_schema *s = parse("a = A; auth.a = auth.A; adnl.message.query id:int = adnl.message.Query;");
  assert_null(find(s, "a")->name_space);
  assert_string_equal(find(s, "a")->short_name, "a");
  assert_string_equal(find(s, "auth.a")->name_space, "auth");
  assert_string_equal(find(s, "auth.a")->short_name, "a");
  assert_string_equal(find(s, "adnl.message.query")->name_space, "adnl.message");
  assert_string_equal(find(s, "adnl.message.query")->type->short_name, "Query");
  tlp_schema_free(s);
}

/* proves TL-12 */
static void sections_may_alternate(void **state) {
  (void)state;
  tlp_schema *s = parse("a = A;\n---functions---\nf = A;\n---types---\nb = A;\n"
                        "--- functions ---\ng = A;");
  assert_int_equal(find(s, "a")->section, TLP_SECTION_TYPES);
  assert_int_equal(find(s, "f")->section, TLP_SECTION_FUNCTIONS);
  assert_int_equal(find(s, "b")->section, TLP_SECTION_TYPES);
  assert_int_equal(find(s, "g")->section, TLP_SECTION_FUNCTIONS);
  const tlp_type *type = tlp_schema_find_type(s, "A");
  assert_int_equal(type->constructor_count, 2);
  assert_ptr_equal(type->constructors[1], find(s, "b"));
  assert_int_equal(find(s, "b")->type_index, 1);
  tlp_schema_free(s);
}

/* proves TL-12 */
static void comments_are_skipped_and_kept(void **state) {
  (void)state;
  tlp_schema *s = parse("// LAYER 42\n\n// one\n// two\na#00000001/* = B; */ x/* x */:int // y\n"
                        "  = A;/**/ b = A; // LAYER 7\n");
  assert_int_equal(tlp_schema_layer(s), 42);
  assert_int_equal(tlp_schema_file(s, 0)->layer, 42);
  const tlp_combinator *a = find(s, "a");
  assert_int_equal(a->comment_length, strlen("// one\n// two"));
  assert_memory_equal(a->comment, "// one\n// two", a->comment_length);
  assert_null(find(s, "b")->comment);
  tlp_schema_free(s);
}

/* proves TL-12 */
static void a_schema_without_layer_says_so(void **state) {
  (void)state;
  tlp_schema *s = parse("// about LAYER 3\n// LAYERS 4\na = A;");
  assert_int_equal(tlp_schema_layer(s), -1);
  tlp_schema_free(s);
}

/* proves TL-12 */
static void declarations_may_span_lines(void **state) {
  (void)state;
  const char *text = "\n\n  a.b#0000000a\r\n\tx:int\r\n\ty:long\n = A  ;";
  tlp_schema *s = parse(text);
  const tlp_combinator *c = find(s, "a.b");
  assert_int_equal(c->pos.line, 3);
  assert_int_equal(c->pos.column, 3);
  assert_int_equal(c->fields[1].pos.line, 5);
  assert_int_equal(c->fields[1].pos.column, 2);
  assert_int_equal(c->text_length, strlen(text) - 4);
  assert_memory_equal(c->text, text + 4, c->text_length);
  tlp_schema_free(s);
}

/* proves TL-12 */
static void implicit_arguments_are_variables(void **state) {
  (void)state;
  tlp_schema *s =
      parse("tuple {t:Type} {n:#} [ t ] = Tuple t n; pair {X Y:Type} x:X y:Y = Pair X Y;");
  const tlp_combinator *tuple = find(s, "tuple");
  assert_int_equal(tuple->implicit_count, 2);
  assert_string_equal(tuple->implicit[1]->name, "n");
  assert_int_equal(tuple->implicit[1]->kind, TLP_KIND_NAT);
  assert_true(tuple->implicit[1]->implicit);
  assert_null(tuple->implicit[1]->field);
  assert_int_equal(tuple->type->param_count, 2);
  assert_int_equal(tuple->type->params[0], TLP_KIND_TYPE);
  assert_int_equal(tuple->type->params[1], TLP_KIND_NAT);
  const tlp_expr *array = tuple->fields[0].type;
  assert_int_equal(array->kind, TLP_EXPR_ARRAY);
  assert_true(array->count_omitted);
  assert_ptr_equal(array->count->var, tuple->implicit[1]);
  assert_int_equal(array->fields[0].type->kind, TLP_EXPR_TYPE_VAR);
  assert_ptr_equal(array->fields[0].type->var, tuple->implicit[0]);
  assert_int_equal(find(s, "pair")->implicit_count, 2);
  assert_ptr_equal(find(s, "pair")->fields[1].type->var, find(s, "pair")->implicit[1]);
  tlp_schema_free(s);
}

/* proves TL-7, TL-8, TL-12 */
static void conditions_bind_to_the_word_they_name(void **state) {
  (void)state;
  tlp_schema *s = parse("a x:int flags:# b:flags.0?true mode:# c:mode.31?int d:flags.3?string"
                        " e:mode?long = A;");
  const tlp_combinator *a = find(s, "a");
  const tlp_field *f = a->fields;
  assert_null(f[0].cond_var);
  assert_int_equal(f[1].type->kind, TLP_EXPR_NAT_TYPE);
  assert_ptr_equal(f[1].var->field, &f[1]);
  assert_ptr_equal(f[2].cond_field, &f[1]);
  assert_int_equal(f[2].cond_bit, 0);
  assert_int_equal(f[2].type->type->builtin, TLP_TRUE);
  assert_ptr_equal(f[4].cond_field, &f[3]);
  assert_int_equal(f[4].cond_bit, 31);
  assert_ptr_equal(f[5].cond_field, &f[1]);
  assert_ptr_equal(f[6].cond_var, f[3].var);
  assert_int_equal(f[6].cond_bit, -1);
  tlp_schema_free(s);
}

/* proves TL-12 */
static void conditions_may_name_implicit_arguments(void **state) {
  (void)state;
  tlp_schema *s = parse("a {mask:#} x:mask.0?int y:mask . 1 ? long = A mask;");
  const tlp_combinator *a = find(s, "a");
  assert_ptr_equal(a->fields[0].cond_var, a->implicit[0]);
  assert_null(a->fields[0].cond_field);
  assert_int_equal(a->fields[1].cond_bit, 1);
  tlp_schema_free(s);
}

/* proves TL-9, TL-12 */
static void bang_marks_a_query(void **state) {
  (void)state;
  tlp_schema *s = parse("---functions---\n"
                        "invokeWithLayer#da9b0d0d {X:Type} layer:int query:!X = X;");
  const tlp_combinator *f = find(s, "invokeWithLayer");
  assert_true(f->fields[1].bang);
  assert_int_equal(f->fields[1].type->kind, TLP_EXPR_TYPE_VAR);
  assert_ptr_equal(f->fields[1].type->var, f->implicit[0]);
  assert_int_equal(f->result->kind, TLP_EXPR_TYPE_VAR);
  assert_null(f->type);
  tlp_schema_free(s);
}

/* proves TL-9, TL-12 */
static void a_query_may_be_bare(void **state) {
  (void)state;
  tlp_schema *s = parse("---functions---\nf {X:Type} q:!%X r:!(X) = X;");
  assert_true(find(s, "f")->fields[0].bang && find(s, "f")->fields[0].type->bare);
  assert_true(find(s, "f")->fields[1].bang && !find(s, "f")->fields[1].type->bare);
  tlp_schema_free(s);
}

/* proves TL-12 */
static void a_bang_before_the_result_makes_a_function(void **state) {
  (void)state;
  tlp_schema *s = parse("a = A; f x:int = !A;");
  assert_int_equal(find(s, "f")->section, TLP_SECTION_FUNCTIONS);
  assert_int_equal(tlp_schema_find_type(s, "A")->constructor_count, 1);
  tlp_schema_free(s);
}

/* proves TL-6, TL-12 */
static void bare_and_boxed_are_told_apart(void **state) {
  (void)state;
  tlp_schema *s =
      parse("p x:int = P; a q:P r:%P s:p t:Vector<P> u:vector<%P> v:Vector<p> w:%Vector<P> = A;");
  const tlp_field *f = find(s, "a")->fields;
  const tlp_combinator *p = find(s, "p");
  assert_false(f[0].type->bare);
  assert_null(f[0].type->ctor);
  assert_true(f[1].type->bare && f[1].type->percent);
  assert_ptr_equal(f[1].type->ctor, p);
  assert_true(f[2].type->bare && !f[2].type->percent);
  assert_ptr_equal(f[2].type->ctor, p);
  assert_int_equal(f[3].type->type->builtin, TLP_VECTOR);
  assert_false(f[3].type->bare || f[3].type->args[0]->bare);
  assert_true(f[4].type->bare && f[4].type->args[0]->bare);
  assert_string_equal(f[4].type->ctor->name, "vector");
  assert_true(!f[5].type->bare && f[5].type->args[0]->bare);
  assert_true(f[6].type->bare && f[6].type->percent);
  tlp_schema_free(s);
}

/* proves TL-12 */
static void applications_may_be_spelled_in_every_way(void **state) {
  (void)state;
  tlp_schema *s =
      parse("tuple {t:Type} {n:#} [ t ] = Tuple t n;"
            "a {n:#} b:(Tuple int 3) c:Tuple<int,3> d:((Tuple int) 3) e:(Tuple (int) (3))"
            " f:Tuple<int, n+2> g:(Tuple int 2+n) h:(Tuple int (n + 1 + 1))"
            " i:%(Tuple int n) j:(%Tuple int n) k:(tuple int n) l:(Vector (Vector int))"
            " m:Vector<Vector<int>> = A n;");
  const tlp_field *f = find(s, "a")->fields;
  for (size_t i = 0; i < 4; i++) {
    assert_int_equal(f[i].type->args[0]->type->builtin, TLP_INT);
    assert_int_equal(f[i].type->args[1]->kind, TLP_EXPR_NAT);
    assert_int_equal(f[i].type->args[1]->value, 3);
    assert_null(f[i].type->args[1]->var);
  }
  for (size_t i = 4; i < 7; i++) {
    assert_int_equal(f[i].type->args[1]->value, 2);
    assert_ptr_equal(f[i].type->args[1]->var, find(s, "a")->implicit[0]);
  }
  for (size_t i = 7; i < 10; i++)
    assert_true(f[i].type->bare);
  assert_string_equal(f[10].type->args[0]->type->name, "Vector");
  assert_string_equal(f[11].type->args[0]->args[0]->ctor->name, "int");
  tlp_schema_free(s);
}

/* proves TL-12 */
static void repetitions_count_by_numbers_and_fields(void **state) {
  (void)state;
  tlp_schema *s = parse("a {k:#} x:4*[ int ] n:# y:n*[ b:int c:string ] (n+2)*[ long ] z:[ m:# m*[ "
                        "k*[ d:m.1?int ] ] ]"
                        " [ ] = A k;");
  const tlp_combinator *a = find(s, "a");
  const tlp_field *f = a->fields;
  assert_int_equal(f[0].type->count->value, 4);
  assert_null(f[0].type->count->var);
  assert_ptr_equal(f[2].type->count->var, f[1].var);
  assert_int_equal(f[2].type->field_count, 2);
  assert_string_equal(f[2].type->fields[1].name, "c");
  assert_null(f[3].name);
  assert_int_equal(f[3].type->count->value, 2);
  assert_true(f[4].type->count_omitted);
  assert_ptr_equal(f[4].type->count->var, f[1].var);
  const tlp_field *inner = f[4].type->fields;
  assert_ptr_equal(inner[1].type->count->var, inner[0].var);
  const tlp_expr *innermost = inner[1].type->fields[0].type;
  assert_ptr_equal(innermost->count->var, a->implicit[0]);
  assert_ptr_equal(innermost->fields[0].cond_field, &inner[0]);
  assert_ptr_equal(f[5].type->count->var, f[1].var);
  assert_int_equal(f[5].type->field_count, 0);
  assert_int_equal(a->var_count, 3);
  assert_int_equal(inner[0].var->number, 2);
  tlp_schema_free(s);
}

/* proves TL-12 */
static void anonymous_fields_and_groups(void **state) {
  (void)state;
  tlp_schema *s = parse("a int # _:long (b c:string) (Vector int) ( _ d:int ) = A;");
  const tlp_combinator *a = find(s, "a");
  const tlp_field *f = a->fields;
  assert_int_equal(a->field_count, 8);
  assert_true(!f[0].name && !f[0].underscore);
  assert_int_equal(f[1].type->kind, TLP_EXPR_NAT_TYPE);
  assert_null(f[1].var->name);
  assert_true(!f[2].name && f[2].underscore);
  assert_string_equal(f[3].name, "b");
  assert_string_equal(f[4].name, "c");
  assert_string_equal(f[3].type->type->name, "String");
  assert_string_equal(f[4].type->type->name, "String");
  assert_int_equal(f[5].type->type->builtin, TLP_VECTOR);
  assert_true(f[6].underscore);
  assert_string_equal(f[7].name, "d");
  tlp_schema_free(s);
}

/* proves TL-12 */
static void builtins_are_declared_with_a_question_mark(void **state) {
  (void)state;
  tlp_schema *s = parse("int#a8509bda ? = Int; object ? = Object; a x:int y:object z:Object = A;");
  assert_true(find(s, "int")->builtin);
  assert_int_equal(find(s, "int")->id, 0xa8509bda);
  assert_false(find(s, "int")->predefined);
  assert_int_equal(find(s, "a")->fields[1].type->type->builtin, TLP_OBJECT);
  tlp_schema_free(s);
}

/* proves TL-12 */
static void final_new_and_empty(void **state) {
  (void)state;
  tlp_schema *s = parse("New A; a = A; Final A; Empty E; b x:E = B;");
  size_t count;
  const tlp_decl *decls = tlp_schema_decls(s, &count);
  assert_int_equal(count, 5);
  assert_int_equal(decls[0].kind, TLP_DECL_NEW);
  assert_int_equal(decls[2].kind, TLP_DECL_FINAL);
  assert_int_equal(decls[3].kind, TLP_DECL_EMPTY);
  assert_true(tlp_schema_find_type(s, "A")->is_final);
  assert_true(tlp_schema_find_type(s, "E")->is_empty);
  assert_int_equal(tlp_schema_find_type(s, "E")->constructor_count, 0);
  tlp_schema_free(s);
}

/* proves TL-12 */
static void reserved_words_may_be_names_of_types(void **state) {
  (void)state;
  tlp_schema *s = parse("e = Empty; a x:Empty y:(Vector Empty) = Final; b c:Final = New;");
  assert_string_equal(find(s, "b")->fields[0].type->type->name, "Final");
  tlp_schema_free(s);
}

/* proves TL-12 */
static void partial_applications(void **state) {
  (void)state;
  tlp_schema *s = parse("tuple {t:Type} {n:#} [ t ] = Tuple t n;\n"
                        "Vector int; Vector<Vector<int>>; Tuple int; tuple int 3+1; tuple long;");
  size_t count;
  const tlp_decl *decls = tlp_schema_decls(s, &count);
  assert_int_equal(count, 6);
  assert_int_equal(decls[1].kind, TLP_DECL_PARTIAL_TYPE);
  assert_int_equal(decls[1].type->builtin, TLP_VECTOR);
  assert_int_equal(decls[2].args[0]->args[0]->type->builtin, TLP_INT);
  assert_int_equal(decls[3].arg_count, 1);
  assert_int_equal(decls[4].kind, TLP_DECL_PARTIAL_COMBINATOR);
  assert_string_equal(decls[4].combinator->name, "tuple");
  assert_int_equal(decls[4].args[1]->value, 4);
  tlp_schema_free(s);
}

/* proves TL-12 */
static void an_underscore_is_a_constructor_without_name(void **state) {
  (void)state;
  tlp_schema *s = parse("_ {t:Type} x:t = Box t; _#00000007 = Other;");
  const tlp_type *box = tlp_schema_find_type(s, "Box");
  assert_null(box->constructors[0]->name);
  assert_null(box->constructors[0]->short_name);
  assert_int_equal(tlp_schema_find_type(s, "Other")->constructors[0]->id, 7);
  tlp_schema_free(s);
}

/* proves TL-12 */
static void annotations_stand_before_a_combinator(void **state) {
  (void)state;
  tlp_schema *s = parse("a = A;\n---functions---\n@read @any f x:int = A;");
  const tlp_combinator *f = find(s, "f");
  assert_int_equal(f->annotation_count, 2);
  assert_string_equal(f->annotations[0], "read");
  assert_string_equal(f->annotations[1], "any");
  tlp_schema_free(s);
}

/* proves TL-12 */
static void patterns_make_constructors_of_one_type(void **state) {
  (void)state;
  tlp_schema *s = parse("nil {t:Type} = List t 0;\n"
                        "cons {t:Type} {n:#} head:t tail:%(List t n) = List t (n + 1);");
  const tlp_combinator *cons = find(s, "cons");
  assert_int_equal(cons->result->args[1]->value, 1);
  assert_false(cons->type->overlapping);
  assert_true(cons->fields[1].type->bare);
  assert_null(cons->fields[1].type->ctor); /* which of the two, n tells */
  tlp_schema_free(s);
}

/* proves TL-12 */
static void a_byte_order_mark_is_no_error(void **state) {
  (void)state;
  tlp_schema *s = parse("\xef\xbb\xbf"
                        "a = A;");
  assert_int_equal(find(s, "a")->pos.column, 1);
  tlp_schema_free(s);
}

/* proves TL-12 */
static void long_lines_are_no_error(void **state) {
  (void)state;
  size_t size = 200000, at = 0;
  char *text = malloc(size);
  assert_non_null(text);
  at += (size_t)snprintf(text, size, "a");
  for (int i = 0; i < 10000; i++)
    at += (size_t)snprintf(text + at, size - at, " f%d:int", i);
  (void)snprintf(text + at, size - at, " = A;");
  tlp_schema *s = parse(text);
  assert_int_equal(find(s, "a")->field_count, 10000);
  assert_string_equal(find(s, "a")->fields[9999].name, "f9999");
  tlp_schema_free(s);
  free(text);
}

/* proves TL-12 */
static void an_empty_source_is_a_schema(void **state) {
  (void)state;
  size_t count = 1;
  tlp_schema *s = parse(" // nothing\n");
  (void)tlp_schema_combinators(s, &count);
  assert_int_equal(count, 0);
  assert_null(tlp_schema_find_id(s, 1));
  tlp_schema_free(s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(namespaces_are_told_from_names),
      cmocka_unit_test(sections_may_alternate),
      cmocka_unit_test(comments_are_skipped_and_kept),
      cmocka_unit_test(a_schema_without_layer_says_so),
      cmocka_unit_test(declarations_may_span_lines),
      cmocka_unit_test(implicit_arguments_are_variables),
      cmocka_unit_test(conditions_bind_to_the_word_they_name),
      cmocka_unit_test(conditions_may_name_implicit_arguments),
      cmocka_unit_test(bang_marks_a_query),
      cmocka_unit_test(a_query_may_be_bare),
      cmocka_unit_test(a_bang_before_the_result_makes_a_function),
      cmocka_unit_test(bare_and_boxed_are_told_apart),
      cmocka_unit_test(applications_may_be_spelled_in_every_way),
      cmocka_unit_test(repetitions_count_by_numbers_and_fields),
      cmocka_unit_test(anonymous_fields_and_groups),
      cmocka_unit_test(builtins_are_declared_with_a_question_mark),
      cmocka_unit_test(final_new_and_empty),
      cmocka_unit_test(reserved_words_may_be_names_of_types),
      cmocka_unit_test(partial_applications),
      cmocka_unit_test(an_underscore_is_a_constructor_without_name),
      cmocka_unit_test(annotations_stand_before_a_combinator),
      cmocka_unit_test(patterns_make_constructors_of_one_type),
      cmocka_unit_test(a_byte_order_mark_is_no_error),
      cmocka_unit_test(long_lines_are_no_error),
      cmocka_unit_test(an_empty_source_is_a_schema),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
