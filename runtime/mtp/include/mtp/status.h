/* How anything of libmtp, libtgkit and libtgauth can fail (core.telegram.org/api/errors, TR-6). */
#ifndef MTP_STATUS_H
#define MTP_STATUS_H

#include <mtp/api.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum mtp_status {
  MTP_OK = 0,
  MTP_ERR_RPC,       /* the server answered with an error: code, rpc, arg and text say which */
  MTP_ERR_TIMEOUT,   /* no answer within the call's time */
  MTP_ERR_CANCELLED, /* the caller took the call back */
  MTP_ERR_CLOSED,    /* the client was closed before the answer came */
  MTP_ERR_NETWORK,   /* no connection to any address of the data centre; errno text in text */
  MTP_ERR_PROXY,     /* the proxy refused, wants another password, hung up, let nothing through in
                        time, or does not know the secret */
  MTP_ERR_TRANSPORT, /* the server sent a transport error; code is it, e.g. -429 or -444 (TR-6) */
  MTP_ERR_HANDSHAKE, /* the key exchange failed a check (KX-*) */
  MTP_ERR_PROTOCOL,  /* the peer broke a rule of MTProto that cannot be recovered from */
  MTP_ERR_KEY_LOST,  /* the authorization key is gone for good: AUTH_KEY_DUPLICATED, revoked,
                        unknown. Sign in again */
  MTP_ERR_ENCODE,    /* the request cannot be encoded; tl says why */
  MTP_ERR_DECODE,    /* the answer cannot be decoded; tl says where, mtp_reply_raw() has the bytes
                        (TL-17) */
  MTP_ERR_ARGUMENT,  /* an argument that makes no sense; text says which */
  MTP_ERR_NOMEM,
  MTP_ERR_UNCERTAIN, /* the connection broke after a call had left that is not to be run twice
                        (auth.sendCode, call.once): whether it was run is not known */
  MTP_ERR_RANDOM,    /* the random generator failed: nothing is sent without it (RB-3) */
  MTP_ERR_STORE,     /* a file or session store failed; text says why */
  MTP_ERR_REJECTED,  /* what the other side sent does not pass a check of cryptography */
  MTP_ERR_CRYPTO     /* OpenSSL failed: out of memory inside it, or an algorithm switched off */
} mtp_status;

/* "rpc", "timeout", ...: a constant; "unknown" for a number that is no status. */
MTP_API const char *mtp_status_name(mtp_status status);

/* What a function of libtl says, for a function that says it on: MTP_OK for TL_OK, MTP_ERR_NOMEM
 * for TL_ERR_NOMEM, for all others `otherwise`, such as MTP_ERR_ENCODE. It cannot fail. */
MTP_API mtp_status mtp_status_of_tl(tl_status status, mtp_status otherwise);

#ifdef __cplusplus
}
#endif
#endif
