/* What has to be done on a key before calls may pass: binding a temporary key (PF-1),
 * initConnection (AP-1), and on another data centre than home the import of the authorization
 * (AP-4). One step at a time; until the last is done the engine holds everything else back. */
#include <string.h>
#include <tg/auth.h>
#include <tg/help.h>

#include "client/internal.h"

enum {
  STEP_TIMEOUT_MS = 30000,
  DRAIN_MS = 30000 /* other calls do not wait any longer for those that are on their way */
};

static const mtp_call_options step_options = {.timeout_ms = STEP_TIMEOUT_MS, .no_migrate = true};

/* A step that failed is a failure of the connection, unless the server has said why in words. */
static void step_failed(mtp_centre *centre, const mtp_error *error) {
  mtp_now now = mtp_client_now(centre->client);
  if (error->status == MTP_ERR_CANCELLED || error->status == MTP_ERR_CLOSED)
    return;
  if (error->status == MTP_ERR_RPC)
    mtp_centre_fail_calls(centre, error);
  if (centre->lanes[0].link)
    mtp_centre_failed(centre, error, error->status == MTP_ERR_RPC, now);
}

static bool begin_step(mtp_centre *centre, const tl_call *what, mtp_call_done done, bool init) {
  mtp_call_options options = step_options;
  options.connection = centre->connection;
  mtp_call_start start = {.options = &options,
                          .done = done,
                          .ctx = centre,
                          .centre = centre,
                          .step = true,
                          .urgent = true,
                          .init = init};
  mtp_call *call = NULL;
  centre->step_busy = true;
  if (mtp_call_begin(centre->client, what, &start, &call) != MTP_OK) {
    mtp_error error;
    mtp_error_set(&error, MTP_ERR_NOMEM, NULL);
    centre->step_busy = false;
    step_failed(centre, &error);
    return false;
  }
  if (call->state != MTP_CALL_ENDED)
    centre->step = call;
  call->attempts.inited = init; /* asking for it again would go round in circles */
  return true;
}

/* ---- initConnection ---- */

static void init_done(void *ctx, const mtp_error *error, mtp_reply *reply) {
  mtp_centre *centre = ctx;
  centre->step_busy = false;
  if (!error) {
    centre->inited = true;
    mtp_config_take(centre->client, mtp_reply_value(reply));
  } else if (error->status == MTP_ERR_DECODE) {
    centre->inited = true; /* it was done; only the configuration of a newer layer is unreadable */
  } else {
    step_failed(centre, error);
  }
  mtp_reply_free(reply);
}

static void start_init(mtp_centre *centre) {
  tg_help_getConfig request = {0};
  tl_call call = tg_help_getConfig_call(&request);
  begin_step(centre, &call, init_done, true);
}

/* ---- export and import of the authorization ---- */

static bool needs_import(const mtp_centre *centre) {
  const mtp_client *client = centre->client;
  const mtp_dc_key *key = mtp_centre_key(centre);
  if (!client->session.signed_in || centre->cdn || centre->imported || (key && key->imported))
    return false;
  return !mtp_centre_has_home_key(centre) || client->import_from != 0;
}

static void import_done(void *ctx, const mtp_error *error, mtp_reply *reply) {
  mtp_centre *centre = ctx;
  mtp_dc_key *key = mtp_centre_key(centre);
  centre->step_busy = false;
  mtp_reply_free(reply);
  if (error && error->status != MTP_ERR_DECODE) {
    bool again = mtp_error_is(error, "AUTH_BYTES_INVALID") && !centre->import_retried;
    centre->import_retried = true;
    if (!again)
      step_failed(centre, error);
    return;
  }
  centre->imported = true;
  centre->import_retried = false;
  if (mtp_centre_has_home_key(centre))
    centre->client->import_from = 0;
  if (key)
    key->imported = true;
  mtp_event_session(centre->client);
}

