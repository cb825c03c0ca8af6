/* Descriptions, which are no part of the program: a file that schema/update --texts makes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"

static FILE *open_texts(void) {
  const char *path = getenv("TGCALL_TEXTS");
  return fopen(path && *path ? path : TGCALL_TEXTS_FILE, "r");
}

char *explain_text(const char *kind, const char *name) {
  FILE *file = open_texts();
  char line[8192], *found = NULL;
  size_t head = strlen(kind), length = strlen(name);
  while (file && !found && fgets(line, sizeof line, file)) {
    line[strcspn(line, "\n")] = '\0';
    if (strncmp(line, kind, head) != 0 || line[head] != '\t' ||
        strncmp(line + head + 1, name, length) != 0 || line[head + 1 + length] != '\t')
      continue;
    const char *text = line + head + length + 2;
    found = malloc(strlen(text) + 1);
    if (found)
      strcpy(found, text);
  }
  if (file)
    (void)fclose(file);
  return found;
}
