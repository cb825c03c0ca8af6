/* test_tlo.c: `tlgen tlo` writes what Debian's tl-parser writes, byte for byte. That program has to
 * be there (package tl-parser): without it these tests fail. */
#include "parse.h"
#include "run.h"

typedef struct oracle {
  char *dir;
  size_t compared;
} oracle;

static int start(void **state) {
  oracle *o = calloc(1, sizeof *o);
  assert_non_null(o);
  o->dir = run_make_dir();
  *state = o;
  return 0;
}

static int stop(void **state) {
  oracle *o = *state;
  run_remove_dir(o->dir);
  free(o);
  return 0;
}

/* Runs both on in.tl of the folder. */
static bool theirs(oracle *o) {
  static const char *const argv[] = {"tl-parser", "-e", "theirs.tlo", "in.tl", NULL};
  run_result r = run_program(o->dir, argv);
  if (r.status == 127)
    fail_msg("tl-parser is missing: install the package tl-parser");
  bool ok = r.status == 0;
  run_free(&r);
  return ok;
}

static bool ours(oracle *o, bool print) {
  static const char *const argv[] = {TLGEN_PROGRAM, "tlo", "in.tl", "-o", "ours.tlo", NULL};
  run_result r = run_program(o->dir, argv);
  bool ok = r.status == 0;
  if (!ok && print)
    print_message("%s", r.err);
  assert_in_range(r.status, 0, 1);
  run_free(&r);
  return ok;
}

static void assert_same(oracle *o, const char *what) {
  size_t a, b;
  char *their_bytes = run_read_file(o->dir, "theirs.tlo", &a);
  char *our_bytes = run_read_file(o->dir, "ours.tlo", &b);
  assert_non_null(their_bytes);
  assert_non_null(our_bytes);
  if (a != b || memcmp(their_bytes, our_bytes, a) != 0)
    fail_msg("not the same: %s", what);
  o->compared++;
  free(their_bytes);
  free(our_bytes);
}

static void assert_text_same(oracle *o, const char *text, size_t length) {
  run_write_file(o->dir, "in.tl", text, length);
  assert_true(theirs(o));
  assert_true(ours(o, true));
  assert_same(o, text);
}

static void assert_file_same(oracle *o, const char *dir, const char *name) {
  size_t length;
  char *text = run_read_file(dir, name, &length);
  assert_non_null(text);
  for (char *at = text; (at = strchr(at, '@'));) /* annotations are not known to tl-parser */
    while (*at != ' ')
      *at++ = ' ';
  assert_text_same(o, text, length);
  free(text);
}

/* proves TL-12 */
static void telegrams_schema_is_the_same(void **state) {
  assert_file_same(*state, SCHEMA_DIR, "api.tl");
  assert_file_same(*state, SCHEMA_DIR, "mtproto.tl");
}

/* proves TL-12 */
static void schemas_of_others_are_the_same(void **state) {
  assert_file_same(*state, SAMPLES_DIR, "lite.tl");
  assert_file_same(*state, SAMPLES_DIR, "typed.tl");
}

static const char common[] = "int ? = Int; long ? = Long; string ? = String; true = True;"
                             "vector {t:Type} # [ t ] = Vector t;"
                             "tuple {t:Type} {n:#} [ t ] = Tuple t n;"
                             "pair {X:Type} {Y:Type} x:X y:Y = Pair X Y;"
                             "one a:int = One;";

/* proves TL-11, TL-12 */
static void every_form_is_the_same(void **state) {
  static const char *const texts[] = {
      "",
      "a x:int y:Int z:%Int = A;",
      "a flags:# b:flags.3?int c:# d:c.0?(Vector string) e:flags.31?true = A;",
      "a n:# x:n*[ b:# c:b*[ int ] d:b.1?int ] [ int ] y:(n+3)*[ long ] z:(3+n)*[ 2*[ int ] ] = A;",
      "a {n:#} {X:Type} x:(Tuple X 3) y:(%Tuple X n) z:%(Tuple X n+2) w:Tuple<X,n> = A n X;",
      "a _:int string _:# # = A;",
      "a (b c:int) = A;",
      "a {m:#} x:m.0?int y:m.1?# z:y.2?int = A m;",
      "a X:Type x:X y:!X = A;",
      "nil {t:Type} = L t 0; cons {t:Type} {n:#} h:t r:%(L t n) = L t (n+1);",
      "c = B; _ = B; z = B; a = B;",
      "_ = B; z = B; a = B; d = B; e = B;",
      "Empty E; a x:E = A; New B; b = B; Final B;",
      "b = B; a x:b y:(Vector %One) z:(vector one) w:%One = A;",
      "h {t:Type} = H t; i = H int; j = H Int; k = J int; l = J One;",
      "a.b = a.B; a = A; aB = AB; a.c = a.C; z.a = z.A;",
      ("---functions---\nz.f = One; f x:int = Vector int; f2 = Vector (Vector %One); a.f = Int;"
       "g {X:Type} q:!X = X;\n---types---\nlate = Late;\n---functions---\nh = Late;"),
      "a#1234abcd x:int = A; b#00000001 = B; c x:string flags:# y:flags.0?true = C;",
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    char text[2048];
    int length = snprintf(text, sizeof text, "%s%s", common, texts[i]);
    assert_text_same(*state, text, (size_t)length);
  }
}

