/* Waits that the server asks for: slept through up to a threshold and a total, otherwise given back
 * (ER-4). */
#include "client/policy/policy.h"

#include "client/policy/rpc_error.h"

enum { MAX_WAIT_S = 14 * 86400 };

/* Names followed by the seconds. */
static const char *const waits[] = {"FLOOD_WAIT_",         "FLOOD_PREMIUM_WAIT_",
                                    "SLOWMODE_WAIT_",      "2FA_CONFIRM_WAIT_",
                                    "TAKEOUT_INIT_DELAY_", "FLOOD_TEST_PHONE_WAIT_"};

uint32_t mtp_error_wait(const mtp_error *error) {
  if (mtp_error_is(error, "FLOOD_SKIP_FAILED_WAIT"))
    return 1;
  int64_t seconds = 0;
  for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
    if (!mtp_error_number(error, waits[i], &seconds))
      continue;
    return seconds < 1 ? 1 : seconds > MAX_WAIT_S ? MAX_WAIT_S : (uint32_t)seconds;
  }
  return 0;
}

/* The sleep must fit into what the call has left, or its user would wait only for a timeout. */
static bool may_sleep(const mtp_case *c, uint32_t seconds) {
  if (c->send_code || c->call->no_sleep || seconds > c->options->flood_sleep_s)
    return false;
  if (c->attempts.slept_s > c->options->flood_sleep_total_s ||
      seconds > c->options->flood_sleep_total_s - c->attempts.slept_s)
    return false;
  return (int64_t)seconds * 1000 < c->left_ms;
}

bool mtp_policy_flood(const mtp_case *c, mtp_verdict *out) {
  uint32_t seconds = mtp_error_wait(c->error);
  if (seconds == 0)
    return false;
  if (!may_sleep(c, seconds))
    return true; /* ends */
  out->action = MTP_ACT_RETRY;
  out->delay_ms = seconds * 1000;
  out->wait_s = seconds;
  out->flood = true;
  return true;
}
