/* Files of Telegram Desktop's tdata. */
#ifndef TESTS_AUTH_TDATA_SAMPLE_H
#define TESTS_AUTH_TDATA_SAMPLE_H

#include "convert_sample.h"

/* The key that key_datas holds: everything else is encrypted with it. */
const uint8_t *tdata_local_key(void);

/* Appends an encrypted QByteArray: a length that counts itself, data, zeros to 16 bytes, all of it
 * in AES-256-IGE with MTProto 1.0's keys. */
void tdata_seal(bytes *out, const bytes *data, const uint8_t local[256]);

/* A file of that content, with its checksum. */
void tdata_frame(const char *path, const bytes *data);

/* key_datas with accounts 0 and 2, of which `active` is active. */
void tdata_put_key_data(const char *path, const char *passcode, int active);

/* The same with any list of accounts. */
void tdata_put_key_data_of(const char *path, const char *passcode, const bytes *list);

#endif
