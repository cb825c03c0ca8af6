/* Where a session lives between two runs (RB-2). Three stores come with the library; another one is
 * three functions. */
#ifndef TGAUTH_STORE_H
#define TGAUTH_STORE_H

#include <mtp/session.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tgauth_store tgauth_store;

/* What a store does. Returns MTP_OK or fills *error with MTP_ERR_STORE (or NOMEM) and a text that
 * names the file. */
typedef struct tgauth_store_ops {
  /* Makes sure that nobody else uses it until free. Called once, first. */
  mtp_status (*lock)(tgauth_store *store, mtp_error *error);
  /* Reads into an initialised session; leaves it as it is when there is none yet. */
  mtp_status (*load)(tgauth_store *store, mtp_session *session, mtp_error *error);
  /* Replaces what is there, wholly or not at all. */
  mtp_status (*save)(tgauth_store *store, const mtp_session *session, mtp_error *error);
  /* Unlocks and frees. */
  void (*free)(tgauth_store *store);
  /* May be NULL. Keeps a session that the server has given up beside the one in use, until the next
   * sign-in; session NULL: not any more. */
  mtp_status (*set_aside)(tgauth_store *store, const mtp_session *session, mtp_error *error);
  /* May be NULL: what lock took is ours until free. As mtp_options.lease_ms: for how many
   * milliseconds the session is sure to be ours still. */
  int64_t (*lease_ms)(tgauth_store *store);
} tgauth_store_ops;

/* The head of every store. */
struct tgauth_store {
  const tgauth_store_ops *ops;
};

/* In memory only. NULL when out of memory. */
MTP_API tgauth_store *tgauth_store_memory(void);

/* A file of mode 0600, replaced atomically (temporary file, fsync, rename), locked by "PATH.lock"
 * against a second process. password (may be NULL; copied, wiped at the end) encrypts it: scrypt
 * and AES-256-GCM; a file that was there without one keeps that form. A session that the server has
 * given up is kept in "PATH.lost", in the same form, until the next sign-in. The path is copied.
 * NULL when out of memory. Failures come from lock, load and save: another process holds it (its
 * pid is named), no permission, not a session file, of a newer version, wrong password. */
MTP_API tgauth_store *tgauth_store_file(const char *path, const char *password);

/* A session as one line of text: "tlgen1:" and base64url of the file format. Whoever has it is
 * signed in. *out is yours: tgauth_string_free() wipes it. NOMEM. */
MTP_API TL_MUST_USE mtp_status tgauth_session_to_string(const mtp_session *session, char **out,
                                                        mtp_error *error);
/* Wipes and frees a string that the library made. NULL is fine. */
MTP_API void tgauth_string_free(char *text);
/* Takes out of a text that is to be shown what looks like a session string or a bot token: each
 * becomes "(a secret)", which is never longer. The library does so with the texts of its own
 * errors; this is for what a program says itself of words that a person gave it (TB-9). */
MTP_API void tgauth_redact(char *text);
/* Reads it into an initialised session. STORE: not such a string, damaged, of a newer version.
 * NOMEM. */
MTP_API TL_MUST_USE mtp_status tgauth_session_from_string(mtp_session *session, const char *text,
                                                          mtp_error *error);
/* A store that starts from such a string (NULL or "": a new session) and keeps the newest in
 * memory. */
MTP_API tgauth_store *tgauth_store_string(const char *text);
/* The newest session of a string store; valid until the next save. NULL for other stores. */
MTP_API const char *tgauth_store_string_get(const tgauth_store *store);

#ifdef __cplusplus
}
#endif
#endif
