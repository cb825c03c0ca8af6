/* generate_args.c: the command line of `tlgen generate`. */
#include "cmd/generate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/names.h"
#include "cmd/commands.h"

const char generate_usage[] =
    "usage: tlgen generate --schema FILE... --out DIR [OPTION]...\n"
    "Writes C structs, functions and tables for the TL schemas to DIR/include and DIR/src.\n"
    "\n"
    "  --schema FILE...    schemas in the TL language, taken together\n"
    "  --out DIR           where to; made when it is not there\n"
    "  --errors FILE...    table of the server's errors and which method returns them\n"
    "  --methods FILE...   table of who may call which method\n"
    "  --prefix NAME       what every name starts with (tg)\n"
    "  --only PATTERN,...  only what these name (auth.*, help.getConfig) and all that it needs\n"
    "  --layer N           the layer, where the schema has no line `// LAYER N`\n"
    "  --hot FILE...       straight-line functions for the definitions that these files name, one\n"
    "                      on a line, a * at its end for any end; the tables alone do it slower\n"
    "  --legacy FILE...    forms of other layers, as `tlgen layers --legacy` writes them, and "
    "tables\n"
    "                      (.tsv) of what they are called today: objects of these are decoded, "
    "too\n"
    "  --doc-url URL       link each definition to URL/constructor/NAME, /method/, /type/\n"
    "  --keep-words        store # words too, for schemas that use bits no field stands for\n"
    "  --strict            fail when anything has to be left out or renamed\n"
    "  --check             write nothing; name the files that are not up to date and fail\n"
    "  --depfile FILE      write a make rule with all that was read\n"
    "  --quiet             no warnings about the schemas\n";

typedef struct option {
  const char *name;
  list *many;       /* takes one value or more, or */
  const char **one; /* takes one, or */
  bool *flag;       /* takes none */
} option;

static bool add_value(mem *pool, const option *o, const char *value) {
  if (!*value) {
    tlgen_error("%s needs a value that is not empty", o->name);
    return false;
  }
  if (o->many) {
    list_push(pool, o->many, (void *)(uintptr_t)value);
    return true;
  }
  if (*o->one) {
    tlgen_error("%s is given twice", o->name);
    return false;
  }
  *o->one = value;
  return true;
}

/* Takes the values behind argv[at]. Returns the index of the next option, -1 on a mistake. */
static int take_values(mem *pool, const option *o, int argc, char **argv, int at) {
  const char *joined = strchr(argv[at], '=');
  if (o->flag) {
    if (joined)
      tlgen_error("%s takes no value", o->name);
    *o->flag = true;
    return joined ? -1 : at + 1;
  }
  if (joined)
    return add_value(pool, o, joined + 1) ? at + 1 : -1;
  int first = ++at;
  while (at < argc && strncmp(argv[at], "--", 2) != 0 && (o->many || at == first)) {
    if (!add_value(pool, o, argv[at++]))
      return -1;
  }
  if (at == first)
    tlgen_error("%s needs a value", o->name);
  return at == first ? -1 : at;
}

static const option *find_option(const option *options, const char *arg) {
  size_t length = strcspn(arg, "=");
  for (; options->name; options++)
    if (strlen(options->name) == length && strncmp(options->name, arg, length) == 0)
      return options;
  return NULL;
}

/* "auth.*,help.getConfig" becomes two patterns. */
static void split_patterns(mem *pool, list *patterns) {
  list parts = {0};
  for (size_t i = 0; i < patterns->count; i++) {
    const char *rest = patterns->items[i];
    while (*rest) {
      rest += strspn(rest, " \t");
      size_t length = strcspn(rest, ", \t");
      if (length)
        list_push(pool, &parts, mem_copy(pool, rest, length));
      rest += length;
      rest += strspn(rest, ", \t");
    }
  }
  *patterns = parts;
}

static bool read_layer(generate_args *args) {
  char *end;
  errno = 0;
  long layer = strtol(args->layer_text, &end, 10);
  if (errno || *end || layer < 1 || layer > INT32_MAX)
    return false;
  args->layer = (int32_t)layer;
  return true;
}

static bool complete(generate_args *args) {
  if (args->help)
    return true;
  if (!args->prefix)
    args->prefix = "tg";
  if (!args->schemas.count)
    tlgen_error("--schema is missing");
  else if (!args->out)
    tlgen_error("--out is missing");
  else if (!names_prefix_ok(args->prefix))
    tlgen_error("--prefix %s: not a name in lower-case letters and digits, at most 32 of them",
                args->prefix);
  else if (args->layer_text && !read_layer(args))
    tlgen_error("--layer %s: not a number from 1 to 2,147,483,647", args->layer_text);
  else
    return true;
  return false;
}

bool generate_read_args(mem *pool, generate_args *args, int argc, char **argv) {
  *args = (generate_args){0};
  const option options[] = {{"--schema", &args->schemas, NULL, NULL},
                            {"--errors", &args->errors, NULL, NULL},
                            {"--methods", &args->methods, NULL, NULL},
                            {"--only", &args->only, NULL, NULL},
                            {"--hot", &args->hot, NULL, NULL},
                            {"--legacy", &args->legacy, NULL, NULL},
                            {"--out", NULL, &args->out, NULL},
                            {"--prefix", NULL, &args->prefix, NULL},
                            {"--doc-url", NULL, &args->doc_url, NULL},
                            {"--layer", NULL, &args->layer_text, NULL},
                            {"--depfile", NULL, &args->depfile, NULL},
                            {"--check", NULL, NULL, &args->check},
                            {"--strict", NULL, NULL, &args->strict},
                            {"--keep-words", NULL, NULL, &args->keep_words},
                            {"--quiet", NULL, NULL, &args->quiet},
                            {"--help", NULL, NULL, &args->help},
                            {NULL, NULL, NULL, NULL}};
  for (int at = 1; at < argc;) {
    const option *o = find_option(options, argv[at]);
    if (!o) {
      (void)tlgen_no_option("generate", argv[at], generate_usage);
      return false;
    }
    at = take_values(pool, o, argc, argv, at);
    if (at < 0)
      return false;
  }
  split_patterns(pool, &args->only);
  return complete(args);
}