static void export_done(void *ctx, const mtp_error *error, mtp_reply *reply) {
  mtp_centre *centre = ctx;
  centre->step_busy = false;
  if (error) {
    step_failed(centre, error);
  } else if (centre->connected && centre->inited) {
    const tg_auth_exportedAuthorization *exported =
        tg_auth_exportAuthorization_result(mtp_reply_value(reply));
    tg_auth_importAuthorization request = {.id = exported->id, .bytes = exported->bytes};
    tl_call call = tg_auth_importAuthorization_call(&request);
    begin_step(centre, &call, import_done, false);
  }
  mtp_reply_free(reply);
}

static void start_import(mtp_centre *centre) {
  mtp_client *client = centre->client;
  bool home = mtp_centre_has_home_key(centre);
  int32_t from = home ? client->import_from : client->session.home_dc;
  static const mtp_call_options main_connection;
  mtp_centre *exporter = mtp_centre_get(client, from, &main_connection);
  tg_auth_exportAuthorization request = {.dc_id = centre->dc};
  tl_call what = tg_auth_exportAuthorization_call(&request);
  mtp_call_start start = {.options = &step_options,
                          .done = export_done,
                          .ctx = centre,
                          .centre = exporter,
                          .urgent = true};
  mtp_call *call = NULL;
  centre->step_busy = true;
  if (exporter && mtp_call_begin(client, &what, &start, &call) == MTP_OK)
    return;
  mtp_error error;
  mtp_error_set(&error, MTP_ERR_NOMEM, NULL);
  centre->step_busy = false;
  step_failed(centre, &error);
}

/* Another connection under the same key is at it. */
static bool is_imported_elsewhere(const mtp_centre *centre) {
  const mtp_dc_key *key = mtp_centre_key(centre);
  for (const mtp_centre *other = centre->client->centres; other; other = other->next)
    if (other != centre && other->dc == centre->dc && other->connected && other->inited &&
        other->step_busy && mtp_centre_key(other) == key)
      return true;
  return false;
}

/* ---- the gate ---- */

/* The temporary key is worn out: let the answers come in, then make another. */
static bool drain(mtp_centre *centre, mtp_now now) {
  if (!centre->temp.valid || now.monotonic_ms < centre->temp.renew_at)
    return false;
  mtp_engine_hold(centre->engine, true);
  bool over = now.monotonic_ms >= centre->temp.renew_at + DRAIN_MS;
  over = over || mtp_temp_key_expired(centre, now);
  for (const mtp_call *call = centre->calls.first; call && !over; call = call->next)
    if (call->state == MTP_CALL_ENGINE && mtp_engine_msg_id(centre->engine, call->token))
      return true;
  mtp_centre_renew(centre, now);
  return true;
}

void mtp_gate_advance(mtp_centre *centre, mtp_now now) {
  bool ready = centre->connected && !centre->exchange && centre->keyed;
  if (!ready || centre->step_busy || centre->bind || drain(centre, now))
    return;
  if (centre->client->destroying == centre) /* no more calls under this key */
    return;
  if (centre->cdn)
    mtp_engine_hold(centre->engine, false);
  else if (centre->temp.valid && !centre->bound)
    mtp_bind_start(centre, now);
  else if (!centre->inited)
    start_init(centre);
  else if (needs_import(centre) && !is_imported_elsewhere(centre))
    start_import(centre);
  else if (needs_import(centre))
    return; /* until that has been done */
  else
    mtp_engine_hold(centre->engine, false);
}

void mtp_gate_shut(mtp_centre *centre) {
  mtp_engine_hold(centre->engine, !centre->cdn);
}

void mtp_gate_reset(mtp_centre *centre) {
  mtp_gate_shut(centre);
  centre->inited = false;
  if (centre->bind)
    mtp_engine_cancel(centre->engine, centre->bind);
  centre->bind = 0;
  if (centre->step)
    mtp_call_fail(centre->step, MTP_ERR_CANCELLED, NULL);
}
