/* check.c: `tlgen check`, which parses schemas and says what is wrong or doubtful in them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/load.h"
#include "cmd/commands.h"
#include "cmd/lint.h"
#include "cmd/rules.h"

static const char usage_text[] =
    "usage: tlgen check [-W] [--strict] [--json] FILE...\n"
    "\n"
    "Parses the schemas together, as one, and prints what is wrong with them to standard error, "
    "with\n"
    "file, line, column, the place, the rule and what to do; then a line on what they hold to "
    "standard\n"
    "output.\n"
    "\n"
    "Errors: what is not TL, names and ids declared twice, unknown types, wrong arguments of "
    "types,\n"
    "conditions on what is no word of flags. Warnings: ids that are not the hash of the "
    "declaration,\n"
    "names that would be one in C. Notes: fields called as keywords, bits that fields share, words "
    "of\n"
    "flags that nothing depends on.\n"
    "\n"
    "  -W        print notes, too\n"
    "  --strict  warnings count as errors\n"
    "  --json    print an array to standard output instead, for editors: file, line, column, "
    "length\n"
    "            (bytes), severity (error, warning, note), rule, message, help\n"
    "\n"
    "exit status: 0 no errors; 1 errors, or a file cannot be read; 2 wrong usage\n";

typedef struct check_options {
  const char **files;
  size_t count;
  bool notes;
  bool strict;
  bool json;
} check_options;

static void summarise(const tlp_schema *schema) {
  size_t combinators, types, functions = 0;
  const tlp_combinator *const *list = tlp_schema_combinators(schema, &combinators);
  (void)tlp_schema_types(schema, &types);
  for (size_t i = 0; i < combinators; i++)
    functions += list[i]->section == TLP_SECTION_FUNCTIONS;
  if (tlp_schema_layer(schema) >= 0)
    (void)printf("layer %d: ", (int)tlp_schema_layer(schema));
  (void)printf("%zu constructors, %zu types, %zu functions\n", combinators - functions, types,
               functions);
}

static void print_findings(const tlp_schema *schema, const check_options *options) {
  tlp_severity least = options->notes ? TLP_NOTE : TLP_WARNING;
  if (options->json)
    rules_print_json(schema, least, stdout);
  else
    rules_print(schema, least, stderr);
}

static int run(const check_options *options) {
  tlp_schema *schema = tlp_schema_new(NULL);
  tlp_status status = schema ? TLP_OK : TLP_ERR_NOMEM;
  bool readable = true;
  for (size_t i = 0; schema && i < options->count; i++)
    readable = tlgen_add_file(schema, options->files[i]) && readable;
  if (schema && readable)
    status = tlp_schema_finish(schema);
  if (schema && readable && status == TLP_OK)
    status = lint_schema(schema);
  if (schema)
    print_findings(schema, options);
  bool ok = readable && status == TLP_OK;
  if (status == TLP_ERR_NOMEM)
    tlgen_error("out of memory");
  if (ok && !options->json)
    summarise(schema);
  if (options->strict && schema && tlp_schema_severity_count(schema, TLP_WARNING) > 0)
    ok = false;
  tlp_schema_free(schema);
  return ok ? TLGEN_OK : TLGEN_FAILED;
}

/* False: wrong usage. */
static bool parse_arguments(int argc, char **argv, check_options *options) {
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "-W") == 0)
      options->notes = true;
    else if (strcmp(argv[i], "--strict") == 0)
      options->strict = true;
    else if (strcmp(argv[i], "--json") == 0)
      options->json = true;
    else if (argv[i][0] == '-')
      return tlgen_no_option("check", argv[i], usage_text), false;
    else
      options->files[options->count++] = argv[i];
  }
  return options->count > 0;
}

int cmd_check(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "--help") == 0) {
    (void)fputs(usage_text, stdout);
    return TLGEN_OK;
  }
  check_options options = {.files = calloc((size_t)argc + 1, sizeof *options.files)};
  int status = TLGEN_USAGE;
  if (!options.files)
    tlgen_error("out of memory");
  else if (!parse_arguments(argc, argv, &options))
    (void)fputs(usage_text, stderr);
  else
    status = run(&options);
  free(options.files);
  return status;
}
