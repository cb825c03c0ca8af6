/* tgcall complete: what the shells' completion asks. */
#include "complete.h"

static const char help_complete[] =
    "Prints what could stand in the place of the last WORD, one a line, with a tab and what it is\n"
    "behind it; \":files\" says that a file could. The scripts of tgcall completion ask this, so "
    "that\n"
    "what they offer is what this program takes.\n";

static int run_complete(const command_table *all, int argc, char **argv) {
  const char *words[128];
  size_t n = 0;
  for (int i = argc > 0 && argv[0][0] == '-' && argv[0][1] == '-' && !argv[0][2]; i < argc; i++)
    if (n < sizeof words / sizeof *words)
      words[n++] = argv[i];
  complete_words(all, words, n);
  return EXIT_OK;
}

const command tgcall_complete = {"complete", "-- WORD...",  "what could stand in a word's place",
                                 NULL,       help_complete, run_complete};
