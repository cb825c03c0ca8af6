/* What holds of every import of a session. */
#ifndef TEST_FUZZ_IMPORT_H
#define TEST_FUZZ_IMPORT_H

#include <tgauth/convert.h>

/* Imports, guessing the format when it is NULL. What is read can be used, and is the same after our
 * own string; what is refused says why and leaves the session empty. */
void fuzz_import(const tgauth_format *format, const char *source);

#endif
