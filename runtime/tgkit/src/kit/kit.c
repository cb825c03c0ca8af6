/* A kit: handlers, and the loop that takes events out of the client. */
#include "kit/kit.h"

#include <stdio.h>
#include <string.h>
#include <tg/schema.h>

#include "peers/ids.h"

void tgkit_options(mtp_options *options) {
  mtp_options_init(options);
  options->keep_updates = true;
}

mtp_status tgkit_open(mtp_client *client, const tgkit_settings *settings, tgkit **out,
                      mtp_error *error) {
  const tgkit_peer_store *store = settings ? settings->peers : NULL;
  tgkit *kit = tl_alloc_zero(NULL, sizeof *kit);
  *out = NULL;
  if (!kit) {
    if (store)
      store->free(store->ctx);
    return tgkit_fail(error, MTP_ERR_NOMEM, "");
  }
  mtp_status status = tgkit_peers_open(client, store, &kit->peers, error);
  if (status != MTP_OK) {
    tl_free(NULL, kit, sizeof *kit);
    return status;
  }
  kit->client = client;
  if (settings)
    kit->settings = *settings;
  *out = kit;
  return MTP_OK;
}

void tgkit_close(tgkit *kit) {
  if (!kit)
    return;
  tgkit_peers_close(kit->peers);
  tl_free(NULL, kit->handlers, kit->room * sizeof *kit->handlers);
  tl_free(NULL, kit, sizeof *kit);
}

mtp_client *tgkit_client(const tgkit *kit) {
  return kit->client;
}

tgkit_peers *tgkit_peers_of(const tgkit *kit) {
  return kit->peers;
}

/* ---- handlers ---- */

static mtp_status add(tgkit *kit, const handler *h) {
  if (kit->n_handlers == kit->room) {
    size_t room = kit->room ? 2 * kit->room : 8;
    handler *list = tl_realloc(NULL, kit->handlers, kit->room * sizeof *list, room * sizeof *list);
    if (!list)
      return MTP_ERR_NOMEM;
    kit->handlers = list;
    kit->room = room;
  }
  kit->handlers[kit->n_handlers++] = *h;
  return MTP_OK;
}

mtp_status tgkit_on(tgkit *kit, int what, const tgkit_filter *filter, tgkit_handler call,
                    void *ctx) {
  handler h = {.what = what, .call = call, .ctx = ctx};
  if (filter)
    h.filter = *filter;
  snprintf(h.command, sizeof h.command, "%s", h.filter.command ? h.filter.command : "");
  h.filter.command = NULL;
  return add(kit, &h);
}

mtp_status tgkit_on_update(tgkit *kit, enum tg_Update_kind kind, tgkit_handler call, void *ctx) {
  handler h = {.kind = kind, .call = call, .ctx = ctx};
  return add(kit, &h);
}

const tg_user *tgkit_user_in(const tgkit_update *update, int64_t id) {
  for (size_t i = 0; i < update->users.count; i++)
    if (update->users.items[i].kind == TG_user && update->users.items[i].user->id == id)
      return update->users.items[i].user;
  return NULL;
}

/* ---- the loop ---- */

static void take_updates(tgkit *kit, mtp_reply *reply) {
  uint16_t type = tl_find_type(&tg_schema, "Updates", strlen("Updates"));
  const tg_Updates *container = tl_value_slot(mtp_reply_value(reply), &tg_schema, type);
  tgkit_learn(kit->peers, mtp_reply_value(reply)); /* it may have come before there was a kit */
  tgkit_dispatch(kit, container);
  mtp_reply_free(reply);
}

static mtp_status take_event(tgkit *kit, const mtp_event *event, mtp_error *error) {
  mtp_status status = MTP_OK;
  if (event->type == MTP_EVENT_UPDATES) {
    take_updates(kit, event->updates);
    return MTP_OK;
  }
  if (event->type == MTP_EVENT_SESSION && kit->settings.save)
    status = kit->settings.save(kit->settings.ctx, error);
  if (kit->settings.event)
    kit->settings.event(kit->settings.ctx, event);
  if (event->type == MTP_EVENT_KEY_LOST || event->type == MTP_EVENT_TAKEN_OVER) {
    if (error)
      *error = event->error;
    status = event->error.status;
  }
  return status;
}

mtp_status tgkit_process(tgkit *kit, mtp_error *error) {
  mtp_event event;
  mtp_status status = MTP_OK;
  while (status == MTP_OK && !kit->stopped && mtp_client_next_event(kit->client, &event))
    status = take_event(kit, &event, error);
  return status;
}

mtp_status tgkit_run(tgkit *kit, mtp_error *error) {
  kit->stopped = 0;
  mtp_client_poll(kit->client, 0); /* connects, if there is nothing to call */
  mtp_status status = tgkit_process(kit, error);
  while (status == MTP_OK && !kit->stopped) {
    mtp_client_poll(kit->client, -1);
    status = tgkit_process(kit, error);
  }
  return status;
}

void tgkit_stop(tgkit *kit) {
  kit->stopped = 1;
}
