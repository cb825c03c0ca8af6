/* mistyped.c: what there is not on a command line, and what was perhaps meant. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <tl/suggest.h>

#include "base/error.h"
#include "cmd/commands.h"

enum { MOST_OPTIONS = 48, MOST_LENGTH = 32 };

/* The next option that a usage text names; NULL: none is left. */
static const char *next_option(const char *text, char out[MOST_LENGTH]) {
  text = strstr(text, "--");
  if (!text)
    return NULL;
  size_t size = 2;
  while (islower((unsigned char)text[size]) || text[size] == '-')
    size++;
  (void)snprintf(out, MOST_LENGTH, "%.*s", (int)size, text);
  return text + size;
}

int tlgen_no_option(const char *command, const char *typed, const char *usage) {
  char names[MOST_OPTIONS][MOST_LENGTH], word[MOST_LENGTH];
  (void)snprintf(word, sizeof word, "%.*s", (int)strcspn(typed, "="), typed);
  tl_suggestion meant = TL_SUGGEST(word);
  for (size_t i = 0; i < MOST_OPTIONS && (usage = next_option(usage, names[i])); i++)
    tl_suggest_offer(&meant, names[i]);
  if (meant.best && meant.distance == 0)
    tlgen_error("%s needs a value, and takes no more than one; see tlgen %s --help", typed,
                command);
  else if (meant.best)
    tlgen_error("%s: no such option; did you mean %s?", typed, meant.best);
  else
    tlgen_error("%s: no such option; see tlgen %s --help", typed, command);
  return TLGEN_USAGE;
}
