/* What waits: calls whose time is over end, those that sleep or wait for another go on. */
#include "client/call/blocking.h"

#include "client/call/dispatch.h"
#include "client/call/end.h"
#include "client/conn/conn.h"
#include "client/context.h"

#include <stdio.h>

/* Time is over; what kept a connection from coming about is what helps. */
static void end_late(mtp_call *call) {
  static const char none[] = "no connection within the time of the call";
  const mtp_conn *conn = call->conn;
  char text[sizeof conn->outcome.error.text];
  if (conn->connected && !conn->exchange) {
    mtp_call_fail(call, MTP_ERR_TIMEOUT, "no answer within the time of the call");
    return;
  }
  bool failed = conn->failures > 0 && conn->outcome.error.text[0];
  snprintf(text, sizeof text, "%s%s%.*s", none, failed ? "; the last try: " : "",
           failed ? (int)(sizeof text - sizeof none - 20) : 0, conn->outcome.error.text);
  mtp_call_fail(call, MTP_ERR_TIMEOUT, text);
}

void mtp_calls_tick(mtp_conn *conn, int64_t now) {
  for (mtp_call *call = conn->calls.first, *next; call; call = next) {
    next = call->next;
    if (now >= call->deadline) {
      end_late(call);
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
