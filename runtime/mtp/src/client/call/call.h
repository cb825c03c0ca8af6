/* One call, and lists of them. */
#ifndef MTP_CLIENT_CALL_CALL_H
#define MTP_CLIENT_CALL_CALL_H

#include <mtp/client.h>

#include "client/policy/policy.h"
#include "engine/engine.h"

typedef struct mtp_call mtp_call;

typedef enum mtp_call_state {
  MTP_CALL_BLOCKED,  /* waits for the call that it is to come after to be sent */
  MTP_CALL_ENGINE,   /* submitted to the engine of its connection */
  MTP_CALL_SLEEPING, /* until wake_at */
  MTP_CALL_ENDED     /* in client->ended: done is still to run */
} mtp_call_state;

/* What went wrong, and the whole of it, which is large: NULL where there was no memory for that. */
typedef struct mtp_call_failure {
  mtp_status status;
  int32_t code;
  tg_err rpc;
  uint16_t method;
  int64_t arg;
  mtp_error *whole;
} mtp_call_failure;

struct mtp_call {
  mtp_call *prev, *next; /* in conn->calls or client->ended */
  mtp_client *client;
  struct mtp_conn *conn; /* NULL once ended */
  mtp_call_id id;
  mtp_call_state state;
  mtp_token token; /* MTP_CALL_ENGINE */
  mtp_call_options options;
  tl_buffer body; /* the request with the wrappers that its options ask for */
  const tl_schema *schema;
  uint16_t method, result_type;
  int64_t channel_id; /* that it is about; 0: none */
  bool step; /* one of ours that opens the gate of its connection: passes while that is shut */
  bool urgent;
  bool unasked;    /* nobody waits for it */
  bool send_code;  /* auth.sendCode */
  bool once;       /* rather an error than run twice */
  unsigned lost;   /* connections, with it in flight: each time it had been sent anew */
  int64_t lost_as; /* the message id that it was lost under the last time */
  bool refused;    /* error is set, and the words that go with it may follow until wake_at */
  bool own_time;   /* the time limit was given for this call: sleeping does not extend it */
  mtp_attempts attempts;
  int64_t deadline, wake_at; /* monotonic ms */
  bool timed;      /* counted: was handed to its connection at sent_at, and not answered since */
  int64_t sent_at; /* monotonic ms */
  mtp_call_done done;
  void *ctx;
  mtp_call_failure failure; /* ended: status MTP_OK and reply, or what went wrong */
  mtp_reply *reply;
};

typedef struct mtp_call_list {
  mtp_call *first, *last;
} mtp_call_list;

void mtp_list_add(mtp_call_list *list, mtp_call *call);
void mtp_list_remove(mtp_call_list *list, mtp_call *call);
/* From then on mtp_call_find() finds it, however many others there are; false when out of memory.
 */
TL_MUST_USE bool mtp_call_register(mtp_call *call);
void mtp_call_unregister(mtp_call *call); /* also one that is not */
/* NULL: none with that id is on its way. */
mtp_call *mtp_call_find(const mtp_client *client, mtp_call_id id);

#endif
