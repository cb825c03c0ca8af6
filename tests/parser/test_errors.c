/* test_errors.c: every error, at its exact place, all of them in one run, and how it is shown. */
#include "parse.h"

typedef struct expected {
  tlp_diag_code code;
  unsigned line;
  unsigned column;
  unsigned length;
  const char *message;
} expected;

typedef struct bad {
  const char *text;
  expected errors[4]; /* up to the first without a message */
} bad;

static const bad bads[] = {
    /* what is not in the grammar */
    {"a = A",
     {{TLP_D_SYNTAX, 1, 6, 1, "expected `;` at the end of a declaration, but the file ends here"}}},
    {"a x:int128 = A; int",
     {{TLP_D_SYNTAX, 1, 20, 1,
       "expected `=` and the result type, but the file ends here"}}}, /* int128 is of int */
    {"a x:int",
     {{TLP_D_SYNTAX, 1, 8, 1, "expected `=` and the result type, but the file ends here"}}},
    {"a x: = A;", {{TLP_D_SYNTAX, 1, 6, 1, "expected a type, not `=`"}}},
    {"a x:int = ;", {{TLP_D_SYNTAX, 1, 11, 1, "expected a result type, not `;`"}}},
    {"a x:int = A B:;",
     {{TLP_D_SYNTAX, 1, 14, 1, "expected `;` at the end of a declaration, not `:`"}}},
    {"a x:(int = A;", {{TLP_D_SYNTAX, 1, 10, 1, "expected `)` to close the parenthesis, not `=`"}}},
    {"a x:Vector<int = A;",
     {{TLP_D_SYNTAX, 1, 16, 1, "expected `>` to close the list of arguments, not `=`"}}},
    {"a x:3*[ int = A;",
     {{TLP_D_SYNTAX, 1, 13, 1, "expected `]` to close the repetition, not `=`"}}},
    {"a x:3*int = A;", {{TLP_D_SYNTAX, 1, 7, 3, "expected `[` after `*`, not `int`"}}},
    {"a {X:Type = A;",
     {{TLP_D_SYNTAX, 1, 11, 1, "expected `}` after an implicit argument, not `=`"}}},
    {"a {X Type} = A;", {{TLP_D_SYNTAX, 1, 10, 1, "expected `:` after the name, not `}`"}}},
    {"a {} = A;", {{TLP_D_SYNTAX, 1, 4, 1, "expected the name of an implicit argument, not `}`"}}},
    {"a {X:int} = A;", {{TLP_D_SYNTAX, 1, 6, 3, "an implicit argument is `Type` or `#`"}}},
    {"a x:int {X:Type} = A;",
     {{TLP_D_SYNTAX, 1, 9, 1,
       "expected `=`; implicit arguments stand before the fields, not `{`"}}},
    {"a n.x:int = A;", {{TLP_D_SYNTAX, 1, 3, 3, "the name of a field has no dot"}}},
    {"a f:# x:f.y?int = A;",
     {{TLP_D_CONDITION, 1, 9, 3, "no field `f.y` of type `#` stands before this condition"}}},
    {"a f:# x:f.0int = A;",
     {{TLP_D_SYNTAX, 1, 12, 3, "expected `?` after a condition, not `int`"}}},
    {"Foo x:int = A;",
     {{TLP_D_SYNTAX, 1, 1, 3, "a constructor or function starts with a small letter"}}},
    {"Final a;", {{TLP_D_SYNTAX, 1, 7, 1, "expected the name of a type, not `a`"}}},
    {"a = b;", {{TLP_D_RESULT, 1, 5, 1, "the type `b` does not start with a capital"}}},
    {"---nothing---",
     {{TLP_D_SYNTAX, 1, 4, 7,
       "expected `types` or `functions` between the dashes, not `nothing`"}}},
    {"---types a = A;",
     {{TLP_D_SYNTAX, 1, 10, 1, "expected `---` after the name of the section, not `a`"}}},
    {";", {{TLP_D_SYNTAX, 1, 1, 1, "expected a declaration, not `;`"}}},
    {"@ a = A;", {{TLP_D_SYNTAX, 1, 5, 1, "expected a declaration, not `=`"}}},
    {"a x:(1+y+z) = A;",
     {{TLP_D_SYNTAX, 1, 10, 1, "a sum has at most one operand that is not a number"}}},
    /* characters, comments, numbers */
    {"a $ = A;", {{TLP_D_CHARACTER, 1, 3, 1, "nothing starts with `$`"}}},
    {"a \x80 = A;", {{TLP_D_CHARACTER, 1, 3, 1, "the byte 0x80 does not belong here"}}},
    {"a = A; /* x", {{TLP_D_COMMENT, 1, 8, 2, "this comment has no end"}}},
    {"a#123456789 = A;",
     {{TLP_D_NUMBER, 1, 3, 9, "an id is one to eight hexadecimal digits right after the `#`"}}},
    {"a#12g = A;",
     {{TLP_D_NUMBER, 1, 3, 3, "an id is one to eight hexadecimal digits right after the `#`"}}},
    {"a# = A;",
     {{TLP_D_NUMBER, 1, 3, 1, "an id is one to eight hexadecimal digits right after the `#`"}}},
    {"a x:4294967296*[ int ] = A;",
     {{TLP_D_NUMBER, 1, 5, 10, "this number does not fit in 32 bits"}}},
    {"a n:# x:(4294967295 + n + 1)*[ int ] = A;",
     {{TLP_D_NUMBER, 1, 10, 10, "this sum does not fit in 32 bits"}}},
    /* names */
    {"a = A;\nb = B; a = C;",
     {{TLP_D_DUPLICATE_NAME, 2, 8, 1, "`a` is declared a second time; the first is at test.tl:1"}}},
    {"a x:int x:int = A;",
     {{TLP_D_DUPLICATE_NAME, 1, 9, 1, "there is a field or argument `x` before this"}}},
    {"a {n:#} n:int = A n;",
     {{TLP_D_DUPLICATE_NAME, 1, 9, 1, "there is a field or argument `n` before this"}}},
    {"_ = A; _ x:int = A;",
     {{TLP_D_DUPLICATE_NAME, 1, 8, 1, "the type `A` has a constructor `_` already"}}},
    {"a x:Nope y:no = A;",
     {{TLP_D_UNDEFINED_TYPE, 1, 5, 4, "no type is called `Nope`"},
      {TLP_D_UNDEFINED_TYPE, 1, 12, 2, "no constructor, type or variable is called `no`"}}},
    {"a x:f = A; ---functions--- f = A; g = Nope;",
     {{TLP_D_UNDEFINED_TYPE, 1, 5, 1, "`f` is a function, not a type"}}},
    {"Nope int;",
     {{TLP_D_UNDEFINED_TYPE, 1, 1, 4, "there is no `Nope` that arguments could be applied to"}}},
    /* ids */
    {"a#00000001 = A;\nb#00000001 = A;",
     {{TLP_D_DUPLICATE_ID, 2, 1, 1, "the id #00000001 is that of `a` at test.tl:1 already"}}},
    /* arguments of types */
    {"a x:Vector = A;", {{TLP_D_ARITY, 1, 5, 6, "`Vector` takes 1 argument, not 0"}}},
    {"a x:(int int) = A;", {{TLP_D_ARITY, 1, 6, 3, "`int` takes 0 arguments, not 1"}}},
    {"a x:(vector int int) = A;", {{TLP_D_ARITY, 1, 6, 6, "`vector` takes 1 argument, not 2"}}},
    {"a x:(# int) = A;", {{TLP_D_ARITY, 1, 6, 1, "`#` takes no arguments and no `%`"}}},
    {"a {t:Type} x:(t int) = A t;", {{TLP_D_ARITY, 1, 15, 1, "a variable takes no arguments"}}},
    {"a {t:Type} = A t; b = A;", {{TLP_D_ARITY, 1, 23, 1, "`A` takes 1 argument, not 0"}}},
    {"a {t:Type} = A t; A int int;", {{TLP_D_ARITY, 1, 19, 1, "`A` takes 1 arguments, not 2"}}},
    {"a x:Vector<3> = A;",
     {{TLP_D_ARG_KIND, 1, 12, 1, "this is a number, and a type is wanted here"}}},
    {"a {n:#} = A n; b x:(A int) = B;",
     {{TLP_D_ARG_KIND, 1, 23, 3, "this is not a number, and one is wanted here"}}},
    {"a n:# x:n = A;", {{TLP_D_ARG_KIND, 1, 9, 1, "this is a number, and a type is wanted here"}}},
    {"a x:int y:x*[ int ] = A;",
     {{TLP_D_ARG_KIND, 1, 11, 1, "this is not a number, and one is wanted here"}}},
    /* conditions */
    {"a x:flags.0?int flags:# = A;",
     {{TLP_D_CONDITION, 1, 5, 5, "no field `flags` of type `#` stands before this condition"}}},
    {"a f:int x:f.0?int = A;",
     {{TLP_D_CONDITION, 1, 11, 1, "`f` is not of type `#`, so it cannot be a condition"}}},
    {"a f:# x:f.32?int y:f.99?int = A;",
     {{TLP_D_CONDITION, 1, 11, 2, "there is no bit 32: bits go from 0 to 31"},
      {TLP_D_CONDITION, 1, 22, 2, "there is no bit 99: bits go from 0 to 31"}}},
    {"a x:2*[ f:# ] y:f.0?int = A;",
     {{TLP_D_CONDITION, 1, 17, 1, "no field `f` of type `#` stands before this condition"}}},
    /* bare types */
    {"a = A; b = A; c x:%A = C;",
     {{TLP_D_BARE, 1, 20, 1, "`%A` does not tell which of its 2 constructors is meant"}}},
    {"Empty E; c x:%E = C;", {{TLP_D_BARE, 1, 15, 1, "`%E` needs a type with a constructor"}}},
    {"a x:b = A; b x:a = B;",
     {{TLP_D_BARE, 1, 1, 1, "a value of `a` would have to contain another one, without end"}}},
    {"a x:2*[ y:%A ] = A;",
     {{TLP_D_BARE, 1, 1, 1, "a value of `a` would have to contain another one, without end"}}},
    /* results */
    {"a = 3;",
     {{TLP_D_RESULT, 1, 5, 1, "the result of a constructor is a type with its parameters"}}},
    {"a {X:Type} = X;\nb x:a = B;",
     {{TLP_D_RESULT, 1, 14, 1, "this cannot be the result of a constructor"}}},
    {"---functions---\nf = #;",
     {{TLP_D_RESULT, 2, 5, 1, "this cannot be the result of a function"}}},
    /* the rest */
    {"a x:[ int ] = A;",
     {{TLP_D_REPETITION, 1, 5, 1,
       "no field of type `#` stands before this that could say how often"}}},
    {"a x:!int = A;", {{TLP_D_BANG, 1, 3, 1, "only a type variable may follow `!`"}}},
    {"a = A; New A;",
     {{TLP_D_FINAL, 1, 12, 1, "the type `A` is not new: it has constructors before this"}}},
    {"a = A; Final A; b = A;",
     {{TLP_D_FINAL, 1, 17, 1, "the type `A` is closed: it was declared Final"}}},
    {"Empty A; b = A;", {{TLP_D_FINAL, 1, 10, 1, "the type `A` is closed: it was declared Empty"}}},
    {"Final A;", {{TLP_D_FINAL, 1, 7, 1, "the type `A` has no constructors before this"}}},
};

