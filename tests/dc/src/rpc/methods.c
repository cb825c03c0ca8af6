/* Which handler answers which method: a row for each file of src/handlers. */
#include <stdlib.h>

#include "rpc.h"

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
