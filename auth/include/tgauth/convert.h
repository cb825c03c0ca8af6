/* Sessions of other libraries, to and from ours. A session is an authorization key, the data centre
 * that knows it and little more, so that moving it saves a sign-in. One session must not be used by
 * two programs at the same time: the server may end it for both (AUTH_KEY_DUPLICATED).
 *
 * What a format does not have (docs/SESSIONS.md: MTProto keys in the forms of each library) is
 * unknown afterwards: the user's id (0), addresses (those built in are used), the state of updates.
 * What comes in is checked: sizes, that there is a key and that it is not all zero, that it hashes
 * to the id written beside it, that the data centre has an address.
 */
#ifndef TGAUTH_CONVERT_H
#define TGAUTH_CONVERT_H

#include <mtp/session.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum tgauth_form {
  TGAUTH_FORM_TEXT,  /* one line of text */
  TGAUTH_FORM_FILE,  /* a file */
  TGAUTH_FORM_FOLDER /* a folder with several files */
} tgauth_form;

/* One format; lives as long as the library. */
typedef struct tgauth_format {
  const char *name; /* "telethon-sqlite" */
  const char *what; /* a few words for a list of formats */
  tgauth_form form;
  bool imports, exports; /* what the library can do with it */
  const char *missing;   /* the library without which this build was made ("SQLite"); NULL: none */
} tgauth_format;

/* The format number `index` from 0 on, which lives as long as the library; NULL after the last. */
MTP_API const tgauth_format *tgauth_format_at(size_t index);
/* The format of that name, which lives as long as the library; NULL when there is none. */
MTP_API const tgauth_format *tgauth_format_find(const char *name);

/* The code of a STORE error of tgauth_session_import(): the source is encrypted, and no password
 * was given. */
enum { TGAUTH_PASSWORD_MISSING = -1 };

/* Zero-initialise it. Strings are borrowed for the call. */
typedef struct tgauth_import_options {
  const tgauth_format *format; /* NULL: found out from what the source looks like */
  const char *password; /* of an encrypted tlgen-file, or the passcode of tdata; may be NULL */
  uint32_t account;     /* tdata: which account, from 1 in their order; 0: the active one */
} tgauth_import_options;

/* Reads a session into an initialised one. `source` is a path when something of that name exists,
 * otherwise the text itself; a format that is text may also be read from a file that holds it.
 * *used (may be NULL) says which format it was. After an error the session is as after init.
 * Nothing is ever written to the source. What is given is borrowed for the call.
 *
 * STORE: cannot be read, no format known, another format, damaged, no key in it, the password is
 * missing or wrong, or the build lacks a library; the text names the source and what is wrong, and
 * never holds a secret. NOMEM. */
MTP_API TL_MUST_USE mtp_status tgauth_session_import(mtp_session *session, const char *source,
                                                     const tgauth_import_options *options,
                                                     const tgauth_format **used, mtp_error *error);

/* Zero-initialise it. */
typedef struct tgauth_export_options {
  const char *password; /* tlgen-file: encrypts it; may be NULL */
  bool overwrite;       /* replace what `target` names; otherwise that is an error */
} tgauth_export_options;

/* Writes a session in another format. `target` is the file or folder to make (mode 0600 or 0700;
 * complete or not there at all); NULL with a format that is text: *text gets it, yours to give to
 * tgauth_string_free(). text may be NULL when target is not.
 *
 * STORE: the session has no key, or lacks what the format needs (an address, the user's id), the
 * target exists or cannot be written, the format cannot be exported. ARGUMENT: no target. NOMEM,
 * RANDOM. */
MTP_API TL_MUST_USE mtp_status tgauth_session_export(const mtp_session *session,
                                                     const tgauth_format *format,
                                                     const char *target,
                                                     const tgauth_export_options *options,
                                                     char **text, mtp_error *error);

/* Whether export to that format would find in the session what it needs. STORE with the reason. */
MTP_API TL_MUST_USE mtp_status tgauth_session_can_export(const mtp_session *session,
                                                         const tgauth_format *format,
                                                         mtp_error *error);

/* Whether the session can be used at all: its data centre has a key that is not all zero, and an
 * address. STORE with the reason. */
MTP_API TL_MUST_USE mtp_status tgauth_session_check(const mtp_session *session, mtp_error *error);

/* auth_key_id as it is on the wire: the last 8 bytes of the key's SHA-1. It is no secret. NOMEM
 * when OpenSSL fails. */
MTP_API TL_MUST_USE mtp_status tgauth_key_id(const uint8_t key[MTP_KEY_SIZE], uint8_t id[8]);

#ifdef __cplusplus
}
#endif
#endif
