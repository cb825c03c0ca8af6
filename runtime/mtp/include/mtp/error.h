/* How a call, a connection or a client can fail (core.telegram.org/api/errors, TR-6). */
#ifndef MTP_ERROR_H
#define MTP_ERROR_H

#include <mtp/api.h>
#include <tg/errors.h>
#include <tl/codec.h>

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
  MTP_ERR_STORE      /* a session store failed; text says why (libtgauth) */
} mtp_status;

/* A failure with everything that is known of it. */
typedef struct mtp_error {
  mtp_status status;
  int32_t code;    /* RPC: 400, 420...; TRANSPORT: the negative number; NETWORK: errno; else 0 */
  tg_err rpc;      /* RPC: which error, TG_ERR_UNKNOWN when the tables do not have it */
  int64_t arg;     /* RPC: the number of a template, e.g. seconds of FLOOD_WAIT_X */
  uint16_t method; /* definition index in tg_schema of the function called; TL_NONE if none */
  tl_error tl;     /* ENCODE and DECODE: where and why */
  char text[512];  /* the server's own text, or a sentence for a person; never a secret (LG-9) */
} mtp_error;

/* "rpc", "timeout", ...: a constant. */
MTP_API const char *mtp_status_name(mtp_status status);

/* RPC: what stands for the X of an error whose X is a text, such as RECAPTCHA_CHECK_X (ER-2); it
 * points into the error. "" for others. */
MTP_API const char *mtp_error_value(const mtp_error *error);

/* Writes one line, such as "auth.signIn: 400 PHONE_CODE_INVALID", NUL-terminated and cut to size
 * bytes. Returns out, which stays the caller's. */
MTP_API char *mtp_error_format(const mtp_error *error, char *out, size_t size);

#ifdef __cplusplus
}
#endif
#endif
