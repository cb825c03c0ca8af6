/* Calls of the client's user: begun, taken back, waited for. */
#include "client/call/begin.h"
#include "client/call/end.h"
#include "client/call/make.h"
#include "client/client.h"
#include "client/conn/conns.h"
#include "client/context.h"
#include "client/policy/rpc_error.h"

mtp_status mtp_client_call(mtp_client *client, const tl_call *call, const mtp_call_options *options,
                           mtp_call_done done, void *ctx, mtp_call_id *id, mtp_error *error) {
  if (id)
    *id = 0;
  if (client->closed)
    return mtp_error_set(error, MTP_ERR_CLOSED, NULL);
  mtp_call_start start = {.options = options, .done = done, .ctx = ctx};
  mtp_call *made;
  mtp_status status = mtp_call_make(client, call, &start, &made, error);
  if (status != MTP_OK)
    return status;
  mtp_conn *conn = mtp_conn_for(client, &made->options);
  if (!conn) {
    mtp_call_destroy(made);
    return mtp_error_set(error, MTP_ERR_NOMEM, NULL);
  }
  mtp_call_admit(made, conn);
  if (id)
    *id = made->id;
  mtp_hooks_poke(client);
  return MTP_OK;
}

void mtp_client_cancel(mtp_client *client, mtp_call_id id) {
  mtp_call *call = mtp_call_find(client, id);
  if (call)
    mtp_call_fail(call, MTP_ERR_CANCELLED, NULL);
  mtp_hooks_poke(client);
}

#define NOT_INSIDE "not from inside a callback"

typedef struct waiting {
  bool done;
  mtp_status status;
  mtp_error *error;
  mtp_reply **reply;
} waiting;

static void wake_up(void *ctx, const mtp_error *error, mtp_reply *reply) {
  waiting *wait = ctx;
  wait->done = true;
  wait->status = error ? error->status : MTP_OK;
  if (error && wait->error)
    *wait->error = *error;
  if (!error)
    *wait->reply = reply;
  else
    mtp_reply_free(reply); /* the bytes of an answer that could not be decoded */
}

mtp_status mtp_client_wait(mtp_client *client, const bool *done, int timeout_ms, mtp_error *error) {
  if (client->delivering)
    return mtp_error_set(error, MTP_ERR_ARGUMENT, NOT_INSIDE);
  int64_t until = mtp_client_now(client).monotonic_ms + timeout_ms;
  int left = timeout_ms;
  while (!*done && (timeout_ms < 0 || left > 0)) {
    mtp_client_poll(client, timeout_ms < 0 ? -1 : left);
    if (timeout_ms >= 0)
      left = (int)(until - mtp_client_now(client).monotonic_ms);
  }
  return *done ? MTP_OK : mtp_error_set(error, MTP_ERR_TIMEOUT, NULL);
}

mtp_status mtp_call_sync(mtp_client *client, const tl_call *call, const mtp_call_options *options,
                         mtp_reply **reply, mtp_error *error) {
  *reply = NULL;
  if (client->delivering)
    return mtp_error_set(error, MTP_ERR_ARGUMENT, NOT_INSIDE);
  waiting wait = {.error = error, .reply = reply};
  mtp_status status = mtp_client_call(client, call, options, wake_up, &wait, NULL, error);
  if (status == MTP_OK)
    status = mtp_client_wait(client, &wait.done, -1, error);
  return status == MTP_OK ? wait.status : status;
}
