/* test_convert.c: `tlgen convert` on a small package, and on broken ones. */
#include <sys/stat.h>

#include "parse.h"
#include "run.h"

typedef struct package {
  const char *description;
  const char *api;
  const char *service;
  const char *errors;
} package;

static const package good = {
    "{\"name\": \"@x/y\", \"version\": \"1.2.3\"}",
    "{\"l\": 7, \"e\": ["
    "{\"kind\":\"class\",\"name\":\"a\",\"type\":\"A\",\"id\":2058233273,\"arguments\":[]},"
    "{\"kind\":\"class\",\"name\":\"ns.b\",\"type\":\"ns.B\",\"id\":%u,\"comment\":\"text\","
    "\"arguments\":["
    "{\"name\":\"flags\",\"type\":\"#\",\"comment\":\"text\"},"
    "{\"name\":\"t\",\"type\":\"true\",\"typeModifiers\":{\"predicate\":\"flags.3\"}},"
    "{\"name\":\"i\",\"type\":\"int53\"},"
    "{\"name\":\"v\",\"type\":\"int53\",\"typeModifiers\":{\"predicate\":\"flags.4\",\"isVector\":"
    "true}},"
    "{\"name\":\"w\",\"type\":\"A\",\"typeModifiers\":{\"isBareVector\":true,\"isBareType\":true}}]"
    "},"
    "{\"kind\":\"class\",\"name\":\"mtcute.own\",\"type\":\"mtcute.Own\",\"id\":1,\"arguments\":[]}"
    ","
    "{\"kind\":\"method\",\"name\":\"gPrefix\",\"type\":\"A\",\"id\":%u,\"arguments\":[]},"
    "{\"kind\":\"method\",\"name\":\"g\",\"type\":\"X\",\"id\":%u,\"generics\":[{\"name\":\"X\","
    "\"type\":\"type\"}],"
    "\"available\":\"both\",\"throws\":[{\"code\":400,\"name\":\"E_%%d\",\"comment\":\"text\"}],"
    "\"arguments\":[{\"name\":\"q\",\"type\":\"!X\"}]},"
    "{\"kind\":\"method\",\"name\":\"h\",\"type\":\"int53\",\"id\":%u,\"typeModifiers\":{"
    "\"isVector\":true},"
    "\"throws\":[{\"code\":400,\"name\":\"E_%%d\"},{\"code\":406,\"name\":\"E_%%d\"}],"
    "\"arguments\":[]}"
    "]}",
    "[{\"kind\":\"class\",\"name\":\"mt_ping\",\"id\":2059302892,\"type\":\"Pong\",\"arguments\":"
    "[{\"name\":\"ping_id\",\"type\":\"long\"}]},"
    "{\"kind\":\"class\",\"name\":\"mt_pong\",\"id\":880243653,\"type\":\"Pong\",\"arguments\":"
    "[{\"name\":\"msg_id\",\"type\":\"long\"},{\"name\":\"ping_id\",\"type\":\"long\"}]},"
    "{\"kind\":\"class\",\"name\":\"mt_pongs\",\"id\":%u,\"type\":\"Pongs\",\"arguments\":"
    "[{\"name\":\"all\",\"type\":\"mt_pong\",\"typeModifiers\":{\"isBareVector\":true,"
    "\"isBareType\":true}}]}]",
    "{\"errors\":{\"Z\":{\"code\":500,\"name\":\"Z\",\"description\":\"text\"},"
    "\"E_%%d\":{\"code\":400,\"name\":\"E_%%d\"}}}",
};

static const char extra[] = "pong#347773c5 msg_id:long ping_id:long = Pong;\n"
                            "gzip_packed#3072cfa1 packed_data:bytes = Object;\n"
                            "---functions---\nreq_x = Pong;\n";

static uint32_t hash(const char *text) {
  return tlp_crc32(text, strlen(text));
}

static void write_json(const char *dir, const char *name, const char *format) {
  char text[8192];
  uint32_t b = hash("ns.b flags:# i:long v:flags.4?Vector long w:vector %A = ns.B");
  uint32_t g = hash("g X:Type q:!X = X"), h = hash("h = Vector long");
  uint32_t pongs = hash("pongs all:vector pong = Pongs");
  bool service = format == good.service;
  int length = snprintf(text, sizeof text, format, service ? pongs : b, g, g, h);
  run_write_file(dir, name, text, (size_t)length);
}

