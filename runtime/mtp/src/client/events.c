/* The queue of events, up to a cap. Beyond it the oldest make room, and a gap is noted instead, so
 * that a program that never asks for events does not eat memory. */
#include "client/events.h"

#include <string.h>

#include "client/client.h"

enum { MAX_EVENTS = 4096 };

struct mtp_event_node {
  mtp_event_node *next;
  mtp_event event;
};

/* Whether the same is waiting already, so that saying it twice would tell nothing. */
static bool is_waiting(const mtp_events *events, const mtp_event *event) {
  if (event->type != MTP_EVENT_SESSION && event->type != MTP_EVENT_UPDATES_LOST)
    return false;
  for (const mtp_event_node *node = events->first; node; node = node->next)
    if (node->event.type == event->type)
      return true;
  return false;
}

/* Takes the oldest out; there is one. */
static mtp_event take(mtp_client *client) {
  mtp_events *events = &client->events;
  mtp_event_node *node = events->first;
  mtp_event event = node->event;
  events->first = node->next;
  if (!events->first)
    events->last = NULL;
  events->count--;
  tl_free(client->allocator, node, sizeof *node);
  return event;
}

static void drop_oldest(mtp_client *client) {
  mtp_event event = take(client);
  client->events.lost = client->events.lost || event.type == MTP_EVENT_UPDATES;
  mtp_reply_free(event.updates);
}

void mtp_event_push(mtp_client *client, const mtp_event *event) {
  mtp_events *events = &client->events;
  if (is_waiting(events, event))
    return; /* such events hold nothing */
  mtp_event_node *node = tl_alloc(client->allocator, sizeof *node);
  if (!node) {
    events->lost = events->lost || event->type == MTP_EVENT_UPDATES;
    mtp_reply_free(event->updates);
    return;
  }
  if (events->count == MAX_EVENTS)
    drop_oldest(client);
  *node = (mtp_event_node){.event = *event};
  if (events->last)
    events->last->next = node;
  else
    events->first = node;
  events->last = node;
  events->count++;
}

bool mtp_client_next_event(mtp_client *client, mtp_event *out) {
  mtp_events *events = &client->events;
  if (events->lost) {
    events->lost = false;
    *out = (mtp_event){.type = MTP_EVENT_UPDATES_LOST};
    return true;
  }
  if (events->count == 0)
    return false;
  *out = take(client);
  return true;
}

void mtp_events_free(mtp_client *client) {
  while (client->events.count)
    mtp_reply_free(take(client).updates);
}

void mtp_event_session(mtp_client *client) {
  mtp_event event = {.type = MTP_EVENT_SESSION, .dc = client->session.home_dc};
  mtp_event_push(client, &event);
}

void mtp_event_connection(mtp_client *client, int32_t dc, mtp_connection_state state,
                          const mtp_error *error) {
  mtp_event event = {.type = MTP_EVENT_CONNECTION, .dc = dc, .state = state};
  if (error)
    event.error = *error;
  mtp_event_push(client, &event);
}
