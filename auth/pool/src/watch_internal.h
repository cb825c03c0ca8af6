/* What a watch is made of. */
#ifndef TGPOOL_WATCH_INTERNAL_H
#define TGPOOL_WATCH_INTERNAL_H

#include "watch.h"
#include <poll.h>

enum { TGPOOL_BATCH = 256 };

typedef struct tgpool_fds tgpool_fds;

struct tgpool_watch {
  tgpool_fds *fds;
  tgpool_timer **heap; /* from 1 on */
  size_t count, room;
  int pipe[2];
};

/* fds_epoll.c or fds_poll.c. */
tgpool_fds *tgpool_fds_new(void);
void tgpool_fds_free(tgpool_fds *fds);
bool tgpool_fds_set(tgpool_fds *fds, int fd, short events, void *owner);
/* The owners of what is ready, some of them more than once. */
size_t tgpool_fds_wait(tgpool_fds *fds, int ms, void *owners[TGPOOL_BATCH]);
/* Readable when one is ready; where there is no such thing, wake. */
int tgpool_fds_descriptor(const tgpool_fds *fds, int wake);

#endif
