/* What waits: calls whose time is over end, those that sleep or wait for another go on. */
#include "client/call/blocking.h"

#include "client/call/dispatch.h"
#include "client/call/end.h"
#include "client/conn/conn.h"
#include "client/context.h"

#include <stdio.h>

/* Time is over; what kept a connection from coming about, or ended those that were, is what helps.
 */
static void end_late(mtp_call *call) {
  const mtp_conn *conn = call->conn;
  bool there = conn->connected && !conn->exchange;
  bool failed = there ? call->lost > 0 : conn->failures > 0;
  char text[sizeof conn->outcome.error.text], why[400] = "";
  if (failed && conn->outcome.error.status != MTP_OK)
    mtp_error_format(&conn->outcome.error, why, sizeof why);
  const char *from = !why[0] ? "" : there ? "; the last connection: " : "; the last try: ";
  snprintf(text, sizeof text, "no %s within the time of the call%s%s",
           there ? "answer" : "connection", from, why);
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
