/* Requests that waited, run again. */
#include <stdlib.h>

#include "incoming.h"
#include "keys.h"
#include "rpc.h"

static void run(tgdc *dc, dc_session **session, dc_deferred *deferred) {
  dc_key *key = dc_key_find(dc, (*session)->key_id, (*session)->dc);
  dc_incoming in = {.dc = dc,
                    .conn = (*session)->conn,
                    .key = key,
                    .session = *session,
                    .msg_id = deferred->msg_id,
                    .seqno = 1,
                    .delayed = deferred->delayed,
                    .rule = &deferred->rule,
                    .waited = deferred->delayed ? 0 : deferred->until};
  if (key != NULL)
    dc_rpc(&in, deferred->body, deferred->size);
  *session = in.session;
}

dc_session *dc_incoming_deferred(tgdc *dc, dc_session *session) {
  dc_deferred *waiting = session->deferred;
  session->deferred = NULL;
  while (waiting != NULL) {
    dc_deferred *deferred = waiting;
    waiting = deferred->next;
    deferred->next = NULL;
    if (session != NULL && deferred->delayed && deferred->until > dc->now) {
      dc_deferred **end = &session->deferred;
      while (*end != NULL)
        end = &(*end)->next;
      *end = deferred;
      continue;
    }
    if (session != NULL)
      run(dc, &session, deferred);
    free(deferred);
  }
  return session;
}
