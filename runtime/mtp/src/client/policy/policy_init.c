/* The server does not remember initConnection: say it again, once (AP-1). */
#include "client/policy/policy.h"

#include "client/policy/rpc_error.h"

bool mtp_policy_init(const mtp_case *c, mtp_verdict *out) {
  if (!mtp_error_is(c->error, "CONNECTION_NOT_INITED") &&
      !mtp_error_is(c->error, "CONNECTION_LAYER_INVALID"))
    return false;
  out->action = c->attempts.inited ? MTP_ACT_END : MTP_ACT_INIT;
  return true;
}
