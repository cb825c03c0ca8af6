/* Descriptors by epoll(7). */
#include "watch_internal.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

struct tgpool_fds {
  int epoll;
};

tgpool_fds *tgpool_fds_new(void) {
  tgpool_fds *fds = malloc(sizeof *fds);
  if (!fds)
    return NULL;
  fds->epoll = epoll_create1(EPOLL_CLOEXEC);
  if (fds->epoll >= 0)
    return fds;
  free(fds);
  return NULL;
}

void tgpool_fds_free(tgpool_fds *fds) {
  if (fds)
    close(fds->epoll);
  free(fds);
}

bool tgpool_fds_set(tgpool_fds *fds, int fd, short events, void *owner) {
  struct epoll_event event = {.data = {.ptr = owner}};
  event.events = (events & POLLIN ? EPOLLIN : 0U) | (events & POLLOUT ? EPOLLOUT : 0U);
  if (!events)
    return epoll_ctl(fds->epoll, EPOLL_CTL_DEL, fd, &event) == 0;
  return epoll_ctl(fds->epoll, EPOLL_CTL_MOD, fd, &event) == 0 ||
         epoll_ctl(fds->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

size_t tgpool_fds_wait(tgpool_fds *fds, int ms, void *owners[TGPOOL_BATCH]) {
  struct epoll_event events[TGPOOL_BATCH];
  int n = epoll_wait(fds->epoll, events, TGPOOL_BATCH, ms);
  for (int i = 0; i < n; i++)
    owners[i] = events[i].data.ptr;
  return n > 0 ? (size_t)n : 0;
}

int tgpool_fds_descriptor(const tgpool_fds *fds, int wake) {
  (void)wake;
  return fds->epoll;
}
