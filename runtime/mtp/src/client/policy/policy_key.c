/* Errors about keys: which end the session, which only ask for a step to be done again (ER-2,
 * PF-5). */
#include "client/policy/policy.h"

#include "client/policy/rpc_error.h"

static const char *const terminal[] = {
    "AUTH_KEY_DUPLICATED", "AUTH_KEY_INVALID", "AUTH_KEY_UNREGISTERED", "SESSION_REVOKED",
    "SESSION_EXPIRED",     "USER_DEACTIVATED", "USER_DEACTIVATED_BAN"};

static bool is_terminal(const mtp_error *error) {
  for (size_t i = 0; i < sizeof terminal / sizeof *terminal; i++)
    if (mtp_error_is(error, terminal[i]))
      return true;
  return false;
}

bool mtp_policy_key(const mtp_case *c, mtp_verdict *out) {
  if (mtp_error_is(c->error, "AUTH_KEY_PERM_EMPTY")) {
    out->action = c->pfs && !c->attempts.bound ? MTP_ACT_BIND : MTP_ACT_END;
    return true;
  }
  if (!is_terminal(c->error))
    return false;
  if (mtp_error_is(c->error, "AUTH_KEY_DUPLICATED"))
    out->action = MTP_ACT_KEY_LOST;
  else if (!c->signed_in) /* no more than "sign in first" */
    out->action = MTP_ACT_END;
  else if (c->home)
    out->action = MTP_ACT_KEY_LOST;
  else if (!c->attempts.authorized && !c->call->cdn)
    out->action = MTP_ACT_AUTHORIZE;
  else
    out->action = MTP_ACT_END;
  if (out->action == MTP_ACT_KEY_LOST && c->options->keep_lost_keys)
    out->action = MTP_ACT_END;
  return true;
}