/* ---- random schemas ---- */

typedef struct maker {
  uint32_t seed;
  char text[16384];
  size_t length;
  unsigned fields;
  const char *nat;  /* a variable that is a number, or NULL */
  const char *type; /* a variable that is a type, or NULL */
  char words[8][8]; /* fields of type # */
  unsigned word_count;
} maker;

static uint32_t choose(maker *m, uint32_t count) {
  m->seed = m->seed * 1664525u + 1013904223u;
  return (m->seed >> 8) % count;
}

static void add(maker *m, const char *text) {
  size_t length = strlen(text);
  assert_true(m->length + length < sizeof m->text);
  memcpy(m->text + m->length, text, length + 1);
  m->length += length;
}

static void add_number(maker *m, uint32_t number) {
  char digits[16];
  (void)snprintf(digits, sizeof digits, "%u", (unsigned)number);
  add(m, digits);
}

/* A term that is a number. */
static void add_nat(maker *m) {
  if (!m->nat || choose(m, 3) == 0) {
    add_number(m, choose(m, 9));
  } else if (choose(m, 2)) {
    add(m, m->nat);
  } else {
    add(m, "(");
    add(m, m->nat);
    add(m, "+");
    add_number(m, 1 + choose(m, 5));
    add(m, ")");
  }
}

/* A term that is a type. */
static void add_type(maker *m, unsigned depth) {
  static const char *const plain[] = {"int", "Int", "string", "Long", "one", "One", "%One", "true"};
  static const char *const unary[] = {"Vector", "vector", "%Vector"};
  static const char *const binary[] = {"Pair", "pair", "%Pair"};
  static const char *const sized[] = {"Tuple", "tuple", "%Tuple"};
  uint32_t form = depth ? choose(m, 8) : 0;
  if (form < 4 && m->type && choose(m, 4) == 0) {
    add(m, m->type);
    return;
  }
  if (form < 4) {
    add(m, plain[choose(m, 8)]);
    return;
  }
  add(m, "(");
  add(m, form < 6 ? unary[choose(m, 3)] : form == 6 ? binary[choose(m, 3)] : sized[choose(m, 3)]);
  add(m, " ");
  add_type(m, depth - 1);
  if (form > 5)
    add(m, " ");
  if (form == 6)
    add_type(m, depth - 1);
  if (form == 7)
    add_nat(m);
  add(m, ")");
}

static void add_fields(maker *m, unsigned depth);

static void add_field(maker *m, unsigned depth) {
  char name[8];
  uint32_t form = choose(m, 8);
  (void)snprintf(name, sizeof name, "f%u", m->fields++ % 100000u);
  add(m, " ");
  add(m, name);
  add(m, ":");
  if (form == 0 && depth == 2 && m->word_count < 8) {
    add(m, "#");
    memcpy(m->words[m->word_count++], name, sizeof name);
  } else if (form == 1 && m->word_count) {
    add(m, m->words[choose(m, m->word_count)]);
    add(m, ".");
    add_number(m, choose(m, 32));
    add(m, "?");
    add_type(m, depth);
  } else if (form == 2 && depth) {
    add_nat(m);
    add(m, "*[");
    add_fields(m, depth - 1);
    add(m, " ]");
  } else {
    add_type(m, depth);
  }
}

static void add_fields(maker *m, unsigned depth) {
  for (uint32_t i = choose(m, 5) + (depth < 2); i; i--)
    add_field(m, depth);
}

