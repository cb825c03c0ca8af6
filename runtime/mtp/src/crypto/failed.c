/* What OpenSSL says of its failures. */
#include <mtp/crypto.h>
#include <openssl/err.h>

/* Most of it names a want of memory by what could not be done for it: "not able to copy ctx", "too
 * many temporary variables", "initialization error". What is not there has a name of its own. */
mtp_status mtp_openssl_failed(void) {
  bool memory = false, missing = false;
  for (unsigned long error; (error = ERR_get_error()) != 0;) {
    memory = memory || ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE;
    missing = missing || ERR_GET_REASON(error) == ERR_R_UNSUPPORTED;
  }
  return missing && !memory ? MTP_ERR_CRYPTO : MTP_ERR_NOMEM;
}
