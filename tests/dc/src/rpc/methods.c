/* Which handler answers which method: a row for each file of src/handlers. */
#include "methods.h"

#include <stdlib.h>
#include <string.h>

#include "rpc.h"
#include "stubs.h"

#define TABLES(ROW)                                                                                \
  ROW(auth)                                                                                        \
  ROW(code)                                                                                        \
  ROW(password)                                                                                    \
  ROW(email)                                                                                       \
  ROW(qr)                                                                                          \
  ROW(account)                                                                                     \
  ROW(help)                                                                                        \
  ROW(users)                                                                                       \
  ROW(updates)                                                                                     \
  ROW(messages)                                                                                    \
  ROW(upload)                                                                                      \
  ROW(key)                                                                                         \
  ROW(contacts)                                                                                    \
  ROW(password_change)                                                                             \
  ROW(sign_in)                                                                                     \
  ROW(messages_list)                                                                               \
  ROW(media)

#define DECLARE(name) extern const dc_method dc_methods_##name[];
#define POINT(name)   dc_methods_##name,

TABLES(DECLARE)
static const dc_method *const tables[] = {TABLES(POINT)};

bool dc_methods_load(tgdc *dc) {
  uint16_t first = tg_schema.n_constructors;
  dc->methods = calloc((size_t)(tg_schema.n_defs - first) + 1, sizeof *dc->methods);
  if (dc->methods == NULL)
    return false;
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
    for (const dc_method *method = tables[i]; method->name != NULL; method++) {
      uint16_t def = tl_find_name(&tg_schema, method->name, strlen(method->name));
      if (def == TL_NONE || def < first) {
        dc_log(dc, "the schema has no %s", method->name);
        return false;
      }
      dc->methods[def - first] = method;
    }
  return true;
}

/* ---- for whoever asks ---- */

typedef struct served {
  const char *name, *note;
} served;

static int by_name(const void *a, const void *b) {
  return strcmp(((const served *)a)->name, ((const served *)b)->name);
}

static size_t list_all(served *out) {
  size_t n = 0;
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
    for (const dc_method *method = tables[i]; method->name != NULL; method++, n++)
      if (out != NULL)
        out[n] = (served){method->name, method->flags & DC_USER ? "" : "  (signed in or not)"};
  for (const dc_stub_row *row = dc_stubs; row->method != NULL; row++, n++)
    if (out != NULL)
      out[n] = (served){row->method, "  (always the same)"};
  return n;
}

bool dc_methods_print(FILE *out) {
  size_t n = list_all(NULL);
  served *all = calloc(n, sizeof *all);
  if (all == NULL)
    return false;
  (void)list_all(all);
  qsort(all, n, sizeof *all, by_name);
  for (size_t i = 0; i < n; i++)
    (void)fprintf(out, "%s%s\n", all[i].name, all[i].note);
  free(all);
  return fflush(out) == 0 && !ferror(out);
}