static bool check_error(const bad *one, const tlp_diag *diag, const expected *want) {
  if (diag && diag->severity == TLP_ERROR && diag->code == want->code &&
      diag->pos.line == want->line && diag->pos.column == want->column &&
      diag->length == want->length && strcmp(diag->message, want->message) == 0)
    return true;
  print_message("%s\n  wanted %u:%u+%u %s\n", one->text, want->line, want->column, want->length,
                want->message);
  if (diag)
    print_message("  got    %u:%u+%u %s (code %d)\n", diag->pos.line, diag->pos.column,
                  diag->length, diag->message, (int)diag->code);
  return false;
}

static size_t check_bad(const bad *one) {
  tlp_schema *s = tlp_schema_new(NULL);
  assert_non_null(s);
  tlp_status added = tlp_schema_add(s, "test.tl", one->text, strlen(one->text));
  assert_true(added == TLP_OK || added == TLP_ERR_SCHEMA);
  assert_int_equal(tlp_schema_finish(s), TLP_ERR_SCHEMA);
  size_t wrong = 0, count = 0;
  for (size_t i = 0; count < 4 && one->errors[count].message; count++, i++) {
    while (tlp_schema_diag(s, i) && tlp_schema_diag(s, i)->severity != TLP_ERROR)
      i++;
    wrong += !check_error(one, tlp_schema_diag(s, i), &one->errors[count]);
  }
  if (tlp_schema_severity_count(s, TLP_ERROR) != count) {
    print_message("%s\n  %zu errors, not %zu\n", one->text, tlp_schema_severity_count(s, TLP_ERROR),
                  count);
    wrong++;
  }
  tlp_schema_free(s);
  return wrong;
}

