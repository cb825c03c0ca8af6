/* Updates on their way to who hears them; kept while that one can take none. */
#include "internal.h"

#include <stdlib.h>

enum { HOLD = 10000 };

struct tgpool_held {
  struct tgpool_held *next;
  mtp_reply *updates;
};

bool tgpool_is_ready(const tgpool *pool) {
  return !pool->options.ready || pool->options.ready(pool->options.ctx);
}

/* False: it was not taken. */
static bool give(tgpool_account *account, const mtp_reply *updates) {
  tgpool *pool = account->pool;
  const tgpool_options *options = &pool->options;
  bool ok =
      !options->update || options->update(options->ctx, account->name, mtp_reply_value(updates));
  pool->counts.updates += ok;
  return ok;
}

static bool keep(tgpool_account *account, mtp_reply *updates) {
  tgpool *pool = account->pool;
  size_t most = pool->options.hold ? pool->options.hold : HOLD;
  tgpool_held *one = pool->counts.waiting < most ? malloc(sizeof *one) : NULL;
  if (!one) {
    mtp_reply_free(updates);
    pool->counts.refused++;
    return false;
  }
  *one = (tgpool_held){NULL, updates};
  *(account->held ? &account->held_last->next : &account->held) = one;
  account->held_last = one;
  pool->counts.waiting++;
  return true;
}

static void drop_first(tgpool_account *account) {
  tgpool_held *one = account->held;
  account->held = one->next;
  account->pool->counts.waiting--;
  mtp_reply_free(one->updates);
  free(one);
}

bool tgpool_hand_over(tgpool_account *account, mtp_reply *updates) {
  tgpool *pool = account->pool;
  if (account->held || !tgpool_is_ready(pool))
    return keep(account, updates);
  bool ok = give(account, updates);
  if (!ok && !tgpool_is_ready(pool))
    return keep(account, updates);
  pool->counts.refused += !ok;
  mtp_reply_free(updates);
  return ok;
}

bool tgpool_hand_over_held(tgpool_account *account) {
  while (account->held && tgpool_is_ready(account->pool)) {
    if (give(account, account->held->updates))
      drop_first(account);
    else if (tgpool_is_ready(account->pool)) {
      account->pool->counts.refused++;
      return false;
    }
  }
  return true;
}

void tgpool_drop_held(tgpool_account *account) {
  while (account->held)
    drop_first(account);
}
