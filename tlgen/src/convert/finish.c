/* finish.c: the head of a file that is made, with the checksums. */
#include "base/digest.h"
#include "convert/convert.h"

void convert_finish(text *out, const char *mark, const char *title, const convert_source *source,
                    const text *body) {
  char hex[65];
  tlgen_sha256(body->data, body->size, hex);
  text_printf(out, "%sLAYER %" JSON_INTEGER_FORMAT "\n", mark, source->layer);
  text_printf(out, "%s%s Made by `tlgen convert`; do not edit.\n", mark, title);
  text_printf(out, "%ssource: npm %s %s, %s\n", mark, source->package, source->version,
              source->file);
  text_printf(out, "%ssource-sha256: %s\n", mark, source->sha256);
  text_printf(out, "%sbody-sha256: %s (all that follows this line)\n", mark, hex);
  text_add_n(out, body->data, body->size);
}
