/* The machine of updates with what its client has to remember beside it. */
#ifndef MTP_CLIENT_UPDATES_KEEPER_H
#define MTP_CLIENT_UPDATES_KEEPER_H

#include "updates/updates.h"

struct mtp_keeper {
  mtp_client *client;
  mtp_updates *machine;
  int64_t save_at; /* monotonic ms; MTP_NEVER */
  bool connected;  /* there has been a connection to the home data centre */
};

#endif
