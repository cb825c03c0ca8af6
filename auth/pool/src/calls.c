/* Calls by accounts. */
#include "internal.h"

#include <stdlib.h>

mtp_client *tgpool_client(tgpool *pool, const char *account) {
  tgpool_account *found = tgpool_find(pool, account);
  if (!found || found->ending || !tgpool_watch_timer(pool->watch, &found->timer, 0))
    return NULL;
  return tgauth_client(found->auth);
}

/* A call that is under way. */
typedef struct under_way {
  tgpool *pool;
  mtp_call_done done;
  void *ctx;
} under_way;

static void ended(void *ctx, const mtp_error *error, mtp_reply *reply) {
  under_way call = *(under_way *)ctx;
  free(ctx);
  call.pool->counts.calls_failed += error != NULL;
  call.done(call.ctx, error, reply);
}

mtp_status tgpool_call(tgpool *pool, const char *account, const tl_call *call,
                       const mtp_call_options *options, mtp_call_done done, void *ctx,
                       mtp_error *error) {
  mtp_client *client = tgpool_client(pool, account);
  if (!client)
    return tgauth_table_fail(error, MTP_ERR_STORE, "the account is not held here");
  under_way *way = malloc(sizeof *way);
  if (!way)
    return tgauth_table_fail(error, MTP_ERR_NOMEM, "out of memory");
  *way = (under_way){pool, done, ctx};
  mtp_status status = mtp_client_call(client, call, options, ended, way, NULL, error);
  if (status != MTP_OK)
    free(way);
  pool->counts.calls += status == MTP_OK;
  return status;
}
