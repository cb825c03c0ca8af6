/* A call is handed to the engine of its connection, as often as policy asks, or waits for that. */
#include "client/call/dispatch.h"

#include "client/call/end.h"
#include "client/client.h"
#include "client/conn/conn.h"
#include "client/conn/wanted.h"
#include "client/context.h"
#include "client/policy/rpc_error.h"
#include "client/stats/stats.h"

/* The call that this one is to come after, if it is on its way to the same centre still. */
static mtp_call *predecessor(mtp_call *call) {
  if (call->options.after == 0)
    return NULL;
  mtp_call *other = mtp_call_find(call->client, call->options.after);
  return other && other != call && other->conn == call->conn ? other : NULL;
}

void mtp_call_dispatch(mtp_call *call) {
  mtp_call *before = predecessor(call);
  if (before && before->state != MTP_CALL_ENGINE) {
    call->state = MTP_CALL_BLOCKED;
    return;
  }
  mtp_query_options options = {
      .after = before ? before->token : 0,
      .no_gzip = call->options.no_gzip,
      .urgent = call->urgent,
      .unheld = call->step,
      .idempotent = call->step,
      .once = call->once, /* rather an error than two codes (ER-4) */
      .user = (void *)(uintptr_t)call->id,
  };
  mtp_conn_want(call->conn);
  call->client->dirty = true;
  mtp_cause status = mtp_engine_submit(call->conn->engine, call->body.data, call->body.size,
                                       &options, &call->token);
  mtp_error error;
  mtp_stats_sent(call);
  if (status == MTP_OK)
    call->state = MTP_CALL_ENGINE;
  else if (mtp_error_of(&error, status))
    mtp_call_end(call, &error, NULL);
}

void mtp_call_move(mtp_call *call, mtp_conn *conn) {
  mtp_call_withdraw(call);
  mtp_list_remove(&call->conn->calls, call);
  call->conn = conn;
  call->state = MTP_CALL_BLOCKED;
  mtp_list_add(&conn->calls, call);
}

void mtp_call_sleep(mtp_call *call, uint32_t delay_ms) {
  int64_t now = mtp_client_now(call->client).monotonic_ms;
  call->state = MTP_CALL_SLEEPING;
  call->token = 0;
  call->wake_at = now + delay_ms;
  if (!call->own_time && call->deadline != MTP_NEVER)
    call->deadline += delay_ms;
}
