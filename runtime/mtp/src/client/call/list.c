/* Lists of calls, and one call by its id. */
#include "client/call/call.h"

#include "client/client.h"

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

/* As events of an engine carry it. */
static uint64_t key_of(mtp_call_id id) {
  return (uintptr_t)id;
}

bool mtp_call_register(mtp_call *call) {
  mtp_idmap *calls = &call->client->calls;
  if (!mtp_idmap_reserve(calls, 1))
    return false;
  mtp_idmap_put(calls, key_of(call->id), call);
  return true;
}

void mtp_call_unregister(mtp_call *call) {
  mtp_idmap *calls = &call->client->calls;
  if (mtp_idmap_get(calls, key_of(call->id)) == call)
    mtp_idmap_remove(calls, key_of(call->id));
  mtp_idmap_trim(calls);
}

mtp_call *mtp_call_find(const mtp_client *client, mtp_call_id id) {
  return mtp_idmap_get(&client->calls, key_of(id));
}
