/* Requests that wait in their session: for another request's result (AP-3), or for a delay that was
 * ordered for them. */
#include <stdlib.h>

#include "incoming.h"
#include "rpc.h"
#include "session.h"

bool dc_defer(dc_incoming *in, const uint8_t *body, size_t size, int64_t until,
              const dc_rule *rule) {
  size_t json_size = rule == NULL ? 0 : rule->json_size;
  dc_deferred *deferred = malloc(sizeof *deferred + size + json_size);
  if (deferred == NULL)
    return false;
  *deferred =
      (dc_deferred){.msg_id = in->msg_id, .until = until, .delayed = rule != NULL, .size = size};
  if (rule != NULL)
    deferred->rule = *rule;
  memcpy(deferred->body, body, size);
  if (json_size > 0) {
    deferred->rule.json = (char *)deferred->body + size;
    memcpy(deferred->rule.json, rule->json, json_size);
  }
  dc_deferred **end = &in->session->deferred;
  while (*end != NULL)
    end = &(*end)->next;
  *end = deferred;
  dc_received *entry = dc_session_received(in->session, in->msg_id);
  if (entry != NULL)
    entry->state = DC_STATE_RUNNING;
  return true;
}

bool dc_undefer(dc_session *session, int64_t msg_id) {
  dc_deferred **at = &session->deferred;
  while (*at != NULL && (*at)->msg_id != msg_id)
    at = &(*at)->next;
  if (*at == NULL)
    return false;
  dc_deferred *deferred = *at;
  *at = deferred->next;
  free(deferred);
  return true;
}

int64_t dc_deferred_deadline(const tgdc *dc) {
  int64_t first = INT64_MAX;
  for (const dc_session *session = dc->sessions; session != NULL; session = session->next)
    for (const dc_deferred *d = session->deferred; d != NULL; d = d->next)
      first = d->until < first ? d->until : first;
  return first;
}
