/* How long `tlgen generate` takes for a whole schema: reading and checking it, deciding on
 * everything, and writing the C into memory. Prints milliseconds, the least and the median of many
 * rounds.
 *
 *     bench_generate [SCHEMA [ERRORS [METHODS]]]     (without: Telegram's API) */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/load.h"
#include "cmd/generate.h"
#include "emit/emit.h"

enum { ROUNDS = 41, PARSE = 0, MODEL, EMIT, ALL, PHASES };

typedef struct bench {
  const char *schema, *errors, *methods;
  double ms[PHASES][ROUNDS];
  size_t bytes, files;
} bench;

static double now_ms(void) {
  struct timespec ts;
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static bool count_file(void *ctx, const char *path, const text *body) {
  bench *b = ctx;
  (void)path;
  b->bytes += body->size;
  b->files++;
  return true;
}

static bool add_facts(model *m, const bench *b) {
  size_t length;
  char *errors = b->errors ? generate_read_file(&m->pool, b->errors, &length) : NULL;
  char *methods = b->methods ? generate_read_file(&m->pool, b->methods, &length) : NULL;
  if ((b->errors && !errors) || (b->methods && !methods))
    return false;
  return (!errors || model_add_errors(m, b->errors, errors)) &&
         (!methods || model_add_methods(m, b->methods, methods));
}

static bool run_round(bench *b, int at) {
  double start = now_ms();
  tlp_schema *schema = tlgen_load_schema(&b->schema, 1, true);
  if (!schema)
    return false;
  double parsed = now_ms();
  model m;
  model_options options = {.prefix = "tg", .provenance = "a benchmark"};
  model_new(&m, schema, &options);
  bool ok = add_facts(&m, b) && model_build(&m);
  double built = now_ms();
  b->bytes = b->files = 0;
  ok = ok && emit_all(&m, count_file, b);
  double emitted = now_ms();
  model_free(&m);
  tlp_schema_free(schema);
  b->ms[PARSE][at] = parsed - start;
  b->ms[MODEL][at] = built - parsed;
  b->ms[EMIT][at] = emitted - built;
  b->ms[ALL][at] = emitted - start;
  return ok;
}

static void print(bench *b) {
  static const char *const names[PHASES] = {"parse and check", "model", "emit", "all"};
  printf("%zu bytes of C in %zu files\n", b->bytes, b->files);
  printf("%-16s %10s %10s\n", "ms", "least", "median");
  for (int phase = 0; phase < PHASES; phase++) {
    qsort(b->ms[phase], ROUNDS, sizeof(double), compare);
    printf("%-16s %10.2f %10.2f\n", names[phase], b->ms[phase][0], b->ms[phase][ROUNDS / 2]);
  }
}

int main(int argc, char **argv) {
  static bench b = {.schema = SCHEMA_DIR "/api.tl",
                    .errors = SCHEMA_DIR "/errors.tsv",
                    .methods = SCHEMA_DIR "/methods.tsv"};
  if (argc > 1) {
    b.schema = argv[1];
    b.errors = argc > 2 ? argv[2] : NULL;
    b.methods = argc > 3 ? argv[3] : NULL;
  }
  for (int i = 0; i < ROUNDS; i++)
    if (!run_round(&b, i))
      return 1;
  print(&b);
  return 0;
}
