/* test_hostile.c: any bytes at all are parsed or refused, without a crash, in bounded time, and
 * with every allocation failing in turn. */
#include "parse.h"

/* Parses, prints all diagnostics into nothing, and the tree if there is one. */
static tlp_status try_bytes(const char *bytes, size_t length) {
  char buffer[512];
  tlp_schema *s = tlp_schema_new(NULL);
  assert_non_null(s);
  tlp_status added = tlp_schema_add(s, "x", bytes, length);
  tlp_status status = tlp_schema_finish(s);
  assert_true(added == TLP_OK || added == TLP_ERR_SCHEMA);
  assert_true(status == TLP_OK || status == TLP_ERR_SCHEMA);
  assert_true((status == TLP_OK) == (tlp_schema_severity_count(s, TLP_ERROR) == 0));
  for (size_t i = 0; i < tlp_schema_diag_count(s) && i < 20; i++)
    (void)tlp_diag_format(s, tlp_schema_diag(s, i), buffer, sizeof buffer);
  if (status == TLP_OK)
    assert_true(tlp_schema_print(s, buffer, sizeof buffer) < 100000000);
  tlp_schema_free(s);
  return status;
}

/* `count` times `open`, then `middle`, then `close` as often. */
static tlp_status try_nested(const char *head, const char *open, const char *middle,
                             const char *close, const char *tail, size_t count) {
  size_t size =
      strlen(head) + count * (strlen(open) + strlen(close)) + strlen(middle) + strlen(tail) + 1;
  char *text = malloc(size), *at = text;
  assert_non_null(text);
  at += sprintf(at, "%s", head);
  for (size_t i = 0; i < count; i++)
    at += sprintf(at, "%s", open);
  at += sprintf(at, "%s", middle);
  for (size_t i = 0; i < count; i++)
    at += sprintf(at, "%s", close);
  at += sprintf(at, "%s", tail);
  tlp_status status = try_bytes(text, (size_t)(at - text));
  free(text);
  return status;
}

static const struct nesting {
  const char *head, *open, *middle, *close, *tail;
} nestings[] = {
    {"a x:", "(", "int", ")", " = A;"},
    {"a x:", "%", "Int", "", " = A;"},
    {"a x:", "Vector<", "int", ">", " = A;"},
    {"a x:", "(Vector ", "int", ")", " = A;"},
    {"a x:", "2*[ ", "int", " ]", " = A;"},
    {"a # ", "[ ", "int", " ]", " = A;"},
    {"a ", "(", "x:int", ")", " = A;"},
    {"a {t:Type} x:t = A t; b = ", "A (", "int", ")", ";"},
    {"", "{", "X:Type", "}", ""},
    {"a x:", "(Vector", "", "", ""},
    {"Vector ", "(Vector ", "int", ")", ";"},
};

/* proves TL-12, TL-14, RB-7 */
static void deep_nesting_is_an_error_and_no_crash(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof nestings / sizeof *nestings; i++) {
    const struct nesting *n = &nestings[i];
    assert_int_equal(try_nested(n->head, n->open, n->middle, n->close, n->tail, 100000),
                     TLP_ERR_SCHEMA);
  }
}

/* proves TL-12 */
static void moderate_nesting_is_allowed(void **state) {
  (void)state;
  for (size_t i = 0; i < 6; i++) {
    const struct nesting *n = &nestings[i];
    if (i != 1)
      assert_int_equal(try_nested(n->head, n->open, n->middle, n->close, n->tail, 40), TLP_OK);
  }
}

static char *read_file(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  char *text = malloc(1 << 20);
  assert_non_null(text);
  *length = fread(text, 1, 1 << 20, file);
  (void)fclose(file);
  return text;
}

