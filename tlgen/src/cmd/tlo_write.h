/* tlo_write.h: the serialized form of a schema, as https://core.telegram.org/mtproto/TL-tl
 * describes it.
 */
#ifndef TLGEN_TLO_H
#define TLGEN_TLO_H

#include "base/text.h"
#include "tl-parser/tl-parser.h"

/* Appends the serialized form. False when the schema has what the form cannot express; then a
 * message has been printed. */
bool tlo_write(text *out, const tlp_schema *schema);

#endif
