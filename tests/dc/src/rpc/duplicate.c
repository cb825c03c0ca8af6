/* One key used by two clients at a time (406 AUTH_KEY_DUPLICATED,
 * https://core.telegram.org/api/errors): the server ends the login for good. What tells clients
 * apart here, where all addresses are the same: a client hears updates on one session at a time,
 * and one that another session has taken the place of, on another connection, is never heard of
 * again. A packet on it is a second client's. */
#include "duplicate.h"

#include "accounts.h"
#include "keys.h"
#include "session.h"

static void condemn(tgdc *dc, dc_key *key) {
  if (key->duplicated)
    return;
  key->duplicated = true;
  dc->duplicated++;
  dc_login_clear(dc, key);
  dc_log(dc, "dc %d: two clients use one key", key->dc);
}

void dc_duplicate_packet(tgdc *dc, dc_key *key, const dc_session *session) {
  dc_key *perm = dc->duplicates && session->superseded ? dc_key_permanent(dc, key) : NULL;
  if (perm != NULL)
    condemn(dc, perm);
}

bool dc_duplicate_call(dc_call *call) {
  dc_key *key = call->dc->duplicates ? call->perm : NULL;
  if (key == NULL)
    return false;
  if (!call->session->no_updates && key->heard_on != call->session->id) {
    dc_session *before = dc_session_find(call->dc, call->key, key->heard_on);
    if (before != NULL && before->conn != call->session->conn)
      before->superseded = true;
    key->heard_on = call->session->id;
  }
  if (key->duplicated)
    dc_error(call, 406, "AUTH_KEY_DUPLICATED");
  return key->duplicated;
}
