/* What a mistyped name was perhaps meant to be: the fewest changes of a letter. */
#include <string.h>
#include <tl/suggest.h>

enum { MOST = 96 }; /* longer names are not looked at */

static char lower(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static unsigned least(unsigned a, unsigned b) {
  return a < b ? a : b;
}

/* Insertions, deletions, replacements, and exchanges of neighbours. */
static unsigned distance(const char *a, size_t n, const char *b, size_t m) {
  unsigned rows[3][MOST + 1];
  unsigned *before = rows[0], *last = rows[1], *now = rows[2];
  for (size_t k = 0; k <= m; k++)
    last[k] = (unsigned)k;
  for (size_t i = 1; i <= n; i++) {
    now[0] = (unsigned)i;
    for (size_t k = 1; k <= m; k++) {
      bool same = lower(a[i - 1]) == lower(b[k - 1]);
      now[k] = least(last[k - 1] + !same, least(last[k], now[k - 1]) + 1);
      if (i > 1 && k > 1 && lower(a[i - 1]) == lower(b[k - 2]) &&
          lower(a[i - 2]) == lower(b[k - 1]))
        now[k] = least(now[k], before[k - 2] + 1);
    }
    unsigned *free = before;
    before = last;
    last = now;
    now = free;
  }
  return last[m];
}

static const char *last_part(const char *name) {
  const char *dot = strrchr(name, '.');
  return dot ? dot + 1 : name;
}

void tl_suggest_offer(tl_suggestion *suggestion, const char *candidate) {
  const char *typed = suggestion->typed, *other = candidate;
  bool dotted = strchr(typed, '.') != NULL, other_dotted = strchr(other, '.') != NULL;
  if (dotted != other_dotted) {
    typed = last_part(typed);
    other = last_part(other);
  }
  size_t n = strlen(typed), m = strlen(other), apart = n > m ? n - m : m - n;
  size_t most = 1 + (n < m ? n : m) / 3;
  if (!n || !m || n > MOST || m > MOST || apart > most)
    return;
  unsigned found = distance(typed, n, other, m);
  if (found > most || found >= n || (suggestion->best && found >= suggestion->distance))
    return;
  suggestion->best = candidate;
  suggestion->distance = found;
}

const char *tl_suggest_definition(const tl_schema *schema, const char *typed) {
  tl_suggestion suggestion = TL_SUGGEST(typed);
  for (uint16_t i = 0; i < schema->n_defs; i++)
    tl_suggest_offer(&suggestion, tl_def_name(schema, i));
  return suggestion.best;
}

const char *tl_suggest_field(const tl_schema *schema, const tl_def *def, const char *typed) {
  tl_suggestion suggestion = TL_SUGGEST(typed);
  for (uint16_t i = 0; i < def->n_fields; i++)
    if (schema->fields[def->field + i].op != TL_OP_WORD)
      tl_suggest_offer(&suggestion, tl_field_name(schema, &schema->fields[def->field + i]));
  return suggestion.best;
}
