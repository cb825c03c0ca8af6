/* Bytes as a schema that code is generated for: whatever the parser lets through, the model and the
 * emitters deal with, the same way twice. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emit/emit.h"

/* A checksum of all that is emitted. */
static bool take(void *ctx, const char *path, const text *body) {
  uint64_t *sum = ctx;
  for (; *path; path++)
    *sum = (*sum ^ (uint8_t)*path) * UINT64_C(0x100000001b3);
  for (size_t i = 0; i < body->size; i++)
    *sum = (*sum ^ (uint8_t)body->data[i]) * UINT64_C(0x100000001b3);
  return true;
}

static uint64_t generate(const char *schema_text, size_t size) {
  tlp_schema *schema = tlp_schema_new(NULL);
  FUZZ_CHECK(schema);
  uint64_t sum = 0;
  tlp_status added = tlp_schema_add(schema, "x.tl", schema_text, size);
  if (added == TLP_OK && tlp_schema_finish(schema) == TLP_OK) {
    model m;
    model_options options = {.prefix = "x", .provenance = "a schema", .keep_words = size & 1};
    model_new(&m, schema, &options);
    if (model_build(&m))
      FUZZ_CHECK(emit_all(&m, take, &sum));
    model_free(&m);
  }
  tlp_schema_free(schema);
  return sum;
}

/* proves RB-7 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  FUZZ_CHECK(generate((const char *)data, size) == generate((const char *)data, size));
  return 0;
}

size_t fuzz_example(uint64_t seed, uint8_t *out, size_t room) {
  static const char *const lines[] = {
      "int ? = Int;\nfloat ? = Float;\n",
      "vector#1cb5c415 {t:Type} # [ t ] = Vector t;\n",
      "tuple {t:Type} {n:#} [ t ] = Tuple t n;\n",
      "user {m:#} id:int name:m.0?string bot:m.1?true = User m;\n",
      "team flags:# boss:%(User flags) all:flags.3?(vector %(User flags)) = Team;\n",
      "maybe {t:Type} value:t = Maybe t;\nnothing {t:Type} = Maybe t;\n",
      "deep k:# a:(Maybe (Maybe %(User k))) b:(Tuple int 3) = Deep;\n",
      "matrix m:# n:# rows:m*[ n*[ int ] ] g:(n+1)*[ a:int b:m.1?long ] = Matrix;\n",
      "endless {t:Type} x:(Endless (Vector t)) = Endless t;\nuse x:(Endless int) = Use;\n",
      "a.b_c int:int class:int = a.B;\na_b.c x:a.B = a_b.C;\n",
      "odd ? = Odd;\nholds x:odd y:Odd = Holds;\n",
      "---functions---\n",
      "wrap#00000001 {X:Type} query:!X = X;\ncut#00000001 y:int = Use;\n",
      "getUser m:# id:int = User m;\nmany = Vector int;\n",
  };
  size_t size = 0;
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    if ((seed >> 61 & 3) == 0 || size + strlen(lines[i]) > room)
      continue;
    memcpy(out + size, lines[i], strlen(lines[i]));
    size += strlen(lines[i]);
  }
  return size;
}