/* proves TL-12, RB-7 */
static void truncation_at_every_byte_is_survived(void **state) {
  (void)state;
  static const char *const paths[] = {SAMPLES_DIR "/typed.tl", SAMPLES_DIR "/lite.tl"};
  for (size_t i = 0; i < 2; i++) {
    size_t length;
    char *text = read_file(paths[i], &length);
    for (size_t cut = 0; cut < length; cut++) {
      char *exact = malloc(cut ? cut : 1); /* so that a sanitizer sees a read past it */
      assert_non_null(exact);
      memcpy(exact, text, cut);
      (void)try_bytes(exact, cut);
      free(exact);
    }
    assert_int_equal(try_bytes(text, length), TLP_OK);
    free(text);
  }
}

static uint32_t next_random(uint32_t *seed) {
  *seed = *seed * 1664525u + 1013904223u;
  return *seed >> 8;
}

/* proves TL-12, RB-7 */
static void random_bytes_are_survived(void **state) {
  (void)state;
  uint32_t seed = 1;
  for (int i = 0; i < 3000; i++) {
    char bytes[200];
    size_t length = next_random(&seed) % sizeof bytes;
    for (size_t j = 0; j < length; j++)
      bytes[j] = (char)next_random(&seed);
    (void)try_bytes(bytes, length);
  }
}

/* proves TL-12, RB-7 */
static void random_tokens_are_survived(void **state) {
  (void)state;
  static const char *const tokens[] = {"a",           "b",     "A",
                                       "B",           "int",   "Vector",
                                       "vector",      "#",     "x:",
                                       "f:#",         "f.0?",  "{",
                                       "}",           "X",     "Type",
                                       ":",           "(",     ")",
                                       "[",           "]",     "*",
                                       "%",           "!",     "<",
                                       ">",           ",",     "+",
                                       "3",           "=",     "= A;",
                                       ";",           "?",     "---functions---",
                                       "---types---", "_",     "Final",
                                       "New",         "Empty", "@r",
                                       "a#00000001",  "!%X",   "q:!",
                                       "{X:Type}",    "{n:#}", "n*[ int ]",
                                       "n",           "// c\n"};
  uint32_t seed = 7, parsed = 0;
  for (int i = 0; i < 20000; i++) {
    char text[1024] = "";
    size_t count = next_random(&seed) % 30;
    for (size_t j = 0; j < count; j++) {
      strcat(text, tokens[next_random(&seed) % (sizeof tokens / sizeof *tokens)]);
      strcat(text, " ");
    }
    parsed += try_bytes(text, strlen(text)) == TLP_OK;
  }
  assert_true(parsed > 100);
}

/* proves TL-12, RB-7 */
static void mutations_are_survived(void **state) {
  (void)state;
  size_t length;
  char *text = read_file(SAMPLES_DIR "/typed.tl", &length);
  uint32_t seed = 3;
  for (int i = 0; i < 3000; i++) {
    char *copy = malloc(length);
    assert_non_null(copy);
    memcpy(copy, text, length);
    for (uint32_t j = 0; j < 1 + next_random(&seed) % 4; j++) {
      size_t at = next_random(&seed) % length, from = next_random(&seed) % length;
      copy[at] = (char)(next_random(&seed) % 2 ? text[from] : copy[at] ^ 1 << i % 8);
    }
    (void)try_bytes(copy, length);
    free(copy);
  }
  free(text);
}

static void append(char **at, const char *format, unsigned number) {
  *at += sprintf(*at, format, number, number, number);
}

