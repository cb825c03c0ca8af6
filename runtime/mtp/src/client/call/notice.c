/* An error 406 says nothing to a person: the words for him, in his language, follow it as an
 * updateServiceNotification (https://core.telegram.org/api/errors#406-not-acceptable). Its call
 * ends with both. */
#include "client/call/notice.h"

#include <string.h>
#include <tg/core.h>
#include <tl/visible.h>

#include "client/call/dispatch.h"
#include "client/call/end.h"
#include "client/client.h"
#include "client/conn/conn.h"
#include "client/context.h"

enum { NOT_ACCEPTABLE = 406 };

/* Errors that mean the same to every program, and no words follow. */
static bool is_wordless(const mtp_error *error) {
  return error->rpc == TG_ERR_AUTH_KEY_DUPLICATED || error->rpc == TG_ERR_UPDATE_APP_TO_LOGIN;
}

/* ---- what came ---- */

static const tg_updateServiceNotification *popup_of(const tg_Update *update) {
  bool popup =
      update->kind == TG_updateServiceNotification && update->updateServiceNotification->popup;
  return popup ? update->updateServiceNotification : NULL;
}

static const tg_updateServiceNotification *popup_in(const tg_Updates *updates) {
  const tg_updateServiceNotification *found = NULL;
  size_t n = 0;
  const tg_Update *items = NULL;
  if (updates->kind == TG_updateShort)
    return popup_of(&updates->updateShort->update);
  if (updates->kind == TG_updates) {
    n = updates->updates->updates.count;
    items = updates->updates->updates.items;
  } else if (updates->kind == TG_updatesCombined) {
    n = updates->updatesCombined->updates.count;
    items = updates->updatesCombined->updates.items;
  }
  for (size_t i = 0; i < n && !found; i++)
    found = popup_of(&items[i]);
  return found;
}

/* ---- calls that wait for it ---- */

static void end_with(mtp_call *call, const char *words) {
  if (call->failure.whole)
    memcpy(call->failure.whole->notice, words, sizeof call->failure.whole->notice);
  mtp_call_end_refused(call);
}

void mtp_notice_take(mtp_client *client, const tl_value *updates) {
  const tg_updateServiceNotification *popup = popup_in(updates->slot);
  if (!popup)
    return;
  memset(client->notice, 0, sizeof client->notice);
  tl_visible(client->notice, sizeof client->notice, popup->message.data, popup->message.size);
  client->notice_at = mtp_client_now(client).monotonic_ms;
  for (mtp_conn *conn = client->conns; conn; conn = conn->next)
    for (mtp_call *call = conn->calls.first, *next; call; call = next) {
      next = call->next;
      if (call->refused)
        end_with(call, client->notice);
    }
}

/* Words that came just before, as what is sent together may. */
static bool has_come(const mtp_client *client) {
  int64_t now = mtp_client_now(client).monotonic_ms;
  return client->notice[0] && now - client->notice_at < client->options.notice_ms;
}

bool mtp_notice_await(mtp_call *call, const mtp_error *error) {
  mtp_client *client = call->client;
  if (error->code != NOT_ACCEPTABLE || is_wordless(error) || call->step || call->options.cdn ||
      client->options.notice_ms == 0)
    return false;
  mtp_call_keep_error(call, error);
  call->refused = true;
  if (has_come(client)) {
    end_with(call, client->notice);
    client->notice[0] = 0;
    return true;
  }
  mtp_call_sleep(call, client->options.notice_ms);
  return true;
}
