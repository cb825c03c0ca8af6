/* Names by pattern, by word, and by what they are much like. */
#include <ctype.h>
#include <fnmatch.h>
#include <string.h>
#include <tl/suggest.h>

#include "explain.h"

typedef bool (*fits)(const char *name, const char *wanted);

static bool fits_pattern(const char *name, const char *pattern) {
  return fnmatch(pattern, name, 0) == 0;
}

/* Upper and lower case are alike. */
static bool has_word(const char *name, const char *word) {
  size_t length = strlen(word);
  for (; *name; name++) {
    size_t same = 0;
    while (same < length && name[same] &&
           tolower((unsigned char)name[same]) == tolower((unsigned char)word[same]))
      same++;
    if (same == length)
      return true;
  }
  return false;
}

static const char *type_name(uint16_t index) {
  const tl_type *type = &tg_schema.types[index];
  return type->op == TL_OP_SUM || type->op == TL_OP_PTR ? tg_schema.names + type->name : "";
}

static size_t list_names(FILE *out, fits fit, const char *wanted) {
  size_t found = 0;
  for (uint16_t i = tg_schema.n_constructors; i < tg_schema.n_defs; i++)
    if (fit(tl_def_name(&tg_schema, i), wanted) && ++found)
      fprintf(out, "method       %s\n", tl_def_name(&tg_schema, i));
  for (uint16_t i = 0; i < tg_schema.n_constructors; i++)
    if (fit(tl_def_name(&tg_schema, i), wanted) && ++found)
      fprintf(out, "constructor  %s\n", tl_def_name(&tg_schema, i));
  for (uint16_t i = 0; i < tg_schema.n_types; i++)
    if (*type_name(i) && fit(type_name(i), wanted) && ++found)
      fprintf(out, "type         %s\n", type_name(i));
  for (uint16_t i = 1; i <= tg_errors.count; i++)
    if (fit(tl_error_name(&tg_errors, i), wanted) && ++found)
      fprintf(out, "error        %s\n", tl_error_name(&tg_errors, i));
  return found;
}

size_t explain_pattern(FILE *out, const char *pattern) {
  return list_names(out, fits_pattern, pattern);
}

size_t explain_search(FILE *out, const char *word) {
  return list_names(out, has_word, word);
}

const char *explain_suggest(const char *name) {
  tl_suggestion suggestion = TL_SUGGEST(name);
  for (uint16_t i = 0; i < tg_schema.n_defs; i++)
    tl_suggest_offer(&suggestion, tl_def_name(&tg_schema, i));
  for (uint16_t i = 0; i < tg_schema.n_types; i++)
    if (*type_name(i))
      tl_suggest_offer(&suggestion, type_name(i));
  for (uint16_t i = 1; i <= tg_errors.count; i++)
    tl_suggest_offer(&suggestion, tl_error_name(&tg_errors, i));
  return suggestion.best;
}
