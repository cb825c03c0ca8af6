/* tlo.c: `tlgen tlo`, which writes a schema in its serialized form. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/files.h"
#include "base/load.h"
#include "cmd/commands.h"
#include "cmd/tlo_write.h"

static const char usage_text[] =
    "usage: tlgen tlo FILE... -o OUT\n"
    "\n"
    "Parses schemas and writes them to OUT in the binary form that the TL documentation gives for\n"
    "schemas (tls.schema_v2), byte for byte as `tl-parser -e OUT FILE` does.\n"
    "\n"
    "exit status: 0 written; 1 a schema is wrong or a file cannot be read or written; 2 wrong "
    "usage\n";

static int run(const char *const *files, size_t count, const char *out) {
  tlp_schema *schema = tlgen_load_schema(files, count, true);
  text bytes = {0};
  bool ok = schema && tlo_write(&bytes, schema);
  ok = ok && tlgen_write_file(out, bytes.data, bytes.size);
  text_free(&bytes);
  tlp_schema_free(schema);
  return ok ? TLGEN_OK : TLGEN_FAILED;
}

int cmd_tlo(int argc, char **argv) {
  const char *out = NULL;
  size_t count = 0;
  const char **files = calloc((size_t)argc + 1, sizeof *files);
  int status = TLGEN_USAGE;
  for (int i = 1; files && i < argc; i++) {
    if (strcmp(argv[i], "--help") == 0) {
      (void)fputs(usage_text, stdout);
      status = TLGEN_OK;
      goto done;
    }
    if (strcmp(argv[i], "-o") == 0 && i + 1 < argc)
      out = argv[++i];
    else if (argv[i][0] == '-') {
      status = tlgen_no_option("tlo", argv[i], usage_text);
      goto done;
    } else
      files[count++] = argv[i];
  }
  if (!files || !out || count == 0)
    (void)fputs(usage_text, stderr);
  else
    status = run(files, count, out);
done:
  free(files);
  return status;
}
