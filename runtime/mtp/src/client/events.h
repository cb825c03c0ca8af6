/* The queue of events for the user of a client. */
#ifndef MTP_CLIENT_EVENTS_H
#define MTP_CLIENT_EVENTS_H

#include <mtp/client.h>

typedef struct mtp_event_node mtp_event_node;

typedef struct mtp_events {
  mtp_event_node *first, *last;
  size_t count;
  bool lost; /* updates were dropped because nobody asked for events */
} mtp_events;

/* Copies the event; takes over what it owns. */
void mtp_event_push(mtp_client *client, const mtp_event *event);
void mtp_event_session(mtp_client *client);
void mtp_event_connection(mtp_client *client, int32_t dc, mtp_connection_state state,
                          const mtp_error *error);
void mtp_events_free(mtp_client *client);

#endif