/* proves TL-7, TL-11, TL-12 */
static void each_error_is_reported_at_its_place(void **state) {
  (void)state;
  size_t wrong = 0;
  for (size_t i = 0; i < sizeof bads / sizeof *bads; i++)
    wrong += check_bad(&bads[i]);
  assert_int_equal(wrong, 0);
}

/* proves TL-12 */
static void all_errors_of_a_file_are_reported(void **state) {
  (void)state;
  static const char text[] = "a x:int\n  y:) = A;\nb x:Nope = B;\nc#1 x:$ = C;\n"
                             "d x:A y:B z:C = D;\n---functions---\ne = Nope;\nf x:A = ;\n";
  static const unsigned lines[] = {2, 4, 8, 3, 7};
  tlp_schema *s = tlp_schema_new(NULL);
  assert_non_null(s);
  assert_int_equal(tlp_schema_add(s, "test.tl", text, sizeof text - 1), TLP_ERR_SCHEMA);
  assert_int_equal(tlp_schema_finish(s), TLP_ERR_SCHEMA);
  assert_int_equal(tlp_schema_diag_count(s), 5); /* none about A and C, which broken lines make */
  for (size_t i = 0; i < 5; i++)
    assert_int_equal(tlp_schema_diag(s, i)->pos.line, lines[i]);
  tlp_schema_free(s);
}

