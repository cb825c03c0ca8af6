/* The queue of events, up to a number and to bytes. Beyond them the oldest make room, and a loss is
 * noted instead, so that a program that never asks for events does not eat memory. */
#include <string.h>

#include "client/client.h"
#include "reply.h"

enum { MAX_EVENTS = 4096 };

struct mtp_event_node {
  mtp_event_node *next;
  size_t cost;
  mtp_event event;
};

/* ---- losses ---- */

/* Where this loss stands among those that wait to be told; n_losses: it does not. */
static size_t find_loss(const mtp_events *events, int64_t channel_id) {
  size_t i = 0;
  while (i < events->n_losses && events->losses[i] != channel_id)
    i++;
  return i;
}

/* Whether it has to be told: not yet, and not as one of too many. */
static bool note_loss(mtp_events *events, int64_t channel_id) {
  if (channel_id == MTP_ALL_CHANNELS || events->n_losses == MTP_LOSSES) {
    events->lost = true;
    return false;
  }
  if (events->lost || find_loss(events, channel_id) < events->n_losses)
    return false;
  events->losses[events->n_losses++] = channel_id;
  return true;
}

static void forget_loss(mtp_events *events, int64_t channel_id) {
  size_t i = find_loss(events, channel_id);
  if (i < events->n_losses)
    events->losses[i] = events->losses[--events->n_losses];
}

/* ---- the queue ---- */

/* Takes the oldest out; there is one. */
static mtp_event take(mtp_client *client) {
  mtp_events *events = &client->events;
  mtp_event_node *node = events->first;
  mtp_event event = node->event;
  events->first = node->next;
  if (!events->first)
    events->last = NULL;
  events->count--;
  events->bytes -= node->cost;
  if (event.type == MTP_EVENT_SESSION)
    events->session = false;
  if (event.type == MTP_EVENT_UPDATES_LOST)
    forget_loss(events, event.channel_id);
  tl_free(client->allocator, node, sizeof *node);
  return event;
}

static bool is_loss(const mtp_event *event) {
  return event->type == MTP_EVENT_UPDATES || event->type == MTP_EVENT_UPDATES_LOST;
}

static void drop_oldest(mtp_client *client) {
  mtp_event event = take(client);
  client->events.lost = client->events.lost || is_loss(&event);
  mtp_reply_free(event.updates);
}

/* Whether the same is waiting already, so that saying it twice would tell nothing. */
static bool is_waiting(mtp_events *events, const mtp_event *event) {
  if (event->type == MTP_EVENT_UPDATES_LOST)
    return !note_loss(events, event->channel_id);
  bool waiting = event->type == MTP_EVENT_SESSION && events->session;
  events->session = events->session || event->type == MTP_EVENT_SESSION;
  return waiting;
}

static void append(mtp_events *events, mtp_event_node *node) {
  if (events->last)
    events->last->next = node;
  else
    events->first = node;
  events->last = node;
  events->count++;
  events->bytes += node->cost;
}

/* There is no room, or no memory. */
static void refuse(mtp_events *events, const mtp_event *event) {
  events->lost = events->lost || is_loss(event);
  if (event->type == MTP_EVENT_UPDATES_LOST)
    forget_loss(events, event->channel_id);
  if (event->type == MTP_EVENT_SESSION)
    events->session = false;
  mtp_reply_free(event->updates);
}

void mtp_event_push(mtp_client *client, const mtp_event *event) {
  mtp_events *events = &client->events;
  size_t budget = client->options.queue_bytes;
  size_t cost = sizeof(mtp_event_node) + (event->updates ? mtp_reply_cost(event->updates) : 0);
  if (is_waiting(events, event))
    return; /* such events hold nothing */
  mtp_event_node *node =
      event->updates && cost > budget ? NULL : tl_alloc(client->allocator, sizeof *node);
  if (!node) {
    refuse(events, event);
    return;
  }
  while (events->count && (events->count >= MAX_EVENTS || events->bytes + cost > budget))
    drop_oldest(client);
  *node = (mtp_event_node){.event = *event, .cost = cost};
  append(events, node);
}

bool mtp_client_next_event(mtp_client *client, mtp_event *out) {
  mtp_events *events = &client->events;
  if (events->lost) {
    events->lost = false;
    *out = (mtp_event){.type = MTP_EVENT_UPDATES_LOST,
                       .dc = client->session.home_dc,
                       .channel_id = MTP_ALL_CHANNELS};
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
