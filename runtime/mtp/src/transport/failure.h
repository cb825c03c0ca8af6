/* Why a connection ended: one kind for programs, one number where the other side gave one, and a
 * sentence for people. The first failure wins. */
#ifndef MTP_TRANSPORT_FAILURE_H
#define MTP_TRANSPORT_FAILURE_H

#include <tl/base.h>

#include "cause.h"

typedef struct mtp_failure {
  mtp_cause kind;
  int code;
  char text[160];
} mtp_failure;

/* Notes a failure unless there is one; %s and %d in text as in printf. Returns false, so that a
 * function can end with it. */
bool mtp_failure_set(mtp_failure *failure, mtp_cause kind, int code, const char *text, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 4, 5)))
#endif
    ;

/* The same for MTP_ERR_NOMEM. */
bool mtp_failure_memory(mtp_failure *failure);

#endif
