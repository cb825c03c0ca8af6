/* Keys that sessions are encrypted with before they go to a database. */
#ifndef TGAUTH_KEY_RING_H
#define TGAUTH_KEY_RING_H

#include <mtp/error.h>
#include <tl/buffer.h>

enum { TGAUTH_RING_KEYS = 16, TGAUTH_RING_KEY = 32, TGAUTH_RING_ID = 8 };

typedef struct tgauth_ring_key {
  uint8_t key[TGAUTH_RING_KEY];
  uint8_t id[TGAUTH_RING_ID]; /* the first bytes of its SHA-256 */
} tgauth_ring_key;

/* The first one encrypts, each decrypts. Wipe it with tgauth_ring_wipe(). */
typedef struct tgauth_ring {
  size_t count;
  tgauth_ring_key keys[TGAUTH_RING_KEYS];
} tgauth_ring;

/* Reads keys of 64 hexadecimal digits, one a line; empty lines and those that begin with # are left
 * out. ARGUMENT: none, one that is no key (its line is named), too many. */
mtp_status tgauth_ring_read(tgauth_ring *ring, const char *text, mtp_error *error);
void tgauth_ring_wipe(tgauth_ring *ring);

/* Appends "tlgenK1\n", the key's id (8), nonce (12), AES-256-GCM of the data, tag (16); account is
 * authenticated with it. NOMEM, RANDOM. */
mtp_status tgauth_ring_seal(const tgauth_ring *ring, const char *account, tl_bytes data,
                            tl_buffer *out, mtp_error *error);
/* Whether what seal made is under the first key, as it would be now. */
bool tgauth_ring_is_first(const tgauth_ring *ring, tl_bytes data);
/* Appends the plain bytes. STORE: no such bytes, a key that is not ours, damaged, or of another
 * account. NOMEM. */
mtp_status tgauth_ring_open(const tgauth_ring *ring, const char *account, tl_bytes data,
                            tl_buffer *out, mtp_error *error);

#endif
