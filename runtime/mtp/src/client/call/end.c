/* The end of a call: exactly one, whatever leads to it. */
#include "client/call/end.h"

#include "client/client.h"
#include "client/conn/conn.h"
#include "client/policy/rpc_error.h"

/* The engine has it no longer. Its event about that finds no call. */
void mtp_call_withdraw(mtp_call *call) {
  if (call->state != MTP_CALL_ENGINE || call->token == 0)
    return;
  mtp_engine_cancel(call->conn->engine, call->token);
  call->token = 0;
  call->client->dirty = true;
}

void mtp_call_end(mtp_call *call, const mtp_error *error, mtp_reply *reply) {
  mtp_client *client = call->client;
  mtp_call_withdraw(call);
  mtp_list_remove(&call->conn->calls, call);
  if (call->conn->step == call)
    call->conn->step = NULL;
  call->conn = NULL;
  call->state = MTP_CALL_ENDED;
  if (error) {
    call->error = *error;
    if (error->method == TL_NONE) /* else it is that of a step that all calls wait for */
      call->error.method = call->method;
  }
  call->reply = reply;
  mtp_list_add(&client->ended, call);
}

void mtp_call_end_unadmitted(mtp_call *call, mtp_status status) {
  mtp_error_set(&call->error, status, NULL);
  call->error.method = call->method;
  call->state = MTP_CALL_ENDED;
  mtp_list_add(&call->client->ended, call);
}

void mtp_call_fail(mtp_call *call, mtp_status status, const char *text) {
  mtp_error error;
  mtp_error_set(&error, status, text);
  mtp_call_end(call, &error, NULL);
}

void mtp_call_fail_uncertain(mtp_call *call) {
  mtp_call_fail(call, MTP_ERR_UNCERTAIN,
                "the connection broke before the answer came; the server may have run the call");
}

bool mtp_call_is_uncertain(const mtp_call *call) {
  return call->once && call->state == MTP_CALL_ENGINE &&
         mtp_engine_msg_id(call->conn->engine, call->token) != 0;
}

void mtp_conn_fail_hasty(mtp_conn *conn, const mtp_error *error) {
  for (mtp_call *call = conn->calls.first, *next; call; call = next) {
    next = call->next;
    if (call->options.patient)
      continue;
    if (mtp_call_is_uncertain(call))
      mtp_call_fail_uncertain(call);
    else
      mtp_call_end(call, error, NULL);
  }
}

void mtp_conn_fail_calls(mtp_conn *conn, const mtp_error *error) {
  for (mtp_call *call; (call = conn->calls.first);) {
    if (mtp_call_is_uncertain(call))
      mtp_call_fail_uncertain(call);
    else
      mtp_call_end(call, error, NULL);
  }
}
