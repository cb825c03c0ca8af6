/* Options from the environment, for programs that are tried out with tgdc today and run against
 * Telegram tomorrow. */
#ifndef MTP_ENV_H
#define MTP_ENV_H

#include <mtp/client.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What the options point to afterwards: to live until mtp_client_new(). */
typedef struct mtp_env {
  mtp_dc_option dc;
  char key[8192];
  const char *keys[1];
  mtp_proxy proxy;
} mtp_env;

/* Sets, in options that mtp_options_init() has been called for, what these variables say, as tgcall
 * takes them; those that are not set change nothing:
 *   TGCALL_API_ID      a number
 *   TGCALL_DC          HOST:PORT or ID=HOST:PORT (a host in brackets if it has colons): this data
 *                      centre instead of Telegram's
 *   TGCALL_PUBLIC_KEY  a PEM file: its key instead of Telegram's
 *   TGCALL_PROXY       a proxy's URL
 * ARGUMENT, with the variable and what is wrong in text. */
MTP_API TL_MUST_USE mtp_status mtp_options_from_env(mtp_options *options, mtp_env *storage,
                                                    mtp_error *error);

#ifdef __cplusplus
}
#endif
#endif
