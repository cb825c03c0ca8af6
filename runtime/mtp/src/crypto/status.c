/* The words for mtp_crypto_status. */
#include <mtp/crypto.h>

const char *mtp_crypto_status_name(mtp_crypto_status status) {
  switch (status) {
  case MTP_CRYPTO_OK:
    return "ok";
  case MTP_CRYPTO_REJECTED:
    return "rejected";
  case MTP_CRYPTO_ARGUMENT:
    return "bad argument";
  case MTP_CRYPTO_RANDOM:
    return "no randomness";
  case MTP_CRYPTO_NOMEM:
    return "out of memory";
  case MTP_CRYPTO_BACKEND:
    return "cryptography library failed";
  }
  return "unknown status";
}