/* proves TL-12 */
static void an_error_does_not_swallow_what_follows(void **state) {
  (void)state;
  static const char text[] = "a x:( = A; b = B; --- functions --- c = ! ; d = B;";
  tlp_schema *s = tlp_schema_new(NULL);
  assert_non_null(s);
  assert_int_equal(tlp_schema_add(s, "test.tl", text, sizeof text - 1), TLP_ERR_SCHEMA);
  assert_int_equal(tlp_schema_finish(s), TLP_ERR_SCHEMA);
  assert_non_null(tlp_schema_find(s, "b"));
  assert_int_equal(find(s, "d")->section, TLP_SECTION_FUNCTIONS);
  assert_int_equal(tlp_schema_diag_count(s), 2);
  tlp_schema_free(s);
}

/* proves TL-12 */
static void the_parser_gives_up_after_a_thousand_errors(void **state) {
  (void)state;
  char text[20001];
  for (size_t i = 0; i < 20000; i++)
    text[i] = i % 2 ? ';' : '$';
  text[20000] = '\0';
  tlp_schema *s = tlp_schema_new(NULL);
  assert_non_null(s);
  assert_int_equal(tlp_schema_add(s, "test.tl", text, 20000), TLP_ERR_SCHEMA);
  assert_int_equal(tlp_schema_finish(s), TLP_ERR_SCHEMA);
  assert_int_equal(tlp_schema_diag_count(s), 1001);
  assert_int_equal(tlp_schema_diag(s, 1000)->code, TLP_D_TOO_MANY);
  tlp_schema_free(s);
}

static void assert_shown(const char *text, size_t index, const char *shown) {
  char buffer[1024];
  tlp_schema *s = tlp_schema_new(NULL);
  assert_non_null(s);
  (void)!tlp_schema_add(s, "dir/x.tl", text, strlen(text));
  (void)!tlp_schema_finish(s);
  const tlp_diag *diag = tlp_schema_diag(s, index);
  assert_non_null(diag);
  size_t length = tlp_diag_format(s, diag, buffer, sizeof buffer);
  assert_string_equal(buffer, shown);
  assert_int_equal(length, strlen(shown));
  for (size_t size = 0; size <= length + 1; size++) { /* as snprintf, at every size */
    char small[1024];
    memset(small, 'x', sizeof small);
    assert_int_equal(tlp_diag_format(s, diag, small, size), length);
    assert_true(size == 0 || strlen(small) == (size <= length ? size - 1 : length));
    assert_int_equal(small[size], 'x');
  }
  tlp_schema_free(s);
}

/* proves TL-12 */
static void errors_are_shown_with_line_and_caret(void **state) {
  (void)state;
  assert_shown("a = A;\r\n\tb x:InputPear y:A = A;\r\n", 0,
               "dir/x.tl:2:6: error: no type is called `InputPear`\n"
               "   b x:InputPear y:A = A;\n"
               "       ^~~~~~~~~\n");
  assert_shown(
      "a#00000001 = A;", 0,
      "dir/x.tl:1:1: warning: the id #00000001 is not what the declaration hashes to, #7aae25b9\n"
      "  a#00000001 = A;\n"
      "  ^\n");
}

/* proves TL-12 */
static void carets_stand_right_below_other_scripts(void **state) {
  (void)state;
  assert_shown("/* \xc3\xa9\xe2\x82\xac \xff */ a x:No = A;", 0,
               "dir/x.tl:1:19: error: no type is called `No`\n"
               "  /* \xc3\xa9\xe2\x82\xac ? */ a x:No = A;\n"
               "                 ^~\n");
}

