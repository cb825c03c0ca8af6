/* A session as bytes: what files and strings hold. The TL definition is auth/session.tl.
 *
 *   "tlgenS1\n", Session, SHA-256 of it                                            plain
 *   "tlgenE1\n", log2 N, r, p, 0, salt (16), nonce (12), AES-256-GCM(Session), tag (16)   with a
 * password (scrypt)
 */
#ifndef TGAUTH_SESSION_FORMAT_H
#define TGAUTH_SESSION_FORMAT_H

#include <mtp/session.h>
#include <tl/buffer.h>

/* Appends the plain form. NOMEM, ENCODE. */
mtp_status tgauth_session_encode(const mtp_session *session, tl_buffer *out, mtp_error *error);
/* Appends the encrypted form. NOMEM, ENCODE, RANDOM. */
mtp_status tgauth_session_seal(const mtp_session *session, const char *password, tl_buffer *out,
                               mtp_error *error);
/* Whether the bytes begin as the encrypted form does. */
bool tgauth_session_is_sealed(const uint8_t *data, size_t size);
/* Reads either form into an initialised session. password may be NULL. STORE: damaged, of a newer
 * version, a password is needed, or it is the wrong one. NOMEM. */
mtp_status tgauth_session_decode(mtp_session *session, const uint8_t *data, size_t size,
                                 const char *password, mtp_error *error);

#endif
