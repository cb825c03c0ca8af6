/* Files of Telegram Desktop: how they are framed and encrypted. */
#ifndef TGAUTH_CONVERT_TDATA_H
#define TGAUTH_CONVERT_TDATA_H

#include <mtp/error.h>
#include <tl/buffer.h>

enum { TGAUTH_TDATA_KEY = 256 };

/* The first file of tdata's three names for it whose checksum is right: NAMEs, or the newer of
 * NAME0 and NAME1. Appends its data. STORE, NOMEM. */
mtp_status tgauth_tdata_read(const char *folder, const char *name, tl_buffer *out,
                             mtp_error *error);

/* The key that a passcode (NULL or "": none) and a salt give. NOMEM when OpenSSL fails. */
mtp_status tgauth_tdata_passcode_key(const char *passcode, tl_bytes salt,
                                     uint8_t key[TGAUTH_TDATA_KEY], mtp_error *error);

/* Decrypts with a local key and appends the plain data. STORE when the key is not the one, or the
 * data are damaged; NOMEM. */
mtp_status tgauth_tdata_decrypt(tl_bytes sealed, const uint8_t key[TGAUTH_TDATA_KEY],
                                tl_buffer *out, mtp_error *error);

/* The 16 characters that stand for an account's name in the names of files. */
mtp_status tgauth_tdata_file_part(const char *name, char out[17], mtp_error *error);

#endif
