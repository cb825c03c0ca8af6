/* Another data centre becomes the home one (AP-4): calls that have not left go there. */
#include "client/dc/home.h"

#include "client/address.h"
#include "client/call/dispatch.h"
#include "client/client.h"
#include "client/conn/conns.h"
#include "client/conn/gate_shut.h"
#include "client/conn/wanted.h"
#include "client/dc/dc.h"
#include "client/log.h"

/* Whether the call may still go elsewhere: it names no data centre and has not left. */
static bool may_move(const mtp_call *call) {
  if (call->options.dc || call->options.media || call->step)
    return false;
  return call->state != MTP_CALL_ENGINE || !mtp_engine_msg_id(call->conn->engine, call->token);
}

static void move_calls(mtp_conn *from, mtp_conn *to) {
  for (mtp_call *call = from->calls.first, *next; call; call = next) {
    next = call->next;
    if (!may_move(call))
      continue;
    bool asleep = call->state == MTP_CALL_SLEEPING;
    mtp_call_move(call, to);
    if (asleep)
      call->state = MTP_CALL_SLEEPING;
  }
}

/* A home data centre that nobody has an address of would be the end of everything. */
static bool is_reachable(const mtp_client *client, int32_t dc) {
  mtp_target targets[MTP_TARGETS_MAX];
  return mtp_targets_find(&client->options, &client->session, dc, false, false, targets) != 0;
}

mtp_status mtp_client_move_home(mtp_client *client, mtp_proof proof, int32_t dc) {
  if (!is_reachable(client, dc))
    return MTP_ERR_ARGUMENT;
  mtp_conn *from = mtp_conn_home(client);
  static const mtp_call_options main_connection;
  mtp_conn *to = mtp_conn_get(client, dc, &main_connection);
  if (!from || !to)
    return MTP_ERR_NOMEM;
  if (from == to)
    return MTP_OK;
  if (!mtp_trust_home(client, proof, dc))
    return MTP_ERR_ARGUMENT;
  mtp_log(client, MTP_LOG_INFO, "home data centre: %d instead of %d", (int)dc, (int)from->dc->id);
  if (client->session.signed_in) { /* the old one exports what the new one imports */
    const mtp_dc_key *key = mtp_conn_key(to);
    client->import_from = key && key->imported ? 0 : from->dc->id;
    mtp_gate_shut(to);
  }
  from->wanted = false;
  mtp_conn_want(to);
  move_calls(from, to);
  return MTP_OK;
}

mtp_status mtp_client_set_home(mtp_client *client, int32_t dc) {
  if (client->closed)
    return MTP_ERR_CLOSED;
  if (dc <= 0 || dc > MTP_DC_MAX)
    return MTP_ERR_ARGUMENT;
  return mtp_client_move_home(client, mtp_proof_owner(client), dc);
}
