/* A call is made: checked and encoded, with nothing of the client touched but what never changes.
 */
#include "client/call/make.h"

#include <string.h>
#include <tg/account.h>
#include <tg/auth.h>

#include "client/call/wrap.h"
#include "client/client.h"
#include "client/policy/rpc_error.h"
#include "updates/info.h"

static mtp_status encode_failed(mtp_error *error, const tl_call *what, const tl_error *tl) {
  mtp_status status = mtp_error_of_tl(error, tl, MTP_ERR_ENCODE);
  if (error)
    error->method = what->schema == &tg_schema ? what->def : TL_NONE;
  return status;
}

static const char *complaint(const mtp_client *client, const tl_call *what,
                             const mtp_call_options *o) {
  const tl_schema *schema = what->schema;
  if (!schema || !what->args || what->def >= schema->n_defs || !schema->defs[what->def].function)
    return "not a call";
  if (client->options.api_id == 0 && !o->cdn)
    return "options.api_id is needed for calls";
  if (o->dc < 0 || o->dc > MTP_DC_MAX)
    return "call.dc is no data centre";
  if (o->connection > MTP_MAX_CONNECTIONS)
    return "call.connection is too large";
  if (o->cdn && o->dc == 0)
    return "call.cdn needs call.dc";
  return NULL;
}

static tl_status encode_body(mtp_call *call, const tl_call *what, bool init, tl_error *error) {
  memset(error, 0, sizeof *error);
  if (init)
    error->status = mtp_wrap_init(call->client, &call->body);
  if (error->status == TL_OK)
    error->status = mtp_wrap_options(&call->client->options, &call->options, &call->body);
  return error->status == TL_OK ? tl_encode(what, &call->body, error) : error->status;
}

/* Calls after which a code or a mail goes out: twice is worse than not at all. */
static bool sends_code(uint16_t method) {
  const uint16_t methods[] = {
      tg_auth_sendCode_call(NULL).def,
      tg_auth_resendCode_call(NULL).def,
      tg_auth_requestPasswordRecovery_call(NULL).def,
      tg_account_sendChangePhoneCode_call(NULL).def,
      tg_account_sendConfirmPhoneCode_call(NULL).def,
      tg_account_sendVerifyPhoneCode_call(NULL).def,
      tg_account_sendVerifyEmailCode_call(NULL).def,
      tg_account_resendPasswordEmail_call(NULL).def,
  };
  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
    if (methods[i] == method)
      return method != TL_NONE;
  return false;
}

static mtp_call *new_call(mtp_client *client, const tl_call *what, const mtp_call_start *start) {
  mtp_call *call = tl_alloc_zero(client->allocator, sizeof *call);
  if (!call)
    return NULL;
  call->client = client;
  if (start->options)
    call->options = *start->options;
  call->done = start->done;
  call->ctx = start->ctx;
  call->step = start->step;
  call->urgent = start->urgent;
  call->unasked = start->unasked;
  call->method = what->schema == &tg_schema ? what->def : TL_NONE;
  call->channel_id = mtp_request_channel(what);
  call->send_code = call->method == tg_auth_sendCode_call(NULL).def;
  call->once = call->options.once || sends_code(call->method);
  tl_buffer_init(&call->body, &client->wiping, 0);
  return call;
}

mtp_status mtp_call_make(mtp_client *client, const tl_call *what, const mtp_call_start *start,
                         mtp_call **out, mtp_error *error) {
  static const mtp_call_options defaults;
  *out = NULL;
  const char *why = complaint(client, what, start->options ? start->options : &defaults);
  if (why)
    return mtp_error_set(error, MTP_ERR_ARGUMENT, why);
  mtp_call *call = new_call(client, what, start);
  if (!call)
    return mtp_error_set(error, MTP_ERR_NOMEM, NULL);
  tl_error tl;
  call->result_type = tl_call_result_type(what, &call->schema);
  mtp_status status = MTP_OK;
  if (call->result_type == TL_NONE)
    status = mtp_error_set(error, MTP_ERR_ARGUMENT, "the call has no result type");
  else if (encode_body(call, what, start->init, &tl) != TL_OK)
    status = encode_failed(error, what, &tl);
  if (status == MTP_OK)
    *out = call;
  else
    mtp_call_destroy(call);
  return status;
}

void mtp_call_destroy(mtp_call *call) {
  if (!call)
    return;
  tl_buffer_wipe(&call->body); /* it may hold a code, a token or a proof of a password */
  tl_buffer_free(&call->body);
  mtp_reply_free(call->reply);
  tl_free(call->client->allocator, call->failure.whole, sizeof *call->failure.whole);
  tl_free(call->client->allocator, call, sizeof *call);
}
