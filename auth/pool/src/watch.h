/* Descriptors and times that many wait for: epoll where there is one, poll() elsewhere. */
#ifndef TGPOOL_WATCH_H
#define TGPOOL_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct tgpool_watch tgpool_watch;

/* When something is due, as a place in the heap of all times. */
typedef struct tgpool_timer {
  int64_t at;   /* by tgpool_now() */
  size_t place; /* from 1; 0: none is set */
  void *owner;
} tgpool_timer;

/* Milliseconds of a clock that only goes on. */
int64_t tgpool_now(void);

/* NULL: no memory, or no descriptor. */
tgpool_watch *tgpool_watch_new(void);
void tgpool_watch_free(tgpool_watch *watch);
/* events of poll(); 0: no longer. owner is told when the descriptor is ready. False: no memory. */
bool tgpool_watch_fd(tgpool_watch *watch, int fd, short events, void *owner);
/* Sets a timer; ms -1: none. False: no memory. */
bool tgpool_watch_timer(tgpool_watch *watch, tgpool_timer *timer, int64_t ms);
/* The owner of one that is due, whose timer is off then; NULL: none is. */
void *tgpool_watch_due(tgpool_watch *watch);
/* Milliseconds until the first is; -1: none is set. */
int tgpool_watch_timeout(const tgpool_watch *watch);
/* Waits so long at most and tells the owners of what is ready. */
void tgpool_watch_wait(tgpool_watch *watch, int ms, void (*ready)(void *owner));
/* Readable when something is ready; and what makes it so, from a signal handler too. */
int tgpool_watch_descriptor(const tgpool_watch *watch);
void tgpool_watch_wake(tgpool_watch *watch);

#endif
