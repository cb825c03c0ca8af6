/* The end of a call: exactly one, whatever leads to it. */
#include "client/call/end.h"

#include <stdio.h>
#include <string.h>

#include "client/client.h"
#include "client/conn/conn.h"
#include "client/stats/stats.h"
#include "error_set.h"

/* The engine has it no longer. Its event about that finds no call. */
void mtp_call_withdraw(mtp_call *call) {
  if (call->state != MTP_CALL_ENGINE || call->token == 0)
    return;
  mtp_engine_cancel(call->conn->engine, call->token);
  call->token = 0;
  call->client->dirty = true;
}

void mtp_call_keep_error(mtp_call *call, const mtp_error *error) {
  uint16_t method = error->method;
  if (method == TL_NONE) /* else it is that of a step that all calls wait for */
    method = call->method;
  tl_free(call->client->allocator, call->failure.whole, sizeof *call->failure.whole);
  call->failure = (mtp_call_failure){.status = error->status,
                                     .code = error->code,
                                     .rpc = error->rpc,
                                     .method = method,
                                     .arg = error->arg,
                                     .whole = tl_alloc(call->client->allocator, sizeof *error)};
  if (!call->failure.whole)
    return;
  *call->failure.whole = *error;
  call->failure.whole->method = method;
}

/* The server's text, as the tables have it: FLOOD_WAIT_%d and the number. */
static void name_error(mtp_error *error) {
  const char *name = tl_error_name(&tg_errors, (uint16_t)error->rpc);
  size_t n = strcspn(name, "%");
  snprintf(error->text, sizeof error->text, "%.*s", (int)n, name);
  if (name[n])
    snprintf(error->text + n, sizeof error->text - n, "%lld", (long long)error->arg);
}

const mtp_error *mtp_call_error(const mtp_call *call, mtp_error *room) {
  const mtp_call_failure *failure = &call->failure;
  if (failure->status == MTP_OK || failure->whole)
    return failure->whole;
  mtp_error_set(room, failure->status, NULL);
  room->code = failure->code;
  room->rpc = failure->rpc;
  room->method = failure->method;
  room->arg = failure->arg;
  if (room->status == MTP_ERR_RPC)
    name_error(room);
  return room;
}

/* The server has said how it ends, whatever else has become a reason since. */
static bool is_said(const mtp_call *call, const mtp_error *error) {
  return call->refused && error->status != MTP_ERR_CANCELLED && error->status != MTP_ERR_CLOSED;
}

void mtp_call_end(mtp_call *call, const mtp_error *error, mtp_reply *reply) {
  mtp_client *client = call->client;
  mtp_call_withdraw(call);
  mtp_stats_ended(call, error != NULL);
  mtp_call_unregister(call);
  mtp_list_remove(&call->conn->calls, call);
  if (call->conn->step == call)
    call->conn->step = NULL;
  call->conn = NULL;
  call->state = MTP_CALL_ENDED;
  if (error && !is_said(call, error))
    mtp_call_keep_error(call, error);
  call->reply = reply;
  mtp_list_add(&client->ended, call);
}

void mtp_call_end_unadmitted(mtp_call *call, mtp_status status) {
  mtp_error error;
  mtp_error_set(&error, status, NULL);
  mtp_call_keep_error(call, &error);
  call->state = MTP_CALL_ENDED;
  mtp_list_add(&call->client->ended, call);
}

void mtp_call_fail(mtp_call *call, mtp_status status, const char *text) {
  mtp_error error;
  mtp_error_set(&error, status, text);
  mtp_call_end(call, &error, NULL);
}

void mtp_call_end_refused(mtp_call *call) {
  mtp_call_fail(call, MTP_ERR_TIMEOUT, NULL); /* unless something was said */
}

void mtp_call_fail_uncertain(mtp_call *call) {
  mtp_call_fail(call, MTP_ERR_UNCERTAIN,
                "the connection broke before the answer came; the server may have run the call");
}

/* Whether nobody can say now if the server has run it, and it must not be run twice. */
static bool is_uncertain(const mtp_call *call) {
  return call->once && call->state == MTP_CALL_ENGINE &&
         mtp_engine_msg_id(call->conn->engine, call->token) != 0;
}

void mtp_conn_fail_hasty(mtp_conn *conn, const mtp_error *error) {
  for (mtp_call *call = conn->calls.first, *next; call; call = next) {
    next = call->next;
    if (call->options.patient)
      continue;
    if (is_uncertain(call))
      mtp_call_fail_uncertain(call);
    else
      mtp_call_end(call, error, NULL);
  }
}

void mtp_conn_fail_calls(mtp_conn *conn, const mtp_error *error) {
  for (mtp_call *call; (call = conn->calls.first);) {
    if (is_uncertain(call))
      mtp_call_fail_uncertain(call);
    else
      mtp_call_end(call, error, NULL);
  }
}
