/* Times, in a heap with the first on top, and a pipe that wakes who waits. */
#include "watch_internal.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int64_t tgpool_now(void) {
  struct timespec now = {0, 0};
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- life ---- */

static bool open_pipe(int ends[2]) {
  if (pipe(ends) != 0)
    return false;
  for (int i = 0; i < 2; i++) {
    (void)fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[i], F_SETFL, O_NONBLOCK);
  }
  return true;
}

tgpool_watch *tgpool_watch_new(void) {
  tgpool_watch *watch = calloc(1, sizeof *watch);
  if (!watch)
    return NULL;
  watch->pipe[0] = watch->pipe[1] = -1;
  watch->fds = tgpool_fds_new();
  if (watch->fds && open_pipe(watch->pipe) &&
      tgpool_fds_set(watch->fds, watch->pipe[0], POLLIN, watch))
    return watch;
  tgpool_watch_free(watch);
  return NULL;
}

void tgpool_watch_free(tgpool_watch *watch) {
  if (!watch)
    return;
  tgpool_fds_free(watch->fds);
  for (int i = 0; i < 2; i++)
    if (watch->pipe[i] >= 0)
      close(watch->pipe[i]);
  free(watch->heap);
  free(watch);
}

/* ---- descriptors ---- */

bool tgpool_watch_fd(tgpool_watch *watch, int fd, short events, void *owner) {
  return tgpool_fds_set(watch->fds, fd, events, owner);
}

void tgpool_watch_wait(tgpool_watch *watch, int ms, void (*ready)(void *owner)) {
  void *owners[TGPOOL_BATCH];
  char bytes[64];
  size_t n = tgpool_fds_wait(watch->fds, ms, owners);
  for (size_t i = 0; i < n; i++) {
    if (owners[i] != watch)
      ready(owners[i]);
    else
      while (read(watch->pipe[0], bytes, sizeof bytes) > 0) {
      }
  }
}

int tgpool_watch_descriptor(const tgpool_watch *watch) {
  return tgpool_fds_descriptor(watch->fds, watch->pipe[0]);
}

void tgpool_watch_wake(tgpool_watch *watch) {
  (void)!write(watch->pipe[1], "", 1);
}

/* ---- the heap: what stands at i is not later than what stands at 2 i and 2 i + 1 ---- */

static void put(tgpool_watch *watch, size_t place, tgpool_timer *timer) {
  watch->heap[place] = timer;
  timer->place = place;
}

static void rise(tgpool_watch *watch, tgpool_timer *timer) {
  size_t at = timer->place;
  for (; at > 1 && watch->heap[at / 2]->at > timer->at; at /= 2)
    put(watch, at, watch->heap[at / 2]);
  put(watch, at, timer);
}

static void sink(tgpool_watch *watch, tgpool_timer *timer) {
  size_t at = timer->place;
  for (size_t next = 2 * at; next <= watch->count; next = 2 * at) {
    if (next < watch->count && watch->heap[next + 1]->at < watch->heap[next]->at)
      next++;
    if (watch->heap[next]->at >= timer->at)
      break;
    put(watch, at, watch->heap[next]);
    at = next;
  }
  put(watch, at, timer);
}

static void take_out(tgpool_watch *watch, tgpool_timer *timer) {
  size_t at = timer->place;
  tgpool_timer *last = watch->heap[watch->count--];
  timer->place = 0;
  if (last == timer)
    return;
  put(watch, at, last);
  rise(watch, last);
  sink(watch, last);
}

static bool make_room(tgpool_watch *watch) {
  if (watch->count + 1 < watch->room)
    return true;
  size_t room = watch->room ? 2 * watch->room : 64;
  tgpool_timer **heap = realloc(watch->heap, room * sizeof(tgpool_timer *));
  if (!heap)
    return false;
  watch->heap = heap;
  watch->room = room;
  return true;
}

bool tgpool_watch_timer(tgpool_watch *watch, tgpool_timer *timer, int64_t ms) {
  if (ms < 0) {
    if (timer->place)
      take_out(watch, timer);
    return true;
  }
  if (!timer->place) {
    if (!make_room(watch))
      return false;
    put(watch, ++watch->count, timer);
  }
  timer->at = tgpool_now() + ms;
  rise(watch, timer);
  sink(watch, timer);
  return true;
}

void *tgpool_watch_due(tgpool_watch *watch) {
  tgpool_timer *first = watch->count ? watch->heap[1] : NULL;
  if (!first || first->at > tgpool_now())
    return NULL;
  take_out(watch, first);
  return first->owner;
}

int tgpool_watch_timeout(const tgpool_watch *watch) {
  if (!watch->count)
    return -1;
  int64_t left = watch->heap[1]->at - tgpool_now();
  return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}
