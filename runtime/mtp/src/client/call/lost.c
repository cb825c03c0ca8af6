/* A request that the server hangs up on would be sent for ever, and all others with it. After five
 * connections that were lost with it in flight it ends with the error that was seen. Where the
 * server has said that it refuses what it was sent, those that may be the reason are sent one after
 * the other, so that the others get through. */
#include "client/call/lost.h"

#include "client/call/dispatch.h"
#include "client/call/end.h"

enum { MAX_LOST = 5, SUSPECT = 2, SPREAD_MS = 1500 };

/* Whether it has left since it was lost before: a connection that could not be made, or that ended
 * before the call was sent on it, says nothing of the call. */
static bool was_sent(mtp_call *call) {
  if (call->step || call->state != MTP_CALL_ENGINE)
    return false;
  int64_t id = mtp_engine_msg_id(call->conn->engine, call->token);
  if (id == 0 || id == call->lost_as)
    return false;
  call->lost_as = id;
  return true;
}

/* The server is told to forget it, and gets it again at another time than the other ones. */
static void set_apart(mtp_call *call, int64_t delay_ms) {
  mtp_call_withdraw(call);
  mtp_call_sleep(call, (uint32_t)delay_ms);
}

void mtp_calls_lost(mtp_conn *conn, const mtp_error *why, mtp_now now) {
  int64_t delay = conn->retry_at > now.monotonic_ms ? conn->retry_at - now.monotonic_ms : 0;
  for (mtp_call *call = conn->calls.first, *next; call; call = next) {
    next = call->next;
    if (!was_sent(call))
      continue;
    call->lost++;
    if (call->lost >= MAX_LOST && call->once)
      mtp_call_fail_uncertain(call);
    else if (call->lost >= MAX_LOST)
      mtp_call_end(call, why, NULL);
    else if (call->lost >= SUSPECT && why->status == MTP_ERR_TRANSPORT && !call->once) {
      set_apart(call, delay);
      delay += SPREAD_MS;
    }
  }
}
