/* A failure: how, and all that is known of it. */
#ifndef MTP_ERROR_H
#define MTP_ERROR_H

#include <mtp/status.h>
#include <tg/errors.h>
#include <tl/codec.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A failure with everything that is known of it. */
typedef struct mtp_error {
  mtp_status status;
  int32_t code;    /* RPC: 400, 420...; TRANSPORT: the negative number; NETWORK: errno; else 0 */
  tg_err rpc;      /* RPC: which error, TG_ERR_UNKNOWN when the tables do not have it */
  int64_t arg;     /* RPC: the number of a template, e.g. seconds of FLOOD_WAIT_X */
  uint16_t method; /* definition index in tg_schema of the function called; TL_NONE if none */
  tl_error tl; /* ENCODE and DECODE: where and why; ARGUMENT, of a text that was read: the kind of
                  fault (status) and its byte (offset); else all zero */
  char text[512]; /* the server's own text, or a sentence for a person; never a secret (LG-9) */
  /* RPC with code 406: what the server wants the person to read, in the place of the text, in the
   * language that the client named; "" when it said nothing
   * (https://core.telegram.org/api/errors#406-not-acceptable) */
  char notice[256];
} mtp_error;

/* RPC: what stands for the X of an error whose X is a text, such as RECAPTCHA_CHECK_X (ER-2); it
 * points into the error. "" for others. */
MTP_API const char *mtp_error_value(const mtp_error *error);

/* Writes one line, such as "auth.signIn: 400 PHONE_CODE_INVALID", with the notice behind it if
 * there is one, NUL-terminated and cut to size bytes. Returns out, which stays the caller's. */
MTP_API char *mtp_error_format(const mtp_error *error, char *out, size_t size);

#ifdef __cplusplus
}
#endif
#endif
