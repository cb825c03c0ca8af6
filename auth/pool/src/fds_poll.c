/* Descriptors by poll(2), for systems without epoll. */
#include "watch_internal.h"

#include <stdlib.h>

struct tgpool_fds {
  struct pollfd *list;
  void **owners;
  size_t count, room, next; /* next: where the last wait has ended */
};

tgpool_fds *tgpool_fds_new(void) {
  return calloc(1, sizeof(tgpool_fds));
}

void tgpool_fds_free(tgpool_fds *fds) {
  if (!fds)
    return;
  free(fds->list);
  free(fds->owners);
  free(fds);
}

static bool make_room(tgpool_fds *fds) {
  size_t room = fds->room ? 2 * fds->room : 64;
  if (fds->count < fds->room)
    return true;
  struct pollfd *list = realloc(fds->list, room * sizeof *list);
  fds->list = list ? list : fds->list;
  void **owners = realloc(fds->owners, room * sizeof(void *));
  fds->owners = owners ? owners : fds->owners;
  fds->room = list && owners ? room : fds->room;
  return list && owners;
}

bool tgpool_fds_set(tgpool_fds *fds, int fd, short events, void *owner) {
  size_t at = 0;
  while (at < fds->count && fds->list[at].fd != fd)
    at++;
  if (!events && at < fds->count) {
    fds->list[at] = fds->list[--fds->count];
    fds->owners[at] = fds->owners[fds->count];
  }
  if (!events)
    return true;
  if (at == fds->count) {
    if (!make_room(fds))
      return false;
    fds->count++;
  }
  fds->list[at] = (struct pollfd){.fd = fd, .events = events};
  fds->owners[at] = owner;
  return true;
}

/* Those for whom there was no room have their turn first the next time. */
size_t tgpool_fds_wait(tgpool_fds *fds, int ms, void *owners[TGPOOL_BATCH]) {
  size_t n = 0;
  int ready = poll(fds->list, (nfds_t)fds->count, ms);
  for (size_t i = 0; i < fds->count && ready > 0 && n < TGPOOL_BATCH; i++) {
    fds->next = (fds->next + 1) % fds->count;
    if (fds->list[fds->next].revents)
      owners[n++] = fds->owners[fds->next];
  }
  return n;
}

int tgpool_fds_descriptor(const tgpool_fds *fds, int wake) {
  (void)fds;
  return wake;
}
