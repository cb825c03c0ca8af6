/* What an engine tells. */
#ifndef MTP_ENGINE_EVENTS_H
#define MTP_ENGINE_EVENTS_H

#include "config.h"

typedef enum mtp_reconnect_reason {
  MTP_RECONNECT_NONE = 0,
  MTP_RECONNECT_PACKET, /* a packet failed a check (EN-13) */
  MTP_RECONNECT_PONG,   /* no pong (MS-13) */
  MTP_RECONNECT_SALT,   /* the server's salt keeps changing (MS-10) */
  MTP_RECONNECT_MEMORY, /* a packet could not be taken in */
  MTP_RECONNECT_REFUSED /* requests of our own are refused again and again (MS-9) */
} mtp_reconnect_reason;

typedef enum mtp_engine_event_type {
  MTP_ENGINE_EVENT_RESULT,      /* token, user, body: the answer, unzipped, not empty */
  MTP_ENGINE_EVENT_RPC_ERROR,   /* token, user, code, body: the server's text, as it came */
  MTP_ENGINE_EVENT_FAILED,      /* token, user, fail, code, body */
  MTP_ENGINE_EVENT_SENT,        /* token, user, msg_id: put in a packet (progress) */
  MTP_ENGINE_EVENT_ACKED,       /* token, user, quick (progress) */
  MTP_ENGINE_EVENT_UPDATE,      /* body: a message that belongs to no query and is no service one */
  MTP_ENGINE_EVENT_UPDATES_GAP, /* a message that may have been an update was lost */
  MTP_ENGINE_EVENT_NEW_SESSION, /* the server made a session: updates may have been lost; value is
                                   its unique_id, first: first one of this session of ours */
  MTP_ENGINE_EVENT_SALT,        /* value: the salt to keep */
  MTP_ENGINE_EVENT_TIME,        /* value: server time - wall time, milliseconds */
  MTP_ENGINE_EVENT_SESSION_ID,  /* value: the session has a new id of ours (MS-9) */
  MTP_ENGINE_EVENT_PONG,        /* value: round trip, milliseconds */
  MTP_ENGINE_EVENT_RECONNECT,   /* reason: drop the connection and make another */
  MTP_ENGINE_EVENT_SESSION_DESTROYED, /* value: its id; found: the server had it */
  MTP_ENGINE_EVENT_KEY_DESTROYED,     /* destroyed: the key is gone; otherwise the server did not */
  MTP_ENGINE_EVENT_FATAL /* no randomness or broken cryptography: the engine is closed */
} mtp_engine_event_type;

typedef struct mtp_engine_event {
  mtp_engine_event_type type;
  mtp_token token;
  void *user;
  mtp_cause fail; /* MTP_ERR_CANCELLED (mtp_engine_cancel()), CLOSED (mtp_engine_close(), FATAL or a
                     destroyed key), UNCERTAIN (`once`, and the server cannot say whether it has
                     it), NOMEM (for the answer, which is lost), or MTP_ENGINE_... */
  int32_t code;
  mtp_reconnect_reason reason;
  int64_t value, msg_id;
  bool quick, first, found, destroyed;
  tl_buffer body; /* yours: tl_buffer_free(&event.body), or move it elsewhere */
} mtp_engine_event;

/* Takes the next event; false when there is none. */
bool mtp_engine_next_event(mtp_engine *engine, mtp_engine_event *out);

/* "packet", ... : for logs. */
const char *mtp_reconnect_name(mtp_reconnect_reason reason);

#endif
