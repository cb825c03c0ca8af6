/* Lists of calls, and one call by its id. */
#include "client/call/call.h"

#include "client/client.h"
#include "client/conn/conn.h"

void mtp_list_add(mtp_call_list *list, mtp_call *call) {
  call->prev = list->last;
  call->next = NULL;
  if (list->last)
    list->last->next = call;
  else
    list->first = call;
  list->last = call;
}

void mtp_list_remove(mtp_call_list *list, mtp_call *call) {
  if (call->prev)
    call->prev->next = call->next;
  else
    list->first = call->next;
  if (call->next)
    call->next->prev = call->prev;
  else
    list->last = call->prev;
  call->prev = call->next = NULL;
}

mtp_call *mtp_call_find(mtp_client *client, mtp_call_id id) {
  for (mtp_conn *conn = client->conns; conn; conn = conn->next)
    for (mtp_call *call = conn->calls.first; call; call = call->next)
      if (call->id == id)
        return call;
  return NULL;
}
