/* Calls made and freed. */
#ifndef MTP_CLIENT_CALL_MAKE_H
#define MTP_CLIENT_CALL_MAKE_H

#include "client/call/call.h"

/* What a call needs beside what the user says; for those of our own. */
typedef struct mtp_call_start {
  const mtp_call_options *options; /* may be NULL */
  mtp_call_done done;
  void *ctx;
  struct mtp_conn *conn; /* for mtp_call_begin() */
  bool step, urgent;
  bool unasked; /* nobody waits for it: no reason to connect sooner */
  bool init;    /* wrapped in invokeWithLayer(initConnection()) */
} mtp_call_start;

/* Encodes a call into an object that no connection has yet. ENCODE, ARGUMENT, NOMEM. Touches
 * nothing of the client but options and allocator, which never change: mtp_client_submit() relies
 * on it. */
TL_MUST_USE mtp_status mtp_call_make(mtp_client *client, const tl_call *what,
                                     const mtp_call_start *start, mtp_call **out, mtp_error *error);
void mtp_call_destroy(mtp_call *call);

#endif
