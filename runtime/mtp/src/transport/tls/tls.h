/* What TLS connections share: whom they trust. Loading the authorities takes milliseconds and some
 * hundred kB, so make one of these and use it for all connections. */
#ifndef MTP_TRANSPORT_TLS_H
#define MTP_TRANSPORT_TLS_H

#include <tl/base.h>

#include "transport/failure.h"

typedef struct mtp_tls mtp_tls;

typedef struct mtp_tls_options {
  bool insecure;       /* do not verify certificates; for tests and for those who know why */
  const char *ca_file; /* PEM file of the only authorities to trust; NULL: those of the system */
} mtp_tls_options;

/* options NULL: the defaults. False with *failure filled (MTP_FAIL_TLS: no such file, or not PEM).
 * The object may be shared by threads. Free it after all wires that use it. */
bool mtp_tls_create(const mtp_tls_options *options, mtp_tls **out, mtp_failure *failure);
void mtp_tls_destroy(mtp_tls *tls); /* NULL is fine */

#endif
