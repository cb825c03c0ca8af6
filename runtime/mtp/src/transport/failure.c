/* Why a connection ended. */
#include "failure.h"

#include <stdarg.h>
#include <stdio.h>

bool mtp_failure_set(mtp_failure *failure, mtp_failure_kind kind, int code, const char *text, ...) {
  if (failure->kind != MTP_FAIL_NONE)
    return false;
  va_list args;
  va_start(args, text);
  vsnprintf(failure->text, sizeof failure->text, text, args);
  va_end(args);
  failure->kind = kind;
  failure->code = code;
  return false;
}

bool mtp_failure_memory(mtp_failure *failure) {
  return mtp_failure_set(failure, MTP_FAIL_MEMORY, 0, "out of memory");
}

const char *mtp_failure_kind_name(mtp_failure_kind kind) {
  switch (kind) {
  case MTP_FAIL_NONE:
    return "none";
  case MTP_FAIL_MEMORY:
    return "out of memory";
  case MTP_FAIL_RANDOM:
    return "no randomness";
  case MTP_FAIL_CONFIG:
    return "impossible configuration";
  case MTP_FAIL_TIMEOUT:
    return "timeout";
  case MTP_FAIL_CLOSED:
    return "closed";
  case MTP_FAIL_PROXY_AUTH:
    return "proxy authentication";
  case MTP_FAIL_PROXY_REFUSED:
    return "proxy refused";
  case MTP_FAIL_PROXY_PROTOCOL:
    return "proxy protocol";
  case MTP_FAIL_SECRET:
    return "proxy secret";
  case MTP_FAIL_TLS:
    return "TLS";
  case MTP_FAIL_CERTIFICATE:
    return "certificate";
  case MTP_FAIL_WEBSOCKET:
    return "WebSocket upgrade";
  case MTP_FAIL_GARBAGE:
    return "garbage";
  case MTP_FAIL_OVERSIZED:
    return "oversized";
  case MTP_FAIL_CHECKSUM:
    return "checksum";
  }
  return "unknown";
}
