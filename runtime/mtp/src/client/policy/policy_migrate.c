/* Another data centre: for the whole session, or for this call alone (AP-4). */
#include "client/policy/policy.h"

#include "client/policy/rpc_error.h"

enum { MAX_HOPS = 3, MAX_DC = 10000 };

bool mtp_policy_migrate(const mtp_case *c, mtp_verdict *out) {
  int64_t dc = 0;
  const mtp_error *error = c->error;
  bool home = mtp_error_number(error, "PHONE_MIGRATE_", &dc) ||
              mtp_error_number(error, "NETWORK_MIGRATE_", &dc) ||
              mtp_error_number(error, "USER_MIGRATE_", &dc);
  if (!home && !mtp_error_number(error, "FILE_MIGRATE_", &dc) &&
      !mtp_error_number(error, "STATS_MIGRATE_", &dc))
    return false;
  if (!c->options->follow_migrate || c->call->no_migrate || c->attempts.hops >= MAX_HOPS ||
      dc <= 0 || dc > MAX_DC)
    return true; /* ends */
  out->action = home ? MTP_ACT_MOVE_HOME : MTP_ACT_MOVE_CALL;
  out->dc = (int32_t)dc;
  return true;
}
