/* What has to be done on a key before calls may pass: binding a temporary key (PF-1),
 * initConnection (AP-1), and on another data centre than home the import of the authorization
 * (AP-4). One step at a time; until the last is done the engine holds everything else back. */
#include "client/conn/gate.h"

#include <tg/help.h>

#include "client/client.h"
#include "client/config.h"
#include "client/conn/bind.h"
#include "client/conn/conn.h"
#include "client/conn/import.h"
#include "client/conn/outcome.h"
#include "client/conn/step.h"
#include "client/dc/keys.h"

enum { DRAIN_MS = 30000 }; /* other calls wait no longer for those that are on their way */

/* The wrapper was taken although the query in it was not: calls may pass, and say themselves what
 * is wrong. Errors of the wrapper itself are everyone's. */
static bool is_inited(const mtp_error *error) {
  bool unauthorized = error->status == MTP_ERR_RPC && error->code == 401;
  return error->status == MTP_ERR_DECODE || unauthorized;
}

static void init_done(void *ctx, const mtp_error *error, mtp_reply *reply) {
  mtp_conn *conn = ctx;
  conn->step_busy = false;
  conn->inited = !error || is_inited(error);
  if (!error)
    mtp_config_take(conn->client, mtp_proof_answer(conn, reply), mtp_reply_value(reply));
  else if (!conn->inited)
    mtp_step_failed(conn, error);
  mtp_reply_free(reply);
}

static void start_init(mtp_conn *conn) {
  tg_help_getConfig request = {0};
  tl_call call = tg_help_getConfig_call(&request);
  mtp_step_begin(conn, &call, init_done, true);
}

/* The temporary key is worn out: let the answers come in, then make another. */
static bool drain(mtp_conn *conn, mtp_now now) {
  if (!conn->temp.valid || now.monotonic_ms < conn->temp.renew_at)
    return false;
  mtp_engine_hold(conn->engine, true);
  bool over = now.monotonic_ms >= conn->temp.renew_at + DRAIN_MS;
  over = over || mtp_temp_key_expired(conn);
  for (const mtp_call *call = conn->calls.first; call && !over; call = call->next)
    if (call->state == MTP_CALL_ENGINE && mtp_engine_msg_id(conn->engine, call->token))
      return true;
  mtp_conn_renew(conn);
  return true;
}

static void open_gate(mtp_conn *conn) {
  conn->unanswered = 0;
  mtp_engine_hold(conn->engine, false);
}

void mtp_gate_advance(mtp_conn *conn, mtp_now now) {
  bool ready = conn->connected && !conn->exchange && conn->keyed && !mtp_conn_is_over(conn);
  if (ready && conn->bind)
    mtp_conn_bind_check(conn, now);
  if (!ready || conn->step_busy || conn->bind || mtp_conn_is_over(conn) || drain(conn, now))
    return;
  if (conn->client->destroying == conn) /* no more calls under this key */
    return;
  if (conn->dc->cdn)
    mtp_engine_hold(conn->engine, false);
  else if (conn->temp.valid && !conn->bound)
    mtp_conn_bind(conn);
  else if (!conn->inited)
    start_init(conn);
  else if (mtp_import_needed(conn))
    mtp_import_start(conn);
  else
    open_gate(conn);
}