/* Sources that a quadratic parser would not get through; the test's timeout is the check. */
/* proves TL-12 */
static void work_grows_no_faster_than_the_source(void **state) {
  (void)state;
  enum { COUNT = 100000 };
  static const char *const bodies[] = {
      "a%u = A;\n",           /* one type with many constructors */
      "a%u x:a%u = A%u;\n",   /* each in itself */
      "a%u#1 = A;\n",         /* one id for all */
      "a = A;\n",             /* one name for all */
      " f%u:# x%u:f%u.0?int", /* words of flags */
      " %u*[ a:int ]",        /* anonymous fields */
      " {n%u:#}",             /* implicit arguments */
      " (a",                  /* groups that never close */
      "// comment %u\n",
  };
  char *text = malloc(COUNT * 40u);
  assert_non_null(text);
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
    char *at = text;
    append(&at, i >= 4 && i < 8 ? "a" : "", 0);
    for (unsigned j = 0; j < COUNT; j++)
      append(&at, bodies[i], j);
    append(&at, i >= 4 && i < 8 ? " = A;" : "", 0);
    (void)try_bytes(text, (size_t)(at - text));
  }
  /* a chain of bare types, each in the next */
  char *at = text;
  for (unsigned j = 0; j < COUNT; j++)
    at += sprintf(at, "a%u x:a%u = A%u;\n", j, j + 1, j);
  append(&at, "a%u = A%u;", COUNT);
  assert_int_equal(try_bytes(text, (size_t)(at - text)), TLP_OK);
  free(text);
}

/* ---- memory ---- */

typedef struct meter {
  size_t allowed;
  size_t live;
} meter;

static void *metered_alloc(void *ctx, size_t size) {
  meter *m = ctx;
  if (m->allowed == 0)
    return NULL;
  m->allowed--;
  m->live++;
  return malloc(size);
}

static void metered_release(void *ctx, void *ptr) {
  meter *m = ctx;
  m->live -= ptr != NULL;
  free(ptr);
}

static tlp_status parse_metered(meter *m, const char *text, size_t length) {
  tlp_allocator allocator = {metered_alloc, metered_release, m};
  tlp_schema *s = tlp_schema_new(&allocator);
  if (!s)
    return TLP_ERR_NOMEM;
  tlp_status status = tlp_schema_add(s, "x", text, length);
  if (status != TLP_ERR_NOMEM)
    status = tlp_schema_finish(s);
  else
    assert_int_equal(tlp_schema_finish(s), TLP_ERR_NOMEM);
  tlp_schema_free(s);
  return status;
}

/* proves RB-4 */
static void every_allocation_may_fail(void **state) {
  (void)state;
  static const char *const paths[] = {SAMPLES_DIR "/typed.tl", SCHEMA_DIR "/api.tl"};
  for (size_t i = 0; i < 2; i++) {
    size_t length, failures = 0;
    char *text = read_file(paths[i], &length);
    for (;; failures++) {
      meter m = {.allowed = failures};
      tlp_status status = parse_metered(&m, text, length);
      assert_int_equal(m.live, 0);
      if (status == TLP_OK)
        break;
      assert_int_equal(status, TLP_ERR_NOMEM);
    }
    assert_true(failures > 2);
    free(text);
  }
}

/* proves TL-12 */
static void sources_have_a_limit(void **state) {
  (void)state;
  size_t size = ((size_t)64 << 20) + 1;
  char *text = malloc(size);
  assert_non_null(text);
  memset(text, ' ', size);
  tlp_schema *s = tlp_schema_new(NULL);
  assert_non_null(s);
  assert_int_equal(tlp_schema_add(s, "x", text, size), TLP_ERR_LIMIT);
  free(text);
  for (int i = 0; i < 1000; i++)
    assert_int_equal(tlp_schema_add(s, "x", "", 0), TLP_OK);
  assert_int_equal(tlp_schema_add(s, "x", "", 0), TLP_ERR_LIMIT);
  assert_int_equal(tlp_schema_finish(s), TLP_OK);
  tlp_schema_free(s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(deep_nesting_is_an_error_and_no_crash),
      cmocka_unit_test(moderate_nesting_is_allowed),
      cmocka_unit_test(truncation_at_every_byte_is_survived),
      cmocka_unit_test(random_bytes_are_survived),
      cmocka_unit_test(random_tokens_are_survived),
      cmocka_unit_test(mutations_are_survived),
      cmocka_unit_test(work_grows_no_faster_than_the_source),
      cmocka_unit_test(every_allocation_may_fail),
      cmocka_unit_test(sources_have_a_limit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
