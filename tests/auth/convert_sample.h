/* What the tests of session formats share. Layouts are built here by hand, not with the library's
 * own writers. */
#ifndef TESTS_AUTH_CONVERT_SAMPLE_H
#define TESTS_AUTH_CONVERT_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <tgauth/convert.h>
#include <tgauth/store.h>

#include <cmocka.h>

typedef struct bytes {
  uint8_t data[4096];
  size_t size;
} bytes;

void put_raw(bytes *out, const void *data, size_t size);
void put_be(bytes *out, uint64_t value, size_t size);
void put_le(bytes *out, uint64_t value, size_t size);
/* A TL string, padded by its own length. */
void put_tl(bytes *out, const void *data, size_t size);

/* A key that differs with the seed, and has single zero bytes and a run of them. */
const uint8_t *sample_key(uint8_t seed);
void put_key(bytes *out, uint8_t seed);
/* auth_key_id of it. */
void sample_key_id(uint8_t seed, uint8_t id[8]);

/* Base64 after a prefix; valid until the next call. */
const char *encode(const char *prefix, const bytes *from, bool url, bool padded);

/* A session of a data centre with sample_key(1), a user and an address (NULL: none). */
void make_session(mtp_session *session, int32_t dc, const char *host, uint16_t port);

/* Imports; fails the test with the library's text when that does not work. format NULL: guess. */
void must_import(const char *format, const char *source, mtp_session *session);
/* Imports; the error must be STORE and contain `text`, and the session must stay empty. */
void must_refuse(const char *format, const char *source, const char *text);
/* Whether it can be imported at all; a session that cannot must stay empty. */
bool imports(const char *format, const char *source);
/* Exports as text, to be given to tgauth_string_free(). */
char *must_export(const char *format, const mtp_session *session);
void must_export_to(const char *format, const mtp_session *session, const char *path);
void must_not_export(const char *format, const mtp_session *session, const char *text);

void check_home(const mtp_session *session, int32_t dc, uint8_t seed);
void check_address(const mtp_session *session, size_t index, const char *host, uint16_t port);

/* A folder for one group of tests: setup, teardown (removes all of it), and a path in it, which is
 * valid for the next sixty calls. */
int folder_setup(void **state);
int folder_teardown(void **state);
const char *in_folder(const char *name);
void write_file(const char *path, const void *data, size_t size);
/* Appends what the file holds. */
void read_file(const char *path, bytes *out);
/* How many entries the folder has. */
int count_entries(const char *path);

#endif
