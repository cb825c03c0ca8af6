/* Calls from other threads: encoded there, handed over under a mutex, and admitted by the owner. */
#include "client/inbox.h"

#include "client/call/begin.h"
#include "client/call/end.h"
#include "client/call/make.h"
#include "client/client.h"
#include "client/conn/conns.h"
#include "client/policy/rpc_error.h"

mtp_status mtp_inbox_init(mtp_client *client) {
  mtp_inbox *inbox = &client->inbox;
  if (pthread_mutex_init(&inbox->lock, NULL) != 0)
    return MTP_ERR_NOMEM;
  if (!mtp_wake_open(&inbox->wake)) {
    pthread_mutex_destroy(&inbox->lock);
    return MTP_ERR_NETWORK;
  }
  inbox->ready = true;
  return MTP_OK;
}

void mtp_inbox_free(mtp_client *client) {
  mtp_inbox *inbox = &client->inbox;
  if (!inbox->ready)
    return;
  mtp_wake_close(&inbox->wake);
  pthread_mutex_destroy(&inbox->lock);
  inbox->ready = false;
}

void mtp_client_wake(mtp_client *client) {
  mtp_wake_signal(&client->inbox.wake);
}

mtp_status mtp_client_submit(mtp_client *client, const tl_call *call,
                             const mtp_call_options *options, mtp_call_done done, void *ctx,
                             mtp_error *error) {
  mtp_call_start start = {.options = options, .done = done, .ctx = ctx};
  mtp_call *made;
  mtp_status status = mtp_call_make(client, call, &start, &made, error);
  if (status != MTP_OK)
    return status;
  mtp_inbox *inbox = &client->inbox;
  pthread_mutex_lock(&inbox->lock);
  bool closed = inbox->closed;
  if (!closed)
    mtp_list_add(&inbox->calls, made);
  pthread_mutex_unlock(&inbox->lock);
  if (closed) {
    mtp_call_destroy(made);
    return mtp_error_set(error, MTP_ERR_CLOSED, NULL);
  }
  mtp_client_wake(client);
  return MTP_OK;
}

static mtp_call_list take(mtp_inbox *inbox, bool close) {
  pthread_mutex_lock(&inbox->lock);
  mtp_call_list taken = inbox->calls;
  inbox->calls = (mtp_call_list){0};
  inbox->closed = inbox->closed || close;
  pthread_mutex_unlock(&inbox->lock);
  return taken;
}

bool mtp_inbox_drain(mtp_client *client) {
  if (!mtp_wake_drain(&client->inbox.wake))
    return false;
  mtp_call_list taken = take(&client->inbox, false);
  bool any = taken.first != NULL;
  for (mtp_call *call; (call = taken.first);) {
    mtp_list_remove(&taken, call);
    mtp_conn *conn = mtp_conn_for(client, &call->options);
    if (conn)
      mtp_call_admit(call, conn);
    else
      mtp_call_end_unadmitted(call, MTP_ERR_NOMEM);
  }
  return any;
}

void mtp_inbox_close(mtp_client *client) {
  mtp_call_list taken = take(&client->inbox, true);
  for (mtp_call *call; (call = taken.first);) {
    mtp_list_remove(&taken, call);
    mtp_call_end_unadmitted(call, MTP_ERR_CLOSED);
  }
}
