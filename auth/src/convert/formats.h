/* The table of formats, inside the library. */
#ifndef TGAUTH_CONVERT_FORMATS_H
#define TGAUTH_CONVERT_FORMATS_H

#include "convert.h"

/* NULL after the last. */
const tgauth_row *tgauth_row_at(size_t index);
/* NULL when the pointer is none that tgauth_format_at() gives. */
const tgauth_row *tgauth_row_of(const tgauth_format *format);

/* What a row does, by its functions or as the database that it is. Whether it can at all. */
bool tgauth_row_imports(const tgauth_row *row);
bool tgauth_row_exports(const tgauth_row *row);
bool tgauth_row_looks(const tgauth_row *row, const tgauth_source *source);
mtp_status tgauth_row_import(const tgauth_row *row, const tgauth_source *source,
                             mtp_session *session, mtp_error *error);
mtp_status tgauth_row_export(const tgauth_row *row, const mtp_session *session,
                             const tgauth_target *target, mtp_error *error);

#endif