/* proves TL-12 */
static void long_lines_are_cut_around_the_place(void **state) {
  (void)state;
  char text[1024] = "";
  for (int i = 0; i < 100; i++)
    strcat(text, "/*   */");
  strcat(text, "a x:No = A;");
  for (int i = 0; i < 20; i++)
    strcat(text, "/*   */");
  assert_shown(text, 0,
               "dir/x.tl:1:705: error: no type is called `No`\n"
               "  ...  *//*   *//*   *//*   *//*   *//*   *//*   */a x:No = A;/*   *//*   *//*   "
               "*//*   *//*   *//*   *//...\n"
               "                                                       ^~\n");
}

/* proves TL-12 */
static void callers_may_add_findings_of_their_own(void **state) {
  (void)state;
  char buffer[256];
  tlp_schema *s = parse("a x:int = A;");
  tlp_pos nowhere = {TLP_NO_FILE, 0, 0};
  assert_int_equal(
      tlp_schema_report(s, TLP_NOTE, TLP_D_CUSTOM, find(s, "a")->fields[0].pos, 1, "%s %d", "n", 7),
      TLP_OK);
  assert_int_equal(tlp_schema_report(s, TLP_WARNING, TLP_D_CUSTOM, nowhere, 0, "w\n"), TLP_OK);
  assert_int_equal(tlp_schema_severity_count(s, TLP_NOTE), 1);
  (void)tlp_diag_format(s, tlp_schema_diag(s, 0), buffer, sizeof buffer);
  assert_string_equal(buffer, "test.tl:1:3: note: n 7\n  a x:int = A;\n    ^\n");
  (void)tlp_diag_format(s, tlp_schema_diag(s, 1), buffer, sizeof buffer);
  assert_string_equal(buffer, "warning: w?\n");
  assert_null(tlp_schema_diag(s, 2));
  tlp_schema_free(s);
}

static void assert_warning(const char *text, tlp_diag_code code, unsigned column) {
  tlp_schema *s = parse(text);
  assert_int_equal(tlp_schema_diag_count(s), 1);
  assert_int_equal(tlp_schema_diag(s, 0)->severity, TLP_WARNING);
  assert_int_equal(tlp_schema_diag(s, 0)->code, code);
  assert_int_equal(tlp_schema_diag(s, 0)->pos.column, column);
  tlp_schema_free(s);
}

/* proves TL-11, TL-12 */
static void doubtful_things_are_warnings(void **state) {
  (void)state;
  assert_warning("a#00000001 x:int = A;", TLP_D_ID_MISMATCH, 1);
  assert_warning("a {n:#} x:int = A;", TLP_D_UNUSED_IMPLICIT, 4);
}

/* proves TL-12 */
static void two_layers_are_a_warning(void **state) {
  (void)state;
  tlp_schema *s = tlp_schema_new(NULL);
  assert_non_null(s);
  assert_int_equal(tlp_schema_add(s, "1", "// LAYER 1\n", 11), TLP_OK);
  assert_int_equal(tlp_schema_add(s, "2", "// LAYER 2\n", 11), TLP_OK);
  assert_int_equal(tlp_schema_finish(s), TLP_OK);
  assert_int_equal(tlp_schema_diag(s, 0)->code, TLP_D_LAYER);
  assert_int_equal(tlp_schema_diag(s, 0)->pos.file, 1);
  assert_int_equal(tlp_schema_layer(s), 1);
  tlp_schema_free(s);
}

/* proves TL-12 */
static void every_status_has_a_text(void **state) {
  (void)state;
  for (int i = TLP_OK; i <= TLP_ERR_STATE + 1; i++)
    assert_true(strlen(tlp_status_text((tlp_status)i)) > 3);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_error_is_reported_at_its_place),
      cmocka_unit_test(all_errors_of_a_file_are_reported),
      cmocka_unit_test(an_error_does_not_swallow_what_follows),
      cmocka_unit_test(the_parser_gives_up_after_a_thousand_errors),
      cmocka_unit_test(errors_are_shown_with_line_and_caret),
      cmocka_unit_test(carets_stand_right_below_other_scripts),
      cmocka_unit_test(long_lines_are_cut_around_the_place),
      cmocka_unit_test(callers_may_add_findings_of_their_own),
      cmocka_unit_test(doubtful_things_are_warnings),
      cmocka_unit_test(two_layers_are_a_warning),
      cmocka_unit_test(every_status_has_a_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