static char *make_package(const package *p) {
  char *dir = run_make_dir();
  char path[4096];
  (void)snprintf(path, sizeof path, "%s/tl", dir);
  assert_int_equal(mkdir(path, 0700), 0);
  (void)snprintf(path, sizeof path, "%s/out", dir);
  assert_int_equal(mkdir(path, 0700), 0);
  run_write_file(dir, "package.json", p->description, strlen(p->description));
  write_json(dir, "tl/api-schema.json", p->api);
  write_json(dir, "tl/mtp-schema.json", p->service);
  write_json(dir, "tl/raw-errors.json", p->errors);
  run_write_file(dir, "extra.tl", extra, sizeof extra - 1);
  return dir;
}

static run_result convert(const char *dir) {
  static const char *const argv[] = {TLGEN_PROGRAM, "convert", "--package", ".", "--mtproto-extra",
                                     "extra.tl",    "--out",   "out",       NULL};
  return run_program(dir, argv);
}

/* All after the line of the head that has the checksum of the body. */
static const char *body_of(const char *text) {
  const char *line = strstr(text, "body-sha256: ");
  assert_non_null(line);
  return strchr(line, '\n') + 1;
}

static const char common[] = "int ? = Int;\nlong ? = Long;\ndouble ? = Double;\n"
                             "string ? = String;\nbytes data:string = Bytes;\n"
                             "int128 4*[ int ] = Int128;\nint256 8*[ int ] = Int256;\n"
                             "true#3fedd339 = True;\nboolFalse#bc799737 = Bool;\n"
                             "boolTrue#997275b5 = Bool;\n"
                             "vector#1cb5c415 {t:Type} # [ t ] = Vector t;\n";

static void assert_body(const char *dir, const char *name, const char *before, const char *rest) {
  char *text = run_read_file(dir, name, NULL);
  assert_non_null(text);
  const char *body = body_of(text);
  assert_memory_equal(body, before, strlen(before));
  assert_string_equal(body + strlen(before), rest);
  free(text);
}

/* proves TL-11 */
static void a_package_becomes_files(void **state) {
  (void)state;
  char *dir = make_package(&good), lines[2048];
  run_result r = convert(dir);
  assert_string_equal(r.err, "");
  assert_int_equal(r.status, 0);
  (void)snprintf(
      lines, sizeof lines,
      "null#56730bcc = Null;\n\na#7aae25b9 = A;\n"
      "ns.b#%08x flags:# t:flags.3?true i:long v:flags.4?Vector<long> w:vector<%%A> = ns.B;\n"
      "\n---functions---\n\ng#%08x {X:Type} q:!X = X;\nh#%08x = Vector<long>;\n",
      (unsigned)hash("ns.b flags:# i:long v:flags.4?Vector long w:vector %A = ns.B"),
      (unsigned)hash("g X:Type q:!X = X"), (unsigned)hash("h = Vector long"));
  assert_body(dir, "out/api.tl", common, lines);
  (void)snprintf(lines, sizeof lines,
                 "\npong#347773c5 msg_id:long ping_id:long = Pong;\n"
                 "pongs#%08x all:vector<pong> = Pongs;\n\n// from mtproto-extra.tl\n"
                 "gzip_packed#3072cfa1 packed_data:bytes = Object;\n\n---functions---\n\n"
                 "ping#7abe77ec ping_id:long = Pong;\n\n// from mtproto-extra.tl\n"
                 "req_x = Pong;\n",
                 (unsigned)hash("pongs all:vector pong = Pongs"));
  assert_body(dir, "out/mtproto.tl", common, lines);
  assert_body(dir, "out/errors.tsv", "# code\tname\tmethods\n",
              "400\tE_%d\tg,h\n406\tE_%d\th\n500\tZ\t\n");
  assert_body(dir, "out/methods.tsv", "# method\tcallers\n", "g\tboth\nh\t-\n");
  run_free(&r);
  run_remove_dir(dir);
}

