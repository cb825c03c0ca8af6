/* What waits: calls whose time is over end, those that sleep or wait for another go on. */
#include "client/call/blocking.h"

#include "client/call/dispatch.h"
#include "client/call/end.h"
#include "client/conn/conn.h"
#include "client/context.h"

static const char *late(const mtp_conn *conn) {
  return conn->connected && !conn->exchange ? "no answer within the time of the call"
                                            : "no connection within the time of the call";
}

void mtp_calls_tick(mtp_conn *conn, int64_t now) {
  for (mtp_call *call = conn->calls.first, *next; call; call = next) {
    next = call->next;
    if (now >= call->deadline) {
      mtp_call_fail(call, MTP_ERR_TIMEOUT, late(conn));
    } else if (call->refused) {
      if (now >= call->wake_at)
        mtp_call_end_refused(call);
    } else if (call->state == MTP_CALL_BLOCKED ||
               (call->state == MTP_CALL_SLEEPING && now >= call->wake_at)) {
      call->wake_at = MTP_NEVER;
      mtp_call_dispatch(call);
    }
  }
}

int64_t mtp_calls_deadline(const mtp_conn *conn) {
  int64_t first = MTP_NEVER;
  for (const mtp_call *call = conn->calls.first; call; call = call->next) {
    if (call->deadline < first)
      first = call->deadline;
    if (call->state == MTP_CALL_SLEEPING && call->wake_at < first)
      first = call->wake_at;
  }
  return first;
}