static void add_combinator(maker *m, unsigned index, bool function) {
  static const char *const results[] = {"One", "Vector int", "Pair One (Vector long)",
                                        "Tuple %One 3"};
  bool generic = !function && choose(m, 3) == 0;
  char name[32];
  (void)snprintf(name, sizeof name, "%sc%u", choose(m, 3) ? "" : "ns.", index);
  add(m, name);
  if (choose(m, 5) == 0) {
    add(m, "#0000");
    add_number(m, 1000 + index);
  }
  add(m, generic ? " {X:Type} {n:#}" : "");
  m->type = generic ? "X" : NULL;
  m->nat = generic ? "n" : NULL;
  m->word_count = 0;
  add_fields(m, 2);
  add(m, " = ");
  if (function) {
    add(m, results[choose(m, 4)]);
  } else {
    (void)snprintf(name, sizeof name, "T%u%s", generic ? index : choose(m, 4) + 100,
                   generic ? " X n" : "");
    add(m, name);
  }
  add(m, ";\n");
}

static void make(maker *m, uint32_t seed) {
  *m = (maker){.seed = seed};
  add(m, common);
  uint32_t count = 2 + choose(m, 8);
  for (uint32_t i = 0; i < count; i++)
    add_combinator(m, i, false);
  add(m, "---functions---\n");
  for (uint32_t i = 0; i < count; i++)
    add_combinator(m, i + 50, true);
}

/* proves TL-12 */
static void random_schemas_are_the_same(void **state) {
  oracle *o = *state;
  maker *m = malloc(sizeof *m);
  assert_non_null(m);
  size_t before = o->compared;
  for (uint32_t seed = 1; seed <= 200; seed++) {
    make(m, seed);
    run_write_file(o->dir, "in.tl", m->text, m->length);
    if (!theirs(o))
      continue; /* it has limits of its own */
    assert_true(ours(o, true));
    assert_same(o, m->text);
  }
  free(m);
  assert_true(o->compared - before > 100);
}

/* proves TL-12 */
static void wrong_schemas_write_nothing(void **state) {
  oracle *o = *state;
  static const char text[] = "a x:Nope = A;";
  static const char *const partial = "vector {t:Type} # [ t ] = Vector t; Vector Int; int ? = Int;";
  run_write_file(o->dir, "ours.tlo", "before", 6);
  run_write_file(o->dir, "in.tl", text, sizeof text - 1);
  assert_false(ours(o, false));
  run_write_file(o->dir, "in.tl", partial, strlen(partial));
  assert_false(ours(o, false));
  char *kept = run_read_file(o->dir, "ours.tlo", NULL);
  assert_string_equal(kept, "before");
  free(kept);
}

static void assert_status(oracle *o, const char *const *argv, int status, const char *text) {
  run_result r = run_program(o->dir, argv);
  assert_int_equal(r.status, status);
  assert_non_null(strstr(status == 0 ? r.out : r.err, text));
  run_free(&r);
}

/* proves TL-12 */
static void usage_is_told(void **state) {
  static const char *const help[] = {TLGEN_PROGRAM, "tlo", "--help", NULL};
  static const char *const none[] = {TLGEN_PROGRAM, "tlo", "in.tl", NULL};
  static const char *const bad[] = {TLGEN_PROGRAM, "tlo", "--bad", "in.tl", "-o", "x", NULL};
  static const char *const missing[] = {TLGEN_PROGRAM, "tlo", "no.tl", "-o", "x", NULL};
  static const char *const nowhere[] = {TLGEN_PROGRAM, "tlo",  SCHEMA_DIR "/mtproto.tl",
                                        "-o",          "no/x", NULL};
  assert_status(*state, help, 0, "usage: tlgen tlo");
  assert_status(*state, none, 2, "usage: tlgen tlo");
  assert_status(*state, bad, 2, "--bad: no such option; see tlgen tlo --help");
  assert_status(*state, missing, 1, "no.tl: No such file");
  assert_status(*state, nowhere, 1, "no/x: cannot be written");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(telegrams_schema_is_the_same),
      cmocka_unit_test(schemas_of_others_are_the_same),
      cmocka_unit_test(every_form_is_the_same),
      cmocka_unit_test(random_schemas_are_the_same),
      cmocka_unit_test(wrong_schemas_write_nothing),
      cmocka_unit_test(usage_is_told),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
