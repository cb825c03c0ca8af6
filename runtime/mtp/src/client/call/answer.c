/* What the engine says about a call: its answer is decoded, an error goes through policy. */
#include "client/call/answer.h"

#include <stdio.h>
#include <string.h>

#include "client/call/dispatch.h"
#include "client/call/end.h"
#include "client/call/notice.h"
#include "client/client.h"
#include "client/conn/conns.h"
#include "client/conn/gate_shut.h"
#include "client/context.h"
#include "client/dc/dc.h"
#include "client/dc/home.h"
#include "client/dc/keys.h"
#include "client/dc/trust.h"
#include "client/dc/user.h"
#include "client/log.h"
#include "client/policy/rpc_error.h"
#include "client/show.h"
#include "client/stats/stats.h"
#include "client/updates.h"
#include "reply.h"

/* ---- answers ---- */

static void decode_failed(mtp_call *call, mtp_reply *reply, const tl_error *tl) {
  mtp_error error;
  mtp_error_of_tl(&error, tl, MTP_ERR_DECODE);
  mtp_call_end(call, &error, reply);
}

static void take_result(mtp_call *call, mtp_proof proof, tl_buffer *body) {
  mtp_reply *reply = mtp_reply_new(call->client->allocator, body);
  if (!reply) {
    mtp_call_fail(call, MTP_ERR_NOMEM, NULL);
    return;
  }
  tl_error tl = {.status = TL_OK};
  if (mtp_reply_decode(reply, call->schema, call->result_type, 0, &tl) != TL_OK) {
    decode_failed(call, reply, &tl);
    return;
  }
  if (!call->step)
    mtp_user_note(call->client, proof, mtp_reply_value(reply));
  if (mtp_conn_has_home_key(call->conn)) { /* nobody else knows of peers, or of updates (TB-6) */
    mtp_client_show(call->client, mtp_reply_value(reply));
    mtp_updates_account(call->client, mtp_reply_value(reply), call->method, call->channel_id);
  }
  mtp_call_end(call, NULL, reply);
}

/* ---- errors that the server sent ---- */

static mtp_verdict decide(const mtp_call *call, const mtp_error *error, int64_t now) {
  const mtp_client *client = call->client;
  int64_t left = call->own_time ? call->deadline - now : MTP_NEVER;
  mtp_case c = {
      .options = &client->options,
      .call = &call->options,
      .error = error,
      .attempts = call->attempts,
      .send_code = call->send_code,
      .method = call->method,
      .elsewhere = call->conn->dc->id != client->session.home_dc,
      .home = mtp_conn_has_home_key(call->conn),
      .signed_in = client->session.signed_in,
      .pfs = client->options.pfs,
      .left_ms = left,
  };
  return mtp_policy_decide(&c);
}

static void tell_wait(mtp_call *call, const mtp_error *error, uint32_t seconds) {
  mtp_event event = {.type = MTP_EVENT_WAIT,
                     .dc = call->conn->dc->id,
                     .call = call->id,
                     .seconds = seconds,
                     .error = *error};
  mtp_log(call->client, MTP_LOG_INFO, "call %llu waits %u s", (unsigned long long)call->id,
          (unsigned)seconds);
  mtp_event_push(call->client, &event);
  mtp_stats_waits(call, seconds);
}

static void retry(mtp_call *call, const mtp_error *error, const mtp_verdict *verdict) {
  call->attempts.slept_s += verdict->flood ? verdict->wait_s : 0;
  call->attempts.retries += verdict->server ? 1 : 0;
  call->attempts.orders += verdict->order ? 1 : 0;
  call->attempts.restarted = call->attempts.restarted || verdict->restart;
  if (verdict->wait_s)
    tell_wait(call, error, verdict->wait_s);
  int64_t deadline = call->deadline;
  if (verdict->delay_ms)
    mtp_call_sleep(call, verdict->delay_ms);
  else
    mtp_call_dispatch(call);
  if (call->options.patient && !verdict->flood)
    call->deadline = deadline; /* what fails again and again ends some time */
}

static void go_to(mtp_call *call, const mtp_error *error, mtp_conn *conn) {
  if (!conn) {
    mtp_call_end(call, error, NULL);
    return;
  }
  if (call->conn != conn)
    mtp_call_move(call, conn);
  mtp_call_dispatch(call);
}

