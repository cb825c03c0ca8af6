/* A kit as the files of this folder see it. */
#ifndef TGKIT_KIT_KIT_H
#define TGKIT_KIT_KIT_H

#include <tgkit/kit.h>

typedef struct handler {
  int what;
  enum tg_Update_kind kind; /* 0: by what */
  tgkit_filter filter;
  char command[64];
  tgkit_handler call;
  void *ctx;
} handler;

struct tgkit {
  mtp_client *client;
  tgkit_peers *peers;
  tgkit_settings settings;
  handler *handlers;
  size_t n_handlers, room;
  volatile int stopped;
  uint32_t answers; /* to the update that is being handed out */
};

/* Hands every update of a container to the handlers. */
void tgkit_dispatch(tgkit *kit, const tg_Updates *container);

#endif
