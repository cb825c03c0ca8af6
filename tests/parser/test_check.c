/* test_check.c: `tlgen` and `tlgen check` from the command line. */
#include "parse.h"
#include "run.h"

static char *dir;

static int start(void **state) {
  dir = run_make_dir();
  *state = dir;
  return 0;
}

static int stop(void **state) {
  run_remove_dir(*state);
  return 0;
}

/* Runs `tlgen check` with up to two options on a text; the status, and all that is in `shown`
 * (NULL: nothing) on standard error. */
static void assert_check(const char *text, const char *option, int status, const char *shown) {
  const char *argv[] = {TLGEN_PROGRAM, "check", "x.tl", option, NULL};
  run_write_file(dir, "x.tl", text, strlen(text));
  run_result r = run_program(dir, argv);
  if (r.status != status || (shown && !strstr(r.err, shown)) || (!shown && *r.err))
    fail_msg("%s\nstatus %d, wanted %d\n%s", text, r.status, status, r.err);
  run_free(&r);
}

/* proves TL-12, TL-13 */
static void a_good_schema_is_summarised(void **state) {
  (void)state;
  static const char *const argv[] = {TLGEN_PROGRAM, "check", SCHEMA_DIR "/api.tl", NULL};
  run_result r = run_program(dir, argv);
  assert_int_equal(r.status, 0);
  int layer = 0, constructors = 0, types = 0, functions = 0;
  assert_int_equal(sscanf(r.out, "layer %d: %d constructors, %d types, %d functions\n", &layer,
                          &constructors, &types, &functions),
                   4);
  assert_true(layer >= 229 && constructors > 1600 && types > 600 && functions > 800);
  /* Two ids are otherwise in some sources; there are no names that are one in C. */
  for (const char *at = r.err; (at = strstr(at, "warning: ")) != NULL; at++)
    assert_true(strncmp(at, "warning: the id #27d69997", 25) == 0 ||
                strncmp(at, "warning: the id #0dbaeae9", 25) == 0);
  run_free(&r);
  assert_check("a x:int = A;", NULL, 0, NULL);
}

/* proves TL-11, TL-12 */
static void errors_fail_and_warnings_do_not(void **state) {
  (void)state;
  assert_check("a x:Nope = A;", NULL, 1, "x.tl:1:5: error: no type is called `Nope`\n  a x:Nope");
  assert_check("a#1 = A; b#1 = A;", NULL, 1, "error: the id #00000001 is that of `a`");
  assert_check("a#1 = A; b#1 = B;", NULL, 0, "warning: the id #00000001 is that of `a`");
  assert_check("a#1 = A; ---functions--- f#2 = A; g#2 = A;", NULL, 0,
               "warning: the id #00000002 is that of `f`");
  assert_check("a = A; ---functions--- f = Nope; g = A;", NULL, 0,
               "warning: no type is called `Nope`: the function is left out");
  assert_check("a#1 = A;", NULL, 0, "x.tl:1:1: warning: the id #00000001");
  assert_check("a#1 = A;", "--strict", 1, "warning");
  assert_check("a = A;", "--strict", 0, NULL);
}

/* proves TL-13 */
static void names_that_are_one_in_c_are_warned_of(void **state) {
  (void)state;
  assert_check("a.b_c = A; a_b.c = B;", NULL, 0,
               "x.tl:1:12: warning: `a_b.c` has the same name in C as `a.b_c`");
  assert_check("a.b = a.B; c x:a.B = C; a_b = D;", NULL, 0, "warning: `a_b` has the same name");
  assert_check("user = User; users = User;", NULL, 0, NULL); /* a capital tells them apart */
}

/* proves TL-13 */
static void keywords_are_noted(void **state) {
  (void)state;
  assert_check("a default:int delete:int = A;", NULL, 0, NULL);
  assert_check("a default:int = A;", "-W", 0, "x.tl:1:3: note: `default` is a keyword");
  assert_check("a n:# x:n*[ wchar_t:int ] = A;", "-W", 0, "note: `wchar_t` is a keyword");
  assert_check("a alignas:int = A;", "-W", 0, "note: `alignas` is a keyword");
  assert_check("a xor_eq:int = A;", "-W", 0, "note: `xor_eq` is a keyword");
  assert_check("a defaults:int xo:int = A;", "-W", 0, NULL);
}

