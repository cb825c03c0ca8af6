/* Asks each family of errors in turn what to do; the first that knows decides. */
#include "client/policy/policy.h"

typedef bool (*family)(const mtp_case *c, mtp_verdict *out);

static const family families[] = {mtp_policy_key,     mtp_policy_init,  mtp_policy_order,
                                  mtp_policy_migrate, mtp_policy_flood, mtp_policy_server};

mtp_verdict mtp_policy_decide(const mtp_case *c) {
  mtp_verdict verdict = {.action = MTP_ACT_END};
  if (c->error->status != MTP_ERR_RPC)
    return verdict;
  for (size_t i = 0; i < sizeof families / sizeof *families; i++)
    if (families[i](c, &verdict))
      break;
  return verdict;
}
