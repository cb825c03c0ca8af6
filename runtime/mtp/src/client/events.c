/* The queue of events: a ring that grows up to a cap. Beyond it the oldest updates make room, and a
 * gap is noted instead, so that a program that never asks for events does not eat memory. */
#include <string.h>

#include "client/internal.h"

enum { FIRST_EVENTS = 16, MAX_EVENTS = 4096 };

static mtp_event *at(mtp_events *events, size_t i) {
  return &events->ring[(events->first + i) % events->capacity];
}

static bool grow(mtp_client *client, mtp_events *events) {
  size_t capacity = events->capacity ? events->capacity * 2 : FIRST_EVENTS;
  if (capacity > MAX_EVENTS)
    return false;
  mtp_event *ring = tl_alloc(client->allocator, capacity * sizeof *ring);
  if (!ring)
    return false;
  for (size_t i = 0; i < events->count; i++)
    ring[i] = *at(events, i);
  tl_free(client->allocator, events->ring, events->capacity * sizeof *ring);
  events->ring = ring;
  events->capacity = capacity;
  events->first = 0;
  return true;
}

/* Whether the same is waiting already, so that saying it twice would tell nothing. */
static bool is_waiting(mtp_events *events, const mtp_event *event) {
  if (event->type != MTP_EVENT_SESSION && event->type != MTP_EVENT_UPDATES_LOST)
    return false;
  for (size_t i = 0; i < events->count; i++)
    if (at(events, i)->type == event->type)
      return true;
  return false;
}

static void drop_oldest(mtp_events *events) {
  mtp_reply_free(at(events, 0)->updates);
  events->first = (events->first + 1) % events->capacity;
  events->count--;
}

void mtp_event_push(mtp_client *client, const mtp_event *event) {
  mtp_events *events = &client->events;
  if (is_waiting(events, event)) {
    mtp_reply_free(event->updates);
    return;
  }
  if (events->count == events->capacity && !grow(client, events)) {
    if (events->count == 0) { /* not even memory for the first */
      mtp_reply_free(event->updates);
      return;
    }
    events->lost = events->lost || at(events, 0)->type == MTP_EVENT_UPDATES;
    drop_oldest(events);
  }
  *at(events, events->count++) = *event;
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
  *out = *at(events, 0);
  events->first = (events->first + 1) % events->capacity;
  events->count--;
  return true;
}

void mtp_events_free(mtp_client *client) {
  mtp_events *events = &client->events;
  while (events->count)
    drop_oldest(events);
  tl_free(client->allocator, events->ring, events->capacity * sizeof *events->ring);
  memset(events, 0, sizeof *events);
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
