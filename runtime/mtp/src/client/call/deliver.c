/* Runs the callbacks of calls that have ended. */
#include "client/call/deliver.h"

#include "client/call/end.h"
#include "client/call/make.h"
#include "client/client.h"

bool mtp_calls_deliver(mtp_client *client) {
  bool any = false, outer = client->delivering;
  client->delivering = true;
  for (mtp_call *call; (call = client->ended.first);) {
    mtp_list_remove(&client->ended, call);
    mtp_reply *reply = call->reply;
    call->reply = NULL; /* the callback's from here on */
    mtp_error room;
    if (call->done)
      call->done(call->ctx, mtp_call_error(call, &room), reply);
    else
      mtp_reply_free(reply);
    mtp_call_destroy(call);
    any = true;
  }
  client->delivering = outer;
  return any;
}
