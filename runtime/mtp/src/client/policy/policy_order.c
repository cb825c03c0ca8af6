/* invokeAfterMsg: the call that it waits for has not ended in time, or has failed (AP-3). */
#include "client/policy/policy.h"

#include "client/policy/rpc_error.h"

enum { MAX_ORDERS = 8, ORDER_DELAY_MS = 500 };

bool mtp_policy_order(const mtp_case *c, mtp_verdict *out) {
  if (!mtp_error_is(c->error, "MSG_WAIT_TIMEOUT") && !mtp_error_is(c->error, "MSG_WAIT_FAILED"))
    return false;
  if (c->attempts.orders >= MAX_ORDERS || c->call->no_retry)
    return true; /* ends */
  out->action = MTP_ACT_RETRY;
  out->delay_ms = mtp_error_is(c->error, "MSG_WAIT_TIMEOUT") ? 0 : ORDER_DELAY_MS;
  out->order = true;
  return true;
}
