/* The authorization of the home data centre, exported there and imported here (AP-4). */
#include "client/conn/import.h"

#include <tg/auth.h>

#include "client/call/begin.h"
#include "client/client.h"
#include "client/conn/conn.h"
#include "client/conn/conns.h"
#include "client/conn/step.h"
#include "client/dc/dc.h"
#include "client/dc/trust.h"
#include "client/policy/rpc_error.h"

bool mtp_import_needed(const mtp_conn *conn) {
  const mtp_client *client = conn->client;
  const mtp_dc_key *key = mtp_conn_key(conn);
  if (!client->session.signed_in || conn->dc->cdn || (key && key->imported))
    return false;
  return !mtp_conn_has_home_key(conn) || client->import_from != 0;
}

static void import_done(void *ctx, const mtp_error *error, mtp_reply *reply) {
  mtp_conn *conn = ctx;
  conn->step_busy = false;
  mtp_dc_end_import(conn);
  mtp_proof proof = mtp_proof_answer(conn, reply);
  mtp_reply_free(reply);
  if (error && error->status != MTP_ERR_DECODE) {
    bool again = mtp_error_is(error, "AUTH_BYTES_INVALID") && !conn->import_retried;
    conn->import_retried = true;
    if (!again)
      mtp_step_failed(conn, error);
    return;
  }
  conn->import_retried = false;
  if (mtp_conn_has_home_key(conn))
    conn->client->import_from = 0;
  mtp_trust_imported(proof, true);
}

static void export_done(void *ctx, const mtp_error *error, mtp_reply *reply) {
  mtp_conn *conn = ctx;
  conn->step_busy = false;
  if (error) {
    mtp_dc_end_import(conn);
    mtp_step_failed(conn, error);
  } else if (conn->connected && conn->inited && mtp_dc_begin_import(conn)) {
    const tg_auth_exportedAuthorization *exported =
        tg_auth_exportAuthorization_result(mtp_reply_value(reply));
    tg_auth_importAuthorization request = {.id = exported->id, .bytes = exported->bytes};
    tl_call call = tg_auth_importAuthorization_call(&request);
    if (!mtp_step_begin(conn, &call, import_done, false))
      mtp_dc_end_import(conn);
  }
  mtp_reply_free(reply);
}

void mtp_import_start(mtp_conn *conn) {
  mtp_client *client = conn->client;
  if (!mtp_dc_begin_import(conn))
    return; /* until that has been done */
  bool home = mtp_conn_has_home_key(conn);
  int32_t from = home ? client->import_from : client->session.home_dc;
  static const mtp_call_options main_connection;
  mtp_conn *exporter = mtp_conn_get(client, from, &main_connection);
  tg_auth_exportAuthorization request = {.dc_id = conn->dc->id};
  tl_call what = tg_auth_exportAuthorization_call(&request);
  mtp_call_start start = {.options = &mtp_step_options,
                          .done = export_done,
                          .ctx = conn,
                          .conn = exporter,
                          .urgent = true};
  mtp_call *call = NULL;
  conn->step_busy = true;
  if (exporter && mtp_call_begin(client, &what, &start, &call) == MTP_OK)
    return;
  mtp_error error;
  mtp_error_set(&error, MTP_ERR_NOMEM, NULL);
  conn->step_busy = false;
  mtp_dc_end_import(conn);
  mtp_step_failed(conn, &error);
}