static void move_home(mtp_call *call, mtp_proof proof, const mtp_error *error, int32_t dc) {
  call->attempts.hops++;
  call->token = 0;
  call->state = MTP_CALL_BLOCKED;
  if (call->options.dc)
    call->options.dc = dc; /* it was where the account is not */
  if (mtp_client_move_home(call->client, proof, dc) != MTP_OK)
    mtp_call_end(call, error, NULL);
  else
    go_to(call, error, mtp_conn_for(call->client, &call->options));
}

static void move_call(mtp_call *call, const mtp_error *error, int32_t dc) {
  call->attempts.hops++;
  call->token = 0;
  call->options.dc = dc;
  call->options.after = 0; /* the order cannot hold across data centres */
  go_to(call, error, mtp_conn_for(call->client, &call->options));
}

static void again_behind_gate(mtp_call *call) {
  mtp_gate_shut(call->conn);
  mtp_call_dispatch(call);
}

static void take_rpc_error(mtp_call *call, mtp_proof proof, const mtp_error *error) {
  mtp_conn *conn = call->conn;
  mtp_now now = mtp_client_now(call->client);
  mtp_verdict verdict = decide(call, error, now.monotonic_ms);
  call->token = 0;
  switch (verdict.action) {
  case MTP_ACT_END:
    if (!mtp_notice_await(call, error))
      mtp_call_end(call, error, NULL);
    break;
  case MTP_ACT_RETRY:
    retry(call, error, &verdict);
    break;
  case MTP_ACT_MOVE_HOME:
    move_home(call, proof, error, verdict.dc);
    break;
  case MTP_ACT_MOVE_CALL:
    move_call(call, error, verdict.dc);
    break;
  case MTP_ACT_INIT:
    call->attempts.inited = true;
    conn->inited = false;
    again_behind_gate(call);
    break;
  case MTP_ACT_AUTHORIZE:
    call->attempts.authorized = true;
    mtp_trust_imported(proof, false);
    again_behind_gate(call);
    break;
  case MTP_ACT_BIND:
    call->attempts.bound = true;
    mtp_call_dispatch(call);
    mtp_conn_renew(conn);
    break;
  case MTP_ACT_NEW_KEY:
    call->attempts.rekeyed = true;
    mtp_call_dispatch(call);
    mtp_conn_forget_key(conn, proof);
    break;
  case MTP_ACT_KEY_LOST:
    mtp_call_end(call, error, NULL);
    mtp_key_lost(conn, proof, error);
    break;
  }
}

/* ---- what the engine could not do ---- */

static void take_failure(mtp_call *call, mtp_engine_event *event) {
  call->token = 0;
  if (event->fail == MTP_ERR_UNCERTAIN) {
    mtp_call_fail_uncertain(call);
    return;
  }
  mtp_error error;
  mtp_error_of(&error, event->fail);
  error.code = event->code;
  bool came = error.status == MTP_ERR_DECODE;
  mtp_call_end(call, &error, came ? mtp_reply_new(call->client->allocator, &event->body) : NULL);
}

/* The call that an event is about; NULL: it has been cancelled, or was out of time. */
static mtp_call *call_of(const mtp_conn *conn, const mtp_engine_event *event) {
  mtp_call *call = mtp_call_find(conn->client, (uintptr_t)event->user);
  bool waits = call && call->state == MTP_CALL_ENGINE && call->conn == conn;
  return waits && call->token == event->token ? call : NULL;
}

void mtp_answer(mtp_conn *conn, mtp_engine_event *event) {
  mtp_call *call = call_of(conn, event);
  if (!call)
    return;
  mtp_error error;
  if (event->type != MTP_ENGINE_EVENT_FAILED)
    mtp_stats_answered(call);
  switch (event->type) {
  case MTP_ENGINE_EVENT_RESULT:
    take_result(call, mtp_proof_message(conn, event), &event->body);
    break;
  case MTP_ENGINE_EVENT_RPC_ERROR:
    mtp_error_from_rpc(&error, event->code,
                       (tl_string){(const char *)event->body.data, event->body.size}, call->method);
    take_rpc_error(call, mtp_proof_message(conn, event), &error);
    break;
  case MTP_ENGINE_EVENT_FAILED:
    take_failure(call, event);
    break;
  default:
    break;
  }
}
