/* A call gets its id and its connection, and is sent on its way. */
#include "client/call/begin.h"

#include "client/call/dispatch.h"
#include "client/call/end.h"
#include "client/call/make.h"
#include "client/client.h"
#include "client/conn/conn.h"
#include "client/conn/wanted.h"
#include "client/context.h"

static int64_t deadline_of(const mtp_call *call, int64_t now) {
  int64_t limit = call->options.timeout_ms;
  if (limit == 0)
    limit = call->client->options.call_timeout_ms;
  return limit <= 0 ? MTP_NEVER : now + call->options.delay_ms + limit;
}

void mtp_call_admit(mtp_call *call, mtp_conn *conn) {
  mtp_client *client = call->client;
  call->id = ++client->last_id;
  call->own_time = call->options.timeout_ms > 0 && !call->options.patient;
  int64_t now = mtp_client_now(client).monotonic_ms;
  bool later = call->options.delay_ms > 0;
  call->deadline = deadline_of(call, now);
  call->wake_at = later ? now + call->options.delay_ms : MTP_NEVER;
  call->state = later ? MTP_CALL_SLEEPING : MTP_CALL_BLOCKED;
  call->conn = conn;
  mtp_list_add(&conn->calls, call);
  if (!mtp_call_register(call)) {
    mtp_call_fail(call, MTP_ERR_NOMEM, NULL);
    return;
  }
  if (!call->unasked)
    mtp_conn_hasten(conn);
  if (!later)
    mtp_call_dispatch(call);
}

mtp_status mtp_call_begin(mtp_client *client, const tl_call *what, const mtp_call_start *start,
                          mtp_call **out) {
  *out = NULL;
  mtp_call *call;
  mtp_status status = mtp_call_make(client, what, start, &call, NULL);
  if (status != MTP_OK)
    return status;
  *out = call;
  mtp_call_admit(call, start->conn);
  return MTP_OK;
}