/* proves TL-7 */
static void words_of_flags_are_looked_at(void **state) {
  (void)state;
  assert_check("a flags:# x:flags.2?int y:flags.2?int = A;", "-W", 0,
               "x.tl:1:25: note: `y` shares bit 2 of `flags` with `x`");
  assert_check("a flags:# flags2:# x:flags.0?int = A;", "-W", 0,
               "x.tl:1:11: note: nothing depends on `flags2`");
  assert_check("a flags:# g:flags.0?# x:g.1?int = A;", NULL, 0,
               "x.tl:1:11: warning: `g` may be absent itself");
  assert_check("a flags:# x:flags*[ int ] = A;", "-W", 0, NULL);
  assert_check("a count:# = A;", "-W", 0, NULL);
}

/* proves TL-12 */
static void several_files_are_one_schema(void **state) {
  (void)state;
  static const char *const argv[] = {TLGEN_PROGRAM, "check", "1.tl", "2.tl", NULL};
  run_write_file(dir, "1.tl", "a x:B = A;", 10);
  run_write_file(dir, "2.tl", "b = B;", 6);
  run_result r = run_program(dir, argv);
  assert_int_equal(r.status, 0);
  assert_string_equal(r.out, "2 constructors, 2 types, 0 functions\n");
  run_free(&r);
}

/* How often `part` stands in a text. */
static int times(const char *text, const char *part) {
  int count = 0;
  for (; (text = strstr(text, part)) != NULL; text += strlen(part))
    count++;
  return count;
}

static const char ten_faults[] = "a x:Nope = A;\n"
                                 "b x:int x:int = B;\n"
                                 "c x: = C;\n"
                                 "d x:flags.0?int = D;\n"
                                 "e x:%A y:%Bool = E;\n"
                                 "f x:(vector int int) = F;\n"
                                 "g x:[ int ] = G;\n"
                                 "h x:!int = H;\n"
                                 "i x:(vector 3) = I;\n"
                                 "j#123456789 = J;\n";

/* proves TL-12 */
static void ten_faults_are_ten_findings(void **state) {
  (void)state;
  static const char *const argv[] = {TLGEN_PROGRAM, "check", "ten.tl", NULL};
  run_write_file(dir, "ten.tl", ten_faults, strlen(ten_faults));
  run_result r = run_program(dir, argv);
  assert_int_equal(r.status, 1);
  for (int line = 1; line <= 10; line++) {
    char place[32];
    (void)snprintf(place, sizeof place, "ten.tl:%d:", line);
    if (times(r.err, place) != 1)
      fail_msg("line %d\n%s", line, r.err);
  }
  assert_int_equal(times(r.err, ": error: "), 10);
  assert_int_equal(times(r.err, "\n  rule "), 10);
  assert_int_equal(times(r.err, "\n  help: "), 10);
  run_free(&r);
}

/* proves TL-12 */
static void findings_have_their_rule_and_what_to_do(void **state) {
  (void)state;
  assert_check("a x:Nope = A;", NULL, 1, "\n  rule undefined: every type is declared");
  assert_check("a x:Nope = A;", NULL, 1, "\n  help: declare it, mend the spelling");
  assert_check("a#1 = A;", NULL, 0, "\n  rule id-mismatch: ");
  assert_check("a.b_c = A; a_b.c = B;", NULL, 0, "\n  rule one-name: ");
  assert_check("a default:int = A;", "-W", 0, "\n  rule keyword: ");
  assert_check("a flags:# x:flags.2?int y:flags.2?int = A;", "-W", 0, "\n  rule shared-bit: ");
  assert_check("a flags:# flags2:# x:flags.0?int = A;", "-W", 0, "\n  rule unused-flags: ");
  assert_check("a flags:# g:flags.0?# x:g.1?int = A;", NULL, 0, "\n  rule optional-flags: ");
}

