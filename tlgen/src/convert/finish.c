/* finish.c: the head of a file that is made, with the checksums. */
#include "base/digest.h"
#include "convert/convert.h"

void convert_finish(text *out, const char *mark, const char *title, int32_t layer,
                    const convert_origin *origins, size_t count, const text *body) {
  char hex[65];
  tlgen_sha256(body->data, body->size, hex);
  text_printf(out, "%sLAYER %d\n", mark, (int)layer);
  text_printf(out, "%s%s Made by `tlgen convert`; do not edit.\n", mark, title);
  for (size_t i = 0; i < count; i++) {
    text_printf(out, "%ssource: npm %s %s, %s\n", mark, origins[i].package, origins[i].version,
                origins[i].file);
    text_printf(out, "%ssource-sha256: %s\n", mark, origins[i].sha256);
  }
  text_printf(out, "%sbody-sha256: %s (all that follows this line)\n", mark, hex);
  text_add_n(out, body->data, body->size);
}
