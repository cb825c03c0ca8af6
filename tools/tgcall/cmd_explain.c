/* tgcall explain: what the schema and the error table say of a method, constructor or type. */
#include "explain.h"
#include "tgcall.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help_explain[] =
    "Says what NAME is: of a method its parameters and result, who may call it, the errors it\n"
    "returns with its own codes, and since which layer it exists; of a constructor its fields; of "
    "a\n"
    "type its constructors and the methods that return it; of an error (FLOOD_WAIT_30) the "
    "methods\n"
    "and what to do. NAME may be an id (0xdde8a54c), a pattern ('auth.*'), or a word that is "
    "searched\n"
    "for. Descriptions are shown when there are some: schema/update --texts gets them, "
    "TGCALL_TEXTS\n"
    "says where. Needs no server.\n"
    "\n"
    "  --all           also the errors that every method may return\n";

static int means_nothing(const char *name) {
  const char *meant = explain_suggest(name);
  if (meant)
    return usage_error("the schema (layer %d) has no \"%s\"; did you mean \"%s\"?", tg_schema.layer,
                       name, meant);
  return usage_error("the schema (layer %d) has no \"%s\"", tg_schema.layer, name);
}

static int cmd_explain(int argc, char **argv) {
  bool all = false;
  const option_spec own[] = {{"--all", NULL, &all}};
  const char *name = NULL;
  size_t n_words;
  if (!parse_options(argc, argv, own, 1, NULL, &name, 1, &n_words))
    return EXIT_USAGE;
  if (n_words == 0)
    return usage_error("explain needs the NAME of a method, constructor, type or error");
  return explain_write(stdout, name, all) ? EXIT_OK : means_nothing(name);
}

const command tgcall_explain = {
    "explain",   "NAME",       "what a method takes, gives and how it fails; what an error means",
    cmd_explain, help_explain, NULL};