static void heads_say_where_files_are_from(void **state) {
  (void)state;
  static const char *const names[] = {"out/api.tl", "out/mtproto.tl", "out/errors.tsv",
                                      "out/methods.tsv"};
  char *dir = make_package(&good);
  run_result r = convert(dir);
  for (size_t i = 0; i < 4; i++) {
    char *text = run_read_file(dir, names[i], NULL);
    assert_non_null(text);
    assert_non_null(strstr(text, i < 2 ? "// LAYER 7\n" : "# LAYER 7\n"));
    assert_non_null(strstr(text, "source: npm @x/y 1.2.3, "));
    assert_non_null(strstr(text, "source-sha256: "));
    assert_null(strstr(text, "text"));
    free(text);
  }
  run_free(&r);
  run_remove_dir(dir);
}

static void assert_refused(const package *p, const char *message) {
  char *dir = make_package(p);
  run_result r = convert(dir);
  if (r.status != 1 || !strstr(r.err, message))
    fail_msg("status %d\n%s", r.status, r.err);
  assert_null(run_read_file(dir, "out/api.tl", NULL));
  run_free(&r);
  run_remove_dir(dir);
}

/* proves TL-11 */
static void nothing_is_written_when_an_id_does_not_fit(void **state) {
  (void)state;
  package p = good;
  p.api = "{\"l\":7,\"e\":[{\"kind\":\"class\",\"name\":\"a\",\"type\":\"A\",\"id\":2058233273,"
          "\"arguments\":[{\"name\":\"x\",\"type\":\"int\"}]}]}";
  assert_refused(&p, "api.tl: an id does not fit its declaration");
}

static void broken_packages_are_refused(void **state) {
  (void)state;
  package p = good;
  p.api = "{\"l\":7,\"e\":[";
  assert_refused(&p, "api-schema.json:1:");
  p.api = "{\"e\":[]}";
  assert_refused(&p, "there is no layer");
  p.api = "{\"l\":7}";
  assert_refused(&p, "no list of definitions");
  p.api = "{\"l\":7,\"e\":[{\"kind\":\"class\",\"name\":\"a\",\"id\":1}]}";
  assert_refused(&p, "a: there is no text `type`");
  p.api = "{\"l\":7,\"e\":[{\"kind\":\"class\",\"name\":\"a\",\"type\":\"A\",\"id\":4294967296}]}";
  assert_refused(&p, "a: the id is not a number of 32 bits");
  p.api = "{\"l\":7,\"e\":[{\"kind\":\"class\",\"name\":\"a\",\"type\":\"A;;\",\"id\":1}]}";
  assert_refused(&p, "what came out is not a schema");
  p = good;
  p.service = "{}";
  assert_refused(&p, "not a list of definitions");
  p = good;
  p.description = "{\"name\":\"x\"}";
  assert_refused(&p, "package.json: there is no text `version`");
}

static void usage_is_told(void **state) {
  (void)state;
  char *dir = run_make_dir();
  static const char *const lines[][6] = {
      {TLGEN_PROGRAM, "convert", NULL},
      {TLGEN_PROGRAM, "convert", "--package", NULL},
      {TLGEN_PROGRAM, "convert", "--bad", "x", NULL},
      {TLGEN_PROGRAM, "convert", "--package", ".", NULL},
  };
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    run_result r = run_program(dir, lines[i]);
    assert_int_equal(r.status, 2);
    assert_true(*r.err);
    run_free(&r);
  }
  static const char *const missing[] = {TLGEN_PROGRAM, "convert", "--package", "none",
                                        "--out",       ".",       NULL};
  run_result r = run_program(dir, missing);
  assert_int_equal(r.status, 1);
  assert_non_null(strstr(r.err, "No such file"));
  run_free(&r);
  run_remove_dir(dir);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_package_becomes_files),
      cmocka_unit_test(heads_say_where_files_are_from),
      cmocka_unit_test(nothing_is_written_when_an_id_does_not_fit),
      cmocka_unit_test(broken_packages_are_refused),
      cmocka_unit_test(usage_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
