/* Facts from schema/ that are compiled in: Telegram's public keys. (Its addresses:
 * mtp_builtin_dcs().) */
#ifndef MTP_CLIENT_BUILTIN_H
#define MTP_CLIENT_BUILTIN_H

#include <stdbool.h>
#include <stddef.h>

/* PEM texts; they live for ever. */
const char *const *mtp_builtin_keys(bool test, size_t *count);

#endif
