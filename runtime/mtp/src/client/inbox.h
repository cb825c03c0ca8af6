/* Calls from other threads, until their owner takes them. */
#ifndef MTP_CLIENT_INBOX_H
#define MTP_CLIENT_INBOX_H

#include <mtp/client.h>
#include <pthread.h>

#include "client/call/call.h"
#include "net/wake.h"

typedef struct mtp_inbox {
  pthread_mutex_t lock;
  bool ready, closed;
  mtp_call_list calls;
  mtp_wake wake;
} mtp_inbox;

TL_MUST_USE mtp_status mtp_inbox_init(mtp_client *client);
void mtp_inbox_close(mtp_client *client); /* what is in it ends with CLOSED */
void mtp_inbox_free(mtp_client *client);
bool mtp_inbox_drain(mtp_client *client); /* admits what is in it */

#endif
