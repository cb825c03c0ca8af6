/* One step that opens the gate: a call that passes while it is shut. */
#include "client/conn/step.h"

#include "client/call/begin.h"
#include "client/call/end.h"
#include "client/client.h"
#include "client/conn/conn.h"
#include "client/conn/outcome.h"
#include "client/policy/rpc_error.h"

const mtp_call_options mtp_step_options = {.timeout_ms = MTP_STEP_MS, .no_migrate = true};

/* A server that is there, and does not answer the step, keeps nobody waiting for ever (LV-3). */
static void unanswered(mtp_conn *conn, const mtp_error *error) {
  uint32_t tries = conn->client->options.reconnect_tries;
  if (++conn->unanswered < tries || tries == 0)
    return;
  conn->unanswered = 0;
  mtp_conn_fail_hasty(conn, error);
}

/* A step that failed is a failure of the connection, unless the server has said why in words. */
void mtp_step_failed(mtp_conn *conn, const mtp_error *error) {
  if (error->status == MTP_ERR_CANCELLED || error->status == MTP_ERR_CLOSED)
    return;
  bool passes = mtp_error_passes(error);
  if (passes)
    mtp_conn_fail_hasty(conn, error);
  else if (error->status == MTP_ERR_RPC)
    mtp_conn_fail_calls(conn, error);
  else if (error->status == MTP_ERR_TIMEOUT)
    unanswered(conn, error);
  if (conn->lanes[0].link)
    mtp_conn_fail(conn, error, error->status == MTP_ERR_RPC && !passes);
}

bool mtp_step_begin(mtp_conn *conn, const tl_call *what, mtp_call_done done, bool init) {
  mtp_call_options options = mtp_step_options;
  options.connection = conn->connection;
  mtp_call_start start = {.options = &options,
                          .done = done,
                          .ctx = conn,
                          .conn = conn,
                          .step = true,
                          .urgent = true,
                          .init = init};
  mtp_call *call = NULL;
  conn->step_busy = true;
  if (mtp_call_begin(conn->client, what, &start, &call) != MTP_OK) {
    mtp_error error;
    mtp_error_set(&error, MTP_ERR_NOMEM, NULL);
    conn->step_busy = false;
    mtp_step_failed(conn, &error);
    return false;
  }
  if (call->state != MTP_CALL_ENDED)
    conn->step = call;
  call->attempts.inited = init; /* asking for it again would go round in circles */
  return true;
}
