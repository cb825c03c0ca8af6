/* digest.h: SHA-256 of what went in, for the head of what comes out. */
#ifndef TLGEN_DIGEST_H
#define TLGEN_DIGEST_H

#include <stddef.h>

/* In lower-case hexadecimal; empty when it cannot be computed, as in a tlgen that was built without
 * OpenSSL. */
void tlgen_sha256(const void *data, size_t length, char hex[65]);

#endif
