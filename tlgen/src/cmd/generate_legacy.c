/* generate_legacy.c: the files of `tlgen generate --legacy`. */
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "cmd/generate.h"

/* Whether the line declares what is named after a layer: `user_l223#...`. */
static bool is_form(const char *line) {
  size_t length = strcspn(line, "# \n");
  size_t digits = 0;
  while (digits < length && line[length - digits - 1] >= '0' && line[length - digits - 1] <= '9')
    digits++;
  return digits && digits + 2 < length && memcmp(line + length - digits - 2, "_l", 2) == 0;
}

/* Blanks everything else out, so that places stay what they are. */
static void keep_forms(char *at) {
  bool functions = false;
  while (*at) {
    size_t length = strcspn(at, "\n");
    functions |= strncmp(at, "---functions---", 15) == 0;
    if (functions || !is_form(at))
      memset(at, ' ', length);
    at += length + (at[length] == '\n');
  }
}

static bool is_table(const char *path) {
  size_t length = strlen(path);
  return length > 4 && strcmp(path + length - 4, ".tsv") == 0;
}

bool generate_read_legacy(mem *pool, const list *files, generate_legacy *out) {
  *out = (generate_legacy){0};
  for (size_t i = 0; i < files->count; i++) {
    const char *path = files->items[i];
    size_t length;
    char *body = generate_read_file(pool, path, &length);
    if (!body) {
      tlgen_error("%s: %s", path, strerror(errno));
      return false;
    }
    if (is_table(path)) {
      out->names = out->names ? mem_join(pool, out->names, "\n", body, NULL) : body;
      continue;
    }
    keep_forms(body);
    out->file = path;
    out->forms = out->forms ? mem_join(pool, out->forms, "\n", body, NULL) : body;
  }
  return true;
}
