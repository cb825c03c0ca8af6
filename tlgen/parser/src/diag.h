/* diag.h: collects diagnostics. */
#ifndef TLP_DIAG_H
#define TLP_DIAG_H

#include "storage.h"

void tlp_report(tlp_schema *schema, tlp_severity severity, tlp_diag_code code, tlp_pos pos,
                uint32_t length, const char *format, ...) TLP_PRINTF(6, 7);

/* True when so many errors are known that parsing should end. */
bool tlp_too_many(const tlp_schema *schema);

#endif
