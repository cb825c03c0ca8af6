/* The queue of events for the user of a client. */
#ifndef MTP_CLIENT_EVENTS_H
#define MTP_CLIENT_EVENTS_H

#include <mtp/client.h>

typedef struct mtp_event_node mtp_event_node;

enum { MTP_LOSSES = 64 }; /* told one by one; more of them are one of everything */

typedef struct mtp_events {
  mtp_event_node *first, *last;
  size_t count, bytes;
  bool session;               /* one of MTP_EVENT_SESSION waits */
  bool lost;                  /* anything: updates were dropped because nobody asked for events */
  int64_t losses[MTP_LOSSES]; /* channels of MTP_EVENT_UPDATES_LOST that wait */
  size_t n_losses;
} mtp_events;

/* Copies the event; takes over what it owns. */
void mtp_event_push(mtp_client *client, const mtp_event *event);
void mtp_event_session(mtp_client *client);
void mtp_event_connection(mtp_client *client, int32_t dc, mtp_connection_state state,
                          const mtp_error *error);
void mtp_events_free(mtp_client *client);

#endif
