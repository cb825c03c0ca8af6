/* Failures inside the server: tried again with back-off (ER-2). */
#include "client/policy/policy.h"

#include "client/policy/rpc_error.h"

enum { FIRST_DELAY_MS = 1000, MAX_SHIFT = 5 };

/* Errors of these codes say something about the request, or have another meaning than "try again".
 */
static bool is_final(const mtp_error *error) {
  switch (error->code) {
  case 303:
  case 400:
  case 401:
  case 403:
  case 404:
  case 406:
  case 420:
    return true;
  case -503:
    return true; /* a bot did not answer a button in time */
  default:
    break;
  }
  int64_t number;
  return mtp_error_is(error, "AUTH_RESTART") || mtp_error_number(error, "AUTH_RESTART_", &number);
}

bool mtp_policy_server(const mtp_case *c, mtp_verdict *out) {
  if (is_final(c->error))
    return false;
  if (c->send_code || c->call->no_retry || c->attempts.retries >= c->options->retries)
    return true; /* ends */
  uint32_t shift = c->attempts.retries < MAX_SHIFT ? c->attempts.retries : MAX_SHIFT;
  uint32_t delay = (uint32_t)FIRST_DELAY_MS << shift;
  if (mtp_error_is(c->error, "WORKER_BUSY_TOO_LONG_RETRY"))
    delay = FIRST_DELAY_MS;
  if ((int64_t)delay >= c->left_ms)
    return true; /* ends: the real reason says more than a timeout */
  out->action = MTP_ACT_RETRY;
  out->delay_ms = delay;
  out->server = true;
  return true;
}
