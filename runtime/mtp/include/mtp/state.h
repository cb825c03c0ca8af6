/* How the connection of a client is, having one without a call, and what the states and events of a
 * client are called (https://core.telegram.org/mtproto). */
#ifndef MTP_STATE_H
#define MTP_STATE_H

#include <mtp/client.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Connects to the home data centre now, without a call, and stays connected: what is lost is opened
 * again, as the options say. It does not wait: mtp_client_state() and MTP_EVENT_CONNECTION tell how
 * far it is. Where it is connected, or tries already, that goes on. ARGUMENT: options.api_id is
 * missing; CLOSED; STORE: another process has the session; NOMEM. */
MTP_API TL_MUST_USE mtp_status mtp_client_connect(mtp_client *client, mtp_error *error);

typedef enum mtp_connectivity {
  MTP_IDLE,       /* nobody has asked for a connection, or it was not needed any more */
  MTP_CONNECTING, /* to an address, a key being made, or initConnection not answered */
  MTP_CONNECTED,  /* a call would leave at once */
  MTP_WAITING,    /* the last try failed, and the next one comes in retry_ms */
  MTP_STOPPED     /* nothing is tried before the next call or mtp_client_connect(), if at all */
} mtp_connectivity;
/* "idle", "connecting", "connected", "waiting", "stopped"; a constant, "unknown" for a number that
 * is none of these. */
MTP_API const char *mtp_connectivity_name(mtp_connectivity is);

typedef struct mtp_state {
  mtp_connectivity is;
  int32_t dc;             /* the home data centre */
  unsigned failures;      /* in a row */
  int64_t retry_ms;       /* WAITING: milliseconds from now; -1: until the lease is valid again */
  const mtp_error *error; /* WAITING, STOPPED, and CONNECTING after failures: why. NULL: no reason
                             known. Valid until the next function that may process, or closes */
} mtp_state;
/* How the connection of calls to the home data centre is. It cannot fail. */
MTP_API void mtp_client_state(const mtp_client *client, mtp_state *out);

/* "closed", "connecting", "handshake", "ready"; a constant, "unknown" for another number. */
MTP_API const char *mtp_connection_state_name(mtp_connection_state state);
/* Likewise "updates", "connection", "session", "wait", "key lost", "taken over", "updates lost",
 * "unreachable". */
MTP_API const char *mtp_event_type_name(mtp_event_type type);
/* "error", "warning", "info", "debug", "trace"; a constant, "unknown" for another number. */
MTP_API const char *mtp_log_level_name(mtp_log_level level);

#ifdef __cplusplus
}
#endif
#endif