/* What --json prints for a text. */
static void assert_json(const char *file, const char *text, int status, const char *out) {
  const char *argv[] = {TLGEN_PROGRAM, "check", "--json", file, NULL};
  run_write_file(dir, file, text, strlen(text));
  run_result r = run_program(dir, argv);
  assert_string_equal(r.out, out);
  assert_string_equal(r.err, "");
  assert_int_equal(r.status, status);
  run_free(&r);
}

/* proves TL-12 */
static void editors_get_json(void **state) {
  (void)state;
  assert_json("x.tl", "a = A;", 0, "[]\n");
  assert_json("x.tl", "a = A;\nb#1 x:Nope = B;\nc 7:int = C;", 1,
              "[\n{\"file\":\"x.tl\",\"line\":3,\"column\":4,\"length\":1,\"severity\":\"error\","
              "\"rule\":\"syntax\",\"message\":\"expected `=` and the result type, not `:`\","
              "\"help\":\"write what is expected here; a missing `;` is told at the line after "
              "it\"},\n"
              "{\"file\":\"x.tl\",\"line\":2,\"column\":7,\"length\":4,\"severity\":\"error\","
              "\"rule\":\"undefined\",\"message\":\"no type is called `Nope`\","
              "\"help\":\"declare it, mend the spelling, or name the file that has it as well\"}\n"
              "]\n");
  /* What is no UTF-8 does not make it invalid. */
  assert_json("q\"\\\xc3\xa4\xff.tl", "a#1 = A;", 0,
              "[\n{\"file\":\"q\\\"\\\\\xc3\xa4\\ufffd.tl\",\"line\":1,\"column\":1,\"length\":1,"
              "\"severity\":\"warning\",\"rule\":\"id-mismatch\",\"message\":"
              "\"the id #00000001 is not what the declaration hashes to, #7aae25b9\","
              "\"help\":\"leave it if the other side uses it; otherwise take the id that is named "
              "here\"}\n]\n");
}

static void assert_usage(const char *const *argv, int status, const char *out, const char *err) {
  run_result r = run_program(dir, argv);
  assert_int_equal(r.status, status);
  assert_true(out ? strstr(r.out, out) != NULL : *r.out == '\0');
  assert_true(err ? strstr(r.err, err) != NULL : *r.err == '\0');
  run_free(&r);
}

static void usage_is_told(void **state) {
  (void)state;
  assert_usage((const char *[]){TLGEN_PROGRAM, NULL}, 2, NULL, "usage: tlgen COMMAND");
  assert_usage((const char *[]){TLGEN_PROGRAM, "--help", NULL}, 0, "usage: tlgen COMMAND", NULL);
  assert_usage((const char *[]){TLGEN_PROGRAM, "--version", NULL}, 0, "tlgen 0.", NULL);
  assert_usage((const char *[]){TLGEN_PROGRAM, "bad", NULL}, 2, NULL, "no command `bad`");
  assert_usage((const char *[]){TLGEN_PROGRAM, "check", "--help", NULL}, 0, "usage: tlgen check",
               NULL);
  assert_usage((const char *[]){TLGEN_PROGRAM, "check", NULL}, 2, NULL, "usage: tlgen check");
  assert_usage((const char *[]){TLGEN_PROGRAM, "check", "-x", "1.tl", NULL}, 2, NULL,
               "usage: tlgen check");
  assert_usage((const char *[]){TLGEN_PROGRAM, "check", "none.tl", NULL}, 1, NULL,
               "tlgen: none.tl: No such file");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_good_schema_is_summarised),
      cmocka_unit_test(errors_fail_and_warnings_do_not),
      cmocka_unit_test(names_that_are_one_in_c_are_warned_of),
      cmocka_unit_test(keywords_are_noted),
      cmocka_unit_test(words_of_flags_are_looked_at),
      cmocka_unit_test(several_files_are_one_schema),
      cmocka_unit_test(ten_faults_are_ten_findings),
      cmocka_unit_test(findings_have_their_rule_and_what_to_do),
      cmocka_unit_test(editors_get_json),
      cmocka_unit_test(usage_is_told),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
