/* Bytes as a schema. What is right prints, and what is printed is right, and prints the same; what
 * is wrong comes with a reason. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tl-parser/tl-parser.h>

enum { TEXT_MAX = 1 << 20 };

/* The schema printed, or NULL when it is not right; freed by free(). */
static char *print_again(const char *text, size_t size, size_t *length) {
  char line[512], *out = NULL;
  tlp_schema *schema = tlp_schema_new(NULL);
  FUZZ_CHECK(schema);
  tlp_status added = tlp_schema_add(schema, "x.tl", text, size);
  tlp_status status = tlp_schema_finish(schema);
  FUZZ_CHECK(added == TLP_OK || added == TLP_ERR_SCHEMA);
  FUZZ_CHECK((status == TLP_OK) == (tlp_schema_severity_count(schema, TLP_ERROR) == 0));
  for (size_t i = 0; i < tlp_schema_diag_count(schema) && i < 20; i++)
    FUZZ_CHECK(tlp_diag_format(schema, tlp_schema_diag(schema, i), line, sizeof line) > 0);
  *length = status == TLP_OK ? tlp_schema_print(schema, NULL, 0) : 0;
  if (status == TLP_OK && *length < TEXT_MAX) {
    out = malloc(*length + 1);
    FUZZ_CHECK(out && tlp_schema_print(schema, out, *length + 1) == *length);
  }
  tlp_schema_free(schema);
  return out;
}

/* proves RB-7 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  size_t first = 0, second = 0;
  char *printed = print_again((const char *)data, size, &first);
  if (!printed)
    return 0;
  char *again = print_again(printed, first, &second);
  FUZZ_CHECK(again && first == second && memcmp(printed, again, first) == 0);
  free(again);
  free(printed);
  return 0;
}

size_t fuzz_example(uint64_t seed, uint8_t *out, size_t room) {
  static const char *const lines[] = {
      "int ? = Int;\n",
      "vector#1cb5c415 {t:Type} # [ t ] = Vector t;\n",
      "boolTrue#997275b5 = Bool;\nboolFalse#bc799737 = Bool;\n",
      "user#abcdef01 flags:# self:flags.0?true id:long name:flags.1?string = User;\n",
      "userEmpty#1 id:long = User;\n",
      "a.b x:int128 y:(vector %User) z:Vector<a.B> = a.B;\n",
      "tuple {t:Type} {n:#} items:n*[ t ] = Tuple t n;\n",
      "pair {X:Type} {Y:Type} a:X b:Y = Pair X Y;\n",
      "nested x:!X {X:Type} = X;\n",
      "// LAYER 229\n",
      "/* a comment */ c k:2*[ int ] l:(Tuple int 3) = C;\n",
      "---functions---\n",
      "invokeWithLayer#da9b0d0d {X:Type} layer:int query:!X = X;\n",
      "getUser id:long = User;\n",
      "---types---\n",
      "@mark d flags:# flags2:# a:flags.31?bytes b:flags2.0?(Vector string) = D;\n",
      "Vector int;\n",
      "Final Bool;\n",
  };
  size_t size = 0;
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    const char *line = lines[seed >> 62 ? i : (seed >> 33) % (sizeof lines / sizeof *lines)];
    if (seed >> 61 & 1 || size + strlen(line) > room)
      continue;
    memcpy(out + size, line, strlen(line));
    size += strlen(line);
  }
  return size;
}
